# What the .bats files share.  Each test has a folder of its own to be in.

bats_require_minimum_version 1.5.0

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${B:=$top/build}"

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset CAORDER_STORE XDG_DATA_HOME LANGUAGE LANG
	export HOME=$BATS_TEST_TMPDIR TZ=UTC LC_ALL=C CAORDER_LANG=en
	export CAORDER_NOW=2026-11-22T02:00:00Z
	umask 022
}

# fails CODE COMMAND...: it exits with CODE and not from a signal, prints
# nothing, and says why in one line that begins with the tool's name (of wrong
# usage in two, the second of which is the usage)
fails() {
	local want=$1 said=1
	shift
	[ "$want" -eq 2 ] && said=2
	run --separate-stderr "$@"
	if [ "$status" -ne "$want" ] || [ -n "$output" ] ||
	    [ "${#stderr_lines[@]}" -ne "$said" ] ||
	    [[ ! $stderr =~ ^ca-[a-z]+:\  ]]; then
		printf 'exit %s, not %s, of: %s\nstdout: %s\nstderr: %s\n' \
		    "$status" "$want" "$*" "$output" "$stderr"
		return 1
	fi
	[ "$want" -ne 2 ] || [[ ${stderr_lines[1]} == "usage: "* ]]
}

# works COMMAND...: it exits with 0 and says nothing to people.
works() {
	run --separate-stderr "$@"
	if [ "$status" -ne 0 ] || [ -n "$stderr" ]; then
		printf 'exit %s of: %s\nstderr: %s\n' "$status" "$*" "$stderr"
		return 1
	fi
}

# told PATTERN...: each is in a line of standard error
told() {
	local pattern
	for pattern; do
		grep -Eq -- "$pattern" <<<"$stderr" || {
			printf 'no line like %s in:\n%s\n' "$pattern" "$stderr"
			return 1
		}
	done
}

# pin NAME...: NAME.pin, which nobody else may read
pin() {
	local name
	for name; do
		(umask 077 && printf '%s-Secret-2026\n' "$name" >"$name.pin")
	done
}

# store: a store with the operators alice (accept), bob (approve) and carol
# (cashier), whose keys are in ops/; made once for all tests, then copied.
store() {
	local made=$B/tests/store

	mkdir -p "$B/tests"
	(
		flock 9
		[ "$made/ready" -nt "$B/bin/ca-admin" ] && exit 0
		rm -rf "$made"
		mkdir -p "$made" && cd "$made" || exit 1
		pin ca alice bob carol user
		export CAORDER_STORE=$made/store
		ca-admin init --name '示例电子商务认证有限公司' \
		    --pin file:ca.pin &&
		    operator alice accept && operator bob approve &&
		    operator carol cashier && light && : >ready
	) 9>"$B/tests/store.lock" || return 1
	cp -a "$made/." . && rm -f ready
	export CAORDER_STORE=$PWD/store
}

# light: the keys of the store and its operators under a derivation that costs
# next to nothing, since opening keys would be most of the tests' time.  The
# applicants' keys stay as they are made.
light() {
	local key pin
	for key in ops/*/*.key store/ca/*.key; do
		pin=${key#ops/}
		if [ "$pin" = "$key" ]; then pin=ca; else pin=${pin%%/*}; fi
		openssl pkey -in "$key" -passin "file:$pin.pin" |
		    openssl pkcs8 -topk8 -v2 aes-256-cbc -scrypt -scrypt_N 16 \
			-scrypt_r 8 -scrypt_p 1 -passout "file:$pin.pin" \
			-out light && cat light >"$key" || return
	done
	rm light
}

# operator NAME ROLE: certified, with its key in ops/
operator() {
	ca-admin operator add "$1" --role "$2" --keystore ops \
	    --pin "file:$1.pin" --ca-pin file:ca.pin
}

# application REQUEST [SED...]: a good application of that request id, with
# the changes of the sed scripts
application() {
	local request=$1 script
	local -a edit=()
	shift
	for script; do edit+=(-e "$script"); done
	sed -e "s/^request:.*/request: $request/" "${edit[@]}" <<-'END'
		request: one
		service: ln-gov-employee-mkey
		business: new
		validity: 12
		algorithm: p256
		consent: {agreement: "2020-03-09", privacy: "2020-03-09"}
		user:
		  name: 林晓
		  id_type: resident-id
		  id_number: "210102199003078881"
		  country: CN
		  province: 辽宁
		  phone: "13800000001"
		organisation:
		  name: 沈阳示例科技有限公司
		  id_type: uscc
		  id_number: 91210100MA0ABCDE6X
		  country: CN
		  province: 辽宁
		  address: 沈阳市沈河区十三纬路1号
		handler:
		  like: user
		  address: 辽宁省沈阳市沈河区十三纬路三经街16层
		  phone: "13800000001"
		  email: linxiao@example.cn
		authorisation: {from: 2026-11-01, to: 2027-04-30}
	END
}

# apply REQUEST [SED...]: its order's number is in $order
apply() {
	application "$@" >"$1.yaml"
	order=$(ca-apply --keystore keys --pin file:user.pin "$1.yaml")
	[ -n "$order" ]
}

# sql QUERY: ask the store's database, or change it behind the tools' backs
sql() { sqlite3 -batch "$CAORDER_STORE/orders.db" "$1"; }
