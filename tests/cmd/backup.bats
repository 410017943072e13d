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

# of_time INSTANT ARGUMENT...: ca-admin, then
of_time() { CAORDER_NOW=$1 ca-admin "${@:2}"; }

@test "a backup is a whole store, and becomes one again" {
	begin
	works of_time 2026-11-22T03:04:05Z backup bk
	[ "$output" = "$PWD/bk/20261122T030405Z" ]
	cd bk/20261122T030405Z
	sha256sum --check --strict --quiet MANIFEST
	[ -z "$(find .. ! -type d ! -perm 600)" ]
	[ -z "$(find .. -type d ! -perm 700)" ]
	! ls -A | grep -E 'db-|new'
	cd ../..
	mv store old
	works ca-admin restore bk
	diff -r --exclude='orders.db*' old store
	[ "$(sql 'PRAGMA journal_mode')" = wal ]
	[ "$(sql .dump | sha256sum)" = \
	    "$(sqlite3 old/orders.db .dump | sha256sum)" ]
	works ca-admin verify -q
	works ca-query $one -o state
	[ "$output" = issued ]
	run --separate-stderr ca-query --pem sign $two
	[ "$status" -eq 0 ]
}

@test "a further backup copies only what is new, and each stands alone" {
	begin
	of_time 2026-11-22T03:00:00Z backup bk
	find bk/objects -type f -printf '%p %i\n' | sort >before
	apply three
	works of_time 2026-11-22T03:00:00Z backup bk
	[ "$output" = "$PWD/bk/20261122T030000Z-02" ]
	find bk/objects -type f -printf '%p %i\n' | sort | cmp - before
	scans three && ca-upload --dir scans/three "$order" 2>/dev/null ||
	    ca-upload --from scans <<<"$order"
	works of_time 2026-11-22T03:00:00Z backup bk
	mv store old
	works ca-admin restore bk/20261122T030000Z
	[ "$(sql 'SELECT count(*) FROM orders')" = 2 ]
	works ca-admin verify -q
	rm -r store
	works ca-admin restore bk
	[ "$(sql 'SELECT count(*) FROM orders')" = 3 ]
	works ca-admin verify -q
}

@test "a backup mends a scan that went bad in the one before" {
	begin
	ca-admin backup bk
	bad=$(find bk/objects -type f | head -n1)
	printf x >"$bad"
	works ca-admin backup bk
	mv store old
	works ca-admin restore bk
	works ca-admin verify -q
}

@test "a backup is refused where it cannot be" {
	begin
	fails 5 ca-admin backup store/bk
	told 'is in the store'
	: >plain
	fails 1 ca-admin backup plain
	fails 2 ca-admin backup
	works ca-admin backup --dry-run bk
	[ ! -e bk ]
	mkdir bk
	flock bk sleep 5 &
	sleep .5
	fails 75 ca-admin backup bk
	told 'another process is changing it'
	kill %1
}

@test "a store that is not whole is not backed up" {
	begin
	scan=$(find store/objects -type f | head -n1)
	mv "$scan" kept
	fails 7 ca-admin backup bk
	told 'object [0-9a-f]+ is missing'
	mv kept "$scan"
	cp store/ca/operators kept
	echo >>store/ca/operators
	run --separate-stderr timeout 60 ca-admin backup bk
	[ "$status" -eq 7 ]
	told 'is not the one that was journalled last'
	cp kept store/ca/operators
	sql "UPDATE transfer SET fen = fen + 1 WHERE id = 1"
	fails 7 ca-admin backup bk
	told 'transfer 1 was altered'
	[ -z "$(find bk -name '2*')" ]
}

@test "what is not a whole backup is not restored" {
	begin
	ca-admin backup bk
	b=$(echo bk/2*)
	fails 5 ca-admin restore bk
	told 'is not empty'
	mv store old
	fails 6 ca-admin restore old
	told 'there is no backup in it'
	fails 6 ca-admin restore nowhere
	cp -a bk good
	for f in "$b/orders.db" "$b/ca/sm2-ca.key" \
	    "$(find bk/objects -type f | tail -n1)"; do
		printf '\1' | dd of="$f" bs=1 seek=300 conv=notrunc status=none
		fails 7 ca-admin restore bk
		told 'was altered after the backup was made'
		fails 7 ca-admin restore --dry-run bk
		cp "good${f#bk}" "$f"
		rm "$f"
		fails 7 ca-admin restore bk
		told 'is not in the backup'
		cp "good${f#bk}" "$f"
	done
	sed -i '$d' "$b/MANIFEST"
	fails 7 ca-admin restore bk
	told 'MANIFEST: line [0-9]+: not all of its files follow'
	sed -i '3s,  .*,  ../../evil,' "$b/MANIFEST"
	fails 7 ca-admin restore bk
	told 'MANIFEST: line 3: no digest and file'
	[ ! -e store ] && [ ! -e store.new ]
	rm -r bk && mv good bk
	works ca-admin restore --dry-run bk
	[ ! -e store ]
	works ca-admin restore bk
}

