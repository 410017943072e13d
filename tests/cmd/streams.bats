# Streams of thousands, and what a pipe can do to them.
load ../helper

forge=$B/tests/bench/forge

# Ten thousand applications, of which one in a hundred is bad, each in one of
# ten ways; and for each of those "NUMBER LINE" of the place, in faults.
setup_file() {
	[ -x "$forge" ] || { echo "make ${forge#"$top/"} first" && return 1; }
	cd "$BATS_FILE_TMPDIR" || return 1
	"$forge" 10000 p256 r >good.yaml
	head -n 19000 good.yaml >thousand.yaml
	LC_ALL=C awk -v faults=faults '
	    function say(text) { print text; out++ }
	    # Line i from here on is where it is found.
	    function fault(i) { print n, out + i >faults }
	    /^---$/ { kind = ++n % 100 ? -1 : n / 100 % 10 }
	    n == 1 && /^  / { key = key $0 "\n" }
	    kind == 0 && /^service:/ { fault(1); say("colour: red") }
	    kind == 1 && /^validity:/ { next }
	    kind == 1 && /^---$/ { fault(2) }
	    kind == 2 && /^validity:/ { fault(1); sub(/12/, 13) }
	    kind == 3 && /^user:/ { fault(1); sub(/8881/, "8882") }
	    kind == 4 && /^validity:/ { say($0); fault(1) }
	    kind == 5 && /^algorithm:/ { fault(1); $0 = "algorithm: *a" }
	    kind == 6 && /^csr:/ { fault(1) }
	    kind == 6 && /^  M/ { sub(/M/, "N") }
	    kind == 7 && /^business:/ { fault(1); $0 = $0 "\377" }
	    kind == 8 && /^consent:/ { fault(3); $0 = "consent: {agreement: [" }
	    # The key of an order has no place but its field.
	    kind == 9 && /^csr:/ { print n, "csr" >faults }
	    kind == 9 && /^  M/ { printf "%s", key; out += 7; kind = -9; next }
	    kind == 9 && /^  -/ { next }
	    kind == -9 && /^  / { next }
	    { say($0) }' good.yaml >mixed.yaml
}

made=$BATS_FILE_TMPDIR

# until_lines COUNT FILE: wait until it has so many
until_lines() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(wc -l <"$2")" -lt "$1" ] || return 0
		sleep 0.05
	done
	echo "$2 has $(wc -l <"$2") lines, not $1"
	return 1
}

orders() { sql 'SELECT count(*) FROM orders'; }

@test "of ten thousand applications the good ones become orders" {
	store
	mkfifo in
	ca-apply --rejects rejects <in >out 2>err 3>&- &
	pid=$!
	exec 8>in
	# The first are answered while the others are still to come.
	{ head -n 190 "$made/mixed.yaml" && echo ...; } >&8
	until_lines 10 out
	{ tail -n +191 "$made/mixed.yaml" && echo ...; } >&8
	until_lines 9900 out
	peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$pid/status)
	exec 8>&-
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 3 ]
	echo "# peak: $peak kB"
	case $B in
	*/asan | */cov) ;;
	*) [ "$peak" -lt 65536 ] ;;
	esac

	# Numbers in the order of the input, and each of its application.
	seq -f '0020261122%07.0f' 9900 | cmp - out
	[ "$(orders)" -eq 9900 ]
	seq -f 'r-%.0f' 10000 | grep -v '00$' >wanted
	sql 'SELECT request FROM orders ORDER BY number' | cmp - wanted

	# A reject for each bad one, with its place; one that cannot be read as
	# YAML has no request to be named by.
	[ "$(wc -l <rejects)" -eq 100 ]
	[ "$(wc -l <err)" -eq 100 ]
	# The marker in between is a line too.
	awk '$2 != "csr" { $2++ } { print }' "$made/faults" >places
	jq -r '"\(.status) \(.class) \(.line // .field)"' rejects >told
	awk '{ print 3, "input", $2 }' places | diff - told
	jq -r '.request // empty' rejects | sed 's/^r-//' >named
	awk '$1 / 100 % 10 != 7 && $1 / 100 % 10 != 8 { print $1 }' places |
	    cmp - named

	# All of it again is the same, and no second effect.
	before=$(sql 'SELECT count(*) FROM journal')
	run --separate-stderr ca-apply "$made/mixed.yaml"
	[ "$status" -eq 3 ]
	cmp out - <<<"$output"
	[ "$(sql 'SELECT count(*) FROM journal')" -eq "$before" ]
}

