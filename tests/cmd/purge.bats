#!/usr/bin/env bats
# ca-admin purge: personal data is removed when its time is over.
load ../steps

first=00202611220000001
second=00202611220000002

# What names somebody in the test data.
PERSONAL='林晓|210102199003078881|13800000001|linxiao@example.cn|7443900182600096874|三经街'

# Two orders paid by one statement, both installed, one of them asked for by
# name; two that ended without certificates, one that never did; made once,
# each test takes a copy.
past() {
	store && ready one:p256 two:p256 && issued && installed &&
	    ca-query --unmask 'asked for by 林晓' $first &&
	    cp orders both && applied three:p256 && uploaded &&
	    ca-review $ALICE --refuse 'the seal is not 林晓' <orders &&
	    applied four:p256 && ca-review $ALICE --cancel 'no longer wanted' <orders &&
	    applied five:p256 && cp both orders && told
}
# All are told, by telephone; by mail that fails, with a word about whom.
told() {
	cp store/config.yaml . &&
	    echo 'notify: {phone: [sh, -c, cat], mail: [sh, -c, "echo 林晓; exit 1"]}' \
		>store/config.yaml
	ca-notify || [ $? = 5 ]
	mv config.yaml store/
}
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && past >/dev/null 2>&1
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

on() { export CAORDER_NOW=$1T03:00:00Z; }
due() { ca-admin purge -q "$@"; }

# left PATTERN: files of the store in which that is
left() { grep -rlaE "$1" store || :; }

# Nobody is named any more, and organisations by their invoices alone.
nobody() {
	local name
	[ -z "$(left "$PERSONAL")" ] || return
	for name in 沈阳示例科技有限公司 91210100MA0ABCDE6X; do
		[ "$(left "$name")" = store/orders.db ] &&
		    [ "$(grep -aoF "$name" store/orders.db | wc -l)" = \
			"$(sql 'SELECT count(*) FROM invoice')" ] || return
	done
}

