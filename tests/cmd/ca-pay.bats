# ca-pay: transfers declared, and settled by the bank's statement.
load ../steps

one=00202611220000001
two=00202611220000002
account=7443900182600096874
name=沈阳示例科技有限公司

# orders COUNT: a store with so many, each with 240.00 due
orders() {
	local i
	store
	for ((i = 1; i <= $1; i++)); do
		echo ---
		application "r$i"
	done >applications.yaml
	ca-apply $KEYS applications.yaml >orders
}

# reconcile STATUS FILE [ARGUMENT...]: $output is the paid ones
reconcile() {
	local want=$1 file=$2
	shift 2
	run --separate-stderr ca-pay --reconcile "$file" $CAROL "$@"
	[ "$status" -eq "$want" ] || {
		printf 'exit %s, not %s\n%s\n' "$status" "$want" "$stderr"
		return 1
	}
}

# declare_one ORDER AMOUNT [ACCOUNT [NAME [DATE]]]
declare_one() {
	ca-pay --payer-account "${3:-$account}" --payer-name "${4:-$name}" \
	    --amount "$2" --date "${5:-2026-11-20}" "$1"
}

# refused STATUS ORDER AMOUNT TEXT: it is not declared, which says the text
refused() {
	fails "$1" ca-pay --payer-account $account --payer-name $name \
	    --amount "$3" --date 2026-11-20 "$2"
	[ "$stderr" = "ca-pay: $2: $4" ]
}

payment() { sql "SELECT payment, paid FROM orders WHERE number = '$1'"; }
facts() {
	sql 'SELECT (SELECT count(*) FROM evidence),
	    (SELECT count(*) FROM bank_line), (SELECT count(*) FROM settlement)'
}

@test "a transfer is declared once, whatever way it is written" {
	orders 1
	works declare_one $one 240.00
	[ "$output" = $one ]
	[ "$(payment $one)" = 'declared|0' ]
	works declare_one $one 240 '7443 9001-8260 0096 874' \
	    '沈阳示例科技 有限公司'
	[ "$output" = $one ]
	transfer $one >t.yaml
	transfer $one >>t.yaml
	works ca-pay --transfer t.yaml $one
	[ "$output" = $one ]
	[ "$(sql "SELECT account, name, fen, day FROM transfer")" = \
	    "$account|$name|24000|20777" ]
}

@test "two equal documents of one file are one transfer" {
	orders 1
	{ transfer $one 120.00; transfer $one 120.00; } >t.yaml
	run --separate-stderr ca-pay --transfer t.yaml $one
	[ "$status" -eq 0 ]
	[ "$(sql "SELECT declared FROM orders")" = 12000 ]
	told "^ca-pay: $one: (note: )?amount 120.00 is short of 240.00 due: 120.00 more"
}

@test "transfers add up in one file and in later calls, and not beyond" {
	orders 2
	run --separate-stderr declare_one $one 100.00
	[ "$status" -eq 0 ] && [ "$output" = $one ]
	told 'amount 100.00 is short of 240.00 due: 140.00 more is to be transf'
	works declare_one $one 140.00
	refused 3 $two 250.00 'amount 250.00 is over the 240.00 due'
	[ "$(payment $two)" = 'unpaid|0' ]
	{
		transfer $two 90.00
		transfer $two 150.00 | sed 's/11-20/11-21/'
	} >t.yaml
	works ca-pay --transfer t.yaml $two
	[ "$(sql 'SELECT declared FROM orders')" = $'24000\n24000' ]
}

@test "a slip is corrected by declaring again; only what is settled counts" {
	orders 1
	works declare_one $one 240.00 11112222333344445
	run --separate-stderr declare_one $one 240.00
	[ "$status" -eq 0 ] && [ "$output" = $one ]
	told 'transfers of 480.00 are declared and 240.00 is due'
	statement '240.00 B-1' >one.csv
	run --separate-stderr ca-pay --reconcile one.csv $CAROL
	[ "$output" = $one ]
	[ "$(payment $one)" = 'paid|24000' ]
	refused 3 $one 10.00 'amount 10.00 is over the 0.00 that is left of the 240.00 due: the rest is paid already'
	# Money from the other account too is a second payment, and not taken.
	statement '240.00 B-2' | sed 's/7443900182600096874/11112222333344445/' >two.csv
	run --separate-stderr ca-pay --reconcile two.csv $CAROL
	told ': duplicate: B-2 240.00'
	[ "$(payment $one)" = 'paid|24000' ]
}

