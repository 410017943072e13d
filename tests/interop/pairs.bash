# Pairs of certificates in their containers, for other programs to read.
load ../steps

ID=distid:1234567812345678
WHEN=1798761600 # 2027-01-01: within the validity of all, by any clock

# pairs ALGORITHM...: an order of each, from its application to its container,
# which is in the folder of the algorithm's name
pairs() {
	local a
	for a; do
		echo ---
		application "$a" "s/^algorithm:.*/algorithm: $a/" \
		    '/^user:/a\  department: 采购部'
		scans "$a"
	done >applications.yaml
	{
		ca-apply $KEYS applications.yaml >orders && uploaded &&
		    declared && settled && accepted && approved && issued &&
		    installed
	} >/dev/null || return
	for a; do
		ln -s "keys/$(ca-query --request "$a" -o number)" "$a" || return
	done
}

# begin: a copy of what the file's tests share
begin() {
	cp -a "$BATS_FILE_TMPDIR/." . && export CAORDER_STORE=$PWD/store
}

# links ALGORITHM: its CA's certificate and the root's in ca.pem and root.pem
links() {
	csplit -s -z -f link. -b %d.pem "$1/chain.pem" '/BEGIN/' '{*}' &&
	    mv link.0.pem ca.pem && mv link.1.pem root.pem &&
	    [ ! -e link.2.pem ]
}

# p12 ALGORITHM: its PKCS #12 in the file of that name
p12() { ca-install $KEYS --pkcs12 "$1.p12" "$(readlink "$1" | cut -c 6-)"; }

# tampered FILE: the certificate, in DER, with one letter of a name in it
# another
tampered() {
	openssl x509 -in "$1" -outform der |
	    perl -0777 -pe 's/采购部/采购邬/ or die "not found\n"'
}

# application_with REQUEST ALGORITHM CSR: an application with that PKCS #10
application_with() {
	application "$1" "s/^algorithm:.*/algorithm: $2/"
	echo 'csr: |'
	sed 's/^/  /' "$3"
}
