# What holds for every tool, run over all of them.
load ../helper

tools=(ca-apply ca-upload ca-pay ca-review ca-issue ca-install ca-query ca-admin ca-scan ca-form)

# page TOOL [SECTION]: its manual, or one section of it in one line
page() {
	if [ $# -eq 1 ]; then
		mandoc -T utf8 -O width=1000 "$top/man/$1.1" | col -b
	else
		page "$1" | sed -n "/^$2\$/,/^[A-Z]/p" | sed '1d;$d' |
		    tr -s ' \n' ' ' | sed 's/^ //; s/ $//'
	fi
}

@test "--help goes to stdout and exits 0, without a store" {
	for tool in "${tools[@]}"; do
		works "$tool" --help
		[[ ${lines[0]} == "usage: $tool "* ]]
		[[ $output == *"Examples:"*"Options:"*"Exit status:"*"man 1 $tool"* ]]
		works "$tool" -h
	done
}

@test "the manual's SYNOPSIS is the usage" {
	for tool in "${tools[@]}"; do
		usage=$("$tool" --help | sed '/^$/q' |
		    sed 's/^usage: //; s/^ *or: //' | tr -s ' \n' ' ' |
		    sed 's/ $//')
		manual=$(page "$tool" SYNOPSIS | sed 's/…/.../g')
		[ "$usage" = "$manual" ] || {
			printf '%s\nhelp:   %s\nmanual: %s\n' "$tool" "$usage" "$manual"
			return 1
		}
	done
}

@test "every option and subcommand is in the manual, with its section" {
	for tool in "${tools[@]}"; do
		text=$(page "$tool")
		for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES \
		    'SEE ALSO'; do
			grep -qx "$section" <<<"$text" ||
			    { echo "$tool: no section $section"; return 1; }
		done
		while read -r word; do
			grep -qF -- "$word" <<<"$text" ||
			    { echo "$tool: $word is not in the manual"; return 1; }
		done < <("$tool" --complete)
	done
}

@test "every option of the manual is one of the tool's" {
	for tool in "${tools[@]}"; do
		words=$("$tool" --complete)
		for option in $(grep -E '^\.It Fl' "$top/man/$tool.1" |
		    grep -oE 'Fl -[a-z0-9-]+' | sed 's/^Fl -/--/' | sort -u); do
			grep -qx -- "$option" <<<"$words" ||
			    { echo "$tool: has no $option"; return 1; }
		done
	done
}

@test "--version names the tool and the version" {
	for tool in "${tools[@]}"; do
		works "$tool" --version
		[[ $output =~ ^"$tool (caorder) "[0-9]+\.[0-9]+\.[0-9]+$ ]]
		works "$tool" -V
	done
}

@test "wrong usage is told in two lines and exits 2" {
	for tool in "${tools[@]}"; do
		fails 2 "$tool" --no-such-option
		fails 2 "$tool" -Z
		fails 2 "$tool" --json=yes
		fails 2 "$tool" --store
		fails 2 "$tool" --store ''
		fails 2 "$tool" --store a --store b
	done
}

@test "an option that is nearly one is told" {
	fails 2 ca-query --sate ready
	[[ $stderr == *"unknown option --sate: is --state meant?"* ]]
	fails 2 ca-pay --recncile x
	[[ $stderr == *"--reconcile"* ]]
}

@test "options that exclude each other, or lack another, are wrong usage" {
	fails 2 ca-review --accept --approve --as alice 00202611220000001
	fails 2 ca-review --accept 00202611220000001
	[[ $stderr == *"--as NAME is missing"* ]]
	fails 2 ca-query --why --state ready
	fails 2 ca-query --state ready 00202611220000001
	fails 2 ca-pay --amount 1 00202611220000001
	fails 2 ca-admin verify --role accept
	fails 2 ca-admin operator
	fails 2 ca-upload 00202611220000001
}

@test "a secret is never an argument, and never repeated" {
	for tool in ca-apply ca-issue ca-install; do
		fails 2 "$tool" --store . --pin Sesame-1234 00202611220000001
		[[ $stderr != *Sesame* ]]
	done
	fails 2 ca-issue --pinn=Sesame-1234 00202611220000001
	[[ $stderr != *Sesame* ]]
}

@test "a PIN comes from a private file, a descriptor or a variable" {
	store
	number=00202611220000001
	fails 6 ca-issue --pin file:ca.pin $number
	fails 6 ca-issue --pin fd:7 $number 7<ca.pin
	PIN=$(cat ca.pin) fails 6 ca-issue --pin env:PIN $number
	fails 3 ca-issue --pin env:NO_SUCH_PIN $number
	fails 3 ca-issue --pin file:no.pin $number
	fails 2 ca-issue --pin fd:99 $number
	fails 2 ca-issue --pin fd:x $number
	chmod 640 ca.pin
	fails 3 ca-issue --pin file:ca.pin $number
	[[ $stderr == *"mode 0640"*"chmod 600"* ]]
	chmod 600 ca.pin
	mkfifo fifo && chmod 600 fifo
	fails 3 ca-issue --pin file:fifo $number
	(umask 077 && : >empty && head -c 1025 /dev/zero >long)
	fails 3 ca-issue --pin file:empty $number
	fails 3 ca-issue --pin file:long $number
	fails 3 ca-issue --pin file:alice.pin $number
}

@test "nobody is asked for a PIN where nobody is" {
	store
	for pin in '' '--pin prompt'; do
		# shellcheck disable=SC2086 # it is words
		run --separate-stderr setsid -w ca-issue $pin 00202611220000001
		[ "$status" -eq 2 ]
		[[ $stderr == "ca-issue: "*file:PATH*$'\n'"usage: "* ]]
	done
}

@test "lines that are no numbers are refused with their place, others go on" {
	store
	apply one
	printf '# orders\n\n%s\nx\0y\n  {"order":"%s"} \r\n0020261122000000' \
	    "$order" "$order" >in
	run --separate-stderr ca-query -o number <in
	[ "$status" -eq 3 ]
	[ "$output" = "$order"$'\n'"$order" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[0]} == "ca-query: <stdin>:4: "* ]]
	[[ ${stderr_lines[1]} == "ca-query: <stdin>:6: "* ]]
}