@test "documents name the orders, by number or request" {
	orders 3
	{
		transfer $two
		transfer $one | sed "s/order:.*/request: r1/"
		transfer 00202611220000009
		transfer $one | sed "s/order:.*/request: nobody/"
	} >t.yaml
	run --separate-stderr ca-pay --transfer t.yaml </dev/null
	[ "$status" -eq 6 ]
	[ "$output" = "$(printf '%s\n' $two $one)" ]
	told '^ca-pay: 00202611220000009: no such order' \
	    "no order has the request 'nobody'"
	# In a pipe the orders that come in are the ones.
	run --separate-stderr ca-pay --transfer t.yaml <orders
	[ "$status" -eq 3 ]
	[ "$output" = "$(printf '%s\n' $one $two)" ]
	[ "$stderr" = "ca-pay: 00202611220000003: no transfer names this order" ]
}

@test "one transfer of the command line pays one order" {
	orders 2
	run --separate-stderr ca-pay --payer-account $account \
	    --payer-name $name --amount 240.00 --date 2026-11-20 $one $two
	[ "$status" -eq 3 ] && [ -z "$output" ]
	told "^ca-pay: $one: one transfer pays one order" \
	    "^ca-pay: $two: one transfer pays one order"
	run --separate-stderr bash -c "(echo $one; sleep 1; echo $two) |
	    ca-pay --payer-account $account --payer-name $name \
	    --amount 240.00 --date 2026-11-20"
	[ "$status" -eq 3 ] && [ "$output" = $one ]
	told "^ca-pay: $two: one transfer pays one order"
	[ "$(sql 'SELECT count(*) FROM transfer')" = 1 ]
}

@test "what is wrong with a document is named with its place" {
	orders 1
	cat >t.yaml <<-END
		order: "$one"
		request: r1
		payer_account: "7443900182600096874"
		payer_name: $name
		amount: 240.001
		date: 2026-11-24
		---
		payer_account: "7.44E+18"
		payer_nane: $name
		amount: 0.00
		date: 2026-02-30
		---
		order: "$one"
		payer_account: "7443900182600096874"
		payer_name: $name
		amount: 240.00
		date: 2026-11-23
	END
	run --separate-stderr ca-pay --transfer t.yaml --rejects r.jsonl $one
	[ "$status" -eq 3 ] && [ "$output" = $one ]
	told '^ca-pay: t.yaml:2:[0-9]+: request: order or request, not both' \
	    '^ca-pay: t.yaml:5:[0-9]+: amount: ' \
	    '^ca-pay: t.yaml:6:[0-9]+: date: 2026-11-24 is in the future' \
	    '^ca-pay: t.yaml:8:[0-9]+: payer_account: .*scientific' \
	    '^ca-pay: t.yaml:8:[0-9]+: order: missing: the order' \
	    '^ca-pay: t.yaml:8:[0-9]+: payer_name: missing' \
	    "^ca-pay: t.yaml:9:[0-9]+: payer_nane: .*payer_name" \
	    '^ca-pay: t.yaml:10:[0-9]+: amount: ' \
	    '^ca-pay: t.yaml:11:[0-9]+: date: '
	[ "$(wc -l <<<"$stderr")" -eq 9 ]
	[ "$(jq '.faults | length' r.jsonl)" -eq 9 ]
	fails 3 ca-pay --transfer /dev/null $one
	run ! grep -q 7443900182600096874 <<<"$stderr"
}

@test "an order with nothing due takes no transfer; a refused one neither" {
	orders 2
	sql "UPDATE application SET fee_due = 0 WHERE order_id = 1;
	    UPDATE orders SET fee_due = 0 WHERE id = 1"
	refused 5 $one 240.00 'nothing is to be paid for this order'
	works ca-review $ALICE --refuse no $two
	refused 5 $two 240.00 'the order was refused: no step "declare" after that'
}

