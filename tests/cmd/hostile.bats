# Input made to hurt: refused with a clear line or some, soon, and never by a
# crash.
load ../helper

# The memory that a tool may ask for, in KiB: bombs burst it.
LIMIT=524288

# hostile TEXT COMMAND...: it exits with 3 within some seconds, prints nothing,
# and says TEXT among no more than a hundred lines.
hostile() {
	local text=$1 seconds=5
	shift
	# The sanitizers are slower, and take address space for themselves.
	case $B in
	*/asan) LIMIT=unlimited seconds=60 ;;
	esac
	run --separate-stderr timeout "$seconds" bash -c \
	    'ulimit -v '"$LIMIT"' && exec "$@"' bash "$@"
	[ "$status" -eq 3 ] && [ -z "$output" ] &&
	    [ "${#stderr_lines[@]}" -le 102 ] && [[ $stderr == *"$text"* ]] &&
	    [ "$(LC_ALL=C grep -cv '^ca-[a-z]*: ' <<<"$stderr")" -eq 0 ] &&
	    ! LC_ALL=C grep -q $'[\001-\010\013-\037\177]' <<<"$stderr" || {
		printf 'exit %s, not "%s", of: %s\nstdout: %s\nstderr: %s\n' \
		    "$status" "$text" "$*" "${output:0:1000}" \
		    "${stderr:0:1000}"
		return 1
	}
}

# many COUNT TEXT: the text so many times
many() { perl -e 'print $ARGV[1] x $ARGV[0]' "$1" "$2"; }

# yaml TEXT: what is in input.yaml is refused so, as a file and from a pipe
yaml() {
	hostile "$1" ca-apply --check input.yaml &&
	    hostile "$1" ca-apply --check <input.yaml
}

@test "YAML that is deep or wide" {
	store
	many 200000 '[' >input.yaml
	yaml 'nested more than 16 deep'
	many 200000 '{' >input.yaml
	yaml 'a key must be a single value'
	many 1048576 '{' >input.yaml
	yaml 'a key must be a single value'
	many 100000 '- ' >input.yaml
	yaml 'nested more than 16 deep'
	perl -e 'print " " x $_, "a:\n" for 0 .. 1000' >input.yaml
	yaml 'nested more than 16 deep'
	many 100000 '? ' >input.yaml
	yaml 'a key must be a single value'
	perl -e 'print "k$_: 1\n" for 1 .. 50000' >input.yaml
	yaml 'more than 4096 values in a document'
	perl -e 'print "user: {", (map { "k$_: 1, " } 1 .. 50000), "}\n"' \
	    >input.yaml
	yaml 'more than 4096 values in a document'
	many 3000 $'request: one\n' >input.yaml
	yaml "key 'request' twice; the first is on line 1"
}

@test "YAML that is long" {
	store
	{ printf 'request: ' && many 20000000 x; } >input.yaml
	yaml 'a document of over 1048576 octets'
	{ echo 'request: |' && many 400000 $'  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'; } \
	    >input.yaml
	yaml 'a document of over 1048576 octets'
	{ printf 'request: "' && many 20000000 '\x41'; } >input.yaml
	yaml 'a document of over 1048576 octets'
	{ printf '# ' && many 20000000 '#'; } >input.yaml
	yaml 'a document of over 1048576 octets'
	# Behind it the next document goes on.
	{
		printf 'request: ' && many 5000000 x && echo
		echo --- && application one
	} >input.yaml
	run --separate-stderr ca-apply -n --keystore keys --pin file:user.pin \
	    input.yaml
	[ "$status" -eq 3 ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ ${stderr_lines[1]} == *'one'* ]]
}

