/* ca-issue: sign the certificate pairs of orders that are ready. */
#include <unistd.h>

#include "stream.h"

#define JOBS_MAX 256

static bool arg_all, arg_revoke, arg_crl, arg_due;
static const char *arg_pin, *arg_codes, *arg_reason, *arg_as, *arg_keystore;
static unsigned long arg_jobs;

static const struct cli_option options[] = {
	{ 0, "pin", CLI_PIN, &arg_pin, "SPEC",
	    N_("PIN of the CA, or of the operator: file:PATH, fd:N, "
	       "env:NAME, prompt") },
	{ 0, "all", CLI_FLAG, &arg_all, NULL,
	    N_("take every order that is ready") },
	{ 0, "jobs", CLI_COUNT, &arg_jobs, "N",
	    N_("work on N orders at once; else as many as processors") },
	{ 0, "codes", CLI_TEXT, &arg_codes, "FILE",
	    N_("append the one-time codes of unlocked PINs to it") },
	{ 0, "revoke", CLI_FLAG, &arg_revoke, NULL,
	    N_("revoke at once, on the word of two operators") },
	{ 0, "reason", CLI_TEXT, &arg_reason, "REASON",
	    N_("why: keyCompromise, superseded, certificateHold …") },
	{ 0, "as", CLI_TEXT, &arg_as, "NAME", N_("the operator who says so") },
	{ 0, "keystore", CLI_TEXT, &arg_keystore, "DIR",
	    N_("the operator's key container; else the user's") },
	{ 0, "crl", CLI_FLAG, &arg_crl, NULL,
	    N_("make the revocation lists of the CAs") },
	{ 0, "if-due", CLI_FLAG, &arg_due, NULL,
	    N_("only those that lack something or run out") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

struct context {
	struct cao_store *store;
	struct cao_ca *ca;
	struct cao_issue how;
};

static enum cao_status
issue(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct context *c = arg;

	return cao_issue(c->store, env, c->ca, &c->how, results, count, err);
}

static unsigned
jobs(void)
{
	long n = arg_jobs != 0 ? (long)arg_jobs : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	static const struct cao_filter ready = { .state = "ready" };
	struct context c = { .how = { .jobs = jobs() } };
	struct stream s = { .step = issue, .arg = &c };
	struct cao_secret *pin = NULL;
	enum cao_status st;
	int codes = -1;

	if ((cli_given("jobs") && arg_jobs == 0) || arg_jobs > JOBS_MAX)
		return cli_usage(err, _("--jobs takes 1 to %d"), JOBS_MAX);
	if (!arg_all && (st = stream_named(argc, err)) != CAO_OK)
		return st;
	st = arg_codes != NULL ? codes_open(arg_codes, &codes, err) : CAO_OK;
	if (codes != -1) {
		c.how.code = codes_write;
		c.how.arg = &codes;
	}
	if (st == CAO_OK)
		st = cli_store_open(&c.store, err);
	if (st == CAO_OK)
		st = cli_pin(
		    arg_pin, "pin", _("PIN of the CA"), CLI_PIN_ASK, &pin, err);
	if (st == CAO_OK)
		st = cao_ca_open(c.store, pin, &c.ca, err);
	cao_secret_free(pin);
	s.store = c.store;
	s.of = arg_all ? &ready : NULL;
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	cao_ca_close(c.ca);
	cao_store_close(c.store);
	if (codes != -1)
		(void)close(codes);
	return st;
}

static enum cao_status
run_revoke(int argc, char *argv[], struct cao_error *err)
{
	const struct revoke how = { arg_reason, arg_as, arg_keystore, arg_pin };

	return revoke_run(&how, argc, argv, err);
}

static enum cao_status
lists(int argc, char *argv[], struct cao_error *err)
{
	(void)argc, (void)argv;
	return publish(arg_pin, arg_due, err);
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[ORDER ...]", "pin jobs codes", 0, -1, run, NULL },
		{ "all", "", "pin jobs codes", 0, 0, run, NULL },
		{ "revoke", "[ORDER ...]", "reason! as! keystore pin", 0, -1,
		    run_revoke, NULL },
		{ "crl", "", "pin if-due", 0, 0, lists, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-issue",
		.about = N_("fulfil orders: sign, revoke, unlock, recover"),
		.options = options,
		.modes = modes,
		.examples = "  ca-issue --pin file:ca.pin 00202009200000485\n"
			    "  ca-query --state ready -o number |\n"
			    "      ca-issue --pin file:ca.pin | ca-install\n"
			    "  ca-issue --all --pin file:ca.pin\n"
			    "  ca-issue --crl --if-due --pin file:ca.pin\n",
	};

	return cli_main(&tool, argc, argv);
}
