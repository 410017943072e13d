# Forms on paper: what is on them, how they look, what cannot be printed.
load ../steps

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup
	store
	apply one
	printf '%s\n' "$order" >orders
	ca-form -o one.pdf <orders >/dev/null
}

setup_order() {
	cp -a "$BATS_FILE_TMPDIR/." .
	export CAORDER_STORE=$PWD/store
	order=$(cat orders)
}

# words FILE: the text of a PDF in one line
words() { pdftotext -layout "$1" - | tr -s ' \n\f' ' '; }

# says FILE TEXT...: each is printed on it
says() {
	local file=$1 text all
	shift
	all=$(words "$file" | tr -d ' ')
	for text; do
		[[ $all == *"${text// /}"* ]] || {
			printf '%s does not say %s\n' "$file" "$text"
			return 1
		}
	done
}

@test "the forms of an order hold its data" {
	setup_order
	says one.pdf '机构员工数字证书申请表 第 1 页 共 2 页' 'I. 申请机构基本资料' \
	    '机构名称 沈阳示例科技有限公司' 91210100MA0ABCDE6X \
	    'II. 经办人资料' linxiao@example.cn 'III. 用户须知' \
	    'IV. 申请机构声明' 'V. 受理审核' 'ECDSA P-256' \
	    '电子印章申请表 第 1 页 共 2 页' '机构印章采集' '法人印章采集' \
	    '法人签字采集' '使用人签字采集' '被授权员工列表' \
	    '法人授权书' '自2026年11月1日起，至2027年4月30日止' \
	    "业务单号 $order" 210102199003078881
	works pdffonts one.pdf
	while read -r name _ _ embedded subset _; do
		[[ $embedded/$subset == */yes || $embedded == yes ]]
	done < <(sed '1,2d' <<<"$output")
	! grep -qv 'yes yes' <(sed '1,2d' <<<"$output")
}
