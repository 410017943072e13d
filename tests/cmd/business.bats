# Every kind of business after the first, from its YAML to what it makes, for
# each algorithm; and the refusal of each of its gates.
load ../steps

# json NUMBER FILTER: of an order's object
json() { ca-query --json "$1" | jq -cr "$2"; }

# cert NUMBER sign|encrypt: as text
cert() { ca-query --pem "$2" "$1" | openssl x509 -noout -text; }
spki() { ca-query --pem "$2" "$1" | openssl x509 -noout -pubkey; }
subject() {
	ca-query --pem "$2" "$1" | openssl x509 -noout -subject -nameopt utf8,sep_comma_plus
}

# pair NUMBER: both certificates say what a pair must
pair() {
	cert "$1" sign | grep -A1 'X509v3 Key Usage: critical' |
	    grep -q 'Digital Signature, Non Repudiation$'
	cert "$1" encrypt | grep -A1 'X509v3 Key Usage: critical' |
	    grep -q 'Key Encipherment, Data Encipherment, Key Agreement$'
	[ "$(subject "$1" sign)" = "$(subject "$1" encrypt)" ]
	[ "$(spki "$1" sign)" != "$(spki "$1" encrypt)" ]
	[ "$(json "$1" '.certificates | map(.not_before) | unique | length')" = 1 ]
	[ "$(json "$1" '.certificates | map(.not_after) | unique | length')" = 1 ]
}

renewed() {
	store && made one:"$1"
	export CAORDER_NOW=2027-10-22T02:00:00Z
	fulfilled renew "$first" two
	pair "$order"
	[ "$(json "$order" '.certificates[0] | .not_before, .not_after')" = "$(
	    printf '2027-11-22T02:00:00Z\n2028-11-22T02:00:00Z')" ]
	[ "$(json "$order" .payment.due_fen)" = 20000 ]
	[ "$(subject "$order" sign)" = "$(subject "$first" sign)" ]
	[ "$(spki "$order" sign)" != "$(spki "$first" sign)" ]
	[ "$(spki "$order" encrypt)" != "$(spki "$first" encrypt)" ]
	[ "$(ca-query -o certificates "$first")" = issued ]
	works ca-install $KEYS "$order"
	[ "$(ca-query -o state "$order")" = installed ]
	works ca-admin verify -q
}
@test "renew, sm2" { renewed sm2; }
@test "renew, p256" { renewed p256; }
@test "renew, rsa2048" { renewed rsa2048; }

reissued() {
	store && made one:"$1"
	export CAORDER_NOW=2027-01-22T02:00:00Z
	fulfilled reissue "$first" two 's/reason: .*/reason: keyCompromise/'
	pair "$order"
	[ "$(json "$order" '.certificates[0] | .not_before, .not_after')" = "$(
	    printf '2027-01-22T02:00:00Z\n2027-11-22T02:00:00Z')" ]
	[ "$(spki "$order" sign)" != "$(spki "$first" sign)" ]
	[ "$(spki "$order" encrypt)" = "$(spki "$first" encrypt)" ]
	[ "$(sql "SELECT certificates, revoked FROM orders
	    WHERE number = '$first'")" = 'revoked|keyCompromise' ]
	[ "$(sql "SELECT count(*) FROM revocation WHERE number = '$first'
	    AND by_order = (SELECT id FROM orders WHERE number = '$order')")" = 1 ]
	works ca-install $KEYS "$order"
	works ca-admin verify -q
}
@test "reissue, sm2" { reissued sm2; }
@test "reissue, p256" { reissued p256; }
@test "reissue, rsa2048" { reissued rsa2048; }

changed() {
	store && made one:"$1"
	export CAORDER_NOW=2027-01-22T02:00:00Z
	fulfilled change "$first" two 's/^  name: 林晓/  name: 林小晓/'
	pair "$order"
	[[ $(subject "$order" sign) == *CN=林小晓* ]]
	[ "$(json "$order" '.certificates[0].not_after')" = \
	    2027-11-22T02:00:00Z ]
	[ "$(sql "SELECT certificates, revoked FROM orders
	    WHERE number = '$first'")" = 'revoked|affiliationChanged' ]
	works ca-install $KEYS "$order"
	works ca-admin verify -q
}
@test "change, sm2" { changed sm2; }
@test "change, p256" { changed p256; }
@test "change, rsa2048" { changed rsa2048; }

