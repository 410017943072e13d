# Forms on their way: printed, stamped, turned, badly lit, compressed, mixed
# into one heap, and back in the slots of their orders.
load ../helper
load ../trip

@test "pages that were printed find their slots, and none a wrong one" {
	store
	hard 3 >orders
	mapfile -t orders <orders
	printed "${orders[@]}"
	[ "$(wc -l <truth)" -eq 15 ]
	mkdir heap
	# Two orders as they are and turned, which all must be read, and one
	# of other damages.
	local i=0 page png how=('' turn=90 turn=180 turn=270 turn=3 turn=10
	    turn=-3 turn=100 turn=187 'turn=10 quality=30' shade=70 quality=15
	    "seal=$QR turn=3" "seal=$BARS gray=1 quality=30"
	    "patch=$QR turn=10")
	while read -r page _; do
		png=$(raster $((i % 2 ? 100 : 150)) "${page%-*}" "${page#*-}")
		# shellcheck disable=SC2086 # a list
		damaged "$png" "heap/$page.jpg" ${how[i]}
		i=$((i + 1))
	done <truth
	cp "$top"/tests/data/scans/seal-form.jpg heap/
	run --separate-stderr ca-upload --scan --json heap
	[ "$status" -eq 3 ]
	told '^ca-upload: heap/seal-form.jpg: '
	printf '%s\n' "$output" >placed
	landed placed >found
	[ "$(grep -c "^${orders[0]}-\|^${orders[1]}-" found)" -eq 10 ]
	[ "$(compared <found)" = '15 0' ]
}
