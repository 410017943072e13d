# The pair that an order is about: two who want it at once, the keys of the one
# that follows, and a store that was altered.
load ../steps

json() { ca-query --json "$1" | jq -cr "$2"; }
spki() { ca-query --pem "$2" "$1" | openssl x509 -noout -pubkey; }
count() { sql "SELECT count(*) FROM $1"; }

# One pair that is installed, made once; each test takes a copy.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pin other && made one:p256 && echo "$first" >first
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
	read -r first <first
	export CAORDER_NOW=2027-10-22T02:00:00Z
}
# kept, again: the store as it is, and as it was then
kept() { rm -rf kept && mkdir kept && cp -a store store.revocations kept/; }
again() { rm -rf store store.revocations && cp -a kept/. .; }

# both COMMAND COMMAND: at once; their statuses are in $one and $two
both() {
	one=0 two=0
	(eval "$1" >out.1 2>err.1 || exit $?) &
	local pid=$!
	eval "$2" >out.2 2>err.2 || two=$?
	wait "$pid" || one=$?
}

@test "a reissue by two processes at once is one" {
	begin
	reviewed reissue "$first" two && kept
	for _ in 1 2 3 4; do
		again
		both "ca-issue $CA_PIN $order" "ca-issue $CA_PIN $order"
		[ "$one $two" = '0 0' ]
		[ "$(cat out.1)" = "$order" ] && cmp out.1 out.2
		[ "$(count pair) $(count revocation)" = '2 1' ]
		[ "$(wc -l <store.revocations)" = 2 ]
		works ca-admin verify -q
	done
}

@test "an order to revoke and the word of two at once end a pair once" {
	begin
	reviewed revoke "$first" two
	ca-issue --revoke $ALICE --reason superseded "$first" || :
	kept
	for _ in 1 2 3 4; do
		again
		both "ca-issue $CA_PIN $order" \
		    "ca-issue --revoke $BOB --reason superseded $first"
		# who comes second finds them revoked
		[ "$one $two" = '0 0' ] || [ "$one $two" = '5 0' ]
		[ "$(count revocation)" = 1 ]
		[ "$(wc -l <store.revocations)" = 2 ]
		[ "$(ca-query -o certificates "$first")" = revoked ]
		works ca-admin verify -q
	done
}

@test "of two renewals applied for at once, one follows" {
	begin
	about renew "$first" two >two.yaml
	about renew "$first" three >three.yaml
	kept
	for _ in 1 2 3 4; do
		again
		rm -rf keys && cp -a "$BATS_FILE_TMPDIR/keys" .
		both "ca-apply $KEYS two.yaml" "ca-apply $KEYS three.yaml"
		[ "$one $two" = '0 5' ] || [ "$one $two" = '5 0' ]
		grep -q '(renew) is under way for the same certificates$' err.1 err.2
		[ "$(count orders)" = 2 ]
		[ "$(find keys -mindepth 1 -maxdepth 1 -type d | wc -l)" = 2 ]
	done
	# and in one batch
	again
	rm -rf keys && cp -a "$BATS_FILE_TMPDIR/keys" .
	run --separate-stderr ca-apply $KEYS two.yaml three.yaml
	[ "$status" = 5 ]
	[ "${#lines[@]}" = 1 ]
	told 'three: .*\(renew\) is under way for the same certificates$'
}