@test "what is due is listed, and nothing is changed" {
	begin
	on 2036-11-20
	[ -z "$(due)" ]
	on 2036-11-23
	[ "$(due)" = "$(printf '%s\trefused\t2026-11-22T02:00:00Z
%s\tcancelled\t2026-11-22T02:00:00Z' 00202611220000003 00202611220000004)" ]
	on 2037-11-21
	[ "$(due | wc -l)" = 2 ]
	on 2037-11-23
	[ "$(due | cut -f 1,2)" = "$(printf '%s\tlapsed\n%s\tlapsed
%s\trefused\n%s\tcancelled' $first $second 00202611220000003 \
	    00202611220000004)" ]
	run --separate-stderr ca-admin purge
	[ "$status" -eq 0 ]
	told 'orders that are due: 4; --yes removes'
	ca-admin purge -n --yes -q | wc -l | grep -q '^4$'
	[ "$(sql 'SELECT count(*) FROM purge')" = 0 ]
	[ "$(ca-query -o user $first)" = 林晓 ]
}

@test "the policy is kept to, and --years only makes it longer" {
	begin
	on 2037-11-23
	fails 5 ca-admin purge --years 9
	[[ $stderr == *'is kept for 10 years'* ]]
	[ "$(due --years 11)" = "$(due --years 11 | grep -v lapsed)" ]
	fails 2 ca-admin purge --years 0
	fails 2 ca-admin purge --years 101
	sed -i 's/years: [0-9]*/years: 5/' store/config.yaml
	on 2032-11-23
	[ "$(due | wc -l)" = 4 ]
	sed -i 's/years: [0-9]*/years: 4/' store/config.yaml
	fails 3 ca-admin purge
}

@test "it is really gone, and what must be kept is kept" {
	begin
	on 2037-11-23
	[ -n "$(left "$PERSONAL")" ]
	[ "$(sql "SELECT count(*) FROM delivery WHERE why LIKE '%林晓%'")" -gt 4 ]
	ca-query -o number,service,business,state,sign_serial,not_after,due_fen,approved_by \
	    --limit 4 >before
	digests=$(sql "SELECT group_concat(hex(digest)) FROM journal
	    WHERE kind <> 'purge'")
	works ca-admin purge --yes
	[ "${#lines[@]}" = 4 ]
	ca-query -o number,service,business,state,sign_serial,not_after,due_fen,approved_by \
	    --limit 4 >after
	cmp before after
	[ "$(sql "SELECT group_concat(hex(digest)) FROM journal
	    WHERE kind <> 'purge'")" = "$digests" ]
	works ca-admin verify
	# Order five never came to an end: it has them still, and its scans.
	[ -n "$(left "$PERSONAL")" ]
	[ "$(ca-query -o user 00202611220000005)" = 林晓 ]
	[ -z "$(ca-query -o user $first)" ]
	sql "SELECT content, csr FROM application" | grep -c 林晓 | grep -q '^1$'
	[ "$(ca-review $ALICE --cancel 'no longer wanted' 00202611220000005)" = 00202611220000005 ]
	on 2047-11-25
	works ca-admin purge --yes
	[ "$output" = "$(printf '00202611220000005\tcancelled\t2037-11-23T03:00:00Z')" ]
	nobody
	[ -z "$(find store/objects -type f)" ]
	[ ! -s store/orders.db-wal ]
	works ca-admin verify
	works ca-admin purge --yes
	[ -z "$output" ]
}

@test "pictures of pages that nobody placed go with it" {
	begin
	ca-upload --scan "$top/tests/data/scans/user-id.tif" 2>/dev/null ||
	    [ $? -eq 3 ]
	[ -n "$(ls store/unplaced)" ]
	on 2036-11-23
	due >/dev/null
	[ -n "$(ls store/unplaced)" ]
	due --yes >/dev/null
	[ -z "$(ls store/unplaced)" ]
}

@test "scans that another order has too stay" {
	begin
	ca-upload --from scans 00202611220000005
	n=$(find store/objects -type f | wc -l)
	on 2037-11-23
	ca-admin purge --yes
	[ "$(find store/objects -type f | wc -l)" = "$n" ]
	works ca-admin verify
	ca-upload --get seal-form 00202611220000005 |
	    cmp - "$top/tests/data/scans/seal-form.jpg"
}

@test "a chain of orders goes as one, when its last is over" {
	store && made one:p256
	on 2027-10-22
	fulfilled renew $first two
	on 2037-11-23
	[ -z "$(due)" ]
	on 2038-11-23
	[ "$(due | cut -f 1)" = "$(printf '%s\n%s' $first "$order")" ]
	works ca-admin purge --yes
	nobody
	works ca-admin verify
}

@test "a revocation is on a list of its CA first" {
	store && made one:p256
	on 2027-01-22
	revoked keyCompromise $first
	ca-issue --crl --pin file:ca.pin >/dev/null
	on 2037-11-23
	[ -z "$(due)" ]
	ca-issue --crl --pin file:ca.pin >/dev/null
	[ "$(due | cut -f 1,2)" = "$(printf '%s\tlapsed' $first)" ]
	works ca-admin purge --yes
	works ca-admin verify -q
}

@test "no step goes on from what is blank" {
	begin
	on 2037-11-23
	ca-admin purge --yes
	gone='its personal data was removed at 2037-11-23T03:00:00Z'
	for c in "ca-install $KEYS" "ca-issue $CA_PIN" \
	    "ca-review $ALICE --accept" 'ca-upload --list' \
	    'ca-query --pem sign' 'ca-query --dossier --unmask x --pin file:ca.pin'; do
		fails 5 $c $first
		[[ $stderr == *"$gone"* ]]
	done
	ca-query --history $first | grep -q 'purge.personal data was removed'
	ca-query --json $first | jq -e '.user.name == null'
	# An application that is the same would not be taken for it.
	[ "$(sql "SELECT content IS NULL, request IS NULL FROM orders
	    WHERE id = 1")" = '1|1' ]
}

@test "a statement's evidence goes with the last of its orders" {
	store && ready one:p256 two:p256
	ca-issue $CA_PIN $first
	ca-issue $CA_PIN $second
	sql "SELECT text FROM evidence WHERE id = 1" | grep -q 7443900182600096874
	on 2027-10-22
	fulfilled renew $second three
	on 2037-11-23
	[ "$(ca-admin purge --yes | cut -f 1)" = $first ]
	sql "SELECT text FROM evidence WHERE id = 1" | grep -q 7443900182600096874
	works ca-admin verify
	on 2038-11-23
	ca-admin purge --yes
	[ "$(sql "SELECT length(text) FROM evidence WHERE id = 1")" = 0 ]
	nobody
	works ca-admin verify
}

# bad PATTERN: verify names the place
bad() {
	run --separate-stderr ca-admin verify
	[ "$status" -eq 7 ] && told "$1"
}

@test "what is left is held to the purge, and nothing else may be blank" {
	begin
	# Blank without a purge.
	cp -a store kept
	sql "UPDATE transfer SET account = '', name = '' WHERE id = 1"
	bad 'transfer 1 was altered'
	rm -rf store && cp -a kept store
	on 2037-11-23
	ca-admin purge --yes
	rm -rf kept && cp -a store kept
	while IFS='|' read -r change what; do
		sql "$change"
		bad "$what" || { echo "not found: $change"; return 1; }
		rm -rf store && cp -a kept store
	done <<-END
		UPDATE transfer SET name = 'x' WHERE id = 1|transfer 1 was altered
		UPDATE transfer SET fen = 1 WHERE id = 1|order $first: what its purge left of it was altered
		UPDATE pair SET not_after = 1 WHERE id = 1|order $first: what its purge left
		UPDATE pair SET sign = x'30' WHERE id = 1|pair 1 was altered
		UPDATE bank_line SET fen = 1 WHERE id = 1|order $first: what its purge left
		UPDATE application SET content = json_set(content, '$.user', json('{}')) WHERE id = 1|application 1 was altered
		UPDATE application SET content = json_set(content, '$.validity', 36) WHERE id = 1|order $first: what its purge left
		UPDATE application SET csr = x'30' WHERE id = 1|application 1 was altered
		UPDATE decision SET operator = 'carol' WHERE id = 1|decision 1 was altered
		UPDATE decision SET reason = 'x' WHERE order_id = 3|decision [0-9]+ was altered
		UPDATE evidence SET operator = 'x' WHERE id = 1|evidence 1 was altered
		UPDATE evidence SET at = 1 WHERE id = 1|evidence 1 was altered
		UPDATE evidence SET text = '', signature = x'', operator = '' WHERE id = 2|evidence 2 was altered
		UPDATE opening SET request = 'x' WHERE id = 1|opening 1 was altered
		UPDATE delivery SET recipient = 'x' WHERE order_id = 1|delivery [0-9]+ was altered
		UPDATE delivery SET why = 'x' WHERE order_id = 1|delivery [0-9]+ was altered
		UPDATE delivery SET tries = 9 WHERE order_id = 1|order $first: what its purge left
		UPDATE note SET text = 'x' WHERE kind = 'unmask'|note [0-9]+ was altered
		UPDATE purge SET rest = zeroblob(32) WHERE order_id = 1|purge [0-9]+ was altered
		UPDATE orders SET user_name = 'x' WHERE id = 1|its row is not what its facts
		UPDATE orders SET purged_at = NULL WHERE id = 1|its row is not what its facts
		DELETE FROM purge WHERE order_id = 1|is in the journal and no longer
	END
}

@test "an order that does not hold by the journal is left" {
	begin
	sql "UPDATE transfer SET fen = 1 WHERE id = 1"
	on 2037-11-23
	run --separate-stderr ca-admin purge --yes
	[ "$status" -eq 7 ]
	told "order $first: transfer 1 was altered" 'were left'
	[ "${#lines[@]}" = 3 ]
	[ "$(ca-query -o user $first)" = 林晓 ]
}

@test "while another process reads, it is to be run again" {
	begin
	on 2037-11-23
	{ echo 'BEGIN; SELECT count(*) FROM orders;'; sleep 3; } |
	    sqlite3 -batch store/orders.db >/dev/null &
	sleep 0.5
	run --separate-stderr ca-admin purge --yes
	wait
	[ "$status" -eq 0 ] || [ "$status" -eq 75 ]
	ca-admin purge --yes
	[ ! -s store/orders.db-wal ]
}
