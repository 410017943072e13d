#!/usr/bin/env bats
load ../steps

# the value of a column of the only order, or of order $2
column() { ca-query -o "$1" "${2:-$(cat orders)}"; }

# begin [REQUEST:ALGORITHM...]: a store with orders whose scans are there
begin() {
	store && applied "${@:-one:p256}" && uploaded >/dev/null
}

# robot ROLES: an operator of that name
robot() {
	pin robot && operator robot "$1"
	ROBOT='--as robot --keystore ops --pin file:robot.pin'
}

# show [OPTION...]: the dossier of the only order as JSON, into show.json
show() { ca-review --show --json "$@" "$(cat orders)" >show.json; }

# outcome CHECK: of the dossier shown
outcome() { jq -r ".checks[] | select(.check == \"$1\").outcome" show.json; }

# another: the order's user-id is another scan
another() {
	ca-upload --despite sample "$(cat orders)" \
	    "user-id=$top/tests/data/scans/handler-id.png"
}

@test "two people accept and approve" {
	begin
	works accepted
	[ "$output" = "$(cat orders)" ]
	[ "$(column review)" = accepted ]
	works approved
	[ "$output" = "$(cat orders)" ]
	[ "$(column review,state)" = $'approved\tapproved' ]
	show
	[ "$(jq -c '.review | [.accepted_by, .approved_by]' show.json)" = \
	    '["alice","bob"]' ]
	[ "$(jq -c '[.review.decisions[] | .counts, .signed] | unique' \
	    show.json)" = '[true]' ]
}

@test "a decision made again is free" {
	begin
	accepted && approved
	before=$(sql 'SELECT count(*) FROM journal')
	works accepted
	[ "$output" = "$(cat orders)" ]
	works approved
	[ "$(sql 'SELECT count(*) FROM journal')" = "$before" ]
}

@test "the same person may not do both" {
	begin
	pin dave && operator dave accept,approve
	works ca-review --as dave --keystore ops --pin file:dave.pin \
	    --accept <orders
	fails 5 ca-review --as dave --keystore ops --pin file:dave.pin \
	    --approve <orders
	[[ $stderr == *"'dave' accepted this order; somebody else"* ]]
	works approved
}

@test "a decision takes its role" {
	begin
	fails 5 ca-review $BOB --accept <orders
	[[ $stderr == *"'bob' has the roles approve, and to accept an order of business \"new\" needs 'accept'" ]]
	fails 5 ca-review $CAROL --accept <orders
	fails 5 ca-review $CAROL --return blurred <orders
	accepted
	fails 5 ca-review $ALICE --approve <orders
	[ "$(column review)" = accepted ]
}

@test "documents come before the first review, it before the second" {
	store && applied one:p256
	fails 4 ca-review $ALICE --accept <orders
	[[ $stderr == *"required documents are missing"* ]]
	uploaded
	fails 4 ca-review $BOB --approve <orders
	[[ $stderr == *"not accepted"* ]]
}

@test "another scan makes the decisions void" {
	begin
	accepted && approved
	another
	[ "$(column review,state)" = $'none\treviewing' ]
	show
	[ "$(jq -c '[.review.decisions[].counts]' show.json)" = \
	    '[false,false]' ]
	[ "$(jq -c '[.review.decisions[].signed]' show.json)" = '[true,true]' ]
	fails 4 ca-review $BOB --approve <orders
	accepted && approved
	[ "$(column review)" = approved ]
}

@test "an amended application makes the decisions void" {
	begin
	accepted
	application one 's/十三纬路1号/十三纬路2号/' >amended.yaml
	ca-apply $KEYS --amend amended.yaml
	[ "$(column review)" = none ]
	fails 4 ca-review $BOB --approve <orders
}