@test "a hundred reissues in one batch" {
	store
	for i in $(seq 100); do
		echo --- && application "of-$i" 's/2027-04-30/2031-12-31/'
		mkdir -p scans && ln -s "$top/tests/data/scans" "scans/of-$i"
	done >applications.yaml
	ca-apply $KEYS applications.yaml >orders
	{
		ca-upload --from scans <orders && declared && settled &&
		    accepted && approved && issued && installed
	} >/dev/null 2>&1
	mkdir papers && cp "$top"/tests/data/scans/* papers/ &&
	    rm papers/seal-form*
	i=0
	while read -r n; do
		echo --- && about reissue "$n" "again-$((i += 1))"
		ln -s ../papers "scans/again-$i"
	done <orders >again.yaml
	ca-apply $KEYS again.yaml >orders
	ca-upload --from scans <orders >/dev/null
	accepted >/dev/null && approved >/dev/null
	works issued
	cmp orders - <<<"$output"
	[ "$(count pair) $(count revocation)" = '200 100' ]
	[ "$(sql 'SELECT count(DISTINCT by_order) FROM revocation')" = 100 ]
	[ "$(wc -l <store.revocations)" = 101 ]
	works installed
	works ca-admin verify -q
}

# held NUMBER: what the container has is what the certificates are over
held() {
	local usage
	for usage in sign encrypt; do
		openssl pkey -in "keys/$1/$usage.key" -passin file:user.pin \
		    -pubout | cmp - <(spki "$1" "$usage")
	done
}

# follows BUSINESS OLD REQUEST [SED...]: an order that is installed
follows() {
	local name='s/^  name: 林晓/  name: 林小晓/'
	fulfilled "$@" "$name" && ca-install $KEYS "$order" >/dev/null &&
	    held "$order"
}
same() { [ "$(spki "$1" "$3")" = "$(spki "$2" "$3")" ]; }

# another ALGORITHM: one that its keys cannot be kept for
another() { if [ "$1" = p256 ]; then echo sm2; else echo p256; fi; }

keys_of() {
	local algorithm=$1 a b c d other
	other=$(another "$1")
	store && made one:"$1" && a=$first
	export CAORDER_NOW=2027-01-22T02:00:00Z
	follows change "$a" change 's/^business:/encryption_key: kept\n&/'
	b=$order
	same "$a" "$b" encrypt
	run ! same "$a" "$b" sign
	follows reissue "$b" reissue 's/^business:/encryption_key: new\n&/' \
	    's/^validity/backup_pin: true\n&/'
	c=$order
	run ! same "$b" "$c" encrypt
	export CAORDER_NOW=2027-10-22T02:00:00Z
	about renew "$c" r "s/^algorithm:.*/algorithm: $other/" \
	    's/^  name: 林晓/  name: 林小晓/' \
	    's/^business:/encryption_key: kept\n&/' >r.yaml
	fails 5 ca-apply $KEYS r.yaml
	told "algorithm: the encryption key is kept, and it is $algorithm: keep the algorithm, or say encryption_key: new$"
	follows renew "$c" renew 's/^business:/encryption_key: kept\n&/'
	d=$order
	same "$c" "$d" encrypt
	run ! same "$c" "$d" sign
	export CAORDER_NOW=2028-10-22T02:00:00Z
	follows renew "$d" other "s/^algorithm:.*/algorithm: $other/"
	[ "$(sql "SELECT algorithm FROM orders WHERE number = '$order'")" = \
	    "$other" ]
	run ! same "$d" "$order" encrypt
	works ca-admin verify -q
}
@test "whose keys are kept, and whose are new, sm2" { keys_of sm2; }
@test "whose keys are kept, and whose are new, p256" { keys_of p256; }
@test "whose keys are kept, and whose are new, rsa2048" { keys_of rsa2048; }

