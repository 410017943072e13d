# Strike a command at each call that changes the disk, one after another, and
# hold what is left to what must always be so.
load ../steps

# begun STEP...: a store that has come so far, in $BATS_FILE_TMPDIR/base, from
# which every strike starts afresh.
begun() {
	export HOME=$BATS_FILE_TMPDIR TZ=UTC LC_ALL=C CAORDER_LANG=en
	export CAORDER_NOW=2026-11-22T02:00:00Z
	mkdir "$BATS_FILE_TMPDIR/base"
	cd "$BATS_FILE_TMPDIR/base" || return 1
	store
	export CAORDER_STORE=store
	local step
	for step; do $step >/dev/null 2>&1 || return 1; done
}

# One order, with a key made here.
one() { applied one:p256; }

# shim TOOL...: run it, under the fault that $SHIM ("kill 12") asks for
shim() {
	local how n
	read -r how n <<<"$SHIM"
	if [ -z "$how" ]; then
		"$@"
	else
		env LD_PRELOAD="$FAULT_SO" CAO_FAULT="$how" CAO_FAULT_AT="$n" \
		    CAO_FAULT_COUNT="$BATS_TEST_TMPDIR/count" "$@"
	fi
}

# stride BY [FROM]: where there are many calls, or many sweeps that are alike,
# take every BY-th, from the FROM-th on; EVERY=1 makes it all of them
stride() {
	by=$1 from=${2:-1}
	[ -z "${EVERY-}" ] || from=1 by=1
}
stride 1
most=3000 # calls: a command that makes more does not end

# struck HOW LEAST COMMAND HELD: COMMAND at each call in a store of its own;
# what it printed is in out, and HELD holds what is left to what must be so.  At
# least so many calls must have been seen.
struck() {
	local how=$1 least=$2 command=$3 held=$4 n
	export CAORDER_STORE=store
	for ((n = from; n < most; n += by)); do
		echo "$how $n" # told where it fails
		rm -rf "$BATS_TEST_TMPDIR/work"
		cp -a "$BATS_FILE_TMPDIR/base" "$BATS_TEST_TMPDIR/work"
		cd "$BATS_TEST_TMPDIR/work"
		if SHIM="$how $n" $command >out 2>err; then
			[ "$(<"$BATS_TEST_TMPDIR/count")" -ge "$n" ] || break
		elif [ "$how" != kill ]; then
			grep -q '^ca-' err # said so, and did not crash
		fi
		SHIM=''
		$held
	done
	echo "# $command, $how: calls $from to $((n - 1)) by $by" >&3
	[ "$n" -gt "$least" ] && [ "$n" -lt "$most" ]
}

# sweep HOW LEAST COMMAND: at every call that COMMAND makes for the order $of
# (else the first).  What it printed before the fault is so (printed NUMBER),
# and nothing is half done (between); the same command again completes it
# (complete), and nothing in the store is out of order then.
between() { :; }
sweep() { strike_=$3 && struck "$1" "$2" "$3" completed; }
completed() {
	local number
	while read -r number; do
		printed "$number"
	done <out
	between
	$strike_ >again 2>err || { cat err && return 1; }
	[ "$(<again)" = "${of:-00202611220000001}" ]
	complete
	ca-admin verify -q
}

# state NUMBER: in one word
state() { ca-query "$1" -o state; }
