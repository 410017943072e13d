# The examples say what they promise, and the story runs to its end.
load ../helper

example() {
	run --separate-stderr "$top/examples/$1/run"
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	diff -u "$top/examples/$1/expect" - <<<"$output"
}

@test "one order" { example 01-one-order; }
@test "a batch with a bad document in it" { example 02-a-batch; }
@test "a review from cron" { example 03-a-cron-review; }
@test "a remote applicant" { example 04-a-remote-applicant; }

@test "lost, renewed, revoked" { example 05-lost-renewed-revoked; }

@test "the demo ends with the container and both certificates" {
	run "$top/examples/demo"
	[ "$status" -eq 0 ]
	[[ $output == *'Digital Signature, Non Repudiation'* ]]
	[[ $output == *'Key Encipherment, Data Encipherment, Key Agreement'* ]]
	[[ $output == *'ca-admin: ok'* ]]
	[[ $output == *$'Cert Status: revoked\n'*'Revocation Reason: keyCompromise'* ]]
}
