# Forms on paper: what is on them, how they look, what cannot be printed.
# CAORDER_PIN_PICTURES=1 makes the pictures of tests/golden/forms anew, to be
# looked at before they are committed.
load ../steps

LONG=沈阳市示例信息技术科学研究与工程应用发展股份有限公司东北地区分公司第一事业部沈阳市示例信息技术科学研究与工程应用发展股份有限公司
ADDRESS=辽宁省沈阳市沈河区十三纬路南三经街五十八号中国有色大厦东座十六层一六零八室转示例科技有限公司东北分公司信息化建设办公室综合管理处第二科室收发室（周一至周五上班时间收件）
MAIL=a-very-long-mail-address.of-somebody@subdomain.example-company-with-a-long-name.cn

# One order that is accepted, one with hard names, and their forms.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup
	store
	applied one:p256
	uploaded >/dev/null
	accepted >/dev/null
	apply hard "s/name: 沈阳示例.*/name: $LONG/" \
	    's/name: 林晓/name: 欧阳𠮷龘/' "s/  address: .*/  address: $ADDRESS/" \
	    "s/email: .*/email: $MAIL/"
	printf '%s\n' "$order" >>orders
	ca-form --into pdf <orders >/dev/null
	mv "pdf/$(sed -n 1p orders).pdf" one.pdf
	mv "pdf/$order.pdf" hard.pdf
}

# The above, where a test changes it.
mine() {
	cp -a "$BATS_FILE_TMPDIR/." .
	export CAORDER_STORE=$PWD/store
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset CAORDER_STORE XDG_DATA_HOME LANGUAGE LANG
	export HOME=$BATS_TEST_TMPDIR TZ=UTC LC_ALL=C CAORDER_LANG=en
	export CAORDER_NOW=2026-11-22T02:00:00Z
	umask 022
	if [ -s "$BATS_FILE_TMPDIR/orders" ]; then
		export CAORDER_STORE=$BATS_FILE_TMPDIR/store
		{ read -r one && read -r hard; } <"$BATS_FILE_TMPDIR/orders"
	fi
}

# says FILE TEXT...: each is printed on it, however it is broken into lines
says() {
	local file=$1 text all
	shift
	all=$(pdftotext -raw "$file" - | tr -d ' \n\f' | sed 's/\xc2\xa0//g')
	for text; do
		[[ $all == *"${text// /}"* ]] || {
			printf '%s does not say %s\n' "$file" "$text"
			return 1
		}
	done
}

# codes FILE: those of each page, "01ORDER SLOT PAGE PAGES DIGEST CHECK"
codes() {
	ca-scan "$1" | jq -r '.codes[].text' | sed -E \
	    's/^(.{2})(.{17})(.{2})(.{2})(.{2})(.{17})(.{2})$/\1 \2 \3 \4 \5 \6 \7/'
}

# looks NAME FILE PAGE: as the picture of that name does
looks() {
	local golden=$top/tests/golden/forms
	pdftoppm -r 50 -gray -png -singlefile -f "$3" -l "$3" "$2" "$1"
	[ -z "${CAORDER_PIN_PICTURES-}" ] || cp "$1.png" "$golden/$1.png"
	"$B/tests/pixels" "$golden/$1.png" "$1.png"
}

@test "the forms of an order hold its data" {
	says "$BATS_FILE_TMPDIR/one.pdf" \
	    '机构员工数字证书申请表 第 1 页 共 2 页' 'I. 申请机构基本资料' \
	    '机构名称 沈阳示例科技有限公司' 91210100MA0ABCDE6X \
	    'II. 经办人资料' linxiao@example.cn 'III. 用户须知' \
	    'IV. 申请机构声明' 'V. 受理审核' 'ECDSA P-256' \
	    '电子印章申请表 第 1 页 共 2 页' '机构印章采集' '法人印章采集' \
	    '法人签字采集' '使用人签字采集' '被授权员工列表' \
	    '法人授权书' '自2026年11月1日起，至2027年4月30日止' \
	    "业务单号 $one" 210102199003078881
}

@test "fonts are embedded as subsets, text is text" {
	works pdffonts "$BATS_FILE_TMPDIR/hard.pdf"
	[ "${#lines[@]}" -ge 4 ]
	! sed 1,2d <<<"$output" | grep -v 'yes yes yes'
	[[ $output == *+WenQuanYiMicroHei* && $output == *+BabelStoneHan* ]]
}

