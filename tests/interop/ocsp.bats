#!/usr/bin/env bats
# OpenSSL and GnuTLS accept the answers, and get them from a web server.
load pairs

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pairs p256 rsa2048 sm2 &&
	    ca-admin responder --ca-pin file:ca.pin || return
	for a in p256 rsa2048 sm2; do
		csplit -s -z -f $a. -b %d.pem $a/chain.pem '/BEGIN/' '{*}'
	done
	NOW=$(date -u -d "$CAORDER_NOW" +%s)
	echo "long time(long *t) { if (t) *t = $NOW; return $NOW; }" |
	    ${CC:-cc} -shared -fPIC -xc -o clock.so -
}
teardown() { [ -z "${server-}" ] || kill "$server" 2>/dev/null || true; }

# openssl_ocsp ALGORITHM OPTION...: of its two certificates, at the instant of
# the tests
openssl_ocsp() {
	local a=$1
	shift
	openssl ocsp -issuer $a.0.pem -cert $a/sign.crt -cert $a/encrypt.crt \
	    -CAfile $a/chain.pem -attime "$(date -u -d "$CAORDER_NOW" +%s)" \
	    "$@"
}

# gnutls ALGORITHM: it takes the answer resp for the signing certificate
gnutls() {
	LD_PRELOAD=$PWD/clock.so ocsptool -e --load-trust $1.0.pem \
	    --load-issuer $1.0.pem --load-cert $1/sign.crt \
	    --load-response resp
}

# asked ALGORITHM: the request in req, its answer in resp
asked() {
	openssl_ocsp "$1" -reqout req
	ca-query --ocsp <req >resp
}

# number ALGORITHM: of its order
number() { readlink "$1" | cut -c 6-; }

@test "openssl ocsp accepts what is good and what is revoked" {
	begin
	for a in p256 rsa2048; do
		asked $a
		run -0 openssl_ocsp $a -no_nonce -respin resp
		[[ $output == *'Response verify OK'* ]]
		[ "$(grep -c ': good$' <<<"$output")" = 2 ]
		revoked keyCompromise "$(number $a)"
		ca-query --ocsp <req >resp
		run -0 openssl_ocsp $a -no_nonce -respin resp
		[[ $output == *'Response verify OK'* ]]
		[ "$(grep -c ': revoked$' <<<"$output")" = 2 ]
		[[ $output == *'Reason: keyCompromise'* ]]
		[[ $output == *'Revocation Time: Nov 22 02:00:00 2026'* ]]
	done
}

@test "openssl ocsp refuses another's nonce and what was changed" {
	begin
	asked p256
	cp req other
	asked p256
	run openssl ocsp -no_nonce -reqin other -respin resp \
	    -CAfile p256/chain.pem
	[[ $output == *'Nonce Verify error'* ]]
	run -0 openssl ocsp -no_nonce -reqin req -respin resp -noverify
	# the last digit of producedAt
	perl -0777 -pe 's/\x18\x0f(\d{13})0Z/\x18\x0f${1}1Z/' resp >changed
	run openssl_ocsp p256 -no_nonce -respin changed
	[[ $output == *'Response Verify Failure'* ]]
	run openssl_ocsp p256 -no_nonce -respin resp \
	    -CAfile rsa2048/chain.pem
	[[ $output == *'Response Verify Failure'* ]]
}

@test "GnuTLS accepts them, and makes requests that are answered" {
	begin
	for a in p256 rsa2048; do
		asked $a
		run -0 gnutls $a
		[[ $output == *'Verifying OCSP Response: Success'* ]]
		run -0 ocsptool -j --infile resp
		[[ $output == *'Nonce: '* ]]
		ocsptool -q --load-issuer $a.0.pem --load-cert $a/sign.crt \
		    --outfile req
		ca-query --ocsp <req >resp
		run -0 ocsptool -j --infile resp
		[[ $output == *'Certificate Status: good'* ]]
		run -0 gnutls $a
		revoked superseded "$(number $a)"
		ca-query --ocsp <req >resp
		run -0 ocsptool -j --infile resp
		[[ $output == *'Certificate Status: revoked'* ]]
	done
}

