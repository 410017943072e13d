#!/usr/bin/env bats
# Paper originals: which orders need them, what stands for them, and what the
# CA promises from when on.
load ../steps

# setup_file: one and two are decided on and paid, the first by the
# organisation, the second by its user; three waits for its review, four for
# its scans, and nothing is paid of these
setup_file() {
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/made
	mkdir "$BATS_TEST_TMPDIR" && setup && store || return
	{
		applied one:p256 two:p256 three:p256 four:p256
		numbers && rm -r scans/four
		head -n 3 all | ca-upload --from scans
		echo "$one" >orders && declared && settled
		echo "$two" >orders
		export PAYER=林晓 && declared && settled
		printf '%s\n' "$one" "$two" >orders && accepted && approved
	} >/dev/null 2>told
}

# numbers: in all, one, two, three, four
numbers() {
	[ -e all ] || cp orders all
	{ read -r one; read -r two; read -r three; read -r four; } <all
}

begin() {
	cp -a "$BATS_FILE_TMPDIR/made/." . && export CAORDER_STORE=$PWD/store
	numbers
}

of() { ca-query -o "$1" "$2"; }

@test "the organisation's own transfer stands for them, nobody else's" {
	begin
	[ "$(of state,originals "$one")" = "ready	waived" ]
	[ "$(of state,originals "$two")" = "approved	missing" ]
	fails 4 ca-issue $CA_PIN "$two"
	told "$two: the paper originals have not arrived \(ca-review --as OPERATOR --paper ORDER\)"
	works ca-issue $CA_PIN "$one"
	works ca-review $ALICE --paper "$two"
	[ "$(of state,originals "$two")" = "ready	arrived" ]
	works ca-issue $CA_PIN "$two"
	works ca-admin verify
}

@test "what an order waits for says so" {
	begin
	works ca-query --why "$two"
	[ "$output" = "$two	paper	the paper originals have not arrived	ca-review --as OPERATOR --paper $two" ]
	works ca-query --why "$three"
	grep -q "	paper	.*: not needed if the whole fee comes from the organisation's own account	" <<<"$output"
	works ca-query --why "$one"
	[ "$output" = "$one	pair	the certificates are not issued, promised by 2026-11-24T09:30:00Z	ca-issue $one" ]
	CAORDER_NOW=2026-11-24T09:30:01Z works ca-query --why "$one"
	grep -q 'not issued, overdue since 2026-11-24T09:30:00Z' <<<"$output"
	works ca-review --show --json "$one"
	jq -e '.due_at == "2026-11-24T09:30:00Z" and
	    (.checks | any(.check == "originals" and .outcome == "pass"))' \
	    <<<"$output" >/dev/null
	works ca-review --show --json "$two"
	jq -e '.due_at == null and
	    (.checks | any(.check == "originals" and .outcome == "note"))' \
	    <<<"$output" >/dev/null
}

@test "an amendment that names another organisation, and back again" {
	begin
	amend() { # one|two SED
		application "$@" >amended.yaml
		works ca-apply $KEYS --amend amended.yaml
	}
	amend one 's/沈阳示例科技有限公司/上海样本信息有限公司/'
	[ "$(of originals "$one")" = missing ]
	works ca-admin verify
	amend one 's/沈阳示例科技有限公司/沈阳示例科技（有限公司）/'
	[ "$(of originals "$one")" = missing ]
	amend one
	[ "$(of originals "$one")" = waived ]
	# the name was wrong, and the money came from the right one
	amend two 's/沈阳示例科技有限公司/林晓/'
	[ "$(of originals "$two")" = waived ]
	accepted >/dev/null && approved >/dev/null
	works ca-issue $CA_PIN "$one" "$two"
	works ca-admin verify
}

