/* The lines of an import: what one holds, and which are kept.  Here and not
 * with the import, so that who works on lines reads no statement. */
#include <stdlib.h>
#include <string.h>

#include "flow/reconcile.h"

void
cao_line_free(struct cao_line *l)
{
	cao_bank_line_free(&l->bank);
	free(l->why);
	free(l->pieces);
	cao_transfer_free(&l->transfer);
}

bool
cao_line_is_new(const struct cao_line *l)
{
	return l->row == 0 && l->match != CAO_MATCH_REPEATED &&
	    l->match != CAO_MATCH_OUT && l->match != CAO_MATCH_BAD;
}

void
cao_import_free(struct cao_import *im)
{
	for (size_t i = 0; i < im->count; i++)
		cao_line_free(&im->lines[i]);
	free(im->lines);
	cao_map_free(&im->transfers);
	cao_map_free(&im->references);
	cao_map_free(&im->settled);
	free(im->crowd.key);
	cao_evidence_cache_free(im->cache);
}

/* A line that is recorded is kept whole, of any other what is told. */
static void
strip(struct cao_line *l)
{
	if (l->match == CAO_MATCH_PAID || cao_line_is_new(l) || l->row != 0)
		return;
	free(l->bank.account);
	free(l->bank.name);
	free(l->bank.text);
	cao_transfer_free(&l->transfer);
	l->bank.account = l->bank.name = l->bank.text = NULL;
	l->transfer.account = l->transfer.name = NULL;
}

/* Let the lines behind it know of it; false without memory. */
static bool
note(struct cao_import *im, const struct cao_line *l)
{
	size_t settled = 0;

	if ((cao_line_is_new(l) || l->row != 0) &&
	    !cao_map_put(&im->references, cao_reconcile_key(l->bank.reference),
		im->count))
		return false;
	if (l->match != CAO_MATCH_PAID)
		return true;
	(void)cao_map_get(&im->settled, (uint64_t)l->order, &settled);
	return cao_map_put(
		   &im->transfers, (uint64_t)l->transfer.id, im->count) &&
	    cao_map_put(&im->settled, (uint64_t)l->order,
		settled + (size_t)l->bank.fen);
}

enum cao_status
cao_reconcile_keep(
    struct cao_import *im, const struct cao_line *l, struct cao_error *err)
{
	struct cao_line copy = *l, *lines = im->lines;

	strip(&copy);
	if ((lines = cao_grow(lines, im->count, sizeof *lines)) != NULL)
		im->lines = lines;
	if (lines == NULL || !note(im, &copy)) {
		cao_line_free(&copy);
		return cao_fail_memory(err);
	}
	lines[im->count++] = copy;
	return CAO_OK;
}