@test "certtool reads the responders' certificates, which verify" {
	begin
	for a in p256 rsa2048 sm2; do
		openssl x509 -in "store/ca/ocsp-${a%2048}.pem" -out $a.pem
		run -0 certtool -i --infile $a.pem
		[[ $output == *'OCSP signing.'* ]]
		[[ $output == *'Digital signature.'* ]]
		[ $a = sm2 ] || openssl verify -attime $WHEN \
		    -purpose ocsphelper -CAfile $a/chain.pem $a.pem
	done
}

# Neither knows the identifier that SM2 signs answers with here: the signed
# octets are cut out, and verified with the certificate that is beside them.
@test "an SM2 answer is signed with SM3 and the id, by the CA's responder" {
	begin
	asked sm2
	openssl asn1parse -inform der -in resp -strparse \
	    "$(openssl asn1parse -inform der -in resp |
	    sed -n 's/^ *\([0-9]*\):.*OCTET STRING.*/\1/p')" -noout -out basic
	parts=($(openssl asn1parse -inform der -in basic |
	    sed -nE 's/^ *([0-9]+):d=1 .*/\1/p'))
	openssl asn1parse -inform der -in basic -strparse "${parts[0]}" \
	    -noout -out tbs
	openssl asn1parse -inform der -in basic -strparse "${parts[2]}" \
	    -noout -out signature
	openssl x509 -in store/ca/ocsp-sm2.pem -outform der -out cert
	tail -c "$(stat -c %s cert)" basic | cmp - cert
	verify=(openssl pkeyutl -verify -rawin -digest sm3 -in tbs
	    -certin -inkey store/ca/ocsp-sm2.pem -sigfile signature)
	"${verify[@]}" -pkeyopt $ID
	run "${verify[@]}"
	[ "$status" -ne 0 ]
	openssl verify -vfyopt $ID -attime $WHEN -partial_chain \
	    -CAfile sm2.0.pem store/ca/ocsp-sm2.pem
	run openssl_ocsp sm2 -respin resp -noverify
	[ "$(grep -c ': good$' <<<"$output")" = 2 ]
	revoked keyCompromise "$(number sm2)"
	ca-query --ocsp <req >resp
	run openssl_ocsp sm2 -respin resp -noverify
	[ "$(grep -c ': revoked$' <<<"$output")" = 2 ]
}

# serve: a web server over the folder web, at $url; its CGI program is that of
# caorder(7)
serve() {
	local try
	mkdir -p web/cgi-bin
	cat >web/cgi-bin/ocsp <<-END
		#!/bin/sh
		exec ca-query --store $CAORDER_STORE --ocsp
	END
	chmod +x web/cgi-bin/ocsp
	for try in 1 2 3 4 5 6 7 8 9; do
		port=$((20000 + RANDOM % 20000))
		busybox httpd -f -p 127.0.0.1:$port -h web 2>server.log 3>&- &
		server=$!
		url=http://127.0.0.1:$port
		for try in 1 2 3 4 5 6 7 8 9 10; do
			curl -s -o /dev/null $url/ && return
			kill -0 $server 2>/dev/null || break
			sleep 0.1
		done
	done
	return 1
}

