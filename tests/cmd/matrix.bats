#!/usr/bin/env bats
# Every kind of business in every state, and each step tried on all of them:
# what comes of it is the table in ../golden/matrix.expect.  To change it on
# purpose, and then read the difference:
#	UPDATE=1 make check-cmd BATS=tests/cmd/matrix.bats
load ../steps

businesses=(new renew reissue change unlock revoke hold release recover)
# The state, and what became of the order's own pair, or of the one that it is
# about.
states=(applied reviewing accepted approved unpapered ready ready-ended issued
    issued-held issued-ended installed installed-held installed-ended done
    returned refused cancelled expired)
steps=(amend upload declare accept approve return refuse cancel expire paper
    issue install revoke)

# exists BUSINESS STATE: can an order be so?
exists() {
	case $1/$2 in
	new/approved | renew/approved) return 0 ;;   # for money
	new/unpapered | renew/unpapered) return 0 ;; # for paper originals
	*/approved | */unpapered | new/ready-ended) return 1 ;;
	revoke/done | hold/done | release/done) return 0 ;;
	revoke/i* | hold/i* | release/i* | */done) return 1 ;;
	new/* | renew/* | reissue/* | change/*) return 0 ;;
	*/issued-* | */installed-*) return 1 ;;
	esac
}

# When the steps are tried.
THEN=2027-11-12T03:00:00Z

# rows [PATTERN...]: their names, "renew-ready", those that are like one
rows() {
	local b s p
	for b in "${businesses[@]}"; do
		for s in "${states[@]}"; do
			exists "$b" "$s" || continue
			[ $# -gt 0 ] || echo "$b-$s"
			for p; do
				# shellcheck disable=SC2053 # it is a pattern
				if [[ $b-$s == $p ]]; then echo "$b-$s"; fi
			done
		done
	done
}

# numbers PREFIX PATTERN...: of the orders of these rows
numbers() {
	local prefix=$1
	shift
	rows "$@" | sed "s/^/$prefix/" | sort |
	    join -o 2.2 - <(sort requests) | sort
}
requests() { sql 'SELECT request, number FROM orders' | tr '|' ' ' >requests; }

# document REQUEST [SED...]: of a stream
document() { echo --- && application "$@" 's/to: 2027-04-30/to: 2031-12-31/'; }

# money: "NUMBER YUAN" in lines is what comes in
money() {
	local n due
	local -a lines=()
	: >transfers.yaml
	while read -r n due; do
		transfer "$n" "$due" >>transfers.yaml
		lines+=("$due B-$n $n")
	done
	sed -n 's/^order: "\(.*\)"/\1/p' transfers.yaml |
	    ca-pay --transfer transfers.yaml
	statement "${lines[@]}" >statement.csv
	ca-pay --reconcile statement.csv $CAROL
}

# subjects: the pairs that the orders are about, one each
subjects() {
	local r
	for r in $(rows | grep -v ^new-); do
		document "of-$r" 's/^algorithm:.*/&\nbackup_pin: true/'
		scans "of-$r"
	done >applications.yaml
	ca-apply $KEYS applications.yaml >orders
	uploaded && sed 's/$/ 240.00/' orders | money
	accepted && approved && issued && installed
	requests
	numbers of- 'release-*' | atonce certificateHold
}

# atonce REASON: these are revoked on two operators' word
atonce() {
	cat >list
	ca-issue --revoke $DORA --reason "$1" <list || :
	ca-issue --revoke $ERIK --reason "$1" <list
}

# applications [SED...]: of all rows
applications() {
	local r
	for r in $(rows); do
		document "$r" "$@" | shaped "${r%%-*}" "$r"
	done
}

# shaped BUSINESS ROW: the application as that business has it
shaped() {
	local -a edit=()
	case $1 in
	new) cat && return ;;
	renew) ;;
	reissue) edit+=(-e '/^validity:/d') ;;
	change)
		edit+=(-e '/^validity:/d; s/^  name: 林晓/  name: 林小晓/')
		;;
	*) edit+=(-e '/^validity:/d; /^algorithm:/d') ;;
	esac
	case $1 in
	reissue | revoke) edit+=(-e 's/^consent:/reason: superseded\n&/') ;;
	esac
	sed "${edit[@]}" -e "s/^business:.*/business: $1/" \
	    -e "s/^service:.*/&\ncertificate: {order: \"$(
		sed -n "s/^of-$2 //p" requests)\"}/"
}

# papers: all that is missing, but of those that are to be so
papers() {
	local n r slot
	while read -r n r slot; do
		mkdir -p "scans/$r"
		cp "$top/tests/data/scans/$slot".* "scans/$r/"
	done < <(ca-query --json <orders | jq -r 'select(.request |
	    endswith("-applied") | not) | .order + " " + .request + " " +
	    .documents.missing[]')
	numbers '' '*-*' | join -v 1 - <(numbers '' '*-applied') |
	    ca-upload --from scans
}

# unlocked: the PINs, with the codes that were written
unlocked() {
	local n
	pin other
	for n in $(numbers '' 'unlock-installed*'); do
		(umask 077 && jq -r "select(.order == \"$n\") | .code" codes >code)
		ca-install --unlock --keystore keys --code file:code \
		    --new-pin file:other.pin "$n"
	done
}

