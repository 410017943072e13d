#!/usr/bin/env bats
# ca-query --ocsp: the status of a certificate, as the store has it now.
load ../steps

REVOKED=2026-11-21T10:00:00Z

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && ready one:p256 two:rsa2048 three:sm2 &&
	    issued && ca-admin responder --ca-pin file:ca.pin
} >/dev/null 2>&1

# A copy of the store; the files $i.crt and $i-e.crt of the three orders.
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	local i=0 n
	while read -r n; do
		i=$((i + 1))
		ca-query --pem sign "$n" >$i.crt
		ca-query --pem encrypt "$n" >$i-e.crt
	done <orders
	ca=(- p256 rsa sm2)
}

serial() { openssl x509 -in "$1" -noout -serial | sed 's/.*=//'; }

# revocation ORDER REASON SINCE: of its pair, as another tool would record it
revocation() {
	local i=$1
	sql "INSERT INTO revocation(order_id, number, ca, sign_serial,
	    encrypt_serial, not_after, reason, since, at)
	    SELECT o.id, o.number, '${ca[i]}', p.sign_serial, p.encrypt_serial,
	    p.not_after, '$2', unixepoch('$3'), unixepoch('$3')
	    FROM pair p JOIN orders o ON o.id = p.order_id WHERE o.id = $i"
	"$top/tests/rejournal" store/orders.db
}

# ask ORDER [OPTION...]: the request is in req
ask() {
	local i=$1
	shift
	openssl ocsp -issuer "store/ca/${ca[i]}-ca.crt" -no_nonce "$@" \
	    -reqout req
}

# answered: what the answer to req says, as OpenSSL prints it
answered() {
	ca-query --ocsp <req >resp
	openssl ocsp -respin resp -resp_text -noverify | sed 's/^ *//'
}

# says PATTERN...: the answer to req has such lines
says() {
	local pattern text
	text=$(answered)
	for pattern; do
		grep -Eq -- "$pattern" <<<"$text" || {
			printf 'no line like %s in:\n%s\n' "$pattern" "$text"
			return 1
		}
	done
}

# refused OCTET: the answer to standard input is of that responseStatus
refused() {
	ca-query --ocsp >resp
	printf '%b' "\x30\x03\x0a\x01\x0$1" | cmp - resp
}

# internal FILE [OPTION...]: who asks that is told of an internal error
internal() {
	local file=$1
	shift
	ca-query "$@" --ocsp <"$file" 2>/dev/null |
	    cmp - <(printf '\x30\x03\x0a\x01\x02')
}

@test "certificates that were issued are good, both of a pair" {
	begin
	for i in 1 2 3; do
		ask $i -cert $i.crt -cert $i-e.crt
		says '^Cert Status: good$' '^This Update: Nov 22 02:00:00 2026' \
		    '^Next Update: Nov 23 02:00:00 2026' \
		    '^Produced At: Nov 22 02:00:00 2026'
		[ "$(answered | grep -c 'Cert Status: good')" = 2 ]
	done
}

@test "issuers are found by SHA-1, SHA-256 and SM3, and by nothing else" {
	begin
	for md in sha1 sha256 sm3; do
		ask 1 -$md -cert 1.crt
		says '^Cert Status: good$' "Hash Algorithm: $md"
	done
	ask 1 -sha512 -cert 1.crt
	refused 6 <req
}

@test "a revoked certificate is revoked at once, with time and reason" {
	begin
	for i in 1 2 3; do
		ask $i -cert $i.crt -cert $i-e.crt
		says '^Cert Status: good$'
		revocation $i keyCompromise $REVOKED
		says '^Cert Status: revoked$' 'Reason: keyCompromise' \
		    'Revocation Time: Nov 21 10:00:00 2026'
		[ "$(answered | grep -c 'Cert Status: revoked')" = 2 ]
	done
}

@test "a reason that is unspecified is left out" {
	begin
	revocation 1 unspecified $REVOKED
	ask 1 -cert 1.crt
	says '^Cert Status: revoked$' '^Revocation Time: Nov 21'
	[[ $(answered) != *Reason* ]]
}

@test "a hold is told as such, and its release makes good" {
	begin
	revocation 1 certificateHold $REVOKED
	ask 1 -cert 1.crt
	says '^Cert Status: revoked$' 'Reason: certificateHold'
	revocation 1 removeFromCRL 2026-11-22T01:00:00Z
	says '^Cert Status: good$'
	revocation 1 superseded 2026-11-22T01:30:00Z
	says '^Cert Status: revoked$' 'Reason: superseded'
}

