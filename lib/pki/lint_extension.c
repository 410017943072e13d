/* The extensions of a certificate, held to the profile.  Each check gets the
 * content of extnValue. */
#include <string.h>

#include "pki/lint_parts.h"

static enum cao_status
check_constraints(struct cao_lint *l, struct cao_der value)
{
	bool authority = l->spec->usage == CAO_AUTHORITY;
	struct cao_der seq, flag, path;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.9: basicConstraints is no SEQUENCE");
	if (cao_der_take(&seq, CAO_DER_BOOLEAN, &flag) != authority ||
	    (authority && (flag.len != 1 || flag.data[0] != 0xFF)))
		return cao_fail(l->err, CAO_DENIED,
		    authority
			? N_("RFC 5280 section 4.2.1.9: cA is not TRUE in a CA's certificate")
			: N_("RFC 5280 section 4.2.1.9: cA stands in the certificate of an end entity"));
	if (authority && l->spec->path_length >= 0 &&
	    (!cao_der_take(&seq, CAO_DER_INTEGER, &path) || path.len != 1 ||
		path.data[0] != l->spec->path_length))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.9: pathLenConstraint is not %d",
		    l->spec->path_length);
	if (seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.9: basicConstraints holds more than it should");
	return CAO_OK;
}

static enum cao_status
check_usage(struct cao_lint *l, struct cao_der value)
{
	static const struct {
		unsigned char bits[2];
		const char *words;
	} rules[] = {
		[CAO_SIGN] = { { 6, 0xC0 },
		    "digitalSignature, nonRepudiation" },
		[CAO_ENCRYPT] = { { 3, 0x38 },
		    "keyEncipherment, dataEncipherment, keyAgreement" },
		[CAO_AUTHORITY] = { { 1, 0x06 }, "keyCertSign, cRLSign" },
		[CAO_OPERATOR] = { { 6, 0xC0 },
		    "digitalSignature, nonRepudiation" },
		[CAO_RECOVERY] = { { 4, 0x30 },
		    "keyEncipherment, dataEncipherment" },
		[CAO_RESPONDER] = { { 7, 0x80 }, "digitalSignature" },
	};
	enum cao_usage usage = l->spec->usage;
	struct cao_der bits;
	unsigned char b;

	if (!cao_der_take(&value, CAO_DER_BIT_STRING, &bits) ||
	    value.len != 0 || bits.len < 2)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.3: keyUsage is no BIT STRING with a bit set");
	b = bits.data[1];
	if ((b & 0xC0) != 0 && (b & 0x38) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "GM/T 0034: keyUsage mixes signing and encryption, which a pair keeps apart");
	if (bits.len != 2 || memcmp(bits.data, rules[usage].bits, 2) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.3: keyUsage is not %s",
		    rules[usage].words);
	return CAO_OK;
}

static enum cao_status
check_extended(struct cao_lint *l, struct cao_der value)
{
	struct cao_der seq, oid;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_OID, &oid) || seq.len != 0 ||
	    !cao_der_is_oid(&oid, "1.3.6.1.5.5.7.3.9"))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 6960 section 4.2.2.2: extKeyUsage is not id-kp-OCSPSigning alone");
	return CAO_OK;
}