@test "YAML with aliases, tags and other magic" {
	store
	{
		echo 'a: &a [x,x,x,x,x,x,x,x,x]'
		for i in b c d e f g h i; do
			p=$(tr b-i a-h <<<$i)
			echo "$i: &$i [*$p,*$p,*$p,*$p,*$p,*$p,*$p,*$p,*$p]"
		done
	} >input.yaml
	yaml 'alias'
	printf 'a: &a [*a]\n' >input.yaml
	yaml 'alias'
	printf 'request: !!python/object/apply:os.system ["id"]\n' >input.yaml
	yaml 'tag'
	printf 'user: {<<: {name: x}}\n' >input.yaml
	yaml 'merge'
	printf '%%TAG ! tag:x,2000:\n---\nrequest: !y x\n' >input.yaml
	yaml '%TAG is not allowed'
	printf '%%YAML 9.9\n---\nrequest: x\n' >input.yaml
	yaml 'incompatible YAML document'
	printf '? [a, b]\n: c\n' >input.yaml
	yaml 'a key must be a single value'
	printf 'just a text\n' >input.yaml
	yaml 'expected a map of fields, found a single value'
	printf -- '- a\n- b\n' >input.yaml
	yaml 'expected a map of fields, found a list'
	printf 'request: "\\U00110000"\n' >input.yaml
	yaml 'invalid Unicode character escape code'
	printf 'request: "\\ud800"\n' >input.yaml
	yaml 'invalid Unicode character escape code'
}

@test "YAML that is no UTF-8 text" {
	store
	application one >good.yaml
	for code in UTF-16LE UTF-16BE UTF-16 UTF-32; do
		iconv -f UTF-8 -t $code good.yaml >input.yaml
		yaml 'iconv'
	done
	for code in GBK GB18030; do
		iconv -f UTF-8 -t $code good.yaml >input.yaml
		yaml 'iconv -f GB18030 -t UTF-8'
	done
	sed 's/^business/\x00&/' good.yaml >input.yaml
	yaml 'control character U+0000; remove it'
	sed 's/林晓/\x1b[2J/' good.yaml >input.yaml
	yaml 'control character U+001B; remove it'
	sed 's/林晓/\xed\xa0\x80/' good.yaml >input.yaml
	yaml 'not UTF-8'
	sed 's/林晓/\xc0\xaf/' good.yaml >input.yaml
	yaml 'not UTF-8'
	sed 's/林晓/\xe6\x9e/' good.yaml >input.yaml
	yaml 'not UTF-8'
	head -c 1000000 /dev/urandom >input.yaml
	yaml 'not UTF-8'
	head -c 1000000 /dev/zero >input.yaml
	yaml 'control character U+0000; remove it'
}

@test "a BOM, CRLF and no line end at all are no harm" {
	store
	application one >good.yaml
	printf '\xef\xbb\xbf' | cat - good.yaml >bom.yaml
	sed 's/$/\r/' good.yaml >crlf.yaml
	head -c -1 good.yaml >open.yaml
	for i in bom crlf open; do
		run --separate-stderr ca-apply --check $i.yaml
		[ "$status" -eq 0 ]
	done
	works ca-apply --keystore keys --pin file:user.pin good.yaml bom.yaml \
	    crlf.yaml open.yaml
	[ "$(sort -u <<<"$output")" = 00202611220000001 ]
}

# csr FILE TEXT: an application with that request is refused so
csr() {
	application one >input.yaml
	echo 'csr: |' >>input.yaml
	sed 's/^/  /' "$1" >>input.yaml
	yaml ": csr: $2"
}

# pem FILE: DER as the PEM of a request
pem() {
	echo '-----BEGIN CERTIFICATE REQUEST-----'
	base64 -w 64 "$1"
	echo '-----END CERTIFICATE REQUEST-----'
}

