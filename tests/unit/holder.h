/* The holder of a certificate, as tests and fuzzers have it certified. */
#ifndef TESTS_UNIT_HOLDER_H
#define TESTS_UNIT_HOLDER_H

#include "pki/cert.h"

static inline struct cao_cert_spec
holder(enum cao_usage usage)
{
	return (struct cao_cert_spec){
		.usage = usage,
		.subject = { "CN", "辽宁", "沈阳市沈河区十三纬路1号",
		    "沈阳示例科技有限公司", "采购部", "林晓" },
		.path_length = -1,
		.person_id_type = "resident-id",
		.person_id = "210102199003078881",
		.organisation_id_type = "uscc",
		.organisation_id = "91210100MA0ABCDE6X",
		.entity_id = "0123456789abcdef0123456789abcdef@S02",
		.policy = "1.3.6.1.4.1.18760.13.10",
		.cps = "http://ca.example.cn/cps",
		.crl = "http://ca.example.cn/ca.crl",
		.ocsp = "http://ca.example.cn/ocsp",
		.issuer_url = "http://ca.example.cn/ca.crt",
	};
}

#endif /* TESTS_UNIT_HOLDER_H */
