#!/usr/bin/env bats
# ca-admin: what a store is kept with.
load ../steps

one=00202611220000001
two=00202611220000002
file=store.revocations

# Two orders with their pairs, made once; each test takes a copy.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && ready one:p256 two:p256 && issued >issued
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# revoked NUMBER REASON: on the word of two operators
revoked() {
	ca-issue --revoke "$1" $ALICE --reason "$2" 2>/dev/null || [ $? = 4 ]
	ca-issue --revoke "$1" $BOB --reason "$2" >revoked
}

# older: the database as it is now, for put_back
older() { sqlite3 store/orders.db ".backup older.db"; }
put_back() { rm -f store/orders.db-* && cp older.db store/orders.db; }

@test "the journal of revocations is beside the store, for its owner alone" {
	begin
	[ "$(<$file)" = "caorder revocations 1" ]
	[ "$(stat -c %a $file)" = 600 ]
	revoked $one keyCompromise
	works ca-admin verify -q
	[ "$(wc -l <$file)" = 2 ]
	[[ $(tail -n1 $file) == "1 2026-11-22T02:00:00Z $one p256 "* ]]
	works ca-admin verify -q
	[ "$(wc -l <$file)" = 2 ]
}

@test "a store is not made beside another one's journal of revocations" {
	begin
	revoked $one keyCompromise
	works ca-admin verify -q
	rm -r store
	fails 5 ca-admin init --name x --pin file:ca.pin
	told 'revocations of another store'
	[ ! -e store ] && [ ! -e store.new ]
}

@test "an older store put back is told, and brought up to date" {
	begin
	older
	revoked $one certificateHold
	CAORDER_NOW=2026-11-22T02:01:00Z revoked $one keyCompromise
	revoked $two superseded
	works ca-admin verify -q
	put_back
	fails 7 ca-admin verify -q
	told 'store.revocations: it tells of revocation 1' 'verify --replay$'
	run --separate-stderr ca-admin verify --replay --dry-run
	[ "$status" -eq 7 ]
	told 'revocations applied: 3'
	run --separate-stderr ca-admin verify --replay
	[ "$status" -eq 0 ]
	told "^ca-admin: revocations applied: 3$"
	[ "$(sql "SELECT number, revoked FROM orders")" = \
	    "$one|keyCompromise"$'\n'"$two|superseded" ]
	run --separate-stderr ca-admin verify --replay
	told "^ca-admin: revocations applied: 0$"
	works ca-admin verify -q --replay
}

@test "a journal of revocations that was lost or altered is told" {
	begin
	revoked $one keyCompromise
	revoked $two superseded
	works ca-admin verify -q
	cp $file kept
	rm $file
	fails 7 ca-admin verify -q
	told "$file: the journal of revocations is missing, and the store has 2"
	works ca-admin verify --replay -q
	cmp $file kept
	sed -i 2s/keyCompromise/superseded/ $file
	fails 7 ca-admin verify -q
	told "$file: line 2: it was altered, or one before it"
	fails 7 ca-admin verify --replay
	sed 2d kept >$file
	fails 7 ca-admin verify -q
	told "$file: line 2: revocation 2 follows revocation 0"
	sed '2s/.*/& /' kept >$file
	sed -n 2p kept >>$file
	sed -n 3p kept >>$file
	fails 7 ca-admin verify -q
	head -c -10 kept >$file
	works ca-admin verify -q
	[ "$(tail -n1 $file)" = "$(tail -n1 kept)" ]
	echo other >$file
	fails 7 ca-admin verify -q
	told "$file: it is no journal of revocations"
}

@test "the journal of revocations can be append-only" {
	begin
	chattr +a $file 2>/dev/null || skip 'needs root and such a file system'
	revoked $one keyCompromise
	run --separate-stderr ca-admin verify -q
	chattr -a $file
	[ "$status" -eq 0 ]
	[ "$(wc -l <$file)" = 2 ]
}