@test "what was never issued is unknown, also a serial that is reserved" {
	begin
	ask 1 -serial 0x5A0102030405060708090A0B0C0D0E0F10
	says '^Cert Status: unknown$'
	ask 1 -serial 1
	says '^Cert Status: unknown$'
	# another CA's certificate under this CA's name
	ask 1 -serial "0x$(serial 2.crt)"
	says '^Cert Status: unknown$'
	revocation 2 superseded $REVOKED
	says '^Cert Status: unknown$'
	sql "INSERT INTO serial(order_id, usage, serial, at)
	    VALUES(1, 'sign', x'5B0102030405060708090A0B0C0D0E0F10', 0)"
	ask 1 -serial 0x5B0102030405060708090A0B0C0D0E0F10
	says '^Cert Status: unknown$'
}

@test "a revocation outlives the loss of its pair" {
	begin
	ask 1 -cert 1.crt
	revocation 1 keyCompromise $REVOKED
	sql 'DELETE FROM receipt; DELETE FROM pair'
	[ "$(sql 'SELECT count(*) FROM pair')" = 0 ]
	says '^Cert Status: revoked$' 'Reason: keyCompromise'
}

@test "of several certificates each has its answer" {
	begin
	revocation 2 superseded $REVOKED
	openssl ocsp -no_nonce -issuer store/ca/p256-ca.crt -cert 1.crt \
	    -serial 7 -issuer store/ca/rsa-ca.crt -cert 2.crt -reqout req
	# the first is this CA's; the other's are not its to tell
	[ "$(answered | grep 'Cert Status' | tr '\n' ' ')" = \
	    'Cert Status: good Cert Status: unknown Cert Status: unknown ' ]
	ask 1 $(for ((n = 1; n < 64; n++)); do echo -serial $n; done) \
	    -cert 1.crt
	[ "$(answered | grep -c 'Cert Status: unknown')" = 63 ]
	ask 1 $(for ((n = 1; n < 66; n++)); do echo -serial $n; done)
	refused 1 <req
}

@test "another CA's certificate is not ours to answer for" {
	begin
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout other.key -out other.crt -subj /CN=other 2>/dev/null
	openssl ocsp -issuer other.crt -serial 1 -reqout req
	refused 6 <req
	run --separate-stderr ca-query -v --ocsp <req
	told '^ca-query: request refused: it is of another issuer$'
}

@test "a nonce comes back, from 1 to 128 octets and no more" {
	begin
	openssl ocsp -issuer store/ca/p256-ca.crt -cert 1.crt -reqout req
	nonce=$(openssl ocsp -reqin req -req_text -noverify |
	    grep -A 1 Nonce | tail -1)
	[ -n "$nonce" ]
	answered >text
	grep -q "^${nonce##* }$" text
	for n in 1 128; do
		nonce $n >req
		says '^OCSP Nonce'
	done
	for n in 0 129; do
		nonce $n | refused 1
	done
}

# nonce N: a request with a nonce of so many octets
nonce() {
	ask 1 -cert 1.crt
	perl -0777 -e '
		sub tlv { my ($t, $v) = @_; my $n = length $v;
			chr($t) . ($n < 128 ? chr $n : $n < 256 ?
			    "\x81" . chr $n : "\x82" . pack("n", $n)) . $v }
		my $list = substr(<STDIN>, 4); # of OCSPRequest, TBSRequest
		my $oid = "\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x02";
		my $nonce = tlv(4, tlv(4, "x" x $ARGV[0]));
		print tlv(0x30, tlv(0x30, $list .
		    tlv(0xa2, tlv(0x30, tlv(0x30, $oid . $nonce)))));
	' "$1" <req
}

@test "what is no request is answered as malformed, and that is success" {
	begin
	ask 1 -cert 1.crt
	refused 1 </dev/null
	echo rubbish | refused 1
	head -c 40 req | refused 1
	(cat req && printf x) | refused 1
	head -c 17000 /dev/zero | refused 1
	head -c 10000000 /dev/zero | refused 1
	run --separate-stderr ca-query -v --ocsp </dev/null
	[ "$status" -eq 0 ]
	told '^ca-query: request refused: RFC 6960 section 4.1.1: not a DER OCSPRequest$'
}

