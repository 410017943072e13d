# ca-upload --scan: a heap of scans to its orders and slots.  What is on the
# scans is said by a stand-in for ca-scan, so that every case can be had.
load ../helper
load ../scans

# Two orders in a store, and ca-upload with the stand-in beside it.
setup_file() {
	export HOME=$BATS_FILE_TMPDIR TZ=UTC LC_ALL=C CAORDER_LANG=en
	export CAORDER_NOW=2026-11-22T02:00:00Z
	mkdir "$BATS_FILE_TMPDIR/base"
	cd "$BATS_FILE_TMPDIR/base" || return 1
	store && apply one && apply two || return 1
	stand_in
}

setup_heap() {
	cp -a "$BATS_FILE_TMPDIR/base/." .
	export CAORDER_STORE=$PWD/store PATH=$PWD/bin:$PATH
	one=00202611220000001 two=00202611220000002
	mkdir heap
}

# filled [ORDER]: the slots that are
filled() {
	sql "SELECT group_concat(slot, ' ') FROM (SELECT slot FROM
	    current_document d JOIN orders o ON o.id = d.order_id
	    WHERE o.number = '${1:-$one}' ORDER BY slot)"
}

@test "pages of several orders, in any order, go where their codes say" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $two seal-form)"
	scan b.png handler-id.png "$(code $one handler-id)"
	scan c.tif user-id.tif "$(code $one user-id),$(code $one user-id)"
	works ca-upload --scan heap
	[ "$output" = $one$'\n'$two ]
	[ "$(filled)" = 'handler-id user-id' ]
	[ "$(filled $two)" = seal-form ]
	[ ! -e joined ]
	[ ! -e store/unplaced ]
	ca-upload --get user-id $one | cmp - heap/c.tif

	# The same again is no change.
	before=$(sql 'SELECT count(*), max(seq) FROM journal')
	works ca-upload --scan heap/c.tif heap/a.jpg heap/b.png
	[ "$output" = $one$'\n'$two ]
	[ "$(sql 'SELECT count(*), max(seq) FROM journal')" = "$before" ]
}

@test "a form's pages are joined from where they lie, in their order" {
	setup_heap
	scan a.pdf application-form.pdf "$(code $one application-form 2 2)" \
	    "$(code $two seal-form)"
	scan b.jpg seal-form.jpg "$(code $one application-form 1 2)"
	works ca-upload --scan heap --json
	[ "$(cat joined)" = $'heap/b.jpg#1 heap/a.pdf#1\nheap/a.pdf#2' ]
	[ "${lines[0]}" = "{\"order\":\"$one\",\"changed\":true,\"slots\":[{\"slot\":\"application-form\",\"pages\":[{\"file\":\"heap/b.jpg\",\"page\":1},{\"file\":\"heap/a.pdf\",\"page\":1}]}]}" ]
	[ "$(jq -r '.slots[].pages[0].page' <<<"${lines[1]}")" = 2 ]
	ca-upload --get application-form $one | cmp - document.pdf
	works ca-upload --scan heap
	[ "$(sql "SELECT count(*) FROM document")" = 2 ]
}

@test "a whole file in its order is taken as it is" {
	setup_heap
	scan a.pdf application-form.pdf "$(code $one application-form 1 2)" \
	    "$(code $one application-form 2 2)"
	works ca-upload --scan heap
	[ ! -e joined ]
	# The other way round it is not.
	scan a.pdf application-form.pdf "$(code $one application-form 2 2)" \
	    "$(code $one application-form 1 2)"
	works ca-upload --scan heap
	[ "$(<joined)" = 'heap/a.pdf#2,1' ]
}

