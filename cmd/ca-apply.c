/* ca-apply: record applications for certificates. */
#include <stdlib.h>

#include "stream.h"

#define RECOVERY_MAX (64 * 1024)

static bool arg_check, arg_quote, arg_prepare, arg_amend, arg_signed;
static bool arg_again; /* whichever */
static const char *arg_keystore, *arg_pin, *arg_recovery, *arg_form;

static const struct cli_option options[] = {
	{ 0, "keystore", CLI_TEXT, &arg_keystore, "DIR",
	    N_("the key container; else the user's") },
	{ 0, "pin", CLI_PIN, &arg_pin, "SPEC",
	    N_("PIN of the keys: file:PATH, fd:N, env:NAME, prompt") },
	{ 0, "amend", CLI_FLAG, &arg_amend, NULL,
	    N_("replace the application of the same request") },
	{ 0, "signed", CLI_FLAG, &arg_signed, NULL,
	    N_("sign as the holder, with the old key in the keystore") },
	{ 0, "form", CLI_TEXT, &arg_form, "FILE",
	    N_("print its forms there, as PDF") },
	{ 0, "check", CLI_FLAG, &arg_check, NULL, N_("make the checks only") },
	{ 0, "quote", CLI_FLAG, &arg_quote, NULL, N_("print the fee in yuan") },
	{ 0, "prepare", CLI_FLAG, &arg_prepare, NULL,
	    N_("make the key and print the application with its CSR") },
	{ 0, "recovery", CLI_TEXT, &arg_recovery, "FILE",
	    N_("the store's recovery certificate, for a backup PIN") },
	{ 0, "template", CLI_MAYBE, &draft_service, "SERVICE",
	    N_("print a form to fill in") },
	{ 0, "agreement", CLI_MAYBE, &draft_service, "SERVICE",
	    N_("print the texts to agree to") },
	{ 0, "renew", CLI_FLAG, &arg_again, NULL,
	    N_("write the renewal of an order's certificates") },
	{ 0, "reissue", CLI_FLAG, &arg_again, NULL,
	    N_("write their reissue, the key being lost") },
	{ 0, "change", CLI_FLAG, &arg_again, NULL,
	    N_("write a change of what they say") },
	{ 0, "unlock", CLI_FLAG, &arg_again, NULL,
	    N_("write that their forgotten PIN be replaced") },
	{ 0, "revoke", CLI_FLAG, &arg_again, NULL,
	    N_("write their revocation") },
	{ 0, "hold", CLI_FLAG, &arg_again, NULL,
	    N_("write that they be held") },
	{ 0, "release", CLI_FLAG, &arg_again, NULL,
	    N_("write that a hold be taken back") },
	{ 0, "recover", CLI_FLAG, &arg_again, NULL,
	    N_("write that their encryption key be recovered") },
	{ 0, "reason", CLI_TEXT, &again_how.reason, "REASON",
	    N_("why they are revoked, such as keyCompromise") },
	{ 0, "validity", CLI_COUNT, &again_how.validity, "MONTHS",
	    N_("another term than before") },
	{ 0, "authorised", CLI_TEXT, &again_how.authorised, "FROM..TO",
	    N_("the days of a new letter of authorisation") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
record(void *arg, const struct cao_env *env,
    struct cao_application *const *apps, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	struct draft *d = arg;
	enum cao_status st;

	st = cao_apply(d->store, env, &d->how, apps, count, results, err);
	if (st == CAO_OK && !env->dry_run)
		form_note(results, count);
	return st;
}

static enum cao_status
run(int argc, char *argv[], struct cao_error *err)
{
	struct draft d = { .how = { .amend = arg_amend, .sign = arg_signed } };
	struct stream s = { .arg = &d };
	documents_step *step = draft_step(&s);
	enum cao_status st;
	size_t len;

	if ((st = form_check(arg_form, err)) == CAO_OK)
		st = arg_prepare ? cli_store_maybe(&d.store, err)
				 : cli_store_open(&d.store, err);
	if (st == CAO_OK && !arg_check && !arg_quote)
		st = cli_container_open(arg_keystore, arg_pin,
		    arg_prepare || arg_keystore != NULL ? CLI_PIN_NEW
							: CLI_PIN_MAYBE,
		    &d.how.keystore, err);
	if (st == CAO_OK && arg_recovery != NULL)
		st = cli_file_read(
		    arg_recovery, RECOVERY_MAX, &d.recovery, &len, err);
	s.store = d.store;
	if (st == CAO_OK)
		st = documents_run(
		    &s, step != NULL ? step : record, argc, argv, err);
	if (arg_check && s.done + s.failed > 0)
		cli_say(_("%zu in order, %zu refused"), s.done, s.failed);
	free(d.recovery);
	cao_container_close(d.how.keystore);
	cao_store_close(d.store);
	return st == CAO_OK ? form_print(arg_form, err) : st;
}

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[FILE ...]", "keystore pin amend signed form", 0, -1,
		    run, NULL },
		{ "check", "[FILE ...]", "keystore pin amend", 0, -1, run,
		    NULL },
		{ "quote", "[FILE ...]", "keystore pin amend", 0, -1, run,
		    NULL },
		{ "prepare", "[FILE ...]", "keystore pin recovery signed", 0,
		    -1, run, NULL },
		{ "template", "", "", 0, 1, draft_show, NULL },
		{ "agreement", "", "", 0, 1, draft_show, NULL },
		{ "renew", "[ORDER ...]", "validity authorised", 0, -1,
		    again_run, NULL },
		{ "reissue", "[ORDER ...]", "reason authorised", 0, -1,
		    again_run, NULL },
		{ "change", "[ORDER ...]", "reason authorised", 0, -1,
		    again_run, NULL },
		{ "unlock", "[ORDER ...]", "authorised", 0, -1, again_run,
		    NULL },
		{ "revoke", "[ORDER ...]", "reason authorised", 0, -1,
		    again_run, NULL },
		{ "hold", "[ORDER ...]", "authorised", 0, -1, again_run, NULL },
		{ "release", "[ORDER ...]", "authorised", 0, -1, again_run,
		    NULL },
		{ "recover", "[ORDER ...]", "authorised", 0, -1, again_run,
		    NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-apply",
		.about = N_("record applications for certificates"),
		.options = options,
		.modes = modes,
		.examples = "  ca-apply --template >a.yaml\n"
			    "  ca-apply --check a.yaml\n"
			    "  ca-apply --pin file:pin a.yaml\n"
			    "  ca-apply --prepare a.yaml | ssh counter "
			    "ca-apply\n",
	};

	return cli_main(&tool, argc, argv);
}
