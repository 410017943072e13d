# ca-admin backup and restore: whole, or as if they had not been.
load sweep
stride 31

setup_file() { begun one uploaded; }

# What stands under a backup's name is whole, and what was printed stands; the
# store is as it was; the same command once more leaves nothing half made.
held() {
	whole restored
	[ -s out ] || back_up >out
	whole :
	[ -z "$(find bk -name '*.new')" ]
}

# whole COMMAND: so is every backup, also by COMMAND
whole() {
	local b
	for b in bk/2*; do
		[[ ! -e $b || $b = *.new ]] && continue
		(cd "$b" && sha256sum --check --strict --status MANIFEST) &&
		    $1 "$b" || return
	done
	[ ! -s out ] || [ -d "$(<out)" ] || return
	cmp store/orders.db "$BATS_FILE_TMPDIR/base/store/orders.db"
}

restored() {
	ca-admin restore --store copy "$1" -q 2>&1 &&
	    diff -r --exclude='orders.db*' store copy &&
	    rm -r copy copy.revocations
}

back_up() { shim ca-admin backup bk; }

@test "killed at any write, backup leaves none or a whole one" {
	struck kill 100 back_up held
}

@test "any one write failing, backup says so and leaves none" {
	struck eio 100 back_up held
}

@test "killed at any write, restore leaves none or a whole one" {
	local n
	export CAORDER_STORE=store
	cd "$BATS_FILE_TMPDIR/base"
	ca-admin backup ../bk >/dev/null
	for ((n = from; n < most; n += by)); do
		rm -rf "$BATS_TEST_TMPDIR/work"
		mkdir "$BATS_TEST_TMPDIR/work"
		cd "$BATS_TEST_TMPDIR/work"
		ln -s "$BATS_FILE_TMPDIR/bk" bk
		if SHIM="kill $n" shim ca-admin restore -q bk 2>err; then
			[ "$(<"$BATS_TEST_TMPDIR/count")" -ge "$n" ] || break
		fi
		[ -e store ] || ca-admin restore -q bk
		diff -r --exclude='orders.db*' "$BATS_FILE_TMPDIR/base/store" store
		[ ! -e store.new ]
		[ "$(<store.revocations)" = "caorder revocations 1" ]
	done
	echo "# restore, kill: calls $from to $((n - 1)) by $by" >&3
	[ "$n" -gt 100 ] && [ "$n" -lt "$most" ]
}
