# ca-upload: six scans.
load sweep

setup_file() { begun one; }

strike() { shim ca-upload --from scans 00202611220000001; }
printed() { [ "$(state "$1")" = reviewing ]; }
complete() { [ "$(sql "SELECT count(*) FROM document")" = 6 ]; }

@test "killed at any write, upload loses nothing and completes again" {
	sweep kill 25 strike
}

@test "any one write failing, upload says so and completes again" {
	sweep eio 25 strike
}
