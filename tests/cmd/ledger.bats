#!/usr/bin/env bats
# The ledger: what waits, what a cashier assigns, splits and pays back.
load ../steps

one=00202611220000001
two=00202611220000002
three=00202611220000003
other=00202611220000004 # of another organisation
account=7443900182600096874
REASON='--reason agreed'

# Four orders with their scans, one of them of another organisation.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store
	for n in one two three; do
		echo ---
		application $n 's/^algorithm:.*/algorithm: p256/'
		scans $n
	done >applications.yaml
	echo --- >>applications.yaml
	application other 's/^algorithm:.*/algorithm: p256/' \
	    's/沈阳示例科技有限公司/上海样本信息有限公司/' >>applications.yaml
	scans other
	ca-apply $KEYS applications.yaml >orders
	uploaded >/dev/null
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# import LINE...: a statement of these lines; what was told is in told.txt
import() {
	statement "$@" >statement.csv
	ca-pay --reconcile statement.csv $CAROL 2>told.txt
}
payment() { ca-query -o payment,paid_fen,over_fen,refunded_fen "$1"; }
# waits REFERENCE...: these lines, and no others
waits() {
	works ca-pay --unmatched
	[ "$(cut -f 3 <<<"$output" | xargs)" = "$*" ]
}
# balanced: the ledger is, and all else verifies
balanced() {
	works ca-admin verify -q
	[ "$(sql 'SELECT count(*) FROM ledger_astray')" = 0 ]
	[ "$(sql 'SELECT coalesce(sum(fen), 0) FROM ledger')" = 0 ]
}

@test "a line is kept until it is known what it is for" {
	begin
	import '240.00 B1'
	grep -q 'unknown: B1 240.00: no transfer of that account' told.txt
	waits B1
	transfer $one | ca-pay --transfer /dev/stdin $one
	works ca-pay --unmatched
	[ "$output" = "$(printf '\tpaid\tB1\t2026-11-20\t240.00\t沈阳示例科技有限公司\t%s\t\tca-pay --waiting' $one)" ]
	run --separate-stderr ca-pay --waiting $CAROL
	[ "$status" -eq 0 ] && [ "$output" = $one ]
	told "^ca-pay: (note: )?paid: B1 240.00 $one\$"
	waits
	[ "$(payment $one)" = "$(printf 'paid\t24000\t0\t0')" ]
	works ca-pay --waiting $CAROL
	[ -z "$output" ]
	balanced
}

@test "any import settles what waits, also an old one again" {
	begin
	import '240.00 B1' '240.00 B2'
	transfer $two | ca-pay --transfer /dev/stdin $two
	[ "$(import '1.00 B3')" = $two ]
	transfer $three | ca-pay --transfer /dev/stdin $three
	[ "$(import '240.00 B1' '240.00 B2')" = "$(printf '%s\n' $two $three)" ]
	waits B3
	balanced
}

@test "a dry run is a table of what would be, and why" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	statement '240.00 B1' '240.00 B2' '1.00 B3' >statement.csv
	echo 'x,1,N,,1.00,B4,' >>statement.csv
	run --separate-stderr ca-pay --reconcile statement.csv $CAROL -n
	[ "$status" -eq 3 ]
	[ "$(cut -f 1-5,7 <<<"$output")" = "$(printf '%s\n' \
	    $'2\tpaid\tB1\t2026-11-20\t240.00\t'$one \
	    $'3\tduplicate\tB2\t2026-11-20\t240.00\t'$one \
	    $'4\tunknown\tB3\t2026-11-20\t1.00\t' $'5\tbad\t\t\t\t')" ]
	grep -q 'no transfer of that account' <<<"$output"
	told 'statement.csv:5: bad: '
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM bank_line')" = 0 ]
	run --separate-stderr ca-pay --reconcile statement.csv $CAROL -n -j
	[ "$(jq -r .match <<<"$output" | xargs)" = 'paid duplicate unknown bad' ]
}

