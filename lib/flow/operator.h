/* An operator who signed in. */
#ifndef CAO_FLOW_OPERATOR_H
#define CAO_FLOW_OPERATOR_H

#include "flow/flow.h"

struct cao_operator {
	const struct cao_registered *entry; /* the register's */
	struct cao_key *key;
};

#endif /* CAO_FLOW_OPERATOR_H */
