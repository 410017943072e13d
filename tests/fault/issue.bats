# ca-issue: a pair.
load sweep

ready_one() { ready one:p256; }
setup_file() { begun ready_one; }

strike() { shim ca-issue $CA_PIN 00202611220000001; }
printed() { [ "$(state "$1")" = issued ]; }
complete() { [ "$(sql "SELECT count(*) FROM pair")" = 1 ]; }

@test "killed at any write, issue loses nothing and completes again" {
	sweep kill 15 strike
}

@test "any one write failing, issue says so and completes again" {
	stride 3 2
	sweep eio 15 strike
}
