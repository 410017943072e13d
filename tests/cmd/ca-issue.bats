#!/usr/bin/env bats
# ca-issue: pairs, both or none, and on nothing but evidence.
load ../steps

one=00202611220000001
two=00202611220000002

# Two orders that are ready, made once; each test takes a copy.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && ready one:p256 two:p256
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# again: the database as it was at the start
again() { cp "$BATS_FILE_TMPDIR/store/orders.db" store/orders.db; }

pairs() { sql "SELECT count(*) FROM pair"; }
state() { ca-query -o state "${1:-$one}"; }

# alarm CODE PATTERN NUMBER: it is refused with that status for that reason,
# and nothing is signed
alarm() {
	fails "$1" ca-issue $CA_PIN "${3:-$one}" || return
	[[ $stderr == "ca-issue: ${3:-$one}: "*$2* ]] || {
		echo "not '$2': $stderr"
		return 1
	}
	[ "$(pairs)" = 0 ]
}

# forged SQL PATTERN [CODE]: the rows changed, and then the journal made to fit
forged() {
	again
	sql "$1" && "$top/tests/rejournal" store/orders.db &&
	    alarm "${3:-7}" "$2" || { echo "forged: $1"; return 1; }
}

# altered SQL PATTERN: the rows changed, and nothing else
altered() {
	again
	sql "$1" && alarm 7 "$2" || { echo "altered: $1"; return 1; }
}

@test "a pair is signed, and signed once" {
	begin
	works issued
	[ "$output" = "$one"$'\n'"$two" ]
	[ "$(state)" = issued ]
	ca-query --pem sign $one >sign.pem
	ca-query --pem encrypt $one >encrypt.pem
	ca-query --pem chain $one >chain.pem
	openssl verify -attime 1798761600 -CAfile chain.pem sign.pem encrypt.pem
	openssl x509 -in sign.pem -noout -pubkey >sign.pub
	openssl pkey -in keys/$one/sign.key -passin file:user.pin -pubout |
	    cmp - sign.pub
	cp store/orders.db before.db
	works issued
	[ "$output" = "$one"$'\n'"$two" ]
	cmp store/orders.db before.db
	[ "$(pairs)" = 2 ]
}

@test "serials are long, random and never shared" {
	begin
	issued
	[ "$(sql 'SELECT count(DISTINCT serial) FROM serial')" = 4 ]
	[ "$(sql "SELECT count(*) FROM serial WHERE length(serial) = 17
	    AND substr(hex(serial), 1, 1) < '8'
	    AND substr(hex(serial), 1, 2) <> '00'")" = 4 ]
}

@test "with --json the order is printed, and feeds the next tool" {
	begin
	works ca-issue $CA_PIN --json $one
	[ "$(jq -r '.order, .state, (.certificates | length)' <<<"$output")" = \
	    "$one"$'\nissued\n2' ]
	works ca-install $KEYS <<<"$output"
	[ "$output" = $one ]
}

@test "--all takes what is ready and leaves the rest" {
	begin
	apply three
	works ca-issue --all $CA_PIN --jobs 2
	[ "$output" = "$one"$'\n'"$two" ]
	[ "$(state "$order")" = applied ]
	works ca-issue --all $CA_PIN
	[ -z "$output" ]
}

@test "a dry run checks and signs nothing" {
	begin
	works ca-issue -n $CA_PIN <orders
	[ "$output" = "$one"$'\n'"$two" ]
	[ "$(pairs)" = 0 ]
	[ "$(sql 'SELECT count(*) FROM serial')" = 0 ]
	sql "UPDATE decision SET operator = 'carol' WHERE kind = 'accept'"
	fails 7 ca-issue -n $CA_PIN $one
}

@test "what is not ready waits, and is told which gate" {
	begin
	apply three
	alarm 4 'documents are missing' "$order"
	scans three
	ca-upload --from scans "$order"
	alarm 4 'not accepted' "$order"
	ca-review $ALICE --accept "$order"
	alarm 4 'not approved' "$order"
	ca-review $BOB --approve "$order"
	alarm 4 'not paid' "$order"
}

