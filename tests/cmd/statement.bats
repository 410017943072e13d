# Bank statements: what a bank writes is told by its content, and the same
# statement in another format is the same statement.
load ../steps

one=00202611220000001
two=00202611220000002
account=7443900182600096874
name=沈阳示例科技有限公司
other_account=6222020200112233445
other_name=上海样本信息有限公司

# Three orders, with a transfer declared for each of the first two, made once.
setup_file() {
	local i
	cd "$BATS_FILE_TMPDIR" || return 1
	unset CAORDER_STORE XDG_DATA_HOME LANGUAGE LANG
	export HOME=$PWD TZ=UTC LC_ALL=C CAORDER_LANG=en
	export CAORDER_NOW=2026-11-22T02:00:00Z
	store
	for i in 1 2 3; do
		echo ---
		application "r$i"
	done >applications.yaml
	ca-apply $KEYS applications.yaml >orders
	ca-pay --payer-account $account --payer-name $name --amount 240.00 \
	    --date 2026-11-20 $one
	ca-pay --payer-account $other_account --payer-name $other_name \
	    --amount 240.00 --date 2026-11-20 $two
}

declared_store() {
	cp -a "$BATS_FILE_TMPDIR/." .
	export CAORDER_STORE=$PWD/store
	formats
}

# formats: s.csv, s.mt940, s.xml, which say the same
formats() {
	{
		echo '交易日期,对方账号,对方户名,借方发生额(支出),贷方发生额(收入),交易流水号,附言'
		echo "2026-11-20,$account,$name,,240.00,B1,证书款"
		echo '2026-11-21,1100220033004400,王辰,12.00,,B2,货款'
		echo "2026-11-21,$other_account,$other_name,,240.00,,证书"
	} >s.csv
	cat >s.mt940 <<-END
		{1:F01EXAMCNBJXXXX0000000000}{2:O9400000261122EXAMCNBJXXXX00000000002611220000N}{4:
		:20:STMT261121
		:25:1100220033009988
		:28C:1/1
		:60F:C261119CNY1000,00
		:61:2611201120C240,00NTRFNONREF//B1
		:86:166?00转账?20证书?21款?31$account?32沈阳示例?33科技有限公司
		:61:261121D12,NTRF//B2
		:86:166?20货款?311100220033004400?32王辰
		:61:261121C240,NTRF
		:86:/ORDP//NAME/$other_name
		/ACCT/$other_account/REMI/USTD//证书/
		:62F:C261121CNY1468,00
		-}
	END
	{
		camt_top
		camt_entry 240.00 CRDT 2026-11-20 B1 "<TxDtls><RltdPties><Dbtr><Pty><Nm>$name</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>$account</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>证书款</Ustrd></RmtInf></TxDtls>"
		camt_entry 12.00 DBIT 2026-11-21 B2
		camt_entry 240.00 CRDT 2026-11-21 '' "<TxDtls><RltdPties><Dbtr><Nm>$other_name</Nm></Dbtr><DbtrAcct><Id><Othr><Id>$other_account</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>证书</Ustrd></RmtInf></TxDtls>"
		camt_end
	} >s.xml
}

camt_top() {
	cat <<-'END'
		<?xml version="1.0" encoding="UTF-8"?>
		<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
		<BkToCstmrStmt><Stmt><Id>S1</Id>
	END
}
camt_end() { echo '</Stmt></BkToCstmrStmt></Document>'; }

# camt_entry AMOUNT WAY DAY REFERENCE [DETAILS [MORE]]
camt_entry() {
	printf '<Ntry><Amt Ccy="CNY">%s</Amt><CdtDbtInd>%s</CdtDbtInd>%s' \
	    "$1" "$2" "${6-<Sts><Cd>BOOK</Cd></Sts>}"
	printf '<BookgDt><Dt>%s</Dt></BookgDt>' "$3"
	[ -z "$4" ] || printf '<AcctSvcrRef>%s</AcctSvcrRef>' "$4"
	printf '<NtryDtls>%s</NtryDtls></Ntry>\n' "${5-}"
}

# reconcile STATUS FILE [ARGUMENT...]: $output is the paid ones
reconcile() {
	local want=$1 file=$2
	shift 2
	run --separate-stderr ca-pay --reconcile "$file" $CAROL "$@"
	[ "$status" -eq "$want" ] || {
		printf 'exit %s, not %s\n%s\n' "$status" "$want" "$stderr"
		return 1
	}
}