@test "the same order gives the same octets, whenever and wherever" {
	works env CAORDER_NOW=2027-01-02T03:04:05Z LC_ALL=C.UTF-8 \
	    TZ=Asia/Shanghai CAORDER_LANG=zh_CN ca-form -o a.pdf "$one"
	[ "$output" = "$one" ]
	cmp a.pdf "$BATS_FILE_TMPDIR/one.pdf"
	[ "$(stat -c %a a.pdf)" = 600 ]
	ca-form "$one" >b.pdf
	cmp a.pdf b.pdf
	works ca-form -n -o c.pdf "$one"
	[ ! -e c.pdf ]
}

@test "each page has both codes: order, slot, page, pages" {
	run codes "$BATS_FILE_TMPDIR/one.pdf"
	[ "$(cut -d' ' -f-5 <<<"$output" | uniq -c | sed 's/^ *//')" = \
	    "2 01 $one 01 01 02
2 01 $one 01 02 02
2 01 $one 03 01 02
2 01 $one 03 02 02
2 01 $one 05 01 01" ]
	[ "$(cut -d' ' -f3,6 <<<"$output" | sort -u | wc -l)" -eq 3 ]
	pdftoppm -r 100 -gray -singlefile "$BATS_FILE_TMPDIR/one.pdf" page
	run zbarimg -q page.pgm
	[[ $output == *QR-Code:01$one* && $output == *CODE-128:01$one* ]]
}

@test "an amended application voids what was printed" {
	mine
	codes one.pdf >before
	application one 's/^algorithm:/backup_pin: false\n&/' >same.yaml
	ca-form -o again.pdf "$one" >/dev/null
	codes again.pdf | cmp - before
	application one 's/phone: .*/phone: "13800000002"/' >other.yaml
	ca-apply --amend $KEYS other.yaml >/dev/null
	ca-form -o after.pdf "$one" >/dev/null
	says after.pdf 13800000002
	! comm -12 <(cut -d' ' -f6 before | sort -u) \
	    <(codes after.pdf | cut -d' ' -f6 | sort -u) | grep .
}

@test "long names and addresses fit, rare characters are printed" {
	says "$BATS_FILE_TMPDIR/hard.pdf" "机构名称$LONG" "机构法定住所$ADDRESS" \
	    "电子邮箱$MAIL" 欧阳𠮷龘
	run codes "$BATS_FILE_TMPDIR/hard.pdf"
	[ "${#lines[@]}" -eq 10 ]
}

@test "a page looks as the picture of it" {
	mkdir -p "$top/tests/golden/forms"
	local pdf=$BATS_FILE_TMPDIR/one.pdf i=0
	for name in application-1 application-2 seal-1 seal-2 letter; do
		looks $name "$pdf" $((i += 1))
	done
	looks hard-application-1 "$BATS_FILE_TMPDIR/hard.pdf" 1
	looks hard-letter "$BATS_FILE_TMPDIR/hard.pdf" 5
	ca-form --receipt -o receipt.pdf "$one" >/dev/null
	looks receipt receipt.pdf 1
	ca-form --blank -o blank.pdf
	looks blank-application-1 blank.pdf 1
	looks blank-letter blank.pdf 5
	ca-form --entrance ln-gov-employee-mkey -o entrance.pdf
	looks entrance entrance.pdf 1
}

@test "a character that no font has is refused with field and number" {
	mine
	apply rare 's/name: 林晓/name: 林𠀣/'
	fails 3 ca-form -o rare.pdf "$order"
	told "^ca-form: $order: (user|handler).name has the character 𠀣 \(U\+20023\), which neither WenQuanYi Micro Hei nor BabelStone Han has; "
	[ ! -e rare.pdf ]
	apply private $'s/name: 林晓/name: 林\xee\x84\xa3/'
	fails 3 ca-form -o rare.pdf "$order"
	told "$order: (user|handler).name has the character U\+E123, which is for private use: "
	sed -i 's/^title:.*/title: 授权𠀣书/' store/forms/authorisation-letter.yaml
	fails 3 ca-form -o rare.pdf "$one"
	told "$one: the form authorisation-letter has the character 𠀣 \(U\+20023\)"
	[ ! -e rare.pdf ]
}

@test "--only prints one slot's pages" {
	works ca-form --only seal-form -o seal.pdf "$one"
	run codes seal.pdf
	[ "$(cut -d' ' -f3-5 <<<"$output" | uniq)" = $'03 01 02\n03 02 02' ]
	fails 6 ca-form --only seal-from -o no.pdf "$one"
	told "no form for a slot 'seal-from'; there are application-form, seal-form, authorisation-letter"
	fails 6 ca-form --only user-id -o no.pdf "$one"
	told "no form for a slot 'user-id'"
	[ ! -e no.pdf ]
}

@test "--blank prints the forms without an order, a code or a store" {
	works ca-form --blank -o blank.pdf
	[ -z "$output" ]
	says blank.pdf 机构员工数字证书申请表 '申请日期： 年 月 日' 电子印章申请表 \
	    '自 年 月 日起，至 年 月 日止' '兹授权同志为本单位办理'
	! pdftotext blank.pdf - | grep -q 业务单号　0
	ca-form --blank --only authorisation-letter -o letter.pdf
	[ -z "$(codes letter.pdf)" ]
	unset CAORDER_STORE
	works ca-form --blank --only seal-form -o one.pdf ln-gov-employee-mkey
	[ "$(pdfinfo one.pdf | sed -n 's/^Pages: *//p')" = 2 ]
	fails 6 ca-form --blank -o no.pdf gov
	told "no service 'gov'"
}

@test "a receipt is of an accepted order, and masks numbers" {
	works ca-form --receipt -o receipt.pdf "$one"
	says receipt.pdf 受理回执 "业务单号 $one" '合计（大写）：贰佰肆拾元整' \
	    '手续费 40.00' '受理时间 2026年11月22日 10:00' \
	    '法人授权书（需加盖公章）' '210*************81' 受理员alice
	! says receipt.pdf 210102199003078881 >/dev/null
	[ "$(codes receipt.pdf | cut -d' ' -f2-5 | uniq)" = "$one 00 01 01" ]
	fails 4 ca-form --receipt -o no.pdf "$hard"
	told "$hard: it is not accepted, which a receipt would say; ca-review --accept does that"
	[ ! -e no.pdf ]
}

@test "a notice says what is to be corrected" {
	fails 4 ca-form --notice -o no.pdf "$one"
	told "$one: it was not returned, or what was asked for is there again: there is nothing to correct"
	mine
	ca-review $BOB --return '第一页公章不清晰，请重新盖章。' "$one" >/dev/null
	ca-upload --remove user-id "$one" >/dev/null
	works ca-form --notice -o notice.pdf "$one"
	says notice.pdf 补正通知书 '第一页公章不清晰，请重新盖章。' \
	    '机构中员工身份证复印件（需加盖公章）' 于2026年11月22日10:00退回
	looks notice notice.pdf 1
	ca-upload --despite 'a sample' "$one" user-id="$(echo "$top"/tests/data/scans/handler-id.*)" \
	    >/dev/null
	fails 4 ca-form --notice -o no.pdf "$one"
}

@test "that whole numbers were printed is on record, masked ones are not" {
	mine
	notes() { ca-query --history "$one" | grep -c 'unmask: its forms were printed'; }
	before=$(notes)
	ca-form -o a.pdf "$one" >/dev/null
	[ "$(notes)" -eq $((before + 1)) ]
	ca-form --receipt -o b.pdf "$one" >/dev/null
	ca-form -n -o c.pdf "$one" >/dev/null
	[ "$(notes)" -eq $((before + 1)) ]
	works ca-admin verify
}

@test "the poster's code is a name that ca-apply takes" {
	works ca-form --entrance ln-gov-employee-mkey -o poster.pdf
	pdftoppm -r 72 -gray -singlefile poster.pdf poster
	name=$(zbarimg -q --raw poster.pgm 2>/dev/null)
	[ "$name" = ln-gov-employee-mkey ]
	works ca-apply --template "$name"
	grep -q "^service: $name" <<<"$output"
	fails 6 ca-form --entrance ln-gov -o no.pdf
}

@test "--into takes many orders, a file takes one" {
	works ca-form --into made <"$BATS_FILE_TMPDIR/orders"
	[ "$output" = "$(cat "$BATS_FILE_TMPDIR/orders")" ]
	cmp "made/$one.pdf" "$BATS_FILE_TMPDIR/one.pdf"
	cmp "made/$hard.pdf" "$BATS_FILE_TMPDIR/hard.pdf"
	run --separate-stderr ca-form --into made 00209901010000009 "$one"
	[ "$status" -eq 6 ] && [ "$output" = "$one" ]
	told '^ca-form: 00209901010000009: '
	fails 2 ca-form -o a.pdf "$one" "$hard"
	fails 2 ca-form -o a.pdf --into made "$one"
	run --separate-stderr ca-form -o a.pdf <"$BATS_FILE_TMPDIR/orders"
	[ "$status" -eq 2 ] && [ "$output" = "$one" ]
	told "$hard: one file is for one order: give --into DIR"
	run script -qec "ca-form $one" /dev/null
	[[ $output == *'a PDF is nothing for a terminal'* ]]
	fails 1 ca-form -o /dev/full/a.pdf "$one" || fails 3 ca-form -o /dev/full/a.pdf "$one"
}

@test "ca-apply --form prints the forms of what it recorded" {
	mine
	application third >third.yaml
	works ca-apply $KEYS --form third.pdf third.yaml
	order=$output
	says third.pdf "业务单号 $order"
	works ca-apply $KEYS --form fourth.pdf third.yaml
	cmp third.pdf fourth.pdf
	{ application fourth; echo ---; application fifth; } >two.yaml
	run --separate-stderr ca-apply $KEYS --form no.pdf two.yaml
	[ "$status" -eq 2 ] && [ "${#lines[@]}" -eq 2 ] && [ ! -e no.pdf ]
	told 'form is for one application, and 2 were recorded; ca-form --into DIR'
	application rare 's/name: 林晓/name: 林𠀣/' >rare.yaml
	run --separate-stderr ca-apply $KEYS --form no.pdf rare.yaml
	[ "$status" -eq 3 ] && [ "${#lines[@]}" -eq 1 ] && [ ! -e no.pdf ]
	told 'name has the character 𠀣'
	fails 2 ca-apply $KEYS --form - third.yaml
	fails 2 ca-apply --check --form a.pdf third.yaml
}

@test "forms of a business are those that it asks for" {
	mine
	sed -i 's/^    business: \[new, renew, reissue, change, recover\]/    business: [renew]/' \
	    store/services/ln-gov-employee-mkey.yaml
	ca-admin service add store/services/ln-gov-employee-mkey.yaml 2>/dev/null
	apply less
	works ca-form -o less.pdf "$order"
	[ "$(codes less.pdf | cut -d' ' -f3 | uniq | tr '\n' ' ')" = '03 05 ' ]
	fails 5 ca-form --only application-form -o no.pdf "$order"
	told 'an order of business "new" has no slot application-form'
}

@test "a CA's own words, fields and logo" {
	mine
	cd store/forms
	sed -i 's/^english:.*/english: Sample CA\nlogo: logo.png/' letterhead.yaml
	sed -i 's/^title:.*/title: 授权委托书/; s/label: 手机号码/label: 移动电话/' \
	    authorisation-letter.yaml
	pdftoppm -r 20 -png -singlefile "$BATS_FILE_TMPDIR/one.pdf" logo
	cd ../..
	works ca-form --only authorisation-letter -o own.pdf "$one"
	says own.pdf 'Sample CA' 授权委托书 '移动电话 13800000001'
	pdfimages -list own.pdf | grep -q image
	echo no >store/forms/logo.png
	fails 3 ca-form -o no.pdf "$one"
	told 'the logo logo.png of the letterhead is not a PNG file'
	rm store/forms/logo.png
	run --separate-stderr ca-form -o no.pdf "$one"
	[ "$status" -ne 0 ]
	rm -r store/forms # a store that is older than forms
	works ca-form -o old.pdf "$one"
	cmp old.pdf "$BATS_FILE_TMPDIR/one.pdf"
}

@test "a form that is wrong is refused with file, line and column" {
	mine
	sed -i 's/{handler.email}/{handler.emial}/' store/forms/authorisation-letter.yaml
	line=$(grep -n emial store/forms/authorisation-letter.yaml | cut -d: -f1)
	fails 3 ca-form -o no.pdf "$one"
	told "^ca-form: $PWD/store/forms/authorisation-letter.yaml:$line:[0-9]+: $one: .*unknown placeholder '\{handler.emial\}'; did you mean '\{handler.email\}'"
	[ ! -e no.pdf ]
	cp "$top/share/forms/notice.yaml" store/forms/other.yaml
	run --separate-stderr ca-form --check store/forms/*.yaml
	[ "$status" -eq 3 ] && [ -z "$output" ]
	told "letter.yaml:$line:[0-9]+: .*emial" \
	    "other.yaml:1:1: id: its id is 'notice', so that the file must be named notice.yaml"
	[ "${#stderr_lines[@]}" -eq 2 ]
	works ca-form --check "$top"/share/forms/*.yaml
}

@test "what no page has room for is refused" {
	mine
	sed -i 's/height: 42/height: 220/; s/^  - heading: 经办人/  - space: 220\n&/' \
	    store/forms/authorisation-letter.yaml
	works ca-form --only authorisation-letter -o tall.pdf "$one"
	says tall.pdf 共4页
	yes 字 | head -n 60 | sed 's/^/                /' >lines
	sed -i '/value: "{handler.email}"/{s/.*/            - span: 3\n              value: |/;r lines
	}' store/forms/authorisation-letter.yaml
	fails 3 ca-form --only authorisation-letter -o no.pdf "$one"
	told 'the form authorisation-letter: a row is [0-9]+ mm high, and a page has room for 220'
}

@test "no other tool needs what paper does" {
	for tool in ca-apply ca-upload ca-pay ca-review ca-issue ca-install \
	    ca-query ca-admin; do
		! ldd "$B/bin/$tool" |
		    grep -E 'pango|cairo|fontconfig|zint|poppler|zbar|curl'
	done
}
