#!/usr/bin/env bats
# OpenSSL reads all that is in a container, and finds in it what the profile
# promises.
load pairs

algorithms='p256 rsa2048 rsa3072 sm2'

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pairs $algorithms
}

# verify FILE... [OPTION...]: with the time of the tests
verify() { openssl verify -attime $WHEN "$@"; }

# refused TEXT COMMAND...: it fails and says that
refused() {
	local text=$1
	shift
	run "$@"
	[ "$status" -ne 0 ] && [[ $output == *"$text"* ]] || {
		printf 'exit %s of: %s\n%s\n' "$status" "$*" "$output"
		return 1
	}
}

# signed KEY FILE SIGNATURE: it is that key's; the id is SM2's
signed() {
	if openssl pkey -pubin -in "$1" -noout -text | grep -q SM2; then
		openssl pkeyutl -verify -pubin -inkey "$1" -rawin -digest sm3 \
		    -pkeyopt $ID -in "$2" -sigfile "$3"
	else
		openssl dgst -sha256 -verify "$1" -signature "$3" "$2"
	fi
}

# extension CERTIFICATE NAME: its DER in hexadecimal
extension() {
	openssl asn1parse -in "$1" | awk -v name="$2" -F : '
		/OBJECT/ { found = $NF == name }
		found && /\[HEX DUMP\]/ { print $NF; exit }'
}

# has CERTIFICATE NAME DER
has() {
	local der
	der=$(extension "$1" "$2")
	[ "$der" = "$3" ] || { echo "$1: $2 is '$der', not $3"; return 1; }
}

@test "both certificates chain to the root" {
	begin
	for a in p256 rsa2048 rsa3072; do
		verify -x509_strict -CAfile $a/chain.pem $a/sign.crt \
		    $a/encrypt.crt
		links $a
		verify -check_ss_sig -CAfile root.pem -untrusted ca.pem \
		    $a/sign.crt $a/encrypt.crt
	done
	refused 'unable to get' verify -CAfile p256/chain.pem rsa2048/sign.crt
	tampered p256/sign.crt >tampered.crt
	refused 'certificate signature failure' \
	    verify -CAfile p256/chain.pem tampered.crt
}

@test "an SM2 chain verifies link by link, and only with the id" {
	begin
	links sm2
	verify -vfyopt $ID -CAfile root.pem ca.pem
	verify -vfyopt $ID -partial_chain -CAfile ca.pem sm2/sign.crt \
	    sm2/encrypt.crt
	for id in distid: distid:ALICE123@YAHOO.COM; do
		refused 'certificate signature failure' verify -vfyopt $id \
		    -partial_chain -CAfile ca.pem sm2/sign.crt
		refused 'certificate signature failure' verify -vfyopt $id \
		    -CAfile root.pem ca.pem
	done
	refused 'certificate signature failure' \
	    verify -partial_chain -CAfile ca.pem sm2/sign.crt
	tampered sm2/sign.crt >tampered.crt
	refused 'certificate signature failure' verify -vfyopt $ID \
	    -partial_chain -CAfile ca.pem tampered.crt
	# To check a root's own signature there is no option: cut it out.
	openssl x509 -in root.pem -outform der -out root.der
	openssl asn1parse -inform der -in root.der -strparse 4 -noout -out tbs
	at=$(openssl asn1parse -inform der -in root.der |
	    sed -n 's/^ *\([0-9]*\):d=1 .*BIT STRING.*/\1/p')
	openssl asn1parse -inform der -in root.der -strparse "$at" -noout \
	    -out signature
	openssl x509 -in root.pem -noout -pubkey >root.pub
	signed root.pub tbs signature
}

@test "the request proves possession of the signing key" {
	begin
	for a in $algorithms; do
		# It exits with 0 whatever it finds.
		id=
		[ $a = sm2 ] && id="-vfyopt $ID"
		run openssl req -in $a/sign.csr -verify $id -noout
		[[ $output == *'verify OK'* ]]
		openssl req -in $a/sign.csr -noout -pubkey >csr.pub
		openssl x509 -in $a/sign.crt -noout -pubkey | cmp - csr.pub
	done
	run openssl req -in sm2/sign.csr -verify -noout
	[[ $output == *'verify failure'* ]]
}

