#!/usr/bin/env bats
# ca-admin: stores, operators, services, and looking through all of it.
load ../steps

one=00202611220000001

# A store with one order that went all the way, one that is under review with
# a document replaced, one that was returned; made once, each test takes a copy.
history() {
	store && ready one:p256 && issued && installed &&
	    applied two:sm2 && uploaded && accepted &&
	    ca-upload --despite 'a sample' "$(cat orders)" \
		"user-id=$top/tests/data/scans/handler-id.png" && declared &&
	    applied three:p256 && uploaded &&
	    ca-review $ALICE --return 'seal unreadable' <orders &&
	    ca-query --unmask 'call of the applicant' $one
}
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && history >/dev/null 2>&1
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# again: the database as it was at the start
again() { cp "$BATS_FILE_TMPDIR/store/orders.db" store/orders.db; }

# found PATTERN: verify raises the alarm, names it, and says nothing else
# than what is bad
found() {
	run --separate-stderr ca-admin verify
	if [ "$status" -ne 7 ] || [ -n "$output" ] || [[ $stderr != *$1* ]]; then
		printf 'exit %s, without "%s"\nstdout: %s\nstderr: %s\n' \
		    "$status" "$1" "$output" "$stderr"
		return 1
	fi
	[ "$(grep -c '^ca-admin: ' <<<"$stderr")" = "${#stderr_lines[@]}" ]
}

# changed FILE PATTERN: an octet of the file altered, then the file gone
changed() {
	local file=$1 size
	cp "$file" kept
	size=$(stat -c %s "$file")
	printf '!' | dd of="$file" bs=1 seek=$((size / 2)) conv=notrunc \
	    status=none
	found "$2" || { echo "altered: $file"; return 1; }
	rm "$file"
	found "$2" || { echo "gone: $file"; return 1; }
	cp kept "$file"
}

@test "init makes a store that only its owner reads, and verifies" {
	pin ca
	export CAORDER_STORE=$PWD/new
	works ca-admin init --name 'Example CA' --pin file:ca.pin
	[ -z "$output" ]
	[ -z "$(find new -type f ! -perm 600)" ]
	[ -z "$(find new -type d ! -perm 700)" ]
	for ca in sm2 p256 rsa; do
		id=()
		[ $ca = sm2 ] && id=(-vfyopt distid:1234567812345678)
		openssl verify -attime 1798761600 "${id[@]}" -CAfile new/ca/$ca-root.crt \
		    new/ca/$ca-ca.crt
	done
	works ca-admin verify
	fails 5 ca-admin init --name 'Example CA' --pin file:ca.pin
	[[ $stderr == *'is not empty'* ]]
}

@test "init refuses what it cannot make" {
	pin ca
	export CAORDER_STORE=$PWD/new
	fails 2 ca-admin init --pin file:ca.pin
	printf 'short\n' >short.pin
	fails 3 ca-admin init --name 'Example CA' --pin file:short.pin
	fails 3 ca-admin init --name "$(printf 'x%.0s' {1..70})" \
	    --pin file:ca.pin
	fails 3 ca-admin init --name 'Example CA' --pin file:none.pin
	works ca-admin init -n --name 'Example CA' --pin file:ca.pin
	[ ! -e new ] && [ ! -e new.new ]
}

@test "without a store every subcommand says so" {
	export CAORDER_STORE=$PWD/none
	fails 6 ca-admin verify
	[[ $stderr == *'ca-admin init'* ]]
	fails 6 ca-admin operator list
	fails 6 ca-admin service list
	fails 2 ca-admin
	fails 2 ca-admin frobnicate
}