@test "a dry run says the same and records nothing" {
	orders 1
	works ca-pay -n --payer-account $account --payer-name $name \
	    --amount 240.00 --date 2026-11-20 $one
	[ "$output" = $one ]
	[ "$(payment $one)" = 'unpaid|0' ]
	declare_one $one 240.00
	statement "240.00 B1" >s.csv
	reconcile 0 s.csv -n
	[ "$(cut -f 1-3,7 <<<"$output")" = $'2\tpaid\tB1\t'$one ]
	[ "$(facts)" = '0|0|0' ]
	[ "$(payment $one)" = 'declared|0' ]
}

@test "a statement settles; the same again changes nothing" {
	orders 2
	declare_one $one 240.00
	declare_one $two 240.00 6222020200112233445 上海样本信息有限公司
	{
		statement "240.00 B1" '99.00 B3'
		echo '2026-11-22,6222********2233445,上海样本信息有限公司,,240.00,B2,'
		echo '2026-11-21,1100220033004400,供应商有限公司,1200.00,,B4,货款'
	} >s.csv
	reconcile 0 s.csv
	[ "$output" = "$(printf '%s\n' $one $two)" ]
	told "^ca-pay: s.csv:2: paid: B1 240.00 $one\$" \
	    '^ca-pay: s.csv:3: unknown: B3 99.00: no transfer' \
	    "^ca-pay: s.csv:4: paid: B2 240.00 $two\$" \
	    '^ca-pay: s.csv:5: out: B4 1200.00'
	[ "$(payment $one)" = 'paid|24000' ] && [ "$(payment $two)" = 'paid|24000' ]
	[ "$(facts)" = '1|3|2' ]
	before=$(sql 'SELECT max(seq) FROM journal')
	reconcile 0 s.csv
	[ "$output" = "$(printf '%s\n' $one $two)" ]
	told "s.csv:2: repeated: B1 240.00 $one: it was imported before"
	# A longer statement, in another order of its columns.
	{
		echo '交易流水号,对方户名,对方账号,贷方发生额(收入),借方发生额(支出),交易日期'
		echo "B1,$name,$account,240.00,,2026-11-20"
	} >longer.csv
	reconcile 0 longer.csv
	[ "$output" = $one ]
	[ "$(sql 'SELECT max(seq) FROM journal')" = "$before" ]
	works ca-query -o number,payment $one
}

@test "short, over, duplicate, unknown and ambiguous lines settle nothing" {
	orders 3
	declare_one $one 240.00
	declare_one $two 240.00 6222020200112233445 上海样本信息有限公司
	declare_one 00202611220000003 240.00 6222020200112233445 \
	    上海样本信息有限公司
	{
		statement '200.00 B1' '250.00 B2' '240.00 B3' '240.00 B4'
		echo '2026-11-20,6222020200112233445,上海样本信息有限公司,,240.00,B5,'
		echo "2026-11-26,$account,$name,,240.00,B6,"
		echo "2026-11-20,$account,别人有限公司,,240.00,B7,"
		echo "2026-11-20,6222020200112233446,上海样本信息有限公司,,240.00,B8,"
		echo "2026-11-21,6222020200112233445,上海样本信息有限公司,,240.00,B9,付$two"
	} >s.csv
	reconcile 0 s.csv --rejects r.jsonl
	[ "$output" = "$(printf '%s\n' $one $two)" ]
	told "s.csv:2: short: B1 200.00 $one: 240.00 was declared: 40.00 short" \
	    "s.csv:3: over: B2 250.00 $one: 240.00 was declared: 10.00 over" \
	    "s.csv:4: paid: B3 240.00 $one" \
	    "s.csv:5: duplicate: B4 240.00 $one: .*settled already" \
	    's.csv:6: ambiguous: B5 240.00: it fits transfers of several' \
	    's.csv:7: unknown: B6 240.00: no transfer of that' \
	    's.csv:8: unknown: B7 240.00: ' 's.csv:9: unknown: B8 240.00: ' \
	    "s.csv:10: paid: B9 240.00 $two"
	[ "$(jq -r .match r.jsonl | xargs)" = \
	    'short over duplicate ambiguous unknown unknown unknown' ]
	[ "$(facts)" = '1|9|2' ]
	# Looked at again, when there is one order left that it can be.
	reconcile 0 s.csv
	[ "$output" = "$(printf '%s\n' $one 00202611220000003 $two)" ]
	told 's.csv:6: paid: B5 240.00 00202611220000003'
}