# driven: each to where its row has it
driven() {
	applications >applications.yaml
	ca-apply $KEYS applications.yaml >orders
	requests
	papers
	numbers '' 'new-ready*' 'new-i*' | sed 's/$/ 240.00/' | money
	numbers '' 'renew-ready*' 'renew-i*' | sed 's/$/ 200.00/' | money
	numbers '' 'new-unpapered' | sed 's/$/ 240.00/' | PAYER=林晓 money
	numbers '' 'renew-unpapered' | sed 's/$/ 200.00/' | PAYER=林晓 money
	numbers '' '*-accepted' '*-approved' '*-unpapered' '*-ready*' '*-i*' \
	    '*-done' >list
	ca-review $DORA --accept <list
	numbers '' '*-approved' '*-unpapered' '*-ready*' '*-i*' '*-done' >list
	ca-review $ERIK --approve <list
	numbers '' '*-i*' '*-done' | ca-issue $CA_PIN --codes codes
	numbers '' '*-installed*' | join -v 1 - <(numbers '' 'unlock-*') |
	    ca-install $KEYS
	unlocked
	numbers '' '*-returned' | ca-review $DORA --return=stale
	numbers '' '*-refused' | ca-review $DORA --refuse=no
	numbers '' '*-cancelled' | ca-review $DORA --cancel=withdrawn
	numbers '' '*-i*-held' | atonce certificateHold
	numbers '' '*-i*-ended' | atonce keyCompromise
	numbers of- '*-ready-ended' | atonce keyCompromise
}

# setup_file: all of it, once; orders are abandoned within three weeks, and
# those that are closed so and the first word to revoke come then
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store && pin dora erik || return
	operator dora accept,recover && operator erik approve,recover || return
	{
		sed 's/^abandoned: .*/abandoned: 20/' \
		    "$top"/share/services/ln-*.yaml >service.yaml
		ca-admin service add service.yaml
		subjects
		export CAORDER_NOW=2027-10-22T02:00:00Z
		driven
		export CAORDER_NOW=$THEN
		numbers '' '*-expired' | ca-review $DORA --expire
		numbers '' '*-*' | ca-issue --revoke $DORA \
		    --reason superseded || :
		operands
	} >/dev/null 2>told
	ca-admin verify
}

# operands: what the steps take
operands() {
	local r n
	applications 's/13800000001/13800000002/' >amended.yaml
	for r in $(rows); do
		mkdir -p "other/$r"
		cp "$top/tests/data/scans/user-id.tif" \
		    "other/$r/authorisation-letter.tif"
	done
	numbers '' '*-*' >orders
	while read -r n; do transfer "$n" 1.00; done <orders >transfers.yaml
}

# try STEP OPTION...: on all orders
try() {
	case $1 in
	amend) ca-apply $KEYS --amend "${@:2}" amended.yaml ;;
	upload) ca-upload --from other "${@:2}" <orders ;;
	declare) ca-pay --transfer transfers.yaml "${@:2}" <orders ;;
	accept) ca-review $DORA --accept "${@:2}" <orders ;;
	approve) ca-review $ERIK --approve "${@:2}" <orders ;;
	return | refuse | cancel)
		ca-review $ERIK --"$1"=because "${@:2}" <orders ;;
	expire | paper) ca-review $ERIK --"$1" "${@:2}" <orders ;;
	issue) ca-issue $CA_PIN --codes codes "${@:2}" <orders ;;
	install) ca-install $KEYS "${@:2}" <orders ;;
	revoke)
		ca-issue --revoke $ERIK --reason superseded "${@:2}" <orders ;;
	esac >out 2>err
}

# length: of the journal
length() { sql 'SELECT count(*) FROM journal'; }

# outcomes: "ROW WORD" of the step that was tried
outcomes() {
	{
		jq -r '.request + " " + .class' rejects.jsonl
		sort out | join -o 2.2 - <(awk '{ print $2, $1 }' requests |
		    sort) | sed 's/$/ ok/'
	} | sort >outcomes
	[ "$(join -o 1.1 outcomes - <rowlist | uniq | wc -l)" -eq \
	    "$(wc -l <rowlist)" ]
}

# dry STEP: what would come of it
dry() {
	local before
	before=$(length)
	try "$1" --dry-run --rejects rejects.jsonl || :
	outcomes
	[ "$(length)" = "$before" ]
	mv outcomes "$BATS_TEST_TMPDIR/$1"
}

# wet STEP: what comes of it on a copy of everything is the same; where nothing
# is recorded it was done already
wet() {
	local before
	before=$(length)
	rm -rf "$BATS_TEST_TMPDIR/work"
	cp -a . "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work"
	try "$1" --rejects rejects.jsonl || :
	outcomes
	diff "../$1" outcomes
	sql "SELECT request FROM orders WHERE id IN
	    (SELECT order_id FROM journal WHERE seq > $before)" |
	    sort >changed
	join -v 1 outcomes changed | sed 's/ ok/ done/' |
	    sort - <(join outcomes changed) >"../$1"
	cd "$OLDPWD"
}

# table: rows by steps
table() {
	(cd "$BATS_TEST_TMPDIR" && awk '
	BEGIN { printf "%-9s%-16s", "business", "state" }
	FILENAME != "-" {
		if (FNR == 1) {
			printf step == "" ? "" : "%-10s", step
			step = FILENAME
			names[steps++] = step
		}
		word[$1, step] = $2
		next
	}
	FNR == 1 { print step }
	{
		at = index($1, "-")
		printf "%-9s%-16s", substr($1, 1, at - 1), substr($1, at + 1)
		for (i = 0; i < steps - 1; i++)
			printf "%-10s", word[$1, names[i]]
		print word[$1, step]
	}' "${steps[@]}" -) < <(rows)
}

@test "each step comes to what the table says, in a dry run and in earnest" {
	local step
	cd "$BATS_FILE_TMPDIR" && export CAORDER_STORE=store
	export CAORDER_NOW=$THEN
	rows | sort >rowlist
	for step in "${steps[@]}"; do
		dry "$step"
		wet "$step"
	done >&2
	table >actual
	[ -z "${UPDATE-}" ] || cp actual "$top/tests/golden/matrix.expect"
	diff -u "$top/tests/golden/matrix.expect" actual
}