static enum cao_status
check_no_check(struct cao_lint *l, struct cao_der value)
{
	struct cao_der null;

	if (!cao_der_take(&value, CAO_DER_NULL, &null) || null.len != 0 ||
	    value.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 6960 section 4.2.2.2.1: id-pkix-ocsp-nocheck is not NULL");
	return CAO_OK;
}

static enum cao_status
check_subject_id(struct cao_lint *l, struct cao_der value)
{
	struct cao_der id;

	if (!cao_der_take(&value, CAO_DER_OCTET_STRING, &id) ||
	    value.len != 0 || id.len != CAO_LINT_ID_SIZE ||
	    memcmp(id.data, l->key_id, CAO_LINT_ID_SIZE) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.2: subjectKeyIdentifier is not the SHA-1 of the public key");
	return CAO_OK;
}

static enum cao_status
check_authority_id(struct cao_lint *l, struct cao_der value)
{
	const unsigned char *want = l->issuer_id;
	size_t len = CAO_LINT_ID_SIZE;
	struct cao_der seq, id;

	if (l->self_signed)
		want = l->key_id;
	else if (l->issuer.key_id != NULL)
		want = l->issuer.key_id, len = l->issuer.key_id_len;
	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &seq) || value.len != 0 ||
	    !cao_der_take(&seq, CAO_DER_CONTEXT | 0, &id) || seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.1: authorityKeyIdentifier is not a keyIdentifier alone");
	if (id.len != len || memcmp(id.data, want, len) != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.1: authorityKeyIdentifier is not the subjectKeyIdentifier of the issuer");
	return CAO_OK;
}

static bool
is_policy(const struct cao_cert_spec *s, struct cao_der value)
{
	struct cao_der list, info, oid, qualifiers, qualifier, uri;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &list) || value.len != 0 ||
	    !cao_der_take(&list, CAO_DER_SEQUENCE, &info) || list.len != 0 ||
	    !cao_der_take(&info, CAO_DER_OID, &oid) ||
	    !cao_der_is_oid(&oid, s->policy))
		return false;
	if (!cao_lint_given(s->cps))
		return info.len == 0;
	return cao_der_take(&info, CAO_DER_SEQUENCE, &qualifiers) &&
	    info.len == 0 &&
	    cao_der_take(&qualifiers, CAO_DER_SEQUENCE, &qualifier) &&
	    qualifiers.len == 0 &&
	    cao_der_take(&qualifier, CAO_DER_OID, &oid) &&
	    cao_der_is_oid(&oid, "1.3.6.1.5.5.7.2.1") &&
	    cao_der_take(&qualifier, CAO_DER_IA5, &uri) && qualifier.len == 0 &&
	    cao_lint_is_text(&uri, s->cps);
}

static enum cao_status
check_policy(struct cao_lint *l, struct cao_der value)
{
	if (!is_policy(l->spec, value))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.4: certificatePolicies is not %s with the CPS URI of the profile",
		    l->spec->policy);
	return CAO_OK;
}

static enum cao_status
check_crl(struct cao_lint *l, struct cao_der value)
{
	struct cao_der list, point, name, full, uri;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &list) || value.len != 0 ||
	    !cao_der_take(&list, CAO_DER_SEQUENCE, &point) || list.len != 0 ||
	    !cao_der_take(&point, CAO_DER_CONTEXT_EXPLICIT | 0, &name) ||
	    point.len != 0 ||
	    !cao_der_take(&name, CAO_DER_CONTEXT_EXPLICIT | 0, &full) ||
	    name.len != 0 || !cao_der_take(&full, CAO_DER_CONTEXT | 6, &uri) ||
	    full.len != 0 || !cao_lint_is_text(&uri, l->spec->crl))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.1.13: cRLDistributionPoints is not the one URI of the profile");
	return CAO_OK;
}

/* An AccessDescription, if one is to be there. */
static bool
takes_access(struct cao_der *list, const char *method, const char *want)
{
	struct cao_der seq, oid, uri;

	if (!cao_lint_given(want))
		return true;
	return cao_der_take(list, CAO_DER_SEQUENCE, &seq) &&
	    cao_der_take(&seq, CAO_DER_OID, &oid) &&
	    cao_der_is_oid(&oid, method) &&
	    cao_der_take(&seq, CAO_DER_CONTEXT | 6, &uri) && seq.len == 0 &&
	    cao_lint_is_text(&uri, want);
}

static enum cao_status
check_access(struct cao_lint *l, struct cao_der value)
{
	struct cao_der list;

	if (!cao_der_take(&value, CAO_DER_SEQUENCE, &list) || value.len != 0 ||
	    !takes_access(&list, "1.3.6.1.5.5.7.48.1", l->spec->ocsp) ||
	    !takes_access(&list, "1.3.6.1.5.5.7.48.2", l->spec->issuer_url) ||
	    list.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2.2.1: authorityInfoAccess is not the OCSP and issuer URIs of the profile");
	return CAO_OK;
}

static enum cao_status
check_person(struct cao_lint *l, struct cao_der value)
{
	static const struct {
		const char *type;
		unsigned choice, tag;
	} rules[] = {
		{ "resident-id", 0, CAO_DER_PRINTABLE },
		{ "passport", 2, CAO_DER_PRINTABLE },
	};
	unsigned choice = 1, tag = CAO_DER_UTF8;
	struct cao_der outer, text;

	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strcmp(l->spec->person_id_type, rules[i].type) == 0)
			choice = rules[i].choice, tag = rules[i].tag;
	if (!cao_der_take(&value, CAO_DER_CONTEXT_EXPLICIT | choice, &outer) ||
	    value.len != 0 || !cao_der_take(&outer, tag, &text) ||
	    outer.len != 0 || !cao_lint_is_text(&text, l->spec->person_id))
		return cao_fail(l->err, CAO_DENIED,
		    "GM/T 0015: identifyCode is not the person's number of that type, tagged explicitly");
	return CAO_OK;
}