@test "keys open with the PIN and are the certificates'" {
	begin
	for a in $algorithms; do
		for usage in sign encrypt; do
			openssl pkey -in $a/$usage.key -passin file:user.pin \
			    -pubout -out $a.$usage.pub
			openssl x509 -in $a/$usage.crt -noout -pubkey |
			    cmp - $a.$usage.pub
			openssl pkey -in $a/$usage.key -passin file:user.pin \
			    -check -noout
			refused 'Could not read key' openssl pkey -noout \
			    -in $a/$usage.key -passin file:alice.pin
		done
		run -1 cmp -s $a.sign.pub $a.encrypt.pub
	done
	[ "$(openssl x509 -in rsa3072/encrypt.crt -noout -text |
	    grep -c 'Public-Key: (3072 bit)')" = 1 ]
	[ "$(openssl x509 -in rsa2048/encrypt.crt -noout -text |
	    grep -c 'Public-Key: (2048 bit)')" = 1 ]
}

@test "keys are encrypted under scrypt and AES" {
	begin
	for key in {p256,rsa2048,rsa3072,sm2}/{sign,encrypt}.key; do
		openssl asn1parse -in $key >key.txt
		for name in PBES2 scrypt aes-256-cbc; do
			grep -q ":$name\$" key.txt
		done
	done
}

@test "what is encrypted to the encryption certificate its key decrypts" {
	begin
	for a in p256 rsa2048 rsa3072; do
		openssl cms -encrypt -binary -aes-256-cbc -in applications.yaml \
		    -outform der -out message $a/encrypt.crt
		openssl cms -decrypt -binary -inform der -in message \
		    -recip $a/encrypt.crt -inkey $a/encrypt.key \
		    -passin file:user.pin | cmp - applications.yaml
		run openssl cms -decrypt -inform der -in message \
		    -inkey $a/sign.key -recip $a/encrypt.crt \
		    -passin file:user.pin -out /dev/null
		[ "$status" -ne 0 ]
	done
	echo message >text
	openssl pkeyutl -encrypt -certin -inkey sm2/encrypt.crt -in text \
	    -out message
	openssl pkeyutl -decrypt -inkey sm2/encrypt.key -in message \
	    -passin file:user.pin | cmp - text
	run openssl pkeyutl -decrypt -inkey sm2/sign.key -in message \
	    -passin file:user.pin
	[ "$status" -ne 0 ]
}

@test "what the signing key signs its certificate verifies" {
	begin
	for a in p256 rsa2048 rsa3072; do
		openssl x509 -in $a/sign.crt -noout -pubkey >sign.pub
		openssl dgst -sha256 -sign $a/sign.key -passin file:user.pin \
		    -out signature orders
		openssl dgst -sha256 -verify sign.pub -signature signature \
		    orders
	done
	sm2=(openssl pkeyutl -rawin -digest sm3 -in orders)
	"${sm2[@]}" -sign -inkey sm2/sign.key -passin file:user.pin \
	    -pkeyopt $ID -out signature
	sm2+=(-verify -certin -inkey sm2/sign.crt -sigfile signature)
	"${sm2[@]}" -pkeyopt $ID
	refused Failure "${sm2[@]}"
}

@test "PKCS #12 opens with both keys, both certificates and their chain" {
	begin
	for a in $algorithms; do
		p12 $a
		openssl pkcs12 -in $a.p12 -passin file:user.pin -noenc \
		    -out all.pem
		[ "$(grep -c 'BEGIN PRIVATE KEY' all.pem)" = 2 ]
		[ "$(grep -c 'BEGIN CERTIFICATE' all.pem)" = 4 ]
		cat $a/{sign,encrypt}.crt $a/chain.pem | sed -n '/^---/p;/^M/p' |
		    sort >want
		sed -n '/BEGIN CERT/,/END CERT/p' all.pem |
		    sed -n '/^---/p;/^M/p' | sort | cmp - want
		refused 'invalid password' openssl pkcs12 -in $a.p12 \
		    -passin file:alice.pin -noout
	done
}

@test "the evidence of decisions and payments is the operators'" {
	begin
	for who in alice bob carol; do
		openssl x509 -in ops/$who/sign.crt -noout -pubkey >$who.pub
		verify -partial_chain -CAfile store/ca/operators.crt \
		    ops/$who/sign.crt
	done
	count=0
	while read -r id who; do
		sql "SELECT writefile('text', text),
		    writefile('signature', signature)
		    FROM evidence WHERE id = $id" >/dev/null
		signed $who.pub text signature
		other=alice
		[ $who = alice ] && other=bob
		refused 'erification ' signed $other.pub text signature
		refused 'erification ' signed $who.pub orders signature
		count=$((count + 1))
	done < <(sql "SELECT id || ' ' || operator FROM evidence")
	[ $count -ge 3 ]
	[ "$(sql 'SELECT count(DISTINCT operator) FROM evidence')" = 3 ]
}