@test "a line that is too long is one refusal" {
	store
	apply one
	{ head -c 600000 /dev/zero | tr '\0' 1; echo; echo "$order"; } >in
	run --separate-stderr ca-query -o number <in
	[ "$status" -eq 3 ]
	[ "$output" = "$order" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "operands may name standard input, and keep their order" {
	store
	apply one && first=$order
	apply two && second=$order
	run --separate-stderr ca-query -o number "$second" - "$second" <<<"$first"
	[ "$output" = "$second"$'\n'"$first"$'\n'"$second" ]
}

@test "an order is answered before the next line comes" {
	store
	apply one
	mkfifo in out
	ca-query -o number <in >out &
	exec 8>in 9<out
	echo "$order" >&8
	read -r -t 10 answer <&9
	[ "$answer" = "$order" ]
	exec 8>&-
	wait $!
}

@test "--rejects has one object for each order that failed" {
	store
	apply one
	run --separate-stderr ca-issue --pin file:ca.pin --rejects r.jsonl \
	    "$order" 00209912310000001 x
	[ "$status" -eq 6 ]
	[ "$(stat -c %a r.jsonl)" = 600 ]
	[ "$(jq -s length r.jsonl)" = 3 ]
	[ "$(jq -r .class r.jsonl | paste -sd,)" = not-ready,not-found,input ]
	[ "$(jq -r '.order // "-"' r.jsonl | paste -sd,)" = \
	    "$order,00209912310000001,-" ]
	jq -e '.reason == .faults[0].reason and .status == .faults[0].status' \
	    r.jsonl >jq.out
}

@test "a rejects file that cannot be written is told before the work" {
	store
	application one >a.yaml
	fails 3 ca-apply --keystore keys --pin file:user.pin \
	    --rejects no/such/folder a.yaml
	works ca-query --limit 5 -o number
	[ -z "$output" ]
}

@test "output that cannot be written is a failure" {
	store
	apply one
	run --separate-stderr bash -c "ca-query -o number $order >/dev/full"
	[ "$status" -eq 1 ]
	[[ $stderr == "ca-query: standard output"* ]]
	run --separate-stderr bash -c 'ca-issue --help >/dev/full'
	[ "$status" -eq 1 ]
}

@test "closed descriptors become nobody's file" {
	store
	apply one
	run bash -c "ca-query -o number $order >&-"
	[ "$status" -eq 0 ] || [ "$status" -eq 1 ]
	works ca-query -o number "$order" <&-
	[ "$output" = "$order" ]
}

@test "an interrupted stream ends after its batch with 128 and the signal" {
	store
	apply one
	mkfifo in
	for signal in INT TERM; do
		env --default-signal="$signal" ca-query -o number <in >out &
		pid=$!
		exec 8>in
		echo "$order" >&8
		for _ in $(seq 100); do
			[ -s out ] && break
			sleep 0.05
		done
		kill -s "$signal" "$pid"
		code=0
		wait "$pid" || code=$?
		exec 8>&-
		[ "$code" -eq $((128 + $(kill -l "$signal"))) ]
		[ "$(cat out)" = "$order" ]
		rm out
	done
}

@test "control characters reach no terminal" {
	store
	run --separate-stderr ca-query -o number $'0020\e[31m'
	[ "$status" -eq 3 ]
	[[ $stderr != *$'\e'* ]]
	fails 3 ca-apply $'no\nsuch\e[2J'
	[[ $stderr == *'no\x0asuch\x1b[2J'* ]]
}

@test "CAORDER_NOW must be a time, and a day of the calendar" {
	store
	CAORDER_NOW=yesterday fails 2 ca-query
	CAORDER_NOW=2026-02-29T00:00:00Z fails 2 ca-query
	CAORDER_NOW=2028-02-29T08:00:00+08:00 works ca-query
}

@test "CAORDER_LANG and --lang pick the language, in cron's locale too" {
	[ -f "$B/share/locale/zh_CN/LC_MESSAGES/caorder.mo" ] ||
	    skip 'no translation is built'
	run env -i CAORDER_LANG=zh_CN "$(command -v ca-query)" --help
	[[ $output == *用法* ]]
	run env -i CAORDER_LANG=zh_CN "$(command -v ca-query)" --lang en --help
	[[ $output == usage:* ]]
	run env -i "$(command -v ca-query)" --lang zh_CN --help
	[[ $output == *用法* ]]
	run env -i LC_ALL=zh_CN.UTF-8 CAORDER_LANG=en \
	    "$(command -v ca-query)" --help
	[[ $output == usage:* ]]
}

@test "without a store the way to one is told" {
	unset HOME
	fails 2 ca-query 00202611220000001
	[[ $stderr == *"--store DIR"*CAORDER_STORE* ]]
	export HOME=$PWD
	run ca-query 00202611220000001
	[ "$status" -ne 0 ]
}

@test "completion offers the tool's own words" {
	source "$top/share/completions/ca"
	for tool in "${tools[@]}"; do
		COMP_WORDS=("$tool" --sto) COMP_CWORD=1 COMPREPLY=()
		compopt() { :; }
		_caorder
		[ "${COMPREPLY[0]}" = --store ]
	done
}
