# The steps of the main job as the tests take them, in the current folder: the
# store and its operators of helper.bash, then applications, scans, payment and
# review.  The numbers are in the file orders.
load ../helper

ALICE='--as alice --keystore ops --pin file:alice.pin'
BOB='--as bob --keystore ops --pin file:bob.pin'
CAROL='--as carol --keystore ops --pin file:carol.pin'
CA_PIN='--pin file:ca.pin'
KEYS='--keystore keys --pin file:user.pin'

# applied REQUEST:ALGORITHM...: applications with keys made here, and scans
applied() {
	local a
	for a; do
		echo ---
		application "${a%:*}" "s/^algorithm:.*/algorithm: ${a#*:}/"
		scans "${a%:*}"
	done >applications.yaml
	ca-apply $KEYS applications.yaml >orders
}

# scans NAME: the six required ones, in scans/NAME/
scans() {
	mkdir -p "scans/$1"
	cp "$top"/tests/data/scans/* "scans/$1/"
}

uploaded() { ca-upload --from scans <orders; }

# transfer NUMBER [AMOUNT]: a document that declares it; PAYER's, if set
transfer() {
	printf -- '---\norder: "%s"\npayer_account: "7443900182600096874"\n' "$1"
	printf 'payer_name: %s\namount: "%s"\ndate: 2026-11-20\n' \
	    "${PAYER:-沈阳示例科技有限公司}" \
	    "${2:-240.00}"
}

declared() {
	local n
	while read -r n; do transfer "$n"; done <orders >transfers.yaml
	ca-pay --transfer transfers.yaml <orders
}

# statement LINE...: a bank's CSV; each line "AMOUNT REFERENCE [TEXT]"
statement() {
	local line amount reference text
	echo '交易日期,对方账号,对方户名,借方发生额(支出),贷方发生额(收入),交易流水号,附言'
	for line; do
		read -r amount reference text <<<"$line"
		printf '2026-11-20,7443900182600096874,%s,,%s,%s,%s\n' \
		    "${PAYER:-沈阳示例科技有限公司}" \
		    "$amount" "$reference" "$text"
	done
}

# The transfers are alike; each line's remark names its order.
settled() {
	local n
	local -a lines=()
	while read -r n; do lines+=("240.00 B-$n $n"); done <orders
	statement "${lines[@]}" >statement.csv
	ca-pay --reconcile statement.csv $CAROL
}

accepted() { ca-review $ALICE --accept <orders; }
approved() { ca-review $BOB --approve <orders; }
issued() { ca-issue $CA_PIN <orders; }
installed() { ca-install $KEYS <orders; }

# ready REQUEST:ALGORITHM...: all of it up to the state ready
ready() {
	applied "$@" && uploaded && declared && settled && accepted &&
	    approved
} >/dev/null 2>&1

# about BUSINESS NUMBER REQUEST [SED...]: an application of that business about
# the pair of the order, whose application is applications.yaml's first
about() {
	local business=$1 number=$2 request=$3 script
	local -a edit=() changes=(-e '')
	shift 3
	case $business in
	new | renew) ;;
	reissue | change) edit+=(-e '/^validity:/d') ;;
	*) edit+=(-e '/^validity:/d; /^algorithm:/d; /^backup_pin:/d') ;;
	esac
	case $business in
	reissue | revoke) edit+=(-e 's/^business:/reason: superseded\n&/') ;;
	esac
	edit+=(-e '')
	for script; do changes+=(-e "$script"); done
	sed '1d; /^---/,$d' applications.yaml |
	    sed -e "s/^request:.*/request: $request/" \
	    -e "s/^service:.*/&\ncertificate: {order: \"$number\"}/" \
	    -e "s/^business:.*/business: $business/" \
	    -e 's/to: 2027-04-30/to: 2031-12-31/' | sed "${edit[@]}" |
	    sed "${changes[@]}"
}

# reviewed BUSINESS NUMBER REQUEST [SED...]: all of it up to the state ready;
# its number is in $order.  The reviewers are those that the business asks for.
reviewed() {
	local slot due first=$ALICE second=$BOB
	about "$@" >"$3.yaml"
	order=$(ca-apply $KEYS "$3.yaml") || return
	mkdir -p "scans/$3"
	for slot in $(ca-query --json "$order" | jq -r '.documents.missing[]'); do
		cp "$top"/tests/data/scans/"$slot".* "scans/$3/"
	done
	if [ -n "$(ls "scans/$3")" ]; then ca-upload --from scans "$order"; fi
	due=$(ca-query --json "$order" | jq .payment.due_fen)
	if [ "$due" -gt 0 ]; then
		transfer "$order" "$((due / 100)).00" >transfer.yaml
		ca-pay --transfer transfer.yaml "$order"
		statement "$((due / 100)).00 B-$order $order" >"$3.csv"
		ca-pay --reconcile "$3.csv" $CAROL
	fi
	if [ "$1" = recover ]; then first=$DORA second=$ERIK; fi
	ca-review $first --accept "$order"
	ca-review $second --approve "$order"
} >/dev/null

# fulfilled BUSINESS NUMBER REQUEST [SED...]: all of it up to ca-issue
fulfilled() {
	reviewed "$@" && ca-issue $CA_PIN --codes codes "$order" >/dev/null
}

DORA='--as dora --keystore ops --pin file:dora.pin'
ERIK='--as erik --keystore ops --pin file:erik.pin'
# recoverers: the operators whom recover orders need
recoverers() {
	pin dora erik
	operator dora recover && operator erik recover
}

# made REQUEST:ALGORITHM [SED]: an order that is installed; its number is in
# $first
made() {
	applied "$1" && uploaded && declared && settled && accepted &&
	    approved && issued && installed && first=$(cat orders)
} >/dev/null 2>&1

# once COMMAND...: a store on which the command was run, with what it left in
# $first and $order; done once for a file's tests, then copied
once() {
	local done=$BATS_FILE_TMPDIR/once-${*//[^a-z0-9]/-}
	if [ -d "$done" ]; then
		cp -a "$done/." . && export CAORDER_STORE=$PWD/store
	else
		store && "$@" && printf '%s\n' "$first" "${order-}" >numbers &&
		    cp -a . "$done" || return
	fi
	{ read -r first; read -r order; } <numbers
}

# revoked REASON NUMBER...: at once, on the word of two operators
revoked() {
	local reason=$1
	shift
	ca-issue --revoke --reason "$reason" $ALICE "$@" 2>/dev/null ||
	    [ $? -eq 4 ]
	ca-issue --revoke --reason "$reason" $BOB "$@" >/dev/null
}
