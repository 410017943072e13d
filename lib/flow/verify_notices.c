/* The texts of notices: what ca-notify would not begin with. */
#include "flow/notify.h"
#include "flow/verify.h"

enum cao_status
cao_verify_notices(struct cao_verify *v, struct cao_error *err)
{
	struct cao_notice texts[CAO_NOTICES] = { { NULL, NULL } };
	struct cao_faults faults = { 0 };
	const struct cao_config *config;
	enum cao_status st;

	if ((st = cao_store_config(v->store, &config, err)) == CAO_OK)
		st = cao_notify_texts(
		    v->store, config->notify.language, texts, &faults, err);
	for (size_t i = 0; i < faults.count; i++)
		cao_verify_note(v, &faults.list[i]);
	if (st != CAO_OK && faults.count == 0 && !cao_flow_fatal(st)) {
		cao_verify_note(v, err);
		st = CAO_OK;
	}
	if (st == CAO_INPUT)
		st = CAO_OK; /* of the faults */
	for (int i = 0; i < CAO_NOTICES; i++)
		cao_notice_free(&texts[i]);
	cao_faults_free(&faults);
	return st;
}