@test "one order's failure stops no other" {
	begin
	apply three
	run --separate-stderr ca-issue $CA_PIN $one "$order" \
	    00202611220000099 $two
	[ "$status" -eq 6 ]
	[ "$output" = "$one"$'\n'"$two" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[1]} == *'00202611220000099: no such order' ]]
}

@test "the CA's PIN is needed" {
	begin
	fails 3 ca-issue --pin file:user.pin $one
	rm store/ca/p256-ca.key
	fails 6 ca-issue $CA_PIN $one
	[ "$(pairs)" = 0 ]
}

@test "both certificates or none, and the next run completes it" {
	begin
	sql "CREATE TRIGGER full BEFORE INSERT ON pair WHEN new.order_id = 2
	    BEGIN SELECT raise(ABORT, 'no room'); END"
	run --separate-stderr issued
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$(pairs)" = 0 ]
	[ "$(state)" = ready ]
	sql 'DROP TRIGGER full'
	works issued
	[ "$output" = "$one"$'\n'"$two" ]
	works ca-admin verify
}

@test "two processes at once make one pair of each order" {
	begin
	for i in 1 2 3; do
		again
		issued >a & a=$!
		issued >b & b=$!
		wait $a
		wait $b
		cmp a orders
		cmp b orders
		[ "$(pairs)" = 2 ]
		works ca-admin verify
	done
}

@test "the decisions of somebody dismissed since do not count" {
	begin
	export CAORDER_NOW=2026-11-22T03:00:00Z
	ca-admin operator disable bob --ca-pin file:ca.pin
	alarm 5 "'bob' was dismissed"
	works ca-admin verify
}

@test "nothing is issued that would outlive the CA" {
	begin
	CAORDER_NOW=2036-06-01T00:00:00Z alarm 5 "outlive the CA"
}

@test "any row of the order that was altered raises the alarm" {
	begin
	altered "UPDATE application SET content =
	    replace(content, '林晓', '赵一') WHERE order_id = 1" ''
	altered "UPDATE application SET csr =
	    (SELECT csr FROM application WHERE order_id = 2)
	    WHERE order_id = 1" 'application 1 was altered'
	altered "UPDATE application SET fee_due = 0 WHERE order_id = 1" \
	    'application 1 was altered'
	altered "UPDATE document SET object = (SELECT object FROM document
	    WHERE slot = 'seal-form') WHERE slot = 'user-id'" 'was altered'
	altered "DELETE FROM document WHERE slot = 'user-id'" \
	    'no longer in the store'
	altered "INSERT INTO document SELECT 999, order_id, 'seal-form', 1,
	    object, type, size, pages, at, NULL FROM document WHERE id = 1" \
	    'are in the journal'
	altered "UPDATE transfer SET fen = 1 WHERE order_id = 1" 'was altered'
	altered "UPDATE settlement SET fen = 1 WHERE order_id = 1" \
	    'was altered'
	altered "UPDATE decision SET operator = 'carol' WHERE order_id = 1" \
	    'was altered'
	altered "UPDATE opening SET number = number || 'x' WHERE order_id = 1" \
	    'was altered'
	altered "UPDATE orders SET paid = paid + 1 WHERE id = 1" \
	    'not what its facts add up to'
	altered "UPDATE orders SET accepted_by = 'bob' WHERE id = 1" ''
	altered "UPDATE orders SET algorithm = 'sm2' WHERE id = 1" \
	    'not what its facts add up to'
	altered "UPDATE orders SET dossier = accepted, key = x'00'
	    WHERE id = 1" 'not what its facts add up to'
}

@test "evidence and bank lines that were altered raise the alarm" {
	begin
	for change in "text = text || 'x'" "signature = zeroblob(70)" \
	    "operator = 'alice'" "at = at + 1"; do
		altered "UPDATE evidence SET $change" ''
	done
	for column in reference account name text; do
		altered "UPDATE bank_line SET $column = $column || '1'" \
		    'payment of 240.00'
	done
	for column in fen day; do
		altered "UPDATE bank_line SET $column = $column + 1" \
		    'payment of 240.00'
	done
	altered "UPDATE service SET text = text || ' '" 'was altered'
}