@test "requests that are none, or of bad keys" {
	store
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout key.pem -subj /CN=x -outform DER -out good.der 2>/dev/null
	echo garbage >in.pem
	csr in.pem 'PKCS #10: it is no certification request'
	head -c 3000 /dev/urandom >der && pem der >in.pem
	csr in.pem 'PKCS #10: RFC 2986 section 4: the request is malformed at the DER'
	: >der && pem der >in.pem
	csr in.pem 'PKCS #10: the PEM block CERTIFICATE REQUEST is not base64'
	for n in 1 2 10 50 100 150; do
		head -c $n good.der >der && pem der >in.pem
		csr in.pem 'PKCS #10: RFC 2986 section 4: the request is malformed at the DER'
	done
	{ cat good.der && printf x; } >der && pem der >in.pem
	csr in.pem 'PKCS #10: 1 octets follow the request; nothing may'
	head -c 100000 /dev/zero >der && pem der >in.pem
	csr in.pem 'too long: 135490 characters'
	# A length that promises more than there is.
	printf '\x30\x84\x7f\xff\xff\xff\x30' >der && pem der >in.pem
	csr in.pem 'PKCS #10: RFC 2986 section 4: the request is malformed at the DER'
	many 5000 $'\x30\x80' >der && pem der >in.pem
	csr in.pem 'PKCS #10: RFC 2986 section 4: the request is malformed at the DER'
	# The last octet of the point.
	perl -0777 -pe 's/(\x03\x42\x00\x04.{63})(.)/$1 . chr(ord($2) ^ 1)/se' \
	    good.der >der && pem der >in.pem
	csr in.pem 'PKCS #10: the public key is not a point on its curve'
	# The last of the signature.
	perl -0777 -pe 's/(.)\z/chr(ord($1) ^ 1)/se' good.der >der
	pem der >in.pem
	csr in.pem 'PKCS #10: the request'\''s signature is not its key'
	# A modulus of 16384 bits.
	cat >big.cnf <<-END
		asn1 = SEQUENCE:request
		[request]
		info = SEQUENCE:info
		algorithm = SEQUENCE:signed
		signature = FORMAT:HEX,BITSTRING:$(many 2048 55)
		[info]
		version = INTEGER:0
		subject = SEQUENCE:nothing
		key = SEQUENCE:spki
		attributes = IMPLICIT:0,SET:nothing
		[signed]
		oid = OID:sha256WithRSAEncryption
		none = NULL
		[spki]
		algorithm = SEQUENCE:rsa
		key = BITWRAP,SEQUENCE:public
		[rsa]
		oid = OID:rsaEncryption
		none = NULL
		[public]
		n = INTEGER:0x$(many 2048 c5)
		e = INTEGER:65537
		[nothing]
	END
	openssl asn1parse -genconf big.cnf -noout -out der
	pem der >in.pem
	csr in.pem 'PKCS #10: the RSA key has 16384 bits; make one of 2048 to 4096'
	many 400 '-----BEGIN CERTIFICATE REQUEST-----' >in.pem
	csr in.pem 'PKCS #10: '
}

# bank TEXT: a statement in input.csv is refused so
bank() {
	hostile "$1" ca-pay --reconcile input.csv --as carol --keystore ops \
	    --pin file:carol.pin
}

head='交易日期,对方账号,对方户名,贷方发生额,交易流水号'

@test "statements that are no tables" {
	store
	many 20000000 x >input.csv
	bank 'input.csv:1: a field of over 4096 octets'
	many 20000000 , >input.csv
	bank 'input.csv:1: more than 64 fields'
	many 67108865 x >input.csv
	bank 'more than the 67108864 octets'
	{ echo "$head" && many 100000 , && echo; } >input.csv
	bank 'input.csv:2: bad: - 0.00: more than 64 fields'
	{ many 100000 "$head," && echo; } >input.csv
	bank 'input.csv:1: more than 64 fields'
	{ echo "$head" && printf '"' && many 1000000 $'x\n'; } >input.csv
	bank 'a quote is left open'
	{ printf '"' && many 20000000 '""'; } >input.csv
	bank 'a quote is left open'
	head -c 1000000 /dev/zero >input.csv
	bank 'a NUL octet: this is not a text file'
	head -c 1000000 /dev/urandom >input.csv
	bank 'a NUL octet: this is not a text file'
	: >input.csv
	bank 'no row is a header'
	many 1000000 $'\n' >input.csv
	bank 'no row is a header'
	cp "$top/tests/data/scans/handler-id.png" input.csv
	bank 'a NUL octet'
	rm input.csv && ln -s /dev/zero input.csv
	bank 'more than the 67108864 octets'
	rm input.csv && mkdir input.csv
	bank 'Is a directory'
	[ "$(sql 'SELECT count(*) FROM settlement')" -eq 0 ]
}