@test "sent back, corrected, accepted" {
	begin
	works ca-review $ALICE --return '用户身份证不清晰' <orders
	[ "$(column state)" = returned ]
	fails 4 ca-review $ALICE --accept <orders
	[[ $stderr == *"sent back: correct it"* ]]
	ca-query --why "$(cat orders)" | grep -q '用户身份证不清晰'
	another
	[ "$(column state)" = reviewing ]
	works accepted
	show
	[ "$(jq -r '.review.decisions[] | "\(.decision) \(.counts)"' \
	    show.json)" = $'return false\naccept true' ]
	[ "$(jq -r '.review.decisions[0].reason' show.json)" = \
	    '用户身份证不清晰' ]
}

@test "refused is refused for good" {
	begin
	works ca-review $BOB --refuse 'not of this province' <orders
	[ "$(column state)" = refused ]
	fails 5 ca-review $ALICE --accept <orders
	fails 5 ca-upload "$(cat orders)" \
	    "user-id=$top/tests/data/scans/handler-id.png"
	before=$(sql 'SELECT count(*) FROM journal')
	works ca-review $BOB --refuse 'once more' <orders
	[ "$(sql 'SELECT count(*) FROM journal')" = "$before" ]
	show
	[ "$(jq -c .waits show.json)" = '[]' ]
}

@test "withdrawn, abandoned, on paper" {
	begin one:p256 two:p256
	works ca-review $ALICE --paper <orders
	first=$(head -n1 orders) second=$(tail -n1 orders)
	[ "$(ca-review --show --json "$first" | jq -r .paper_at)" = \
	    2026-11-22T02:00:00Z ]
	works ca-review $ALICE --cancel 'the applicant asked' "$first"
	export CAORDER_NOW=2027-02-20T02:00:01Z
	works ca-review $ALICE --expire "$second"
	[ "$(column state "$first")" = cancelled ]
	[ "$(column state "$second")" = expired ]
}

@test "abandoned is what nothing happened to for as long as the service says" {
	begin one:p256 two:p256 three:p256
	{ read -r first; read -r second; read -r third; } <orders
	fails 4 ca-review $ALICE --expire "$first"
	told "$first: .*within 90 days: it is not abandoned before 2027-02-20 10:00:00"
	export CAORDER_NOW=2027-01-01T02:00:00Z
	accepted="$(ca-review $ALICE --accept "$second")"
	ca-review $ALICE --cancel no "$third" >/dev/null
	works ca-review $ALICE --expire --all
	[ -z "$output" ]
	export CAORDER_NOW=2027-02-20T02:00:01Z
	# looking at it is nothing that happens to it
	ca-query --json --unmask 'looking' "$first" >/dev/null
	works ca-review $CAROL --expire --all || [ "$status" -eq 5 ]
	[ "$(column state "$first")" = reviewing ]
	works ca-review -n $ALICE --expire --all
	[ "$output" = "$first" ]
	works ca-review $ALICE --expire --all
	[ "$output" = "$first" ]
	[ "$(column state "$first")" = expired ]
	[ "$(column state "$accepted")" = reviewing ]
	fails 4 ca-review $ALICE --expire "$accepted"
	works ca-review $ALICE --expire --all
	[ -z "$output" ]
	fails 2 ca-review $ALICE --expire --all "$first"
	works ca-admin verify
}

@test "a service may have nothing closed as abandoned" {
	store
	ca-admin service show ln-gov-employee-mkey |
	    sed '/^abandoned:/d' >s.yaml
	ca-admin service add s.yaml
	applied one:p256
	export CAORDER_NOW=2030-01-01T00:00:00Z
	fails 5 ca-review $ALICE --expire <orders
	told "orders of service 'ln-gov-employee-mkey' are not closed as abandoned; cancel it"
	works ca-review $ALICE --expire --all
	[ -z "$output" ]
}