@test "short: what came is assigned, and the rest is transferred" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	import '200.00 B1'
	grep -q "short: B1 200.00 $one" told.txt
	works ca-pay --unmatched
	[[ $output == *"ca-pay --assign B1 $one" ]]
	fails 2 ca-pay --assign B1 $CAROL $one
	fails 6 ca-pay --assign B9 $REASON $CAROL $one
	[ "$stderr" = "ca-pay: no line 'B9' was in a statement; ca-pay --unmatched lists those that wait" ]
	run --separate-stderr ca-pay --assign B1 $REASON $CAROL $one
	[ "$status" -eq 0 ] && [ "$output" = $one ]
	told "$one: .*200.00 of the 240.00 due are paid so far"
	waits
	# Done already.
	works ca-pay --assign B1 $REASON $CAROL $one
	[ "$output" = $one ]
	fails 5 ca-pay --assign B1 $REASON $CAROL $two
	[ "$stderr" = "ca-pay: order $two: of line B1 no more than 0.00 are left" ]
	run ca-pay --payer-account $account --payer-name 沈阳示例科技有限公司 \
	    --amount 40 --date 2026-11-21 $one
	[ "$(import '40.00 B2')" = $one ]
	[ "$(payment $one)" = "$(printf 'paid\t24000\t0\t0')" ]
	works ca-query --history $one
	grep -q '200.00 assigned of bank reference B1: agreed' <<<"$output"
	balanced
}

@test "over: the line is assigned, and the excess goes back" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	import '250.00 B1'
	run --separate-stderr ca-pay --assign B1 $REASON $CAROL $one
	[ "$output" = $one ]
	told "10.00 are paid beyond the 240.00 due: ca-pay --refund"
	[ "$(payment $one)" = "$(printf 'paid\t25000\t1000\t0')" ]
	works ca-query --why $one
	grep -q "ca-pay --refund --amount 10.00 --reason R --as NAME $one" <<<"$output"
	fails 5 ca-pay --refund --amount 10.01 $REASON $CAROL $one
	[ "$stderr" = "ca-pay: order $one: 10.01 are more than the 10.00 that are paid beyond what it owes" ]
	fails 3 ca-pay --refund --amount 0 $REASON $CAROL $one
	fails 3 ca-pay --refund --amount 1.001 $REASON $CAROL $one
	fails 5 ca-pay --refund --amount 10 $REASON ${CAROL//carol/alice} $one
	run --separate-stderr ca-pay --refund --amount 10.00 $REASON $CAROL $one
	[ "$status" -eq 0 ] && [ "$output" = $one ]
	told "10.00 back to where B1 came from, as $one-R1"
	# Done already.
	works ca-pay --refund --amount 10.00 $REASON $CAROL $one
	[ "$output" = $one ]
	[ "$(payment $one)" = "$(printf 'paid\t25000\t0\t1000')" ]
	fails 5 ca-pay --refund --amount 10.00 --reason again $CAROL $one
	[ "$stderr" = "ca-pay: order $one: nothing is to be paid back: the 240.00 that it has are owed" ]
	works ca-query --json $one
	jq -e '.payment == {state: "paid", due_fen: 24000, paid_fen: 25000,
	    over_fen: 0, refunded_fen: 1000}' <<<"$output"
	works ca-query --history $one
	grep -q "10.00 paid back as $one-R1: agreed" <<<"$output"
	balanced
	accepted >/dev/null && approved >/dev/null
	works ca-issue $CA_PIN $one
}

@test "double: the second transfer goes back" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	import '240.00 B1' '240.00 B2'
	grep -q "duplicate: B2 240.00 $one" told.txt
	works ca-pay --unmatched
	[[ $output == *'ca-pay --refund --line B2' ]]
	fails 5 ca-pay --assign B2 $REASON $CAROL $one
	[ "$stderr" = "ca-pay: order $one: nothing is left to be paid for it; ca-pay --refund --line B2 pays back what is left of the line" ]
	fails 2 ca-pay --refund --line B2 $REASON $CAROL $one
	fails 2 ca-pay --refund $REASON $CAROL
	run --separate-stderr ca-pay --refund --line B2 $REASON $CAROL
	[ "$status" -eq 0 ] && [ -z "$output" ]
	told '240.00 back to where B2 came from, as L2-R1'
	works ca-pay --refund --line B2 $REASON $CAROL
	fails 5 ca-pay --refund --line B2 --reason again $CAROL
	[ "$stderr" = "ca-pay: nothing is left of line B2" ]
	waits
	balanced
}

