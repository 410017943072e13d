#include "order/business.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define WHY(reason) (1u << (reason))
#define ENDS                                                      \
	(WHY(CAO_KEY_COMPROMISE) | WHY(CAO_AFFILIATION_CHANGED) | \
	    WHY(CAO_SUPERSEDED) | WHY(CAO_CESSATION) |            \
	    WHY(CAO_PRIVILEGE_WITHDRAWN) | WHY(CAO_UNSPECIFIED))

#define COUNTER                     \
	{                           \
		"accept", "approve" \
	}
#define RECOVERY                     \
	{                            \
		"recover", "recover" \
	}

/* clang-format off */
const struct cao_business cao_business_list[CAO_BUSINESSES] = {
	{ .name = "new", .product = CAO_MAKES_PAIR, .installs = true,
	    .roles = COUNTER },
	{ .name = "renew", .concerns = CAO_VALID | CAO_LAPSED,
	    .product = CAO_MAKES_PAIR, .installs = true, .follows = true,
	    .roles = COUNTER },
	{ .name = "reissue", .concerns = CAO_VALID | CAO_HELD,
	    .product = CAO_MAKES_PAIR, .installs = true, .follows = true,
	    .remains = true, .keeps_key = true,
	    .reasons = WHY(CAO_KEY_COMPROMISE) | WHY(CAO_SUPERSEDED) |
		WHY(CAO_CESSATION), .reason_required = true,
	    .roles = COUNTER },
	{ .name = "change", .concerns = CAO_VALID,
	    .product = CAO_MAKES_PAIR, .installs = true, .follows = true,
	    .remains = true, .changes = true,
	    .reasons = WHY(CAO_AFFILIATION_CHANGED) | WHY(CAO_SUPERSEDED),
	    .reason = CAO_AFFILIATION_CHANGED, .roles = COUNTER },
	{ .name = "unlock", .concerns = CAO_VALID | CAO_LAPSED,
	    .product = CAO_MAKES_PIN, .installs = true, .roles = COUNTER },
	{ .name = "revoke", .concerns = CAO_VALID | CAO_HELD,
	    .product = CAO_MAKES_STATUS, .reasons = ENDS,
	    .reason_required = true, .roles = COUNTER },
	{ .name = "hold", .concerns = CAO_VALID,
	    .product = CAO_MAKES_STATUS, .reasons = WHY(CAO_HOLD),
	    .reason = CAO_HOLD, .roles = COUNTER },
	{ .name = "release", .concerns = CAO_HELD,
	    .product = CAO_MAKES_STATUS, .reasons = WHY(CAO_RELEASE),
	    .reason = CAO_RELEASE, .roles = COUNTER },
	{ .name = "recover",
	    .concerns = CAO_VALID | CAO_HELD | CAO_REVOKED | CAO_LAPSED,
	    .product = CAO_MAKES_KEY, .installs = true, .roles = RECOVERY },
};
/* clang-format on */

const char *const cao_businesses[] = { "new", "renew", "reissue", "change",
	"unlock", "revoke", "hold", "release", "recover", NULL };

const struct cao_business *
cao_business_find(const char *name)
{
	for (size_t i = 0; i < CAO_BUSINESSES; i++)
		if (strcmp(cao_business_list[i].name, name) == 0)
			return &cao_business_list[i];
	return NULL;
}

void
cao_business_reasons(const struct cao_business *b, struct cao_buf *out)
{
	const char *comma = "";

	for (unsigned i = 0; i < CAO_REASONS; i++)
		if ((b->reasons >> i & 1) != 0) {
			cao_buf_printf(out, "%s%s", comma,
			    cao_reason_name((enum cao_reason)i));
			comma = ", ";
		}
}

enum cao_standing
cao_standing_of(int reason, int64_t not_after, int64_t now)
{
	if (reason == CAO_HOLD)
		return CAO_HELD;
	if (reason != -1 && reason != CAO_RELEASE)
		return CAO_REVOKED;
	return now > not_after ? CAO_LAPSED : CAO_VALID;
}

/* By the bits of enum cao_standing. */
static const char *const standings[] = { N_("valid"), N_("held"), N_("revoked"),
	N_("expired") };
#define STANDINGS (sizeof standings / sizeof *standings)

const char *
cao_standing_word(enum cao_standing standing)
{
	size_t i = 0;

	while (i < STANDINGS - 1 && (standing & 1u << i) == 0)
		i++;
	return standings[i];
}

enum cao_status
cao_business_concerns(const struct cao_business *b, enum cao_standing standing,
    struct cao_error *err)
{
	char may[64] = "";
	const char *is = "";
	size_t len;

	if (b->concerns & standing)
		return CAO_OK;
	for (size_t i = 0; i < STANDINGS; i++) {
		if (standing & 1u << i)
			is = _(standings[i]);
		if ((b->concerns & 1u << i) == 0)
			continue;
		len = strlen(may);
		(void)snprintf(may + len, sizeof may - len, "%s%s",
		    len > 0 ? _(" or ") : "", _(standings[i]));
	}
	return cao_fail(err, CAO_DENIED,
	    "the certificates are %s, and business \"%s\" is for ones that "
	    "are %s",
	    is, b->name, may);
}
