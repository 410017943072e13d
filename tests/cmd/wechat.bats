# Paying by WeChat: orders, notices, questions, refunds and bills, with a WeChat
# Pay on loopback.
load ../wechat

orders() { applied one:p256 two:p256 && shop; } >/dev/null
setup_shop() {
	once orders
	a=$(sed -n 1p orders) b=$(sed -n 2p orders)
	serve
}
teardown() {
	unserve
	[ -z "${httpd-}" ] || kill "$httpd" 2>/dev/null || true
}

@test "a key that the CA did not certify counts for nothing" {
	store && keys
	cp wx/platform.crt store/wechat/
	fails 4 ca-admin wechat add wx/platform.crt --ca-pin file:ca.pin
	told 'config.yaml does not say for whom: set wechat.mchid'
	config 1
	works ca-admin wechat add wx/platform.crt --ca-pin file:ca.pin
	works ca-admin -v wechat list
	[[ $output == 5157F09EFDC096DE15EBE81A47057A7232F1B8E1$'\t'1900000109* ]]
	fails 3 ca-admin wechat add wx/platform.pub --ca-pin file:ca.pin
	told 'public key: name its id with --key-id'
	works ca-admin wechat add wx/platform.pub --key-id PUB_KEY_ID_0112 \
	    --ca-pin file:ca.pin
	fails 5 ca-admin wechat add wx/merchant.pub --key-id PUB_KEY_ID_0112 \
	    --ca-pin file:ca.pin
	told 'is in the list already, with another key'
	fails 3 ca-admin wechat add wx/tls.crt --ca-pin file:ca.pin
	told 'is not RSA'
	fails 3 ca-admin wechat add wx/platform.crt --key-id AB --ca-pin file:ca.pin
	told 'serial is 5157F09E.* and not .AB.'
	fails 6 ca-admin wechat disable NONE --ca-pin file:ca.pin
	works ca-admin verify
	sed -i 's/1900000109/1900000110/' store/wechat/platform
	fails 7 ca-admin verify
	told "the list of WeChat Pay's keys .* did not sign it as it is"
	rm store/wechat/platform
	fails 7 ca-admin verify
	told 'is not the one that was journalled last'
}

