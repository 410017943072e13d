# ca-upload: scans into the slots of orders.
load ../helper

scans=$top/tests/data/scans
wrong=$top/tests/data/wrong

# refused TEXT COMMAND...: with exit 3, and a line that holds the text
refused() {
	local text=$1
	shift
	fails 3 "$@"
	[[ $stderr == *"$text"* ]] || {
		printf 'not "%s" but: %s\n' "$text" "$stderr"
		return 1
	}
}

# by_hand ORDER SLOT=FILE...: the codes on the six scans are another order's
by_hand() { ca-upload --despite sample "$@"; }

# folder NAME: the six scans in scans/NAME
folder() {
	mkdir -p "scans/$1"
	cp "$scans"/* "scans/$1/"
}

documents() { sql 'SELECT count(*) FROM document'; }
state() { sql "SELECT state FROM orders WHERE number = '${1:-$order}'"; }

# An order with nothing in its slots.
made() {
	store && apply one
}

@test "scans that are named go into their slots, and the number comes out" {
	made
	works by_hand "$order" seal-form="$scans/seal-form.jpg" \
	    handler-id="$scans/handler-id.png"
	[ "$output" = "$order" ]
	[ "$(sql 'SELECT slot, part, type, size FROM current_document
	    ORDER BY slot')" = $'handler-id|1|png|33247\nseal-form|1|jpg|68835' ]
	[ "$(state)" = applied ]
	[ "$(stat -c %a store/objects/*/* | sort -u)" = 600 ]
}

@test "a folder by the number, or else by the request id" {
	made
	folder one
	works ca-upload --from scans "$order"
	[ "$output" = "$order" ]
	[ "$(state)" = reviewing ]

	apply two
	folder "$order"
	mkdir scans/two
	works ca-upload --from scans "$order"
	[ "$(state)" = reviewing ]
}

@test "numbers come through standard input, alone and as JSON" {
	made
	first=$order
	apply two
	folder one
	folder two
	run --separate-stderr ca-upload --from scans --json \
	    <<<"$first"$'\n'"{\"order\":\"$order\"}"
	[ "$status" -eq 0 ]
	[ "$(jq -r .order <<<"$output")" = "$first"$'\n'"$order" ]
	[ "$(jq -c .documents <<<"${lines[1]}")" = \
	    '{"required":6,"filled":6,"missing":[]}' ]
}

@test "the same again changes nothing" {
	made
	folder one
	works ca-upload --from scans "$order"
	before=$(sql 'SELECT count(*), max(seq) FROM journal')
	works ca-upload --from scans "$order"
	[ "$output" = "$order" ]
	works ca-upload "$order" user-id="$scans/user-id.tif"
	[ "$(sql 'SELECT count(*), max(seq) FROM journal')" = "$before" ]
}

@test "another scan in a filled slot takes its place, and voids decisions" {
	made
	folder one
	ca-upload --from scans "$order"
	ca-review --accept --as alice --keystore ops --pin file:alice.pin "$order"
	[ "$(sql 'SELECT review FROM orders')" = accepted ]
	works by_hand "$order" user-id="$scans/handler-id.png"
	[ "$(sql 'SELECT review FROM orders')" = none ]
	[ "$(documents)" = 7 ]
	[ "$(sql 'SELECT count(*) FROM current_document')" = 6 ]
}

@test "a slot that repeats takes parts" {
	made
	works by_hand "$order" seal-form-extra="$scans/seal-form.jpg" \
	    seal-form-extra-2="$scans/handler-id.png"
	[ "$(sql 'SELECT part FROM current_document ORDER BY part')" = $'1\n2' ]
	works ca-upload --list "$order"
	[[ $output == *$'\tseal-form-extra-2\tno\tyes\tPNG\t33247\t'* ]]
	refused "'seal-form-2': slot seal-form has one part only" \
	    ca-upload "$order" seal-form-2="$scans/seal-form.jpg"
	refused "seal-form-extra-2 to seal-form-extra-50" \
	    ca-upload "$order" seal-form-extra-51="$scans/seal-form.jpg"
}

@test "an unknown slot is refused with the nearest one" {
	made
	refused "no slot 'seal-from'; did you mean 'seal-form'?" \
	    ca-upload "$order" seal-from="$scans/seal-form.jpg"
	refused "no slot 'passport'; ca-upload --list shows them" \
	    ca-upload "$order" passport="$scans/seal-form.jpg"
	[ "$(documents)" = 0 ]
}

@test "wrong files are named for what they are" {
	made
	: >empty.pdf
	head -c 5000 "$scans/application-form.pdf" >cut.pdf
	head -c 30000 "$scans/handler-id.png" >cut.png
	head -c 30000 "$scans/seal-form.jpg" >cut.jpg
	head -c 5000 "$scans/user-id.tif" >cut.tif
	cp "$scans/handler-id.png" png.pdf
	echo '<!DOCTYPE html><html></html>' >page.pdf
	printf 'GIF89a%2000s' '' >picture.gif
	printf 'PK\003\004%2000s' '' >form.docx
	while read -r file text; do
		refused "$text" ca-upload "$order" user-id="$file"
		[[ $stderr == "ca-upload: $file: "* ]]
	done <<-END
		empty.pdf empty
		cut.pdf PDF
		cut.png PNG
		cut.jpg JPEG
		cut.tif TIFF
		png.pdf named .pdf, but the content is PNG; name it .png
		page.pdf HTML
		picture.gif GIF
		form.docx ZIP
		$wrong/blank.png the page is blank
		$wrong/small.png 64 x 400 pixels; slot user-id asks for 300
		nowhere.pdf the file cannot be read: No such file
		. not a regular file
	END
	[ "$(documents)" = 0 ]
}