@test "a web server runs it: POST by openssl, and what changes is told" {
	begin
	serve
	for a in p256 rsa2048; do
		run -0 openssl_ocsp $a -url $url/cgi-bin/ocsp
		[[ $output == *'Response verify OK'* ]]
		[ "$(grep -c ': good$' <<<"$output")" = 2 ]
		revoked certificateHold "$(number $a)"
		run -0 openssl_ocsp $a -url $url/cgi-bin/ocsp
		[ "$(grep -c ': revoked$' <<<"$output")" = 2 ]
		[[ $output == *'Reason: certificateHold'* ]]
	done
	curl -s --data-binary rubbish $url/cgi-bin/ocsp |
	    cmp - <(printf '\x30\x03\x0a\x01\x01')
	head -c 100000 /dev/zero | curl -s --data-binary @- $url/cgi-bin/ocsp |
	    cmp - <(printf '\x30\x03\x0a\x01\x01')
	rm store/ca/ocsp-p256.pem
	run openssl_ocsp p256 -url $url/cgi-bin/ocsp
	[[ $output == *'Responder Error: internalerror (2)'* ]]
}

# getting [OPTION...]: a request in req whose path this server leaves alone: it
# joins slashes and takes no %2F, which most clients write
getting() {
	local usage md
	for md in sha1 sha256 sha1 sha256; do
		for usage in sign encrypt; do
			openssl ocsp -issuer p256.0.pem -$md \
			    -cert p256/$usage.crt "$@" -reqout req
			[[ $(path) == *//* || $(path) == */ ]] || return 0
		done
	done
	return 1
}
path() { openssl base64 -A -in req | sed 's,+,%2B,g; s,=,%3D,g'; }

@test "a web server runs it: GET, with a header for caches" {
	begin
	serve
	answer=(openssl ocsp -respin resp -CAfile p256/chain.pem -reqin req
	    -attime "$(date -u -d "$CAORDER_NOW" +%s)" -no_nonce)
	getting -no_nonce
	curl -s -D header -o resp "$url/cgi-bin/ocsp/$(path)"
	run -0 "${answer[@]}"
	[[ $output == *'Response verify OK'* ]]
	tr -d '\r' <header >lines
	for line in 'Content-Type: application/ocsp-response' \
	    "Content-Length: $(stat -c %s resp)" \
	    "ETag: \"$(sha256sum <resp | cut -c 1-64)\"" \
	    'Last-Modified: Sun, 22 Nov 2026 02:00:00 GMT' \
	    'Expires: Mon, 23 Nov 2026 02:00:00 GMT' \
	    'Cache-Control: max-age=86400, public, no-transform, must-revalidate'; do
		grep -Fqx "$line" lines || { echo "no $line"; cat lines; false; }
	done
	getting # with a nonce
	curl -s -D header -o resp "$url/cgi-bin/ocsp/$(path)"
	run -0 "${answer[@]}"
	[[ $output == *'Response verify OK'* ]]
	tr -d '\r' <header >lines
	grep -Fqx 'Cache-Control: no-store' lines
	! grep -q ETag lines
	for bad in '' /x /====; do
		curl -s "$url/cgi-bin/ocsp$bad" |
		    cmp - <(printf '\x30\x03\x0a\x01\x01')
	done
}

@test "any web server serves presigned answers as they lie there" {
	begin
	mkdir web
	ca-query --ocsp --presign web/status
	serve
	for a in p256 rsa2048; do
		for usage in sign encrypt; do
			one=(openssl ocsp -issuer $a.0.pem -cert $a/$usage.crt
			    -CAfile $a/chain.pem -no_nonce
			    -attime "$(date -u -d "$CAORDER_NOW" +%s)")
			"${one[@]}" -reqout req
			curl -sf -o resp "$url/status/$(path)"
			run -0 "${one[@]}" -reqin req -respin resp
			[[ $output == *'Response verify OK'* ]]
			[[ $output == *': good'* ]]
		done
	done
	revoked superseded "$(number p256)"
	ca-query --ocsp --presign web/status
	openssl ocsp -issuer p256.0.pem -cert p256/sign.crt -no_nonce \
	    -reqout req
	curl -sf -o resp "$url/status/$(path)"
	openssl ocsp -respin resp -resp_text -noverify | grep -q superseded
}