# What an import leaves, but for the file's digest.
settled_facts() {
	sql "SELECT reference, account, name, fen, day, text FROM bank_line
	    ORDER BY reference"
	sql "SELECT order_id, transfer, s.fen, reference FROM settlement s
	    JOIN bank_line b ON b.id = s.bank_line ORDER BY order_id"
	sql 'SELECT number, payment, paid FROM orders ORDER BY number'
}

@test "the same statement settles the same in each format" {
	local format
	declared_store
	for format in csv mt940 xml; do
		rm -rf store && cp -a "$BATS_FILE_TMPDIR/store" .
		reconcile 0 s.$format
		[ "$output" = "$(printf '%s\n' $one $two)" ]
		[ "$(grep -c ': paid: ' <<<"$stderr")" -eq 2 ]
		[ "$(grep -c ': out: B2 12.00' <<<"$stderr")" -eq 1 ]
		settled_facts >facts.$format
	done
	[ "$(wc -l <facts.csv)" -ge 7 ]
	cmp facts.csv facts.mt940
	cmp facts.csv facts.xml
}

@test "a statement in three formats settles once, whichever comes first" {
	local first second
	declared_store
	for first in csv mt940 xml; do
		rm -rf store && cp -a "$BATS_FILE_TMPDIR/store" .
		reconcile 0 s.$first
		settled_facts >before
		for second in csv mt940 xml; do
			reconcile 0 s.$second
			[ "$output" = "$(printf '%s\n' $one $two)" ]
			[ "$(grep -c ': repeated: ' <<<"$stderr")" -eq 2 ]
			run ! grep -q ': paid: ' <<<"$stderr"
		done
		settled_facts | cmp before
	done
}

@test "the content tells the format, and not the file's name" {
	declared_store
	mv s.xml x.csv
	mv s.mt940 m.xml
	reconcile 0 x.csv
	told "^ca-pay: x.csv:4: paid: B1 240.00 $one\$" \
	    '^ca-pay: x.csv:5: out: B2 12.00' \
	    "^ca-pay: x.csv:6: paid: row:[0-9a-f]+ 240.00 $two\$"
	rm -rf store && cp -a "$BATS_FILE_TMPDIR/store" .
	reconcile 0 m.xml
	told "^ca-pay: m.xml:6: paid: B1 240.00 $one\$" \
	    "^ca-pay: m.xml:10: paid: row:[0-9a-f]+ 240.00 $two\$"
}

@test "GB18030, a BOM and CR LF in each format" {
	local format
	declared_store
	sed -i '1s/UTF-8/GB18030/' s.xml
	for format in csv mt940 xml; do
		iconv -f UTF-8 -t GB18030 s.$format >gb.$format
		rm -rf store && cp -a "$BATS_FILE_TMPDIR/store" .
		reconcile 0 gb.$format
		[ "$output" = "$(printf '%s\n' $one $two)" ]
	done
	sed -i '1s/GB18030/UTF-8/' s.xml
	for format in csv mt940 xml; do
		{ printf '\xef\xbb\xbf'; sed 's/$/\r/' s.$format; } >bom.$format
		rm -rf store && cp -a "$BATS_FILE_TMPDIR/store" .
		reconcile 0 bom.$format
		[ "$output" = "$(printf '%s\n' $one $two)" ]
	done
}

@test "reversals and what is not booked settle nothing, and are told" {
	local who
	declared_store
	who="<TxDtls><RltdPties><Dbtr><Nm>$name</Nm></Dbtr><DbtrAcct><Id><Othr><Id>$account</Id></Othr></Id></DbtrAcct></RltdPties></TxDtls>"
	{
		camt_top
		camt_entry 240.00 CRDT 2026-11-20 B1 "$who" '<Sts>PDNG</Sts>'
		camt_entry 240.00 CRDT 2026-11-20 B2 "$who" '<RvslInd>true</RvslInd><Sts>BOOK</Sts>'
		camt_entry 240.00 DBIT 2026-11-20 B3 "$who" '<RvslInd>true</RvslInd><Sts>BOOK</Sts>'
		camt_end
	} >r.xml
	reconcile 0 r.xml
	[ -z "$output" ]
	told '^ca-pay: r.xml:4: out: B1 240.00: it is not booked yet$' \
	    '^ca-pay: r.xml:5: out: B2 240.00: a reversal: money that went out comes back$' \
	    '^ca-pay: r.xml:6: out: B3 240.00: a reversal: money that came in is taken back$'
	sed 's/C240,00NTRF/RC240,00NTRF/' s.mt940 >r.mt940
	reconcile 0 r.mt940
	[ "$output" = $two ]
	told '^ca-pay: r.mt940:6: out: B1 240.00: a reversal: money that came in'
}