@test "one transfer for several orders of the organisation is split" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	transfer $two | ca-pay --transfer /dev/stdin $two
	import "480.00 B1" "490.00 B2 $one $two"
	works ca-pay --unmatched
	grep -q "several.*ca-pay --split B1 $one=240.00 $two=240.00\$" <<<"$output"
	fails 3 ca-pay --split B1 $CAROL $one=240.00 $two
	[ "$stderr" = "ca-pay: '$two' is no part of a line: write ORDER=YUAN" ]
	fails 3 ca-pay --split B1 $CAROL $one=-1
	fails 3 ca-pay --split B1 $CAROL $one=1 $one=2
	[ "$stderr" = "ca-pay: order $one: it is named twice: add the two parts up" ]
	fails 5 ca-pay --split B1 $CAROL $one=240.01 $two=239.99
	[ "$stderr" = "ca-pay: order $one: 240.01 are more than the 240.00 that are left to be paid" ]
	fails 5 ca-pay --split B1 $CAROL $one=240 $two=200 $three=100
	[ "$stderr" = "ca-pay: order $three: of line B1 no more than 40.00 are left" ]
	fails 5 ca-pay --split B1 $CAROL $one=240 $other=240
	[ "$stderr" = "ca-pay: order $other: '沈阳示例科技有限公司' paid, and '上海样本信息有限公司' applies: say with --reason why that is for this order" ]
	waits B1 B2
	run --separate-stderr ca-pay --split B1 $CAROL $one=240.00 $two=200
	[ "$status" -eq 0 ] && [ "$output" = "$(printf '%s\n' $one $two)" ]
	works ca-pay --unmatched
	grep -q $'over\tB1\t2026-11-20\t40.00.*40.00 of its 480.00 are left' <<<"$output"
	fails 5 ca-pay --split B1 $CAROL $two=40
	[ "$stderr" = "ca-pay: order $two: it has a part of line B1 already" ]
	works ca-pay --split B1 $CAROL $one=240.00
	run ca-pay --assign B1 $REASON $CAROL $three
	run ca-pay --split B2 $CAROL $two=40
	[ "$(payment $one)" = "$(printf 'paid\t24000\t0\t0')" ]
	[ "$(payment $two)" = "$(printf 'paid\t24000\t0\t0')" ]
	[ "$(payment $three)" = "$(printf 'unpaid\t4000\t0\t0')" ]
	balanced
}

@test "a payer who is not the applicant: with a reason, and none is guessed" {
	begin
	PAYER=上海样本信息有限公司
	import "240.00 B1 for $one"
	grep -q "payer: B1 240.00 $one: its text names the order" told.txt
	works ca-pay --unmatched
	[[ $output == *"ca-pay --assign B1 $one" ]]
	fails 5 ca-pay --split B1 $CAROL $one=240
	told 'say with --reason why'
	works ca-pay --assign B1 --reason 'parent company' $CAROL $one
	[ "$(payment $one)" = "$(printf 'paid\t24000\t0\t0')" ]
	[ "$(sql 'SELECT company FROM settlement')" = 0 ]
	accepted >/dev/null && approved >/dev/null
	# It is paid, and not by the organisation itself.
	fails 4 ca-issue $CA_PIN $one
	told 'paper originals have not arrived'
	balanced
}

@test "what an order that ended has goes back, and none is paid and refundable" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	import '240.00 B1'
	ca-review --cancel withdrawn $ALICE $one
	[ "$(payment $one)" = "$(printf 'refundable\t24000\t24000\t0')" ]
	[ "$(ca-query --payment refundable -o number)" = $one ]
	run ca-pay --refund --amount 100 $REASON $CAROL $one
	run ca-pay --refund --amount 140 --reason rest $CAROL $one
	[ "$status" -eq 0 ]
	[ "$(payment $one)" = "$(printf 'refunded\t24000\t0\t24000')" ]
	fails 5 ca-pay --refund --amount 1 --reason more $CAROL $one
	import '240.00 B2 '$one
	fails 5 ca-pay --assign B2 $REASON $CAROL $one
	told 'cancelled'
	balanced
}

@test "the ledger is printed, of orders and of all" {
	begin
	transfer $one | ca-pay --transfer /dev/stdin $one
	import '240.00 B1' '1.00 B2'
	works ca-query --ledger $one
	[ "$(cut -f 3-5 <<<"$output" | sort)" = "$(sort <<-END
		declared	-240.00	transfer 1
		declared	240.00	settlement 1
		fee:certificate	-200.00	application 1
		fee:handling	-40.00	application 1
		receivable	-240.00	settlement 1
		receivable	240.00	application 1
		transit	-240.00	settlement 1
		transit	240.00	transfer 1
		unassigned	240.00	settlement 1
	END
	)" ]
	fails 6 ca-query --ledger 00202611220000009
	run --separate-stderr ca-query --ledger --json </dev/null
	[ "$(jq -rs 'map(.amount | tonumber) | add' <<<"$output")" = 0 ]
	grep -q '"fact":"bank_line 2"' <<<"$output"
	run --separate-stderr ca-admin verify -v
	told '^ca-admin: ledger: bank 241.00, .*in all 0.00$'
	works ca-query --stats
}