static enum cao_status
check_organisation(struct cao_lint *l, struct cao_der value)
{
	struct cao_der text;

	if (!cao_der_take(&value, CAO_DER_PRINTABLE, &text) || value.len != 0 ||
	    !cao_lint_is_text(&text, l->spec->organisation_id))
		return cao_fail(l->err, CAO_DENIED,
		    "GM/T 0015: the organisation's number is not the one that was ordered, as PrintableString");
	return CAO_OK;
}

static enum cao_status
check_entity(struct cao_lint *l, struct cao_der value)
{
	struct cao_der text;

	if (!cao_der_take(&value, CAO_DER_UTF8, &text) || value.len != 0 ||
	    !cao_lint_is_text(&text, l->spec->entity_id))
		return cao_fail(l->err, CAO_DENIED,
		    "certificate profile: extension 1.3.6.1.4.1.18760.1.14 is not the text that binds the pair");
	return CAO_OK;
}

static bool
wants_always(const struct cao_cert_spec *s)
{
	return s != NULL;
}

static bool
wants_responder(const struct cao_cert_spec *s)
{
	return s->usage == CAO_RESPONDER;
}

static bool
wants_policy(const struct cao_cert_spec *s)
{
	return cao_lint_given(s->policy);
}

static bool
wants_crl(const struct cao_cert_spec *s)
{
	return cao_lint_given(s->crl);
}

static bool
wants_access(const struct cao_cert_spec *s)
{
	return cao_lint_given(s->ocsp) || cao_lint_given(s->issuer_url);
}

static bool
wants_person(const struct cao_cert_spec *s)
{
	return cao_lint_given(s->person_id_type) &&
	    cao_lint_given(s->person_id);
}

static bool
wants_number(
    const struct cao_cert_spec *s, const char *type1, const char *type2)
{
	return cao_lint_given(s->organisation_id) &&
	    cao_lint_given(s->organisation_id_type) &&
	    (strcmp(s->organisation_id_type, type1) == 0 ||
		strcmp(s->organisation_id_type, type2) == 0);
}

static bool
wants_insurance(const struct cao_cert_spec *s)
{
	return wants_number(s, "social-insurance", "social-insurance");
}

static bool
wants_registration(const struct cao_cert_spec *s)
{
	return wants_number(s, "business-licence", "enterprise-legal-person");
}

static bool
wants_code(const struct cao_cert_spec *s)
{
	return wants_number(s, "uscc", "organisation-code");
}

static bool
wants_taxation(const struct cao_cert_spec *s)
{
	return wants_number(s, "tax-registration", "tax-registration");
}

static bool
wants_entity(const struct cao_cert_spec *s)
{
	return cao_lint_given(s->entity_id);
}

// clang-format off
static const struct {
	const char *oid, *name, *rule;
	bool critical;
	bool (*wanted)(const struct cao_cert_spec *);
	enum cao_status (*check)(struct cao_lint *, struct cao_der value);
} extensions[] = {
	{ "2.5.29.19", "basicConstraints", "RFC 5280 section 4.2.1.9", true,
	    wants_always, check_constraints },
	{ "2.5.29.15", "keyUsage", "RFC 5280 section 4.2.1.3", true,
	    wants_always, check_usage },
	{ "2.5.29.37", "extKeyUsage", "RFC 6960 section 4.2.2.2", false,
	    wants_responder, check_extended },
	{ "1.3.6.1.5.5.7.48.1.5", "id-pkix-ocsp-nocheck",
	    "RFC 6960 section 4.2.2.2.1", false, wants_responder,
	    check_no_check },
	{ "2.5.29.14", "subjectKeyIdentifier", "RFC 5280 section 4.2.1.2",
	    false, wants_always, check_subject_id },
	{ "2.5.29.35", "authorityKeyIdentifier", "RFC 5280 section 4.2.1.1",
	    false, wants_always, check_authority_id },
	{ "2.5.29.32", "certificatePolicies", "RFC 5280 section 4.2.1.4",
	    false, wants_policy, check_policy },
	{ "2.5.29.31", "cRLDistributionPoints", "RFC 5280 section 4.2.1.13",
	    false, wants_crl, check_crl },
	{ "1.3.6.1.5.5.7.1.1", "authorityInfoAccess",
	    "RFC 5280 section 4.2.2.1", false, wants_access, check_access },
	{ "1.2.156.10260.4.1.1", "identifyCode", "GM/T 0015", false,
	    wants_person, check_person },
	{ "1.2.156.10260.4.1.2", "insuranceNumber", "GM/T 0015", false,
	    wants_insurance, check_organisation },
	{ "1.2.156.10260.4.1.3", "iCRegistrationNumber", "GM/T 0015", false,
	    wants_registration, check_organisation },
	{ "1.2.156.10260.4.1.4", "organizationCode", "GM/T 0015", false,
	    wants_code, check_organisation },
	{ "1.2.156.10260.4.1.5", "taxationNumber", "GM/T 0015", false,
	    wants_taxation, check_organisation },
	{ "1.3.6.1.4.1.18760.1.14", "entityId", "certificate profile", false,
	    wants_entity, check_entity },
};
// clang-format on
#define KNOWN (sizeof extensions / sizeof extensions[0])

