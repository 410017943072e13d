# ca-pay: a transfer declared, a statement imported, a line assigned, money paid
# back.
load sweep

one=00202611220000001
two=00202611220000002

# One transfer is declared; a line waits, and an order has more than it owes.
both() { applied one:p256 two:p256; }
declared() { transfer $one | ca-pay --transfer /dev/stdin $one; }
waiting() {
	statement '250.00 B-8' '9.00 B-9' >before.csv
	ca-pay --reconcile before.csv $CAROL
	ca-pay --assign B-8 --reason r $CAROL $two
}
lines() { statement '240.00 B-1' '5.00 B-2' >statement.csv; }
setup_file() { begun both uploaded declared waiting lines; }

strike() { shim ca-pay --reconcile statement.csv $CAROL; }
assign() { shim ca-pay --assign B-9 --reason r $CAROL $one; }
refund() { shim ca-pay --refund --amount 10 --reason r $CAROL $two; }

printed() { complete; }
between() { # all of it, or nothing
	[[ "$(sql "SELECT count(*) FROM bank_line WHERE reference
	    IN ('B-1', 'B-2')")" =~ ^[02]$ ]]
}
complete() { [ "$(sql "$holds")" = 1 ]; }
settled="SELECT payment = 'paid' AND (SELECT count(*) FROM settlement) = 2
    AND (SELECT count(*) FROM waiting) = 2 FROM orders WHERE id = 1"

@test "killed at any write, pay loses nothing and completes again" {
	holds=$settled
	stride 2
	sweep kill 10 strike
}

@test "any one write failing, pay says so and completes again" {
	holds=$settled
	stride 3 2
	sweep eio 10 strike
}

@test "killed at any write, a line is assigned once" {
	holds="SELECT paid = 900 FROM orders WHERE id = 1"
	stride 5
	sweep kill 10 assign
}

@test "killed at any write, money is paid back once" {
	holds="SELECT refunded = 1000 AND count(*) = 1 FROM orders, refund
	    WHERE orders.id = 2"
	of=$two
	stride 5 3
	sweep kill 10 refund
}
