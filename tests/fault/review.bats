# ca-review: the second decision.
load sweep

setup_file() { begun one uploaded accepted; }

strike() { shim ca-review $BOB --approve 00202611220000001; }
printed() { [ "$(state "$1")" = approved ]; }
complete() { [ "$(sql "SELECT count(*) FROM decision")" = 2 ]; }

@test "killed at any write, review loses nothing and completes again" {
	sweep kill 10 strike
}

@test "any one write failing, review says so and completes again" {
	sweep eio 10 strike
}
