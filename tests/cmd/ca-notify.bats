#!/usr/bin/env bats
# Messages to handlers: queued with the facts, delivered by commands.
load ../steps

# An order that is issued, one that is ready, one that was sent back; nobody
# was told of it yet.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup
	store
	ready one:p256 two:p256
	ca-issue $CA_PIN 00202611220000001 >/dev/null
	application three >three.yaml
	scans three
	ca-apply $KEYS three.yaml >third && ca-upload --from scans <third >sent
	ca-review $ALICE --return '公章不清晰' <third >sent
}

# begin [YAML]: that store, with a hook that keeps what it is given in told, a
# line a message, says what is in how, and exits with what is in status
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	cat >hook <<-'EOF'
		#!/bin/sh
		cat >>"$TOLD"
		cat how 2>/dev/null
		exit "$(cat status 2>/dev/null || echo 0)"
	EOF
	chmod +x hook
	export TOLD=$PWD/told
	: >told
	config "${1-phone: [$PWD/hook]}"
}
config() { printf 'notify:\n  language: en\n  %b\n' "$1" >store/config.yaml; }
kinds() { jq -r .kind told | sort | tr '\n' ' '; }
# later SECONDS: so long after the beginning
later() {
	CAORDER_NOW=$(date -u -d "2026-11-22T02:00:00Z + $1 seconds" +%FT%TZ)
}
only_issued() { sql "DELETE FROM outbox WHERE kind <> 'issued'"; }

@test "each fact that concerns a handler is told once, with what it is about" {
	begin
	works ca-notify
	[ "${#lines[@]}" -eq 4 ]
	[ "$(kinds)" = "approved approved issued returned " ]
	jq -se 'all(.to == "13800000001" and .channel == "phone")' told
	[ "$(jq -r 'select(.kind == "returned") | .text' told)" = \
	    "示例电子商务认证有限公司: Dear 林晓, order 00202611220000003 for 林晓 (沈阳示例科技有限公司) was sent back: 公章不清晰. Please correct it or upload the scans again; it is then reviewed anew." ]
	[ "$(jq -r 'select(.kind == "issued") | .id, .order, .subject' told |
	    paste -sd' ')" = \
	    "issued-1 00202611220000001 Order 00202611220000001: certificates ready" ]
	works ca-notify
	[ -z "$output" ]
	[ "$(wc -l <told)" -eq 4 ]
	[ "$(sql 'SELECT count(*) FROM outbox')" -eq 0 ]
	ca-query --history 00202611220000001 >history
	grep -q 'told of "issued" by phone, 138\*\*\*\*\*\*01$' history
	works ca-admin verify
	works ca-query --dossier --unmask court -o d.tgz $CA_PIN 00202611220000001
	run ca-admin verify --dossier d.tgz
	[ "$status" -eq 0 ]
}

@test "the words are the language's, and the store's own where it has them" {
	begin
	sed -i 's/language: en/language: zh_CN/' store/config.yaml
	printf 'Subject: {user}\n\n{{{user_id}}} {organisation_id} {service}\n' \
	    >store/notices/zh_CN/issued.txt
	rm store/notices/zh_CN/approved.txt
	works ca-notify
	[ "$(jq -r 'select(.kind == "issued") | .text' told)" = \
	    "{210*************81} 912*************6X 辽宁政采-机构员工移动KEY申请入口" ]
	jq -r 'select(.kind == "approved") | .text' told |
	    grep -q '^【示例电子商务认证有限公司】林晓，您好：.*已审核通过'
}

@test "a text with a variable that there is not stops all, with its place" {
	begin
	printf 'Subject: x\n\n一二 {ordre} {code}\n' >store/notices/en/approved.txt
	run --separate-stderr ca-notify
	[ "$status" -eq 3 ] && [ -z "$output" ]
	told '^ca-notify: notices/en/approved.txt:3:4: \{ordre\}: a notice of kind "approved" has no such value: there are \{ca\} ' \
	    '^ca-notify: notices/en/approved.txt:3:12: \{code\}: '
	[ ! -s told ]
	run --separate-stderr ca-admin verify
	[ "$status" -eq 0 ]
	told '^ca-admin: notices/en/approved.txt:3:4: note: \{ordre\}'
}

@test "both ways are gone, each by itself" {
	begin "phone: [$PWD/hook]\n  mail: [$PWD/hook, x]"
	echo 75 >status
	run ca-notify
	[ "$status" -eq 75 ]
	[ "$(jq -r .channel told | sort | uniq -c | tr -s ' \n' ' ')" = \
	    " 4 mail 4 phone " ]
	jq -se 'map(select(.channel == "mail")) |
	    all(.to == "linxiao@example.cn")' told
}

