#!/usr/bin/env bats
# Java reads the P-256 and RSA pairs; and a key pair that was made by Java,
# and never left it, gets its certificates.
load pairs

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pairs p256 rsa2048
}

keytool() {
	command keytool -J-Dfile.encoding=UTF-8 -J-Dsun.stdout.encoding=UTF-8 \
	    -J-Duser.language=en -J-Xshare:auto -J-XX:TieredStopAtLevel=1 "$@"
}

# fingerprint CERTIFICATE: as keytool prints it
fingerprint() {
	openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}

@test "certificates are read" {
	begin
	for a in p256 rsa2048; do
		run -0 keytool -printcert -file $a/sign.crt
		[[ $output == *'Owner: CN=林晓, OU=采购部, O=沈阳示例科技有限公司, L=沈阳市沈河区十三纬路1号, ST=辽宁, C=CN'* ]]
		[[ $output == *"$(fingerprint $a/sign.crt)"* ]]
		[[ $output == *'CA:false'* ]]
		[[ $output == *$'KeyUsage [\n  DigitalSignature\n  Non_repudiation\n]'* ]]
		[[ $output == *$'ObjectId: 1.2.156.10260.4.1.1 Criticality=false\n0000: A0 14 13 12'* ]]
		run -0 keytool -printcert -file $a/encrypt.crt
		[[ $output == *$'KeyUsage [\n  Key_Encipherment\n  Data_Encipherment\n  Key_Agreement\n]'* ]]
	done
}

@test "certificates are imported on the strength of their chain" {
	begin
	for a in p256 rsa2048; do
		links $a
		store=(-keystore $a.jks -storetype PKCS12
		    -storepass:file user.pin)
		keytool -importcert -noprompt -alias root -file root.pem \
		    "${store[@]}"
		# Not asked, it would say no to one that it can't verify.
		for cert in ca.pem $a/sign.crt $a/encrypt.crt; do
			run keytool -importcert -alias $cert -file $cert \
			    "${store[@]}" </dev/null
			[[ $output == *'Certificate was added to keystore'* ]]
		done
		tampered $a/sign.crt >tampered.der
		run keytool -importcert -alias tampered -file tampered.der \
		    "${store[@]}" </dev/null
		[[ $output != *'Certificate was added to keystore'* ]]
	done
}

@test "PKCS #12 is a key store of both keys with their chains" {
	begin
	for a in p256 rsa2048; do
		p12 $a
		run -0 keytool -list -v -storetype PKCS12 -keystore $a.p12 \
		    -storepass:file user.pin
		[[ $output == *'Your keystore contains 2 entries'* ]]
		for usage in sign encrypt; do
			[[ $output == *"Alias name: 林晓 $usage"*"$(fingerprint $a/$usage.crt)"* ]]
		done
		[ "$(grep -c 'Entry type: PrivateKeyEntry' <<<"$output")" = 2 ]
		[ "$(grep -c 'Certificate chain length: 3' <<<"$output")" = 2 ]
		run keytool -list -storetype PKCS12 -keystore $a.p12 \
		    -storepass:file alice.pin
		[ "$status" -ne 0 ]
	done
}

@test "a key pair of Java's gets its certificate" {
	begin
	for a in p256 rsa2048; do
		kind='-keyalg EC -groupname secp256r1'
		[ $a = rsa2048 ] && kind='-keyalg RSA -keysize 2048'
		store=(-keystore mine -storetype PKCS12 -storepass:file user.pin)
		keytool -genkeypair -alias $a $kind -dname CN=x "${store[@]}"
		keytool -certreq -alias $a -file $a.csr "${store[@]}"
		application_with java-$a $a $a.csr >a.yaml
		ca-apply a.yaml >orders
		scans java-$a
		{ uploaded && declared && settled && accepted && approved &&
		    issued; } >/dev/null
		n=$(cat orders)
		{ ca-query --pem sign "$n"; ca-query --pem chain "$n"; } >reply
		run -0 keytool -importcert -noprompt -alias $a -file reply \
		    "${store[@]}"
		[[ $output == *'Certificate reply was installed in keystore'* ]]
	done
}
