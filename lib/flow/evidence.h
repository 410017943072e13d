/* Holding what an order rests on to the operators' signed evidence. */
#ifndef CAO_FLOW_EVIDENCE_H
#define CAO_FLOW_EVIDENCE_H

#include "flow/wechat.h"
#include "order/evidence.h"

/* Evidence that was verified lately: one signature covers many orders. */
struct cao_evidence_cache;
CAO_MUST enum cao_status
cao_evidence_cache_new(struct cao_evidence_cache **ret, struct cao_error *);
void cao_evidence_cache_free(struct cao_evidence_cache *);
/* What holds the payments by WeChat to it; else cao_wechat_verifier. */
void cao_evidence_cache_wechat(
    struct cao_evidence_cache *, const struct cao_wechat_verifier *);

/*
 * Is the fee of an order (loaded with CAO_LOAD_TRANSFERS) paid, with evidence
 * for every settlement: signed by a cashier who was in office, and naming
 * both the declared transfer and the line of the statement, or that the line
 * is assigned to it; or signed by WeChat?  What is refunded does not count, and
 * each line counts once.  CAO_INTEGRITY (CAO_DENIED: the signer was not
 * entitled) says what does not match.  Where no fee is due nothing is asked for.
 */
CAO_MUST enum cao_status cao_flow_check_payment(struct cao_store *,
    const struct cao_order *, struct cao_evidence_cache *, struct cao_error *);
/* The same of an order that need not be paid, nor owe anything. */
CAO_MUST enum cao_status cao_flow_check_money(struct cao_store *,
    const struct cao_order *, struct cao_evidence_cache *, struct cao_error *);
/* Is that line of a statement in the evidence, by a cashier? */
CAO_MUST enum cao_status cao_flow_check_line(struct cao_store *,
    int64_t evidence, const struct cao_bank_line *, struct cao_evidence_cache *,
    struct cao_error *);
/* Is the refund a cashier's word?  number NULL: of money for no order. */
CAO_MUST enum cao_status
cao_flow_check_refund(struct cao_store *, const char *number_or_null,
    const struct cao_refund *, struct cao_evidence_cache *, struct cao_error *);
/* The same of a decision, which must be over the order's dossier as it is, by
 * somebody who had the role. */
CAO_MUST enum cao_status cao_flow_check_decision(struct cao_store *,
    const struct cao_order *, const struct cao_decided *, const char *role,
    struct cao_evidence_cache *, struct cao_error *);
/* The same over the dossier that it was about, by anybody who may make it. */
CAO_MUST enum cao_status cao_flow_check_decided(struct cao_store *,
    const struct cao_order *, const struct cao_decided *,
    struct cao_evidence_cache *, struct cao_error *);
/*
 * Is the gate of the paper originals met, by the facts alone: none are needed,
 * or the whole fee came by company transfer, or somebody signed that they
 * arrived?  Of an order that cao_flow_check_payment() is content with.
 * CAO_NOTREADY: they have to arrive.
 */
CAO_MUST enum cao_status
cao_flow_check_paper(struct cao_store *, const struct cao_order *,
    enum cao_paper needed, struct cao_evidence_cache *, struct cao_error *);

#endif /* CAO_FLOW_EVIDENCE_H */
