# ca-install: the container, and the receipt.
load sweep

ready_one() { ready one:p256; }
setup_file() { begun ready_one issued; }

strike() { shim ca-install $KEYS 00202611220000001; }
printed() { [ "$(state "$1")" = installed ] && [ -s "keys/$1/encrypt.key" ]; }
complete() { [ "$(sql "SELECT count(*) FROM receipt")" = 1 ] && [ "$(cd keys/00202611220000001 && echo *)" = "chain.pem encrypt.crt encrypt.key sign.crt sign.csr sign.key" ]; }

@test "killed at any write, install loses nothing and completes again" {
	stride 2
	sweep kill 25 strike
}

@test "any one write failing, install says so and completes again" {
	stride 4 2
	sweep eio 25 strike
}
