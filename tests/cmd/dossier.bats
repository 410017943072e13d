#!/usr/bin/env bats
# Orders handed over as archives, which anybody can verify.
load ../steps

one=00202611220000001

# One order that went all the way beside others in the same batch, and one
# that only came to be; made once, each test takes a copy.
past() {
	store && ready one:p256 two:sm2 && issued && installed &&
	    mv orders both && applied three:p256
}
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && past >/dev/null 2>&1
}
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

hand() {
	ca-query --dossier "$1" --output d.tar.gz --pin file:ca.pin \
	    --unmask 'court order 12'
}
apart() { tar xzf d.tar.gz; }

# again [MEMBER...]: an archive of the same form of what lies in the folder, in
# the order of the first
again() {
	tar tzf d.tar.gz | while read -r f; do
		if [ -f "$f" ]; then echo "$f"; fi
	done >list
	printf '%s\n' "$@" | grep . >>list || :
	tar --format=ustar --hard-dereference --owner=0 --group=0 --numeric-owner --mode=0600 \
	    --mtime=@1795312800 -b 1 -c -T list | gzip -n >e.tar.gz
}

# flip FILE: an octet in its middle
flip() {
	local at
	at=$(($(stat -c %s "$1") / 2))
	printf "\\x$(printf %x $((0x$(od -An -tx1 -j$at -N1 "$1" | tr -d ' ') ^ 1)))" |
	    dd of="$1" bs=1 seek=$at conv=notrunc status=none
}

# bad PATTERN [OPTION...]: e.tar.gz is refused, and the file is named
bad() {
	local what=$1
	shift
	fails 7 ca-admin verify --dossier e.tar.gz "$@" && told "$what"
}

# resigned: the manifest anew, signed with the CA's own key
resigned() {
	local f
	(
		cd $one || exit 1
		{
			head -4 manifest
			sed 1,4d manifest | while read -r _ f; do
				[ ! -f "$f" ] || sha256sum "$f"
			done
		} >m && mv m manifest
		openssl dgst -sha256 -sign ../store/ca/operators.key \
		    -passin file:../ca.pin manifest >manifest.sig
	)
}

@test "any tar opens an archive, and other tools verify it" {
	begin
	works hand $one
	[ -z "$output" ]
	[ "$(stat -c %a d.tar.gz)" = 600 ]
	tar tzvf d.tar.gz | grep -q "^-rw------- 0/0 .* $one/manifest$"
	apart
	cd $one
	sha256sum -c --quiet manifest
	openssl dgst -sha256 -signature manifest.sig -verify \
	    <(openssl x509 -in operators-ca.pem -pubkey -noout) manifest
	openssl verify -attime 1798761600 -CAfile certificates/chain.pem \
	    certificates/sign.pem certificates/encrypt.pem
	openssl dgst -sha256 -signature receipt.sig -verify \
	    <(openssl x509 -in certificates/sign.pem -pubkey -noout) receipt.txt
	openssl dgst -sha256 -signature evidence/3.sig -verify \
	    <(openssl x509 -in evidence/3.pem -pubkey -noout) evidence/3.txt ||
	    openssl x509 -in evidence/3.pem -text | grep -q SM2
	openssl req -in request.pem -noout -verify
	for f in application-form.pdf user-id.tif; do
		cmp documents/$f "$top/tests/data/scans/$f"
	done
	jq -e '.user.name == "林晓"' application.json
	ca-apply --check application.yaml
	jq -e '.[1].operator == "bob"' decisions.json
	jq -e '.bank_lines[0].fen == 24000' payments.json
	jq -rj .row journal.jsonl >/dev/null
	[ "$(jq -r 'select(.kind == "pair") | .row' journal.jsonl | base64 -d |
	    sha256sum | cut -c1-64)" = \
	    "$(jq -r 'select(.kind == "pair") | .digest' journal.jsonl)" ]
}

