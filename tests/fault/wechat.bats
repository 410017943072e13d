# ca-pay --wechat-notify: answered with 204 when the payment is on disk.
load sweep
load ../wechat

asked() {
	shop && serve && ca-pay --wechat 00202611220000001
	unserve
	scanned 00202611220000001 && pay wx notice 00202611220000001
}
setup_file() { begun one asked; }

strike() {
	shim env $(cat wx/notice.env) ca-pay --wechat-notify <wx/notice.body
}

# What was answered is so; the same notice again completes it.
held() {
	! grep -q '^Status: 204' out || [ "$(facts)" = '1|1|24000' ]
	[[ $(facts) == 0\|0\|0 || $(facts) == 1\|1\|24000 ]]
	strike >again
	grep -q '^Status: 204' again
	[ "$(facts)" = '1|1|24000' ]
	ca-admin verify -q
}

@test "killed at any write, a notice is recorded once, and answered after" {
	stride 3
	struck kill 5 strike held
}

@test "any one write failing, a notice is asked for again" {
	stride 4 2
	struck eio 5 strike held
}

certify() {
	shim ca-admin wechat add wx/platform.pub --key-id PUB_KEY_ID_0112 \
	    --ca-pin file:ca.pin
}
certified() {
	certify && ca-admin verify -q
	[ "$(ca-admin wechat list | wc -l)" = 2 ]
}

@test "killed at any write, a key is certified or is not" {
	stride 4
	struck kill 5 certify certified
}