@test "without a responder, or when it has ended, nothing is answered" {
	begin
	ask 1 -cert 1.crt
	export CAORDER_NOW=2027-02-21T00:00:00Z
	run -4 --separate-stderr ca-query --ocsp <req
	told '^ca-query: ca/ocsp-p256.pem: the responder.s certificate ended 2027-02-20T02:00:00Z: ca-admin responder renews it$'
	internal req
	run -0 --separate-stderr ca-admin verify
	told 'note: ca/ocsp-p256.pem: the responder.s certificate ended'
	ca-admin responder --ca-pin file:ca.pin
	says '^Cert Status: good$'
	works ca-admin verify
	rm store/ca/ocsp-p256.pem
	run -4 --separate-stderr ca-query --ocsp <req
	told '^ca-query: ca/ocsp-p256.pem: there is no responder: ca-admin responder makes them$'
}

@test "an answer is good as long as the store says, or its responder lasts" {
	begin
	echo 'ocsp: {hours: 48, responder: 1}' >store/config.yaml
	ask 1 -cert 1.crt
	says '^Next Update: Nov 24 02:00:00 2026'
	ca-admin responder --ca-pin file:ca.pin
	says '^Next Update: Nov 23 02:00:00 2026'
}

@test "a store that is older than its revocations answers nothing" {
	begin
	ask 1 -cert 1.crt
	cp -a store older
	revocation 1 keyCompromise $REVOKED
	says '^Cert Status: revoked$'
	[ "$(wc -l <store.revocations)" = 2 ]
	rm -rf store && mv older store
	run -7 --separate-stderr ca-query --ocsp <req
	internal req
	[[ $stderr == *'ca-admin verify --replay'* ]]
	fails 7 ca-query --ocsp --presign pub
	ca-admin verify --replay
	says '^Cert Status: revoked$' 'Reason: keyCompromise'
}

@test "a store that is not there is an internal error" {
	begin
	ask 1 -cert 1.crt
	run -6 --separate-stderr ca-query --store none --ocsp <req
	internal req --store none
}

@test "responders: keys in the clear or under a PIN, of each algorithm" {
	begin
	for i in 1 2 3; do
		file=store/ca/ocsp-${ca[i]}.pem
		[ "$(stat -c %a $file)" = 600 ]
		grep -q 'BEGIN PRIVATE KEY' $file
		openssl x509 -in $file -noout -text >text
		grep -q 'OCSP Signing' text
		grep -q 'OCSP No Check' text
		grep -A 1 'Key Usage: critical' text |
		    grep -q '^ *Digital Signature$'
		openssl x509 -in $file -noout -pubkey |
		    cmp - <(openssl pkey -in $file -pubout)
		[ "$(openssl x509 -in $file -noout -enddate)" = \
		    'notAfter=Feb 20 02:00:00 2027 GMT' ]
		[[ $(openssl x509 -in $file -noout -subject -nameopt utf8) =~ \
		    OCSP$ ]]
	done
	openssl x509 -in store/ca/ocsp-rsa.pem -noout -text |
	    grep -q '(2048 bit)'
	[ "$(ca-query --ocsp <<<x | wc -c)" = 5 ]
	pin resp
	cp store/ca/ocsp-p256.pem was
	ca-admin responder --pin file:resp.pin --ca-pin file:ca.pin
	run -1 cmp -s was store/ca/ocsp-p256.pem
	grep -q 'BEGIN ENCRYPTED PRIVATE KEY' store/ca/ocsp-p256.pem
	ask 1 -cert 1.crt
	run -3 --separate-stderr ca-query --ocsp <req
	told 'ca/ocsp-p256.pem: the private key is under a PIN, and none is given'
	run -3 --separate-stderr ca-query --ocsp --pin file:alice.pin <req
	told 'ca/ocsp-p256.pem: the PIN does not open it'
	ca-query --ocsp --pin file:resp.pin <req >resp
	openssl ocsp -respin resp -resp_text -noverify | grep -q 'Status: good'
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'responder'")" = 6 ]
	works ca-admin verify
	fails 3 ca-admin responder --ca-pin file:alice.pin
	cp store/ca/ocsp-p256.pem was
	ca-admin responder -n --ca-pin file:ca.pin
	cmp was store/ca/ocsp-p256.pem
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'responder'")" = 6 ]
}

