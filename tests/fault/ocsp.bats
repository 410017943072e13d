# ca-admin responder, and ca-query --ocsp --presign: keys and their
# certificates stay together, answers stay whole.
load sweep
stride 3

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

# struck HOW LEAST COMMAND: at every call, an answer can be made, every answer
# that lies there is whole, and presigning again completes them
struck() {
	local how=$1 least=$2 command=$3 n file
	export CAORDER_STORE=store
	for ((n = from; n < 1000; n += by)); do
		rm -rf "$BATS_TEST_TMPDIR/work"
		cp -a "$BATS_FILE_TMPDIR/base" "$BATS_TEST_TMPDIR/work"
		cd "$BATS_TEST_TMPDIR/work"
		if SHIM="$how $n" $command >out 2>err; then
			[ "$(<"$BATS_TEST_TMPDIR/count")" -ge "$n" ] || break
		elif [ "$how" != kill ]; then
			grep -q '^ca-' err # said so, and did not crash
		fi
		ca-query --ocsp <req >resp 2>err || { echo "$how $n:"; cat err; return 1; }
		revoked_in resp
		while read -r file; do
			openssl ocsp -respin "$file" -noverify -resp_text \
			    >/dev/null || { echo "$how $n: $file"; return 1; }
		done < <(find pub -type f ! -name '.*')
		ca-admin verify -q || { echo "$how $n: not whole"; return 1; }
		[ $command = presign ] || continue
		SHIM='' $command
		[ -z "$(find pub -name '.*')" ]
		revoked_in "pub/$(openssl base64 -A -in req | sed 's,/$,/index.html,')"
		[ "$(find pub -type f | wc -l)" = 6 ]
	done
	echo "# $command, $how: calls $from to $((n - 1)) by $by" >&3
	[ "$n" -gt "$least" ] && [ "$n" -lt 1000 ]
}

@test "killed at any write, responders keep their keys" {
	struck kill 12 responder
}

@test "killed at any write, presigned answers stay whole" {
	struck kill 4 presign
}

@test "any one write failing, presigned answers stay whole" {
	struck eio 4 presign
}
