#!/usr/bin/env bats
# GnuTLS reads the certificates and PKCS #12 of P-256 and RSA pairs, and
# verifies them.  Of SM2 it knows no more than the names.
load pairs

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pairs p256 rsa2048 sm2
	# certtool takes no time to verify at; this gives it one.
	echo "long time(long *t) { if (t) *t = $WHEN; return $WHEN; }" |
	    ${CC:-cc} -shared -fPIC -xc -o clock.so -
}

certtool() { LD_PRELOAD=$PWD/clock.so LC_ALL=C.UTF-8 command certtool "$@"; }

# chain ALGORITHM USAGE: as certtool wants it: each beside its issuer
chain() { cat "$1/$2.crt" "$1/chain.pem"; }

@test "certificates are read" {
	begin
	for a in p256 rsa2048 sm2; do
		run certtool -i --infile $a/sign.crt
		[[ $output == *'Subject: CN=林晓,OU=采购部,O=沈阳示例科技有限公司,L=沈阳市沈河区十三纬路1号,ST=辽宁,C=CN'* ]]
		[[ $output == *'Digital signature.'*'Non repudiation.'* ]]
		[[ $output != *'Key encipherment.'* ]]
		[[ $output == *'Certificate Authority (CA): FALSE'* ]]
		[[ $output == *'Unknown extension 1.2.156.10260.4.1.1 (not critical)'* ]]
		run certtool -i --infile $a/encrypt.crt
		[[ $output == *'Key encipherment.'*'Data encipherment.'*'Key agreement.'* ]]
		[[ $output != *'Digital signature.'* ]]
	done
}

@test "pairs verify" {
	begin
	for a in p256 rsa2048; do
		for usage in sign encrypt; do
			chain $a $usage >chain.pem
			run -0 certtool --verify-chain --infile chain.pem
			[[ $output == *'Chain verification output: Verified.'* ]]
			run -0 certtool --verify --verify-profile medium \
			    --load-ca-certificate $a/chain.pem \
			    --infile $a/$usage.crt
			[[ $output == *'Chain verification output: Verified.'* ]]
		done
	done
}

@test "a certificate that was changed, or is another CA's, does not" {
	begin
	for a in p256 rsa2048; do
		tampered $a/sign.crt |
		    openssl x509 -inform der -out tampered.crt
		run certtool --verify --load-ca-certificate $a/chain.pem \
		    --infile tampered.crt
		[ "$status" -ne 0 ]
		[[ $output == *'The signature in the certificate is invalid'* ]]
	done
	run certtool --verify --load-ca-certificate p256/chain.pem \
	    --infile rsa2048/sign.crt
	[ "$status" -ne 0 ]
	[[ $output == *'issuer is unknown'* ]]
}

@test "keys are read, and are the certificates'" {
	begin
	for a in p256 rsa2048; do
		for usage in sign encrypt; do
			# scrypt is not for GnuTLS
			openssl pkey -in $a/$usage.key -passin file:user.pin \
			    -out key.pem
			certtool --load-privkey key.pem --pubkey-info \
			    --outfile key.pub
			certtool --load-certificate $a/$usage.crt \
			    --pubkey-info --outfile cert.pub
			grep -v '^$' key.pub | sed -n '/BEGIN/,$p' >a
			grep -v '^$' cert.pub | sed -n '/BEGIN/,$p' | cmp - a
		done
	done
}

@test "PKCS #12 opens with the PIN" {
	begin
	for a in p256 rsa2048; do
		p12 $a
		certtool --p12-info --inder --password "$(cat user.pin)" \
		    --infile $a.p12 --outfile all.txt
		[ "$(grep -c 'Friendly name: 林晓 sign$' all.txt)" = 2 ]
		[ "$(grep -c 'Friendly name: 林晓 encrypt$' all.txt)" = 2 ]
		[ "$(grep -c 'BEGIN CERTIFICATE' all.txt)" = 4 ]
		[ "$(grep -c 'BEGIN ENCRYPTED PRIVATE' all.txt)" = 2 ]
		for key in $(grep -n 'BEGIN ENC' all.txt | cut -d : -f 1); do
			tail -n +"$key" all.txt |
			    certtool -k --pkcs8 --password "$(cat user.pin)" \
			    >/dev/null
		done
		run certtool --p12-info --inder --password wrong \
		    --infile $a.p12
		[ "$status" -ne 0 ]
	done
}