@test "operators are made once, listed, dismissed" {
	begin
	pin dave
	works operator dave approve,accept
	[ -z "$output" ]
	[ "$(stat -c %a ops/dave/sign.key)" = 600 ]
	openssl verify -attime 1798761600 -partial_chain -CAfile store/ca/operators.crt \
	    ops/dave/sign.crt
	works operator dave accept,approve
	works ca-admin operator list
	[ "${#lines[@]}" -eq 4 ]
	IFS=$'\t' read -r name roles since until serial <<<"${lines[3]}"
	[ "$name $roles $since" = 'dave accept,approve 2026-11-22T02:00:00Z' ]
	export CAORDER_NOW=2026-11-22T03:00:00Z
	works ca-admin operator disable dave --ca-pin file:ca.pin
	works ca-admin operator disable dave --ca-pin file:ca.pin
	works ca-admin operator list --json
	[ "$(jq -r 'select(.name == "dave").until' <<<"$output")" = \
	    2026-11-22T03:00:00Z ]
	works ca-admin verify
	# the dismissed key comes not back, a new one does
	fails 5 operator dave accept
	rm -r ops/dave
	works operator dave accept
	works ca-admin verify
}

@test "operators are refused with bad names, roles, PINs" {
	begin
	pin dave
	fails 3 operator Dave accept
	fails 3 operator ../dave accept
	pin 'x y'
	fails 3 operator 'x y' accept
	fails 3 operator dave accept,reject
	fails 3 operator dave accept,accept
	fails 2 ca-admin operator add dave --keystore ops \
	    --pin file:dave.pin --ca-pin file:ca.pin
	fails 3 ca-admin operator add dave --role accept --keystore ops \
	    --pin file:dave.pin --ca-pin file:dave.pin
	fails 3 ca-admin operator add dave --role accept --keystore ops \
	    --pin file:dave.pin --ca-pin file:ca.pin --algorithm dsa
	fails 5 operator alice cashier
	fails 6 ca-admin operator disable dave --ca-pin file:ca.pin
	fails 3 ca-admin operator disable alice --ca-pin file:dave.pin
	[ ! -e ops/dave ] || [ ! -e ops/dave/sign.crt ]
	works ca-admin operator list
	[ "${#lines[@]}" -eq 3 ]
}

@test "services are shown, added, pinned" {
	begin
	works ca-admin service list
	[[ ${lines[0]} == ln-gov-employee-mkey$'\t'* ]]
	ca-admin service show ln-gov-employee-mkey >s.yaml
	cmp s.yaml "$top/share/services/ln-gov-employee-mkey.yaml"
	works ca-admin service add s.yaml
	[ "$(sql 'SELECT count(*) FROM service')" = 1 ]
	echo '# another version' >>s.yaml
	works ca-admin service add s.yaml
	works ca-admin service add s.yaml
	[ "$(sql 'SELECT count(*) FROM service')" = 2 ]
	ca-admin service show ln-gov-employee-mkey | cmp - s.yaml
	works ca-admin verify
	fails 6 ca-admin service show none
}

@test "a service with faults is refused with the place of each" {
	begin
	sed 's/^provider:/providr:/' \
	    "$top/share/services/ln-gov-employee-mkey.yaml" >s.yaml
	run --separate-stderr ca-admin service add s.yaml
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[[ $stderr == *"s.yaml:"*"providr"* ]]
	fails 3 ca-admin service add none.yaml
	[ "$(sql 'SELECT count(*) FROM service')" = 1 ]
}

@test "a store that nobody touched verifies" {
	begin
	works ca-admin verify
	[ -z "$output" ]
	run --separate-stderr ca-admin verify -v
	[ "${stderr_lines[1]}" = 'ca-admin: ok' ]
	[[ ${stderr_lines[0]} == "ca-admin: ledger: bank "*", in all 0.00" ]]
	# a file that no document names is no alarm
	mkdir -p store/objects/00 && echo x >store/objects/00/1
	works ca-admin verify
}

@test "dismissing an operator makes no past decision bad" {
	begin
	ca-admin operator disable alice --ca-pin file:ca.pin
	CAORDER_NOW=2026-11-22T03:00:00Z \
	    ca-admin operator disable carol --ca-pin file:ca.pin
	works ca-admin verify
}

