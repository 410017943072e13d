#include "pki/reason.h"

#include <stddef.h>
#include <string.h>

static const char *const names[CAO_REASONS] = {
	[CAO_UNSPECIFIED] = "unspecified",
	[CAO_KEY_COMPROMISE] = "keyCompromise",
	[CAO_CA_COMPROMISE] = "cACompromise",
	[CAO_AFFILIATION_CHANGED] = "affiliationChanged",
	[CAO_SUPERSEDED] = "superseded",
	[CAO_CESSATION] = "cessationOfOperation",
	[CAO_HOLD] = "certificateHold",
	[CAO_RELEASE] = "removeFromCRL",
	[CAO_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
	[CAO_AA_COMPROMISE] = "aACompromise",
};

const char *
cao_reason_name(enum cao_reason reason)
{
	return (unsigned)reason < CAO_REASONS ? names[reason] : NULL;
}

bool
cao_reason_find(const char *name, enum cao_reason *ret)
{
	for (unsigned i = 0; i < CAO_REASONS; i++)
		if (names[i] != NULL && strcmp(names[i], name) == 0) {
			*ret = (enum cao_reason)i;
			return true;
		}
	return false;
}
