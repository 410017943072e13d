/*
 * libcaorder: orders for pairs of certificates, from application to
 * installation.
 *
 * This is the whole public interface.  Anything declared elsewhere is
 * private to the library and hidden from the linker.
 *
 * Conventions.  A function that can fail returns an enum cao_status, which is
 * also the exit status of the tools, and takes a struct cao_error last; the
 * error is filled in only on failure.  Parameters named ret_* are set only on
 * success and belong to the caller, who frees them with the matching
 * cao_*_free().  Every free accepts NULL.  Times are seconds since 1970 UTC,
 * money is fen, sizes are octets.  The library never prints, never exits and
 * reads neither the environment nor the clock.
 */
#ifndef CAORDER_H
#define CAORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)

#define CAO_MUST __attribute__((__warn_unused_result__))

/* The outcome of anything, and the exit status of every tool: caorder(7). */
enum cao_status {
	CAO_OK = 0,        /* done, or was done already */
	CAO_SYSTEM = 1,    /* internal or system failure */
	CAO_USAGE = 2,     /* wrong usage */
	CAO_INPUT = 3,     /* input refused */
	CAO_NOTREADY = 4,  /* a gate is unmet */
	CAO_DENIED = 5,    /* a rule, a role, a policy, a lint finding */
	CAO_NOTFOUND = 6,  /* no such order, service, operator */
	CAO_INTEGRITY = 7, /* a digest, signature or chain does not match */
	CAO_AGAIN = 75     /* locked, disk full, peer unreachable */
};

/* One word for a status ("input", "not-ready"), never translated. */
const char *cao_status_word(enum cao_status);
/* The status to exit with after both: SPEC of several orders in caorder(7). */
enum cao_status cao_status_worse(enum cao_status, enum cao_status);

#define CAO_ERROR_TEXT 768

/* Why something failed.  It needs no memory, so it can always be reported. */
struct cao_error {
	enum cao_status status;
	char text[CAO_ERROR_TEXT]; /* one line, no full stop, translated */
	char field[96];            /* "user.id_number", or "" */
	char file[256];            /* the input's name, or "" */
	unsigned line, column;     /* from 1, in characters; 0: unknown */
};

/* All that is wrong with one input, in the order of its lines. */
#define CAO_FAULTS_MAX 100
struct cao_faults {
	struct cao_error *list;
	size_t count;
	bool more; /* there were more than CAO_FAULTS_MAX */
};

void cao_faults_free(struct cao_faults *);

/* A PIN: in memory of its own, wiped on free, at most CAO_SECRET_MAX octets. */
#define CAO_SECRET_MAX 1024
struct cao_secret;
struct cao_secret *cao_secret_new(const void *, size_t len); /* or NULL */
void cao_secret_free(struct cao_secret *);

#pragma GCC visibility pop

#endif /* CAORDER_H */