@test "who reads no more stops the numbers, not the orders" {
	store
	run bash -c "set -o pipefail
	    ca-apply '$made/thousand.yaml' 2>err | head -n 1"
	[ "$status" -eq 1 ]
	[ "$output" = 00202611220000001 ]
	[ "$(<err)" = 'ca-apply: standard output: not all could be written' ] ||
	    grep -qx 'ca-apply: standard output: .*' err
	[ "$(orders)" -eq 1000 ]
	# One that only reads ends with its reader.
	sql 'SELECT number FROM orders' >numbers
	run bash -c 'set -o pipefail; ca-query -o number <numbers | head -n 1'
	[ "$status" -eq 141 ]
	[ "$output" = 00202611220000001 ]
	ca-admin verify
}

@test "numbers that cannot be written are a failure, and the orders stand" {
	store
	run --separate-stderr bash -c "ca-apply '$made/thousand.yaml' >/dev/full"
	[ "$status" -eq 1 ]
	[[ $stderr == 'ca-apply: standard output: '* ]]
	[ "$(orders)" -eq 1000 ]
	works ca-apply "$made/thousand.yaml"
	[ "${#lines[@]}" -eq 1000 ]
	[ "$(orders)" -eq 1000 ]
}

@test "a signal ends it behind a batch, and it goes on where it was" {
	store
	for signal in TERM INT KILL; do
		rm -rf store && cp -a "$B/tests/store/store" store
		: >out
		env --default-signal=INT ca-apply "$made/good.yaml" >out 3>&- &
		pid=$!
		until_lines 1 out
		kill -s "$signal" "$pid"
		code=0
		wait "$pid" || code=$?
		[ "$code" -eq $((128 + $(kill -l "$signal"))) ]
		n=$(wc -l <out)
		[ "$n" -lt 10000 ]
		# What was printed is on disk; of a kill perhaps some more.
		sql 'SELECT number FROM orders ORDER BY number' >there
		head -n "$n" there | cmp - out
		[ "$signal" = KILL ] || cmp there out
		ca-apply "$made/good.yaml" >again
		seq -f '0020261122%07.0f' 10000 | cmp - again
		[ "$(orders)" -eq 10000 ]
	done
}

@test "two at once on the same file make each order once" {
	store
	ca-apply "$made/thousand.yaml" >one 2>err 3>&- &
	pid=$!
	ca-apply "$made/thousand.yaml" >two
	wait "$pid"
	[ ! -s err ]
	cmp one two
	[ "$(orders)" -eq 1000 ]

	# With keys made here, each order's key is one, and the container's.
	for i in $(seq 40); do
		echo ---
		application "k-$i"
	done >keys.yaml
	for i in one two three; do
		ca-apply --keystore keys --pin file:user.pin keys.yaml \
		    >$i 2>$i.err 3>&- &
	done
	wait
	cat one.err two.err three.err
	[ ! -s one.err ] && [ ! -s two.err ] && [ ! -s three.err ]
	cmp one two && cmp two three
	[ "$(orders)" -eq 1040 ]
	[ "$(ls -A keys)" = "$(<one)" ]
	for i in $(<one); do
		key=$(openssl req -in "keys/$i/sign.csr" -noout -pubkey |
		    openssl pkey -pubin -outform DER | sha256sum)
		[ "$(sql "SELECT lower(hex(key)) FROM orders
		    WHERE number = '$i'")" = "${key%% *}" ]
	done
}

