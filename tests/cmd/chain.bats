# The orders of a holder are one chain: what ca-query and ca-review show of it.
load ../steps

setup_file() {
	cd "$BATS_FILE_TMPDIR" && BATS_TEST_TMPDIR=$PWD setup && store &&
	    made one:p256 &&
	    CAORDER_NOW=2027-01-10T02:00:00Z fulfilled hold "$first" held &&
	    CAORDER_NOW=2027-01-11T02:00:00Z fulfilled release "$first" released &&
	    CAORDER_NOW=2027-01-12T02:00:00Z fulfilled reissue "$first" lost \
	    's/reason: .*/reason: keyCompromise/' &&
	    CAORDER_NOW=2027-01-12T02:00:00Z ca-install $KEYS "$order"
}

# begin: $first was held, released and reissued as $second
begin() {
	cp -a "$BATS_FILE_TMPDIR/." .
	export CAORDER_STORE=$PWD/store CAORDER_NOW=2027-01-13T02:00:00Z
	first=00202611220000001
	held=00202701100000001
	released=00202701110000001
	second=00202701120000001
}

json() { ca-query --json "$1" | jq -cr "$2"; }

# rows NUMBER KIND: what its history says of these
rows() { ca-query --history "$1" | awk -F'\t' -v k="$2" '$4 == k { print $5 }'; }

