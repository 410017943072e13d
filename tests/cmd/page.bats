# ca-upload --preview and ca-review --show --html: what a browser makes of them.
load ../helper

scans=$top/tests/data/scans

# An order whose texts try to be mark-up, with three scans, and its pages.
setup_file() {
	export HOME=$BATS_FILE_TMPDIR TZ=UTC LC_ALL=C CAORDER_LANG=en
	export CAORDER_NOW=2026-11-22T02:00:00Z
	mkdir "$BATS_FILE_TMPDIR/base"
	cd "$BATS_FILE_TMPDIR/base" || return 1
	store
	apply one "s|十三纬路1号|1</td><script>document.title='ran'</script>\&|" \
	    's|name: 林晓|name: <img src=x onerror=alert(1)>|' || return 1
	printf '%s\n' "$order" >order
	mkdir -p scans/one
	cp "$scans"/{seal-form.jpg,application-form.pdf,user-id.tif} scans/one
	ca-upload --from scans "$order"
	ca-upload --preview "$order" -o preview.html
	ca-review --show --html "$order" >review.html
	ca-review --show --html --unmask 'to compare' "$order" -o unmasked.html
}

# browse OPTION... FILE: by a browser that may do what it likes
browse() {
	local file=${*: -1}
	timeout 60 chromium --headless --no-sandbox --disable-gpu \
	    --user-data-dir="$PWD/chrome" --hide-scrollbars \
	    --window-size=1200,1600 "${@:1:$#-1}" "file://$PWD/$file" \
	    2>chrome.err || { cat chrome.err && false; }
}

pages() {
	cp "$BATS_FILE_TMPDIR"/base/*.html .
	order=$(<"$BATS_FILE_TMPDIR/base/order")
}

@test "the pages refer to nothing outside and run nothing" {
	pages
	for page in preview review unmasked; do
		grep -q "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"" $page.html
		run ! grep -qiE '<(script|img src=x|link|iframe|object|form)|https?:|url\(|@import' \
		    $page.html
	done
	grep -qF '1&lt;/td&gt;&lt;script&gt;document.title=&#39;ran&#39;&lt;/script&gt;&amp;' review.html
	grep -qF '&lt;img src=x onerror=alert(1)&gt;' preview.html
	[ "$(stat -c %a preview.html)" = 600 ]
	browse --dump-dom review.html >dom
	grep -q "<title>$order</title>" dom
	[ "$(grep -c '<script' dom)" = 0 ]
	[ "$(grep -o '<img ' dom | wc -l)" = 5 ]
}

@test "the preview has every slot with its state and small pictures" {
	pages
	[ "$(grep -c '<section class="slot filled">' preview.html)" = 3 ]
	[ "$(grep -c '<section class="slot missing">' preview.html)" = 3 ]
	[ "$(grep -c '<section class="slot empty">' preview.html)" = 2 ]
	[ "$(grep -c 'src="data:image/jpeg;base64,' preview.html)" = 5 ]
	grep -q 'JPEG, pages: 1, octets: 68835, since 2026-11-22 10:00:00' \
	    preview.html
	grep -q '<span class="bad">of order 00202009200000485</span>' preview.html
	grep -q 'no code of a form' preview.html
	run ! grep -qE '210102|13800000001' preview.html
}

@test "the reviewer's page has the data and the checks, masked unless asked" {
	pages
	grep -q '<td>210\*\*\*\*\*\*\*\*\*\*\*\*\*81</td>' review.html
	run ! grep -q 210102199003078881 review.html
	grep -q '<td>210102199003078881</td>' unmasked.html
	grep -q '<li><b>documents</b> <span class="pass">pass</span>' review.html
	[ "$(sed 's/<td>210.*81</<td>number</; s/src="[^"]*"//' review.html |
	    grep -c 'class="slot ')" = 8 ]
	# What is masked in words is not to be read off a picture.
	for page in review unmasked; do
		sed -n 's/.*alt="seal-form 1" src="data:image\/jpeg;base64,\([^"]*\)".*/\1/p' \
		    $page.html | base64 -d >$page.jpg
		ca-scan $page.jpg | jq -c '[.width, .height]'
	done >sizes
	[ "$(paste -sd' ' sizes)" = '[113,160] [508,720]' ]
	export CAORDER_STORE=$BATS_FILE_TMPDIR/base/store
	[ "$(sql "SELECT kind, text FROM note WHERE kind = 'unmask'")" = \
	    'unmask|to compare' ]
}

@test "a browser shows it" {
	pages
	browse --screenshot="$PWD/page.png" unmasked.html
	works ca-scan page.png
	[ "$(jq -c '[.width, .height, .blank]' <<<"$output")" = \
	    '[1200,1600,false]' ]
	# Without the pictures there is less to be seen.
	sed 's/<img [^>]*>//g' unmasked.html >without.html
	browse --screenshot="$PWD/without.png" without.html
	run ! cmp -s page.png without.png
}

@test "without ca-scan, and of scans that it refuses, there are no pictures" {
	pages
	cp -a "$BATS_FILE_TMPDIR/base/." . && export CAORDER_STORE=$PWD/store
	mkdir bin && cp "$B/bin/ca-upload" bin/
	PATH=/usr/bin:/bin works bin/ca-upload --preview "$order"
	run ! grep -q '<img' <<<"$output"
	printf '#!/bin/sh\necho "ca-scan: <stdin>: took <b>longer</b>" >&2\nexit 3\n' \
	    >bin/ca-scan
	chmod +x bin/ca-scan
	works bin/ca-upload --preview "$order"
	[ "$(grep -c 'no pictures: took &lt;b&gt;longer&lt;/b&gt;' <<<"$output")" = 3 ]
}

@test "what does not go together is refused" {
	pages
	export CAORDER_STORE=$BATS_FILE_TMPDIR/base/store
	fails 6 ca-upload --preview 00202611220000009
	fails 2 ca-review --show --html "$order" "$order"
	fails 2 ca-review --show --html --json "$order"
	fails 2 ca-review --show -o x "$order"
	fails 3 ca-upload --preview "$order" -o nowhere/x
}