# altered TABLE...: verify finds every column of these tables altered, each in
# the last row (of orders in the first one, which has all facts); how many they
# are is in $count
altered() {
	local trigger back drop table column type row where to
	count=0
	cp store/orders.db whole.db
	trigger="SELECT group_concat('DROP TRIGGER ' || name || ';', '')
	    FROM sqlite_schema WHERE type = 'trigger'"
	back=$(sql "SELECT group_concat(sql || ';', '') FROM sqlite_schema
	    WHERE type = 'trigger'")
	drop=$(sql "$trigger")
	while IFS='|' read -r table column type; do
		cp whole.db store/orders.db
		[[ " $* " == *" $table "* ]] || continue
		row=max
		[ "$table" = orders ] && row=min
		where="WHERE rowid = (SELECT $row(rowid) FROM $table)"
		[ "$(sql "SELECT count(*) FROM $table $where")" = 1 ] ||
		    { echo "$table has no row"; return 1; }
		case $type in
		INTEGER) to="coalesce($column, 0) + 1000" ;;
		TEXT) to="coalesce($column, '') || 'x'" ;;
		BLOB) to="CAST(coalesce(substr($column, 2), '') || 'x' AS BLOB)" ;;
		esac
		sql "PRAGMA ignore_check_constraints = ON; $drop
		    UPDATE $table SET $column = $to $where; $back" ||
		    { echo "cannot alter $table.$column"; return 1; }
		found '' || { echo "$table.$column was altered"; return 1; }
		count=$((count + 1))
	done < <(sql "SELECT t.name, c.name, c.type FROM pragma_table_list t
	    JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
	    AND t.name NOT LIKE 'sqlite_%'")
	cp whole.db store/orders.db
}

@test "verify finds any column that was altered" {
	begin
	altered orders opening application document transfer evidence decision \
	    bank_line settlement serial pair receipt service note journal
	[ "$count" -ge 120 ]
}

@test "verify finds any column altered of what other business records" {
	store && pin new
	application one 's/^algorithm:.*/&\nbackup_pin: true/' >applications.yaml
	sed -i '1i ---' applications.yaml
	scans one
	ca-apply $KEYS applications.yaml >orders
	{ uploaded && declared && settled && accepted && approved && issued &&
	    installed; } >/dev/null
	fulfilled unlock "$(cat orders)" unlock
	(umask 077 && jq -r .code codes >code)
	ca-install --unlock --keystore keys --code file:code \
	    --new-pin file:new.pin "$order"
	fulfilled hold "$(cat orders)" hold
	ca-issue $CA_PIN --crl >/dev/null
	works ca-admin verify
	altered application fulfilment revocation receipt pin attempt crl
	[ "$count" -ge 45 ]
}

@test "verify finds a row that went, and one that came" {
	begin
	for table in orders opening application document transfer evidence \
	    decision bank_line settlement serial pair receipt service note; do
		again
		sql "DELETE FROM $table WHERE rowid =
		    (SELECT max(rowid) FROM $table)"
		found '' || { echo "a row of $table went"; return 1; }
	done
	again
	sql "INSERT INTO note(kind, text, at) VALUES('init', 'x', 1)"
	found 'facts are stored'
	again
	sql "INSERT INTO orders(number, created) VALUES('00202611220000009', 1)"
	found 'order 00202611220000009'
}

