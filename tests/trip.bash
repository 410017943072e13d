# The way of a form: printed of an order with hard names, stamped, scanned badly
# and found again.  For the test of it and for its figures.
# needs: B, a store, and what helper.bash has

# Characters that few fonts have, names of 64 characters, long addresses.
HARD=(𠮷 龘 㛃 䶮 𫖯 𬱖 堃 犇 骉 麤 𪚥 㐱 𬴊 龑 曌 喆 甪 燊 淼𠮷 龘龘)
LONG=沈阳市示例信息技术科学研究与工程应用发展股份有限公司东北地区分公司第一事业部沈阳市示例信息技术科学研究与工程应用发展股份有限公司
ADDRESS=辽宁省沈阳市沈河区十三纬路南三经街五十八号中国有色大厦东座十六层一六零八室转示例科技有限公司东北分公司信息化建设办公室综合管理处第二科室收发室（周一至周五上班时间收件）

# hard COUNT: as many orders; their numbers come out
hard() {
	local i edit
	for ((i = 0; i < $1; i++)); do
		edit=''
		[ $((i % 3)) -ne 1 ] || edit="s/name: 沈阳示例.*/name: $LONG/"
		echo ---
		application "trip-$i" "s/name: 林晓/name: 欧阳${HARD[i % 20]}/" \
		    "s/  address: .*/  address: $ADDRESS/" "$edit"
	done >trip.yaml
	ca-apply --keystore keys --pin file:user.pin trip.yaml
}

# Where the codes are, in thousandths of the page.
QR=855,83
BARS=500,932

# printed ORDER...: pages/ORDER.pdf, its forms; "ORDER-PAGE DIGITS" of each page
# of it goes to the file truth
printed() {
	local n
	mkdir -p pages
	for n; do ca-form -o "pages/$n.pdf" "$n" >/dev/null; done
	(cd pages && ca-scan "${@/%/.pdf}") | jq -r '"\(.file[:17])-\(.page) " +
	    "\(first(.codes[] | select(.type == "qr")).text)"' >>truth
}

# raster DPI ORDER PAGE: the name of a picture of that page comes out
raster() {
	local name=pages/$2-$3-$1
	[ -f "$name.png" ] || pdftoppm -r "$1" -png -singlefile -f "$3" \
	    -l "$3" "pages/$2.pdf" "$name" || return
	echo "$name.png"
}

# damaged FROM TO [KIND=VALUE]...
damaged() { "$B/tests/bench/damage" "$@"; }

# said FILE...: "NAME DIGITS" of each form's code on them, once, or "NAME -"
# where there is none; NAME is without folder and extension
said() {
	ca-scan "$@" | jq -r '(.file | sub(".*/"; "") | sub("[.][a-z]*$"; ""))
	    as $name | [.codes[].text | select(test("^01[0-9]{42}$"))] | unique
	    | if . == [] then ["-"] else . end | "\($name) \(.[])"'
}

# landed FILE: of what ca-upload --scan --json said, "NAME DIGITS" of each page
# that found a slot: the digits that it must have had for that, up to the digest
landed() {
	ca-upload --list "$(head -n 1 orders)" | cut -f 2 | jq -Rrs \
	    --slurpfile orders "$1" 'split("\n") as $slots | $orders[] |
	    .order as $order | .slots[] | (.slot as $s | $slots | index($s) + 1)
	    as $slot | .pages as $pages | $pages | keys[] as $i |
	    [$slot, $i + 1, ($pages | length) | tostring | ("0" + .)[-2:]] |
	    "\($pages[$i].file | sub(".*/"; "") | sub("[.].*"; "")) " +
	    "01\($order)\(add)"'
}

# compared: of lines "NAME DIGITS", how many are right, and how many wrong
compared() {
	awk 'NR == FNR { truth[$1] = $2; next }
	    $2 == "-" { next }
	    { if (index(truth[$1], $2) == 1) right++; else wrong++ }
	    END { print right + 0, wrong + 0 }' truth -
}