@test "paper with what was amended since is not what is needed" {
	begin
	works ca-review $ALICE --paper "$two"
	application two 's/沈河区十三纬路1号/沈河区十三纬路2号/' >amended.yaml
	export CAORDER_NOW=2026-11-22T02:00:01Z
	works ca-apply $KEYS --amend amended.yaml
	echo "$two" >orders
	accepted >/dev/null && approved >/dev/null
	[ "$(of state,originals "$two")" = "approved	missing" ]
	fails 4 ca-issue $CA_PIN "$two"
	# nor is it where the row says so
	cp store/orders.db base.db
	sql "UPDATE orders SET paper_at = 1795312801 WHERE number = '$two'"
	fails 7 ca-issue $CA_PIN "$two"
	cp base.db store/orders.db && rm -f store/orders.db-*
	works ca-review $ALICE --paper "$two"
	works ca-issue $CA_PIN "$two"
	works ca-admin verify
}

@test "the courier's number is signed with the arrival" {
	begin
	fails 3 ca-review $ALICE --paper --courier 'SF 1' "$two"
	told "the courier's number is not up to 40 letters, digits and hyphens"
	fails 3 ca-review $ALICE --paper --courier \
	    "$(printf 'S%.0s' {1..41})" "$two"
	fails 2 ca-review $ALICE --accept --courier SF1 "$two"
	works ca-review $ALICE --paper --courier SF1029384756 "$two"
	works ca-query --history "$two"
	grep -q 'paper by alice.*SF1029384756' <<<"$output"
	# it is recorded once
	works ca-review $BOB --paper --courier OTHER-1 "$two"
	[ "$(sql "SELECT count(*) FROM decision WHERE kind = 'paper'")" = 1 ]
	works ca-admin verify
	sql "UPDATE decision SET reason = 'SF1' WHERE kind = 'paper'"
	"$top/tests/rejournal" store/orders.db
	fails 7 ca-issue $CA_PIN "$two"
	told 'decision "paper": what operator .alice. signed is something else'
}

@test "neither a column nor a decision out of thin air opens the gate" {
	begin
	cp store/orders.db base.db
	local change
	for change in "UPDATE settlement SET company = 1" \
	    "UPDATE application SET paper = NULL" \
	    "INSERT INTO decision SELECT 90, order_id, 'paper', dossier,
		operator, NULL, evidence, at FROM decision
		WHERE order_id = 2 AND kind = 'accept'"; do
		cp base.db store/orders.db && rm -f store/orders.db-*
		sql "$change;
		    UPDATE orders SET (paper_needed, paid_company, paper_at) =
		      (SELECT paper_needed, paid_company, paper_at
		      FROM order_sum WHERE id = orders.id)"
		"$top/tests/rejournal" store/orders.db
		[ "$(of state "$two")" = ready ]
		run --separate-stderr ca-issue $CA_PIN "$two"
		[ "$status" -eq 7 ] || [ "$status" -eq 4 ]
		told 'paper'
		[ "$(of state "$two")" = ready ]
	done
}

@test "a service that does not ask for them, or has nothing stand for them" {
	begin
	cp store/services/ln-gov-employee-mkey.yaml service.yaml
	sed -i '/^paper:/d' service.yaml
	works ca-admin service add service.yaml
	apply five
	[ "$(of originals "$order")" = unneeded ]
	[ "$(of originals "$two")" = missing ]
	echo 'paper: {business: [new]}' >>service.yaml
	works ca-admin service add service.yaml
	apply six
	echo "$order" >orders && scans six && uploaded && declared && settled
	[ "$(of payment,originals "$order")" = "paid	missing" ]
	works ca-review $ALICE --paper "$order"
	[ "$(of originals "$order")" = arrived ]
	echo 'paper: {business: [new], unless: [wechat]}' >>bad.yaml
	sed -i '/^paper:/d' service.yaml && cat bad.yaml >>service.yaml
	fails 3 ca-admin service add service.yaml
	told 'paper.unless.*wechat'
}