@test "each transaction of a batch is a line" {
	local tx i=0 all=
	declared_store
	for tx in "$account $name" "$other_account $other_name"; do
		i=$((i + 1))
		all+=$'\n'"<TxDtls><Amt Ccy=\"CNY\">240.00</Amt><RltdPties><Dbtr><Nm>${tx#* }</Nm></Dbtr><DbtrAcct><Id><Othr><Id>${tx% *}</Id></Othr></Id></DbtrAcct></RltdPties></TxDtls>"
	done
	{ camt_top; camt_entry 480.00 CRDT 2026-11-20 B9 "$all"; camt_end; } >b.xml
	reconcile 0 b.xml
	[ "$output" = "$(printf '%s\n' $one $two)" ]
	told "^ca-pay: b.xml:5: paid: B9/1 240.00 $one\$" \
	    "^ca-pay: b.xml:6: paid: B9/2 240.00 $two\$"
	reconcile 0 b.xml
	told "^ca-pay: b.xml:5: repeated: B9/1" "^ca-pay: b.xml:6: repeated: B9/2"
	# Not if they do not come to what was booked.
	sed 's/480.00/479.00/; s/B9/B10/' b.xml >odd.xml
	reconcile 3 odd.xml
	[ -z "$output" ]
	told '^ca-pay: odd.xml:4: bad: - 0.00: Amt: 2 transactions of 480.00 in all, in an entry of 479.00: none of them is taken$'
}

@test "what cannot be read is told with its place, and the others go on" {
	declared_store
	sed 's/^:61:261121D12,/:61:261121D12.00/' s.mt940 >bad.mt940
	reconcile 3 bad.mt940
	[ "$output" = "$(printf '%s\n' $one $two)" ]
	told '^ca-pay: bad.mt940:8: bad: - 0.00: :61:: "12.00NTRF//B2" begins with no amount such as 240,00$'
	sed 's/Ccy="CNY">12/Ccy="USD">12/' s.xml >bad.xml
	reconcile 3 bad.xml -n
	told '^ca-pay: bad.xml:5: bad: - 0.00: Amt: an amount in USD: only yuan'
}

@test "a statement that is cut off settles what is whole in it" {
	declared_store
	head -n 7 s.mt940 >cut.mt940
	reconcile 3 cut.mt940
	[ -z "$output" ]
	told '^ca-pay: cut.mt940:6: bad: - 0.00: :61:: the file ends here, without a closing balance'
	head -n 5 s.xml >cut.xml
	reconcile 3 cut.xml
	[ "$output" = $one ]
	told 'cut.xml:[0-9]+: bad: - 0.00: not well-formed XML: it ends inside an element, is it cut off\?'
	head -c $(($(wc -c <s.csv) - 2)) s.csv >cut.csv
	fails 3 ca-pay --reconcile cut.csv $CAROL
	[[ $stderr == *'cut.csv:4: the text ends inside a character of UTF-8'* ]]
}

@test "XML is read without entities, other files or the network" {
	declared_store
	{
		echo '<?xml version="1.0" encoding="UTF-8"?>'
		echo '<!DOCTYPE Document [<!ENTITY n SYSTEM "s.csv">]>'
		sed 1d s.xml
	} >types.xml
	fails 3 ca-pay --reconcile types.xml $CAROL
	[[ $stderr == *'types.xml:2: a document type declaration: none is read, remove it' ]]
	sed 's/UTF-8/ISO-8859-1/' s.xml >latin.xml
	fails 3 ca-pay --reconcile latin.xml $CAROL
	[[ $stderr == *'latin.xml:1: the encoding "ISO-8859-1": only UTF-8 and GB18030'* ]]
	echo '<Document><BkToCstmrAcctRpt/></Document>' >report.xml
	reconcile 3 report.xml
	[ -z "$output" ]
	told 'report.xml:[0-9]+: bad: .*XML without a statement of CAMT.053'
}

@test "no other tool loads the library for XML" {
	local tool
	ldd "$(command -v ca-pay)" | grep -q libxml2
	for tool in $(compgen -c ca- | sort -u); do
		case $tool in ca-pay) continue ;; esac
		[ -x "$B/bin/$tool" ] || continue
		ldd "$B/bin/$tool" >libraries
		run ! grep -q libxml2 libraries
	done
	[ -s libraries ]
}
