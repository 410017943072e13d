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

# transfer NUMBER [AMOUNT]: a document that declares it
transfer() {
	printf -- '---\norder: "%s"\npayer_account: "7443900182600096874"\n' "$1"
	printf 'payer_name: 沈阳示例科技有限公司\namount: "%s"\ndate: 2026-11-20\n' \
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
		printf '2026-11-20,7443900182600096874,沈阳示例科技有限公司,,%s,%s,%s\n' \
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
