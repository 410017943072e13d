# ca-apply --renew and the others: the next application about an order's
# certificates, written from the order.
load ../steps

setup_file() {
	cd "$BATS_FILE_TMPDIR" && BATS_TEST_TMPDIR=$PWD setup && store &&
	    ready one:p256 && issued >/dev/null && applied two:sm2 >/dev/null
}

# begin: the store in which the order $one has a pair, $two none yet
begin() {
	cp -a "$BATS_FILE_TMPDIR/." .
	export CAORDER_STORE=$PWD/store
	one=00202611220000001
	two=00202611220000002
}

# stands REASON: the pair of $one, behind the tools' backs
stands() {
	sql "INSERT INTO revocation(order_id, number, ca, sign_serial,
	    encrypt_serial, not_after, reason, since, at)
	    SELECT order_id, '$one', 'p256', sign_serial, encrypt_serial,
	    not_after, '$1', not_before, not_before FROM pair"
}

soon() { export CAORDER_NOW=2027-11-10T02:00:00Z; }
LETTER="--authorised 2027-11-01..2028-05-10"

@test "a renewal is written from the order, ready to be applied for" {
	begin
	soon
	works ca-apply --renew $LETTER "$one"
	printf '%s\n' "$output" >r.yaml
	[ "${lines[0]}" = --- ]
	grep -x "request: \"$one.renew-1\"" r.yaml
	grep -x '  order: "'$one'"' r.yaml
	grep -x 'validity: 12' r.yaml
	grep -x 'algorithm: p256' r.yaml
	grep -x '  id_number: "210102199003078881"' r.yaml
	grep -x '  from: 2027-11-01' r.yaml
	grep -x '  to: 2028-05-10' r.yaml
	ca-apply --check r.yaml
	works ca-apply $KEYS r.yaml
	new=$output
	[ "$(ca-query -o business,state "$new")" = $'renew\tapplied' ]
	[ "$(sql "SELECT number FROM orders WHERE id =
	    (SELECT certificate FROM orders WHERE number = '$new')")" = "$one" ]
	# That the numbers were read is on record.
	ca-query --history "$one" | grep -q $'note\tunmask: ca-apply --renew$'
}

@test "a letter that has ended is not made longer: its days are asked for" {
	begin
	soon
	run --separate-stderr bash -c 'ca-apply --renew "$1" |
	    ca-apply --keystore keys --pin file:user.pin' - "$one"
	[ "$status" = 3 ]
	told 'authorisation.to: the authorisation ended on 2027-04-30; today is 2027-11-10: a new letter is needed$'
	fails 2 ca-apply --renew --authorised 2027-11-01 "$one"
	told "'2027-11-01' is not two days with dots between them"
	fails 2 ca-apply --renew --authorised 2027-11-01..2027-11-31 "$one"
}

@test "the same pipe twice makes one order, another day too" {
	begin
	soon
	first=$(ca-apply --renew $LETTER "$one" | ca-apply $KEYS)
	[ "$(ca-apply --renew $LETTER "$one" | ca-apply $KEYS)" = "$first" ]
	export CAORDER_NOW=2027-11-11T02:00:00Z
	[ "$(ca-apply --renew $LETTER "$one" | ca-apply $KEYS)" = "$first" ]
	[ "$(sql 'SELECT count(*) FROM orders')" = 3 ]
	# Once it has come to its end, the next is another one.
	ca-review $ALICE --cancel 'not wanted' "$first"
	works ca-apply --renew "$one"
	grep "$one.renew-2" <<<"$output"
	second=$(ca-apply --renew $LETTER "$one" | ca-apply $KEYS)
	[ "$second" != "$first" ]
}

@test "a stream of orders gives a stream of applications" {
	begin
	run --separate-stderr ca-apply --hold "$one" "$two"
	[ "$status" -eq 5 ]
	[ "$(grep -c '^---' <<<"$output")" = 1 ]
	told "$two: certificate.order: order $two has no certificates"
	echo "$one" >n
	works ca-apply --hold <n
	[ "$(grep -c '^---' <<<"$output")" = 1 ]
	held=$(ca-apply --hold <n | ca-apply)
	[ "$(ca-query -o business "$held")" = hold ]
	fails 6 ca-apply --hold 00202611220000009
	fails 3 ca-apply --hold 12
	fails 2 ca-apply --hold --renew "$one"
	fails 2 ca-apply -n --hold "$one"
}

@test "each kind takes what it needs, and no more" {
	begin
	soon
	for business in renew reissue change revoke hold recover; do
		case $business in
		reissue | revoke) reason='--reason keyCompromise' ;;
		*) reason= ;;
		esac
		works ca-apply --$business $LETTER $reason "$one"
		printf '%s\n' "$output" >a.yaml
		grep -x "business: $business" a.yaml
		case $business in
		renew) grep '^validity:' a.yaml ;;
		*) ! grep '^validity:' a.yaml ;;
		esac
		case $business in
		renew | reissue | change) grep -x 'algorithm: p256' a.yaml ;;
		*) ! grep '^algorithm:' a.yaml ;;
		esac
		[ "$(grep '^reason:' a.yaml)" = "${reason:+reason: keyCompromise}" ]
		[ $business = change ] || ca-apply --check a.yaml
	done
}