@test "verifying finds another's certificate in a responder's place" {
	begin
	cp store/ca/ocsp-rsa.pem store/ca/ocsp-p256.pem
	run -7 --separate-stderr ca-admin verify
	told '^ca-admin: ca/ocsp-p256.pem: '
	(cd other 2>/dev/null || mkdir other && cd other &&
	    pin ca && ca-admin --store s init --name x --pin file:ca.pin &&
	    ca-admin --store s responder --ca-pin file:ca.pin)
	cp other/s/ca/ocsp-p256.pem store/ca/
	run -7 --separate-stderr ca-admin verify
	told '^ca-admin: ca/ocsp-p256.pem: '
	# The CA did not make this one.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout own.key -out own.crt -subj /CN=x \
	    -addext extendedKeyUsage=OCSPSigning 2>/dev/null
	cat own.key own.crt >store/ca/ocsp-p256.pem
	run -7 --separate-stderr ca-admin verify
	told '^ca-admin: ca/ocsp-p256.pem: '
	mv store/ca/ocsp-sm2.pem x
	cat own.key x >store/ca/ocsp-p256.pem
	ask 1 -cert 1.crt
	run -7 --separate-stderr ca-query --ocsp <req
	told 'ca/ocsp-p256.pem: the responder.s key is not that of its certificate'
}

# got ENV...: the answer to a GET as the server says it came, or its status
got() { env REQUEST_METHOD=GET "$@" ca-query --ocsp | sed '1,/^\r$/d'; }

