#!/usr/bin/env bats
# NSS imports the P-256 and RSA pairs, and holds them to their usage.
load pairs

# The certificates of each algorithm, under the names root.p256 and so on.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pairs p256 rsa2048 &&
	    mkdir nss && certutil -N -d nss --empty-password || return
	for a in p256 rsa2048; do
		links $a
		certutil -A -d nss -n root.$a -t C,C,C -i root.pem
		certutil -A -d nss -n ca.$a -t ,, -i ca.pem
		certutil -A -d nss -n sign.$a -t ,, -i $a/sign.crt
		certutil -A -d nss -n encrypt.$a -t ,, -i $a/encrypt.crt
	done
}

# valid USAGE NAME: without -e it would check no signature.  Usages are S for
# who signs mail, R for who receives it.
valid() {
	run certutil -V -e -d nss -b 270101000000Z -u "$1" -n "$2"
	[ "$status" -eq 0 ] && [[ $output == *'certificate is valid'* ]] || {
		echo "-u $1 $2: $output"
		return 1
	}
}

# invalid USAGE NAME TEXT
invalid() {
	run certutil -V -e -d nss -b 270101000000Z -u "$1" -n "$2"
	[ "$status" -ne 0 ] && [[ $output == *"$3"* ]] || {
		echo "-u $1 $2: $output"
		return 1
	}
}

@test "a pair verifies, each half for its own use" {
	begin
	for a in p256 rsa2048; do
		valid S sign.$a
		valid R encrypt.$a
		invalid S encrypt.$a 'key usage inadequate'
	done
	# With an EC key it takes signing for enough.
	invalid R sign.rsa2048 'key usage inadequate'
}

@test "without its root, or after its end, it does not" {
	begin
	certutil -D -d nss -n root.p256
	invalid S sign.p256 'issuer is not recognized'
	run certutil -V -e -d nss -b 290101000000Z -u S -n sign.rsa2048
	[ "$status" -ne 0 ]
	[[ $output == *expired* ]]
}

@test "a certificate that was changed is refused" {
	begin
	for a in p256 rsa2048; do
		for usage in sign encrypt; do
			tampered $a/$usage.crt >tampered.der
			certutil -D -d nss -n $usage.$a
			certutil -A -d nss -n changed -t ,, -i tampered.der
			u=S
			[ $usage = encrypt ] && u=R
			invalid $u changed 'invalid signature'
			certutil -D -d nss -n changed
		done
	done
}

@test "PKCS #12 is imported with its keys" {
	begin
	mkdir new
	certutil -N -d new --empty-password
	for a in p256 rsa2048; do
		p12 $a
		pk12util -d new -i $a.p12 -w user.pin
		run pk12util -d new -i $a.p12 -w alice.pin
		[ "$status" -ne 0 ]
	done
	[ "$(certutil -K -d new | grep -c '^<')" = 4 ]
	[ "$(certutil -L -d new | grep -c ' u,u,u$')" = 4 ]
	# Back out again, it is the same key.
	name=$(certutil -L -d new | sed -n 's/ *u,u,u$//p' | head -n 1)
	pk12util -d new -n "$name" -o back.p12 -w user.pin
	openssl pkcs12 -in back.p12 -passin file:user.pin -noenc -nocerts |
	    openssl pkey -pubout >back.pub
	for key in {p256,rsa2048}/{sign,encrypt}.key; do
		openssl pkey -in $key -passin file:user.pin -pubout
	done >all.pub
	[[ $(cat all.pub) == *"$(cat back.pub)"* ]]
}
