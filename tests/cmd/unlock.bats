# ca-install: forgotten PINs, recovered keys, and what opens old files.
load ../steps

# json NUMBER FILTER: of an order's object
json() { ca-query --json "$1" | jq -cr "$2"; }

# opens PIN FILE...: each key opens with it
opens() {
	local pin=$1 file
	shift
	for file; do
		openssl pkey -in "$file" -passin "file:$pin" -noout || return
	done
}

# kept REQUEST:ALGORITHM: an order that is installed and has a backup PIN
kept() {
	application "${1%:*}" "s/^algorithm:.*/algorithm: ${1#*:}/" \
	    's/^validity:.*/&\nbackup_pin: true/' | sed '1i ---' \
	    >applications.yaml
	scans "${1%:*}"
	ca-apply $KEYS applications.yaml >orders
	{ uploaded && declared && settled && accepted && approved && issued &&
	    installed; } >/dev/null 2>&1
	first=$(<orders)
}

# locked: an unlock order about $first; its number in $order, its code in the
# file code
locked() {
	fulfilled unlock "$first" "unlock$1"
	(umask 077 && jq -r "select(.order == \"$order\").code" codes >code)
}

# forgotten REQUEST:ALGORITHM: both
forgotten() { pin new && kept "$1" && locked; }

# recoverable REQUEST:ALGORITHM: an installed order, and who may recover its key
recoverable() { recoverers && made "$1"; }

unlock() {
	ca-install --unlock --keystore keys --code "file:${1:-code}" \
	    --new-pin "file:${2:-new}.pin" "$order"
}

# wrong: a code that is not the one
wrong() { (umask 077 && echo 0000-0000-0000 >wrong); }