@test "it verifies without the store, and says whose it is" {
	begin
	hand $one
	works ca-admin verify --dossier d.tar.gz
	works ca-admin verify --dossier d.tar.gz --anchor store/ca/operators.crt
	mv store away
	run --separate-stderr ca-admin --store '' verify --dossier d.tar.gz
	unset CAORDER_STORE
	run --separate-stderr ca-admin verify --dossier d.tar.gz
	[ "$status" -eq 0 ] && [ -z "$output" ]
	told "compare by other means .* SHA-256 $(openssl x509 \
	    -in away/ca/operators.crt -outform der | sha256sum | cut -c1-64)"
	run --separate-stderr ca-admin verify -v --dossier d.tar.gz \
	    --anchor away/ca/operators.crt
	[ "$status" -eq 0 ]
	told "order $one, as at 2026-11-22T02:00:00Z; the journal had"
	works ca-admin verify --dossier - --anchor away/ca/operators.crt \
	    <d.tar.gz
}

@test "another CA is not taken for ours" {
	begin
	hand $one
	cp d.tar.gz e.tar.gz
	bad 'operators-ca.pem: is not the certificate' \
	    --anchor store/ca/p256-root.crt
	ca-admin --store other init --name 'Other' --pin file:ca.pin
	CAORDER_STORE=other bad 'operators-ca.pem: is not the certificate'
	fails 3 ca-admin verify --dossier e.tar.gz --anchor ca.pin
}

@test "an octet altered in any file is found" {
	begin
	hand $one
	apart
	again
	cmp <(zcat d.tar.gz) <(zcat e.tar.gz)
	for f in $(tar tzf d.tar.gz); do
		cp "$f" kept
		flip "$f"
		again
		case $f in
		*/manifest.sig) bad 'manifest: was altered, or its signature' ;;
		*) bad "${f#*/}: " ;;
		esac
		cp kept "$f"
	done
}

@test "a file that is missing, is there in addition or twice is found" {
	begin
	hand $one
	apart
	for f in $(tar tzf d.tar.gz); do
		mv "$f" kept
		again
		bad 'is missing|is not at its place'
		mv kept "$f"
	done
	echo more >$one/more
	again $one/more
	bad 'manifest: does not end the archive'
	again $one/application.json
	bad 'application.json: is there twice'
	mkdir -p other && echo x >other/file
	again other/file
	bad "other/file: is not in the order's folder"
}

@test "what the CA itself would sign is held to the journal" {
	begin
	hand $one
	apart
	cp -a $one good
	check() { # FILE PATTERN
		resigned && again && bad "$2"
		rm -rf $one && cp -a good $one
	}
	sed -i 's/林晓/王辰/' $one/application.json
	check application.json 'application.json: is not what the journal has'
	flip $one/documents/seal-form.jpg
	check documents 'documents/seal-form.jpg: is not what the journal has'
	rm $one/documents/seal-form.jpg
	check documents 'documents/seal-form.jpg: is missing'
	cp good/evidence/2.pem $one/evidence/3.pem
	check evidence 'evidence/3.pem: decision "approve": what operator .bob. signed'
	cp store/ca/sm2-root.crt $one/certificates/chain.pem
	check chain 'certificates/chain.pem'
	sed -i '/"kind":"transfer"/{h;d};${p;x}' $one/journal.jsonl
	check journal 'journal.jsonl: entry [0-9]+ does not go together'
	sed -i '/"kind":"decision"/s/"at":"2026/"at":"2025/' $one/journal.jsonl
	check journal 'journal.jsonl: entry [0-9]+ was altered: its head'
	sed -i '/"kind":"pair"/s/"row":"[^"]*"/"row":null/' $one/journal.jsonl
	check journal 'journal.jsonl: entry [0-9]+: its row is missing'
	echo '{}' >>$one/journal.jsonl
	check journal 'journal.jsonl: line [0-9]+ is no entry'
	printf 'x' >$one/journal.jsonl
	check journal 'journal.jsonl: not JSON'
}

# signed: the manifest as it lies there, signed with the CA's own key
signed() {
	openssl dgst -sha256 -sign store/ca/operators.key \
	    -passin file:ca.pin $one/manifest >$one/manifest.sig
	again && bad "$1"
}

