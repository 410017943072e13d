#!/usr/bin/env bats
# The commands that come with ca-notify, against servers on loopback: mail by
# msmtp, short messages over HTTP.
load ../steps

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup
	store
	applied one:p256 && uploaded
	ca-review $ALICE --return '公章不清晰' <orders
}
# begin KIND: the store, and that sink, at $port
begin() {
	rm -rf store store.revocations port reply
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	"$top/tests/sink" "$1" . 3>&- & sink=$!
	local i
	for ((i = 0; i < 100; i++)); do
		[ -s port ] && break
		sleep 0.05
	done
	port=$(<port)
}
teardown() { [ -z "${sink-}" ] || kill "$sink" 2>/dev/null || true; }
hooks=$top/share/hooks

mail() {
	begin smtp
	cat >msmtprc <<-EOF
		defaults
		host 127.0.0.1
		port $port
		from ca@example.cn
		timeout 5
		account default
	EOF
	chmod 600 msmtprc
	printf '#!/bin/sh\nexec msmtp -C %s/msmtprc "$@"\n' "$PWD" >sendmail
	chmod +x sendmail
	export SENDMAIL=$PWD/sendmail
	printf 'notify: {mail: [%s/mail, ca@example.cn]}\n' "$hooks" \
	    >store/config.yaml
}

@test "mail arrives, and says in Chinese what it is to say" {
	mail
	works ca-notify
	[ "$(cut -f 1,3,5 <<<"$output")" = "$(printf 'returned-1\tmail\tdelivered')" ]
	grep -qx 'RCPT <linxiao@example.cn>' got
	grep -qx 'To: linxiao@example.cn' got
	grep -qx 'Message-ID: <returned-1@example.cn>' got
	[ -z "$(LC_ALL=C grep -P '[\x80-\xff]|.{79}' got)" ]
	perl -MMIME::Base64 -0777 -ne '/\n\n(.*)/s; print decode_base64($1)' got |
	    grep -q '^【示例电子商务认证有限公司】林晓，您好：.*原因：公章不清晰。'
	[ "$(perl -MEncode -0777 -ne '/^Subject: (.*?)\n(?! )/ms;
	    print encode("UTF-8", decode("MIME-Header", $1))' got)" = \
	    "业务单 00202611220000001 需要更正" ]
}

@test "a mail server that is busy is asked again, one that refuses is not" {
	mail
	echo '451 4.3.0 later' >reply
	run ca-notify
	[ "$status" -eq 75 ]
	sql "SELECT why FROM outbox" | grep -q '^exit status 75: .*451 4.3.0 later'
	kill $sink && wait $sink || true
	ca-notify --retry 2>/dev/null
	run ca-notify
	[ "$status" -eq 75 ]
	"$top/tests/sink" smtp . 3>&- & sink=$!
	for _ in 1 2 3 4 5 6 7 8 9; do
		[ "$(<port)" != "$port" ] && break
		sleep 0.1
	done
	sed -i "s/^port .*/port $(<port)/" msmtprc
	echo '550 5.1.1 no such user' >reply
	ca-notify --retry 2>/dev/null
	run ca-notify
	[ "$status" -eq 5 ]
	sql "SELECT why FROM delivery" | grep -q '^exit status 1: .*550 5.1.1 no such user'
}

@test "an address that would be a header is none" {
	run "$hooks/mail" ca@example.cn \
	    <<<'{"to":"a@b.cn\nBcc: c@d.cn","subject":"x","text":"y","id":"1"}'
	[ "$status" -eq 1 ]
	local to
	export SENDMAIL=true
	for to in 'a@b.cn\n' 'a@b.cn\u0000' 'a\u0000b@c.cn' -oQx@b.cn x@-b \
	    'a b@c.cn' 'a@b@c.cn' 'a,b@c.cn' '<a@b.cn>' @b.cn a@ a; do
		run "$hooks/mail" ca@example.cn \
		    <<<"{\"to\":\"$to\",\"subject\":\"x\",\"text\":\"y\",\"id\":\"1\"}"
		[ "$status" -eq 1 ] || { echo "taken: $to" && false; }
	done
	run "$hooks/mail" ca@example.cn <<<'not JSON'
	[ "$status" -eq 1 ]
}

sms() {
	begin http
	(umask 077 && echo 'Authorization: Bearer secret' >header)
	printf 'notify: {phone: [%s/sms-http, "http://127.0.0.1:%s/send", %s/header]}\n' \
	    "$hooks" "$port" "$PWD" >store/config.yaml
}

@test "a short message is posted, with its id and the header of the file" {
	sms
	works ca-notify
	[ "$(cut -f 1,3,5 <<<"$output")" = "$(printf 'returned-1\tphone\tdelivered')" ]
	grep -qx 'POST /send HTTP/1.1' got
	grep -qx 'Authorization: Bearer secret' got
	grep -qx 'Idempotency-Key: returned-1' got
	[ "$(tail -n 1 got | jq -r '.to, (.text | .[:5])' | paste -sd' ')" = \
	    "13800000001 【示例电子" ]
}

@test "a gateway that is busy or away is asked again, one that refuses is not" {
	sms
	echo '503 Busy' >reply
	run ca-notify
	[ "$status" -eq 75 ]
	sql "SELECT why FROM outbox" | grep -q '^exit status 75: HTTP 503: said$'
	kill $sink
	ca-notify --retry 2>/dev/null
	run ca-notify
	[ "$status" -eq 75 ]
	sql "SELECT why FROM outbox" | grep -q '^exit status 75: curl: (7) '
	sink=
	sms
	echo '401 Unknown' >reply
	run ca-notify
	[ "$status" -eq 75 ]
	rm header
	ca-notify --retry 2>/dev/null
	run ca-notify
	[ "$status" -eq 75 ]
	sql "SELECT why FROM outbox" | grep -q '/header: cannot be read$'
	: >header
	ca-notify --retry 2>/dev/null
	echo '400 No' >reply
	run ca-notify
	[ "$status" -eq 5 ]
}