@test "a key is recovered by two who have the role for it" {
	store && made one:p256
	recoverers
	ca-apply --recover "$first" | ca-apply >orders
	scans two
	rm scans/two/seal-form*
	mv scans/two "scans/$(cat orders)"
	ca-upload --from scans <orders
	fails 5 ca-review $ALICE --accept <orders
	told "'alice' has the roles accept, and to accept an order of business \"recover\" needs 'recover'"
	works ca-review $DORA --accept <orders
	fails 5 ca-review $BOB --approve <orders
	told "to approve an order of business \"recover\" needs 'recover'"
	fails 5 ca-review $DORA --approve <orders
	told 'somebody else must approve it'
	works ca-review $ERIK --approve <orders
	[ "$(column state)" = ready ]
	show
	[ "$(outcome decisions)" = pass ]
	works ca-admin verify
	# sending it back stays with the counter
	fails 5 ca-review $DORA --cancel no <orders
	works ca-review $ALICE --cancel no <orders
}

@test "rules leave to people what is no matter of the counter" {
	store && made one:p256
	recoverers
	ca-apply --recover "$first" | ca-apply >orders
	ca-apply --hold "$first" | ca-apply >>orders
	robot accept,approve,recover
	cat >rules.yaml <<-'END'
		rules:
		  - {name: holds, when: {business: hold, documents: missing}, then: refuse, reason: no papers}
		  - {name: rest, then: refuse, reason: all}
	END
	run --separate-stderr ca-review $ROBOT --auto rules.yaml --explain <orders
	[ "$status" -eq 0 ]
	told 'left: people alone decide on its business' 'holds'
	[ "$output" = "$(tail -n 1 orders)" ]
	[ "$(column state "$(head -n 1 orders)")" = applied ]
	[ "$(column state "$(tail -n 1 orders)")" = refused ]
}

@test "reasons" {
	begin
	run ca-review $ALICE --return '' <orders
	[ "$status" -eq 2 ]
	fails 3 ca-review $ALICE --return $'two\nlines' <orders
	fails 3 ca-review $ALICE --return $'not UTF-8: \xff' <orders
	fails 3 ca-review $ALICE --refuse "$(printf '%0501d' 0)" <orders
	[ "$(column review)" = none ]
}

@test "the queue" {
	begin one:p256 two:p256
	ca-apply $KEYS <(application three) >three
	works ca-review --list
	[ "$(cut -f1 <<<"$output")" = "$(cat orders)" ]
	accepted && approved
	works ca-review --list
	[ -z "$output" ]
}

@test "the dossier is masked" {
	begin && declared && settled
	secrets='210102199003078881|91210100MA0ABCDE6X|13800000001'
	secrets+='|7443900182600096874'
	ca-review --show "$(cat orders)" >show.txt
	grep -Fq '210*************81' show.txt
	grep -Fq '744**************74' show.txt
	run ! grep -E "$secrets" show.txt
	show
	run ! grep -E "$secrets" show.json
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'unmask'")" = 0 ]
}

@test "what is unmasked is journalled" {
	begin && declared
	show --unmask '电话核实'
	[ "$(jq -r .user.id_number show.json)" = 210102199003078881 ]
	[ "$(jq -r .organisation.id_number show.json)" = 91210100MA0ABCDE6X ]
	[ "$(jq -r .handler.phone show.json)" = 13800000001 ]
	[ "$(jq -r '.payment.transfers[0].account' show.json)" = \
	    7443900182600096874 ]
	[ "$(sql "SELECT n.text, o.number FROM note n
	    JOIN orders o ON o.id = n.order_id
	    JOIN journal j ON j.kind = 'note' AND j.fact = n.id
	    WHERE n.kind = 'unmask'")" = "电话核实|$(cat orders)" ]
	[ "$(outcome journal)" = pass ]
	run ca-review --show --unmask '' "$(cat orders)"
	[ "$status" -ne 0 ]
	[[ $output != *210102199003078881* ]]
	run ca-review --show -n --unmask why "$(cat orders)"
	[ "$status" -ne 0 ]
	[[ $output != *210102199003078881* ]]
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'unmask'")" = 1 ]
}