@test "missing pages are named, and the other slots go on" {
	setup_heap
	scan a.pdf application-form.pdf "$(code $one application-form 2 4)"
	scan b.jpg seal-form.jpg "$(code $one seal-form)"
	run --separate-stderr ca-upload --scan heap --rejects rejects
	[ "$status" -eq 3 ]
	[ "$output" = $one ]
	told "^ca-upload: $one: application-form: of 4 pages these are missing: 1, 3, 4 \(page 2 is heap/a.pdf\)\$"
	[ "$(filled)" = seal-form ]
	[ "$(jq -c '[.order,.status,.field]' rejects)" = \
	    "[\"$one\",3,\"application-form\"]" ]
}

@test "a page that is there twice is refused, unless it is the same scan" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	cp heap/a.jpg heap/z.jpg
	works ca-upload --scan heap heap/a.jpg
	[ "$(filled)" = seal-form ]
	ca-upload --remove seal-form $one
	scan b.png handler-id.png "$(code $one seal-form)"
	fails 3 ca-upload --scan heap
	told 'seal-form: page 1 is there twice \(heap/a.jpg and heap/b.png\); leave one of them out'
	[ "$(filled)" = '' ]
	scan b.png handler-id.png "$(code $one seal-form 2 2)"
	fails 3 ca-upload --scan heap
	told 'pages of two prints: of 1 pages \(heap/a.jpg\) and of 2 \(heap/b.png\)'
}

@test "what was printed before a change is refused" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	scan b.png handler-id.png "$(code $two handler-id)"
	application one 's/十三纬路1号/十三纬路2号/' >one.yaml
	ca-apply --amend --keystore keys --pin file:user.pin one.yaml
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 3 ]
	[ "$output" = $two ]
	told "^ca-upload: heap/a.jpg: $one: printed before a change: its data is not the order's present data; print it again with ca-form\$"
	[ "$(filled)" = '' ]
}

@test "a form is void once what it was printed of is amended" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	scan b.png handler-id.png "$(code $one handler-id)"
	scan c.tif user-id.tif ''
	works ca-upload --scan heap/a.jpg
	works ca-upload $one handler-id=heap/b.png user-id=heap/c.tif
	[ "$(filled)" = 'handler-id seal-form user-id' ]
	application one 's/十三纬路1号/十三纬路2号/' >amended.yaml
	works ca-apply --keystore keys --pin file:user.pin --amend amended.yaml
	# what has no code is for the reviewers to compare
	[ "$(filled)" = user-id ]
	ca-query --json $one | jq -e '.documents.missing |
	    contains(["seal-form", "handler-id"])' >/dev/null
	works ca-admin verify
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	works ca-upload --scan heap/a.jpg
	[ "$(filled)" = 'seal-form user-id' ]
}

@test "orders that are not there, and slots that are not for them" {
	setup_heap
	good=$(code $one seal-form)
	other=$("$top/tests/code" $one seal-form 1 1 00202611220000009)
	scan a.jpg seal-form.jpg "$other"
	scan b.png handler-id.png "$(code $one '')"
	scan c.tif user-id.tif "${good%?}$(((${good: -1} + 1) % 10))"
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	told 'heap/a.jpg: 00202611220000009: no such order' \
	    "heap/b.png: $one: note: a page that fills no slot: passed over" \
	    'heap/c.tif: none of the 1 codes on it is that of a form'
}

@test "pages without a code are listed, with a picture to place them by" {
	setup_heap
	scan a.jpg seal-form.jpg ''
	scan b.pdf application-form.pdf "$(code $one seal-form)" '' \
	    "$(code $one handler-id),$(code $two handler-id)"
	sum=$(sha256sum <heap/b.pdf | cut -c1-16)
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 3 ]
	[ "$output" = $one ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	told "^ca-upload: heap/a.jpg: no code can be read on it; place it by hand, as ORDER SLOT=FILE#PAGE \(picture: $PWD/store/unplaced/.*-1.jpg\)\$" \
	    "^ca-upload: heap/b.pdf#2: no code can be read" \
	    "^ca-upload: heap/b.pdf#3: the codes of 2 different pages are on it"
	[ "$(stat -c %a store/unplaced store/unplaced/* | sort | uniq -c |
	    xargs)" = '3 600 1 700' ]
	[ "$(od -An -tx1 "store/unplaced/$sum-2.jpg" | xargs)" = 'ff d8 ff d9' ]

	# Placed by hand, the picture has had its day.
	works ca-upload $one user-id=heap/b.pdf#2-3
	[ "$(tail -n 1 joined)" = 'heap/b.pdf#2-3' ]
	[ "$(ls store/unplaced)" = "$(sha256sum <heap/a.jpg | cut -c1-16)-1.jpg" ]
	works ca-upload $one authorisation-letter=heap/a.jpg
	[ -z "$(ls store/unplaced)" ]
	[ "$(filled)" = 'authorisation-letter seal-form user-id' ]
}