@test "among hundreds that a line may be, only the order it names is taken" {
	orders 2
	declare_one $one 240.00
	declare_one $two 240.00
	sql "INSERT INTO transfer(order_id, account, name, fen, day, at)
	    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	      WHERE i < 300)
	    SELECT order_id, account, name, fen, day, at + i FROM transfer, n
	    WHERE order_id = 1"
	statement '240.00 B1' "240.00 B2 $two" '240.00 B3' '250.00 B4' \
	    '250.00 B5' >s.csv
	reconcile 0 s.csv
	[ "$output" = $two ]
	told 's.csv:2: ambiguous: B1 240.00: ' "s.csv:3: paid: B2 240.00 $two" \
	    's.csv:4: ambiguous: B3 240.00: ' \
	    's.csv:5: ambiguous: B4 250.00: ' 's.csv:6: ambiguous: B5 250.00: '
}

@test "a line that was unknown settles once its transfer is declared" {
	orders 1
	statement '240.00 B1' >s.csv
	reconcile 0 s.csv
	[ -z "$output" ]
	told 'unknown: B1'
	[ "$(facts)" = '1|1|0' ]
	declare_one $one 240.00
	reconcile 0 s.csv
	[ "$output" = $one ]
}

@test "two transfers add up to a paid order" {
	orders 1
	run declare_one $one 100.00
	declare_one $one 140.00
	statement '100.00 B1' >first.csv
	reconcile 0 first.csv
	[ -z "$output" ]
	told "paid: B1 100.00 $one: 100.00 of the 240.00 due are paid so far"
	[ "$(payment $one)" = 'declared|10000' ]
	statement '100.00 B1' '140.00 B2' >s.csv
	reconcile 0 s.csv
	[ "$output" = $one ]
	told "s.csv:2: repeated: B1 100.00 $one" "s.csv:3: paid: B2 140.00 $one\$"
	[ "$(payment $one)" = 'paid|24000' ]
}

@test "equal transfers of one order on two lines settle one each" {
	orders 1
	run declare_one $one 120.00
	run declare_one $one 120.00 $account $name 2026-11-21
	statement '120.00 B1' '120.00 B2' '120.00 B3' >s.csv
	reconcile 0 s.csv
	[ "$output" = $one ]
	told 's.csv:2: paid' 's.csv:3: paid' 's.csv:4: duplicate'
}

@test "a reference settles once, in one file and over files" {
	orders 2
	declare_one $one 240.00
	declare_one $two 100.00 2>note
	statement '240.00 B1' '240.00 B1' '100.00 B1' >s.csv
	reconcile 3 s.csv
	[ "$output" = $one ]
	told 's.csv:2: paid: B1' 's.csv:3: repeated: B1' \
	    's.csv:4: bad: B1 100.00 .*other content: 240.00 for order'
	statement '100.00 B1' >other.csv
	reconcile 3 other.csv
	[ -z "$output" ]
	told 'bad: B1 100.00 .*this reference was imported before'
	[ "$(payment $two)" = 'declared|0' ]
}

@test "lines without a reference are the same in the next import" {
	orders 1
	run declare_one $one 120.00
	run declare_one $one 120.00 $account $name 2026-11-21
	statement '120.00' '120.00' >s.csv
	reconcile 0 s.csv
	[ "$output" = $one ]
	before=$(facts)
	reconcile 0 s.csv
	[ "$output" = $one ]
	told 's.csv:2: repeated: row:' 's.csv:3: repeated: row:'
	[ "$(facts)" = "$before" ]
}

@test "GB18030, a BOM, titles, totals and spreadsheet quotes" {
	orders 1
	declare_one $one 240.00
	{
		echo '账户明细查询,,,,,'
		echo "账号：,'1100220033004400,,,,"
		echo '交易日期,对方账号,对方户名,收入金额,支出金额,交易流水号'
		echo "20261120,'7443 9001 8260 0096 874,$name,\"¥240.00\",0.00,'001"
		echo '合计,,,240.00,0.00,'
	} >utf8.csv
	iconv -f UTF-8 -t GB18030 utf8.csv >gb.csv
	reconcile 0 gb.csv
	[ "$output" = $one ]
	{ printf '\xef\xbb\xbf'; sed 's/$/\r/' utf8.csv; } >bom.csv
	reconcile 0 bom.csv
	[ "$output" = $one ]
	told 'bom.csv:4: repeated: 001 240.00'
}