ended() {
	store && made one:"$1"
	export CAORDER_NOW=2027-01-22T02:00:00Z
	fulfilled hold "$first" two
	[ "$(ca-query -o state,container "$order")" = $'done\tnone' ]
	[ "$(ca-query -o certificates "$first")" = held ]
	fails 5 ca-install $KEYS "$order"
	told 'the order is done: no step "install" after that'
	export CAORDER_NOW=2027-01-23T02:00:00Z
	fulfilled release "$first" three
	[ "$(ca-query -o certificates "$first")" = issued ]
	export CAORDER_NOW=2027-01-24T02:00:00Z
	fulfilled hold "$first" four
	export CAORDER_NOW=2027-01-25T02:00:00Z
	fulfilled revoke "$first" five 's/reason: .*/reason: keyCompromise/'
	[ "$(ca-query -o state "$order")" = 'done' ]
	[ "$(ca-query -o certificates "$first")" = revoked ]
	# a reason that ends a hold counts from when that began
	[ "$(sql "SELECT reason, datetime(since, 'unixepoch') FROM revocation
	    ORDER BY id")" = "$(printf '%s\n' \
	    'certificateHold|2027-01-22 02:00:00' \
	    'removeFromCRL|2027-01-23 02:00:00' \
	    'certificateHold|2027-01-24 02:00:00' \
	    'keyCompromise|2027-01-24 02:00:00')" ]
	[ "$(grep -c ' [0-9a-f]\{64\}$' store.revocations)" = 4 ]
	works ca-admin verify -q
}
@test "hold, release and revoke, sm2" { ended sm2; }
@test "hold, release and revoke, p256" { ended p256; }
@test "hold, release and revoke, rsa2048" { ended rsa2048; }

@test "an order issued twice is fulfilled once, whatever its business" {
	store && made one:p256
	fulfilled hold "$first" two
	works ca-issue $CA_PIN "$order"
	[ "$output" = "$order" ]
	[ "$(sql 'SELECT count(*) FROM revocation')" = 1 ]
	fulfilled revoke "$first" three
	works ca-issue $CA_PIN "$order"
	[ "$(sql 'SELECT count(*) FROM revocation')" = 2 ]
	# and the same application again is the same order
	works ca-apply $KEYS three.yaml
	[ "$output" = "$order" ]
}

@test "the pair is named by either serial as well" {
	store && made one:p256
	serial=$(json "$first" '.certificates[1].serial')
	about hold "$first" two |
	    sed "s/^certificate:.*/certificate: {serial: \"$serial\"}/" >two.yaml
	works ca-apply $KEYS two.yaml
	[ "$(sql "SELECT c.number FROM orders o JOIN orders c
	    ON c.id = o.certificate WHERE o.number = '$output'")" = "$first" ]
	sed -i 's/serial: .*}/serial: "00:01"}/' two.yaml
	sed -i 's/^request: .*/request: three/' two.yaml
	fails 6 ca-apply $KEYS two.yaml
	told 'three: certificate.serial: no certificate has that serial$'
	sed -i "s/serial: .*}/serial: \"00\", order: \"$first\"}/" two.yaml
	fails 3 ca-apply $KEYS two.yaml
	told 'certificate.serial: given by its order too: leave out one of them$'
}

# refused CODE TEXT BUSINESS [SED...]: the application about $first is
refused() {
	local code=$1 text=$2 business=$3
	shift 3
	about "$business" "$first" refused "$@" >refused.yaml
	fails "$code" ca-apply $KEYS refused.yaml
	told "$text"
}

@test "what a business must say, and must not" {
	store && made one:p256
	about reissue "$first" r | sed '/^reason:/d' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'reason: missing; business "reissue" requires it$'
	about renew "$first" r | sed '/^certificate:/d' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'certificate.order: missing; business "renew" requires it$'
	about new "$first" r >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'certificate.order: not for business "new": leave it out$'
	about reissue "$first" r | sed 's/^service:/validity: 12\n&/' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'validity: not for business "reissue": leave it out$'
	about hold "$first" r | sed 's/^service:/algorithm: p256\n&/' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'algorithm: not for business "hold": leave it out$'
	about hold "$first" r | sed 's/^service:/reason: superseded\n&/' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'reason: not for business "hold": leave it out$'
	about change "$first" r | sed 's/^service:/reason: keyCompromise\n&/' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'reason: keyCompromise is no reason for business "change"$'
	about hold "$first" r | sed 's/^service:/encryption_key: new\n&/' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'encryption_key: not for business "hold": leave it out$'
	about unlock "$first" r | sed 's/^service:/backup_pin: true\n&/' >r.yaml
	fails 3 ca-apply $KEYS r.yaml
	told 'backup_pin: not for business "unlock": leave it out$'
}

