# ca-scan: what is on scans, and one file of them.
load ../helper

scans=$top/tests/data/scans

# facts FIELD... : of each line, separated by commas
facts() {
	local IFS=,
	jq -r "[$*] | map(tostring) | join(\",\")" <<<"$output"
}

@test "each page of each file has a line, in the order of the files" {
	cp "$scans/seal-form.jpg" "$scans/application-form.pdf" .
	works ca-scan seal-form.jpg application-form.pdf \
	    "$scans/user-id.tif" - <"$scans/handler-id.png"
	[ "$(facts .type .page .pages .width .height .dpi | paste -sd' ')" = \
	    'jpeg,1,1,827,1170,100 pdf,1,3,1240,1754,150 pdf,2,3,1240,1754,150 pdf,3,3,1240,1754,150 tiff,1,1,414,585,null png,1,1,497,702,60' ]
	[ "$(jq -r .file <<<"$output" | sed -n '1p;2p;6p' | paste -sd' ')" = \
	    'seal-form.jpg application-form.pdf -' ]
	[ "$(jq -r .sha256 <<<"$output" | head -n 1)" = \
	    "$(sha256sum <seal-form.jpg | cut -c1-64)" ]
}

@test "a thumbnail is a small JPEG in a private folder, or in the line" {
	works ca-scan --thumbnails t --inline "$scans/seal-form.jpg"
	[ "$(stat -c %a t t/*)" = $'700\n600' ]
	path=t/$(sha256sum <"$scans/seal-form.jpg" | cut -c1-16)-1.jpg
	[ "$(jq -r .thumbnail <<<"$output")" = "$path" ]
	jq -r .thumbnail_jpeg <<<"$output" | base64 -d | cmp - "$path"
	works ca-scan "$path"
	[ "$(facts .type .width .height)" = jpeg,508,720 ]
	works ca-scan --inline --side 160 "$scans/seal-form.jpg"
	jq -r .thumbnail_jpeg <<<"$output" | base64 -d >small.jpg
	works ca-scan small.jpg
	[ "$(facts .width .height)" = 113,160 ]
	fails 2 ca-scan --inline --side 721 "$scans/seal-form.jpg"
	told '^ca-scan: --side takes 16 to 720 pixels$'
	works ca-scan --dry-run --thumbnails u "$scans/seal-form.jpg"
	[ ! -e u ]
}

@test "what is no scan is refused by its name, and the others go on" {
	cp "$scans/seal-form.jpg" a.jpg
	echo text >b.jpg
	head -c 9000 a.jpg >c.jpg
	run --separate-stderr ca-scan --rejects r a.jpg b.jpg no.jpg c.jpg .
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 1 ]
	told '^ca-scan: b.jpg: .*text' '^ca-scan: no.jpg: No such file' \
	    '^ca-scan: c.jpg: .*truncated' '^ca-scan: \.: Is a directory'
	[ "${#stderr_lines[@]}" -eq 4 ]
	[ "$(jq -r '.file // "-"' r | paste -sd' ')" = 'b.jpg - c.jpg -' ]
}

@test "joined pages come in their order, and always with the same octets" {
	pdf=$scans/application-form.pdf
	works ca-scan --join "$scans/seal-form.jpg" "$pdf#3,1-2" \
	    "$scans/user-id.tif" "$scans/handler-id.png" -o a.pdf
	works ca-scan a.pdf
	[ "$(jq -r '.codes[0].text // "-"' <<<"$output" | paste -sd' ')" = \
	    'CAO1:00202009200000485:2 CAO1:00202009200000485:3 CAO1:00202009200000485:1 CAO1:00202009200000485:2 - CAO1:00202009200000485:2' ]
	ca-scan --join -o - "$scans/seal-form.jpg" "$pdf#3,1-2" \
	    "$scans/user-id.tif" "$scans/handler-id.png" >b.pdf
	cmp a.pdf b.pdf
}

@test "a name with a number sign is a file's, if there is one" {
	cp "$scans/seal-form.jpg" 'a.jpg#1'
	works ca-scan --join 'a.jpg#1' -o a.pdf
	fails 3 ca-scan --join 'a.jpg#2' -o b.pdf
	fails 3 ca-scan --join "$scans/seal-form.jpg#2" -o b.pdf
	told 'seal-form.jpg: has no page 2, only 1'
	fails 3 ca-scan --join "$scans/seal-form.jpg#2-1" -o b.pdf
	told 'seal-form.jpg#2-1: "2-1" is no list of pages such as 2 or 1,3-4'
	[ ! -e b.pdf ]
	fails 2 ca-scan --join a.jpg
	fails 2 ca-scan
}
