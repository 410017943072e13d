#!/usr/bin/env bats
# What scripts and other programs parse stays as it is, to the byte.  To change
# a format on purpose, and then read the difference:
#	UPDATE=1 make check-cmd BATS=tests/golden/formats.bats
load ../steps

one=00202611220000001

# Two orders that are installed, made once, and what was printed of the first
# on its way.
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && applied one:p256 two:sm2 >/dev/null || return
	seen
	for step in uploaded declared settled accepted approved issued \
	    installed; do
		$step >/dev/null 2>&1 || return
		seen
	done
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# seen: the first order as it is now
seen() {
	ca-query --json $one >>seen.json
	ca-query $one >>seen.tsv
	ca-query --why $one >>seen.why
}

# plain: without what is random in each run, or the caller's
plain() {
	sed -E -e 's/\b[0-9A-F]{32,34}\b/SERIAL/g' -e 's/\buid:[0-9]+/uid:N/g'
}

# pretty: a member a line, so that a difference is seen
pretty() { plain | jq .; }

# pinned NAME: standard input is what NAME.expect says
pinned() {
	local expect=$BATS_TEST_DIRNAME/$1.expect
	cat >actual
	[ -z "${UPDATE-}" ] || cp actual "$expect"
	diff -u "$expect" actual
}

@test "the JSON object of an order, from state to state" {
	begin
	[ "$(wc -l <seen.json)" -eq 8 ]
	jq -cr '[.state, .payment.state, .review.state] | join(" ")' seen.json |
	    pinned states
	# applied, reviewing, installed
	sed -n '1p;2p;8p' seen.json | pretty | pinned order
}

@test "the JSON object of an order that was returned" {
	begin
	apply three '/^request:/d'
	scans "$order"
	ca-upload --from scans "$order"
	ca-review $ALICE --return 'the seal is not legible' "$order"
	ca-query --json "$order" | pretty | pinned returned
}

@test "the table of orders in TSV" {
	begin
	{ ca-query --header <orders; cat seen.tsv; } | pinned table
	columns=(number request service business algorithm validity state
	    payment review certificates container documents due_fen paid_fen
	    user user_id organisation organisation_id handler handler_id phone
	    email accepted_by approved_by sign_serial encrypt_serial not_before
	    not_after created issued installed)
	ca-query --header -o "$(IFS=,; echo "${columns[*]}")" $one | plain |
	    pinned columns
}

@test "what an order waits for" {
	begin
	# the text is for people
	cut -f 1,2,4 seen.why | uniq | pinned why
	apply three
	ca-query --why --json "$order" | jq '.what = "TEXT"' | pinned why-json
}

@test "the history of an order" {
	begin
	ca-query --history $one | plain | pinned history
	ca-query --history --json $one | head -n 2 | pretty |
	    pinned history-json
}

@test "counts" {
	begin
	ca-query --stats | pinned stats
	ca-query --stats --json | head -n 1 | pinned stats-json
}

@test "the queue of a reviewer, the slots, the container" {
	begin
	apply three
	scans three
	ca-upload --from scans "$order"
	ca-review --list | pinned queue
	ca-review --list --json | pretty | pinned queue-json
	ca-upload --list "$order" | pinned slots
	ca-upload --list --json "$order" | head -n 2 | pretty |
	    pinned slots-json
	ca-install --list --keystore keys | plain | pinned container
	ca-install --list --json --keystore keys | pretty |
	    pinned container-json
}

@test "the fee" {
	begin
	application three 's/^validity:.*/validity: 36/' >a.yaml
	ca-apply --quote a.yaml | pinned quote
	ca-apply --quote --json a.yaml | pretty | pinned quote-json
}

@test "rejects" {
	begin
	{
		application bad 's/^validity:.*/validity: 13/' \
		    's/province: 辽宁/province: 火星/'
		echo '---'
		application worse 's/^business:/busness:/'
		echo '---'
		echo '['
	} >bad.yaml
	run -3 ca-apply $KEYS --rejects rejects bad.yaml
	# the reason is for people
	jq '(.. | .reason?) |= if . then "TEXT" else empty end' rejects |
	    pinned rejects-application
	apply three
	run -6 ca-issue $CA_PIN --rejects rejects <<-END
		{"a": 1}
		what
		00202611220000099
		$order
	END
	jq '(.. | .reason?) |= if . then "TEXT" else empty end' rejects |
	    pinned rejects-orders
}

@test "what operators and users sign" {
	begin
	# A certificate is another in each run, and so is a dossier, in which
	# is the key.  All else is the digest of something known.
	{
		sql 'SELECT text FROM evidence ORDER BY id'
		sql 'SELECT text FROM receipt WHERE order_id = 1'
	} | sed -E \
	    -e 's/^(certificate|sign|encrypt) [0-9a-f]{64}$/\1 DIGEST/' \
	    -e 's/^((accept|approve) [0-9]{17}) [0-9a-f]{64}$/\1 DIGEST/' |
	    pinned signed
	statement=$(sha256sum <statement.csv)
	grep -qx "import ${statement%% *}" actual
	name=$(printf 沈阳示例科技有限公司 | sha256sum)
	grep -q " ${name%% *} " actual
}

@test "the journal" {
	begin
	sql 'SELECT at, actor, kind, fact, order_id, length(digest),
	    length(head) FROM journal WHERE order_id = 1 ORDER BY seq' | plain |
	    pinned journal
}

@test "the form to fill in, and the service that it is for" {
	begin
	ca-apply --template | pinned template
	ca-apply --template >form.yaml
	ca-apply --check form.yaml 2>&1 | pinned template-check
	ca-admin service show ln-gov-employee-mkey |
	    cmp - "$top/share/services/ln-gov-employee-mkey.yaml"
	ca-admin service list | pinned services
}