@test "lines that cannot be read are told, and the others go on" {
	orders 1
	declare_one $one 240.00
	{
		statement '240.00 B1' '二百 B2'
		echo "2026-11-20,7.4439E+18,$name,,240.00,B3,"
		echo "2026-02-30,$account,$name,,240.00,B4,"
		echo "2026-11-20,$account,$name,1.00,240.00,B5,"
	} >s.csv
	reconcile 3 s.csv
	[ "$output" = $one ]
	told 's.csv:2: paid' 's.csv:3: bad: - 0.00: ' \
	    's.csv:4: bad: .*对方账号: .*scientific notation' \
	    's.csv:5: bad: .*交易日期: ' 's.csv:6: bad: .*both columns'
	echo 'a,b' >no.csv
	fails 3 ca-pay --reconcile no.csv $CAROL
	[[ $stderr == *'no row is a header'* ]]
}

@test "only a cashier imports, and the signature is the cashier's" {
	orders 1
	declare_one $one 240.00
	statement '240.00 B1' >s.csv
	fails 5 ca-pay --reconcile s.csv $ALICE
	[[ $stderr == *"operator 'alice' has not the role 'cashier'"* ]]
	fails 6 ca-pay --reconcile s.csv --as nobody --keystore ops \
	    --pin file:carol.pin
	[ "$(payment $one)" = 'declared|0' ]
	reconcile 0 s.csv
	sql 'SELECT text FROM evidence' >text
	sed -n 1,2p text | cmp - <(printf 'caorder evidence 1\noperator carol\n')
	grep -qx "import $(sha256sum <s.csv | cut -d' ' -f1)" text
	[ "$(grep -c "^settle $one 24000 $account 24000 20777 " text)" = 1 ]
}

@test "an order that was refused is not settled, and its money is told" {
	orders 2
	declare_one $one 240.00
	works ca-review $ALICE --refuse no $one
	statement '240.00 B1' >s.csv
	reconcile 0 s.csv
	[ -z "$output" ]
	told "unknown: B1 240.00 $one: the order was refused"
	# Declared for another order it is that one's.
	declare_one $two 240.00
	reconcile 0 s.csv
	[ "$output" = $two ]
}

@test "an import that cannot be written is not told" {
	orders 1
	declare_one $one 240.00
	statement '240.00 B1' >s.csv
	sql "CREATE TRIGGER stop BEFORE INSERT ON settlement
	    BEGIN SELECT raise(ABORT, 'stop'); END"
	fails 1 ca-pay --reconcile s.csv $CAROL
	[ "$(facts)" = '0|0|0' ]
	sql 'DROP TRIGGER stop'
	reconcile 0 s.csv
	[ "$output" = $one ]
}

# paid_by SQL: an order that is ready but for what the SQL did to the payment
# is not issued
paid_by() {
	sql "PRAGMA foreign_keys = OFF; $1"
	run --separate-stderr ca-issue $CA_PIN $one
	[ "$status" -eq 7 ] && [ -z "$output" ] || {
		printf 'exit %s\n%s\n%s\n' "$status" "$output" "$stderr"
		return 1
	}
}

@test "a settlement without a cashier's evidence issues nothing" {
	store
	ready one:p256
	cp -a store ready
	again() { rm -rf store && cp -a ready store; }
	paid_by "UPDATE settlement SET evidence = 99"
	again
	paid_by "UPDATE bank_line SET reference = 'B9'"
	again
	paid_by "UPDATE transfer SET name = 'x'"
	again
	paid_by "UPDATE evidence SET text = replace(text, 'settle', 'settlf')
	    WHERE text LIKE '%settle%'"
	again
	paid_by "UPDATE evidence SET operator = 'alice'
	    WHERE text LIKE '%settle%'"
	again
	works ca-issue $CA_PIN $one
}