@test "the history goes from predecessor to successor" {
	begin
	[ "$(rows "$first" predecessor)" = '' ]
	[ "$(rows "$first" successor)" = "$held hold, done; order $first: certificateHold since 2027-01-10T02:00:00Z
$released release, done; order $first: removeFromCRL since 2027-01-11T02:00:00Z
$second reissue, installed; order $first: keyCompromise since 2027-01-12T02:00:00Z" ]
	[ "$(rows "$first" revocation)" = "held, since 2027-01-10T02:00:00Z, by order $held
released, since 2027-01-11T02:00:00Z, by order $released
revoked, keyCompromise, since 2027-01-12T02:00:00Z, by order $second" ]
	[ "$(rows "$second" predecessor)" = "$first new, installed" ]
	[ "$(rows "$second" application)" = \
	    "reissue about order $first, keyCompromise, p256, fee 0.00" ]
	[ "$(rows "$held" fulfilment)" = fulfilled ]
	[ "$(rows "$second" receipt)" = 'both certificates are in the container' ]
	works ca-query --history --json "$second"
	[ "$(jq -r 'select(.kind == "predecessor").what' <<<"$output")" = \
	    "$first new, installed" ]
}

@test "the order's object names the others and how its pair stands" {
	begin
	[ "$(json "$first" '.certificate, .predecessor, .successors')" = \
	    "$(printf 'null\nnull\n["%s"]' "$second")" ]
	[ "$(json "$second" '.certificate, .predecessor, .successors')" = \
	    "$(printf '%s\n%s\n[]' "$first" "$first")" ]
	[ "$(json "$held" '.certificate, .predecessor, .state')" = \
	    "$(printf '%s\nnull\ndone' "$first")" ]
	[ "$(json "$first" '.certificates | map([.status, .revoked_at, .reason]) | unique')" = \
	    '[["revoked","2027-01-12T02:00:00Z","keyCompromise"]]' ]
	[ "$(json "$second" '.certificates | map([.status, .reason]) | unique')" = \
	    '[["valid",null]]' ]
	fulfilled hold "$second" again
	[ "$(json "$second" '.certificates[0] | [.status, .reason]')" = \
	    '["held","certificateHold"]' ]
}

@test "columns and filters know what became of a pair" {
	begin
	[ "$(ca-query -o certificate,revoked,reason,certificates "$first")" = \
	    $'\t2027-01-12T02:00:00Z\tkeyCompromise\trevoked' ]
	[ "$(ca-query -o certificate,revoked,reason "$second")" = "$first"$'\t\t' ]
	[ "$(ca-query --certificates revoked -o number)" = "$first" ]
	[ "$(ca-query --certificates held -o number)" = '' ]
	[ "$(ca-query --certificates issued -o number)" = "$second" ]
	fulfilled hold "$second" again
	[ "$(ca-query --certificates held -o number)" = "$second" ]
	[ "$(ca-query --state 'done' -o number | wc -l)" = 3 ]
	fails 2 ca-query --certificates lost
	told 'it is one of none, issued, held, revoked'
	[ "$(ca-query --stats | grep '^pairs')" = $'pairs\t2
pairs.held\t1
pairs.revoked\t1
pairs.expiring-in-30-days\t0
pairs.expiring-in-60-days\t0' ]
	export CAORDER_NOW=2027-10-01T02:00:00Z
	[ "$(ca-query --stats | grep expiring-in)" = $'pairs.expiring-in-30-days\t0
pairs.expiring-in-60-days\t1' ]
}

@test "what an order waits for that makes no pair, or whose pair ended" {
	begin
	[ -z "$(ca-query --why "$held")" ]
	[ -z "$(ca-query --why "$first")" ]
	third=$(ca-apply --revoke --reason superseded "$second" |
	    ca-apply --signed $KEYS)
	ca-review $ALICE --accept "$third" && ca-review $BOB --approve "$third"
	works ca-query --why "$third"
	[ "$output" = "$third"$'\tpair\t"revoke" is not fulfilled, promised by 2027-01-15T09:30:00Z\tca-issue '"$third" ]
	recoverers
	fulfilled recover "$second" found
	works ca-query --why "$order"
	[ "$output" = "$order"$'\tcontainer\tthe recovered key is not installed\tca-install --keystore DIR '"$order" ]
	[ "$(rows "$order" fulfilment)" = 'the encryption key is sealed to the holder' ]
	ready never:p256 && issued >/dev/null
	fulfilled revoke "$(cat orders)" gone
	works ca-query --why <orders
	[ "$output" = "$(cat orders)"$'\trevoked\tthe certificates are revoked: superseded\t' ]
}

@test "the dossier shows the pair concerned, the changes and the signature" {
	begin
	ca-apply --change "$second" | sed '/^organisation:/,/^handler:/s/沈河区/和平区/' |
	    ca-apply --signed $KEYS >orders
	works ca-review --show --json <orders
	[ "$(jq -c '.concern | [.order, .standing, .signed]' <<<"$output")" = \
	    "[\"$second\",\"valid\",true]" ]
	[ "$(jq -c '.concern.changes' <<<"$output")" = \
	    '[{"field":"organisation.address","was":"沈阳市沈河区十三纬路1号","is":"沈阳市和平区十三纬路1号"}]' ]
	[ "$(jq -r '.checks[] | select(.check == "holder", .check == "certificates").outcome' \
	    <<<"$output")" = $'pass\npass' ]
	works ca-review --show <orders
	[[ $output == *$'\nCertificates concerned\n'* ]]
	# The pair that it is about is gone in the meantime.
	fulfilled revoke "$second" gone
	works ca-review --show --json <orders
	[ "$(jq -c '.concern | [.standing, .revoked_for]' <<<"$output")" = \
	    '["revoked","superseded"]' ]
	[ "$(jq -r '.checks[] | select(.check == "certificates") | .outcome, .text' \
	    <<<"$output")" = $'fail\nthe certificates are revoked, and business "change" is for ones that are valid' ]
	# An order without keys has no checks about them.
	works ca-review --show --json "$held"
	[ "$(jq -c '[.checks[].check] | [index("key"), index("possession"), index("certificates")]' \
	    <<<"$output")" = '[null,null,null]' ]
	[ "$(jq -r .csr <<<"$output")" = null ]
	# A telephone is no more shown there than elsewhere.
	[[ $(ca-review --show <orders) != *13800000001* ]]
}

@test "a signature that was altered fails its check" {
	begin
	third=$(ca-apply --hold "$second" | ca-apply --signed $KEYS)
	sql "UPDATE application SET holder =
	    CAST(x'00' || substr(holder, 2) AS BLOB)
	    WHERE id = (SELECT max(id) FROM application)"
	works ca-review --show --json "$third"
	[ "$(jq -r '.checks[] | select(.check == "holder").outcome' \
	    <<<"$output")" = fail ]
}
