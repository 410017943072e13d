# ca-apply: applications in, order numbers out.
load ../helper

first=00202611220000001
second=00202611220000002
key="--keystore keys --pin file:user.pin"

# faults COMMAND...: it exits with 3; $output and $stderr are as they are
faults() {
	run --separate-stderr "$@"
	[ "$status" -eq 3 ] || {
		printf 'exit %s of: %s\nstderr: %s\n' "$status" "$*" "$stderr"
		return 1
	}
}

# csr FILE [ARGUMENT...]: a request in FILE, its key in FILE.key
csr() {
	local file=$1
	shift
	openssl req -new -noenc -utf8 -subj /CN=x -keyout "$file.key" \
	    -out "$file" "$@" 2>/dev/null
}
p256=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)

# with_csr REQUEST FILE [SED...]: an application with the request of FILE
with_csr() {
	local request=$1 file=$2
	shift 2
	application "$request" "$@"
	echo 'csr: |'
	sed 's/^/  /' "$file"
}

orders() { sql 'SELECT count(*) FROM orders'; }

@test "an application becomes an order, with its key under the number" {
	store
	application one >a.yaml
	works ca-apply $key a.yaml
	[ "$output" = $first ]
	[ "$(ls -A keys)" = $first ]
	[ "$(ls keys/$first)" = $'sign.csr\nsign.key' ]
	[ "$(stat -c %a keys/$first keys/$first/sign.key | xargs)" = '700 600' ]
	grep -q 'ENCRYPTED PRIVATE KEY' keys/$first/sign.key
	openssl req -in keys/$first/sign.csr -noout -pubkey >csr.pub
	openssl pkey -in keys/$first/sign.key -passin file:user.pin -pubout |
	    cmp - csr.pub
	[ "$(sql 'SELECT state, payment, fee_due, documents_required
	    FROM orders')" = 'applied|unpaid|24000|6' ]
	run -0 openssl req -in keys/$first/sign.csr -noout -subject \
	    -nameopt utf8,sep_comma_plus
	[[ $output == *C=CN,ST=*,L=*,O=*,CN=* ]]
}

@test "each algorithm that the service offers" {
	store
	for a in sm2 p256 rsa2048 rsa3072; do
		application "r-$a" "s/^algorithm:.*/algorithm: $a/"
		echo ---
	done >a.yaml
	works ca-apply $key a.yaml
	[ "${#lines[@]}" -eq 4 ]
	[ "$(sql 'SELECT group_concat(algorithm) FROM orders')" = \
	    sm2,p256,rsa2048,rsa3072 ]
}

@test "again is the same order: by request, and by content without one" {
	store
	application one >a.yaml
	application two '/^request/d' >b.yaml
	works ca-apply $key a.yaml b.yaml
	numbers=$output
	before=$(ls -AR keys)
	works ca-apply $key a.yaml b.yaml
	[ "$output" = "$numbers" ]
	# Written otherwise, it says the same.
	sed -e 's/12/012/;s/012/12/' -e 's/province: 辽宁/province: "辽宁省"/' \
	    -e 's/phone: "13800000001"/phone: "+86 138 0000 0001"/' \
	    b.yaml >c.yaml
	works ca-apply $key c.yaml
	[ "$output" = $second ]
	[ "$(ls -AR keys)" = "$before" ]
	[ "$(orders)" -eq 2 ]
	# Without a PIN too, as no key is made.
	works ca-apply a.yaml </dev/null
	[ "$output" = $first ]
}

@test "twice in one stream is one order" {
	store
	{ application one; echo ---; application one; } >a.yaml
	works ca-apply $key a.yaml
	[ "$output" = $first$'\n'$first ]
	[ "$(ls -A keys)" = $first ]
	[ "$(orders)" -eq 1 ]
}

@test "two at once make one order" {
	store
	application one >a.yaml
	for i in 1 2 3 4; do
		ca-apply $key a.yaml >out.$i &
	done
	wait
	[ "$(sort -u out.*)" = $first ]
	[ "$(orders)" -eq 1 ]
	[ "$(ls -A keys)" = $first ]
}

@test "every fault of a document at once, with its place; the others go on" {
	store
	cat >a.yaml <<-'END'
		request: bad
		service: ln-gov-employee-mkey
		business: renew
		validity: 13
		algorithm: ed25519
		consent: {agreement: "2019-01-01", privacy: "2020-03-09"}
		user:
		  name: 王辰
		  id_type: resident-id
		  id_number: "210102198805010025"
		  country: China
		  province: 辽宁
		  phone: "1380000000"
		  genderr: male
		organisation:
		  name: 上海样本信息有限公司
		  id_type: uscc
		  id_number: 91310104MA1FL2X7XX
		  country: CN
		  province: 上海
		handler:
		  like: user
		  address: 上海市徐汇区漕溪北路1号
		  phone: "13800000002"
		  email: wangchen
		authorisation: {from: 2026-13-01, to: 2026-11-01}
	END
	{ application one; echo ---; cat a.yaml; echo ---; application two; } |
	    cat >b.yaml
	faults ca-apply $key --rejects rejects b.yaml
	[ "$output" = $first$'\n'$second ]
	n=$(($(application one | wc -l) + 1))
	told "^ca-apply: b.yaml:$((n + 1)):1: certificate.order: missing; .*renew" \
	    "b.yaml:$((n + 4)):11: validity: .*13.* offers 12, 24" \
	    "b.yaml:$((n + 5)):12: algorithm: " \
	    "b.yaml:$((n + 6)):[0-9]+: consent.agreement: .*2020-03-09" \
	    "b.yaml:$((n + 10)):14: user.id_number: .*GB 11643" \
	    "b.yaml:$((n + 11)):12: user.country: " \
	    "b.yaml:$((n + 13)):10: user.phone: " \
	    "b.yaml:$((n + 14)):3: user.genderr: .*did you mean 'gender'" \
	    "b.yaml:$((n + 18)):14: organisation.id_number: .*GB 32100" \
	    "b.yaml:[0-9]+:[0-9]+: organisation.address: missing" \
	    "b.yaml:$((n + 25)):10: handler.email: " \
	    "b.yaml:$((n + 26)):[0-9]+: authorisation.from: "
	[ "${#stderr_lines[@]}" -eq 12 ]
	[ "$(jq -r '.request' rejects)" = bad ]
	[ "$(jq -r '.faults | length' rejects)" -eq 12 ]
	! grep -q 210102198805010025 <<<"$stderr"
	! grep -q 210102198805010025 rejects
}

@test "a stream goes on behind what is no document" {
	store
	{
		application one
		printf -- '---\nuser: {name: [\n---\n'
		printf 'a: &x [1]\nb: *x\n---\n'
		printf 'a: \377\n---\n'
		application two
	} >a.yaml
	faults ca-apply $key a.yaml
	[ "$output" = $first$'\n'$second ]
}

@test "hostile documents are refused within a second" {
	store
	{
		printf 'a: &a [x, x, x, x, x, x, x, x]\n'
		for i in b c d e f g h i; do
			p=$(tr b-i a-h <<<$i)
			printf '%s: &%s [*%s, *%s, *%s, *%s, *%s, *%s, *%s, *%s]\n' \
			    $i $i $p $p $p $p $p $p $p $p
		done
	} >bomb.yaml
	head -c 200000 /dev/zero | tr '\0' '[' >deep.yaml
	head -c 3000000 /dev/zero | tr '\0' x >long.yaml
	seq -f 'k%.0f: v' 100000 >many.yaml
	for f in bomb deep long many; do
		run --separate-stderr timeout 1 ca-apply $key $f.yaml
		[ "$status" -eq 3 ]
		[ -z "$output" ]
		[[ $stderr == "ca-apply: $f.yaml"* ]]
	done
	[ "$(orders)" -eq 0 ]
}

@test "the first number appears while the stream is still open" {
	store
	mkfifo in
	ca-apply $key >out <in 9>&- &
	exec 9>in
	application one >&9
	echo ... >&9
	for _ in $(seq 50); do
		[ -s out ] && break
		sleep 0.1
	done
	[ "$(cat out)" = $first ]
	application two >&9
	exec 9>&-
	wait $!
	[ "$(cat out)" = $first$'\n'$second ]
}

@test "an unknown service is named with the nearest one" {
	store
	application one 's/employee-mkey/employe-mkey/' >a.yaml
	fails 6 ca-apply $key a.yaml
	[[ $stderr == *"a.yaml:2:10: service: "*"did you mean 'ln-gov-employee-mkey'" ]]
}

@test "the authorisation must reach over today" {
	store
	application one 's/^auth.*/authorisation: {from: 2026-11-23, to: 2027-04-30}/' >a.yaml
	fails 3 ca-apply $key a.yaml
	[[ $stderr == *"authorisation.from: "*2026-11-23*2026-11-22* ]]
	application one 's/^auth.*/authorisation: {from: 2026-11-01, to: 2026-11-21}/' >a.yaml
	fails 3 ca-apply $key a.yaml
	# The day is the CA's: 16:30 UTC is past midnight in Beijing.
	export CAORDER_NOW=2026-11-21T16:30:00Z
	application one 's/^auth.*/authorisation: {from: 2026-11-22, to: 2026-11-22}/' >a.yaml
	works ca-apply $key a.yaml
	[ "$output" = $first ]
}

@test "a request with another application is refused, or amended" {
	store
	application one >a.yaml
	application one 's/^validity:.*/validity: 24/' >b.yaml
	works ca-apply $key a.yaml
	before=$(sql 'SELECT hex(dossier), hex(key) FROM orders')
	fails 5 ca-apply $key b.yaml
	[[ $stderr == *"request one was used for order $first"*--amend* ]]
	# Neither needs a key: the order's stays.
	works ca-apply --amend b.yaml
	[ "$output" = $first ]
	[ "$(sql 'SELECT fee_due, validity FROM orders')" = '44000|24' ]
	after=$(sql 'SELECT hex(dossier), hex(key) FROM orders')
	[ "${before%|*}" != "${after%|*}" ]
	[ "${before#*|}" = "${after#*|}" ]
	[ "$(ls -A keys)" = $first ]
	works ca-apply --amend b.yaml
	[ "$(sql 'SELECT count(*) FROM application')" -eq 2 ]
	works ca-apply --amend a.yaml
	[ "$(sql 'SELECT fee_due FROM orders')" = 24000 ]
}

@test "an amendment keeps the key's algorithm, or brings another key" {
	store
	apply one
	application one 's/^algorithm:.*/algorithm: sm2/' >b.yaml
	fails 3 ca-apply --amend $key b.yaml
	[[ $stderr == *"algorithm: the order's key is p256"* ]]
	csr c.pem "${p256[@]}"
	with_csr one c.pem >c.yaml
	fails 5 ca-apply $key c.yaml
	before=$(sql 'SELECT hex(key) FROM orders')
	works ca-apply --amend c.yaml
	[ "$output" = $first ]
	[ "$before" != "$(sql 'SELECT hex(key) FROM orders')" ]
}

@test "an order that is past it is not amended" {
	store
	apply one
	sql "UPDATE orders SET cancelled_at = 1"
	application one 's/^validity:.*/validity: 24/' >b.yaml
	fails 5 ca-apply --amend $key b.yaml
	[[ $stderr == *cancelled* ]]
	works ca-apply one.yaml
	[ "$output" = $first ]
}

@test "--check and --dry-run record nothing" {
	store
	application one >a.yaml
	run --separate-stderr -0 ca-apply --check a.yaml
	[ -z "$output" ]
	[[ $stderr == *"1 in order, 0 refused"* ]]
	run --separate-stderr -0 ca-apply -n $key a.yaml
	[ -z "$output" ]
	[ "$(orders)" -eq 0 ]
	[ ! -e keys ]
	application bad 's/^validity:.*/validity: 13/' >b.yaml
	faults ca-apply --check a.yaml b.yaml
	told 'b.yaml:4:11: validity: '
	works ca-apply $key a.yaml
	# Of an order that is there the number is told.
	works ca-apply -n $key a.yaml
	[ "$output" = $first ]
	application one 's/^validity:.*/validity: 24/' >c.yaml
	run --separate-stderr -0 ca-apply --check c.yaml
	told "request one is of order $first"
	[ "$(orders)" -eq 1 ]
}

@test "--quote prints the fee, with --json its items" {
	store
	application one 's/^validity:.*/validity: 36/' >a.yaml
	works ca-apply --quote a.yaml
	[ "$output" = 640.00 ]
	works ca-apply --quote --json a.yaml
	[ "$(jq -c '[.service, .business, .validity, .due_fen]' <<<"$output")" = \
	    '["ln-gov-employee-mkey","new",36,64000]' ]
	[ "$(jq -c '[.items[] | [.id, .fen]]' <<<"$output")" = \
	    '[["certificate",60000],["handling",4000]]' ]
	[ "$(jq '[.items[].fen] | add' <<<"$output")" -eq 64000 ]
	[ "$(orders)" -eq 0 ]
}

@test "--template is accepted back once it is filled in" {
	store
	works ca-apply --template
	printf '%s\n' "$output" >template.yaml
	grep -q 'validity in months: 12 24 36 48 60' template.yaml
	run --separate-stderr -0 ca-apply --check template.yaml
	works ca-apply $key template.yaml
	[ "$output" = $first ]
	fails 6 ca-apply --template no-such-service
	# Without a store it is the shipped one's.
	unset CAORDER_STORE
	works ca-apply --template ln-gov-employee-mkey
	diff <(printf '%s\n' "$output") template.yaml
}

@test "--agreement shows both texts with their versions" {
	store
	works ca-apply --agreement
	grep -qx 'agreement: "2020-03-09"' <<<"$output"
	grep -qx 'privacy: "2020-03-09"' <<<"$output"
	grep -q 电子认证服务协议 <<<"$output"
	grep -q 隐私策略 <<<"$output"
	shown=$output
	unset CAORDER_STORE
	works ca-apply --agreement
	[ "$output" = "$shown" ]
}

@test "--prepare makes the key here, for an order elsewhere" {
	store
	application one >a.yaml
	application two '/^request/d' >b.yaml
	(
		unset CAORDER_STORE
		works ca-apply --prepare $key a.yaml b.yaml
		printf '%s\n' "$output" >prepared.yaml
		works ca-apply --prepare $key a.yaml b.yaml
		diff <(printf '%s\n' "$output") prepared.yaml
	)
	[ "$(orders)" -eq 0 ]
	[ "$(ls -A keys | wc -l)" -eq 2 ]
	[ -f keys/one/sign.key ]
	[ -f keys/application-*/sign.csr ]
	works ca-apply <prepared.yaml
	[ "$output" = $first$'\n'$second ]
	content=$(sql "SELECT lower(substr(hex(content), 1, 16)) FROM orders
	    WHERE request IS NULL")
	[ -d "keys/application-$content" ]
	works ca-apply <prepared.yaml
	[ "$output" = $first$'\n'$second ]
	# One that has its csr passes as it is.
	works ca-apply --prepare $key prepared.yaml
	diff <(printf '%s\n' "$output") prepared.yaml
	# A key that is there is neither replaced nor opened by another PIN.
	pin other
	fails 3 ca-apply --prepare --keystore keys --pin file:other.pin a.yaml
	sed 's/p256/sm2/' a.yaml >c.yaml
	fails 5 ca-apply --prepare $key c.yaml
	[[ $stderr == *"keys/one holds a key of another algorithm"* ]]
}

@test "a csr is held to its algorithm, strength, signature and novelty" {
	store
	csr good.pem "${p256[@]}"
	csr weak.pem -newkey rsa:1024
	with_csr one good.pem >a.yaml
	works ca-apply a.yaml
	[ "$output" = $first ]
	[ ! -e keys ]

	with_csr two good.pem >b.yaml
	fails 3 ca-apply b.yaml
	[[ $stderr == *"csr: its key is used by order $first"* ]]

	with_csr three good.pem 's/^algorithm:.*/algorithm: sm2/' >c.yaml
	fails 3 ca-apply c.yaml
	[[ $stderr == *"c.yaml:"*"csr: its key is p256, and algorithm says sm2"* ]]

	with_csr four weak.pem 's/^algorithm:.*/algorithm: rsa2048/' >d.yaml
	fails 3 ca-apply d.yaml
	[[ $stderr == *"csr: "*1024* ]]

	# Another's signature, and the key twice in one batch.
	csr other.pem "${p256[@]}"
	sed '5s/./A/10;5s/./B/11;5s/./C/12' other.pem >broken.pem
	with_csr five broken.pem >e.yaml
	fails 3 ca-apply e.yaml
	{ with_csr six other.pem; echo ---; with_csr seven other.pem; } >f.yaml
	faults ca-apply f.yaml
	[ "$output" = $second ]
	told "csr: its key is used by order $second"
	[ "$(orders)" -eq 2 ]
}

@test "without a csr a PIN of some length is needed, and nothing stays behind" {
	store
	application one >a.yaml
	fails 2 ca-apply --keystore keys a.yaml </dev/null
	fails 3 ca-apply a.yaml </dev/null
	[[ $stderr == *"give --keystore and --pin, or a csr"* ]]
	(umask 077 && echo short >user.pin)
	fails 3 ca-apply $key a.yaml
	[ "$(orders)" -eq 0 ]
	[ -z "$(ls -A keys)" ]
	fails 3 ca-apply --keystore keys --pin file:no.pin a.yaml
}

@test "a backup PIN is sealed for recovery" {
	store
	{ application one; echo 'backup_pin: true'; } >a.yaml
	works ca-apply $key a.yaml
	sql "SELECT writefile('pin.cms', sealed_pin) FROM application"
	openssl cms -decrypt -inform DER -in pin.cms -recip store/ca/recovery.crt \
	    -inkey store/ca/recovery.key -passin file:ca.pin -out pin
	printf %s "$(cat user.pin)" | cmp - pin

	csr good.pem "${p256[@]}"
	{ with_csr two good.pem; echo 'backup_pin: true'; } >b.yaml
	fails 3 ca-apply b.yaml
	[[ $stderr == *"backup_pin: "*--prepare* ]]
	{ with_csr two good.pem; echo 'backup_pin: true'
	  echo 'sealed_pin: bm90aGluZw=='; } >c.yaml
	fails 3 ca-apply c.yaml
	[[ $stderr == *"sealed_pin: "* ]]
	{ application two; echo 'sealed_pin: MAA='; } >d.yaml
	faults ca-apply $key d.yaml

	# Prepared elsewhere, it needs the certificate to seal to.
	application three '$a\backup_pin: true' >e.yaml
	(
		unset CAORDER_STORE
		fails 3 ca-apply --prepare $key e.yaml
		[[ $stderr == *"backup_pin: "*--recovery* ]]
		[ ! -e keys/three ]
		works ca-apply --prepare $key \
		    --recovery store/ca/recovery.crt e.yaml
		printf '%s\n' "$output" >prepared.yaml
	)
	works ca-apply prepared.yaml
	[ "$output" = $second ]
	sql "SELECT writefile('pin.cms', sealed_pin) FROM application
	    WHERE id = (SELECT max(id) FROM application)"
	openssl cms -decrypt -inform DER -in pin.cms -recip store/ca/recovery.crt \
	    -inkey store/ca/recovery.key -passin file:ca.pin | cmp - pin
}

@test "an amendment seals the PIN only of the key that it opens" {
	store
	pin other
	apply one
	application one '$a\backup_pin: true' >b.yaml
	fails 3 ca-apply --amend --keystore keys --pin file:other.pin b.yaml
	works ca-apply --amend $key b.yaml
	[ "$(sql 'SELECT count(sealed_pin) FROM application')" -eq 1 ]
	# The sealed one is kept by the next.
	application one '$a\backup_pin: true' 's/^validity:.*/validity: 24/' >c.yaml
	works ca-apply --amend c.yaml
	[ "$(sql 'SELECT count(DISTINCT sealed_pin) FROM application')" -eq 1 ]
	[ "$(sql 'SELECT count(sealed_pin) FROM application')" -eq 2 ]
}

# waiting REQUEST: where the key of the only order waits for its number
waiting() {
	local content
	content=$(sql 'SELECT lower(hex(content)) FROM orders')
	content=$(printf '%s\0%b' "$1" "$(sed 's/../\\x&/g' <<<"$content")" |
	    sha256sum)
	echo ".new-${content:0:32}"
}

@test "a key that waits for its order's number gets it" {
	store
	apply one
	mv keys/$first "keys/$(waiting one)"
	works ca-apply $key one.yaml
	[ "$output" = $first ]
	[ "$(ls -A keys)" = $first ]

	# Also if the application is another by then.
	mv keys/$first "keys/$(waiting one)"
	application one 's/^validity:.*/validity: 24/' >b.yaml
	works ca-apply --amend $key b.yaml
	[ "$output" = $first ]
	[ "$(ls -A keys)" = $first ]
}

@test "a key that waits is used, and none of another" {
	store
	apply one
	cp -a "$CAORDER_STORE" kept
	application two 's/林晓/王辰/' >two.yaml
	works ca-apply $key two.yaml
	two=$output
	before=$(sha256sum <keys/$two/sign.csr)
	wait=$(sql "SELECT lower(hex(content)) FROM orders WHERE request = 'two'")
	wait=$(printf 'two\0%b' "$(sed 's/../\\x&/g' <<<"$wait")" | sha256sum)
	wait=.new-${wait:0:32}
	rm -rf "$CAORDER_STORE" && mv kept "$CAORDER_STORE"
	mv keys/$two "keys/$wait"

	pin other
	fails 3 ca-apply --keystore keys --pin file:other.pin two.yaml
	[[ $stderr == *"keys/$wait: the key that this application made before is under another PIN: give that one, or move the folder away" ]]
	works ca-apply $key two.yaml
	[ "$output" = $two ]
	[ "$(sha256sum <keys/$two/sign.csr)" = "$before" ]
	[ "$(ls -A keys)" = "$first"$'\n'"$two" ]

	# Of an order whose key is another, it is left alone.
	mv keys/$first keys/kept && cp -a keys/$two "keys/$(waiting one)"
	works ca-apply $key one.yaml
	[ ! -e keys/$first ]
}

@test "an application that comes twice at once has one key" {
	store
	application one >one.yaml
	{ cat one.yaml && echo --- && cat one.yaml; } >both.yaml
	works ca-apply $key both.yaml
	[ "$output" = $first$'\n'$first ]
	[ "$(ls -A keys)" = $first ]
	# Its key has no number before the order is on disk.
	sql "CREATE TRIGGER stop BEFORE INSERT ON application
	    WHEN (SELECT count(*) FROM application) = 2
	    BEGIN SELECT raise(ABORT, 'stopped'); END"
	for i in two two three; do
		echo --- && application $i
	done >three.yaml
	run ca-apply $key three.yaml
	[ "$status" -eq 1 ]
	[ "$(ls -A keys)" = $first ]
}

@test "asked field by field on a terminal" {
	store
	cat >ask.exp <<-'END'
		set timeout 10
		spawn ca-apply --keystore keys --pin file:user.pin
		proc answer {what text} {
			expect {
				-ex $what { send "$text\r" }
				timeout { puts "no question: $what"; exit 9 }
				eof { puts "ended before: $what"; exit 9 }
			}
		}
		answer "ln-gov-employee-mkey\]: " ""
		answer "\[new\]: " ""
		answer "validity in months" "13"
		answer "offers 12, 24" "12"
		answer "algorithm of the keys" ""
		answer "what is agreed to" "no"
		answer "what is agreed to" "yes"
		answer "recovered" ""
		answer "name of the certificate" "林晓"
		answer "kind of identity" "resident-id"
		answer "number of the identity" "210102199003078882"
		answer "GB 11643" "210102199003078881"
		answer "\[CN\]: " ""
		answer "province" "辽宁"
		answer "mobile" "13800000001"
		answer "gender" "male"
		answer "gender" "female"
		answer "department" ""
		answer "name of the organisation" "沈阳示例科技有限公司"
		answer "kind of the organisation" "uscc"
		answer "number of the organisation" "91210100MA0ABCDE6X"
		answer "\[CN\]: " ""
		answer "province" "辽宁"
		answer "registered address" "沈阳市沈河区十三纬路1号"
		answer "telephone" ""
		answer "\[yes\]: " ""
		answer "postal address" "沈阳市沈河区十三纬路三经街16层"
		answer "\[13800000001\]: " ""
		answer "mail" "linxiao@example.cn"
		answer "\[2026-11-22\]: " ""
		answer "\[2027-05-22\]: " ""
		answer "your own name" "asked-1"
		answer "Is this right" "yes"
		expect eof
		exit [lindex [wait] 3]
	END
	run expect ask.exp
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *$first* ]]
	[ "$(sql 'SELECT request, user_number, handler_phone FROM orders')" = \
	    'asked-1|210102199003078881|13800000001' ]
	# The same as a document is the same order.
	application asked-1 's/^algorithm.*/algorithm: sm2/' \
	    's/^  address: 辽宁省/  address: /' \
	    's/^  phone: "13800000001"$/&\n  gender: female/;' \
	    's/^auth.*/authorisation: {from: 2026-11-22, to: 2027-05-22}/' |
	    awk '/gender/ && n++ { next } { print }' >a.yaml
	works ca-apply a.yaml
	[ "$output" = $first ]
}
