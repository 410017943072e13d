# ca-install --unlock: the keys, the new backup PIN, and the receipt.
load sweep
stride 14
of=00202611220000002

# An order with a backup PIN that is installed, and one that unlocks it.
locked() {
	application one 's/^validity:.*/&\nbackup_pin: true/' | sed '1i ---' \
	    >applications.yaml
	scans one
	ca-apply $KEYS applications.yaml >orders
	uploaded && declared && settled && accepted && approved && issued &&
	    installed && pin new
	fulfilled unlock 00202611220000001 two
	(umask 077 && jq -r .code codes >code)
}
setup_file() { begun locked; }

strike() { shim ca-install --unlock --keystore keys --code file:code --new-pin file:new.pin 00202611220000002; }
printed() { [ "$(state "$1")" = installed ] && opens; }
opens() { openssl pkey -in keys/00202611220000001/sign.key -passin file:new.pin -noout; }
complete() {
	opens && [ "$(sql "SELECT count(*) FROM pin")" = 1 ] &&
	    [ "$(sql "SELECT count(*) FROM receipt")" = 2 ] &&
	    [ "$(ls -A keys)" = 00202611220000001 ]
}

@test "killed at any write, unlocking loses nothing and completes again" {
	sweep kill 40 strike
}

@test "any one write failing, unlocking says so and completes again" {
	sweep eio 40 strike
}