@test "verify finds a journal that was cut or spliced" {
	begin
	off='DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;'
	on=$(sql "SELECT group_concat(sql || ';', '') FROM sqlite_schema
	    WHERE tbl_name = 'journal' AND type = 'trigger'")
	run sql 'DELETE FROM journal WHERE seq = 5'
	[ "$status" -ne 0 ]
	sql "$off DELETE FROM journal WHERE seq = 5; $on"
	found 'the journal goes from entry 4 to 6'
	again
	sql "$off DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal);
	    $on"
	found 'are in the journal'
	again
	sql "$off UPDATE journal SET actor = 'uid:99' WHERE seq = 7; $on"
	found 'journal entry 7'
}

@test "verify finds a schema that was changed" {
	begin
	sql 'DROP TRIGGER decision_sum'
	found "trigger 'decision_sum'"
	again
	sql "DROP VIEW order_astray;
	    CREATE VIEW order_astray AS SELECT id, number FROM orders WHERE 0"
	found "view 'order_astray'"
	again
	sql 'CREATE TABLE more(x)'
	found "'more'"
	again
	sql 'ANALYZE'
	works ca-admin verify
}

@test "verify finds a damaged database file" {
	begin
	pages=$(($(stat -c %s store/orders.db) / 4096))
	for page in 3 $((pages / 2)) $((pages - 1)); do
		again
		head -c 4096 /dev/zero | tr '\0' 'U' | dd of=store/orders.db \
		    bs=4096 seek="$page" conv=notrunc status=none
		found ''
	done
}

@test "a journal made to fit forged facts does not help" {
	begin
	while IFS=@ read -r change pattern; do
		again
		sql "$change" && "$top/tests/rejournal" store/orders.db &&
		    found "$pattern" || { echo "$change"; return 1; }
	done <<-'END'
		UPDATE evidence SET text = replace(text, 'accept', 'approve')@decision "accept"
		UPDATE evidence SET signature = zeroblob(70)@signature
		UPDATE bank_line SET fen = fen + 1@payment of 240.00
		UPDATE transfer SET name = 'x' WHERE order_id = 1@payment of 240.00
		UPDATE decision SET reason = 'x' WHERE kind = 'return'@decision "return"
		UPDATE decision SET dossier = zeroblob(32) WHERE kind = 'return'@decision "return"
		UPDATE pair SET sign = encrypt@keyUsage
		UPDATE pair SET encrypt = sign@keyUsage
		UPDATE pair SET dossier = zeroblob(32)@without two decisions
		UPDATE pair SET not_after = not_after + 1@another term
		UPDATE serial SET order_id = 2 WHERE usage = 'sign'@not recorded for it
		UPDATE receipt SET text = text || ' '@not over the order's certificates
		UPDATE receipt SET signature = zeroblob(70)@not signed with the order's new key
		UPDATE document SET object = (SELECT object FROM document WHERE slot = 'seal-form') WHERE slot = 'user-id'@dossier was altered
		UPDATE application SET csr = (SELECT csr FROM application WHERE order_id = 2) WHERE order_id = 1@not over the key
		UPDATE service SET text = text || ' '@does not match its digest
		UPDATE note SET text = replace(text, '1', '2') WHERE kind = 'certificate'@is not the certificate that the store was made with
		UPDATE note SET text = 'x' WHERE kind = 'register'@ca/operators
	END
}

@test "verify finds every scan that was altered, and names its order" {
	begin
	for file in store/objects/*/*; do
		changed "$file" "ca-admin: order 0020261122000000" || return 1
	done
	# every bad place, not only the first
	rm store/objects/*/*
	run --separate-stderr ca-admin verify
	[ "$status" -eq 7 ]
	[ "${#stderr_lines[@]}" -eq \
	    "$(sql 'SELECT count(DISTINCT object) FROM document')" ]
}

@test "verify finds every certificate of the CA that was altered" {
	begin
	for file in store/ca/*.crt; do
		changed "$file" "ca/$(basename "$file")"
	done
	# a good one, but not this store's
	cp store/ca/rsa-root.crt store/ca/sm2-root.crt
	found 'ca/sm2-root.crt: is not the certificate'
}

@test "verify finds an operators' register that was altered or put back" {
	begin
	changed store/ca/operators "operators' register"
	cp store/ca/operators before
	ca-admin operator disable alice --ca-pin file:ca.pin
	works ca-admin verify
	cp before store/ca/operators
	found 'not the register that was last journalled'
}

@test "verify goes on while others write" {
	begin
	for i in 1 2 3 4 5; do application "r$i"; echo ---; done >more.yaml
	ca-apply $KEYS more.yaml >/dev/null & writer=$!
	for i in 1 2 3; do works ca-admin verify; done
	wait $writer
	works ca-admin verify
}

@test "a store below a linked folder is a store" {
	pin ca
	mkdir real && ln -s real linked
	works ca-admin init --store linked/store --name X --pin file:ca.pin
	works ca-admin verify --store linked/store
}
