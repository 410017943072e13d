/* ca-issue: sign the certificate pairs of orders that are ready. */
#include <unistd.h>

#include "stream.h"

#define JOBS_MAX 256

static bool arg_all;
static const char *arg_pin;
static unsigned long arg_jobs;

static const struct cli_option options[] = {
	{ 0, "pin", CLI_PIN, &arg_pin, "SPEC",
	    N_("PIN of the CA: file:PATH, fd:N, env:NAME, prompt") },
	{ 0, "all", CLI_FLAG, &arg_all, NULL,
	    N_("take every order that is ready") },
	{ 0, "jobs", CLI_COUNT, &arg_jobs, "N",
	    N_("work on N orders at once; else as many as processors") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

struct context {
	struct cao_store *store;
	struct cao_ca *ca;
	unsigned jobs;
};

static enum cao_status
issue(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct context *c = arg;

	return cao_issue(c->store, env, c->ca, c->jobs, results, count, err);
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
	struct context c = { .jobs = jobs() };
	struct stream s = { .step = issue, .arg = &c };
	struct cao_secret *pin = NULL;
	enum cao_status st;

	if ((cli_given("jobs") && arg_jobs == 0) || arg_jobs > JOBS_MAX)
		return cli_usage(err, _("--jobs takes 1 to %d"), JOBS_MAX);
	if (!arg_all && (st = stream_named(argc, err)) != CAO_OK)
		return st;
	if ((st = cli_store_open(&c.store, err)) == CAO_OK)
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
	return st;
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[ORDER ...]", "pin jobs", 0, -1, run, NULL },
		{ "all", "", "pin jobs", 0, 0, run, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-issue",
		.about = N_("sign the certificate pairs of orders"),
		.options = options,
		.modes = modes,
		.examples = "  ca-issue --pin file:ca.pin 00202009200000485\n"
			    "  ca-query --state ready -o number |\n"
			    "      ca-issue --pin file:ca.pin | ca-install\n"
			    "  ca-issue --all --pin file:ca.pin\n",
	};

	return cli_main(&tool, argc, argv);
}
