# shellcheck shell=sh
# What the examples share: a scratch folder that goes away, a pinned clock, and
# a store of a CA that has just begun.  The tools are on the PATH.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
examples=$here
[ -d "$examples/scans" ] || examples=$(dirname -- "$here")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export CAORDER_STORE="$scratch/store" CAORDER_NOW=2026-11-22T02:00:00Z
export CAORDER_LANG="${CAORDER_LANG-en}" LC_ALL=C.UTF-8
umask 077

# say LINE...: lines of the story
say() { echo; printf '# %s\n' "$@"; }
# show COMMAND...: the command, then what it says, words and data alike
show() { printf '$ %s\n' "$1"; eval "$1" 2>&1; }

# pins NAME...: a secret for each, which an operator would choose
pins() { for who; do echo "$who-Secret-2026" >"$who.pin"; done; }

# a CA with alice (受理), bob (复查) and carol (at the till)
begin() {
	pins ca alice bob carol user
	ca-admin init --name '示例电子商务认证有限公司' --pin file:ca.pin
	operator alice accept
	operator bob approve
	operator carol cashier
}
operator() {
	ca-admin operator add "$1" --role "$2" --keystore ops \
	    --pin "file:$1.pin" --ca-pin file:ca.pin
}
