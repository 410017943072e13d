# Orders of every business: applied for, fulfilled, installed; and revoking at
# once.  Each is about a pair of its own, in one store.
load sweep

# paired REQUEST: a pair that is installed, and its PIN sealed; its number is
# in $first
paired() {
	export CAORDER_NOW=2026-11-22T02:00:00Z
	application "$1" 's/^algorithm:.*/&\nbackup_pin: true/' |
	    sed '1i---' >applications.yaml
	scans "$1"
	ca-apply $KEYS applications.yaml >orders
	uploaded && declared && settled && accepted && approved && issued &&
	    installed && first=$(cat orders)
	export CAORDER_NOW=2027-10-22T02:00:00Z
}

# prepared BUSINESS [SED...]: a pair, and an order about it that is ready; their
# numbers are in the file numbers
prepared() {
	local business=$1
	shift
	paired "of-$business"
	[ "$business" != release ] || held
	reviewed "$business" "$first" "$business" "$@"
	echo "$business $first $order" >>numbers
}

held() {
	ca-issue --revoke $ALICE --reason certificateHold "$first" || :
	ca-issue --revoke $BOB --reason certificateHold "$first"
}

setup_file() { begun base; }
base() {
	local business
	recoverers
	for business in renew reissue unlock revoke hold release recover; do
		prepared "$business"
	done
	prepared change 's/^  name: 林晓/  name: 林小晓/'
	paired of-atonce && echo "atonce $first $first" >>numbers
	ca-issue --revoke $ALICE --reason keyCompromise "$first" || :
	paired of-apply
	about reissue "$first" signed >signed.yaml
}

# Each sweep takes other calls than the others, so far apart.
apart=29

# chosen NAME FROM: it is of these numbers, beginning with that call
chosen() {
	export CAORDER_NOW=2027-10-22T02:00:00Z
	read -r _ subject of < <(grep "^$1 " \
	    "$BATS_FILE_TMPDIR/base/numbers")
	stride "$apart" "$2"
}

# witnessed: each revocation is in the journal beside the store, once
witnessed() {
	sql "SELECT printf('%d %s', id, number) FROM revocation ORDER BY id" |
	    cmp - <(sed -n 's/^\([0-9]*\) [^ ]* \([0-9]*\) .*[0-9a-f]\{64\}$/\1 \2/p' store.revocations)
}

# facts TABLE [COLUMN]: how many there are of the order
facts() {
	sql "SELECT count(*) FROM $1 WHERE ${2:-order_id} =
	    (SELECT id FROM orders WHERE number = '$of')"
}

# What is issued and what ends by it are one.
issue() { shim ca-issue $CA_PIN --codes codes "$of"; }
printed() { [[ $(state "$1") =~ ^(issued|done)$ ]]; }
between() {
	[ -z "$ends" ] ||
	    [ "$(facts revocation by_order)" = "$(facts "$fact")" ]
}
complete() {
	printed "$of" && [ "$(facts "$fact")" = 1 ] &&
	    [ "$(facts revocation by_order)" = "${ends:-0}" ] && witnessed
}

# swept BUSINESS FROM FACT [ENDS]: killed, and failing
swept() {
	fact=$3 ends=${4-}
	chosen "$1" "$2"
	sweep kill 30 issue
	chosen "$1" $(($2 % apart + 1))
	sweep enospc 30 issue
}
@test "fulfilling a renewal" { swept renew 1 pair; }
@test "fulfilling a reissue" { swept reissue 2 pair 1; }
@test "fulfilling a change" { swept change 3 pair 1; }
@test "fulfilling a revocation" { swept revoke 4 fulfilment 1; }
@test "fulfilling a hold" { swept hold 5 fulfilment 1; }
@test "fulfilling a release" { swept release 6 fulfilment 1; }
@test "fulfilling a recovery" { swept recover 7 fulfilment; }

@test "fulfilling an unlocking: the code that was written last opens" {
	complete() {
		[ "$(facts fulfilment)" = 1 ] && pin other
		(umask 077 && tail -n 1 codes | jq -r .code >code)
		ca-install -q --unlock --keystore keys --code file:code \
		    --new-pin file:other.pin "$of" >unlocked
	}
	swept unlock 8 fulfilment
}

@test "the second word to revoke at once" {
	local how
	word() {
		shim ca-issue --revoke $BOB --reason keyCompromise "$of"
	}
	printed() { [ "$(ca-query -o certificates "$1")" = revoked ]; }
	between() {
		[ "$(facts revocation)" = "$(sql "SELECT count(*) FROM decision
		    WHERE kind = 'revoke' AND operator = 'bob' AND order_id =
		    (SELECT id FROM orders WHERE number = '$of')")" ]
	}
	complete() {
		printed "$of" && [ "$(facts revocation)" = 1 ] && witnessed
	}
	for how in kill eio; do
		chosen atonce 3
		sweep $how 20 word
	done
}

@test "applying for a reissue, signed by the holder" {
	local how
	apply() { shim ca-apply --signed $KEYS signed.yaml; }
	printed() { [ "$(ca-query -o request "$1")" = signed ]; }
	between() { :; }
	complete() {
		printed "$of" && [ "$(facts application)" = 1 ] &&
		    [ "$(ls -A "keys/$of")" = $'sign.csr\nsign.key' ] &&
		    [ "$(sql "SELECT count(*) FROM application
			WHERE length(holder) > 60")" = 1 ]
	}
	for how in kill eio; do
		chosen renew 4
		of=00202710220000009
		sweep $how 20 apply
	done
}
