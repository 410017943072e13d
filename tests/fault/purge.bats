# ca-admin purge: an order whose time is over.
load sweep
stride 11

done_() { approved && issued && installed; }
setup_file() { begun one uploaded declared settled accepted done_; }

# The second run has nothing to list any more: what counts is what is left.
strike() {
	CAORDER_NOW=2037-11-23T02:00:00Z shim ca-admin purge --yes >listed ||
	    return
	echo 00202611220000001
}
printed() { [ -z "$(ca-query "$1" -o user)" ]; }
# The organisation is named by its invoice alone.
complete() {
	! grep -rqaE '林晓|7443900182600096874|210102199003078881' store &&
	    [ "$(grep -rahoF 沈阳示例 store | wc -l)" = 1 ] &&
	    [ -z "$(find store/objects -type f)" ] &&
	    [ "$(sql "SELECT count(*) FROM purge")" = 1 ]
}

@test "killed at any write, purge leaves nothing behind" {
	sweep kill 10 strike
}

@test "any one write failing, purge says so and completes again" {
	sweep eio 10 strike
}
