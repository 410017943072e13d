# ca-issue --crl: a number, then the lists.
load sweep
stride 2

# Two pairs, of which one was revoked since the lists were made.
published() {
	ready one:p256 two:p256 && issued &&
	    revoked superseded 00202611220000001 && ca-issue --crl $CA_PIN &&
	    revoked keyCompromise 00202611220000002
}
setup_file() { begun published; }

entries() {
	openssl crl -inform der -in "store/crl/$1.crl" -noout -text |
	    grep -c 'Serial Number' || true
}

# struck HOW LEAST: at every call, the lists stay whole or become so; what was
# printed is on disk; the next run that looks for what is due completes it, and
# then nothing is
struck() {
	local how=$1 least=$2 n
	export CAORDER_STORE=store
	for ((n = from; n < 1000; n += by)); do
		rm -rf "$BATS_TEST_TMPDIR/work"
		cp -a "$BATS_FILE_TMPDIR/base" "$BATS_TEST_TMPDIR/work"
		cd "$BATS_TEST_TMPDIR/work"
		if SHIM="$how $n" shim ca-issue --crl --if-due $CA_PIN >out 2>err; then
			[ "$(<"$BATS_TEST_TMPDIR/count")" -ge "$n" ] || break
		elif [ "$how" != kill ]; then
			grep -q '^ca-' err # said so, and did not crash
		fi
		if [ -s out ]; then [ "$(entries p256)" = 4 ]; fi
		for file in store/crl/*.crl; do
			openssl crl -inform der -in "$file" -noout
		done
		ca-admin verify -q || { echo "$how $n: not whole"; return 1; }
		ca-issue --crl --if-due $CA_PIN >again
		[ "$(entries p256)" = 4 ] || { echo "$how $n: lost"; return 1; }
		[ -z "$(ca-issue --crl --if-due $CA_PIN)" ] ||
		    { echo "$how $n: still due"; return 1; }
		ca-admin verify
	done
	echo "# ca-issue --crl, $how: calls $from to $((n - 1)) by $by" >&3
	[ "$n" -gt "$least" ] && [ "$n" -lt 1000 ]
}

@test "killed at any write, the lists stay whole and are completed" {
	struck kill 12
}

@test "any one write failing, it is said, and the lists are completed" {
	struck eio 12
}
