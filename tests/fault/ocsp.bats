# ca-admin responder, and ca-query --ocsp --presign: keys and their
# certificates stay together, answers stay whole.
load sweep
stride 5

# One pair of each CA.
responding() {
	ready one:p256 two:rsa2048 three:sm2 && issued &&
	    ca-admin responder --ca-pin file:ca.pin &&
	    ca-query --ocsp --presign pub &&
	    revoked superseded 00202611220000001 &&
	    ca-query --pem sign 00202611220000001 >one.crt &&
	    openssl ocsp -issuer store/ca/p256-ca.crt -cert one.crt \
	        -no_nonce -reqout req
}
setup_file() { begun responding; }

responder() { shim ca-admin responder --ca-pin file:ca.pin; }
presign() { shim ca-query --ocsp --presign pub; }

# revoked_in FILE: it answers whole, and says so
revoked_in() {
	openssl ocsp -respin "$1" -noverify -resp_text 2>/dev/null |
	    grep -q 'Cert Status: revoked'
}

# An answer can be made, and every answer that lies there is whole.
answered() {
	local file
	ca-query --ocsp <req >resp
	revoked_in resp
	while read -r file; do
		openssl ocsp -respin "$file" -noverify -resp_text >/dev/null
	done < <(find pub -type f ! -name '.*')
	ca-admin verify -q
}
# Presigning again completes them.
presigned() {
	answered
	presign
	[ -z "$(find pub -name '.*')" ]
	revoked_in "pub/$(openssl base64 -A -in req | sed 's,/$,/index.html,')"
	[ "$(find pub -type f | wc -l)" = 6 ]
}

@test "killed at any write, responders keep their keys" {
	struck kill 12 responder answered
}

@test "killed at any write, presigned answers stay whole" {
	struck kill 4 presign presigned
}

@test "any one write failing, presigned answers stay whole" {
	struck eio 4 presign presigned
}