static enum cao_status
check_known(struct cao_lint *l, size_t i, bool critical, bool seen,
    struct cao_der value)
{
	if (seen)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2: %s stands twice",
		    extensions[i].name);
	if (!extensions[i].wanted(l->spec))
		return cao_fail(l->err, CAO_DENIED,
		    "%s: %s stands in a certificate that is to have none",
		    extensions[i].rule, extensions[i].name);
	if (critical != extensions[i].critical)
		return cao_fail(l->err, CAO_DENIED,
		    critical ? N_("%s: %s is critical and must not be")
			     : N_("%s: %s is not critical and must be"),
		    extensions[i].rule, extensions[i].name);
	if (!cao_lint_canonical(value))
		return cao_fail(l->err, CAO_DENIED, "%s: %s is not DER",
		    extensions[i].rule, extensions[i].name);
	return extensions[i].check(l, value);
}

static enum cao_status
check_extension(struct cao_lint *l, struct cao_der *list, unsigned *seen)
{
	struct cao_der seq, oid, flag, value;
	bool critical = false;

	if (!cao_der_take(list, CAO_DER_SEQUENCE, &seq) ||
	    !cao_der_take(&seq, CAO_DER_OID, &oid))
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2: an extension has no extnID");
	if (cao_der_take(&seq, CAO_DER_BOOLEAN, &flag)) {
		critical = flag.data[0] != 0;
		if (!critical)
			return cao_fail(l->err, CAO_DENIED,
			    "X.690 section 11.5: critical is written though it is FALSE, the default");
	}
	if (!cao_der_take(&seq, CAO_DER_OCTET_STRING, &value) || seq.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.2: an extension has no extnValue at its end");
	for (size_t i = 0; i < KNOWN; i++) {
		bool twice = (*seen & 1U << i) != 0;

		if (!cao_der_is_oid(&oid, extensions[i].oid))
			continue;
		*seen |= 1U << i;
		return check_known(l, i, critical, twice, value);
	}
	return cao_fail(l->err, CAO_DENIED,
	    critical
		? N_("RFC 5280 section 4.2: an unknown extension is critical")
		: N_("certificate profile: an extension that the profile does not have"));
}

enum cao_status
cao_lint_extensions(struct cao_lint *l, struct cao_der *w)
{
	enum cao_status st;
	struct cao_der outer, list;
	unsigned seen = 0;

	if (!cao_der_take(w, CAO_DER_CONTEXT_EXPLICIT | 3, &outer) ||
	    !cao_der_take(&outer, CAO_DER_SEQUENCE, &list) || outer.len != 0)
		return cao_fail(l->err, CAO_DENIED,
		    "RFC 5280 section 4.1.2.9: no extensions behind the key");
	while (list.len != 0)
		if ((st = check_extension(l, &list, &seen)) != CAO_OK)
			return st;
	for (size_t i = 0; i < KNOWN; i++)
		if (extensions[i].wanted(l->spec) && (seen & 1U << i) == 0)
			return cao_fail(l->err, CAO_DENIED, "%s: %s is missing",
			    extensions[i].rule, extensions[i].name);
	return CAO_OK;
}