@test "the checks of an order in order" {
	store
	application one '/^  phone: "13800000001"/{
		s/.*/&\n  gender: female/;:a;n;ba}' >applications.yaml
	scans one && ca-apply $KEYS applications.yaml >orders
	uploaded && declared && settled && accepted && approved
	show
	[ "$(jq -r '[.checks[].outcome] | unique | .[]' show.json)" = pass ]
	[ "$(jq '.checks | length' show.json)" = 17 ]
	[ "$(jq -r '.waits[].gate' show.json)" = pair ]
	works ca-review --show "$(cat orders)"
	grep -Eq '^  fee +pass  the fee is what the service asks' <<<"$output"
	grep -Eq '^  accept +alice  .*counts  signature verified' <<<"$output"
	fails 6 ca-review --show 00202611220009999
}

@test "the checks of an order that is not" {
	begin && declared && settled
	show
	for check in gender decisions; do [ "$(outcome $check)" = note ]; done
	CAORDER_NOW=2027-05-01T00:00:00Z show
	[ "$(outcome authorisation)" = fail ]
	CAORDER_NOW=2026-10-31T15:59:59Z show
	[ "$(outcome authorisation)" = fail ]
	sql 'UPDATE orders SET fee_due = 1'
	show
	[ "$(outcome journal)" = fail ]
	[ "$(outcome fee)" = fail ]
	sql 'UPDATE orders SET fee_due = 24000; UPDATE evidence SET
	    text = replace(text, "24000", "23000")'
	show
	[ "$(outcome journal)" = pass ]
	[ "$(outcome payment)" = fail ]
	find store/objects -type f -exec truncate -s -1 {} +
	show
	[ "$(outcome documents)" = fail ]
}

@test "a decision that was forged is told from one that was signed" {
	begin
	accepted
	sql "INSERT INTO decision(order_id, kind, dossier, operator, evidence,
	    at) SELECT order_id, 'approve', dossier, 'bob', evidence, at
	    FROM decision"
	show
	[ "$(jq -c '[.review.decisions[].signed]' show.json)" = '[true,false]' ]
	[ "$(outcome decisions)" = fail ]
	[ "$(outcome journal)" = fail ]
	fails 7 ca-review $BOB --approve <orders
}

@test "other orders of the same person and organisation" {
	begin one:p256 two:p256
	first=$(head -n1 orders)
	tail -n1 orders >second && mv second orders
	show
	[ "$(jq -r '.person_orders[].order' show.json)" = "$first" ]
	[ "$(jq -r '.organisation_orders[].user' show.json)" = 林晓 ]
	[ "$(outcome duplicates)" = note ]
	ca-review $ALICE --refuse twice "$first"
	show
	[ "$(outcome duplicates)" = pass ]
	[ "$(jq -r '.person_orders[].state' show.json)" = refused ]
}