@test "neither a FIFO nor a file that is too large is read" {
	made
	mkfifo pipe.pdf
	refused 'not a regular file' ca-upload "$order" user-id=pipe.pdf
	truncate -s 21M large.pdf
	refused '22020096 octets are more than the 20971520 that slot user-id' \
	    ca-upload "$order" user-id=large.pdf
}

@test "every fault is told, and one faulty scan keeps all out" {
	made
	run --separate-stderr by_hand --rejects rejects "$order" \
	    seal-form="$scans/seal-form.jpg" user-id=nix handler-id="$wrong/blank.png"
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[ "$(jq -c '[.order, .faults[].field]' rejects)" = \
	    "[\"$order\",\"user-id\",\"handler-id\"]" ]
	[ "$(documents)" = 0 ]
	works by_hand "$order" seal-form="$scans/seal-form.jpg"
}

@test "one order's fault does not stop the others" {
	made
	first=$order
	apply two
	folder two
	run --separate-stderr ca-upload --from scans "$first" "$order" \
	    00202611220000099
	[ "$status" -eq 6 ]
	[ "$output" = "$order" ]
	[[ $stderr == *"$first: no scans: there is neither a folder scans/$first nor scans/one"* ]]
	[[ $stderr == *"00202611220000099: no such order"* ]]
	[ "$(state)" = reviewing ]
}

@test "two files for one slot are refused, both by name" {
	made
	folder one
	cp "$scans/handler-id.png" scans/one/user-id.png
	refused "scans/one/user-id.tif: $order: user-id: for the same slot as scans/one/user-id.png" \
	    ca-upload --from scans "$order"
	refused 'a second file for slot user-id' \
	    ca-upload "$order" user-id="$scans/user-id.tif" \
	    user-id="$scans/handler-id.png"
}

@test "files that are no slot's are passed over, with a note" {
	made
	folder one
	mv scans/one/seal-form.jpg scans/one/Seal-Form.JPG
	mv scans/one/user-id.tif scans/one/user-id.TIF
	echo >scans/one/.hidden
	echo >scans/one/read-me.txt
	run --separate-stderr ca-upload --from scans "$order"
	[ "$status" -eq 0 ]
	[ "$output" = "$order" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[[ $stderr == *"Seal-Form.JPG"*"did you mean 'seal-form'?"* ]]
	[[ $stderr == *"read-me.txt"*"its name does not end in .pdf"* ]]
	[ "$(state)" = applied ]
	mkdir scans/"$order"
	refused "no scans in scans/$order" ca-upload --from scans "$order"
}

@test "a dry run checks all and keeps nothing" {
	made
	folder one
	works ca-upload -n --from scans "$order"
	[ "$output" = "$order" ]
	[ "$(documents)" = 0 ]
	[ -z "$(find store/objects -type f)" ]
	refused 'blank' ca-upload -n "$order" user-id="$wrong/blank.png"
}

@test "a slot is emptied, once" {
	made
	folder one
	ca-upload --from scans "$order"
	works ca-upload --remove user-id "$order"
	[ "$output" = "$order" ]
	[ "$(state)" = applied ]
	before=$(documents)
	works ca-upload --remove user-id "$order"
	[ "$(documents)" = "$before" ]
	refused "did you mean 'user-id'?" ca-upload --remove userid "$order"
	works ca-upload --from scans "$order"
	[ "$(state)" = reviewing ]
}

@test "the slots are listed in the order of the service" {
	made
	by_hand "$order" seal-form="$scans/seal-form.jpg"
	works ca-upload --list "$order"
	[ "$(cut -f 2 <<<"$output" | xargs)" = "application-form application-form-extra seal-form seal-form-extra authorisation-letter organisation-licence handler-id user-id" ]
	[ "$(cut -f 3-7 <<<"${lines[2]}")" = \
	    $'yes\tyes\tJPEG\t68835\t2026-11-22T02:00:00Z' ]
	[ "$(cut -f 8 <<<"${lines[2]}")" = \
	    "$(sha256sum "$scans/seal-form.jpg" | cut -d ' ' -f 1)" ]
	fails 6 ca-upload --list 00202611220000099
}

@test "what was put in comes out, and only if it is still the same" {
	made
	by_hand "$order" seal-form="$scans/seal-form.jpg"
	ca-upload --get seal-form "$order" | cmp - "$scans/seal-form.jpg"
	works ca-upload --get seal-form -o out.jpg "$order"
	cmp out.jpg "$scans/seal-form.jpg"
	fails 6 ca-upload --get user-id "$order"
	refused "did you mean 'seal-form'?" ca-upload --get sealform "$order"
	object=$(find store/objects -type f)
	printf X | dd of="$object" bs=1 seek=100 conv=notrunc status=none
	fails 7 ca-upload --get seal-form "$order"
}

@test "nothing goes into an order that is closed, but the same is no change" {
	made
	folder one
	ca-upload --from scans "$order"
	ca-review --cancel withdrawn --as alice --keystore ops --pin file:alice.pin "$order"
	works ca-upload --from scans "$order"
	[ "$output" = "$order" ]
	fails 5 by_hand "$order" user-id="$scans/handler-id.png"
	fails 5 ca-upload --remove user-id "$order"
	[ "$(documents)" = 6 ]
}

@test "a store that cannot be written fails all, and nothing is half done" {
	made
	folder one
	folder two
	apply two
	rm -r store/objects
	: >store/objects
	run --separate-stderr ca-upload --from scans 00202611220000001 "$order"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$(documents)" = 0 ]
}
