#!/usr/bin/env bats
# Revocation lists, as others read them: OpenSSL and GnuTLS verify those of
# P-256 and RSA and refuse what is on them; those of SM2 verify with the id.
load pairs

NOW=1795312900 # while the lists are fresh

# Of each algorithm a pair that is revoked, in its container, and one that is
# not, the certificate of which is ALGORITHM.pem.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pairs p256 rsa2048 sm2 || return
	cp orders revoked && ready p:p256 r:rsa2048 && issued >/dev/null || return
	{ read -r p && read -r r; } <orders
	ca-query --pem sign "$p" >p256.pem && ca-query --pem sign "$r" >rsa2048.pem
	revoked keyCompromise $(<revoked) && ca-issue --crl $CA_PIN >/dev/null
	# certtool takes no time to verify at; this gives it one.
	echo "long time(long *t) { if (t) *t = $NOW; return $NOW; }" |
	    ${CC:-cc} -shared -fPIC -xc -o clock.so -
}

certtool() { LD_PRELOAD=$PWD/clock.so LC_ALL=C.UTF-8 command certtool "$@"; }

ca_of() { case $1 in rsa2048) echo rsa ;; *) echo "$1" ;; esac; }

@test "OpenSSL verifies the lists, and the list refuses what was revoked" {
	begin
	for a in p256 rsa2048; do
		ca=$(ca_of $a)
		links $a
		run openssl crl -in store/crl/$ca.pem -CAfile ca.pem -noout
		[ "$output" = 'verify OK' ]
		check=(openssl verify -attime $NOW -crl_check
		    -CRLfile store/crl/$ca.pem -CAfile $a/chain.pem)
		run -0 "${check[@]}" $a.pem
		for usage in sign encrypt; do
			run -2 "${check[@]}" $a/$usage.crt
			[[ $output == *'certificate revoked'* ]]
		done
	done
}

@test "OpenSSL refuses a list that ran out" {
	begin
	run -2 openssl verify -attime $WHEN -crl_check \
	    -CRLfile store/crl/p256.pem -CAfile p256/chain.pem p256.pem
	[[ $output == *'CRL has expired'* ]]
}

@test "a list of one address is for the certificates that carry it" {
	begin
	sed -e "s,crl: .*,crl: http://crl.example.cn/{ca}-{shard}.crl," \
	    -e "/^  crl:/a\\  crl_shards: 2" \
	    "$top/share/services/ln-gov-employee-mkey.yaml" >service.yaml
	ca-admin service add service.yaml
	ready h1:p256 h2:p256 && issued >/dev/null
	read -r one < <(head -1 orders)
	revoked superseded "$one"
	ca-issue --crl $CA_PIN >/dev/null
	ca-query --pem sign "$one" >cert.pem
	url=$(openssl x509 -in cert.pem -noout -ext crlDistributionPoints |
	    grep -o 'http.*')
	check() {
		openssl crl -inform der -in "store/crl/$1" -out shard.pem
		openssl verify -attime $NOW -crl_check \
		    -CRLfile shard.pem -CAfile p256/chain.pem cert.pem
	}
	run -2 check "${url##*/}"
	[[ $output == *'certificate revoked'* ]]
	case $url in *-0.crl) other=p256-1.crl ;; *) other=p256-0.crl ;; esac
	run -2 check $other
	[[ $output == *'scope'* ]]
}

@test "GnuTLS reads and verifies the lists" {
	begin
	for a in p256 rsa2048; do
		ca=$(ca_of $a)
		links $a
		run -0 certtool --verify-crl --load-ca-certificate ca.pem \
		    --infile store/crl/$ca.pem
		[[ $output == *'Verified.'* ]]
		run -0 certtool --crl-info --infile store/crl/$ca.pem
		[[ $output == *'CRL Number'* ]]
		[[ $output == *'Revoked certificates (2)'* ]]
		serial=$(openssl x509 -in $a/sign.crt -noout -serial)
		[[ $output == *"${serial#serial=}"* ||
		    $output == *"$(tr A-F a-f <<<"${serial#serial=}")"* ]]
	done
}

@test "a list of SM2 verifies with the id, and not without" {
	begin
	run -0 openssl crl -inform der -in store/crl/sm2.crl -noout -text
	[[ $output == *'Signature Algorithm: SM2-with-SM3'* ]]
	[ "$(grep -c 'Key Compromise' <<<"$output")" = 2 ]
	# the algorithm, without parameters, inside and outside
	openssl asn1parse -inform der -in store/crl/sm2.crl >parsed
	[ "$(grep -c 'OBJECT *:SM2-with-SM3' parsed)" = 2 ]
	run ! grep -q NULL parsed
	openssl asn1parse -inform der -in store/crl/sm2.crl -strparse 4 -noout \
	    -out tbs
	openssl asn1parse -inform der -in store/crl/sm2.crl -noout -out sig \
	    -strparse "$(tail -1 parsed | sed 's/^ *\([0-9]*\):.*/\1/')"
	openssl x509 -in store/ca/sm2-ca.crt -noout -pubkey >ca.pub
	check=(openssl pkeyutl -verify -rawin -digest sm3 -pubin -inkey ca.pub
	    -in tbs -sigfile sig)
	run -0 "${check[@]}" -pkeyopt $ID
	[[ $output == *'Verified Successfully'* ]]
	run -1 "${check[@]}"
	works ca-admin verify
}
