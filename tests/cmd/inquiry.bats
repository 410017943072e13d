#!/usr/bin/env bats
# Codes: a handler's own view by ca-query --code, and one-time codes that
# unlock a PIN, both sealed until ca-notify sends them.
load ../steps

# Two orders of one handler, and one of another.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup
	store
	applied one:p256 two:p256
	application three '/^handler:/,$s/13800000001/13900000002/' >three.yaml
	ca-apply $KEYS three.yaml >third
	sql "DELETE FROM outbox"
	printf '#!/bin/sh\ncat >>"$TOLD"\nexit "$(cat status 2>/dev/null || echo 0)"\n' >hook
	chmod +x hook
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	export TOLD=$PWD/told
	: >told
	printf 'notify: {language: en, phone: [%s/hook]}\n' "$PWD" \
	    >store/config.yaml
}
later() {
	CAORDER_NOW=$(date -u -d "2026-11-22T02:00:00Z + $1 seconds" +%FT%TZ)
}
# code: the one that was told last
code() { tail -n 1 told | jq -r .text | grep -oE '\b[0-9]{6}\b'; }
ask() { ca-query -q --code --phone="${1-13800000001}"; }
# wrong: a code that is not
wrong() { printf '%06d' $(((10#$(code) + 1) % 1000000)); }

@test "a handler sees the own orders with a code, masked, and no others" {
	begin
	works ask
	[ "$output" = 2026-11-22T02:03:00Z ]
	works ca-notify
	[ "$(jq -c 'del(.id, .text)' told)" = '{"kind":"code","order":null,"channel":"phone","to":"13800000001","subject":"Your code"}' ]
	jq -r .text told | grep -q 'until 2026-11-22 10:03:00\.'
	works ca-query --code="$(code)" --phone=13800000001 -o number,user_id,phone
	[ "$output" = "$(printf '0020261122000000%d\t210*************81\t138******01\n' 1 2)" ]
	works ca-query --code=- --phone='138 0000 0001' -o number <<<"$(code)"
	[ "${#lines[@]}" -eq 2 ]
	works ca-query --code="$(code)" --phone=13800000001 --json
	! grep -E '210102199003078881|13800000001' <<<"$output"
	[ "$(jq -r .order <<<"$output" | wc -l)" = 2 ]
	[ -z "$(ca-notify)" ]
}

@test "it is no other's code, and of no use for long" {
	begin
	ask && ca-notify >/dev/null && local mine=$(code)
	ask 13900000002 && ca-notify >/dev/null
	fails 5 ca-query --code="$mine" --phone=13900000002
	told 'the code is wrong, or its 3 minutes or its 5 tries are over: ask for another'
	later 180
	works ca-query --code="$mine" --phone=13800000001 -o number
	later 181
	fails 5 ca-query --code="$mine" --phone=13800000001
}

@test "a clock that was ahead makes no code last, and keeps nobody from asking" {
	begin
	later 7200
	ask && ca-notify >/dev/null
	later 0
	fails 5 ca-query --code="$(code)" --phone=13800000001
	works ask
	ca-notify >/dev/null
	works ca-query --code="$(code)" --phone=13800000001 -o number
}

@test "five tries, and the last code counts" {
	begin
	ask && ca-notify >/dev/null
	local i
	for i in 1 2 3 4 5; do
		fails 5 ca-query --code="$(wrong)" --phone=13800000001
	done
	fails 5 ca-query --code="$(code)" --phone=13800000001
	later 60
	local first=$(code)
	ask && ca-notify >/dev/null
	[ "$first" = "$(code)" ] ||
	    fails 5 ca-query --code="$first" --phone=13800000001
	works ca-query --code="$(code)" --phone=13800000001 -o number
}

@test "nothing tells whether a number has orders" {
	begin
	ca-query --code --phone=13800000001 >a 2>a.err
	ca-query --code --phone=13700000003 >b 2>b.err
	cmp a b && cmp a.err b.err
	# what is stored is alike, too
	[ "$(sql "SELECT count(DISTINCT quote(typeof(phone)) || length(phone) ||
	    length(salt) || length(digest) || tries || wrong || expires || at)
	    FROM inquiry")" = 1 ]
	[ "$(sql "SELECT count(*) FROM outbox")" = 2 ]
	fails 5 ca-query --code=000000 --phone=13800000001
	local known=$stderr
	fails 5 ca-query --code=000000 --phone=13700000003
	[ "$stderr" = "$known" ]
	fails 5 ca-query --code=000000 --phone=13700000004
	[ "$stderr" = "$known" ]
	fails 75 ask
	known=$stderr
	fails 75 ask 13700000003
	[ "$stderr" = "$known" ]
	# who has orders is looked at where it is sent, and nobody else is sent it
	works ca-notify
	[ "$(jq -r .to told)" = 13800000001 ]
	[ "$(sql "SELECT count(*) FROM outbox")" = 0 ]
}

@test "a number gets a code a minute, five an hour, ten a day" {
	begin
	local n at=0
	for n in 1 2 3 4 5; do
		later $((at += 60))
		ask
	done
	later $((at + 59))
	fails 75 ask
	later $((at + 60))
	fails 75 ask
	told 'too many codes were asked for with this number: at most 5 an hour and 10 a day'
	for n in 1 2 3 4 5; do
		later $((at = 7200 + n * 60))
		ask
	done
	later 20000
	fails 75 ask
	works ask 13900000002
	later 90000
	works ask
	[ "$(sql "SELECT count(*) FROM inquiry WHERE at < unixepoch('$CAORDER_NOW') - 86400")" = 0 ]
	[ "$(sql "SELECT count(*) FROM outbox")" = 1 ]
}

@test "all numbers together are limited, and wrong tries are" {
	begin
	sql "INSERT INTO inquiry(id, phone, salt, digest, expires, at)
	    SELECT value, randomblob(32), randomblob(16), randomblob(32), 0,
	    1795312790 FROM generate_series(1, 30)"
	fails 75 ask
	told 'too many codes are asked for: try again later'
	later 120
	ask && ca-notify >/dev/null
	sql "UPDATE inquiry SET wrong = 10 WHERE id <= 20"
	fails 75 ca-query --code="$(code)" --phone=13800000001
	told 'too many wrong codes are tried: try again later'
	sql "UPDATE inquiry SET wrong = 9 WHERE id = 1"
	works ca-query --code="$(code)" --phone=13800000001 -o number
}

@test "no code is in the database, and none where it could be guessed" {
	begin
	ask
	sql "SELECT * FROM inquiry; SELECT * FROM outbox" >all
	cp store/orders.db-wal wal 2>/dev/null || cp store/orders.db wal
	ca-notify >/dev/null
	! grep -aq "$(code)" all wal store/orders.db
	# short enough to be guessed: the digest needs what is not in there
	[ "$(sql "SELECT count(*) FROM inquiry")" = 1 ]
	local salt digest
	salt=$(sql "SELECT hex(salt) FROM inquiry")
	digest=$(sql "SELECT hex(digest) FROM inquiry")
	[ "$(perl -e 'print pack("H*", $ARGV[0]), $ARGV[1]' "$salt" "$(code)" |
	    sha256sum | cut -c 1-64)" != "${digest,,}" ]
	[ "$(stat -c %a store/ca/notify.pem)" = 600 ]
}

@test "a code that could not be sent in its time is dropped" {
	begin
	ask
	echo 75 >status
	run ca-notify
	[ "$status" -eq 75 ]
	! grep -q "$(code)" <<<"$output"
	later 60
	run ca-notify
	later 200
	works ca-notify
	[ -z "$output" ]
	[ "$(wc -l <told)" -eq 2 ]
	[ "$(sql "SELECT count(*) FROM outbox")" = 0 ]
	[ "$(sql "SELECT count(*) FROM delivery")" = 0 ]
}

@test "what is no number, no code, no way to send one" {
	begin
	fails 3 ask 12345
	fails 2 ca-query --code
	fails 2 ca-query --code --phone=13800000001 --unmask why
	fails 2 ca-query --code --phone=13800000001 00202611220000001
	fails 2 ca-query --code=000000 --phone=13800000001 --dry-run
	fails 5 ca-query --code=- --phone=13800000001 </dev/null
	fails 5 ca-query --code="' OR 1" --phone=13800000001
	works ca-query -q --code --phone=13800000001 --dry-run
	[ "$(sql "SELECT count(*) FROM inquiry")" = 0 ]
	rm store/config.yaml
	fails 4 ask
	told 'codes cannot be sent: notify.phone in config.yaml is the command that does it'
}

# An order with a backup PIN that is installed, and one that unlocks it.
locked() {
	application four 's/^validity:.*/&\nbackup_pin: true/' | sed '1i ---' \
	    >applications.yaml
	scans four
	ca-apply $KEYS applications.yaml >orders
	uploaded && declared && settled && accepted && approved && issued &&
	    installed
	reviewed unlock "$(<orders)" five
} >/dev/null 2>&1

@test "the code that unlocks a PIN is sent, sealed until then" {
	begin
	locked
	works ca-issue $CA_PIN "$order"
	sql "DELETE FROM outbox WHERE kind <> 'unlock'"
	works ca-notify --dry-run
	grep -qF '******, until 2026-11-24 10:00:00' <<<"$output"
	# who can write there cannot have it sent elsewhere
	sql "UPDATE orders SET handler_phone = '13700000009'"
	works ca-notify
	[ "$(jq -r .to told)" = 13800000001 ]
	[ "$(sql "SELECT count(*) FROM outbox")" = 0 ]
	(umask 077 && jq -r .text told | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){2}' >one.code)
	! grep -aqF "$(<one.code)" store/orders.db store/orders.db-wal
	sql "UPDATE orders SET handler_phone = '13800000001'
	    WHERE number <> '00202611220000003'"
	pin new
	works ca-install --unlock --keystore keys --code file:one.code \
	    --new-pin file:new.pin "$order"
}

@test "one that cannot be sent is given up, and its words are not kept" {
	begin
	locked
	printf '#!/bin/sh\ncat\nexit 1\n' >hook
	ca-issue $CA_PIN "$order" >/dev/null
	sql "DELETE FROM outbox WHERE kind <> 'unlock'"
	run --separate-stderr ca-notify
	[ "$status" -eq 5 ]
	[ "$(sql "SELECT why FROM delivery")" = "exit status 1" ]
	fails 6 ca-notify --retry=unlock-1
	works ca-notify --list
	[ "$(cut -f 1,5 <<<"$output")" = "$(printf 'unlock-1\tfailed')" ]
}

@test "without a way to send it, it must go to a file; with a file it goes there" {
	begin
	locked
	mv store/config.yaml kept.yaml
	fails 4 ca-issue $CA_PIN "$order"
	told 'its one-time code must go somewhere: --codes FILE, or notify.phone in config.yaml'
	mv kept.yaml store/config.yaml
	works ca-issue $CA_PIN --codes codes "$order"
	[ "$(wc -l <codes)" = 1 ]
	[ "$(sql "SELECT count(*) FROM outbox WHERE kind = 'unlock'")" = 0 ]
}
