#!/bin/sh
# The files under share/ that a new store is given, as C.
# usage: embed.sh FILE...
printf '/* Made by tools/embed.sh; do not edit. */\n'
printf '#include "store/shipped.h"\n\n'
printf 'const struct cao_shipped cao_shipped_files[] = {\n'
for file; do
	printf '\t{ "%s",\n' "${file#share/}"
	sed 's/\\/\\\\/g; s/"/\\"/g; s/^/\t    "/; s/$/\\n"/' "$file"
	printf '\t},\n'
done
printf '\t{ NULL, NULL },\n};\n'