@test "a backup that went missing in part is told by its journal" {
	begin
	ca-admin backup bk
	b=$(echo bk/2*)
	mv store old
	sqlite3 "$b/orders.db" "UPDATE transfer SET fen = fen + 1 WHERE id = 1"
	hash=$(sha256sum <"$b/orders.db")
	sed -i "s/^[0-9a-f]*  orders.db/${hash%% *}  orders.db/" "$b/MANIFEST"
	fails 7 ca-admin restore bk
	told 'transfer 1 was altered'
	[ ! -e store ] && [ ! -e store.new ]
}

@test "a restored backup cannot un-revoke" {
	begin
	ready three:p256
	three=$(<orders)
	ca-admin responder --ca-pin file:ca.pin
	ca-query --pem sign $one >one.crt
	openssl ocsp -issuer store/ca/p256-ca.crt -cert one.crt -reqout req
	ca-query --ocsp <req | openssl ocsp -respin /dev/stdin -resp_text \
	    -noverify | grep 'Cert Status: good'
	ca-admin backup bk
	revoked $one keyCompromise
	revoked $two superseded
	works ca-admin verify -q
	rm -r store
	run --separate-stderr ca-admin restore bk
	[ "$status" -eq 0 ]
	told 'store: 2 revocations came after the backup; nothing is issued'
	[ "$(sql 'SELECT count(*) FROM revocation')" = 0 ]
	fails 7 ca-issue $CA_PIN $three
	told 'verify --replay'
	fails 7 ca-issue --crl $CA_PIN
	told 'verify --replay'
	ca-query --ocsp <req >resp 2>err && status=0 || status=$?
	[ "$status" -eq 7 ]
	grep 'verify --replay' err
	openssl ocsp -respin resp -resp_text -noverify 2>&1 |
	    grep -qE 'tryLater|trylater|internalError|internalerror'
	fails 7 ca-admin verify -q
	works ca-admin verify --replay -q
	[ "$(ca-query -o certificates $one)" = revoked ]
	ca-query --ocsp <req | openssl ocsp -respin /dev/stdin -resp_text \
	    -noverify | grep 'Cert Status: revoked'
	works ca-issue $CA_PIN $three
	works ca-admin verify -q
}

@test "certificates stay revoked whose order the backup does not have" {
	begin
	ca-admin backup bk
	ready three:p256 && issued
	three=$(<orders)
	ca-admin responder --ca-pin file:ca.pin
	ca-query --pem sign $three >three.crt
	openssl ocsp -issuer store/ca/p256-ca.crt -cert three.crt -reqout req
	revoked $three keyCompromise
	rm -r store
	ca-admin restore -q bk
	fails 6 ca-query $three
	works ca-admin verify --replay -q
	works ca-admin verify -q
	ready four:p256
	[ "$(<orders)" -gt "$three" ]
	ca-admin responder --ca-pin file:ca.pin
	ca-query --ocsp <req | openssl ocsp -respin /dev/stdin -resp_text \
	    -noverify | grep 'Cert Status: revoked'
	ca-issue --crl $CA_PIN
	openssl crl -in store/crl/p256.pem -noout -text |
	    grep -q 'Key Compromise'
}

@test "on a new machine the journal of revocations is made from the backup" {
	begin
	revoked $one keyCompromise
	ca-admin verify
	cp $file kept
	ca-admin backup bk
	rm -r store $file
	run --separate-stderr ca-admin restore bk
	[ "$status" -eq 0 ]
	told 'store.revocations: there was none, and it is made'
	cmp $file kept
	works ca-admin verify -q
	works ca-admin restore --store another bk -q
	rm -r store
	sed -i 's/keyCompromise/superseded/' $file
	fails 7 ca-admin restore bk
	told 'store.revocations: line 2: it was altered'
	[ ! -e store ]
}

@test "a backup is taken while others apply and issue" {
	begin
	ready three:p256 four:p256 five:p256 six:p256
	: >busy
	: >applied
	(while [ -e busy ]; do
		n=$((n + 1))
		application "loop$n" | ca-apply --keystore keys --pin file:user.pin
	done >applied 2>&1) &
	(while read -r n; do ca-issue $CA_PIN "$n"; done <orders >done1 2>&1) &
	for ((i = 0; i < 3 || $(wc -l <applied) < 4; i++)); do
		works ca-admin backup bk
		[ -d "$output" ]
	done
	rm busy
	wait
	! grep -v '^[0-9]*$' applied done1
	ca-admin verify
	for b in bk/2*; do
		rm -rf copy
		CAORDER_STORE=$PWD/copy ca-admin restore -q "$b"
		CAORDER_STORE=$PWD/copy ca-admin verify
	done
}
