/* ca-form: print the forms of orders. */
#include "cli.h"
#include "print/print.h"

static bool arg_blank, arg_receipt, arg_notice, arg_invoice, arg_check;

static const struct cli_option options[] = {
	{ 'o', "output", CLI_TEXT, &printing.output, "FILE",
	    N_("write the PDF there") },
	{ 0, "into", CLI_TEXT, &printing.into, "DIR",
	    N_("write DIR/ORDER.pdf for each order") },
	{ 0, "only", CLI_TEXT, &printing.only, "SLOT",
	    N_("the forms for that slot alone") },
	{ 0, "receipt", CLI_FLAG, &arg_receipt, NULL,
	    N_("print that an order was accepted") },
	{ 0, "notice", CLI_FLAG, &arg_notice, NULL,
	    N_("print what is to be corrected of a returned order") },
	{ 0, "invoice", CLI_FLAG, &arg_invoice, NULL,
	    N_("print what the tax system is asked for") },
	{ 0, "blank", CLI_FLAG, &arg_blank, NULL,
	    N_("print the forms to be filled in by hand") },
	{ 0, "entrance", CLI_TEXT, &printing.service, "SERVICE",
	    N_("print the poster of a service") },
	{ 0, "check", CLI_FLAG, &arg_check, NULL,
	    N_("say what is wrong with the files of forms") },
	{ 0, NULL, CLI_FLAG, NULL, NULL, NULL },
};

int
main(int argc, char *argv[])
{
	static const struct cli_mode modes[] = {
		{ NULL, "[ORDER ...]", "output into only", 0, -1, print_order,
		    NULL },
		{ "receipt", "[ORDER ...]", "output into", 0, -1, print_order,
		    NULL },
		{ "notice", "[ORDER ...]", "output into", 0, -1, print_order,
		    NULL },
		{ "invoice", "ORDER|INVOICE", "output", 1, 1, print_invoice,
		    NULL },
		{ "blank", "[SERVICE]", "output only", 0, 1, print_blank,
		    NULL },
		{ "entrance", "", "output", 0, 0, print_entrance, NULL },
		{ "check", "FILE ...", "", 1, -1, print_check, NULL },
		{ NULL, NULL, NULL, 0, 0, NULL, NULL },
	};
	static const struct cli_tool tool = {
		.name = "ca-form",
		.about = N_("print the forms of orders"),
		.options = options,
		.modes = modes,
		.examples = "  ca-form -o forms.pdf 00202009200000485\n"
			    "  ca-apply a.yaml | ca-form --into forms\n"
			    "  ca-form --blank --only seal-form -o seal.pdf\n"
			    "  ca-form --entrance ln-gov-employee-mkey "
			    "-o poster.pdf\n",
	};

	return cli_main(&tool, argc, argv);
}