@test "rules decide in each way" {
	local v
	store && robot accept,approve
	for v in 12 24 36 48 60; do
		echo ---
		application "r$v" "s/^validity:.*/validity: $v/"
		scans "r$v"
	done >applications.yaml
	ca-apply $KEYS applications.yaml >orders && uploaded
	tail -n1 orders | ca-review $ALICE --accept
	cat >rules.yaml <<-'END'
		rules:
		  - {name: a, when: {validity: 12}, then: accept}
		  - {name: b, when: {validity: 24}, then: return, reason: 请核对}
		  - {name: c, when: {validity: 36}, then: refuse, reason: too long}
		  - {name: d, when: {review: accepted, validity: 60}, then: approve}
		  - {name: e, then: leave}
	END
	before=$(sql 'SELECT count(*) FROM evidence')
	works ca-review $ROBOT --auto rules.yaml <orders
	[ "$output" = "$(sed 4d orders)" ] # without the one left
	[ "$(ca-query -o review <orders)" = \
	    $'accepted\nreturned\nrefused\nnone\napproved' ]
	[ "$(sql 'SELECT count(*) FROM evidence')" = $((before + 1)) ]
	[ "$(sql "SELECT count(*) FROM decision WHERE operator = 'robot'")" = 4 ]
	[ "$(sql "SELECT reason FROM decision WHERE kind = 'return'")" = 请核对 ]
	sql 'SELECT text FROM evidence ORDER BY id DESC LIMIT 1' >text
	[ "$(sed -n 's/^rules //p' text)" = \
	    "$(sha256sum rules.yaml | cut -d' ' -f1)" ]
	[ "$(sed -n 2p text)" = 'operator robot' ]
	for v in $(cat orders); do
		[ "$(ca-review --show --json "$v" | jq -r \
		    '.checks[] | select(.check == "decisions").outcome')" != \
		    fail ]
	done
	before=$(sql 'SELECT count(*) FROM journal')
	works ca-review $ROBOT --auto rules.yaml <orders
	[ "$output" = "$(sed 4d orders)" ]
	[ "$(sql 'SELECT count(*) FROM journal')" = "$before" ]
	works ca-review $ROBOT --auto rules.yaml --json <orders
	[ "$(jq -r .order <<<"$output")" = "$(sed 4d orders)" ]
	run --separate-stderr -0 ca-review -v $ROBOT --auto rules.yaml <orders
	[[ $stderr == *'5 done, 5 of them without a change; 0 failed' ]]
}

@test "rules are held to the robot's role and to two people" {
	begin one:p256 two:p256
	robot accept
	echo 'rules: [{name: a, then: approve}]' >approve.yaml
	echo 'rules: [{name: a, when: {review: none}, then: accept},
	    {name: b, then: approve}]' >both.yaml
	accepted
	run --separate-stderr ca-review $ROBOT --auto approve.yaml <orders
	[ "$status" -eq 5 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ $stderr == *"'robot' has the roles accept, and to approve an order"* ]]
	[ "$(ca-query -o review <orders)" = $'accepted\naccepted' ]

	pin other && operator other accept,approve
	other='--as other --keystore ops --pin file:other.pin'
	head -n1 orders | ca-upload --from scans
	ca-upload --despite sample "$(tail -n1 orders)" \
	    "user-id=$top/tests/data/scans/handler-id.png"
	works ca-review $other --auto both.yaml "$(tail -n1 orders)"
	run --separate-stderr ca-review $other --auto both.yaml <orders
	[ "$status" -eq 5 ]
	[ "$output" = "$(head -n1 orders)" ]
	[[ $stderr == *"$(tail -n1 orders): 'other' accepted this order"* ]]
	[ "$(ca-query -o review <orders)" = $'approved\naccepted' ]
}

@test "rules explained decide nothing" {
	begin && declared && settled
	works ca-review --auto standard --explain <orders
	[ "${lines[0]}" = "order $(cat orders)" ]
	[ "${lines[1]}" = 'fact business: new' ]
	grep -qx 'fact payer_is_organisation: yes' <<<"$output"
	grep -qx 'fact payment_method: bank-transfer' <<<"$output"
	grep -qx 'fact number_checks: passed' <<<"$output"
	grep -qx 'fact csr: made' <<<"$output"
	grep -q '^rule foreign-money: no, payer_is_organisation is yes' \
	    <<<"$output"
	[ "${lines[-1]}" = 'rule plain-new: matches, so accept' ]
	[ "$(column review)" = none ]
	robot accept
	run --separate-stderr ca-review $ROBOT --auto standard --explain <orders
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat orders)" ]
	[ "${stderr_lines[0]}" = "order $(cat orders)" ]
	[ "$(column review)" = accepted ]
	fails 6 ca-review --auto standard --explain 00202611220009999
}

