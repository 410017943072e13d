# ca-notify: what is printed as delivered is on record, nothing is lost, and
# what is delivered twice has the same id.
load sweep
stride 5 2

told() {
	applied one:p256 two:p256 && uploaded
	ca-review $ALICE --return '公章不清晰' 00202611220000001
	sed -i 1d orders && accepted && approved
	printf '#!/bin/sh\njq -r .id >>told\n' >hook && chmod +x hook
	# The fault is ca-notify's, and not the command's.
	printf 'notify: {language: en, phone: [env, -u, LD_PRELOAD, %s, x]}\n' \
	    "./hook" >store/config.yaml
	sql "DELETE FROM outbox WHERE channel = 'mail'"
	ca-query --code --phone=13800000001
}
setup_file() { begun told; }

strike() { shim ca-notify; }
held() {
	local id state
	while read -r id state; do
		[ "$state" = delivered ] || [ "$state" = later ]
		[ "$state" = later ] || grep -qx "$id" told
		[[ $state = later || $id = code-* ]] ||
		    [ "$(deliveries "$id")" = 1 ]
	done < <(cut -f 1,5 out)
	ca-notify --retry 2>err
	ca-notify >again
	[ "$(sort -u told | sed 's/-.*//' | paste -sd' ')" = "approved code returned" ]
	[ "$(sql "SELECT count(*), count(DISTINCT kind) FROM delivery")" = "2|2" ]
	[ "$(sql "SELECT count(*) FROM outbox")" = 0 ]
	[ -z "$(ca-notify)" ]
	ca-admin verify -q
}
deliveries() {
	sql "SELECT count(*) FROM delivery WHERE kind || '-' || fact = '$1'"
}

@test "killed at any write, a message is delivered once more at most" {
	struck kill 10 strike held
}

@test "any one write failing, ca-notify says so, and the next one completes it" {
	struck eio 10 strike held
}

# Asking for a code: sent after it is printed, or not at all.
asked() { shim ca-query --code --phone=13900000002; }
sent() {
	[ ! -s out ] || [ "$(sql "SELECT count(*) FROM inquiry")" = 2 ]
	[ "$(sql "SELECT count(*) FROM inquiry")" = "$(sql "SELECT count(*) FROM outbox WHERE kind = 'code'")" ]
	ca-notify >again
	ca-admin verify -q
}

@test "killed at any write, a code is asked for or is not" {
	struck kill 5 asked sent
}
