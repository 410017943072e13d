#!/usr/bin/env bats
# ca-install: the container, its receipt, its PIN.
load ../steps

one=00202611220000001
two=00202611220000002

# Two orders that are issued, made once; each test takes a copy.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && ready one:p256 two:sm2 && issued
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	pin new
}

receipts() { sql "SELECT count(*) FROM receipt"; }
# opens PIN FILE...: each key opens with it
opens() {
	local pin=$1 file
	shift
	for file; do
		openssl pkey -in "$file" -passin "file:$pin" -noout || return
	done
}
change() {
	ca-install --change-pin --keystore keys --pin "file:$1.pin" \
	    --new-pin "file:$2.pin" "${3:-$one}"
}

@test "certificates and keys are put into the container" {
	begin
	works installed
	[ "$output" = "$one"$'\n'"$two" ]
	[ "$(ca-query -o state $one)" = installed ]
	[ "$(ls -A keys/$one | tr '\n' ' ')" = \
	    'chain.pem encrypt.crt encrypt.key sign.crt sign.csr sign.key ' ]
	opens user.pin keys/*/*.key
	for usage in sign encrypt; do
		ca-query --pem $usage $one | cmp - keys/$one/$usage.crt
		openssl x509 -in keys/$one/$usage.crt -noout -pubkey >a.pub
		openssl pkey -in keys/$one/$usage.key -passin file:user.pin \
		    -pubout | cmp - a.pub
		openssl verify -attime 1798761600 -CAfile keys/$one/chain.pem keys/$one/$usage.crt
	done
}

@test "what the container holds nobody else may read" {
	begin
	installed
	[ -z "$(find keys -type f ! -perm 600)" ]
	[ -z "$(find keys -type d ! -perm 700)" ]
}

@test "the receipt proves possession with the new key" {
	begin
	installed
	[ "$(receipts)" = 2 ]
	sql "SELECT text FROM receipt WHERE order_id = 1" | sed '/^$/d' >text
	[ "$(head -n 2 text)" = $'caorder receipt 1\norder '$one ]
	for usage in sign encrypt; do
		digest=$(openssl x509 -in keys/$one/$usage.crt -outform der |
		    sha256sum)
		grep -qx "$usage ${digest%% *}" text
	done
	sql "SELECT hex(signature) FROM receipt WHERE order_id = 1" |
	    perl -ne 'chomp; print pack "H*", $_' >signature
	openssl x509 -in keys/$one/sign.crt -noout -pubkey >sign.pub
	openssl dgst -sha256 -verify sign.pub -signature signature text
}

@test "again is free" {
	begin
	installed
	sum=$(cat keys/$one/*.key keys/$one/*.crt | sha256sum)
	cp store/orders.db before.db
	works installed
	[ "$output" = "$one"$'\n'"$two" ]
	cmp store/orders.db before.db
	[ "$(cat keys/$one/*.key keys/$one/*.crt | sha256sum)" = "$sum" ]
}

@test "what was deleted from the container is written again" {
	begin
	installed
	openssl pkey -in keys/$one/encrypt.key -passin file:user.pin \
	    -pubout >before
	for file in encrypt.key encrypt.crt sign.crt chain.pem; do
		rm keys/$one/$file
		works installed
		[ -s keys/$one/$file ]
	done
	openssl pkey -in keys/$one/encrypt.key -passin file:user.pin -pubout |
	    cmp - before
	[ "$(receipts)" = 2 ]
}

@test "an order that is not issued is not installed" {
	begin
	apply three
	fails 4 ca-install $KEYS "$order"
	[ "$stderr" = "ca-install: $order: the certificates are not issued: ca-issue $order" ] ||
	    [[ $stderr == *'not issued'* ]]
	fails 6 ca-install $KEYS 00202611220000099
}

@test "with a wrong PIN or another container nothing is written" {
	begin
	fails 3 ca-install --keystore keys --pin file:new.pin $one
	[ "$(ls keys/$one | tr '\n' ' ')" = 'sign.csr sign.key ' ]
	fails 6 ca-install --keystore others --pin file:user.pin $one
	[ ! -e others/$one/sign.crt ]
	mkdir -p swapped/$one
	cp keys/$two/* swapped/$one/
	fails 7 ca-install --keystore swapped --pin file:user.pin $one
	[[ $stderr == *"$one: "* ]]
	[ "$(ls swapped/$one | tr '\n' ' ')" = 'sign.csr sign.key ' ]
	[ "$(receipts)" = 0 ]
	fails 2 ca-install --keystore keys --pin user-Secret-2026 $one
}

@test "a pair or an envelope that was altered is not installed" {
	begin
	for change in "sign = encrypt" "encrypt = sign" \
	    "sign = (SELECT sign FROM pair WHERE order_id = 2)" \
	    "encrypt = (SELECT encrypt FROM pair WHERE order_id = 2)" \
	    "envelope = zeroblob(length(envelope))" \
	    "envelope = (SELECT envelope FROM pair WHERE order_id = 2)"; do
		cp "$BATS_FILE_TMPDIR/store/orders.db" store/orders.db
		sql "UPDATE pair SET $change WHERE order_id = 1"
		fails 7 ca-install $KEYS $one
		[ ! -e keys/$one/sign.crt ]
	done
	cp "$BATS_FILE_TMPDIR/store/orders.db" store/orders.db
	cp store/ca/rsa-root.crt store/ca/p256-root.crt
	fails 7 ca-install $KEYS $one
}

@test "a dry run checks and writes nothing" {
	begin
	works ca-install -n $KEYS $one
	[ "$output" = $one ]
	[ ! -e keys/$one/sign.crt ]
	[ "$(receipts)" = 0 ]
	fails 3 ca-install -n --keystore keys --pin file:new.pin $one
}

@test "after the authorisation's end nothing is installed" {
	begin
	CAORDER_NOW=2027-05-01T00:00:00Z fails 5 ca-install $KEYS $one
	[[ $stderr == *'2026-11-01 to 2027-04-30'* ]]
	CAORDER_NOW=2027-04-30T15:59:00Z works ca-install $KEYS $one
	# written again it may be
	rm keys/$one/sign.crt
	CAORDER_NOW=2027-05-01T00:00:00Z works ca-install $KEYS $one
}

@test "a key that was prepared first takes its order's number" {
	begin
	for request in four ''; do
		application four '/^request:/d' >a.yaml
		[ -z "$request" ] || echo "request: $request" >>a.yaml
		ca-apply --prepare --keystore keys --pin file:user.pin \
		    a.yaml >prepared.yaml
		ca-apply prepared.yaml >orders
		n=$(cat orders)
		mkdir -p scans && rm -rf "scans/$n" && scans "$n"
		[ ! -e "keys/$n" ]
		{ uploaded && declared && settled && accepted && approved &&
		    issued; } >/dev/null 2>&1
		works ca-install -n $KEYS "$n"
		[ ! -e "keys/$n" ]
		works ca-install $KEYS --pkcs12 me.p12 "$n"
		[ -s "keys/$n/encrypt.key" ]
		[ -s me.p12 ]
		works change user new "$n"
		opens new.pin "keys/$n/"*.key
		works ca-install --keystore keys --pin file:new.pin "$n"
	done
	[ "$(find keys -mindepth 1 -maxdepth 1 | wc -l)" = 4 ]
}

@test "PKCS #12 holds both keys and certificates under the PIN" {
	begin
	works ca-install $KEYS --pkcs12 me.p12 $one
	[ "$(stat -c %a me.p12)" = 600 ]
	openssl pkcs12 -in me.p12 -passin file:user.pin -nodes -out all.pem
	[ "$(grep -c 'BEGIN PRIVATE KEY' all.pem)" = 2 ]
	[ "$(grep -c 'BEGIN CERTIFICATE' all.pem)" = 4 ]
	[ "$(grep -c 'localKeyID' all.pem)" = 4 ]
	run openssl pkcs12 -in me.p12 -passin file:new.pin -nokeys
	[ "$status" -ne 0 ]
	openssl pkcs12 -in me.p12 -passin file:user.pin -nodes -nocerts |
	    openssl pkey -passin pass: -pubout >key.pub
	openssl x509 -in keys/$one/sign.crt -noout -pubkey | cmp - key.pub
	# key and certificate of each, by one name
	[ "$(grep -a -c 'friendlyName: .* sign$' all.pem)" = 2 ]
	[ "$(grep -a -c 'friendlyName: .* encrypt$' all.pem)" = 2 ]
}

@test "--list shows what is there and what it is worth" {
	begin
	ca-install $KEYS $one
	works ca-install --list --keystore keys
	[ "${#lines[@]}" -eq 3 ]
	IFS=$'\t' read -r number usage status from to algorithm serial subject \
	    <<<"${lines[0]}"
	[ "$number $usage $status $algorithm" = "$one sign valid p256" ]
	[ "$from $to" = '2026-11-22T02:00:00Z 2027-11-22T02:00:00Z' ]
	[ "serial=$serial" = \
	    "$(openssl x509 -in keys/$one/sign.crt -noout -serial)" ]
	[[ $subject == 'C=CN, ST=辽宁, '*', CN=林晓' ]]
	[[ ${lines[1]} == "$one"$'\tencrypt\tvalid\t'* ]]
	[ "${lines[2]}" = "$two"$'\tsign\twaiting\t\t\tsm2\t\t' ]

	works env CAORDER_NOW=2027-11-22T02:00:01Z ca-install --list \
	    --keystore keys
	[[ ${lines[0]} == *$'\tsign\texpired\t'* ]]
	works env CAORDER_NOW=2026-11-22T01:59:59Z ca-install --list \
	    --keystore keys
	[[ ${lines[0]} == *$'\tsign\tnot-yet-valid\t'* ]]
	works ca-install --list --keystore keys --json
	[ "$(jq -s -r 'map(.usage) | join(" ")' <<<"$output")" = \
	    'sign encrypt sign' ]
	works ca-install --list --keystore ops
	[[ ${lines[0]} == $'alice\toperator\tvalid\t'* ]]
}

@test "a certificate that cannot be read does not hide the others" {
	begin
	installed
	echo nothing >keys/$one/sign.crt
	run --separate-stderr ca-install --list --keystore keys
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 3 ]
	[[ $stderr == "ca-install: keys/$one/sign.crt: "* ]]
	fails 6 ca-install --list --keystore nowhere
}

@test "--change-pin puts both keys under another PIN" {
	begin
	installed
	echo mine >keys/$one/note
	works change user new
	[ "$output" = $one ]
	opens new.pin keys/$one/*.key
	run opens user.pin keys/$one/sign.key
	[ "$status" -ne 0 ]
	opens user.pin keys/$two/*.key
	[ "$(ls -A keys | tr '\n' ' ')" = "$one $two " ]
	[ "$(cat keys/$one/note)" = mine ]
	[ "$(ls keys/$one | wc -l)" = 7 ]
	[ -z "$(find keys -type f ! -perm 600 ! -name note)" ]
	works ca-install --keystore keys --pin file:new.pin $one
	# again: it was done already
	works change user new
	opens new.pin keys/$one/*.key
}

@test "--change-pin refuses a wrong PIN, a short one, an order that is not there" {
	begin
	installed
	pin other
	fails 3 change other new
	printf 'short\n' >short.pin && chmod 600 short.pin
	fails 3 change user short
	[[ $stderr == *'at least 8'* ]]
	fails 6 change user new 00202611220000099
	opens user.pin keys/*/*.key
	[ "$(ls -A keys | tr '\n' ' ')" = "$one $two " ]
}

@test "what a crash left of a change of PIN is swept, whichever side it is" {
	begin
	installed
	# before the exchange: a draft
	mkdir keys/.pin-$one && echo half >keys/.pin-$one/sign.key
	works change user new
	opens new.pin keys/$one/*.key
	[ ! -e keys/.pin-$one ]
	# after it: the old keys
	cp -a keys/$two keys/.pin-$one
	works change user new
	[ ! -e keys/.pin-$one ]
	opens new.pin keys/$one/*.key
}

@test "a container that another process is changing is left alone" {
	begin
	installed
	exec 8<keys
	flock 8
	fails 75 change user new
	flock -u 8
	works change user new
}
