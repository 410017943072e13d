# ca-admin verify: on whose word certificates ended, and orders were fulfilled
# that made none.
load ../steps

# A pair that an order revoked, and one that two operators did; made once.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && made two:p256 && other=$first && made one:p256 &&
		fulfilled revoke "$first" three &&
		! ca-issue --revoke "$other" $ALICE --reason superseded &&
		ca-issue --revoke "$other" $BOB --reason superseded &&
		echo "$first $other $order" >numbers
} >/dev/null 2>&1
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	read -r first other order <numbers
}

# found SQL TEXT: what verify says of the store so altered
found() {
	cp "$BATS_FILE_TMPDIR/store/orders.db" store/orders.db
	rm -f store/orders.db-* store.revocations
	sql "$1"
	"$top/tests/rejournal" store/orders.db
	ca-admin verify --replay -q >/dev/null 2>&1 || :
	run --separate-stderr ca-admin verify -q
	[ "$status" = 7 ]
	told "$2"
}

@test "as it was made it is good" {
	begin
	run --separate-stderr ca-admin verify -q
	[ "$status" = 0 ] && [ -z "$stderr" ]
}

@test "certificates that ended on nobody's word" {
	begin
	found "UPDATE revocation SET by_order = NULL WHERE by_order IS NOT NULL" \
	    "order $first: its certificates are \"superseded\" without an order and without the word of two operators"
	found "UPDATE decision SET reason = 'keyCompromise'
	    WHERE kind = 'revoke' AND operator = 'bob'" \
	    "order $other: its certificates are \"superseded\" without an order"
	found "UPDATE decision SET at = at - 100000
	    WHERE kind = 'revoke' AND operator = 'alice'" \
	    "order $other: its certificates are \"superseded\" without an order"
	found "UPDATE decision SET operator = 'alice'
	    WHERE kind = 'revoke' AND operator = 'bob'" \
	    "order $other: its certificates are \"superseded\" without an order"
}

@test "certificates that ended otherwise than was asked for" {
	begin
	found "UPDATE revocation SET reason = 'keyCompromise'
	    WHERE by_order IS NOT NULL" \
	    "order $first: that its certificates are \"keyCompromise\" is not what order $order asked for"
	found "UPDATE revocation SET by_order = 1 WHERE by_order IS NOT NULL" \
	    "order $first: that its certificates are \"superseded\" is not what order"
	found "UPDATE revocation SET sign_serial = encrypt_serial" \
	    'what became of its certificates names others$'
	found "UPDATE revocation SET by_order = NULL WHERE by_order IS NOT NULL" \
	    "order $order: it is of business \"revoke\", and what became of the certificates of order $first by it is recorded 0 times"
}

@test "a revocation of a pair that the store does not have" {
	begin
	found "UPDATE revocation SET number = '00202611220000099', order_id = NULL
	    WHERE by_order IS NULL" \
	    'revocation [12]: order 00202611220000099, whose certificates it is about, is not there$'
}

@test "what was fulfilled on the word of one, or without one" {
	begin
	found "UPDATE fulfilment SET dossier = zeroblob(32)" \
	    "order $order: it was fulfilled without two decisions over its dossier by two people"
	found "UPDATE decision SET operator = 'alice' WHERE order_id =
	    (SELECT order_id FROM fulfilment) AND kind = 'approve'" \
	    "order $order: it was fulfilled without two decisions"
	found "INSERT INTO fulfilment(order_id, dossier, at)
	    SELECT order_id, dossier, at FROM pair LIMIT 1" \
	    'what was issued is not what business "new" makes'
}