@test "what cannot be delivered now is tried later and later, for three days" {
	begin
	only_issued
	echo 75 >status
	printf 'no\001credit\nleft' >how
	run --separate-stderr ca-notify
	[ "$status" -eq 75 ]
	[ "$output" = "$(printf 'issued-1\t00202611220000001\tphone\t138******01\tlater\t1\t2026-11-22T02:01:00Z\texit status 75: no credit left')" ]
	told '^ca-notify: messages to be tried again later: 1$'
	later 59
	works ca-notify
	[ -z "$output" ]
	local at=60 pause=60 n
	for ((n = 2; n < 20; n++)); do
		later $at
		run ca-notify
		[ "$status" -eq 75 ]
		pause=$((pause * 2 > 21600 ? 21600 : pause * 2))
		at=$((at + pause))
	done
	[ "$at" -gt $((2 * 86400)) ] && [ "$at" -lt $((4 * 86400)) ]
	later $at
	run --separate-stderr ca-notify
	[ "$status" -eq 5 ]
	told '^ca-notify: messages given up: 1; ca-notify --list says why$'
	[ "$(wc -l <told)" -eq 20 ]
	[ "$(jq -r .id told | sort -u)" = issued-1 ]
	works ca-notify --list
	[ "$output" = "$(printf 'issued-1\t00202611220000001\tphone\t\tfailed\t20\t%s\texit status 75: no credit left' "$CAORDER_NOW")" ]
	ca-query --history 00202611220000001 | grep 'could not be told of "issued"'
	rm status how
	works ca-notify
	[ -z "$output" ]
	run ca-notify --retry=issued-1
	[ "$output" = "ca-notify: messages that are due now: 1" ]
	works ca-notify
	[ "$(cut -f 5 <<<"$output")" = delivered ]
	works ca-notify --list
	[ -z "$output" ]
	works ca-admin verify
}

@test "what is refused is given up at once" {
	begin
	echo 1 >status
	run --separate-stderr ca-notify
	[ "$status" -eq 5 ]
	[ "$(cut -f 5 <<<"$output" | sort -u)" = failed ]
	rm status
	run ca-notify --retry
	[ "$output" = "ca-notify: messages that are due now: 4" ]
	works ca-notify
	[ "$(wc -l <told)" -eq 8 ]
}

@test "what waits for a later try can be due at once" {
	begin
	echo 75 >status
	ca-notify || [ $? -eq 75 ]
	rm status
	works ca-notify
	[ -z "$output" ]
	run ca-notify --retry
	[ "$output" = "ca-notify: messages that are due now: 4" ]
	works ca-notify
	[ "$(wc -l <told)" -eq 8 ]
	fails 6 ca-notify --retry=issued-1
	fails 3 ca-notify --retry=issued
	told "'issued' is no message such as approved-17; --list shows them"
}

@test "a dry run says what would be sent, and to whom, and sends nothing" {
	begin
	works ca-notify --dry-run --json
	[ "${#lines[@]}" -eq 4 ]
	jq -se 'all(.to == "138******01")' <<<"$output"
	[ ! -s told ]
	[ "$(sql 'SELECT count(*) FROM outbox')" -eq 8 ]
	fails 2 ca-notify --dry-run --wait 3
}

@test "a command that hangs is killed with all that it started" {
	begin "phone: [$PWD/hang]\n  timeout: 1"
	only_issued
	printf '#!/bin/sh\nsleep 1000 & echo $! >child\nsleep 1000\n' >hang
	chmod +x hang
	run ca-notify
	[ "$status" -eq 75 ]
	[ "$(sql 'SELECT why FROM outbox')" = "it took longer than 1 seconds" ]
	! grep -q sleep "/proc/$(<child)/cmdline" 2>/dev/null
}

@test "one that leaves something running keeps nobody waiting" {
	begin "phone: [$PWD/leave]\n  timeout: 20"
	only_issued
	printf '#!/bin/sh\nsleep 1000 & echo $! >child\nexit 0\n' >leave
	chmod +x leave
	SECONDS=0
	works ca-notify
	[ "$SECONDS" -lt 10 ]
	! grep -q sleep "/proc/$(<child)/cmdline" 2>/dev/null
}

@test "one that does not read, writes a great deal, or dies" {
	begin "phone: [$PWD/odd]"
	only_issued
	printf '#!/bin/sh\nexec <&-\nhead -c 3000000 /dev/zero | tr "\\0" x\nexit 75\n' >odd
	chmod +x odd
	run ca-notify
	[ "$status" -eq 75 ]
	[ "$(sql 'SELECT length(why) FROM outbox')" -lt 300 ]
	printf '#!/bin/sh\nkill -KILL $$\n' >odd
	later 60
	run ca-notify
	[ "$status" -eq 75 ]
	[ "$(sql 'SELECT why FROM outbox')" = "it died of signal 9" ]
}

@test "a command that there is not costs no message a try" {
	begin "phone: [$PWD/nowhere]"
	fails 3 ca-notify
	told 'notify.phone: .*/nowhere: No such file'
	[ "$(sql 'SELECT max(tries) FROM outbox')" -eq 0 ]
}

@test "a command that cannot be run keeps nothing back that goes the other way" {
	begin "phone: [$PWD/hook]\n  mail: [$PWD/nowhere]"
	run --separate-stderr ca-notify
	[ "$status" -eq 3 ]
	told '^ca-notify: notify.mail: .*/nowhere: No such file'
	[ "$(kinds)" = "approved approved issued returned " ]
	[ "$(sql 'SELECT count(*) FROM outbox')" -eq 4 ]
	[ "$(sql 'SELECT max(tries) FROM outbox')" -eq 0 ]
	echo 'exit 0' >nowhere && chmod +x nowhere
	fails 3 ca-notify
	told 'notify.mail: .*/nowhere: Exec format error$'
}

