#!/usr/bin/env bats
# Requests (PKCS #10) that other programs made are taken, or refused for what
# is wrong with them.
load pairs

setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	setup && store
}

# request FILE ARGUMENT...: OpenSSL makes it
request() {
	local file=$1
	shift
	openssl req -new -noenc -utf8 -subj /C=CN/CN=林晓 -out "$file" \
	    -keyout "$file.key" "$@" 2>/dev/null
}
ec='-newkey ec -pkeyopt ec_paramgen_curve'

# sm2 FILE [OPTION...]
sm2() {
	local file=$1
	shift
	openssl genpkey -algorithm SM2 -out "$file.key" &&
	    openssl req -new -key "$file.key" -sm3 -utf8 \
	        -subj /C=CN/CN=林晓 -out "$file" "$@"
}

# taken ALGORITHM FILE: it becomes an order for that key
taken() {
	application_with "$2" "$1" "$2" >"$2.yaml"
	works ca-apply "$2.yaml"
	sql "SELECT writefile('csr.der', csr) FROM application a
	    JOIN orders o ON o.id = a.order_id WHERE o.number = '$output'" \
	    >/dev/null
	openssl req -in "$2" -outform der | cmp - csr.der
}

# refused ALGORITHM FILE TEXT: and it says where and why
refused() {
	local text="ca-apply: $2.yaml:27:6: csr: "
	application_with "$2" "$1" "$2" >"$2.yaml"
	fails 3 ca-apply "$2.yaml" || return
	[[ $stderr == "$text"*"$3"* ]] || {
		echo "$2: not '$3': $stderr"
		return 1
	}
	[ "$(sql 'SELECT count(*) FROM orders')" = 0 ]
}

@test "OpenSSL's are taken" {
	begin
	request p256 $ec:P-256
	taken p256 p256
	request rsa2048 -newkey rsa:2048
	taken rsa2048 rsa2048
	request rsa3072 -newkey rsa:3072
	taken rsa3072 rsa3072
	sm2 sm2 -sigopt $ID
	taken sm2 sm2
	request extended $ec:P-256 -addext subjectAltName=email:a@example.cn
	taken p256 extended
	request der $ec:P-256
	openssl req -in der -text -out text
	taken p256 text
}

@test "certtool's are taken" {
	begin
	printf '%s\n' 'cn = "林晓"' 'country = CN' >template
	for kind in p256:'ecdsa --curve secp256r1' rsa2048:'rsa --bits 2048'; do
		certtool --generate-privkey --key-type ${kind#*:} \
		    --outfile key.pem
		certtool --generate-request --load-privkey key.pem \
		    --template template --outfile "certtool-${kind%%:*}"
		taken "${kind%%:*}" "certtool-${kind%%:*}"
	done
}

@test "keytool's are taken" {
	begin
	for kind in p256:'EC -groupname secp256r1' rsa2048:'RSA -keysize 2048'; do
		store=(-keystore ${kind%%:*}.p12 -storetype PKCS12
		    -storepass:file user.pin -alias a)
		keytool -genkeypair -keyalg ${kind#*:} -dname CN=x "${store[@]}"
		keytool -certreq -file "keytool-${kind%%:*}" "${store[@]}"
		taken "${kind%%:*}" "keytool-${kind%%:*}"
	done
}

@test "one that is signed with another SM2 id is refused" {
	begin
	sm2 empty
	refused sm2 empty "empty SM2 id; sign with -sigopt $ID"
	sm2 another -sigopt distid:ALICE123@YAHOO.COM
	refused sm2 another "signature is not its key's"
}

@test "one of a weak or unknown key is refused" {
	begin
	request weak -newkey rsa:1024
	refused rsa2048 weak 'the RSA key has 1024 bits; make one of 2048'
	request curve $ec:secp256k1
	refused p256 curve 'on the curve secp256k1; use SM2 or P-256'
	request longer $ec:P-384
	refused p256 longer 'on the curve secp384r1'
	request explicit $ec:P-256 -pkeyopt ec_param_enc:explicit
	refused p256 explicit 'does not name its curve'
	request edwards -newkey ed25519
	refused p256 edwards "algorithm is ED25519"
	request sha1 $ec:P-256 -sha1
	refused p256 sha1 'another algorithm than ECDSA-SHA256'
	request pss -newkey rsa:2048 -sigopt rsa_padding_mode:pss
	refused rsa2048 pss 'another algorithm than RSA-SHA256'
}

@test "one that was changed is refused" {
	begin
	request p256 $ec:P-256
	request rsa2048 -newkey rsa:2048
	sm2 sm2 -sigopt $ID
	for a in p256 rsa2048 sm2; do
		openssl req -in $a -outform der | perl -0777 -pe \
		    's/林晓/林晔/ or die "not found\n"' |
		    openssl req -inform der -out $a-name
		refused $a $a-name "signature is not its key's"
		# its last bit, which is the signature's
		openssl req -in $a -outform der | perl -0777 -pe \
		    's/(.)\z/chr(ord($1) ^ 1)/se' |
		    openssl req -inform der -out $a-signature
		refused $a $a-signature "signature is not its key's"
	done
	# another key under the same signature
	request other $ec:P-256
	for name in p256 other; do
		openssl req -in $name -outform der -out $name.der
		openssl req -in $name -noout -pubkey |
		    openssl pkey -pubin -outform der | tail -c 65 >$name.point
	done
	perl -0777 -e '
		my ($request, $old, $new) = map { open my $f, "<", $_; <$f> }
		    qw(p256.der p256.point other.point);
		$request =~ s/\Q$old\E/$new/ or die "not found\n";
		print $request' | openssl req -inform der -out swapped
	refused p256 swapped "signature is not its key's"
}