# png WIDTH HEIGHT OCTETS [DEPTH COLOUR]: one whose image data are so many zeros, packed
png() {
	perl -MCompress::Zlib -e '
	    sub chunk {
		my $d = $_[0] . $_[1];
		print pack("N", length $_[1]), $d, pack("N", crc32($d));
	    }
	    binmode STDOUT;
	    print "\x89PNG\r\n\x1a\n";
	    chunk("IHDR", pack("NNCCCCC", @ARGV[0, 1, 3, 4], 0, 0, 0));
	    chunk("IDAT", compress("\0" x $ARGV[2], 9));
	    chunk("IEND", "");' "$1" "$2" "$3" "${4:-1}" "${5:-0}"
}

# scan FILE TEXT: it is refused so
scan() { hostile "$2" ca-upload "$order" "user-id=$1"; }

@test "scans that are none" {
	store
	apply one
	head -c 20000000 /dev/zero >in.pdf
	scan in.pdf 'nothing but 20000000 zero bytes'
	head -c 20000000 /dev/urandom >in.pdf
	scan in.pdf 'it is no PDF, JPEG, PNG or TIFF'
	{ printf '%%PDF-1.7\n' && head -c 20000000 /dev/zero; } >in.pdf
	scan in.pdf 'truncated PDF'
	for n in 10 100 1000 10000; do
		head -c $n "$top/tests/data/scans/application-form.pdf" >in.pdf
		scan in.pdf 'truncated PDF: it stops at byte '$n','
	done
	many 1000000 '%PDF-1.7 ' >in.pdf
	scan in.pdf 'truncated PDF'
	{ printf '%%PDF-1.7\n1 0 obj\n' && many 5000000 '<<'; } >in.pdf
	scan in.pdf 'truncated PDF'
	{
		printf '%%PDF-1.7\n1 0 obj\n' && many 5000000 '['
		printf 'endobj\nstartxref\n9\n%%%%EOF\n'
	} >in.pdf
	scan in.pdf 'no cross-reference stream'
	# A cross-reference table that names itself as the one before.
	{
		printf '%%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n'
		printf 'trailer\n<</Root 1 0 R/Size 1/Prev 9>>\n'
		printf 'startxref\n9\n%%%%EOF\n'
	} >in.pdf
	scan in.pdf 'the cross-references run in a circle'
	png 65535 65535 1000 >in.png
	scan in.png '65535 x 65535 pixels, more than the 200000000'
	png 14142 14142 1000 16 6 >in.png
	scan in.png 'unpacks to 1599983454 bytes, more than 268435456'
	png 4294967295 4294967295 1000 >in.png
	scan in.png 'a side is longer than ISO 15948 allows'
	png 1000 1000 100000000 >in.png
	scan in.png 'there is more image data than'
	png 10000 10000 100 >in.png
	scan in.png 'the image data stops before'
	png 10000 10000 12510000 >in.png
	scan in.png 'the page is blank'
	perl -e 'print "\xff\xd8", "\xff\xe1\0\2" x 300000' >in.jpg
	scan in.jpg 'JPEG'
	# TIFF directories in a ring, and one with entries without end.
	perl -e 'print pack("a4VvvvVVV", "II*\0", 8, 1, 256, 3, 1, 1, 8)' >in.tif
	scan in.tif 'TIFF'
	perl -e 'print pack("a4Vv", "II*\0", 8, 65535), "\0" x 70000' >in.tif
	scan in.tif 'TIFF'
	mkfifo pipe.pdf
	scan pipe.pdf 'not a regular file'
	mkdir folder.pdf
	scan folder.pdf 'not a regular file'
	scan /dev/zero 'not a regular file'
	ln -s /dev/zero link.pdf
	scan link.pdf 'not a regular file'
	ln -s link2.pdf link2.pdf
	scan link2.pdf 'Too many levels of symbolic links'
	[ "$(sql 'SELECT count(*) FROM document')" -eq 0 ]
	# A link to a good one is that one.
	ln -s "$top/tests/data/scans/user-id.tif" good.tif
	works ca-upload "$order" user-id=good.tif
}