@test "evidence of every kind is verified again" {
	begin
	import '480.00 B1' '240.00 B2' '10.00 B3'
	ca-pay --split B1 $CAROL $one=240 $two=240
	ca-pay --assign B2 $REASON $CAROL $three
	ca-pay --refund --line B3 $REASON $CAROL
	accepted >/dev/null && approved >/dev/null
	cp store/orders.db base.db
	altered() { # SQL TEXT: verify says the text
		cp base.db store/orders.db
		sql "$1" && "$top/tests/rejournal" store/orders.db
		fails 7 ca-admin verify -q || run ca-admin verify
		grep -q -- "$2" <<<"$stderr$output"
	}
	altered "UPDATE settlement SET reason = 'x' WHERE bank_line = 2" \
	    'payment of 240.00'
	fails 7 ca-issue $CA_PIN $three
	altered "UPDATE settlement SET fen = 23999 WHERE id = 1;
	    UPDATE orders SET paid = 23999 WHERE id = 1;
	    INSERT INTO waiting VALUES(1, 1)" 'payment of 239.99'
	altered "UPDATE bank_line SET name = 'N' WHERE id = 1" \
	    'payment of 240.00'
	fails 7 ca-issue $CA_PIN $one
	altered "UPDATE refund SET reason = 'x'" 'refund L3-R1'
	altered "UPDATE waiting SET fen = 1; INSERT INTO waiting VALUES(3, 5)" \
	    'of line 3 of a bank'
	altered "UPDATE refund SET fen = 999" 'ledger: of line 3'
	cp base.db store/orders.db
	works ca-issue $CA_PIN $one $two $three
	balanced
}

# gone PATTERN: nothing in the store has it
gone() { [ -z "$(grep -rlaE "$1" store || :)" ]; }

@test "a purge waits for money, and for the last order of a line" {
	begin
	import '480.00 B1' '250.00 B2 remark'
	ca-pay --split B1 $CAROL $one=240 $two=240
	ca-pay --assign B2 --reason 'of 王辰' $CAROL $three 2>/dev/null
	ca-review --cancel withdrawn $ALICE $one $three $other
	ca-pay --refund --amount 240 --reason 'to 赵一' $CAROL $one 2>/dev/null
	export CAORDER_NOW=2037-11-23T03:00:00Z
	[ "$(ca-admin purge -q --yes | cut -f 1)" = "$(printf '%s\n' $one $other)" ]
	gone 赵一
	! gone 王辰
	[ "$(sql 'SELECT count(*) FROM bank_line WHERE account = ""')" = 0 ]
	balanced
	ca-pay --refund --amount 250 $REASON $CAROL $three 2>/dev/null
	ca-review --cancel withdrawn $ALICE $two
	ca-pay --refund --amount 240 $REASON $CAROL $two 2>/dev/null
	export CAORDER_NOW=2048-11-24T03:00:00Z
	[ "$(ca-admin purge -q --yes | cut -f 1)" = "$(printf '%s\n' $two $three)" ]
	gone "王辰|沈阳示例科技有限公司|$account|remark"
	[ "$(sql 'SELECT count(*) FROM bank_line WHERE account = ""')" = 2 ]
	balanced
	# What is left is held to the purge.
	sql "UPDATE refund SET fen = 1 WHERE id = 1"
	fails 7 ca-admin verify -q || run ca-admin verify
	[ "$status" -eq 7 ]
}

@test "an order is handed over with its money, and with nobody else's" {
	begin
	import '480.00 B1 secret' '250.00 B2' '1.00 B3'
	ca-pay --split B1 $CAROL $one=240 $two=240
	ca-pay --assign B2 $REASON $CAROL $three 2>/dev/null
	ca-pay --refund --amount 10 $REASON $CAROL $three 2>/dev/null
	ca-query --dossier --unmask audit $CA_PIN -o three.tar.gz $three
	ca-admin verify -q --dossier three.tar.gz
	tar -xzf three.tar.gz
	cd "$(dirname "$(find . -name payments.json)")"
	jq -e '.bank_lines | length == 1 and .[0].reference == "B2"' payments.json
	jq -e '.settlements[0] | .fen == 25000 and .reason == "agreed" and
	    .transfer == null' payments.json
	jq -e '.refunds[0] | .fen == 1000 and .number == "'$three'-R1"' payments.json
	! grep -q secret -r .
}

@test "a copy of the store has all of it" {
	begin
	import '240.00 B1' '5.00 B2'
	ca-pay --assign B1 $REASON $CAROL $one
	ca-pay --refund --line B2 $REASON $CAROL 2>/dev/null
	ca-admin backup backups >backup
	mv store.revocations kept
	rm -rf store && mv kept store.revocations
	ca-admin restore "$(<backup)" 2>/dev/null
	[ "$(payment $one)" = "$(printf 'paid\t24000\t0\t0')" ]
	waits
	balanced
}