@test "extensions have the DER of the profile" {
	begin
	for a in $algorithms; do
		has $a/sign.crt 'X509v3 Key Usage' 030206C0
		has $a/encrypt.crt 'X509v3 Key Usage' 03020338
		for usage in sign encrypt; do
			cert=$a/$usage.crt
			has $cert 'X509v3 Basic Constraints' 3000
			# [0] EXPLICIT PrintableString 210102199003078881
			has $cert 1.2.156.10260.4.1.1 \
			    A0141312323130313032313939303033303738383831
			# PrintableString 91210100MA0ABCDE6X
			has $cert 1.2.156.10260.4.1.4 \
			    131239313231303130304D413041424344453658
			# UTF8String of 32 digits
			[[ $(extension $cert 1.3.6.1.4.1.18760.1.14) =~ \
			    ^0C20(3[0-9]|6[1-6]){32}$ ]]
			[[ $(extension $cert 'X509v3 Subject Key Identifier') =~ \
			    ^0414[0-9A-F]{40}$ ]]
			[[ $(extension $cert 'X509v3 Authority Key Identifier') =~ \
			    ^30168014[0-9A-F]{40}$ ]]
			run openssl x509 -in $cert -noout -text
			[ "$(grep -c ': critical$' <<<"$output")" = 2 ]
			[[ $output != *'Extended Key Usage'* ]]
		done
		[ "$(extension $a/sign.crt 1.3.6.1.4.1.18760.1.14)" = \
		    "$(extension $a/encrypt.crt 1.3.6.1.4.1.18760.1.14)" ]
	done
	[ "$(for a in $algorithms; do
		extension $a/sign.crt 1.3.6.1.4.1.18760.1.14
	done | sort -u | wc -l)" = 4 ]
}

@test "identifiers and parameters of the algorithms are the standards'" {
	begin
	# the signature's algorithm, within and outside; the key's, its curve
	openssl x509 -in sm2/sign.crt -outform der | perl -0777 -ne '
		print scalar(() = /\x30\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x83\x75/g), " ";
		print scalar(() = /\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d/g)' \
	    >found
	[ "$(cat found)" = '2 1' ]
	openssl x509 -in p256/sign.crt -outform der | perl -0777 -ne '
		print scalar(() = /\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02/g), " ";
		print scalar(() = /\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07/g)' \
	    >found
	[ "$(cat found)" = '2 1' ]
	for a in rsa2048 rsa3072; do
		openssl x509 -in $a/sign.crt -outform der | perl -0777 -ne '
			print scalar(() = /\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00/g), " ";
			print scalar(() = /\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00/g)' \
		    >found
		[ "$(cat found)" = '2 1' ]
	done
}

@test "the subject is C ST L O OU CN, in Chinese and in UTF-8" {
	begin
	for a in $algorithms; do
		for usage in sign encrypt; do
			openssl x509 -in $a/$usage.crt -noout -subject \
			    -nameopt sep_multiline,utf8,sname,show_type
		done
	done | sort | uniq -c | sed 's/^ *//' | sort -k 2 >names
	[ "$(sed 1d names | wc -l)" = 6 ]
	for rdn in C=PRINTABLESTRING:CN ST=UTF8STRING:辽宁 \
	    L=UTF8STRING:沈阳市沈河区十三纬路1号 \
	    O=UTF8STRING:沈阳示例科技有限公司 OU=UTF8STRING:采购部 \
	    CN=UTF8STRING:林晓; do
		grep -qx "8 *$rdn" names
	done
	[ "$(openssl x509 -in p256/sign.crt -noout -subject \
	    -nameopt sep_comma_plus,utf8,sname)" = \
	    'subject=C=CN,ST=辽宁,L=沈阳市沈河区十三纬路1号,O=沈阳示例科技有限公司,OU=采购部,CN=林晓' ]
}

@test "both are valid from the issue for twelve months, to the second" {
	begin
	for cert in {p256,rsa2048,rsa3072,sm2}/{sign,encrypt}.crt; do
		openssl x509 -in $cert -noout -dates
	done | sort | uniq -c | sed 's/^ *//' >dates
	[ "$(cat dates)" = '8 notAfter=Nov 22 02:00:00 2027 GMT
8 notBefore=Nov 22 02:00:00 2026 GMT' ]
}