unlocked() {
	once forgotten one:"$1"
	grep -Eqx '([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}' code
	works unlock
	[ "$output" = "$order" ]
	opens new.pin keys/"$first"/*.key
	run opens user.pin keys/"$first"/sign.key
	[ "$status" -ne 0 ]
	[ "$(ca-query -o state "$order")" = installed ]
	[ "$(sql 'SELECT count(*) FROM attempt')" = 1 ]
	# the receipt is of the key that was unlocked
	sql "SELECT text FROM receipt ORDER BY id DESC LIMIT 1" |
	    sed '/^$/d' >text
	[ "$(sed -n 2p text)" = "order $order" ]
	grep -Eq '^payload [0-9a-f]{64}$' text
	works ca-admin verify
	# again: it was done already
	works unlock
	[ "$(sql 'SELECT count(*) FROM pin')" = 1 ]
	[ "$(sql 'SELECT count(*) FROM attempt')" = 1 ]
}
@test "unlock, sm2" { unlocked sm2; }
@test "unlock, p256" { unlocked p256; }
@test "unlock, rsa2048" { unlocked rsa2048; }

@test "the new PIN is the backup PIN of the next unlock" {
	once forgotten one:p256 && pin third
	works unlock
	export CAORDER_NOW=2026-11-23T02:00:00Z
	locked 2
	works unlock code third
	opens third.pin keys/"$first"/*.key
	works ca-admin verify
}

@test "nobody at the CA sees the PIN" {
	once forgotten one:p256
	unlock
	! grep -rq -e user-Secret-2026 -e new-Secret-2026 store codes
}

@test "a code may be written as people write" {
	once forgotten one:p256
	tr 'A-Z01' 'a-zol' <code | tr -d - | sed 's/..../& /g' >typed
	chmod 600 typed
	works unlock typed
}

@test "what is no code is no try" {
	once forgotten one:p256
	(umask 077 && echo 0123-4567 >typed)
	fails 3 unlock typed
	told 'not the form of a one-time code, which has 12 letters and digits'
	printf 'short\n' >short.pin && chmod 600 short.pin
	fails 3 unlock code short
	told 'the PIN has 5 octets; it must have at least 8'
	mv keys elsewhere && mkdir keys
	fails 6 unlock
	told 'holds no keys of the order that it unlocks'
	rmdir keys && mv elsewhere keys
	works ca-install -n --unlock --keystore keys --code file:code \
	    --new-pin file:new.pin "$order"
	[ "$(sql 'SELECT count(*) FROM attempt')" = 0 ]
	opens user.pin keys/"$first"/*.key
	works unlock
}

@test "a wrong code can be tried three times" {
	once forgotten one:p256 && wrong
	fails 3 unlock wrong
	told 'the one-time code is wrong, 2 tries left$'
	fails 3 unlock wrong
	told 'the one-time code is wrong, 1 try left$'
	fails 3 unlock wrong
	told 'wrong, and it was the last try: apply for another unlock$'
	fails 5 unlock
	told 'the one-time code was tried 3 times: apply for another unlock$'
	opens user.pin keys/"$first"/*.key
	[ "$(sql 'SELECT count(*) FROM attempt')" = 3 ]
	works ca-admin verify
	export CAORDER_NOW=2026-11-22T03:00:00Z
	locked 2
	works unlock
}

@test "a code is good for its hours alone" {
	once forgotten one:p256
	[ "$(jq -r .expires_at codes)" = 2026-11-24T02:00:00Z ]
	CAORDER_NOW=2026-11-24T02:00:01Z fails 5 unlock
	told 'good until 2026-11-24T02:00:00Z: apply for another unlock$'
	CAORDER_NOW=2026-11-24T02:00:00Z works unlock
}

@test "a code is of its order alone" {
	once forgotten one:p256
	mv code first.code
	export CAORDER_NOW=2026-11-22T03:00:00Z
	locked 2
	fails 3 unlock first.code
	told '2 tries left'
	order=00202611220000002
	works unlock first.code
}

@test "keys that are under the new PIN need no code" {
	once forgotten one:p256 && wrong
	ca-install --change-pin $KEYS --new-pin file:new.pin "$first"
	works unlock wrong
	[ "$(sql 'SELECT count(*) FROM attempt')" = 0 ]
	[ "$(ca-query -o state "$order")" = installed ]
	works ca-admin verify
	# and a code that was used is of no use
	pin third
	fails 5 unlock code third
	told 'the one-time code was used, and the keys are not under this PIN'
}

@test "a change of PIN goes into the store, and without it is told" {
	store && pin new third && kept one:p256
	works ca-install --change-pin $KEYS --new-pin file:new.pin "$first"
	[ "$(sql 'SELECT count(*) FROM pin')" = 1 ]
	works ca-admin verify
	locked
	works unlock code third
	CAORDER_STORE='' HOME=/nonexistent run --separate-stderr ca-install \
	    --change-pin --keystore keys --pin file:third.pin \
	    --new-pin file:user.pin "$first"
	[ "$status" = 0 ] && [ "$output" = "$first" ]
	told 'no store is at hand: a backup PIN, where one was chosen, is still the one before$'
	export CAORDER_NOW=2026-11-23T02:00:00Z
	locked 2
	fails 5 unlock
	told "the backup PIN does not open the keys in keys/$first: their PIN was changed without the store$"
	opens user.pin keys/"$first"/*.key
}

@test "unlocking is for orders that unlock, and they are for it" {
	once forgotten one:p256
	fails 4 ca-install $KEYS "$order"
	told "waits for the handler's one-time code and a new PIN: ca-install --unlock $order\$"
	order=$first
	fails 3 unlock
	told 'its business is "new": --unlock is for orders that unlock$'
	fails 2 ca-install --unlock --keystore keys
	fails 2 ca-install --unlock --pin file:user.pin "$order"
}

@test "certificates revoked since are not unlocked" {
	once forgotten one:p256
	n=$order
	fulfilled revoke "$first" over
	order=$n
	fails 5 unlock
	told 'the certificates are revoked, and business "unlock" is for ones that are valid or expired$'
	[ "$(sql 'SELECT count(*) FROM attempt')" = 0 ]
}

@test "a damaged payload is told from a wrong code" {
	once forgotten one:p256
	sql "UPDATE fulfilment SET payload = substr(payload, 1, 40)"
	fails 7 unlock
	told 'what was sealed under the one-time code is damaged$'
}

@test "what verify finds: PINs, tries, receipts and fulfilments altered" {
	once forgotten one:p256 && unlock
	works ca-admin verify
	cp store/orders.db whole.db
	altered() {
		cp whole.db store/orders.db
		sql "$1"
		"$top/tests/rejournal" store/orders.db
		fails 7 ca-admin verify
		told "$2"
	}
	altered "UPDATE pin SET sealed = x'00'" \
	    "order $first: its backup PIN is not signed with the order's key$"
	altered "INSERT INTO attempt(order_id, at) SELECT order_id, at
	    FROM attempt UNION ALL SELECT order_id, at + 1 FROM attempt
	    UNION ALL SELECT order_id, at + 2 FROM attempt" \
	    "order $order: its one-time code was tried 4 times; it may be 3$"
	altered "UPDATE fulfilment SET payload = x'00'" \
	    "order $order: the receipt is not over what the order delivers$"
	altered "UPDATE fulfilment SET dossier = zeroblob(32)" \
	    'fulfilled without two decisions over its dossier by two people$'
	altered "UPDATE receipt SET signature = x'00' WHERE id = 2" \
	    'the receipt is not signed with the key that it names$'
}

# Old files.

# seal FILE NUMBER: encrypt it to the order's encryption certificate
seal() {
	ca-query --pem encrypt "$2" >to.crt
	if openssl x509 -in to.crt -noout -text | grep -q SM2; then
		openssl x509 -in to.crt -noout -pubkey >to.pub
		openssl pkeyutl -encrypt -pubin -inkey to.pub -in "$1" \
		    -out "$1.sealed"
	else
		openssl cms -encrypt -binary -aes256 -outform DER -in "$1" \
		    -out "$1.sealed" to.crt
	fi
}

# unseal FILE FOLDER/NAME: with NAME.key and NAME.crt
unseal() {
	openssl pkey -in "$2.key" -passin file:user.pin -out clear.key
	if openssl x509 -in "$2.crt" -noout -text | grep -q SM2; then
		openssl pkeyutl -decrypt -inkey clear.key -in "$1.sealed"
	else
		openssl cms -decrypt -inform DER -in "$1.sealed" \
		    -recip "$2.crt" -inkey clear.key
	fi
}

# name NUMBER: of its encryption key where it is kept
name() {
	echo "encrypt-$(ca-query --pem encrypt "$1" |
	    openssl x509 -noout -serial | cut -d= -f2)"
}

followed() {
	local algorithm=$1 business=$2
	shift 2
	store && made one:"$algorithm"
	echo 旧文件 >old.txt
	seal old.txt "$first"
	export CAORDER_NOW=2027-10-22T02:00:00Z
	fulfilled "$business" "$first" two "$@"
	works ca-install $KEYS "$order"
	[ "$(unseal old.txt keys/"$order"/"$(name "$first")")" = 旧文件 ]
	[ -z "$(find keys -type f ! -perm 600)" ]
	# and with one more in the line
	old=$order
	export CAORDER_NOW=2028-10-22T02:00:00Z
	[ "$business" = renew ] || export CAORDER_NOW=2027-10-23T02:00:00Z
	fulfilled renew "$order" three "$@"
	works ca-install $KEYS "$order"
	[ "$(unseal old.txt keys/"$order"/"$(name "$first")")" = 旧文件 ]
	opens user.pin keys/"$order"/"$(name "$old")".key
	[ "$(ls keys/"$order"/*.key | wc -l)" = 4 ]
	works ca-install --list --keystore keys
	[ "$(grep -c "^$order	encrypt	" <<<"$output")" = 3 ]
	works ca-admin verify -q
	works ca-install $KEYS --pkcs12 all.p12 "$order"
	[ "$(openssl pkcs12 -in all.p12 -passin file:user.pin -nodes |
	    grep -c 'BEGIN PRIVATE KEY')" = 4 ]
}
@test "after a renewal old files open, sm2" { followed sm2 renew; }
@test "after a renewal old files open, p256" { followed p256 renew; }
@test "after a renewal old files open, rsa2048" { followed rsa2048 renew; }
@test "after a reissue old files open, sm2" { followed sm2 reissue; }
@test "after a reissue old files open, p256" { followed p256 reissue; }
@test "after a reissue old files open, rsa2048" { followed rsa2048 reissue; }
@test "after a change old files open" {
	followed p256 change 's/^  name: 林晓/  name: 林小晓/'
}

@test "a reissue after the loss of the container opens old files" {
	once made one:p256
	echo 旧文件 >old.txt
	seal old.txt "$first"
	rm -r keys
	fulfilled reissue "$first" two
	works ca-install $KEYS "$order"
	[ "$(unseal old.txt keys/"$order"/"$(name "$first")")" = 旧文件 ]
}

recovered() {
	once recoverable one:"$1"
	echo 旧文件 >old.txt
	seal old.txt "$first"
	rm -r keys
	export CAORDER_NOW=2027-10-22T02:00:00Z
	fulfilled renew "$first" two
	new=$order
	run --separate-stderr ca-install $KEYS "$new"
	[ "$status" = 0 ] && [ "$output" = "$new" ]
	told "the encryption key of order $first is not in the keystore under this PIN, .*: ca-apply --recover $first\$"
	fulfilled recover "$first" three
	works ca-install -n $KEYS "$order"
	[ ! -e keys/"$new"/"$(name "$first")".key ]
	works ca-install $KEYS "$order"
	[ "$output" = "$order" ]
	[ "$(unseal old.txt keys/"$new"/"$(name "$first")")" = 旧文件 ]
	[ "$(ca-query -o state "$order")" = installed ]
	works ca-admin verify
	# what was deleted is written again
	rm keys/"$new"/"$(name "$first")".*
	works ca-install $KEYS "$order"
	[ "$(unseal old.txt keys/"$new"/"$(name "$first")")" = 旧文件 ]
	works ca-install $KEYS "$new"
}
@test "recover, sm2" { recovered sm2; }
@test "recover, p256" { recovered p256; }
@test "recover, rsa2048" { recovered rsa2048; }

@test "a recovered key of the pair in use goes to its own place" {
	once recoverable one:p256
	rm keys/"$first"/encrypt.*
	fulfilled recover "$first" two
	works ca-install $KEYS "$order"
	[ "$(ls -A keys/"$first" | tr '\n' ' ')" = \
	    'chain.pem encrypt.crt encrypt.key sign.crt sign.csr sign.key ' ]
	opens user.pin keys/"$first"/encrypt.key
}

@test "a recovered key is for the holder of the signing key" {
	once recoverable one:p256
	fulfilled recover "$first" two
	mv keys elsewhere && mkdir keys
	fails 6 ca-install $KEYS "$order"
	rmdir keys && mv elsewhere keys
	pin new
	fails 3 ca-install --keystore keys --pin file:new.pin "$order"
	sql "UPDATE fulfilment SET payload = substr(payload, 1, 100)"
	fails 7 ca-install $KEYS "$order"
	[ "$(ca-query -o state "$order")" = issued ]
}

@test "--list tells what the store knows of certificates" {
	once made one:p256
	fulfilled hold "$first" two
	works ca-install --list --keystore keys
	[ "$(cut -f 2,3 <<<"$output")" = $'sign\theld\nencrypt\theld' ]
	export CAORDER_NOW=2026-11-22T03:00:00Z
	fulfilled revoke "$first" three
	works ca-install --list --keystore keys
	[ "$(cut -f 2,3 <<<"$output")" = $'sign\trevoked\nencrypt\trevoked' ]
	CAORDER_STORE='' HOME=/nonexistent works ca-install --list --keystore keys
	[ "$(cut -f 2,3 <<<"$output")" = $'sign\tvalid\nencrypt\tvalid' ]
}

@test "the recovery key can be locked away until it is needed" {
	store && mv store/ca/recovery.key away
	kept one:p256
	[ "$(ca-query -o state "$first")" = installed ]
	reviewed unlock "$first" unlock
	fails 6 ca-issue $CA_PIN --codes codes "$order"
	told 'the backup PIN: .* ca/recovery.key is not there'
	mv away store/ca/recovery.key
	works ca-issue $CA_PIN --codes codes "$order"
}
