# Invoices: two orders fulfilled at once, and one that is paid back.
load sweep

both=$'00202611220000001\n00202611220000002'
prepare() {
	ready one:p256 two:p256
	cp orders both
}
# A third one, on whose certificates the word is out.
undone() {
	applied three:p256 && uploaded && declared && settled && accepted &&
		approved && issued || return
	ca-issue --revoke --reason cessationOfOperation $ALICE <orders
	ca-issue --revoke --reason cessationOfOperation $BOB <orders
}
setup_file() { begun prepare undone; }

# numbers: of all invoices, in the order in which they were made
numbers() { sql 'SELECT number FROM invoice ORDER BY id' | xargs; }

@test "struck while orders are fulfilled, numbers have no gap" {
	strike() { shim ca-issue $CA_PIN <both; }
	printed() { [ "$(state "$1")" = issued ]; }
	# Fulfilled is invoiced.
	between() {
		[ "$(sql "SELECT count(*) FROM invoice")" = \
		    "$(sql "SELECT count(*) FROM pair")" ]
	}
	complete() { [ "$(numbers)" = '1 2 3' ]; }
	of=$both
	stride 9 4
	sweep kill 15 strike
	sweep eio 15 strike
}

@test "struck while a fee is paid back, the invoice follows or nothing does" {
	strike() {
		shim ca-pay --refund --amount 240 --reason undone $CAROL \
		    00202611220000003
	}
	printed() { [ "$(ca-query "$1" -o payment)" = refunded ]; }
	between() {
		[ "$(sql "SELECT count(*) FROM invoice WHERE red = 1")" = \
		    "$(sql "SELECT count(*) FROM refund")" ]
	}
	complete() { [ "$(sql 'SELECT sum(fen) FROM invoice')" = 0 ]; }
	of=00202611220000003
	stride 6 2
	sweep kill 10 strike
	sweep eio 10 strike
}
