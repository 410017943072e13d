#!/usr/bin/env bats
# A store that the first version made (schema 1), under today's tools.
# tests/data/schema-1.tar.gz has its database as SQL, its CA's certificates,
# the keys that its ready order needs, and no scans: they are tests/data/scans.
load ../steps

ready=00202611220000001

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && mkdir old && cd old && tar -xzf "$top/tests/data/schema-1.tar.gz"
	cp -R "$top/share/agreements" store/
	mkdir store/objects store/services store/rules
	sqlite3 store/orders.db <store/orders.sql >/dev/null
	rm store/orders.sql
	local scan hash
	for scan in "$top"/tests/data/scans/*; do
		hash=$(sha256sum <"$scan")
		mkdir -p "store/objects/${hash:0:2}"
		cp "$scan" "store/objects/${hash:0:2}/${hash:2:62}"
	done
	chmod -R go= .
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/old/." . && export CAORDER_STORE=$PWD/store
}

# facts: every fact and the journal, without what is reckoned from them
facts() {
	local table
	for table in journal opening transfer evidence decision \
	    bank_line serial pair receipt service note; do
		sql "SELECT * FROM $table ORDER BY 1"
	done
	sql "SELECT id, order_id, slot, part, object, type, size, pages, at
	    FROM document ORDER BY id"
	sql "SELECT id, order_id, transfer, bank_line, fen, evidence, at
	    FROM settlement ORDER BY id"
	sql "SELECT id, order_id, content, digest, csr, key, service, fee_due,
	    required, sealed_pin, at FROM application ORDER BY id"
}

@test "it is taken to today's schema, and all its facts verify" {
	begin
	[ "$(sql 'PRAGMA user_version')" = 1 ]
	facts >before
	works ca-admin verify
	[ "$(sql 'PRAGMA user_version')" = 3 ]
	facts | cmp - before
	[ "$(sql 'SELECT count(*) FROM outbox')" = 0 ] # nobody is told of them
	[ "$(<store.revocations)" = "caorder revocations 1" ]
	works ca-admin verify
}

@test "its orders are there, each in its state" {
	begin
	works ca-query -o number,state
	[ "$output" = "$(printf '%s\t%s\n' 00202611220000001 ready \
	    00202611220000002 issued 00202611220000003 installed \
	    00202611220000004 applied 00202611220000005 cancelled \
	    00202611220000006 refused 00202611220000007 applied \
	    00202611220000008 expired)" ]
	works ca-query --user 210102199003078881 -o number
	[ "${#lines[@]}" -eq 8 ]
	for n in 1 2 3 4 5 6 7 8; do
		works ca-query --history 0020261122000000$n
	done
}

@test "its ready order is issued and installed" {
	begin
	works ca-issue $CA_PIN $ready
	works ca-install $KEYS $ready
	works ca-admin verify
	[ "$(ca-query -o state $ready)" = installed ]
}

@test "its pairs are revoked, listed and backed up like any other" {
	begin
	works ca-admin backup bk
	sql "INSERT INTO revocation(order_id, number, ca, sign_serial,
	      encrypt_serial, not_after, reason, since, at)
	    SELECT o.id, o.number, 'sm2', p.sign_serial, p.encrypt_serial,
	      p.not_after, 'superseded', 1795312800, 1795312800
	    FROM orders o JOIN pair p ON p.order_id = o.id
	    WHERE o.number = '00202611220000002'"
	[ "$(ca-query -o certificates 00202611220000002)" = revoked ]
	rm -r store
	works ca-admin restore -q bk
	works ca-admin verify
}

@test "what it cannot be taken through leaves it as it was" {
	begin
	sql "CREATE TABLE old_orders(x)"
	sql .dump >before
	fails 1 ca-query -o number
	told 'orders.db: to schema 2'
	[ "$(sql 'PRAGMA user_version')" = 1 ]
	sql .dump | cmp - before
	sql "DROP TABLE old_orders"
	works ca-admin verify
}

@test "from schema 2, too: its orders need no paper, whatever came of it" {
	begin
	sqlite3 store/orders.db <<-EOF
		PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON;
		.read $top/lib/store/sql/migrate/0002.sql
		PRAGMA user_version = 2;
	EOF
	works ca-admin verify
	[ "$(sql 'SELECT DISTINCT originals FROM orders')" = unneeded ]
	[ "$(sql "SELECT number FROM orders
	    WHERE promised_from = max(submitted_at, settled_at)")" = $ready ]
	works ca-issue $CA_PIN $ready
}

@test "two tools at once take it there once" {
	begin
	ca-query -o number >one & a=$!
	ca-query -o number >two & b=$!
	ca-admin verify
	wait $a && wait $b
	cmp one two
	[ "$(wc -l <one)" = 8 ]
}