@test "a dry run places all and keeps nothing" {
	setup_heap
	scan a.jpg seal-form.jpg ''
	scan b.png handler-id.png "$(code $one handler-id)"
	run --separate-stderr ca-upload -n --scan heap
	[ "$status" -eq 3 ]
	[ "$output" = $one ]
	told 'picture: -\)'
	[ ! -e store/unplaced ]
	[ "$(filled)" = '' ]
}

@test "blank pages and files that are no scans are passed over with a note" {
	setup_heap
	scan a.pdf application-form.pdf '' "$(code $one application-form)"
	sed -i '1s/"blank":false/"blank":true/' lines/*
	mkdir heap/more
	: >heap/Thumbs.db
	: >heap/.hidden
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 0 ]
	[ "$(filled)" = application-form ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	told 'heap/a.pdf#1: note: a blank page: passed over' \
	    'heap/more: note: passed over: no file whose name ends in' \
	    'heap/Thumbs.db: note: passed over'
	run ca-upload -q --scan heap
	[ "$output" = $one ]
	fails 3 ca-upload --scan heap/more
	told 'there is no scan in heap/more'
	fails 3 ca-upload --scan nowhere
	told 'nowhere: No such file'
}

@test "a damaged file, or one that a slot refuses, leaves the others" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	scan b.png handler-id.png "$(code $one handler-id)"
	cp "$top/tests/data/wrong/small.png" heap/c.png
	cp "$top/tests/data/wrong/blank.png" heap/d.png
	printf '{"file":"@","sha256":"%%","page":1,"pages":1,"codes":[{"text":"%s"}]}\n' \
	    "$(code $one user-id)" \
	    >"lines/$(sha256sum <heap/c.png | cut -d' ' -f1)"
	run --separate-stderr ca-upload --scan heap --rejects rejects
	[ "$status" -eq 3 ]
	[ "$output" = $one ]
	told '^ca-upload: heap/d.png: damaged$' \
	    "^ca-upload: heap/c.png: $one: user-id: .* pixels"
	[ "$(filled)" = 'handler-id seal-form' ]
	[ "$(jq -r .file rejects | sort | xargs)" = 'heap/c.png heap/d.png' ]
}

@test "an order past uploading is refused, and the others go on" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	scan b.png handler-id.png "$(code $one handler-id)"
	scan c.tif user-id.tif "$(code $two user-id)"
	ca-review --cancel no --as alice --keystore ops --pin file:alice.pin $one
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 5 ] || [ "$status" -eq 4 ]
	[ "$output" = $two ]
	told "^ca-upload: $one: .*cancelled"
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "ca-scan that fails is told, whatever it prints" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	while IFS='|' read -r script want; do
		printf '#!/bin/sh\n%s\n' "$script" >instead
		chmod +x instead
		run --separate-stderr ca-upload --scan heap
		[ -z "$output" ]
		told "$want"
	done <<-'END'
		exit 1|ca-scan failed with status 1
		kill -9 $$|ca-scan was ended by signal 9
		echo '{"file"'|a line of ca-scan|not JSON
		echo '{}'|a line of ca-scan does not describe a page: \{\}
		head -c 2000000 /dev/zero|ca-scan printed what it should not
		printf %9000d 1 >&2; exit 2|^ca-upload: {700}
	END
	[ "$(filled)" = '' ]
	# Without it there is no heap, but scans that are named go on.
	rm instead bin/ca-scan
	PATH=/usr/bin:/bin run --separate-stderr "$PWD/bin/ca-upload" --scan heap
	[ "$status" -eq 1 ]
	told 'there is no program ca-scan, neither beside this one nor in PATH'
	PATH=/usr/bin:/bin works "$PWD/bin/ca-upload" $one seal-form=heap/a.jpg
}

@test "a file that changes between reading and taking is not taken" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	sed -i 's/%/0000000000000000000000000000000000000000000000000000000000000000/' lines/*
	fails 3 ca-upload --scan heap
	told "heap/a.jpg: $one: seal-form: the file changed since its codes were read"
}

@test "a file that changes before it is joined is not taken" {
	setup_heap
	scan a.pdf application-form.pdf "$(code $one application-form)" \
	    "$(code $one seal-form)"
	sed -i "s|exec cat document.pdf|echo >>heap/a.pdf; &|" bin/ca-scan
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	told "heap/a.pdf: the file changed since its codes were read; try again"
	[ "$(filled)" = '' ]
}

@test "a file that is called as the pages of another is not joined for them" {
	setup_heap
	scan a.pdf application-form.pdf "$(code $one application-form)" \
	    "$(code $one seal-form)"
	cp "$scans/handler-id.png" heap/a.pdf#1
	run --separate-stderr ca-upload --scan heap/a.pdf
	[ "$status" -eq 3 ]
	told "$one: application-form: heap/a.pdf#1: there is a file of that very name; rename it"
	[ "$(<joined)" = 'heap/a.pdf#2' ]
	[ "$(filled)" = seal-form ]
}

@test "neither a FIFO nor what a link does not lead to is read" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	mkfifo heap/f.pdf
	ln -s nowhere heap/l.pdf
	run --separate-stderr timeout 20 ca-upload --scan heap
	[ "$status" -eq 3 ]
	[ "$output" = $one ]
	told '^ca-upload: heap/f.pdf: note: passed over: not a regular file$' \
	    '^ca-upload: heap/l.pdf: No such file or directory$'
	fails 3 timeout 20 ca-upload --scan heap/f.pdf
	told '^ca-upload: heap/f.pdf: not a regular file$'
	fails 3 timeout 20 ca-upload $one seal-form=heap/f.pdf#1
	told '^ca-upload: heap/f.pdf: not a regular file$'
}

@test "what is stopped while codes are read is not recorded" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $two seal-form)"
	printf '#!/bin/sh\nkill -TERM $PPID\nexec sleep 60\n' >instead
	chmod +x instead
	run --separate-stderr timeout 20 ca-upload $one seal-form=heap/a.jpg
	[ "$status" -eq 143 ]
	[ -z "$output" ]
	told 'stopped before the codes on it were read; try again'
	[ "$(filled)" = '' ]
}

@test "a scan placed by hand is compared with the order" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $two seal-form)"
	scan b.png handler-id.png "$(code $one user-id)"
	scan c.tif user-id.tif "order:$two"
	fails 5 ca-upload $one seal-form=heap/a.jpg
	told "^ca-upload: heap/a.jpg: $one: seal-form: page 1 is of order $two; --despite REASON takes it all the same\$"
	fails 5 ca-upload $one handler-id=heap/b.png
	told 'page 1 is for slot user-id'
	fails 5 ca-upload $one user-id=heap/c.tif
	told "page 1 is of order $two"
	application one 's/十三纬路1号/十三纬路2号/' >one.yaml
	ca-apply --amend --keystore keys --pin file:user.pin one.yaml
	fails 5 ca-upload $one user-id=heap/b.png
	told 'page 1 was printed before a change of the order'
	[ "$(filled)" = '' ]

	works ca-upload --despite '原件已核对' $one seal-form=heap/a.jpg
	[ "$(filled)" = seal-form ]
	[ "$(sql "SELECT text FROM note WHERE kind = 'despite'")" = \
	    "seal-form: page 1 is of order $two: 原件已核对" ]
	works ca-upload --despite again $one seal-form=heap/a.jpg
	[ "$(sql "SELECT count(*) FROM note WHERE kind = 'despite'")" = 1 ]
	fails 3 ca-upload --despite "$(printf 'x%.0s' {1..201})" $one seal-form=heap/a.jpg
	works ca-admin verify
}

@test "what cannot be read by hand is taken with a note" {
	setup_heap
	cp "$scans/seal-form.jpg" heap/a.jpg
	run --separate-stderr ca-upload $one seal-form=heap/a.jpg
	[ "$status" -eq 0 ]
	told "heap/a.jpg: $one: seal-form: note: the codes on it were not read: damaged"
}

@test "a folder of scans is compared only when asked for" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $two seal-form)"
	mkdir -p scans/one
	cp heap/a.jpg scans/one/seal-form.jpg
	fails 5 ca-upload --from scans --read-codes $one
	told "page 1 is of order $two"
	works ca-upload --from scans $one
}

@test "progress has files, octets, rate and time left, on a terminal alone" {
	setup_heap
	scan a.jpg seal-form.jpg "$(code $one seal-form)"
	scan b.png handler-id.png "$(code $one handler-id)"
	scan c.tif user-id.tif "$(code $two user-id)"
	cat >instead <<-'END'
		#!/bin/bash
		for f in heap/*; do
			read -r sum _ < <(sha256sum "$f")
			sleep 0.3
			sed "s|@|$f|; s|%|$sum|" "lines/$sum"
		done
	END
	chmod +x instead
	TERM=xterm script -qec 'stty cols 120; ca-upload --scan heap' /dev/null \
	    </dev/null >bar
	tr '\r' '\n' <bar >rows
	grep -aqE 'b.png \[#+ +\] file 2/3  [0-9.]+ kB  [0-9.]+ kB/s  0:0[0-9]' rows
	grep -aq "$one" rows
	TERM=xterm script -qec 'ca-upload -q --scan heap' /dev/null </dev/null >bar
	[ "$(tr -d '\r' <bar)" = $one$'\n'$two ]
	TERM=xterm works ca-upload --scan heap
}

@test "forms that were printed and scanned come to their orders" {
	setup_heap
	PATH=${PATH#*:}
	ca-form $one -o heap/one.pdf
	ca-form $two -o two.pdf
	# The second order's come one by one, badly scanned; one page is away,
	# and of another both codes are covered.
	pdftoppm -r 100 -jpeg -jpegopt quality=20 two.pdf heap/page
	rm heap/page-2.jpg
	pdftoppm -r 100 -x 0 -y 160 -W 827 -H 850 -f 5 -l 5 -png two.pdf heap/cut
	rm heap/page-5.jpg
	run --separate-stderr ca-upload --scan heap
	[ "$status" -eq 3 ]
	[ "$output" = $one$'\n'$two ]
	[ "$(filled)" = 'application-form authorisation-letter seal-form' ]
	[ "$(filled $two)" = seal-form ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	told "^ca-upload: heap/cut-5.png: no code can be read on it; .*/unplaced/" \
	    "$two: application-form: of 2 pages these are missing: 2 \(page 1 is heap/page-1.jpg\)"
	run ca-scan store/unplaced/*
	[ "$status" -eq 0 ]
	# What was joined still says where it belongs.
	ca-upload --get seal-form $two >joined.pdf
	works ca-upload $two seal-form=joined.pdf authorisation-letter=heap/cut-5.png
	[ -z "$(ls store/unplaced)" ]
	fails 5 ca-upload $one seal-form=joined.pdf
	run --separate-stderr ca-upload --scan heap
	[ "$output" = $one$'\n'$two ]
	[ "$(sql 'SELECT count(*) FROM document')" = 5 ]
	works ca-admin verify
	ca-upload --preview $one | grep -c 'of the form as it is now' >count
	[ "$(<count)" = 5 ]
}