@test "a scan that was altered raises the alarm" {
	begin
	for file in store/objects/*/*; do
		mode=$(stat -c %a "$file")
		[ "$mode" = 600 ]
		cp "$file" kept
		printf x | dd of="$file" bs=1 seek=40 conv=notrunc status=none
		fails 7 ca-issue $CA_PIN $one
		rm "$file"
		fails 7 ca-issue $CA_PIN $one
		[[ $stderr == *'is missing' ]]
		cp kept "$file"
	done
	[ "$(pairs)" = 0 ]
}

@test "a journal made to fit forged facts does not help" {
	begin
	forged "UPDATE application SET content =
	    replace(content, '林晓', '赵一') WHERE order_id = 1" \
	    'does not match its digest'
	forged "UPDATE application SET fee_due = 0 WHERE order_id = 1;
	    UPDATE orders SET fee_due = 0 WHERE id = 1" 'dossier was altered'
	forged "UPDATE document SET object = (SELECT object FROM document
	    WHERE slot = 'seal-form') WHERE slot = 'user-id'" \
	    'dossier was altered'
	forged "UPDATE decision SET evidence = (SELECT evidence FROM decision
	    WHERE kind = 'accept') WHERE kind = 'approve'" 'has not the role' 5
	forged "UPDATE decision SET operator = 'alice';
	    UPDATE orders SET approved_by = 'alice'" 'not approved' 4
	forged "UPDATE evidence SET text = replace(text, '$two', '$one')" ''
	forged "UPDATE evidence SET signature = zeroblob(70)" 'signature'
	forged "UPDATE evidence SET operator = 'bob' WHERE operator = 'alice';
	    UPDATE decision SET operator = 'bob' WHERE kind = 'accept';
	    UPDATE orders SET accepted_by = 'bob'" '' 4
	forged "UPDATE decision SET operator = 'mallory' WHERE kind = 'accept';
	    UPDATE orders SET accepted_by = 'mallory';
	    UPDATE evidence SET operator = 'mallory' WHERE text LIKE
	    '%accept%'" 'register'
	forged "UPDATE bank_line SET fen = fen + 1, text = 'x'" \
	    'payment of 240.00'
	forged "UPDATE service SET digest = zeroblob(32)" ''
}

@test "a decision or a payment out of thin air is none" {
	begin
	application three >three.yaml
	scans three
	order=$(ca-apply $KEYS three.yaml)
	ca-upload --from scans "$order"
	transfer "$order" | ca-pay --transfer /dev/stdin "$order"
	cp store/orders.db base.db
	signed="INSERT INTO evidence SELECT 90, operator, replace(text, '$two',
	    '$order'), signature, at FROM evidence WHERE text LIKE '%accept%';
	    INSERT INTO decision SELECT 90, 3, 'accept', dossier, 'alice', NULL,
	      90, created FROM orders WHERE id = 3;
	    INSERT INTO evidence SELECT 91, operator, replace(text, '$two',
	    '$order'), signature, at FROM evidence WHERE text LIKE '%approve%';
	    INSERT INTO decision SELECT 91, 3, 'approve', dossier, 'bob', NULL,
	      91, created FROM orders WHERE id = 3;"
	paid="INSERT INTO bank_line SELECT 90, 'B-90', account, name, fen, day,
	      text, evidence, at FROM bank_line LIMIT 1;
	    INSERT INTO settlement SELECT 90, 3, id, 90, fen,
	      (SELECT evidence FROM settlement), at, 1, NULL, NULL FROM transfer
	    WHERE order_id = 3;"
	sql "$signed $paid" && "$top/tests/rejournal" store/orders.db
	[ "$(state "$order")" = ready ]
	alarm 7 'decision "accept"' "$order"
	cp base.db store/orders.db
	ca-review $ALICE --accept "$order" && ca-review $BOB --approve "$order"
	sql "$paid" && "$top/tests/rejournal" store/orders.db
	[ "$(state "$order")" = ready ]
	alarm 7 'payment of 240.00' "$order"
}
