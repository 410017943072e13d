/*
 * The lines of the journal of revocations (store/witness.h), written and read
 * without a file: octets go in piece by piece, whole lines come out.
 */
#ifndef CAO_STORE_WITNESS_LINE_H
#define CAO_STORE_WITNESS_LINE_H

#include "pki/digest.h"
#include "store/revocation.h"

#define CAO_WITNESS_HEAD "caorder revocations 1"
#define CAO_WITNESS_LINE_MAX 8192 /* octets, without the line end */

/* The head that follows the line (which is without it). */
void cao_witness_chain(unsigned char head[CAO_DIGEST_SIZE], const char *line);
/* Append the line of a revocation, without head and line end. */
CAO_MUST enum cao_status cao_witness_line_put(
    struct cao_buf *, const struct cao_revocation *, struct cao_error *);
/*
 * Read what that wrote; *ret_whole false if it is anything else.  What is read
 * is to be freed.
 */
CAO_MUST enum cao_status cao_witness_line_get(const char *line,
    struct cao_revocation *ret, bool *ret_whole, struct cao_error *);

struct cao_witness_scan;
/* Of a whole line that fits: the revocation, and its text without the head. */
typedef enum cao_status cao_witness_each(
    void *arg, struct cao_revocation *, const char *line, struct cao_error *);
struct cao_witness_scan {
	cao_witness_each *each; /* may be NULL */
	void *arg;
	bool middle; /* it begins anywhere: what fits is known from the
	                second whole line on */

	uint64_t lines; /* so far, of any kind */
	bool begun;     /* there was the file's first line */
	int64_t number; /* of the last whole line; 0: none */
	uint64_t fits;  /* lines that continue the one before them */
	unsigned char head[CAO_DIGEST_SIZE];
	char last[CAO_WITNESS_LINE_MAX + 1]; /* that line, without head */

	size_t len; /* of a line that is not at its end */
	bool skip;  /* it is too long to be one */
	char text[CAO_WITNESS_LINE_MAX + 1];
};
/*
 * The next octets of the file.  A line that is not whole is passed over;
 * CAO_INTEGRITY, naming the line, if a whole one does not continue the last.
 */
CAO_MUST enum cao_status cao_witness_feed(
    struct cao_witness_scan *, const void *, size_t len, struct cao_error *);
/* Does the file end within a line? */
bool cao_witness_torn(const struct cao_witness_scan *);

#endif /* CAO_STORE_WITNESS_LINE_H */