# elsewhere BUSINESS OLD REQUEST [OPTION]: the key is made in another place
elsewhere() {
	about "$1" "$2" "$3" >"$3.yaml"
	ca-apply --prepare ${4-} $KEYS "$3.yaml" >prepared.yaml
	order=$(ca-apply prepared.yaml)
	mkdir -p "scans/$3"
	cp scans/one/* "scans/$3/"
	for slot in "scans/$3"/*; do
		json "$order" '.documents.missing[]' |
		    grep -qx "$(basename "${slot%.*}")" || rm "$slot"
	done
	ca-upload --from scans "$order"
	money=$(json "$order" '.payment.due_fen / 100')
	if [ "$money" != 0 ]; then
		transfer "$order" "$money.00" >transfer.yaml
		ca-pay --transfer transfer.yaml "$order"
		statement "$money.00 B-$order $order" >s.csv
		ca-pay --reconcile s.csv $CAROL
	fi
	ca-review $ALICE --accept "$order" && ca-review $BOB --approve "$order"
	ca-issue $CA_PIN "$order" && ca-install $KEYS "$order" && held "$order"
} >/dev/null 2>&1

requests_of() {
	local a
	store && made one:"$1" && a=$first
	export CAORDER_NOW=2027-01-22T02:00:00Z
	elsewhere reissue "$a" two
	same "$a" "$order" encrypt
	a=$order
	export CAORDER_NOW=2027-10-22T02:00:00Z
	elsewhere renew "$a" three --signed
	run ! same "$a" "$order" encrypt
	# who signs with the old key shows no identity papers
	[ "$(sql "SELECT required FROM orders WHERE number = '$order'")" = \
	    '["application-form","authorisation-letter"]' ]
	export CAORDER_NOW=2028-10-22T02:00:00Z
	a=$order
	elsewhere renew "$a" four
	works ca-admin verify -q
}
@test "a request that is made elsewhere, sm2" { requests_of sm2; }
@test "a request that is made elsewhere, p256" { requests_of p256; }
@test "a request that is made elsewhere, rsa2048" { requests_of rsa2048; }

@test "the PIN of a pair that was reissued can be unlocked" {
	begin
	fulfilled reissue "$first" two 's/^algorithm/backup_pin: true\n&/'
	ca-install $KEYS "$order"
	number=$order
	fulfilled unlock "$number" three
	(umask 077 && tail -n 1 codes | jq -r .code >code)
	works ca-install --unlock --keystore keys --code file:code \
	    --new-pin file:other.pin "$order"
	openssl pkey -in "keys/$number/sign.key" -passin file:other.pin -noout
}

# alarm SQL TEXT: the rows changed and the journal made to fit, ca-issue signs
# nothing and ends nothing
alarm() {
	again
	sql "$1" && "$top/tests/rejournal" store/orders.db
	sql 'SELECT * FROM pair; SELECT * FROM fulfilment;
	    SELECT * FROM revocation' >before
	fails 7 ca-issue $CA_PIN --codes codes "$order" && told "$2" || {
		echo "forged: $1"
		return 1
	}
	sql 'SELECT * FROM pair; SELECT * FROM fulfilment;
	    SELECT * FROM revocation' | cmp - before
}
two_pairs() {
	CAORDER_NOW=2026-11-22T02:00:00Z made two:p256
	other=$first && read -r first <first
}

@test "what an order is about, and why, made to say something else" {
	begin && two_pairs
	reviewed reissue "$first" three && kept
	alarm "UPDATE application SET content =
	    replace(content, '$first', '$other')" 'does not match its digest'
	alarm "UPDATE application SET content =
	    replace(content, 'superseded', 'keyCompromise')" \
	    'does not match its digest'
	alarm "UPDATE orders SET certificate = 2 WHERE number = '$order'" \
	    'not what its facts add up to'
	alarm "UPDATE decision SET kind = 'accept' WHERE kind = 'approve'" ''
}

@test "the pair that an order is about, made another" {
	begin && two_pairs
	reviewed reissue "$first" three && kept
	for column in sign encrypt archive; do
		alarm "UPDATE pair SET $column = (SELECT p.$column FROM pair p
		    WHERE p.order_id = 2) WHERE order_id = 1" ''
	done
	alarm "UPDATE pair SET not_after = not_after + 86400
	    WHERE order_id = 1" ''
	again
	sql "UPDATE pair SET sign = (SELECT p.sign FROM pair p
	    WHERE p.order_id = 2) WHERE order_id = 1"
	"$top/tests/rejournal" store/orders.db
	fails 7 ca-issue --revoke $ALICE --reason superseded "$first"
	[ "$(count "decision WHERE kind = 'revoke'")" = 0 ]
}

@test "what became of a pair, made undone" {
	begin && two_pairs
	fulfilled revoke "$first" three
	reviewed hold "$other" four && kept
	alarm "UPDATE revocation SET reason = 'removeFromCRL';
	    UPDATE orders SET revoked = 'removeFromCRL' WHERE id = 1" \
	    'store.revocations'
	alarm "UPDATE revocation SET since = since + 1;
	    UPDATE orders SET revoked_at = revoked_at + 1 WHERE id = 1" \
	    'store.revocations'
	again
	sql "UPDATE revocation SET by_order = NULL"
	"$top/tests/rejournal" store/orders.db
	run --separate-stderr ca-admin verify -q
	[ "$status" = 7 ]
}

@test "a word to revoke that nobody gave" {
	begin
	sql "INSERT INTO decision SELECT 99, id, 'revoke', dossier, 'alice',
	    'superseded', (SELECT max(id) FROM evidence
	    WHERE operator = 'alice'), unixepoch('$CAORDER_NOW')
	    FROM orders WHERE id = 1"
	"$top/tests/rejournal" store/orders.db
	fails 7 ca-issue --revoke $BOB --reason superseded "$first"
	[ "$(count revocation)" = 0 ]
}