@test "each business takes a pair that stands as it may" {
	store && made one:p256
	refused 5 'the certificates are valid, and business "release" is for ones that are held$' \
	    release
	fulfilled hold "$first" two
	refused 5 'are held, and business "hold" is for ones that are valid$' hold
	refused 5 'are held, and business "renew" is for ones that are valid or expired$' renew
	refused 5 'are held, and business "change" is for' change
	fulfilled revoke "$first" three
	for b in renew reissue change revoke hold release unlock; do
		refused 5 "are revoked, and business \"$b\" is for" "$b"
	done
	first=00202611220000099
	refused 6 'certificate.order: no such order$' hold
	applied four:p256
	first=$(cat orders)
	refused 5 "order $first has no certificates$" hold
}

@test "a renewal in its window, for the same holder" {
	store && made one:p256
	refused 5 'can be renewed from 2027-09-23 10:00:00 on$' renew
	export CAORDER_NOW=2027-12-23T02:00:00Z
	refused 5 'could be renewed until 2027-12-22 10:00:00: apply for new ones$' renew
	export CAORDER_NOW=2027-12-20T02:00:00Z
	refused 5 'user: not as in order [0-9]*, and business "renew" is for the same holder' \
	    renew 's/^  name: 林晓/  name: 王辰/'
	refused 5 'organisation: not as in order' renew 's/十三纬路1号/十三纬路2号/'
	# behind the end of the old one it begins now
	fulfilled renew "$first" two
	[ "$(json "$order" '.certificates[0].not_before')" = 2027-12-20T02:00:00Z ]
	refused 5 "order $order \\(renew\\) followed order $first: name that one$" renew
	refused 5 "order $order \\(renew\\) followed order $first: name that one$" reissue
}

@test "a renewal asked for in time is issued when it is ready" {
	store && made one:p256
	export CAORDER_NOW=2027-12-20T02:00:00Z
	about renew "$first" two >two.yaml
	order=$(ca-apply --signed $KEYS two.yaml)
	export CAORDER_NOW=2028-02-20T02:00:00Z
	mkdir scans/two
	cp scans/one/{application-form,authorisation-letter}.* scans/two/
	ca-upload --from scans "$order"
	transfer "$order" 200.00 | sed 's/2026-11-20/2028-02-19/' >t.yaml
	ca-pay --transfer t.yaml "$order"
	statement "200.00 B-$order $order" |
	    sed 's/2026-11-20/2028-02-19/' >t.csv
	ca-pay --reconcile t.csv $CAROL
	ca-review $ALICE --accept "$order" && ca-review $BOB --approve "$order"
	works ca-issue $CA_PIN "$order"
	[ "$(json "$order" '.certificates[0].not_before')" = 2028-02-20T02:00:00Z ]
}

@test "a new application has no older key to sign with" {
	store
	application one >one.yaml
	fails 3 ca-apply --signed $KEYS one.yaml
	told 'one: business: business "new" has no older key to sign with: apply without --signed$'
}

@test "a change is of the same person at the same organisation" {
	store && made one:p256
	refused 5 'nothing that stands in the certificates is other than' change
	refused 5 'user: name and number are other than in order' change \
	    's/^  name: 林晓/  name: 王辰/' 's/210102199003078881/210102198805010024/'
	refused 5 'organisation: name and number are other than' change \
	    's/沈阳示例科技有限公司/上海样本信息有限公司/' \
	    's/id_type: uscc/id_type: other/' 's/91210100MA0ABCDE6X/SH-1/'
	about change "$first" two 's/^  name: 林晓/  name: 林小晓/' >two.yaml
	works ca-apply $KEYS two.yaml
	# the papers for what changed
	[ "$(json "$output" '.documents.missing | join(" ")')" = \
	    'application-form authorisation-letter handler-id user-id' ]
	refused 5 "order $output \\(change\\) is under way for the same certificates$" reissue
}

@test "one order at a time does the same with a pair" {
	store && made one:p256
	about hold "$first" two >two.yaml
	works ca-apply two.yaml
	order=$output
	refused 5 "order $order \\(hold\\) is under way for the same certificates$" hold
	ca-review $ALICE --refuse=no "$order"
	about hold "$first" three >three.yaml
	works ca-apply three.yaml
}

@test "the holder's signature stands for papers" {
	store && made one:p256
	about revoke "$first" two >two.yaml
	works ca-apply --signed $KEYS two.yaml
	order=$output
	[ "$(json "$order" .documents.required)" = 0 ]
	ca-review $ALICE --accept "$order" && ca-review $BOB --approve "$order"
	works ca-issue $CA_PIN "$order"
	[ "$(ca-query -o certificates "$first")" = revoked ]
	# nobody else's
	made three:p256
	cp -r keys other && rm -rf keys/"$first"
	about hold "$first" four >four.yaml
	fails 6 ca-apply --signed $KEYS four.yaml
	mv other/"$first" keys/
	made five:p256
	about revoke "$first" six >six.yaml
	ca-apply --prepare --signed $KEYS six.yaml >six.signed.yaml
	sed 's/superseded/keyCompromise/' six.signed.yaml >altered.yaml
	fails 3 ca-apply altered.yaml
	told 'holder: not a signature over this application and its request by the signing key of order'
	works ca-apply six.signed.yaml
	[ "$(json "$output" .documents.required)" = 0 ]
}