@test "the facts that rules see" {
	store
	application one 's/^backup_pin.*//;s/^validity.*/&\nbackup_pin: true/' \
	    '/^handler:/,/^authorisation/{
		s/  like: user/  name: 王辰\n  id_type: passport\n  id_number: E12345678/}' \
	    >one.yaml
	ca-apply $KEYS one.yaml >orders
	openssl req -new -newkey rsa:2048 -nodes -keyout own.key -subj /CN=x \
	    -out own.csr 2>/dev/null
	{
		application two 's/^algorithm.*/algorithm: rsa2048/'
		echo 'csr: |'
		sed 's/^/  /' own.csr
	} >two.yaml
	ca-apply two.yaml >>orders
	export CAORDER_NOW=2026-12-02T01:59:59Z
	works ca-review --auto strict --explain "$(head -n1 orders)"
	for fact in 'documents: missing' 'payment: unpaid' 'backup_pin: yes' \
	    'payment_method: none' 'payer_is_organisation: none' \
	    'user_is_handler: no' 'same_person_orders: 1' 'age_days: 9' \
	    'same_organisation_orders: 1' 'fee_fen: 24000' 'state: applied'
	do
		grep -qx "fact $fact" <<<"$output"
	done
	works ca-review --auto strict --explain "$(tail -n1 orders)"
	grep -qx 'fact csr: own' <<<"$output"
	grep -qx 'fact algorithm: rsa2048' <<<"$output"
}

@test "a batch rests on one signature" {
	begin one:p256 two:p256 three:p256
	before=$(sql 'SELECT count(*) FROM evidence')
	{ cat orders; head -n1 orders; echo 00202611220009999; } >batch
	run --separate-stderr ca-review $ALICE --accept <batch
	[ "$status" -eq 6 ]
	[ "$output" = "$(cat orders; head -n1 orders)" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(sql 'SELECT count(*) FROM evidence')" = $((before + 1)) ]
	[ "$(sql 'SELECT count(*) FROM decision')" = 3 ]
}

@test "a dry run checks and decides nothing" {
	begin
	works ca-review $ALICE -n --accept <orders
	[ "$output" = "$(cat orders)" ]
	[ "$(column review)" = none ]
	fails 4 ca-review $BOB -n --approve <orders
}

@test "a dismissed operator decides nothing more" {
	begin one:p256 two:p256
	head -n1 orders | ca-review $ALICE --accept
	export CAORDER_NOW=2026-11-22T03:00:00Z
	ca-admin operator disable alice --ca-pin file:ca.pin
	fails 5 ca-review $ALICE --accept "$(tail -n1 orders)"
	export CAORDER_NOW=2026-11-22T04:00:00Z
	fails 5 ca-review $ALICE --accept "$(tail -n1 orders)"
	head -n1 orders >first && mv first orders
	show
	[ "$(outcome decisions)" = pass ]
	sql "UPDATE evidence SET at = 1795320000"
	show
	[ "$(outcome decisions)" = fail ]
}

@test "operators are who the register says" {
	begin
	fails 6 ca-review --as mallory --keystore ops --pin file:bob.pin \
	    --accept <orders
	mkdir -p ops/alice2 && cp ops/bob/* ops/alice2/
	rm -rf ops/alice && mv ops/alice2 ops/alice
	run ca-review --as alice --keystore ops --pin file:bob.pin \
	    --accept <orders
	[ "$status" -ne 0 ]
	[ "$(column review)" = none ]
}

@test "--all takes the queue, also where an empty pipe is read from" {
	store
	applied one:p256
	uploaded >/dev/null
	printf 'rules: [{name: all, then: accept}]\n' >rules.yaml
	run --separate-stderr sh -c ": | ca-review --auto rules.yaml $ALICE"
	[ "$status" -eq 0 ] && [ -z "$output" ]
	run --separate-stderr sh -c ": | ca-review --all --auto rules.yaml $ALICE"
	[ "$output" = 00202611220000001 ]
	fails 2 ca-review --all --auto rules.yaml $ALICE 00202611220000001
}
