#!/usr/bin/env bats
# ca-issue --crl: what was revoked is on the lists, and what is due is found.
load ../steps

one=00202611220000001
two=00202611220000002
three=00202611220000003
NOW=1795312800 # 2026-11-22T02:00:00Z

# Three pairs, made once; each test takes a copy.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && ready one:p256 two:sm2 three:p256 && issued >/dev/null
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

crl() { ca-issue --crl $CA_PIN "$@"; }
due() { crl --if-due "$@"; }
# shown CA: the complete list as text
shown() { openssl crl -inform der -in "store/crl/$1.crl" -noout -text; }
# serials CA: of its entries, sorted
serials() { shown "$1" | sed -n 's/^ *Serial Number: //p' | sort; }
# pair NUMBER: the serials of its certificates, sorted
pair() {
	local usage
	for usage in sign encrypt; do
		ca-query --pem $usage "$1" | openssl x509 -noout -serial
	done | sed 's/serial=//' | sort
}
# again: nothing is due
again() {
	works due && [ -z "$output" ] || { echo "due: $output"; return 1; }
}

@test "each CA has a complete list, as DER and as PEM" {
	begin
	works crl
	[ "$output" = "sm2.crl	$NOW	0	2026-11-29T02:00:00Z
p256.crl	$NOW	0	2026-11-29T02:00:00Z
rsa.crl	$NOW	0	2026-11-29T02:00:00Z" ]
	for ca in p256 rsa; do
		openssl crl -inform der -in store/crl/$ca.crl -noout \
		    -CAfile store/ca/$ca-ca.crt 2>&1 | grep -qx 'verify OK'
		openssl crl -in store/crl/$ca.pem -outform der |
		    cmp - store/crl/$ca.crl
	done
	shown p256 >text
	grep -q 'Version 2' text
	grep -q 'Next Update: Nov 29 02:00:00 2026 GMT' text
	grep -q 'No Revoked Certificates' text
	grep -q 'X509v3 Authority Key Identifier' text
	again
	works ca-admin verify
}

@test "with --json a list is an object" {
	begin
	works crl --json
	[ "${lines[1]}" = '{"list":"p256.crl","number":"'$NOW'","entries":"0","next_update":"2026-11-29T02:00:00Z"}' ]
}

@test "what is revoked is due, with both certificates and the reason" {
	begin
	crl >/dev/null
	revoked keyCompromise $one
	works due
	[ "$output" = "p256.crl	$((NOW + 1))	2	2026-11-29T02:00:00Z" ]
	[ "$(serials p256)" = "$(pair $one)" ]
	[ "$(shown p256 | grep -c 'Key Compromise')" = 2 ]
	again
	works ca-admin verify
}

@test "an unspecified reason is left out" {
	begin
	revoked unspecified $one
	crl >/dev/null
	[ "$(serials p256)" = "$(pair $one)" ]
	run ! grep -q 'Reason Code' <(shown p256)
}

@test "a hold is on the list, and its release takes it off" {
	begin
	revoked certificateHold $one
	crl >/dev/null
	[ "$(shown p256 | grep -c 'Certificate Hold')" = 2 ]
	CAORDER_NOW=2026-11-22T03:00:00Z
	fulfilled release $one release
	works due
	[[ $output == "p256.crl	"*"	0	"* ]]
	[ -z "$(serials p256)" ]
	again
	works ca-admin verify
}

@test "a reason behind a hold counts from the hold's beginning" {
	begin
	revoked certificateHold $one
	crl >/dev/null
	CAORDER_NOW=2026-11-23T03:00:00Z
	revoked superseded $one
	works due
	shown p256 >text
	[ "$(grep -c 'Revocation Date: Nov 22 02:00:00 2026 GMT' text)" = 2 ]
	[ "$(grep -c 'Superseded' text)" = 2 ]
	works ca-admin verify
}

@test "a list that runs out is due, as many hours before as is set" {
	begin
	crl >/dev/null
	CAORDER_NOW=2026-11-28T02:00:00Z again
	CAORDER_NOW=2026-11-28T02:00:01Z works due
	[ "${#lines[@]}" = 3 ]
	cat >store/config.yaml <<<'crl: {hours: 10, before: 3}'
	works crl
	[[ ${lines[0]} == *"	2026-11-22T12:00:00Z" ]]
	CAORDER_NOW=2026-11-22T09:00:00Z again
	CAORDER_NOW=2026-11-22T09:00:01Z works due
	[ "${#lines[@]}" = 3 ]
}

@test "what config.yaml says wrongly is refused" {
	begin
	cat >store/config.yaml <<<'crl: {hours: 10, before: 10}'
	fails 3 crl
	[[ $stderr == *"config.yaml:1:"*"crl.before: a list would be due at once: less than crl.hours, which is 10" ]]
	rm store/config.yaml
	works crl
	[[ ${lines[0]} == *"	2026-11-29T02:00:00Z" ]]
}

@test "a file that is gone, cut or another's is due" {
	begin
	revoked superseded $one
	crl >/dev/null
	for damage in 'rm store/crl/p256.crl' 'rm store/crl/p256.pem' \
	    'truncate -s 100 store/crl/p256.crl' ': >store/crl/p256.pem' \
	    'cp store/crl/sm2.crl store/crl/p256.crl'; do
		eval "$damage"
		works due
		[[ ${#lines[@]} == 1 && $output == "p256.crl	"* ]]
		again
	done
}

@test "a number without a list is due" {
	begin
	crl >/dev/null
	sql "INSERT INTO crl(ca, number, this_update, next_update, at)
	    SELECT ca, number + 1, this_update, next_update, at FROM crl
	    WHERE ca = 'sm2'"
	tests=$top/tests; "$tests/rejournal" store/orders.db
	works due
	[ "$output" = "sm2.crl	$((NOW + 2))	0	2026-11-29T02:00:00Z" ]
	again
}

@test "numbers go up, also behind a store put back" {
	begin
	cp -a store before
	crl >/dev/null
	works crl
	[[ ${lines[0]} == "sm2.crl	$((NOW + 1))	"* ]]
	CAORDER_NOW=2026-11-22T02:01:00Z works crl
	[[ ${lines[0]} == "sm2.crl	$((NOW + 60))	"* ]]
	rm -rf store && mv before store
	CAORDER_NOW=2026-11-22T02:02:00Z works crl
	[[ ${lines[0]} == "sm2.crl	$((NOW + 120))	"* ]]
	[ "$(sql "SELECT count(*) FROM crl JOIN journal
	    ON kind = 'crl' AND fact = crl.id")" = 3 ]
}

@test "entries stay until a list was made behind their end" {
	begin
	revoked superseded $one
	crl >/dev/null
	CAORDER_NOW=2027-11-22T02:00:00Z works due # notAfter itself
	[[ ${lines[1]} == "p256.crl	"*"	2	"* ]]
	CAORDER_NOW=2027-11-22T03:00:00Z works crl
	[[ ${lines[1]} == "p256.crl	"*"	2	"* ]]
	CAORDER_NOW=2027-11-22T04:00:00Z works crl
	[[ ${lines[1]} == "p256.crl	"*"	0	"* ]]
	CAORDER_NOW=2027-11-22T05:00:00Z again
	CAORDER_NOW=2027-11-22T05:00:00Z works ca-admin verify
}

@test "nothing is written in a dry run" {
	begin
	revoked superseded $one
	sqlite3 store/orders.db 'PRAGMA wal_checkpoint' >/dev/null
	find store -type f -exec sha256sum {} + | sort >before
	works crl -n
	[ "${lines[1]}" = "p256.crl	$NOW	2	2026-11-29T02:00:00Z" ]
	find store -type f -exec sha256sum {} + | sort | diff before -
}

@test "an older store gets the folder when it is needed" {
	begin
	rm -rf store/crl
	works crl
	[ -f store/crl/rsa.pem ]
}

# sharded SHARDS: orders under a service whose lists are so many
sharded() {
	sed -e "s,crl: .*,crl: http://crl.example.cn/{ca}-{shard}.crl," \
	    -e "/^  crl:/a\\  crl_shards: $1" \
	    "$top/share/services/ln-gov-employee-mkey.yaml" >service.yaml
	ca-admin service add service.yaml
}

@test "with shards, each address in a certificate has its list" {
	begin
	sharded 4
	ready four:p256 five:p256 six:p256 && issued >/dev/null
	revoked superseded $one $three $(<orders)
	works crl
	[ "${#lines[@]}" = 15 ]
	[[ $output == *"p256.crl	$NOW	10	"* ]] # and the first two
	[ "$(awk -F'\t' '/^p256-/ { n += $3 } END { print n }' <<<"$output")" = 6 ]
	ca-query --pem sign 00202611220000004 >cert.pem
	url=$(openssl x509 -in cert.pem -noout -ext crlDistributionPoints |
	    grep -o 'http.*')
	[[ $url == http://crl.example.cn/p256-[0-3].crl ]]
	serial=$(openssl x509 -in cert.pem -noout -serial)
	[ $((0x${serial: -2} % 4)) = "${url: -5:1}" ]
	openssl crl -inform der -in "store/crl/${url##*/}" -noout -text >text
	grep -q "Serial Number: ${serial#serial=}" text
	grep -q 'X509v3 Issuing Distribution Point: critical' text
	grep -q "URI:$url\$" text
	again
	works ca-admin verify
	rm store/crl/p256-2.crl
	works due
	[ "${#lines[@]}" = 5 ]
	again
}

@test "a list for an address that ends in .pem is DER as any other" {
	begin
	sed -e "s,crl: .*,crl: http://crl.example.cn/{ca}-{shard}.pem," \
	    -e "/^  crl:/a\\  crl_shards: 2" \
	    "$top/share/services/ln-gov-employee-mkey.yaml" >service.yaml
	ca-admin service add service.yaml
	works crl
	openssl crl -inform der -in store/crl/p256-1.pem -noout
	again
	works ca-admin verify
}

@test "a copy that is not the complete list is due, and told" {
	begin
	crl >/dev/null
	cp -a store/crl first
	revoked superseded $one
	crl >/dev/null
	cp first/p256.pem store/crl/ # as a crash could leave it, the other way
	run --separate-stderr ca-admin verify
	[ "$status" = 0 ]
	[ "$stderr" = "ca-admin: note: crl/p256.pem: is not the same list as p256.crl; ca-issue --crl makes both" ]
	works due
	[ "${#lines[@]}" = 1 ]
	again
	rm store/crl/p256.pem
	works due
	works ca-admin verify
}

@test "a service added later makes its lists due" {
	begin
	crl >/dev/null
	sharded 2
	works due
	[ "${#lines[@]}" = 9 ]
	again
	sharded 3
	works due
	[ "${#lines[@]}" = 12 ]
	sed -i 's,crl: http://crl\.,crl: https://crl2.,' service.yaml
	ca-admin service add service.yaml
	works due # the same names, and a further address
	[ "${#lines[@]}" = 12 ]
	openssl crl -inform der -in store/crl/p256-0.crl -noout -text |
	    grep -q 'URI:https://crl2.example.cn/p256-0.crl'
	again
}

@test "services whose addresses cannot be told apart are refused" {
	begin
	sed 's,crl: .*,crl: http://crl.example.cn/{shard}.crl,' \
	    "$top/share/services/ln-gov-employee-mkey.yaml" >service.yaml
	fails 3 ca-admin service add service.yaml
	[[ $stderr == *"profile.crl: with {shard}, the name behind the last '/' holds both {ca} and {shard}: each list is a file of that name" ]]
	sed 's,issuer: .*,issuer: http://aia.example.cn/{shard}.crt,' \
	    "$top/share/services/ln-gov-employee-mkey.yaml" >service.yaml
	fails 3 ca-admin service add service.yaml
	[[ $stderr == *"profile.issuer: '{shard}' stands for nothing here; {ca} does" ]]
}

@test "a store older than the journal beside it publishes nothing" {
	begin
	cp -a store before
	revoked superseded $one
	crl >/dev/null
	rm -rf store && mv before store
	fails 7 crl
	told 'verify --replay'
	fails 7 crl --if-due
	ca-admin verify --replay 2>/dev/null
	works due
	[[ $output == *"p256.crl	"*"	2	"* ]]
}

@test "what does not suit is refused" {
	begin
	fails 2 ca-issue --if-due $CA_PIN
	fails 2 ca-issue --crl $one $CA_PIN
	fails 2 ca-issue --crl --all $CA_PIN
	fails 2 ca-issue --crl --jobs 2 $CA_PIN
	fails 3 ca-issue --crl --pin file:user.pin
	[ ! -f store/crl/sm2.crl ]
}

@test "a list that ran out or is not there is told, and is no bad place" {
	begin
	works ca-admin verify # nothing is revoked
	revoked superseded $one
	run --separate-stderr ca-admin verify
	[ "$status" = 0 ]
	[ "$stderr" = "ca-admin: note: crl/p256.crl: is not there, and certificates were revoked; ca-issue --crl makes it" ]
	works ca-admin verify -q
	ca-query --stats | grep -Fx 'crl.stale	1'
	crl >/dev/null
	works ca-admin verify
	ca-query --stats >stats
	grep -Fx "crl.p256.number	$NOW" stats
	grep -Fx "crl.p256.next-update	$((NOW + 7 * 86400))" stats
	grep -Fx "crl.stale	0" stats
	export CAORDER_NOW=2026-11-29T02:00:01Z
	ca-query --stats | grep -Fx "crl.stale	3"
	run --separate-stderr ca-admin verify
	[ "$status" = 0 ]
	[ "${#stderr_lines[@]}" = 3 ]
	[ "${stderr_lines[1]}" = "ca-admin: note: crl/p256.crl: ran out at 2026-11-29T02:00:00Z; ca-issue --crl makes the next one" ]
}

# bad PATTERN: verifying finds that, and nothing else
bad() {
	run --separate-stderr ca-admin verify
	[ "$status" = 7 ] && told "$1" || { echo "$status: $stderr"; return 1; }
}

@test "a list that is not what the store says is a bad place" {
	begin
	revoked superseded $one
	crl >/dev/null
	cp -a store/crl good
	printf '\xff' | dd of=store/crl/p256.crl bs=1 conv=notrunc status=none \
	    seek=$(($(stat -c %s store/crl/p256.crl) - 1))
	bad '^ca-admin: crl/p256\.crl: '
	: >store/crl/p256.crl
	bad '^ca-admin: crl/p256\.crl: RFC 5280 section 5\.1: not a DER'
	cp good/rsa.crl store/crl/p256.crl
	bad '^ca-admin: crl/p256\.crl: RFC 5280 section 5\.1\.2\.3: the list.s issuer is not the CA'
	cp good/p256.crl store/crl/
	echo junk >store/crl/p256.pem
	bad '^ca-admin: crl/p256\.pem: there is no PEM block X509 CRL in it'
	cp good/rsa.pem store/crl/p256.pem
	bad '^ca-admin: crl/p256\.pem: RFC 5280 section 5\.1\.2\.3: the list.s issuer is not the CA'
	cp good/p256.pem store/crl/
	works ca-admin verify
	# the store forged behind the list: an entry less, another, a date
	cp store/orders.db good.db
	sql "UPDATE revocation SET reason = 'unspecified'"
	"$top/tests/rejournal" store/orders.db
	bad "^ca-admin: crl/p256\.crl: it does not say what became of the certificates of order $one"
	cp good.db store/orders.db
	sql "UPDATE revocation SET since = since - 1"
	"$top/tests/rejournal" store/orders.db
	bad "^ca-admin: crl/p256\.crl: it does not say what became of the certificates of order $one"
	cp good.db store/orders.db
	sql "UPDATE crl SET next_update = next_update + 1 WHERE ca = 'p256'"
	"$top/tests/rejournal" store/orders.db
	bad "^ca-admin: crl/p256\.crl: its dates are not those recorded of number $NOW"
	cp good.db store/orders.db
	sql "UPDATE crl SET number = 7 WHERE ca = 'p256'"
	"$top/tests/rejournal" store/orders.db
	bad "^ca-admin: crl/p256\.crl: its number $NOW was never recorded"
}

@test "an entry that the store does not know is a bad place" {
	begin
	revoked superseded $one $three
	crl >/dev/null
	cp -a store/crl good
	sql "UPDATE revocation SET reason = 'removeFromCRL'
	    WHERE number = '$three'"
	"$top/tests/rejournal" store/orders.db
	bad '^ca-admin: crl/p256\.crl: it has an entry that the store does not know'
}