@test "a holder's signature altered in the store is found when issuing" {
	store && made one:p256
	about revoke "$first" two >two.yaml
	order=$(ca-apply --signed $KEYS two.yaml)
	ca-review $ALICE --accept "$order" && ca-review $BOB --approve "$order"
	sql "UPDATE application SET holder = NULL WHERE holder IS NOT NULL"
	"$top"/tests/rejournal store/orders.db
	fails 7 ca-issue $CA_PIN "$order"
	[ "$(ca-query -o certificates "$first")" = issued ]
}

@test "what changed since the application is found when issuing" {
	store && made one:p256
	about reissue "$first" two >two.yaml
	order=$(ca-apply $KEYS two.yaml)
	mkdir -p scans/two && cp scans/one/* scans/two/ && rm scans/two/seal-form*
	ca-upload --from scans "$order"
	ca-review $ALICE --accept "$order" && ca-review $BOB --approve "$order"
	number=$order
	fulfilled revoke "$first" three
	fails 5 ca-issue $CA_PIN "$number"
	told "$number: order $first: the certificates are revoked, and business \"reissue\" is for ones that are valid or held$"
	[ "$(ca-query -o certificates "$number")" = none ]
}

@test "two orders for one pair in a batch: one is fulfilled" {
	store && made one:p256
	about revoke "$first" two >two.yaml
	about hold "$first" three >three.yaml
	ca-apply --signed $KEYS two.yaml three.yaml >both
	ca-review $ALICE --accept <both && ca-review $BOB --approve <both
	run --separate-stderr ca-issue $CA_PIN <both
	[ "$status" = 5 ]
	[ "$output" = "$(head -1 both)" ]
	told 'the certificates are revoked, and business "hold" is for ones that are valid$'
	[ "$(sql 'SELECT count(*) FROM revocation')" = 1 ]
}

@test "revoking at once takes two operators who agree, within a day" {
	store && made one:p256
	fails 2 ca-issue --revoke "$first" $ALICE
	fails 2 ca-issue --revoke "$first" $ALICE --reason because
	told "'because' is no reason to revoke for: unspecified, keyCompromise"
	fails 5 ca-issue --revoke "$first" $CAROL --reason keyCompromise
	about hold "$first" hold >hold.yaml
	order=$(ca-apply hold.yaml)
	fails 5 ca-issue --revoke "$order" $ALICE --reason keyCompromise
	told "an order of business \"hold\" makes no certificates: name the one that it is about, order $first$"
	fails 4 ca-issue --revoke "$first" $ALICE --reason keyCompromise
	told "recorded; another operator must say so too within a day"
	[ "$(ca-query -o certificates "$first")" = issued ]
	fails 4 ca-issue --revoke "$first" $ALICE --reason keyCompromise
	[ "$(sql 'SELECT count(*) FROM decision WHERE kind = "revoke"')" = 1 ]
	fails 5 ca-issue --revoke "$first" $BOB --reason superseded
	told "'alice' gave the reason keyCompromise: agree on one$"
	works ca-issue --revoke "$first" $BOB --reason keyCompromise
	[ "$output" = "$first" ]
	[ "$(ca-query -o certificates "$first")" = revoked ]
	grep -q " $first .* keyCompromise " store.revocations
	works ca-issue --revoke "$first" $BOB --reason keyCompromise
	[ "$(sql 'SELECT count(*) FROM revocation')" = 1 ]
	works ca-admin verify -q
}

@test "a word of yesterday does not count, nor one that was used" {
	store && made one:p256
	fails 4 ca-issue --revoke "$first" $ALICE --reason keyCompromise
	export CAORDER_NOW=2026-11-23T02:00:01Z
	fails 4 ca-issue --revoke "$first" $BOB --reason keyCompromise
	[ "$(ca-query -o certificates "$first")" = issued ]
	works ca-issue --revoke "$first" $ALICE --reason keyCompromise
	[ "$(ca-query -o certificates "$first")" = revoked ]
	made two:p256
	fails 4 ca-issue --revoke "$first" $ALICE --reason certificateHold
	works ca-issue --revoke "$first" $BOB --reason certificateHold
	[ "$(ca-query -o certificates "$first")" = held ]
	export CAORDER_NOW=2026-11-23T02:10:01Z
	fulfilled release "$first" three
	export CAORDER_NOW=2026-11-23T02:20:01Z
	fails 4 ca-issue --revoke "$first" $BOB --reason certificateHold
	[ "$(ca-query -o certificates "$first")" = issued ]
}