@test "an order is paid by its code, and the notice is the evidence" {
	setup_shop
	works ca-pay --wechat "$a"
	[[ $output == "$a"$'\t240.00\tweixin://wxpay/bizpayurl?pr='* ]]
	works ca-pay --wechat "$a" # the same again
	[ "$(cat wx/log)" = "POST /v3/pay/transactions/native 200
POST /v3/pay/transactions/native 200" ]
	scanned "$a" && pay wx notice "$a"
	notify
	[ "$code" = 204 ] && [ -z "$stderr" ]
	[ "$(facts)" = '1|1|24000' ]
	notify # once more
	[ "$code" = 204 ] && [ "$(facts)" = '1|1|24000' ]
	[ -z "$(refusals)" ]
	fails 5 ca-pay --wechat "$a"
	told 'the 240.00 due are paid already'
	[ "$(payment "$a")" = paid ]
	works ca-admin verify
}

@test "ca-issue verifies the notice again, and nothing else is money" {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	scanned "$a" && pay wx notice "$a" && notify
	head -1 orders >one && mv one orders
	uploaded && accepted && approved
	ca-review $ALICE --paper "$a" >/dev/null
	cp -a store sound
	# Another amount, payer or order; another key; no key at all.
	for change in "fen = 24001" "payer = 'x'" \
	    "body = CAST(replace(body, 'EV-', 'EW-') AS BLOB)" \
	    "serial = 'PUB_KEY_ID_1'"; do
		sql "UPDATE wechat_payment SET $change;
		    UPDATE settlement SET fen = (SELECT fen FROM wechat_payment);
		    UPDATE orders SET paid = (SELECT paid FROM order_sum s
			WHERE s.id = orders.id)"
		"$top/tests/rejournal" store/orders.db
		fails 7 ca-issue $CA_PIN "$a"
		told 'payment of 240.0.: .*WeChat Pay'
		rm -r store && cp -a sound store
	done
	rm store/wechat/platform
	fails 7 ca-issue $CA_PIN "$a"
	told 'certified no key .5157F09E'
	rm -r store && cp -a sound store
	mv store/wechat/apiv3.key .
	fails 5 ca-issue $CA_PIN "$a"
	told 'wechat/apiv3.key is missing'
	{ echo 'new0123456789abcdef0123456789abc'; cat apiv3.key; } \
	    >store/wechat/apiv3.key && chmod 600 store/wechat/apiv3.key
	works ca-issue $CA_PIN "$a" # the key was exchanged since
	works ca-admin verify
}

@test "the payment of one order is none of another" {
	setup_shop
	ca-pay --wechat "$a" "$b" >/dev/null
	scanned "$a" && pay wx notice "$a" && notify
	for t in $(sql "SELECT name FROM sqlite_schema
	    WHERE type = 'trigger' AND tbl_name = 'journal'"); do
		sql "DROP TRIGGER $t"
	done
	sql "UPDATE wechat_payment SET order_id =
		(SELECT id FROM orders WHERE number = '$b');
	    UPDATE settlement SET order_id =
		(SELECT id FROM orders WHERE number = '$b');
	    UPDATE journal SET order_id = (SELECT id FROM orders
		WHERE number = '$b')
	    WHERE kind IN ('wechat_payment', 'settlement');
	    UPDATE orders SET (paid, settled_at) = (SELECT paid, settled_at
		FROM order_sum WHERE id = orders.id)"
	"$top/tests/rejournal" store/orders.db
	run --separate-stderr ca-admin verify
	[ "$status" = 7 ]
	told "$b: payment of 240.00: what WeChat Pay signed has another out_trade_no"
}

# refused CODE PATTERN [NAME=VALUE...]: the notice is, and nothing is changed
refused() {
	local want=$1 pattern=$2 now
	shift 2
	: "${before=$(facts)}"
	notify "$@"
	count=$((${count-0} + 1))
	now=$(facts; refusals)
	[ "$code" = "$want" ] && [[ $output == *'"code":"FAIL"'* ]] &&
	    [[ $stderr =~ $pattern ]] && [[ ${now##*$'\n'} =~ $pattern ]] &&
	    [ "${now%%$'\n'*}" = "$before" ] &&
	    [ "$(wc -l <<<"$now")" = $((count + 1)) ] ||
	    { printf '%s\n%s\n' "$output" "$stderr"; return 1; }
}

@test "a notice that is not right is refused, journalled, and changes nothing" {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	scanned "$a" && pay wx notice "$a"
	refused 400 'no good header Wechatpay-Serial' HTTP_WECHATPAY_SERIAL=
	refused 400 'no good header Wechatpay-Nonce' HTTP_WECHATPAY_NONCE='a b'
	refused 400 'no good header Wechatpay-Signature' \
	    HTTP_WECHATPAY_SIGNATURE='%'
	refused 400 'no time in seconds' HTTP_WECHATPAY_TIMESTAMP=0
	refused 403 'signed 300 seconds before now' \
	    CAORDER_NOW=2026-11-22T02:05:00Z
	refused 403 'signed 300 seconds after now' \
	    CAORDER_NOW=2026-11-22T01:55:00Z
	refused 401 'certified no key' HTTP_WECHATPAY_SERIAL=1900000109
	refused 401 'signature is not that of' HTTP_WECHATPAY_NONCE=another
	pay wx notice "$a" probe=WECHATPAY/SIGNTEST/
	refused 400 'no good header Wechatpay-Signature|signature is not that of'
	pay wx notice "$a" && sed -i 's/EV-/EW-/' wx/notice.body
	refused 401 'signature is not that of'
	pay wx notice "$a" && sed -i 's/.$//' wx/notice.body # truncated
	refused 401 'signature is not that of'
	pay wx notice "$a" mchid=1900000110
	refused 401 'for merchant 1900000110 and not'
	pay wx notice "$a" appid=wx1
	refused 401 'for application wx1 and not'
	pay wx notice "$a" total=23999
	refused 401 '239.99 were paid under .*, which 240.00 were asked for'
	pay wx notice "$a" currency=USD
	refused 400 'amount.currency is USD'
	pay wx notice "$a" out_trade_no=00202611229999999
	refused 404 'no order 00202611229999999|no such order'
	pay wx notice "$a" out_trade_no="$b"
	refused 404 'no payment was asked for under'
	pay wx notice "$a" out_trade_no=elsewhere
	refused 404 'is no number of an order'
	pay wx notice "$a" trade_state=REFUND
	refused 400 'has the trade_state REFUND'
	printf fedcba9876543210fedcba9876543210 >wx/apiv3.key
	pay wx notice "$a"
	refused 401 'does not open with the key of API v3'
	printf 0123456789abcdef0123456789ABCDEF >wx/apiv3.key
	ca-admin wechat disable "$(cat wx/id)" --ca-pin file:ca.pin
	pay wx notice "$a" at=$((NOW + 1))
	refused 401 'counts no longer than 2026-11-22T02:00:00Z'
	pay wx notice "$a" # signed before that
	notify
	[ "$code" = 204 ] && [ "$(facts)" = '1|1|24000' ]
	works ca-admin verify
}

@test "notices by the thousand do not fill the store" {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	scanned "$a" && pay wx notice "$a"
	for _ in $(seq 51); do
		! env $(<wx/notice.env) HTTP_WECHATPAY_NONCE=x \
		    ca-pay --wechat-notify <wx/notice.body >/dev/null 2>&1
	done
	notify HTTP_WECHATPAY_NONCE=x
	[ "$code" = 401 ] && [ "$(refusals | wc -l)" = 50 ]
	notify HTTP_WECHATPAY_NONCE=x HTTP_WECHATPAY_TIMESTAMP=$((NOW + 3600)) \
	    CAORDER_NOW=2026-11-22T03:00:00Z
	[ "$(refusals | wc -l)" = 51 ]
	head -c 70000 /dev/zero | tr '\0' x >wx/notice.body
	notify CONTENT_LENGTH=70000
	[ "$code" = 400 ] && told 'more than 65536 octets'
	[ "$(refusals | wc -l)" = 51 ]
	notify REQUEST_METHOD=GET
	[[ $output == "Status: 405 "* ]]
	works ca-admin verify
}

@test "what the receiver cannot look at is asked for again" {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	scanned "$a" && pay wx notice "$a"
	chmod 644 store/wechat/apiv3.key
	notify
	[ "$code" = 500 ] && told 'others may use the file \(mode 0644\)'
	notify CAORDER_STORE="$PWD/none"
	[ "$code" = 500 ] && [ -z "$(refusals)" ]
	chmod 600 store/wechat/apiv3.key
	notify
	[ "$code" = 204 ] && [ "$(facts)" = '1|1|24000' ]
	pay wx notice "$a" event=SECURITY_ECHO.SUCCESS
	notify # concerns nobody here
	[ "$code" = 204 ] && [ "$(facts)" = '1|1|24000' ]
}

# meets WORD...: so the next requests are answered
meets() { printf '%s\n' "$@" >wx/mode; }

@test "answers are verified before they are read, and tried again" {
	setup_shop
	for bad in 500 429 drop cut badsig signtest lost; do
		meets "$bad"
		works ca-pay --wechat "$a"
		[[ $output == *weixin://* ]]
	done
	# Only one number was ever used.
	[ "$(ls wx/trades)" = "$a" ]
	meets badsig badsig
	fails 75 ca-pay --wechat "$a"
	told "answer of WeChat Pay: the signature is not that of"
	meets unsigned unsigned
	fails 75 ca-pay --wechat "$a"
	told 'answer of WeChat Pay: there is no good header Wechatpay-Serial'
	meets serial serial
	fails 75 ca-pay --wechat "$a"
	told 'certified no key .0123ABCD'
	meets array
	fails 3 ca-pay --wechat "$a"
	told 'what WeChat Pay says is no JSON object'
	meets garbage
	fails 3 ca-pay --wechat "$a"
	meets stale
	fails 5 ca-pay --wechat "$a"
	told 'signed 400 seconds before now'
	unserve
	fails 75 ca-pay --wechat "$a"
	told 'https://127.0.0.1:.*[Cc]ould.*connect'
	[ "$(facts)" = '0|0|0' ]
}

@test "a server that is slow, or not the one it says, is given up" {
	setup_shop
	meets delay
	works timeout 20 ca-pay --wechat "$a"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 9 -subj /CN=wx -addext subjectAltName=IP:127.0.0.1 \
	    -keyout other.key -out store/wechat/tls.crt 2>/dev/null
	: >wx/log
	fails 5 ca-pay --wechat "$a"
	told 'certificate'
	[ ! -s wx/log ]
	chmod 640 store/wechat/merchant.key
	fails 5 ca-pay --wechat "$a"
	told 'wechat/merchant.key: others may use the file'
}

@test "orders that take no payment are refused, and nothing is asked" {
	setup_shop
	: >wx/log
	ca-review $ALICE --cancel gone "$b" >/dev/null
	fails 5 ca-pay --wechat "$b"
	told 'the order was cancelled'
	fails 6 ca-pay --wechat 00202611229999999
	works ca-pay --dry-run --wechat "$a"
	[ ! -s wx/log ] && [ -z "$(sql "SELECT * FROM note WHERE kind = 'wechat-order'")" ]
	ca-admin wechat disable "$(cat wx/id)" --ca-pin file:ca.pin
	CAORDER_NOW=2026-11-22T02:00:01Z fails 4 ca-pay --wechat "$a"
	told 'no key of WeChat Pay is certified for merchant 1900000109'
	sed -i '/^wechat:/,$d' store/config.yaml
	fails 4 ca-pay --wechat "$a"
	told 'wechat.mchid is not in config.yaml'
}

@test "another amount takes another number, and the code of before is closed" {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	application one 's/^algorithm:.*/algorithm: p256/' \
	    's/^validity:.*/validity: 24/' >longer.yaml
	ca-apply --amend $KEYS longer.yaml >/dev/null
	works ca-pay --wechat "$a"
	[[ $output == "$a"$'\t440.00\t'* ]]
	[ "$(jq -r .trade_state wx/trades/"$a")" = CLOSED ]
	scanned "$a-2" && pay wx notice "$a-2" && notify
	[ "$code" = 204 ] && [ "$(facts)" = '1|1|44000' ]
	works ca-admin verify
}

@test "a code that was paid before it could be closed is found out" {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	scanned "$a" # and its notice is still under way
	application one 's/^algorithm:.*/algorithm: p256/' \
	    's/^validity:.*/validity: 24/' >longer.yaml
	ca-apply --amend $KEYS longer.yaml >/dev/null
	fails 5 ca-pay --wechat "$a"
	told "it was paid meanwhile under $a, which is recorded now"
	[ "$(facts)" = '1|1|24000' ]
	works ca-pay --wechat "$a"
	[[ $output == "$a"$'\t200.00\t'* ]]
	pay wx notice "$a" && notify # which comes at last
	[ "$code" = 204 ] && [ "$(facts)" = '1|1|24000' ]
	# One that WeChat Pay closed takes a new number too.
	[ ! -e "wx/trades/$a-2" ] # the 440.00 that were not asked for
	sed -i 's/NOTPAY/CLOSED/' "wx/trades/$a-3"
	works ca-pay --wechat "$a"
	[ -e "wx/trades/$a-4" ]
}

@test "what WeChat Pay never told of is asked for" {
	setup_shop
	works ca-pay --wechat-poll
	[ -z "$output" ]
	ca-pay --wechat "$a" "$b" >/dev/null
	scanned "$a"
	works ca-pay --wechat-poll
	[ "$output" = "$a	payment	$a	240.00	success	new
$b	payment	$b	240.00	notpay	" ]
	works ca-pay --wechat-poll # what is paid is not asked for again
	[ "$output" = "$b	payment	$b	240.00	notpay	" ]
	[ "$(facts)" = '1|1|24000' ]
	scanned "$b" 4200000002
	meets amount
	run --separate-stderr ca-pay --wechat-poll "$b"
	[ "$status" = 7 ] && told '(240.00|asked for under)'
	[ "$(facts)" = '1|1|24000' ]
	meets badsig
	works ca-pay --wechat-poll "$b"
	[ "$(payment "$b")" = paid ]
	works ca-admin verify
	rm wx/trades/*
	works ca-pay --wechat-poll "$a"
	[ -z "$output" ]
}

# paid_back: order a is paid, 40.00 too much
overpaid() {
	setup_shop
	ca-pay --wechat "$a" >/dev/null
	scanned "$a" && pay wx notice "$a" && notify
	application one 's/^algorithm:.*/algorithm: p256/' >same.yaml
	ca-review $ALICE --cancel 'not wanted' "$a" >/dev/null
}

@test "what came by WeChat Pay goes back by it, once" {
	overpaid
	run --separate-stderr ca-pay --refund "$a" --amount 40.00 \
	    --reason 'one part' $CAROL
	[ "$status" = 0 ] && [ "$output" = "$a" ]
	told "refund $a-R1 by WeChat Pay: processing"
	[ "$(jq -r .amount.refund "wx/refunds/$a-R1")" = 4000 ]
	works ca-pay --wechat-poll
	[ "$output" = "$a	refund	$a-R1	40.00	processing	" ]
	pay wx returned "$a-R1" SUCCESS && pay wx back "$a-R1"
	notify
	[ "$code" = 204 ]
	notify
	[ "$code" = 204 ]
	[ "$(sql 'SELECT group_concat(status) FROM refund_result')" = processing,success ]
	works ca-pay --wechat-poll
	[ -z "$output" ]
	# One that cannot be sent is recorded, and sent later.
	meets badsig badsig
	run --separate-stderr ca-pay --refund "$a" --amount 200.00 \
	    --reason 'the rest' $CAROL
	[ "$status" = 75 ] && [ "$output" = "$a" ]
	told 'the refund is recorded; ca-pay --wechat-poll'
	meets lost '' lost
	works ca-pay --wechat-poll
	[ "$output" = "$a	refund	$a-R2	200.00	processing	new" ]
	pay wx returned "$a-R2" SUCCESS
	works ca-pay --wechat-poll "$a"
	[ "$output" = "$a	refund	$a-R2	200.00	success	new" ]
	[ "$(payment "$a")" = refunded ]
	works ca-admin verify
}

@test "a notice of a refund that is not right is refused" {
	overpaid
	ca-pay --refund "$a" --amount 240.00 --reason all $CAROL >/dev/null 2>&1
	pay wx returned "$a-R1" CLOSED
	pay wx back "$a-R1" refund=23999
	refused 401 'recorded with another amount|another amount'
	pay wx back "$a-R1" out_refund_no="$a-R2"
	refused 404 "there is no refund .$a-R2. by WeChat Pay"
	pay wx back "$a-R1" mchid=1900000110
	refused 401 'for merchant 1900000110'
	pay wx back "$a-R1"
	sed -i 's/"ciphertext":"./"ciphertext":"/' wx/notice.body
	refused 401 'signature is not that of'
	pay wx back "$a-R1"
	notify
	[ "$code" = 204 ] && [ "$(payment "$a")" != refunded ]
	works ca-admin verify
	# That it was closed is WeChat Pay's word as well.
	sql "UPDATE refund_result SET signature = x'00' WHERE status = 'closed'"
	"$top/tests/rejournal" store/orders.db
	run --separate-stderr ca-admin verify
	[ "$status" = 7 ] && told "refund $a-R1: .*signature is not that of"
}

# bill LINE...: a day's bill; each line "TRANSACTION TRADE YUAN [REFUND YUAN]"
bill() {
	local line id trade yuan refund back n=0 sum=0 returned=0
	printf '\xef\xbb\xbf'
	echo '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
	for line; do
		read -r id trade yuan refund back <<<"$line"
		back=${back:-0.00}
		n=$((n + 1)) sum=$((sum + 10#${yuan/./}))
		returned=$((returned + 10#${back/./}))
		printf '`2026-11-22 %s,`wxd678efh567hg6787,`1900000109,`0,`,`%s,`%s,`oU,`NATIVE,`%s,`OTHERS,`CNY,`%s,`0.00,`0,`%s,`0.00,`0.00,`,`%s,`,`,`0.00,`0.60%%,`%s,`%s,`\r\n' \
		    10:00:00 "$id" "$trade" \
		    "$([ -n "$refund" ] && echo REFUND || echo SUCCESS)" \
		    "$yuan" "${refund:-0}" "${refund:+SUCCESS}" "$yuan" \
		    "$back"
	done
	echo '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
	printf '`%d,`0.00,`0.00,`0.00,`0.00,`%d.%02d,`%d.%02d\r\n' $n \
	    $((sum / 100)) $((sum % 100)) $((returned / 100)) $((returned % 100))
}

@test "a bill says what is missing on either side" {
	setup_shop
	ca-pay --wechat "$a" "$b" >/dev/null
	scanned "$a" && pay wx notice "$a" && notify
	bill "4200000001 $a 240.00" >good.csv
	works ca-pay --bill good.csv
	[ "$output" = "same	2	payment	4200000001	$a	240.00	" ]
	works ca-pay --bill good.csv --quiet
	[ -z "$output" ]
	scanned "$b" 4200000002 # whose notice never came
	bill "4200000002 $b 240.00" "4200000003 elsewhere 1.00" >other.csv
	run --separate-stderr ca-pay --bill other.csv
	[ "$status" = 4 ] && told 'the bill and what is recorded are not the same'
	[ "$output" = "unrecorded	2	payment	4200000002	$b	240.00	its notice never came; ca-pay --wechat-poll $b asks
unrecorded	3	payment	4200000003		1.00	it is for no order
unbilled		payment	4200000001	$a	240.00	it is recorded, and not in the bill" ]
	bill "4200000001 $a 240.01" >more.csv
	run --separate-stderr ca-pay --bill more.csv
	[ "$status" = 4 ] && [[ $output == differs*'240.00 are recorded' ]]
	bill "4200000001 $b 240.00" >whose.csv
	run --separate-stderr ca-pay --bill whose.csv
	[ "$status" = 4 ] && [[ $output == differs*"has it for $b, and $a is"* ]]
	head -2 good.csv >cut.csv
	run --separate-stderr ca-pay --bill cut.csv
	[ "$status" = 3 ] && told 'ends before its totals: it is not whole'
	sed 's/`CNY/`USD/' good.csv >usd.csv
	run --separate-stderr ca-pay --bill usd.csv
	[ "$status" = 3 ] && [[ $output == bad*"'USD' is no 货币种类"* ]]
	fails 3 ca-pay --bill orders
	told 'no bill of WeChat Pay'
	[ "$(facts)" = '1|1|24000' ]
}

@test "a bill has refunds too" {
	overpaid
	ca-pay --refund "$a" --amount 240.00 --reason all $CAROL >/dev/null 2>&1
	bill "4200000001 $a 240.00" "4200000001 $a 0.00 $a-R1 240.00" >good.csv
	works ca-pay --bill good.csv
	[ "${lines[1]}" = "same	3	refund	$a-R1	$a	240.00	" ]
	bill "4200000001 $a 240.00" "4200000001 $a 0.00 $a-R9 1.00" >other.csv
	run --separate-stderr ca-pay --bill other.csv
	[ "$status" = 4 ]
	[ "${lines[1]}" = "unrecorded	3	refund	$a-R9	$a	1.00	it was not paid back from here" ]
	[[ ${lines[2]} == "unbilled		refund	$a-R1	$a	240.00"* ]]
}

@test "on a terminal the code is there to be scanned" {
	setup_shop
	script -qec "ca-pay --wechat $a" /dev/null </dev/null |
	    tr -d '\r' >screen
	grep -q $'^\033\[30;47m  *.*▀.*\033\[0m$' screen
	# As a picture: a half block is two modules, each eight points wide.
	tail -n +2 screen | sed $'s/\033\\[30;47m//; s/\033\\[0m//
	    s/█/3/g; s/▀/2/g; s/▄/1/g; s/ /0/g' | awk '
	    function put(line) {
		gsub(/./, "& & & & & & & & ", line)
		for (i = 0; i < 8; i++) row[n++] = line
	    }
	    { upper = lower = $0
	      gsub(/1/, 0, upper); gsub(/[23]/, 1, upper); put(upper)
	      gsub(/2/, 0, lower); gsub(/3/, 1, lower); put(lower)
	      width = length(upper) * 8 }
	    END { print "P1", width, n; for (i = 0; i < n; i++) print row[i] }
	' >code.pbm
	[ "$(zbarimg -q --raw code.pbm)" = "$(head -1 screen | cut -f 3)" ]
	works ca-pay --json --wechat "$a"
	[ "$(jq -r .order <<<"$output")" = "$a" ] &&
	    jq -e '.fen == 24000 and (.code_url | startswith("weixin:"))' \
		<<<"$output"
}

# httpd: a web server on loopback that runs the receiver; its port is in $port
httpd() {
	mkdir -p www/cgi-bin
	printf '#!/bin/sh\nexec ca-pay --wechat-notify 2>>%s/said\n' "$PWD" \
	    >www/cgi-bin/wechat
	chmod 755 www/cgi-bin/wechat
	for port in $(shuf -i 20000-40000 -n 20); do
		busybox httpd -f -p "127.0.0.1:$port" -h www 3>&- &
		httpd=$!
		sleep 0.2
		kill -0 $httpd 2>/dev/null && return
	done
	return 1
}

@test "behind a web server notices come in as they are sent" {
	setup_shop
	printf PUB_KEY_ID_0112 >wx/id # by the public key, this time
	ca-admin wechat add wx/platform.pub --key-id PUB_KEY_ID_0112 \
	    --ca-pin file:ca.pin
	works ca-pay --wechat "$a" "$b"
	scanned "$a" && pay wx notice "$a"
	httpd
	. wx/notice.env
	for _ in 1 2; do
		curl -s -o answer -w '%{http_code}' --data-binary @wx/notice.body \
		    -H "Wechatpay-Serial: $HTTP_WECHATPAY_SERIAL" \
		    -H "Wechatpay-Nonce: $HTTP_WECHATPAY_NONCE" \
		    -H "Wechatpay-Signature: $HTTP_WECHATPAY_SIGNATURE" \
		    -H "Wechatpay-Timestamp: $HTTP_WECHATPAY_TIMESTAMP" \
		    "http://127.0.0.1:$port/cgi-bin/wechat" >code
		[ "$(cat code)" = 204 ]
	done
	[ "$(facts)" = '1|1|24000' ]
	curl -s -w '%{http_code}' -d '{}' -H 'Wechatpay-Serial: x' \
	    "http://127.0.0.1:$port/cgi-bin/wechat" >code
	kill $httpd
	[ "$(cat code)" = '{"code":"FAIL","message":"refused"}400' ]
	[ "$(facts)" = '1|1|24000' ] && [ "$(refusals | wc -l)" = 1 ]
}
