# ca-query: how orders stand.
load ../helper

alice='--as alice --keystore ops --pin file:alice.pin'
bob='--as bob --keystore ops --pin file:bob.pin'
carol='--as carol --keystore ops --pin file:carol.pin'

columns=(number request service business algorithm validity state payment
	review certificates container documents due_fen paid_fen user user_id
	organisation organisation_id handler handler_id phone email accepted_by
	approved_by sign_serial encrypt_serial not_before not_after created
	issued installed)

# three: orders of 林晓 twice (one: applied, two: reviewing), of 王辰 once
three() {
	store
	apply one
	one=$order
	CAORDER_NOW=2026-11-23T02:00:00Z apply two
	two=$order
	CAORDER_NOW=2026-11-24T02:00:00Z apply three \
	    's/林晓/王辰/' 's/"210102199003078881"/"21010219880501018x"/' \
	    's/"13800000001"/"13800000002"/' \
	    's/沈阳示例科技有限公司/上海样本信息有限公司/' \
	    's/91210100MA0ABCDE6X/91310104MA1FL2X7XR/'
	three=$order
	uploaded two
}

# uploaded REQUEST: the order of that request has its scans
uploaded() {
	mkdir -p "scans/$1"
	cp "$top"/tests/data/scans/* "scans/$1/"
	ca-query --request "$1" -o number | ca-upload --from scans >/dev/null
}

# numbers WANT ARGUMENT...: exactly these orders are found
numbers() {
	local want=$1
	shift
	works ca-query -o number "$@"
	[ "$(xargs <<<"$output")" = "$want" ] || {
		printf 'ca-query %s: %s, not %s\n' "$*" "$output" "$want"
		return 1
	}
}

# paid NUMBER: declared and settled
paid() {
	ca-pay --payer-account 7443900182600096874 \
	    --payer-name 沈阳示例科技有限公司 --amount 240.00 \
	    --date 2026-11-20 "$1" >/dev/null
	printf '%s\n' 交易日期,对方账号,对方户名,交易金额,交易流水号,附言 \
	    "2026-11-20,7443900182600096874,沈阳示例科技有限公司,240.00,B-1,$1" \
	    >statement.csv
	ca-pay --reconcile statement.csv $carol >/dev/null
}

@test "filters find orders by what they are" {
	three
	numbers "$one $two $three"
	numbers "$one" --request one
	numbers '' --request none
	numbers "$one $two" --phone 13800000001
	numbers "$three" --phone '138 0000 0002'
	numbers "$one $two" --user 林晓
	numbers "$one $two" --user 210102199003078881
	numbers "$three" --user 21010219880501018X
	numbers "$three" --user 21010219880501018x
	numbers "$three" --organisation 上海样本信息有限公司
	numbers "$one $two" --organisation 91210100MA0ABCDE6X
	numbers "$one $three" --state applied
	numbers "$two" --state reviewing
	numbers "$two" --documents complete
	numbers "$one" --documents missing --user 林晓
	numbers "$one $two $three" --payment unpaid
	numbers '' --payment paid
	numbers "$one $two $three" --service ln-gov-employee-mkey
	numbers "$one $two $three" --review none --certificates none \
	    --container none
	numbers "$two" --state reviewing --payment unpaid --user 林晓
	numbers '' --state reviewing --user 王辰
}

@test "days are the CA's, and an end is included as a day and not as an instant" {
	three
	numbers "$two $three" --from 2026-11-23
	numbers "$one $two" --to 2026-11-23
	numbers "$two" --from 2026-11-23 --to 2026-11-23
	numbers "$two $three" --from 2026-11-23T02:00:00Z
	numbers "$three" --from 2026-11-23T02:00:01Z
	numbers "$one" --to 2026-11-23T02:00:00Z
	numbers '' --from 2027-01-01
	numbers '' --to 1999-12-31
	numbers "$one $two $three" --from 1970-01-02 --to 9999-12-31
}

@test "pages follow each other by number" {
	three
	numbers "$one $two" --limit 2
	numbers "$three" --limit 2 --after "$two"
	numbers "$two" --limit 1 --after "$one" --user 林晓
	numbers '' --after "$three"
}

@test "a filter's word that there is not is refused with those there are" {
	three
	fails 2 ca-query --state reviewd
	[[ $stderr == *"no state 'reviewd': it is one of applied, reviewing,"* ]]
	fails 2 ca-query --payment owed
	fails 2 ca-query --documents some
	fails 2 ca-query -o number,statte "$one"
}

@test "every column can be asked for" {
	three
	works ca-query -o "$(IFS=,; echo "${columns[*]}")" "$one"
	[ "$(awk -F '\t' '{ print NF }' <<<"$output")" = "${#columns[@]}" ]
	[[ $output == "$one	one	ln-gov-employee-mkey	new	p256	12	applied	unpaid	none	none	none	missing	24000	0	林晓	210*************81	沈阳示例科技有限公司	912*************6X	林晓	210*************81	138******01	linxiao@example.cn						"*"	2026-11-22T02:00:00Z		" ]]
	works ca-query --json -o number,state "$one"
}

@test "orders are named by operands, or on standard input" {
	three
	run --separate-stderr ca-query -o number,state "$two" 00202611220000099 "$one"
	[ "$status" -eq 6 ]
	[ "$output" = "$two	reviewing"$'\n'"$one	applied" ]
	[[ $stderr == *00202611220000099* ]]
	run --separate-stderr ca-query -o state <<<"$three"
	[ "$output" = applied ]
}

@test "the JSON object has all that is agreed, and no more facts than there are" {
	three
	works ca-query --json "$two"
	[ "$(jq -c 'keys_unsorted' <<<"$output")" = '["order","request","service","business","state","documents","payment","invoices","review","originals","due_at","certificates","installed_at","created_at","user","organisation","handler","certificate","predecessor","successors"]' ]
	[ "$(jq -c '[.order, .request, .state, .documents, .payment, .review, .certificates, .installed_at, .created_at]' <<<"$output")" = \
	    '["'"$two"'","two","reviewing",{"required":6,"filled":6,"missing":[]},{"state":"unpaid","due_fen":24000,"paid_fen":0,"over_fen":0,"refunded_fen":0},{"state":"none","accepted_by":null,"approved_by":null},[],null,"2026-11-23T02:00:00Z"]' ]
	[ "$(jq -c '[.user, .organisation, .handler]' <<<"$output")" = \
	    '[{"name":"林晓","id_type":"resident-id","id_number":"210*************81"},{"name":"沈阳示例科技有限公司","id_type":"uscc","id_number":"912*************6X"},{"name":"林晓","id_type":"resident-id","id_number":"210*************81","phone":"138******01"}]' ]
	works ca-query --json "$one"
	[ "$(jq -c .documents <<<"$output")" = \
	    '{"required":6,"filled":0,"missing":["application-form","seal-form","authorisation-letter","organisation-licence","handler-id","user-id"]}' ]
}

@test "an order to its end: why, history, certificates" {
	store
	apply one
	why() { works ca-query --why "$order"; cut -f 2 <<<"$output" | xargs; }
	[ "$(why)" = 'documents accepted approved paid paper' ]
	works ca-query --why "$order"
	[[ ${lines[0]} == "$order	documents	required documents are missing: application-form, seal-form, authorisation-letter, organisation-licence, handler-id, user-id	ca-upload $order SLOT=FILE" ]]
	uploaded one
	[ "$(why)" = 'accepted approved paid paper' ]
	ca-review --accept $alice "$order"
	[ "$(why)" = 'approved paid paper' ]
	ca-review --approve $bob "$order"
	works ca-query --why "$order"
	[[ $output == "$order	paid	the fee is not paid: 240.00 of 240.00 is missing (0.00 declared, 0.00 settled)	ca-pay "*"$order"* ]]
	fails 4 ca-query --pem sign "$order"
	paid "$order"
	works ca-query --why "$order"
	[[ $output == "$order	pair	"*"	ca-issue $order" ]]
	ca-issue --pin file:ca.pin "$order"
	works ca-query --why "$order"
	[[ $output == "$order	container	"*"ca-install --keystore DIR $order" ]]
	ca-install --keystore keys --pin file:user.pin "$order"
	works ca-query --why "$order"
	[ -z "$output" ]

	works ca-query --history "$order"
	[ "$(cut -f 4 <<<"$output" | xargs)" = 'opening application document document document document document document decision decision transfer settlement serial serial pair invoice receipt' ]
	[[ $output == *"accept by alice"*"approve by bob"*"240.00 declared from account 744**************74 on 2026-11-20"*"240.00 settled by bank reference B-1"* ]]

	ca-query --pem chain "$order" >chain.pem
	[ "$(grep -c BEGIN chain.pem)" = 2 ]
	for which in sign encrypt; do
		ca-query --pem $which "$order" >$which.pem
		openssl verify -attime 1798761600 -CAfile chain.pem $which.pem
		[ "serial=$(ca-query -o ${which}_serial "$order")" = \
		    "$(openssl x509 -in $which.pem -noout -serial)" ]
		[ "$(ca-query --json "$order" | jq -r '.certificates[] |
		    select(.usage == "'$which'") | "serial=" + .serial')" = \
		    "$(openssl x509 -in $which.pem -noout -serial)" ]
	done
	ca-query --pem recovery | openssl x509 -noout
	works ca-query --json "$order"
	[ "$(jq -c '[.state, .payment.state, .review.state, .review.accepted_by, .review.approved_by, .installed_at]' <<<"$output")" = \
	    '["installed","paid","approved","alice","bob","2026-11-22T02:00:00Z"]' ]
	[ "$(jq -c '[.certificates[] | .usage, .algorithm, .status]' <<<"$output")" = \
	    '["sign","p256","valid","encrypt","p256","valid"]' ]
	works ca-query --json --as-of 2028-01-01 "$order"
	[ "$(jq -r '.certificates[0].status' <<<"$output")" = expired ]
	run --separate-stderr ca-query --pem private "$order"
	[ "$status" -eq 2 ]
	[[ $stderr == *"it is one of sign, encrypt, chain, recovery"* ]]
}

@test "an order that was sent back says by whom and why" {
	store
	apply one
	uploaded one
	ca-review --return 'the seal cannot be read' $alice "$order"
	works ca-query --why "$order"
	[[ ${lines[0]} == "$order	returned	sent back by alice: the seal cannot be read	ca-upload $order SLOT=FILE; ca-apply --amend FILE" ]]
	works ca-query --history "$order"
	[[ $output == *"	decision	return by alice: the seal cannot be read" ]]
	ca-review --refuse 'not ours' $alice "$order"
	works ca-query --why "$order"
	[ -z "$output" ]
}

@test "what is masked is shown for a reason, which is recorded first" {
	three
	works ca-query -o number,user_id,phone --user 林晓 --unmask 'asked by phone'
	[ "$output" = "$one	210102199003078881	13800000001"$'\n'"$two	210102199003078881	13800000001" ]
	works ca-query --json --unmask 'lost card' "$three"
	[ "$(jq -r .user.id_number <<<"$output")" = 21010219880501018X ]
	[ "$(sql "SELECT order_id, text FROM note WHERE kind = 'unmask'
	    ORDER BY id")" = $'1|asked by phone\n2|asked by phone\n3|lost card' ]
	works ca-query --history "$three"
	[[ ${lines[-1]} == *"	note	unmask: lost card" ]]
	fails 3 ca-query -o user_id --unmask $'two\nlines' "$one"
	fails 3 ca-query -o user_id --unmask "$(printf '%201s' x)" "$one"

	sql "CREATE TRIGGER no_note BEFORE INSERT ON note
	    BEGIN SELECT raise(ABORT, 'no'); END"
	run ca-query -o user_id --unmask 'lost card' "$one"
	[ "$status" -ne 0 ]
	[[ $output != *210102199003078881* ]]
	run ca-query --json --unmask 'lost card' "$one"
	[ "$status" -ne 0 ]
	[[ $output != *210102199003078881* ]]
}

@test "the figures of the store" {
	three
	works ca-query --stats
	figure() { grep -qx "$1	$2" <<<"$output" || { echo "$1 $2:" "$output"; return 1; }; }
	figure orders 3
	figure state.applied 2
	figure state.reviewing 1
	figure payment.unpaid 3
	figure fen.due 72000
	figure pairs 0
	figure operators 3
	figure journal "$(sql 'SELECT count(*) FROM journal')"
	works ca-query --stats --json
	[ "$(jq -s 'map(select(.name == "orders"))[0].value' <<<"$output")" = 3 ]
}

@test "waiting ends when the state is there, or with the time" {
	three
	works ca-query --wait reviewing --timeout 5 "$two"
	fails 75 ca-query --wait reviewing --timeout 1 "$one"
	(sleep 1; uploaded one) &
	works ca-query --wait reviewing --timeout 20 "$one"
	wait
}

@test "on a terminal it is a table" {
	three
	run script -qec "ca-query -o number,state,user" /dev/null
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == number*state*user* || ${lines[0]} == NUMBER*STATE*USER* ]]
	[[ $output == *"$two"*reviewing*林晓* ]]
}

@test "an order that there is not" {
	three
	for how in --why --history --json '-o state' '--pem chain'; do
		fails 6 ca-query $how 00202611220000099
	done
}
