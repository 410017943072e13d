#!/usr/bin/env bats
# Invoices: made with what is fulfilled, numbered without gaps, taken back with
# what is paid back, and what the tax system answers.
load ../steps

one=00202611220000001
two=00202611220000002
three=00202611220000003
first=2026-00000001
url=https://tax.example/i?n=1\&k=2

# One order that is installed, one that is ready, one that is applied for.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && ready one:p256 two:p256 && cp applications.yaml both &&
		applied three:p256 >/dev/null && mv both applications.yaml &&
		ca-issue $CA_PIN $one >/dev/null &&
		ca-install $KEYS $one >/dev/null
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# asked NAME FILTER: of what the tax system is asked for
asked() { ca-pay --invoice "$1" --json | jq -c "$2"; }
# refused STATUS TEXT ARGUMENT...
refused() {
	local want=$1 text=$2
	shift 2
	fails "$want" ca-pay "$@"
	[ "${stderr_lines[0]}" = "ca-pay: $text" ]
}
answer() { ca-pay --invoice-issued "$1" --number "$2" --url "$3"; }
# revoked ORDER REASON: on the word of two
revoked() {
	ca-issue --revoke --reason "$2" $ALICE "$1" || [ $? = 4 ]
	ca-issue --revoke --reason "$2" $BOB "$1"
} >/dev/null 2>&1
back() { ca-pay --refund --amount "$1" --reason "$2" $CAROL $one; }
# numbers: all of them, with what they are over and what they take back
numbers() {
	sql "SELECT printf('%d-%d', i.year, i.number), i.fen, r.number
	    FROM invoice i LEFT JOIN invoice r ON r.id = i.red ORDER BY i.id" |
		paste -sd' '
}
# bad TEXT SQL: the store, with a journal that fits what was done to it, is not
# as it should be
bad() {
	begin
	sql "$2"
	"$top"/tests/rejournal store/orders.db
	run --separate-stderr ca-admin verify
	[ "$status" -eq 7 ]
	told "$1"
}

@test "an order that is fulfilled has one, to the organisation that applies" {
	begin
	[ "$(asked $one '[.invoice, .order, .date, .fen, .amount]')" = \
	    '["2026-00000001","'$one'","2026-11-22",24000,"240.00"]' ]
	[ "$(asked $one '[.seller, .buyer]')" = '["广东省电子商务认证有限公司",{"title":"沈阳示例科技有限公司","tax_number":"91210100MA0ABCDE6X"}]' ]
	[ "$(asked $one .items)" = '[{"item":"certificate","title":"证书服务费用","fen":20000},{"item":"handling","title":"手续费","fen":4000}]' ]
	[ "$(asked $one '[.red, .red_number, .number, .url]')" = \
	    '[null,null,null,null]' ]
	[ "$(asked $one .)" = "$(asked $first .)" ]
	[ "$(asked $one .)" = "$(ca-pay --invoice --format json $one)" ]
	[ "$(ca-query --json $one | jq -c .invoices)" = '[{"invoice":"2026-00000001","red":null,"fen":24000,"at":"2026-11-22T02:00:00Z","number":null,"url":null}]' ]
	[ "$(ca-query --json $two | jq -c .invoices)" = '[]' ]
	ca-query --history $one | grep -q '	invoice	240.00 on invoice 2026-00000001 to 沈阳示例科技有限公司$'
	# Again is once.
	works ca-issue $CA_PIN $one
	[ "$(numbers)" = '2026-1|24000|' ]
	ca-admin verify -q
}

@test "one that is not fulfilled, or free, or not there, has none" {
	begin
	refused 4 "order $two: it is ready; its invoice is made when it is fulfilled" \
	    --invoice --json $two
	refused 6 "there is no order '00202611220000009'" --invoice --json 00202611220000009
	refused 6 'there is no invoice 2026-00000002' --invoice --json 2026-00000002
	refused 6 "there is no order '2026-2'" --invoice --json 2026-2
	fulfilled reissue $one again
	[ "$order" != $one ]
	refused 5 "order $order: it is free of charge, and has no invoice" \
	    --invoice --format ubl "$order"
	[ "$(numbers)" = '2026-1|24000|' ]
	ca-admin verify -q
}

@test "one that was fulfilled before invoices were kept has none" {
	begin
	sql 'UPDATE application SET fees = NULL; DROP TRIGGER journal_no_delete;
	    DELETE FROM journal WHERE kind = '"'invoice'"';
	    DELETE FROM invoice; UPDATE orders SET invoiced = NULL'
	refused 6 "order $one: it was fulfilled before this store kept invoices, and has none" \
	    --invoice --json $one
	run ca-admin verify
	[[ $output != *invoice* ]]
}

