# A stand-in for ca-scan that says what it is told to, and scans for it.

scans=$top/tests/data/scans

# stand_in: beside a copy of ca-upload in bin/.  It prints lines/SHA256 of each
# file, with its name for @ and its digest for %; what has no such file is
# refused.  What it joins is told in the file "joined", and is document.pdf.
stand_in() {
	mkdir bin lines
	cp "$B/bin/ca-upload" bin/
	cat >bin/ca-scan <<-'END'
		#!/bin/bash
		bad=0 join= files=()
		while [ $# -gt 0 ]; do
			case $1 in
			--join) join=1 ;;
			--) shift && files=("$@") && break ;;
			esac
			shift
		done
		[ ! -x ./instead ] || exec ./instead
		if [ -n "$join" ]; then
			printf '%s\n' "${files[*]}" >>joined
			exec cat document.pdf
		fi
		for f in "${files[@]}"; do
			read -r sum _ < <(cat "${f/#-/\/dev/stdin}" | sha256sum)
			if [ -f "lines/$sum" ]; then
				sed "s|@|$f|; s|%|$sum|" "lines/$sum"
			else
				echo "ca-scan: ${f/#-/<stdin>}: damaged" >&2
				bad=3
			fi
		done
		exit $bad
	END
	chmod +x bin/ca-scan
	sed 's/^%PDF-1.5/%PDF-1.4/' "$scans/application-form.pdf" >document.pdf
	: >"lines/$(sha256sum <document.pdf | cut -d' ' -f1)"
}

# code ORDER SLOT [PAGE PAGES]
code() { "$top/tests/code" "$1" "$2" "${3:-1}" "${4:-1}"; }

# scan NAME SOURCE TEXT...: heap/NAME, a copy of that scan, on the pages of
# which are those codes ("": none; several are separated by commas)
scan() {
	local name=$1 source=$2 n=0 text list
	shift 2
	cp "$scans/$source" "heap/$name"
	for text; do
		n=$((n + 1)) list=
		for text in ${text//,/ }; do
			list+="{\"type\":\"qr\",\"text\":\"$text\"},"
		done
		printf '{"file":"@","sha256":"%%","page":%d,"pages":%d,' \
		    "$n" "$#"
		printf '"blank":false,"codes":[%s],"thumbnail_jpeg":"%s"}\n' \
		    "${list%,}" /9j/2Q==
	done >"lines/$(sha256sum <"heap/$name" | cut -d' ' -f1)"
}