@test "standard input that is closed is an empty one" {
	store
	apply one
	for tool in ca-apply 'ca-upload --from .' 'ca-query --why' \
	    'ca-review --show' 'ca-issue --pin file:ca.pin' \
	    'ca-install --keystore keys --pin file:user.pin'; do
		works bash -c "timeout 10 $tool <&-"
		[ -z "$output" ]
	done
}

@test "lines that are no numbers are refused, and the others are done" {
	store
	apply one
	{
		printf '%s\0\n' "$order"
		head -c 3000 /dev/urandom | tr '\n\r#{' xxxx
		echo
		head -c 2000000 /dev/zero | tr '\0' 9
		echo
		printf '{"order":"%s"\n' "$order"
		printf '{"order":%s}\n' "$order"
		printf '{"number":"%s"}\n' "$order"
		printf '# %s\n\n \t%s \r\n' "$order" "$order"
		printf '{"order":"%s","x":[{}]}\n' "$order"
		printf '%s' "$order"
	} >numbers
	run --separate-stderr ca-query -o number --rejects rejects <numbers
	[ "$status" -eq 3 ]
	[ "$output" = "$order"$'\n'"$order"$'\n'"$order" ]
	[ "${#stderr_lines[@]}" -eq 6 ]
	[ "$(jq -c '[.status, .line]' rejects)" = \
	    '[3,1]
[3,2]
[3,3]
[3,4]
[3,5]
[3,6]' ]
	[ "$(jq -r 'select(.line == 1).reason' rejects)" = \
	    'a NUL octet: this is not a text file' ]
	[ "$(jq -r 'select(.line == 3).reason' rejects)" = \
	    'the line has more than 262144 octets' ]
}

@test "JSON lines of one tool are read by the next" {
	store
	head -n 380 "$made/good.yaml" >twenty.yaml
	mkdir scans && cp "$top"/tests/data/scans/* scans
	run --separate-stderr bash -c "set -o pipefail
	    ca-apply --json twenty.yaml |
	    tee applied | ca-query --json |
	    ca-review --json --as alice --keystore ops --pin file:alice.pin --paper |
	    tee paper | ca-query -o number,state"
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	[ "$output" = "$(seq -f $'0020261122%07.0f\tapplied' 20)" ]
	cmp <(jq -r .order applied) <(jq -r .order paper)
	[ "$(jq -r .request applied)" = "$(seq -f 'r-%.0f' 20)" ]
}

@test "a dry run leaves everything as it was" {
	load ../steps
	store
	head -n 38 "$made/good.yaml" >two.yaml
	same() {
		local before
		before=$(find store ops keys -type f ! -name '*-shm' \
		    ! -name '*-wal' -exec sha256sum {} + 2>/dev/null | sort)
		journal=$(sql 'SELECT count(*) FROM journal')
		run --separate-stderr "$@"
		echo "$*: $status: $stderr"
		[ "$(sql 'SELECT count(*) FROM journal')" = "$journal" ]
		[ "$(find store ops keys -type f ! -name '*-shm' \
		    ! -name '*-wal' -exec sha256sum {} + 2>/dev/null |
		    sort)" = "$before" ]
		[ "$status" -eq 0 ]
	}
	same ca-apply -n two.yaml
	application own >own.yaml
	same ca-apply -n $KEYS own.yaml
	[ ! -e keys ]
	applied one:p256
	same ca-upload -n --from scans "$(<orders)"
	uploaded
	same ca-pay -n "$(<orders)" --payer-account 7443900182600096874 \
	    --payer-name 沈阳示例科技有限公司 --amount 240.00 --date 2026-11-20
	declared
	statement "240.00 B-1" >statement.csv
	same ca-pay -n --reconcile statement.csv $CAROL
	settled
	same ca-review -n $ALICE --accept "$(<orders)"
	accepted
	same ca-review -n $BOB --approve "$(<orders)"
	approved
	same ca-issue -n $CA_PIN "$(<orders)"
	issued
	same ca-install -n $KEYS "$(<orders)"
	[ "$(ca-query -o state "$(<orders)")" = issued ]
}