@test "the promise runs from what came last, and not without the paper" {
	begin
	[ "$(of due_at "$three")" = "" ]
	[ "$(of due_at "$one")" = 2026-11-24T09:30:00Z ]
	# a Friday: the Saturday counts, the Sunday does not
	CAORDER_NOW=2026-11-27T02:00:00Z works ca-review $ALICE --paper "$three"
	[ "$(of due_at "$three")" = 2026-11-30T09:30:00Z ]
	# scans that come later begin it anew; behind closing time all the same
	CAORDER_NOW=2026-12-01T15:00:00Z works ca-upload --despite sample \
	    "$three" user-id="$top/tests/data/scans/handler-id.png"
	[ "$(of due_at "$three")" = 2026-12-03T09:30:00Z ]
	# National Day
	export CAORDER_NOW=2027-09-30T02:00:00Z
	works ca-review $ALICE --paper "$two"
	[ "$(of due_at "$two")" = 2027-10-05T09:30:00Z ]
	works ca-issue $CA_PIN "$one"
	[ "$(of due_at "$one")" = "" ]
	works ca-query --json "$two"
	[ "$(jq -r '.originals + " " + .due_at' <<<"$output")" = \
	    "arrived 2027-10-05T09:30:00Z" ]
}

@test "what is overdue, the oldest first, and what is about to be" {
	begin
	works ca-review $ALICE --paper "$two"
	works ca-query --overdue -o number
	[ -z "$output" ]
	works ca-query --overdue --within 55 -o number
	[ -z "$output" ]
	works ca-query --overdue --within 56 -o number
	[ "$output" = "$one
$two" ]
	CAORDER_NOW=2026-11-23T02:00:00Z works ca-review $BOB --paper "$three"
	export CAORDER_NOW=2026-11-26T02:00:00Z
	works ca-query --overdue -o number,due_at
	[ "$output" = "$one	2026-11-24T09:30:00Z
$two	2026-11-24T09:30:00Z
$three	2026-11-25T09:30:00Z" ]
	works ca-query --overdue --state reviewing --json
	[ "$(jq -r .order <<<"$output")" = "$three" ]
	works ca-query --overdue --limit 1 -o number
	[ "$output" = "$one" ]
	works ca-issue $CA_PIN "$one"
	works ca-query --overdue -o number
	[ "$output" = "$two
$three" ]
	fails 2 ca-query --within 3
	told -- '--within goes with --overdue'
	fails 2 ca-query --overdue "$one"
}

@test "more of them than a page, each once" {
	begin
	sql "WITH RECURSIVE n(i) AS (SELECT 5 UNION SELECT i + 1 FROM n
	      WHERE i < 604)
	    INSERT INTO orders(id, number, created, submitted_at, dossier)
	    SELECT i, '002026112' || printf('%08d', 700 - i), 0, i / 7, x'11'
	    FROM n"
	works ca-query --overdue --limit 590 -o number
	[ "${#lines[@]}" -eq 590 ]
	works ca-query --overdue -o number
	[ "${#lines[@]}" -eq 600 ]
	[ "$(sort -u <<<"$output" | wc -l)" -eq 600 ]
}

@test "another calendar, another promise, and a year that is not in it" {
	begin
	sed -i '/^promise:/s/.*/promise: {days: 1, calendar: short}/' \
	    store/config.yaml
	fails 6 ca-query -o due_at "$one"
	told 'calendar/short.yaml'
	cat >store/calendar/short.yaml <<-EOF
		name: short
		days: [wed]
		hours: 10:00-16:00
		holidays: [2026-11-25/2026-12-01]
		workdays: [2026-11-29]
	EOF
	[ "$(of due_at "$one")" = 2026-11-29T08:00:00Z ]
	works ca-admin verify
	export CAORDER_NOW=2027-01-02T02:00:00Z
	run --separate-stderr ca-admin verify
	[ "$status" -eq 0 ]
	told 'calendar/short.yaml: it has no holidays of 2027, by which promises are reckoned; add them'
	sed -i 's/10:00-16:00/16:00-10:00/; s/wed/some/' \
	    store/calendar/short.yaml
	run --separate-stderr ca-admin verify
	[ "$status" -eq 7 ]
	told 'calendar/short.yaml:2:.*some'
	rm -r store/calendar
	sed -i '/^promise:/d' store/config.yaml
	[ "$(of due_at "$one")" = 2026-11-24T09:30:00Z ]
}
