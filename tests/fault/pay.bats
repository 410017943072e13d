# ca-pay: a transfer declared, and a statement imported.
load sweep

lines() { statement "240.00 B-1" >statement.csv; }
setup_file() { begun one uploaded declared lines; }

strike() { shim ca-pay --reconcile statement.csv $CAROL; }
printed() { [ "$(ca-query "$1" -o payment)" = paid ]; }
complete() { [ "$(sql "SELECT count(*) FROM settlement")" = 1 ]; }

@test "killed at any write, pay loses nothing and completes again" {
	sweep kill 10 strike
}

@test "any one write failing, pay says so and completes again" {
	stride 3 2
	sweep eio 10 strike
}