@test "a change says what may be changed, and is one once that is done" {
	begin
	works ca-apply --change --reason superseded "$one"
	[[ ${lines[1]} == '# change what is other now of the user and'* ]]
	printf '%s\n' "$output" >a.yaml
	grep -x 'reason: superseded' a.yaml
	run --separate-stderr ca-apply $KEYS a.yaml
	[ "$status" -eq 5 ]
	told 'nothing that stands in the certificates is other'
	sed -i '/^organisation:/,/^handler:/s/沈河区/和平区/' a.yaml
	works ca-apply $KEYS a.yaml
	# What was changed is kept when it is written again.
	works ca-apply --change "$one"
	grep -x '  address: 沈阳市和平区十三纬路1号' <<<"$output"
	grep -x 'reason: superseded' <<<"$output"
}

@test "a reason is one of the business's own" {
	begin
	for business in reissue revoke; do
		fails 2 ca-apply --$business "$one"
		told "the reasons of \"$business\" are .*keyCompromise"
	done
	fails 2 ca-apply --reissue --reason affiliationChanged "$one"
	told 'are keyCompromise, superseded, cessationOfOperation$'
	fails 2 ca-apply --change --reason keyCompromise "$one"
	told 'are affiliationChanged, superseded$'
	fails 2 ca-apply --hold --reason certificateHold "$one"
	fails 2 ca-apply --reissue --reason superseded --validity 12 "$one"
}

@test "a renewal is within its window, for a term that is on offer" {
	begin
	fails 5 ca-apply --renew "$one"
	told 'the certificates can be renewed from 2027-09-23 10:00:00 on'
	soon
	works ca-apply --renew --validity 24 "$one"
	grep -x 'validity: 24' <<<"$output"
	fails 3 ca-apply --renew --validity 7 "$one"
	told 'validity is 7; the service offers 12, 24, 36, 48, 60'
	export CAORDER_NOW=2027-12-23T02:00:00Z
	fails 5 ca-apply --renew "$one"
	told 'could be renewed until 2027-12-22 10:00:00: apply for new ones'
	fails 5 ca-apply --hold "$one"
	told 'the certificates are expired, and business "hold" is for ones that are valid'
	works ca-apply --recover "$one"
}

@test "how the certificates stand decides what can be applied for" {
	begin
	fails 5 ca-apply --release "$one"
	told 'the certificates are valid, and business "release" is for ones that are held'
	stands certificateHold
	works ca-apply --release "$one"
	works ca-apply --revoke --reason cessationOfOperation "$one"
	fails 5 ca-apply --hold "$one"
	told 'the certificates are held, and'
	fails 5 ca-apply --change "$one"
	stands keyCompromise
	for business in 'revoke --reason superseded' hold release unlock change; do
		fails 5 ca-apply --$business "$one"
		told 'the certificates are revoked, and'
	done
	works ca-apply --recover "$one"
}

@test "a PIN is replaced only where one was sealed" {
	begin
	fails 5 ca-apply --unlock "$one"
	told 'no PIN of order .* was sealed \(backup_pin\)'
}

@test "the certificates that were followed by others are not the ones" {
	begin
	soon
	ca-apply --renew $LETTER "$one" | ca-apply $KEYS >orders
	fails 5 ca-apply --reissue --reason keyCompromise "$one"
	told "order $(cat orders) \(renew\) is under way for the same"
	sql "INSERT INTO pair(order_id, sign, encrypt, sign_serial,
	    encrypt_serial, not_before, not_after, envelope, archive, dossier, at)
	    SELECT (SELECT max(id) FROM orders), sign, encrypt,
	    randomblob(17), randomblob(17), not_before, not_after,
	    envelope, archive, dossier, at FROM pair"
	fails 5 ca-apply --revoke --reason keyCompromise "$one"
	told "order $(cat orders) \(renew\) followed order $one: name that one"
	works ca-apply --recover "$one"
}

@test "what the service offers no more is told" {
	begin
	ca-admin service show ln-gov-employee-mkey |
	    sed '/^businesses:/,/^validities:/{/recover/d;s/release,$/release]/}' >s.yaml
	ca-admin service add s.yaml
	fails 3 ca-apply --recover "$one"
	told 'business is recover; the service offers new, renew'
}

@test "the term of a renewal is the one last asked for, whatever lies between" {
	begin
	export CAORDER_NOW=2027-01-12T02:00:00Z
	scans "$one.reissue-1"
	rm "scans/$one.reissue-1"/seal-form*
	ca-apply --reissue --reason superseded "$one" |
	    ca-apply $KEYS >orders
	ca-upload --from scans <orders >/dev/null
	accepted && approved && issued >/dev/null
	soon
	works ca-apply --renew "$(cat orders)"
	grep -x 'validity: 12' <<<"$output"
}
