# ca-install: a renewed pair, with the key that opens old files.
load sweep
stride 7
of=00202711130000001

renewed() {
	one && uploaded && declared && settled && accepted && approved &&
	    issued && installed
	export CAORDER_NOW=2027-11-13T02:00:00Z
	fulfilled renew 00202611220000001 two
}
setup_file() { begun renewed; }

strike() {
	CAORDER_NOW=2027-11-13T02:00:00Z shim ca-install $KEYS $of
}
printed() { [ "$(state "$1")" = installed ] && kept; }
# the old key, under its serial
kept() {
	local crt
	crt=$(ls keys/$of/encrypt-*.crt) &&
	    openssl x509 -in "$crt" -noout -pubkey >a.pub &&
	    openssl pkey -in "${crt%.crt}.key" -passin file:user.pin -pubout |
	    cmp - a.pub
}
complete() {
	kept && [ "$(sql "SELECT count(*) FROM receipt")" = 2 ] &&
	    [ "$(ls keys/$of | wc -l)" = 8 ]
}

@test "killed at any write, what opens old files is kept" {
	sweep kill 30 strike
}
