# Paying by WeChat: a store that is set up for it, and a WeChat Pay on loopback
# (tests/wechat), whose folder is wx.  The CA's clock stands still, and so does
# that of WeChat Pay, which goes by the requests.
load ../steps

# The server of the tests ends with all it has: that is no leak to be told.
pay() { ASAN_OPTIONS=detect_leaks=0 "$B/tests/wechat/pay" "$@"; }
NOW=1795312800 # 2026-11-22T02:00:00Z

# keys: those of the merchant, of WeChat Pay and of its server; made once
keys() {
	local made=$B/tests/wechat.keys
	(
		flock 9
		[ -e "$made/ready" ] && exit 0
		rm -rf "$made" && mkdir -p "$made" && cd "$made" || exit 1
		for k in merchant platform; do
			openssl genpkey -algorithm RSA -out $k.key \
			    -pkeyopt rsa_keygen_bits:2048
		done
		openssl pkey -in merchant.key -pubout -out merchant.pub
		openssl pkey -in platform.key -pubout -out platform.pub
		openssl req -x509 -key platform.key -days 36500 -subj /CN=wx \
		    -set_serial 0x5157F09EFDC096DE15EBE81A47057A7232F1B8E1 \
		    -out platform.crt
		openssl req -x509 -newkey ec -pkeyopt \
		    ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=wx \
		    -addext subjectAltName=IP:127.0.0.1 -keyout tls.key \
		    -out tls.crt
		: >ready
	) 9>"$B/tests/wechat.lock" 2>/dev/null
	mkdir -p wx/trades wx/refunds &&
	    cp "$made"/*.key "$made"/*.pub "$made"/*.crt wx &&
	    printf 5157F09EFDC096DE15EBE81A47057A7232F1B8E1 >wx/id
	printf 1900000109 >wx/mchid
	printf wxd678efh567hg6787 >wx/appid
	printf 0123456789abcdef0123456789ABCDEF >wx/apiv3.key
}

# shop [COMMAND...]: a store with orders to be paid, whose keys are in place
shop() {
	keys
	(umask 077 && cp wx/merchant.key wx/apiv3.key store/wechat/)
	cp wx/tls.crt store/wechat/tls.crt
	config 1
	ca-admin wechat add wx/platform.crt --ca-pin file:ca.pin
}

# config PORT
config() {
	sed -i '/^wechat:/,$d' store/config.yaml
	cat >>store/config.yaml <<-END
		wechat:
		  mchid: "1900000109"
		  appid: wxd678efh567hg6787
		  merchant_serial: 1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C
		  notify_url: https://ca.example.cn/wechat
		  api: https://127.0.0.1:$1
		  timeout: 1
	END
}

# serve: the server, until unserve; the store asks it
serve() {
	rm -f wx/port
	ASAN_OPTIONS=detect_leaks=0 "$B/tests/wechat/pay" wx serve 3>&- </dev/null >/dev/null 2>wx/said &
	echo $! >wx/pid
	for _ in $(seq 100); do
		[ -s wx/port ] && break
		sleep 0.02
	done
	config "$(cat wx/port)"
}

unserve() {
	[ ! -e wx/pid ] || kill "$(cat wx/pid)" 2>/dev/null || true
	rm -f wx/pid
}

# scanned TRADE [TRANSACTION]: somebody pays by the code
scanned() {
	pay wx scan "$1" "${2:-4200000001}" 2026-11-22T10:00:00+08:00
}

# notify [NAME=VALUE...]: what the web server does with the notice in wx; its
# answer is in $output, its status alone in $code
notify() {
	run --separate-stderr env $(<wx/notice.env) "$@" \
	    ca-pay --wechat-notify <wx/notice.body
	code=${output#Status: } code=${code:0:3}
}

# Notes that a notice was refused
refusals() { sql "SELECT text FROM note WHERE kind = 'wechat-refused'"; }

# facts: how many there are of money
facts() {
	sql "SELECT (SELECT count(*) FROM wechat_payment),
	    (SELECT count(*) FROM settlement), (SELECT sum(paid) FROM orders)"
}

# payment ORDER: its facet
payment() { ca-query --json "$1" | jq -r .payment.state; }