@test "a GET is read from its address as it came, or from its path" {
	begin
	ask 1 -serial 0x5AFFFFFFFF05060708090A0B0C0D0EFFFF
	text=$(openssl base64 -A -in req)
	[[ $text == *//*/ ]]
	coded=${text//\//%2F}
	answered >want
	for set in "PATH_INFO=/$text" "PATH_INFO=/$coded" \
	    "PATH_INFO=/x SCRIPT_NAME=/ocsp REQUEST_URI=/ocsp/$text" \
	    "PATH_INFO=/x SCRIPT_NAME=/ocsp REQUEST_URI=/ocsp/$coded" \
	    "PATH_INFO=/x SCRIPT_NAME=/ocsp REQUEST_URI=/ocsp/$text?a=b" \
	    "PATH_INFO=/$text SCRIPT_NAME=/ocsp REQUEST_URI=/ocsp2/x" \
	    "PATH_INFO=/$text SCRIPT_NAME=/ocsp" "PATH_INFO=$text"; do
		got $set >resp
		openssl ocsp -respin resp -resp_text -noverify |
		    grep -q 'Cert Status: unknown'
	done
	for bad in x "${text#M}" "${text//\/\//\/}" "$text%" "$text%2"; do
		got "PATH_INFO=/$bad" | cmp - <(printf '\x30\x03\x0a\x01\x01')
	done
	got x=y | cmp - <(printf '\x30\x03\x0a\x01\x01')
}

@test "a POST is read to its length" {
	begin
	ask 1 -cert 1.crt
	export REQUEST_METHOD=POST
	(cat req && printf more) |
	    CONTENT_LENGTH=$(stat -c %s req) ca-query --ocsp |
	    sed '1,/^\r$/d' >resp
	openssl ocsp -respin resp -resp_text -noverify | grep -q 'Status: good'
	for length in 10 99999999999999999999 -1 x; do
		CONTENT_LENGTH=$length ca-query --ocsp <req >all
		sed '1,/^\r$/d' all | cmp - <(printf '\x30\x03\x0a\x01\x01') ||
		    [ $length = 99999999999999999999 ]
		grep -aq '^Content-Type: application/ocsp-response' all
	done
	CONTENT_LENGTH= ca-query --ocsp <req | grep -aq 'Cache-Control: max-age'
	run --separate-stderr -4 env CAORDER_NOW=2029-01-01T00:00:00Z \
	    ca-query --ocsp <req
	[[ $output == *'Cache-Control: no-store'* ]]
	REQUEST_METHOD=PUT ca-query --ocsp | head -1 |
	    grep -q '^Status: 405 Method Not Allowed'
}

# name FILE: of the presigned answer to that request
name() { openssl base64 -A -in "$1" | sed 's,/$,/index.html,'; }

@test "presigned: a file an answer, named like the path of a GET" {
	begin
	works ca-query --ocsp --presign pub --json
	[ "$output" = '{"written":6,"kept":0,"removed":0}' ]
	[ "$(find pub -type f | wc -l)" = 6 ]
	[ "$(stat -c %a pub)" = 755 ]
	for i in 1 2 3; do
		for cert in $i.crt $i-e.crt; do
			ask $i -cert $cert
			file=pub/$(name req)
			[ "$(stat -c %a "$file")" = 644 ]
			openssl ocsp -respin "$file" -resp_text -noverify >text
			grep -q 'Status: good' text
			grep -q 'Hash Algorithm: sha1' text
			[ "$(grep -c 'Serial Number: ' text)" = 1 ]
			grep -q "Serial Number: $(serial $cert)" text
		done
	done
	works ca-query --ocsp --presign pub
	[ -z "$output" ]
}

@test "presigned: kept while it is so and half of its time is left" {
	begin
	works ca-query --ocsp --presign pub
	ask 1 -cert 1.crt
	file=pub/$(name req)
	cp "$file" was
	export CAORDER_NOW=2026-11-22T13:00:00Z
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":0,"kept":6,"removed":0}' ]
	cmp was "$file"
	revocation 1 superseded $REVOKED
	works ca-query --ocsp --presign pub -j -n
	[ "$output" = '{"written":2,"kept":4,"removed":0}' ]
	cmp was "$file"
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":2,"kept":4,"removed":0}' ]
	openssl ocsp -respin "$file" -resp_text -noverify >text
	grep -q 'Status: revoked' text
	grep -q 'Reason: superseded' text
	export CAORDER_NOW=2026-11-22T14:30:00Z
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":4,"kept":2,"removed":0}' ]
	printf x >"$file"
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":1,"kept":5,"removed":0}' ]
}

@test "presigned: answers by a responder of before are made anew" {
	begin
	works ca-query --ocsp --presign pub
	cp store/ca/ocsp-rsa.pem was
	ca-admin responder --ca-pin file:ca.pin
	mv was store/ca/ocsp-rsa.pem
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":4,"kept":2,"removed":0}' ]
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":0,"kept":6,"removed":0}' ]
}

@test "presigned: what has ended goes, what was lost stays revoked" {
	begin
	works ca-query --ocsp --presign pub
	export CAORDER_NOW=2027-12-01T00:00:00Z
	works ca-query --ocsp --presign pub -j -n
	[ "$output" = '{"written":0,"kept":0,"removed":6}' ]
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":0,"kept":0,"removed":6}' ]
	[ "$(find pub -mindepth 1 | wc -l)" = 0 ]
	export CAORDER_NOW=2026-11-22T02:00:00Z
	revocation 1 keyCompromise $REVOKED
	sql 'DELETE FROM receipt; DELETE FROM pair'
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":2,"kept":0,"removed":0}' ]
	ask 1 -cert 1-e.crt
	openssl ocsp -respin "pub/$(name req)" -resp_text -noverify |
	    grep -q 'Reason: keyCompromise'
}

@test "presigned: slashes are folders, wherever they fall" {
	begin
	sql "INSERT INTO revocation(number, ca, sign_serial, encrypt_serial,
	    not_after, reason, since, at) SELECT '00202611210000001', 'p256',
	    x'5A0102030405060708090A0B0C0D0E0FFF',
	    x'5AFFFFFFFF05060708090A0B0C0D0EFFFF', not_after, 'superseded',
	    unixepoch('$REVOKED'), unixepoch('$REVOKED') FROM pair LIMIT 1"
	"$top/tests/rejournal" store/orders.db
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":8,"kept":0,"removed":0}' ]
	for serial in 0x5A0102030405060708090A0B0C0D0E0FFF \
	    0x5AFFFFFFFF05060708090A0B0C0D0EFFFF; do
		ask 1 -serial $serial
		[[ $(openssl base64 -A -in req) == */ ]]
		openssl ocsp -respin "pub/$(name req)" -resp_text -noverify |
		    grep -q 'Reason: superseded'
	done
	[[ $(openssl base64 -A -in req) == *//*/ ]]
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":0,"kept":8,"removed":0}' ]
	export CAORDER_NOW=2027-12-01T00:00:00Z
	works ca-query --ocsp --presign pub -j
	[ "$output" = '{"written":0,"kept":0,"removed":8}' ]
	[ "$(find pub -mindepth 1 | wc -l)" = 0 ]
}

@test "presigned: one at a time, and into a folder" {
	begin
	mkdir pub
	flock pub sleep 5 &
	sleep 0.3
	fails 75 ca-query --ocsp --presign pub
	kill %1
	: >file
	fails 1 ca-query --ocsp --presign file
	fails 2 ca-query --presign pub
	fails 2 ca-query --ocsp 1 2
	run -2 script -qec 'ca-query --ocsp' /dev/null
	[[ $output == *'a request in DER is read from standard input'* ]]
}
