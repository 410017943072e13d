# ca-scan: what is on scans, one file of them, and files that are made to hurt.
load ../helper

scans=$top/tests/data/scans

# facts FIELD... : of each line, separated by commas
facts() {
	local IFS=,
	jq -r "[$*] | map(tostring) | join(\",\")" <<<"$output"
}

@test "each page of each file has a line, in the order of the files" {
	cp "$scans/seal-form.jpg" "$scans/application-form.pdf" .
	works ca-scan seal-form.jpg application-form.pdf \
	    "$scans/user-id.tif" - <"$scans/handler-id.png"
	[ "$(facts .type .page .pages .width .height .dpi | paste -sd' ')" = \
	    'jpeg,1,1,827,1170,100 pdf,1,3,1240,1754,150 pdf,2,3,1240,1754,150 pdf,3,3,1240,1754,150 tiff,1,1,414,585,null png,1,1,497,702,60' ]
	[ "$(jq -r .file <<<"$output" | sed -n '1p;2p;6p' | paste -sd' ')" = \
	    'seal-form.jpg application-form.pdf -' ]
	[ "$(jq -r .sha256 <<<"$output" | head -n 1)" = \
	    "$(sha256sum <seal-form.jpg | cut -c1-64)" ]
}

@test "a thumbnail is a small JPEG in a private folder, or in the line" {
	works ca-scan --thumbnails t --inline "$scans/seal-form.jpg"
	[ "$(stat -c %a t t/*)" = $'700\n600' ]
	path=t/$(sha256sum <"$scans/seal-form.jpg" | cut -c1-16)-1.jpg
	[ "$(jq -r .thumbnail <<<"$output")" = "$path" ]
	jq -r .thumbnail_jpeg <<<"$output" | base64 -d | cmp - "$path"
	works ca-scan "$path"
	[ "$(facts .type .width .height)" = jpeg,508,720 ]
	works ca-scan --inline --side 160 "$scans/seal-form.jpg"
	jq -r .thumbnail_jpeg <<<"$output" | base64 -d >small.jpg
	works ca-scan small.jpg
	[ "$(facts .width .height)" = 113,160 ]
	fails 2 ca-scan --inline --side 721 "$scans/seal-form.jpg"
	told '^ca-scan: --side takes 16 to 720 pixels$'
	works ca-scan --dry-run --thumbnails u "$scans/seal-form.jpg"
	[ ! -e u ]
}

@test "what is no scan is refused by its name, and the others go on" {
	cp "$scans/seal-form.jpg" a.jpg
	echo text >b.jpg
	head -c 9000 a.jpg >c.jpg
	run --separate-stderr ca-scan --rejects r a.jpg b.jpg no.jpg c.jpg .
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 1 ]
	told '^ca-scan: b.jpg: .*text' '^ca-scan: no.jpg: No such file' \
	    '^ca-scan: c.jpg: .*truncated' '^ca-scan: \.: Is a directory'
	[ "${#stderr_lines[@]}" -eq 4 ]
	[ "$(jq -r '.file // "-"' r | paste -sd' ')" = 'b.jpg - c.jpg -' ]
}

@test "what a decoder says is said in the language that was picked" {
	[ -f "$B/share/locale/zh_CN/LC_MESSAGES/caorder.mo" ] ||
	    skip 'no translation is built'
	echo text >b.jpg
	CAORDER_LANG=zh_CN run --separate-stderr ca-scan b.jpg
	[ "$status" -eq 3 ]
	told '^ca-scan: b.jpg: .*请发送扫描件本身$'
}

@test "joined pages come in their order, and always with the same octets" {
	pdf=$scans/application-form.pdf
	works ca-scan --join "$scans/seal-form.jpg" "$pdf#3,1-2" \
	    "$scans/user-id.tif" "$scans/handler-id.png" -o a.pdf
	works ca-scan a.pdf
	[ "$(jq -r '.codes[0].text // "-"' <<<"$output" | paste -sd' ')" = \
	    'CAO1:00202009200000485:2 CAO1:00202009200000485:3 CAO1:00202009200000485:1 CAO1:00202009200000485:2 - CAO1:00202009200000485:2' ]
	ca-scan --join -o - "$scans/seal-form.jpg" "$pdf#3,1-2" \
	    "$scans/user-id.tif" "$scans/handler-id.png" >b.pdf
	cmp a.pdf b.pdf
}