@test "numbers follow one another in each year of the CA's zone" {
	begin
	CAORDER_NOW=2026-12-31T15:59:59Z ca-issue $CA_PIN $two
	uploaded && declared && settled && accepted && approved
	CAORDER_NOW=2026-12-31T16:00:00Z ca-issue $CA_PIN $three
	[ "$(numbers)" = '2026-1|24000| 2026-2|24000| 2027-1|24000|' ]
	[ "$(asked $three '[.invoice, .date]')" = '["2027-00000001","2027-01-01"]' ]
	ca-admin verify -q
}

@test "it is UBL 2.1" {
	begin
	ca-pay --invoice --format ubl $one >i.xml
	xmllint --noout i.xml
	# at PATH: the text there
	at() {
		local step path=
		for step in ${1//\// }; do path+="/*[name()='$step']"; done
		xmllint --xpath "string($path)" i.xml
	}
	[ "$(xmllint --xpath 'namespace-uri(/*)' i.xml)" = urn:oasis:names:specification:ubl:schema:xsd:Invoice-2 ]
	[ "$(at Invoice/cbc:UBLVersionID)" = 2.1 ]
	[ "$(at Invoice/cbc:ID)" = $first ]
	[ "$(at Invoice/cbc:IssueDate)" = 2026-11-22 ]
	[ "$(at Invoice/cbc:InvoiceTypeCode)" = 380 ]
	[ "$(at Invoice/cbc:DocumentCurrencyCode)" = CNY ]
	[ "$(at Invoice/cac:OrderReference/cbc:ID)" = $one ]
	[ "$(at Invoice/cac:AccountingSupplierParty/cac:Party/cac:PartyName/cbc:Name)" = 广东省电子商务认证有限公司 ]
	party=Invoice/cac:AccountingCustomerParty/cac:Party
	[ "$(at $party/cac:PartyName/cbc:Name)" = 沈阳示例科技有限公司 ]
	[ "$(at $party/cac:PartyTaxScheme/cbc:CompanyID)" = 91210100MA0ABCDE6X ]
	[ "$(at Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount)" = 240.00 ]
	[ "$(xmllint --xpath "count(//*[local-name()='InvoiceLine'])" i.xml)" = 2 ]
	[ "$(xmllint --xpath "sum(//*[local-name()='InvoiceLine']/*[local-name()='LineExtensionAmount'])" i.xml)" = 240 ]
	[ "$(xmllint --xpath "count(//@currencyID[. != 'CNY'])" i.xml)" = 0 ]
	# What the schema wants in this order.
	[ "$(xmllint --format i.xml | grep -oE '^  <c[ab]c:[A-Za-z]+' | tr -d ' <' | uniq | xargs)" = \
	    'cbc:UBLVersionID cbc:ID cbc:IssueDate cbc:InvoiceTypeCode cbc:DocumentCurrencyCode cac:OrderReference cac:AccountingSupplierParty cac:AccountingCustomerParty cac:LegalMonetaryTotal cac:InvoiceLine' ]
}

@test "it is a PDF through the form printer, and says so without one" {
	begin
	ca-pay --invoice $one >i.pdf
	pdftotext -layout i.pdf - | tr -s ' ' >text
	grep -q '开票申请单' text
	grep -q '申请单号 2026-00000001 申请日期 2026年11月22日' text
	grep -q '纳税人识别号 91210100MA0ABCDE6X' text
	grep -q '合计（大写）：贰佰肆拾元整 240.00' text
	cmp i.pdf <(ca-form --invoice $first)
	# That a tax number was printed is no look at what is masked.
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'unmask'")" = 0 ]
	mkdir alone && cp "$(command -v ca-pay)" alone/
	fails 1 env PATH=/usr/bin:/bin alone/ca-pay --invoice $one
	[ "$stderr" = 'ca-pay: there is no program ca-form, neither beside this one nor in PATH; install it, or give --format json or ubl' ]
	fails 4 ca-pay --invoice $two
	[[ $stderr == *'its invoice is made when it is fulfilled' ]]
	fails 6 ca-form --invoice 2026-00000007
}

@test "what does not go together is refused" {
	begin
	refused 2 'give one order or invoice, or --all' --invoice
	refused 2 'give one order or invoice, or --all' --invoice --all $one
	refused 2 '--all lists what waits: --format is for one invoice' \
	    --invoice --all --format ubl
	refused 2 "'xml' is no format: pdf, json, ubl" --invoice --format xml $one
	refused 2 '--json is --format json: give one of them' \
	    --invoice --json --format json $one
	fails 2 ca-pay --invoice-issued $one --number 1
	fails 2 ca-pay --invoice-issued --number 1 --url $url
}

@test "what the tax system answered is recorded once, and told" {
	begin
	[ "$(ca-pay --invoice --all)" = $first ]
	[ "$(ca-pay --invoice --all --json | jq -r .order)" = $one ]
	works answer $first 26212000000012345678 "$url"
	[ "$output" = $one ]
	works answer $one 26212000000012345678 "$url"
	[ "$output" = $one ]
	[ "$(sql 'SELECT count(*) FROM invoice_issued')" = 1 ]
	[ -z "$(ca-pay --invoice --all)" ]
	[ "$(asked $one '[.number, .url]')" = '["26212000000012345678","'"$url"'"]' ]
	[ "$(ca-query --json $one | jq -c '.invoices[0] | [.number, .url]')" = '["26212000000012345678","'"$url"'"]' ]
	ca-query --history $one |
		grep -qF "	invoice_issued	invoice $first issued as 26212000000012345678: $url"
	ca-notify --list | grep -q "^invoice-1	$one	phone"
	echo 'notify: {phone: [sh, -c, "cat >>told"]}' >store/config.yaml
	ca-notify
	[ "$(jq -r 'select(.kind == "invoice") | .text' told)" = "【示例电子商务认证有限公司】林晓，您好：业务单 $one 的电子发票（号码 26212000000012345678，240.00 元，抬头沈阳示例科技有限公司）已开具，下载地址：$url" ]
	ca-admin verify -q
}

@test "another answer, and one that is none, is refused" {
	begin
	ca-issue $CA_PIN $two
	answer $one 77 "$url"
	works answer $one 77 "$url"
	local stands="invoice $first was issued as 77 at $url: what the tax system answered stands"
	refused 5 "$stands" --invoice-issued $one --number 78 --url "$url"
	refused 5 "$stands" --invoice-issued $one --number 77 --url "$url.pdf"
	refused 5 'number 77 is recorded as that of invoice 2026-00000001' \
	    --invoice-issued $two --number 77 --url "$url"
	local number text
	for number in 7.7 '7 7' 12345678901234567890123456789012345678901; do
		refused 3 "'$number' is no invoice's number: 1 to 40 letters, digits and hyphens" \
		    --invoice-issued $two --number "$number" --url "$url"
	done
	for text in ftp://tax.example/1 https:// 'https://tax.example/a b' \
	    https://税.example; do
		refused 3 "'$text' is no address of an invoice: http:// or https://, printable ASCII without blanks, at most 1000 characters" \
		    --invoice-issued $two --number 78 --url "$text"
	done
	refused 4 "order $three: it is applied; its invoice is made when it is fulfilled" \
	    --invoice-issued $three --number 79 --url "$url"
	works ca-pay -n --invoice-issued $two --number 79 --url "$url"
	[ "$(sql 'SELECT count(*) FROM invoice_issued')" = 1 ]
	ca-admin verify -q
}

@test "what is paid back of a fee is taken back, in negative amounts" {
	begin
	# Its certificates are good: the fee is owed.
	fails 5 back 10 gift
	[ "$stderr" = "ca-pay: order $one: nothing is to be paid back: the 240.00 that it has are owed" ]
	answer $one 77 "$url"
	revoked $one cessationOfOperation
	fails 5 back 240.01 all
	[ "$stderr" = "ca-pay: order $one: 240.01 are more than the 240.00 that it has" ]
	run back 210 'mostly unused'
	[ "$(numbers)" = '2026-1|24000| 2026-2|-21000|1' ]
	[ "$(ca-query -o payment,over_fen $one)" = 'paid	0' ]
	# Done again it is done; two goes on with the numbers.
	run back 210 'mostly unused'
	ca-issue $CA_PIN $two
	run back 30 'the rest'
	[ "$(numbers)" = '2026-1|24000| 2026-2|-21000|1 2026-3|24000| 2026-4|-3000|1' ]
	[ "$(ca-query -o payment,over_fen $one)" = 'refunded	0' ]
	[ "$(asked 2026-00000002 '[.fen, .items[].fen, .red, .red_number]')" = '[-21000,-20000,-1000,"2026-00000001","77"]' ]
	[ "$(asked 2026-00000004 '[.buyer.title, .items]')" = '["沈阳示例科技有限公司",[{"item":"handling","title":"手续费","fen":-3000}]]' ]
	[ "$(ca-query --json $one | jq -c '[.invoices[] | [.invoice, .red, .fen]]')" = '[["2026-00000001",null,24000],["2026-00000002","2026-00000001",-21000],["2026-00000004","2026-00000001",-3000]]' ]
	ca-query --history $one | grep -q -- '-30.00 on invoice 2026-00000004 to 沈阳示例科技有限公司, taken back of 2026-00000001$'
	fails 5 back 1 more
	ca-admin verify -q
	[ "$(sql "SELECT coalesce(sum(fen), 0) FROM ledger WHERE account LIKE 'fee:%' AND order_id = 1")" = 0 ]
	# The tax system is asked for it as for any other.
	[ "$(ca-pay --invoice --all | xargs)" = '2026-00000002 2026-00000003 2026-00000004' ]
	ca-pay --invoice 2026-00000004 --format ubl >i.xml
	xmllint --noout i.xml
	[ "$(xmllint --xpath "string(//*[local-name()='InvoiceTypeCode'])" i.xml)" = 384 ]
	[ "$(xmllint --xpath "//*[local-name()='BillingReference']//*[local-name()='ID']/text()" i.xml | xargs)" = '2026-00000001 77' ]
	[ "$(xmllint --xpath "string(//*[local-name()='PayableAmount'])" i.xml)" = -30.00 ]
	ca-pay --invoice 2026-00000004 | pdftotext -layout - - | tr -s ' ' >text
	grep -q '红字发票，冲销申请单 2026-00000001（发票号码 77）' text
	grep -q '（负数）叁拾元整 -30.00' text
	works answer 2026-00000004 78 "$url"
	[ "$output" = $one ]
	ca-admin verify -q
}

@test "certificates that are held, or that others replaced, keep their fee" {
	begin
	revoked $one certificateHold
	fails 5 back 240 all
	begin
	fulfilled reissue $one again
	fails 5 back 240 all
	[ "$(numbers)" = '2026-1|24000|' ]
}

@test "what was paid beyond the fee is not invoiced, nor taken back" {
	begin
	uploaded && accepted && approved
	statement '250.00 B-over' >over.csv
	ca-pay --reconcile over.csv $CAROL
	ca-pay --assign B-over --reason meant $CAROL $three
	ca-issue $CA_PIN $three
	[ "$(ca-query -o payment,over_fen $three)" = 'paid	1000' ]
	[ "$(numbers)" = '2026-1|24000| 2026-2|24000|' ]
	ca-pay --refund --amount 10 --reason over $CAROL $three
	[ "$(ca-query -o payment,over_fen $three)" = 'paid	0' ]
	[ "$(numbers)" = '2026-1|24000| 2026-2|24000|' ]
	ca-admin verify -q
}

@test "ca-admin verify finds what is wrong with them" {
	bad "invoice 2026-00000002: the number before it is missing, or is later" \
	    'UPDATE invoice SET number = 2'
	bad 'invoice 2025-00000001: its year is not that in which it was made' \
	    'UPDATE invoice SET year = 2025'
	bad 'its items do not come to its amount' "UPDATE invoice SET items = '[]'"
	bad 'its items do not come to its amount' "UPDATE invoice SET items = '{'"
	bad 'its title or tax number is not that of the organisation that applies' \
	    "UPDATE invoice SET title = '上海样本信息有限公司'"
	bad 'its amount is not its order.s fee' 'UPDATE invoice SET fen = 100'
	bad "order $one: it is paid and fulfilled, and has no invoice" \
	    "DROP TRIGGER journal_no_delete;
	    DELETE FROM journal WHERE kind = 'invoice'; DELETE FROM invoice;"
	bad "order $two: .*its order is not fulfilled" \
	    'UPDATE invoice SET order_id = 2'
	bad 'takes back what is no invoice of the same order' \
	    "INSERT INTO invoice SELECT 2, 2, year, 2, -fen, 1, title, tax_number,
	    items, at FROM invoice"
	bad "order $one: its invoices are not covered by what is kept" \
	    "INSERT INTO refund(order_id, bank_line, number, fen, reason, evidence,
	    at) SELECT 1, bank_line, 'R', fen, 'x', evidence, at
	    FROM settlement WHERE order_id = 1"
	begin
	sql "UPDATE invoice SET title = '上海样本信息有限公司'"
	fails 7 ca-pay --invoice --json $one
	[ "$stderr" = 'ca-pay: invoice 1 was altered after it was recorded' ]
}
