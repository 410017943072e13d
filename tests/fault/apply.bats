# ca-apply: an order with the key that it made.
load sweep

prepared() { application one >application.yaml; }
setup_file() { begun prepared; }

strike() { shim ca-apply $KEYS application.yaml; }
printed() { [ "$(state "$1")" = applied ] && [ -s "keys/$1/sign.key" ]; }
complete() { [ "$(sql "SELECT count(*) FROM orders")" = 1 ] && [ "$(ls -A keys)" = 00202611220000001 ]; }

@test "killed at any write, apply loses nothing and completes again" {
	stride 2
	sweep kill 25 strike
}

@test "any one write failing, apply says so and completes again" {
	stride 3 2
	sweep eio 25 strike
}
