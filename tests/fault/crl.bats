# ca-issue --crl: a number, then the lists.
load sweep
stride 4

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

publish() { shim ca-issue --crl --if-due $CA_PIN; }

# The lists are whole or become so; what was printed is on disk; the next run
# that looks for what is due completes it, and then nothing is.
held() {
	local file
	if [ -s out ]; then [ "$(entries p256)" = 4 ]; fi
	for file in store/crl/*.crl; do
		openssl crl -inform der -in "$file" -noout
	done
	ca-admin verify -q
	publish >again
	[ "$(entries p256)" = 4 ]
	[ -z "$(publish)" ]
	ca-admin verify
}

@test "killed at any write, the lists stay whole and are completed" {
	struck kill 12 publish held
}

@test "any one write failing, it is said, and the lists are completed" {
	struck eio 12 publish held
}