@test "without a command it says what is missing" {
	begin
	cp "$top/share/config.yaml" store/config.yaml
	fails 4 ca-notify
	told 'nobody can be told anything: notify.phone or notify.mail in config.yaml is the command that does it$'
	config 'mail: [x]'
	sed -i 's,language: en,language: ../en,' store/config.yaml
	fails 3 ca-notify
	told 'config.yaml:2:13: notify.language: is no language such as zh_CN or en'
}

@test "one at a time" {
	begin
	mkfifo hold
	printf '#!/bin/sh\ncat hold >/dev/null\n' >hook
	only_issued
	ca-notify >out & local first=$!
	exec 7>hold
	fails 75 ca-notify
	told 'another ca-notify is delivering'
	works ca-notify --list
	exec 7>&-
	wait $first
	grep -q delivered out
}

@test "while it waits it delivers what becomes due" {
	begin
	unset CAORDER_NOW
	sql "DELETE FROM outbox"
	ca-notify --wait 20 >out 3>&- & local pid=$!
	sql "INSERT INTO outbox(kind, fact, channel, order_id, at, next)
	    SELECT 'issued', id, 'phone', order_id, unixepoch(), unixepoch() + 1
	    FROM pair"
	local i
	for ((i = 0; i < 60; i++)); do
		[ -s told ] && break
		sleep 0.1
	done
	kill -TERM $pid
	wait $pid || [ $? -eq 143 ]
	[ "$(kinds)" = "issued " ]
}

@test "certificates that run out are told of once, thirty days before" {
	begin
	ca-notify >/dev/null
	: >told
	CAORDER_NOW=2027-10-20T02:00:00Z
	works ca-notify
	[ -z "$output" ]
	CAORDER_NOW=2027-10-24T02:00:00Z
	works ca-notify
	[ "$(kinds)" = "expiring " ]
	grep -q 'run out at 2027-11-22 ' told
	works ca-notify
	[ "$(wc -l <told)" -eq 1 ]
}

@test "of those that were revoked nobody is told that they run out" {
	begin
	revoked superseded 00202611220000001
	works ca-notify
	[ "$(kinds)" = "approved approved issued returned revoked " ]
	jq -r 'select(.kind == "revoked") | .text' told |
	    grep -q 'revoked since 2026-11-22 10:00:00, reason superseded'
	CAORDER_NOW=2027-11-01T02:00:00Z
	works ca-notify
	[ -z "$output" ]
}

@test "what is put on hold is told as such" {
	begin
	revoked certificateHold 00202611220000001
	works ca-notify
	[ "$(kinds)" = "approved approved held issued returned " ]
}

# refund ID COLUMN: of order two, to a line of a statement or by WeChat
refund() {
	sql "INSERT INTO refund(id, order_id, $2, number, fen, reason, evidence, at)
	    VALUES($1, 2, 2, 'R$1', 24000, 'paid twice', 1, 1795312800)"
}
result() {
	sql "INSERT INTO refund_result(order_id, refund, status, serial, timestamp,
	    nonce, body, signature, at) VALUES(2, $1, '$2', '', 0, '', x'', x'',
	    1795312800)"
}

@test "money is told to be paid back when it is" {
	begin
	sql "DELETE FROM outbox"
	refund 1 bank_line
	refund 2 wechat
	result 2 processing
	works ca-notify
	[ "$(jq -r .id told)" = refund-1 ]
	jq -r .text told | grep -q '240.00 yuan of order 00202611220000002 were paid back to where they came from: paid twice\.$'
	result 2 success
	result 2 success
	works ca-notify
	[ "$(jq -r .id told | paste -sd' ')" = "refund-1 refund-2" ]
	result 2 success
	[ "$(sql "SELECT count(*) FROM outbox")" = 0 ]
}

@test "a message that is there already fails no fact" {
	begin
	sql "INSERT INTO outbox(kind, fact, channel, at, next)
	    VALUES('refund', 1, 'phone', 0, 0)"
	refund 1 bank_line
	[ "$(sql "SELECT count(*) FROM refund")" = 1 ]
}

@test "what was never tried in thirty days is of no use" {
	begin
	CAORDER_NOW=2026-12-23T02:00:00Z
	works ca-notify
	[ -z "$output" ]
	[ "$(sql 'SELECT count(*) FROM outbox')" -eq 0 ]
}

@test "a message about nothing is dropped" {
	begin
	sql "INSERT INTO outbox(kind, fact, channel, order_id, at, next) VALUES
	    ('issued', 99, 'phone', 1, 1795312800, 0),
	    ('revoked', 1, 'phone', 1, 1795312800, 0)"
	works ca-notify
	[ "$(kinds)" = "approved approved issued returned " ]
	[ "$(sql 'SELECT count(*) FROM outbox')" -eq 0 ]
}