@test "a manifest that goes on behind its files is refused" {
	begin
	hand $one
	apart
	cp $one/manifest m
	printf 'x' >>$one/manifest
	signed 'manifest: is not one'
	{ cat m && echo 'x'; } >$one/manifest
	signed 'manifest: is not one'
	{ cat m && echo "$(sha256sum <m | cut -d' ' -f1)  more"; } >$one/manifest
	signed 'more: is missing'
}

@test "what is no such archive is refused" {
	begin
	hand $one
	head -c 1000 d.tar.gz >e.tar.gz
	bad 'compressed data is damaged'
	printf 'x' >e.tar.gz
	bad 'compressed data is damaged'
	zcat d.tar.gz | head -c 2000 | gzip -n >e.tar.gz
	bad 'the archive is damaged behind file 1: it ends too early'
	(zcat d.tar.gz && echo) | gzip -n >e.tar.gz
	bad 'it goes on behind its end'
	fails 3 ca-admin verify --dossier none.tar.gz
	fails 2 ca-admin verify --dossier d.tar.gz --replay
}

@test "handing over takes a reason, which is on record, and the CA's PIN" {
	begin
	fails 2 ca-query --dossier $one --output d.tar.gz --pin file:ca.pin
	fails 3 ca-query --dossier $one --output d.tar.gz --pin file:ca.pin \
	    --unmask $'two\nlines'
	[[ $stderr == *'takes a reason'* ]]
	fails 3 ca-query --dossier $one --output d.tar.gz --pin file:alice.pin \
	    --unmask 'court order 12'
	fails 6 hand 00202611220000009
	fails 3 hand 12
	fails 2 ca-query -n --dossier $one --pin file:ca.pin --unmask 'x'
	[ ! -e d.tar.gz ]
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'unmask'")" = 0 ]
	works hand $one
	[ "$(sql "SELECT text FROM note WHERE kind = 'unmask'")" = \
	    'court order 12' ]
	works ca-admin verify
}

@test "it goes to standard output, or where -o says" {
	begin
	hand $one
	ca-query --dossier $one --pin file:ca.pin --unmask 'court order 12' \
	    >a.tar.gz
	ca-query --dossier $one --pin file:ca.pin --unmask 'court order 12' \
	    -o - >b.tar.gz
	ca-query --dossier $one --pin file:ca.pin --unmask 'court order 12' \
	    -o c.tar.gz
	for f in a b c; do
		works ca-admin verify --dossier $f.tar.gz
	done
}

@test "other orders and payers are not in it" {
	begin
	works hand $one
	apart
	# two.  The decisions' evidence names both orders, as it is signed whole.
	! grep -rq 00202611220000002 $one/journal.jsonl $one/payments.json
	grep -q '"kind":"evidence","fact":1,"row":null' $one/journal.jsonl
}

@test "an order without certificates, and one with SM2, are handed over" {
	begin
	works hand 00202611220000003
	works ca-admin verify --dossier d.tar.gz
	! tar tzf d.tar.gz | grep -q certificates
	works hand 00202611220000002
	works ca-admin verify --dossier d.tar.gz
	! tar tzf d.tar.gz | grep -q $one
}

@test "an order that does not hold by its evidence is not handed over" {
	begin
	sql "UPDATE decision SET operator = 'carol' WHERE id = 1"
	fails 7 hand $one
	[[ $stderr == *'decision was altered after it was recorded'* ]]
	[ ! -e d.tar.gz ]
}

@test "orders of every kind of business are handed over" {
	store && recoverers && made one:p256
	export CAORDER_NOW=2027-10-22T02:00:00Z
	for business in hold release recover renew revoke; do
		fulfilled $business $first $business
		[ $business != renew ] || ca-install $KEYS "$order"
		hand "$order"
		ca-admin verify --dossier d.tar.gz || { echo $business; return 1; }
	done
	hand $first
	works ca-admin verify --dossier d.tar.gz
	apart
	jq -e 'map(.reason) == ["certificateHold", "removeFromCRL", "superseded"]' \
	    $first/revocations.json
	hand 00202710220000003
	apart
	jq -e '.[0].payload' 00202710220000003/fulfilment.json
}
