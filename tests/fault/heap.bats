# ca-upload --scan: a document that is joined, one that is not, and a page to be
# placed by hand.
load sweep
load ../scans
stride 2

heaped() {
	one && stand_in && mkdir heap || return 1
	local order=00202611220000001
	scan a.pdf application-form.pdf "$(code $order seal-form 2 2)"
	scan b.jpg seal-form.jpg "$(code $order seal-form 1 2)"
	scan c.png handler-id.png "$(code $order handler-id)"
	scan d.tif user-id.tif ''
}
setup_file() { begun heaped; }

# The page that is left makes it 3.
strike() { shim "$PWD/bin/ca-upload" --scan heap || [ $? -eq 3 ]; }

# A number that was printed has its slots filled; the same heap completes it,
# and the picture of the page that is left, and is no change then.
held() {
	local slots="SELECT group_concat(slot) FROM (SELECT slot FROM
	    current_document ORDER BY slot)"
	if [ -s out ]; then [ "$(sql "$slots")" = handler-id,seal-form ]; fi
	run -0 --separate-stderr strike
	[ "$output" = 00202611220000001 ]
	[ "$(sql "$slots")" = handler-id,seal-form ]
	[ "$(stat -c '%a %s' store/unplaced/*)" = '600 4' ]
	[ "$(sql 'SELECT count(*) FROM document')" = 2 ]
	ca-admin verify -q
}

@test "killed at any write, a heap is completed by the same again" {
	struck kill 20 strike held
}

@test "any one write failing, it is said, and the heap is completed" {
	struck eio 20 strike held
}