@test "a name with a number sign is a file's, if there is one" {
	cp "$scans/seal-form.jpg" 'a.jpg#1'
	works ca-scan --join 'a.jpg#1' -o a.pdf
	fails 3 ca-scan --join 'a.jpg#2' -o b.pdf
	fails 3 ca-scan --join "$scans/seal-form.jpg#2" -o b.pdf
	told 'seal-form.jpg: has no page 2, only 1'
	fails 3 ca-scan --join "$scans/seal-form.jpg#2-1" -o b.pdf
	told 'seal-form.jpg#2-1: "2-1" is no list of pages such as 2 or 1,3-4'
	[ ! -e b.pdf ]
	fails 2 ca-scan --join a.jpg
	fails 2 ca-scan
}

# bomb KIND...: files of those kinds
bomb() {
	local kind
	for kind; do "$top/tests/bomb" "$kind" >"$kind"; done
}

# hostile KIND TEXT: it is refused so, soon; five seconds of one processor may
# be more by the clock
hostile() {
	bomb "$1"
	fails 3 timeout 15 ca-scan --thumbnails small "$1"
	told "^ca-scan: $1: .*$2"
	[ -z "$(ls small)" ]
}

# processor PID: hundredths of a second that its children took
processor() { awk '{ print $16 + $17 }' "/proc/$1/stat"; }

@test "files that cost much are refused in time" {
	local self=$BASHPID before
	before=$(processor "$self")
	hostile slow.pdf 'takes longer than 4 s to read'
	[ $(($(processor "$self") - before)) -lt 600 ]
	[ $(($(processor "$self") - before)) -gt 300 ]
	hostile scans.jpg 'more than 100 scans'
	hostile bomb.png '30000 x 30000 pixels'
	hostile huge.jpg '65500 x 65500 pixels'
	hostile huge.tif '200000 x 200000 pixels'
	hostile huge.pdf 'a page 1 of an impossible size'
	hostile pages.pdf 'has 300 pages, more than 200; split it'
	# AddressSanitizer sets no bound to memory.
	[[ $B == */asan ]] ||
	    hostile picture.pdf 'takes more memory than 1024 MB'
	hostile cycle.pdf 'the pages come back'
	hostile cycle.tif 'run in a circle'
}


@test "a PDF that runs or carries something is refused" {
	hostile script.pdf 'PDF with /JS'
	hostile file.pdf 'PDF with /EmbeddedFiles'
	hostile launch.pdf 'PDF with /Launch'
}

@test "what is odd but harmless is read, and nothing that it refers to" {
	bomb link.pdf wide.pdf itself.pdf deep.png words.png
	works timeout 30 ca-scan link.pdf wide.pdf itself.pdf deep.png words.png
	[ "$(facts .file .width .height | paste -sd' ')" = \
	    'link.pdf,208,208 wide.pdf,2400,3 itself.pdf,208,208 deep.png,4000,4000 words.png,9,9' ]
}

@test "cut and altered files of every type are read or refused, one by one" {
	local type n=0
	bomb page.pdf
	for type in png jpeg tiff; do
		pdftoppm -r 60 "-$type" -singlefile page.pdf page
	done
	mkdir many
	for type in pdf png jpg tif; do
		for ((n = 1; n <= 10; n++)); do
			"$top/tests/bomb" cut $(($(stat -c %s page.$type) *
			    n / 11)) <page.$type >many/cut-$n.$type
			"$top/tests/bomb" flip $n <page.$type \
			    >many/flip-$n.$type
		done
	done
	run --separate-stderr timeout 100 ca-scan many/*
	[ "$status" -eq 3 ]
	[ "$(jq -r .file <<<"$output" | sort -u | wc -l)" -eq \
	    $((80 - ${#stderr_lines[@]})) ]
	[ "$(grep -c '^ca-scan: many/[a-z]*-[0-9]*\.[a-z]*: ' <<<"$stderr")" -eq \
	    "${#stderr_lines[@]}" ]
	[ "$(grep -c '^ca-scan: many/cut' <<<"$stderr")" -eq 40 ]
}
