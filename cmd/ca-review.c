/* ca-review: decide on orders, as a named operator. */
#include <string.h>

#include "stream.h"

static bool arg_accept, arg_approve, arg_paper, arg_expire, arg_list;
static bool arg_show, arg_explain, arg_all;
static const char *arg_reason, *arg_auto;

static const struct cli_option options[] = {
	{ 0, "as", CLI_TEXT, &review.as, "NAME",
	    N_("the operator who decides") },
	{ 0, "keystore", CLI_TEXT, &review.keystore, "DIR",
	    N_("the operator's key container; else the user's") },
	{ 0, "pin", CLI_PIN, &review.pin, "SPEC",
	    N_("the operator's PIN: file:PATH, fd:N, env:NAME, prompt") },
	{ 0, "accept", CLI_FLAG, &arg_accept, NULL, N_("first review") },
	{ 0, "approve", CLI_FLAG, &arg_approve, NULL,
	    N_("second review, by another operator") },
	{ 0, "return", CLI_TEXT, &arg_reason, "REASON",
	    N_("give back to be corrected") },
	{ 0, "refuse", CLI_TEXT, &arg_reason, "REASON", N_("refuse for good") },
	{ 0, "cancel", CLI_TEXT, &arg_reason, "REASON",
	    N_("withdraw before the issue") },
	{ 0, "expire", CLI_FLAG, &arg_expire, NULL, N_("close as abandoned") },
	{ 0, "paper", CLI_FLAG, &arg_paper, NULL,
	    N_("record that the paper originals arrived") },
	{ 0, "courier", CLI_TEXT, &arg_reason, "NUMBER",
	    N_("the number under which a courier brought them") },
	{ 0, "list", CLI_FLAG, &arg_list, NULL,
	    N_("list the orders that wait for a review") },
	{ 0, "show", CLI_FLAG, &arg_show, NULL,
	    N_("print the dossier with the outcome of its checks") },
	{ 0, "html", CLI_FLAG, &review.html, NULL,
	    N_("as a page of HTML, with pictures of the scans") },
	{ 'o', "output", CLI_TEXT, &review.output, "FILE",
	    N_("write that there instead of to standard output") },
	{ 0, "unmask", CLI_TEXT, &review.unmask, "REASON",
	    N_("show identity numbers; the reason is recorded") },
	{ 0, "auto", CLI_TEXT, &arg_auto, "RULES",
	    N_("decide by rules: a file, or a name in the store") },
	{ 0, "explain", CLI_FLAG, &arg_explain, NULL,
	    N_("say why the rules decide so; without --as decide nothing") },
	{ 0, "all", CLI_FLAG, &arg_all, NULL,
	    N_("every order that waits for it") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

static enum cao_status
decide(void *arg, const struct cao_env *env, struct cao_result *results,
    size_t count, struct cao_error *err)
{
	const enum cao_decision *decision = arg;

	return cao_review(review.store, env, review.op, *decision, arg_reason,
	    results, count, err);
}

/* The word of the mode is that of the decision. */
static enum cao_status
run_decide(int argc, char *argv[], struct cao_error *err)
{
	enum cao_decision decision = CAO_ACCEPT;
	struct stream s = { .step = decide, .arg = &decision };

	while (strcmp(cao_decision_words[decision], cli.by) != 0)
		decision++;
	return review_run(&s, argc, argv, err);
}

static enum cao_status
run_expire(int argc, char *argv[], struct cao_error *err)
{
	if (!arg_all)
		return run_decide(argc, argv, err);
	if (argc > 0)
		return cli_usage(err, _("--all takes no orders"));
	return review_expire(err);
}

static enum cao_status
run_auto(int argc, char *argv[], struct cao_error *err)
{
	struct stream s = { .step = review_auto, .arg = &review };
	enum cao_status st;

	if (review.as == NULL && !arg_explain)
		return cli_usage(err, _("--as NAME is missing"));
	if (arg_all && argc > 0)
		return cli_usage(err, _("--all takes no orders"));
	if (arg_all || (argc == 0 && cli_input() != CLI_INPUT_STREAM))
		s.of = &review_queue;
	st = review_open(&review, err);
	if (st == CAO_OK)
		st = review_rules(&review, arg_auto, arg_explain, &s, err);
	s.store = review.store;
	if (st == CAO_OK)
		st = stream_run(&s, argc, argv, err);
	review_close(&review);
	return st;
}

int
main(int argc, char *argv[])
{
	static const char who[] = "as! keystore pin";
	static const char some[] = "[ORDER ...]";
	static const struct cli_mode modes[] = {
		{ "accept", some, who, 0, -1, run_decide, NULL },
		{ "approve", some, who, 0, -1, run_decide, NULL },
		{ "return", some, who, 0, -1, run_decide, NULL },
		{ "refuse", some, who, 0, -1, run_decide, NULL },
		{ "cancel", some, who, 0, -1, run_decide, NULL },
		{ "expire", some, "as! keystore pin all", 0, -1, run_expire,
		    NULL },
		{ "paper", some, "as! keystore pin courier", 0, -1, run_decide,
		    NULL },
		{ "auto", some, "as keystore pin explain all", 0, -1, run_auto,
		    NULL },
		{ "list", "", "", 0, 0, review_list, NULL },
		{ "show", some, "unmask html output", 0, -1, review_show_run,
		    NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-review",
		.about = N_("decide on orders"),
		.options = options,
		.modes = modes,
		.examples =
		    "  ca-review --list\n"
		    "  ca-review --show 00202009200000485\n"
		    "  ca-review --as alice --accept 00202009200000485\n"
		    "  ca-review --as robot --pin file:robot.pin --auto "
		    "standard\n",
	};

	return cli_main(&tool, argc, argv);
}
