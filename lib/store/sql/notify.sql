-- Messages on their way to handlers, and the codes that they ask for.

-- name: outbox_due
SELECT x.kind, x.fact, x.channel, x.next, x.at, x.tries, x.until, x.sealed,
  o.number, o.id
FROM outbox x LEFT JOIN orders o ON o.id = x.order_id
WHERE x.next <= :now
  AND (x.next, x.kind, x.fact, x.channel) > (:next, :kind, :fact, :channel)
ORDER BY x.next, x.kind, x.fact, x.channel LIMIT 1;

-- name: outbox_soonest
SELECT min(next) FROM outbox;

-- What a message can say of the fact that it is about; no row: there is none.
-- name: outbox_fact
SELECT reason, NULL, NULL, NULL, NULL, NULL, NULL FROM decision
  WHERE id = :fact AND order_id = :order AND kind = CASE :kind
    WHEN 'returned' THEN 'return' WHEN 'refused' THEN 'refuse'
    WHEN 'approved' THEN 'approve' END
UNION ALL
SELECT NULL, hex(sign_serial), NULL, not_after, NULL, NULL, NULL FROM pair
  WHERE id = :fact AND order_id = :order AND :kind IN ('issued', 'expiring')
UNION ALL
SELECT NULL, NULL, NULL, expires, NULL, NULL, NULL FROM fulfilment
  WHERE id = :fact AND order_id = :order AND :kind IN ('recovered', 'unlock')
UNION ALL
SELECT reason, hex(sign_serial), since, not_after, NULL, NULL, NULL
  FROM revocation WHERE id = :fact AND order_id = :order
    AND :kind = CASE reason WHEN 'certificateHold' THEN 'held'
      WHEN 'removeFromCRL' THEN 'released' ELSE 'revoked' END
UNION ALL
SELECT reason, NULL, NULL, NULL, fen, NULL, NULL FROM refund
  WHERE id = :fact AND order_id = :order AND :kind = 'refund'
UNION ALL
SELECT NULL, NULL, NULL, NULL, i.fen, s.number, s.url
  FROM invoice_issued s JOIN invoice i ON i.id = s.invoice
  WHERE s.id = :fact AND s.order_id = :order AND :kind = 'invoice'
UNION ALL
SELECT NULL, NULL, NULL, expires, NULL, NULL, NULL FROM inquiry
  WHERE id = :fact AND :kind = 'code';

-- name: outbox_drop
DELETE FROM outbox WHERE (kind, fact, channel) = (:kind, :fact, :channel);

-- name: outbox_later
UPDATE outbox SET tries = :tries, next = :next, why = :why
WHERE (kind, fact, channel) = (:kind, :fact, :channel);

-- A message with a code, which goes to a telephone alone.
-- name: outbox_secret
INSERT INTO outbox(kind, fact, channel, order_id, at, next, until, sealed)
VALUES(:kind, :fact, 'phone', :order, :at, :at, :until, :sealed);

-- Pairs that run out by then, of whose end nobody was told, and which neither
-- were revoked nor have a successor.
-- define: expiring
FROM pair p JOIN orders o ON o.id = p.order_id
WHERE p.not_after > :now AND p.not_after <= :until
  AND o.certificates <> 'revoked' AND o.purged_at IS NULL
  AND (:channel = 'phone' OR EXISTS(SELECT 1 FROM application a
    WHERE a.id = o.application
      AND json_extract(a.content, '$.handler.email') IS NOT NULL))
  AND NOT EXISTS(SELECT 1 FROM orders n
    WHERE n.certificate = o.id AND n.pair IS NOT NULL)
  AND NOT EXISTS(SELECT 1 FROM delivery d
    WHERE d.kind = 'expiring' AND d.fact = p.id AND d.channel = :channel)
  AND NOT EXISTS(SELECT 1 FROM outbox x
    WHERE x.kind = 'expiring' AND x.fact = p.id AND x.channel = :channel)

-- name: expiring_any
SELECT EXISTS(SELECT 1 @expiring@);

-- name: expiring_queue
INSERT INTO outbox(kind, fact, channel, order_id, at, next)
SELECT 'expiring', p.id, :channel, p.order_id, :now, :now @expiring@;

-- Of the deliveries: given up since then, the last word on their message, and
-- of an order that is not purged.
-- define: given_up
d.outcome = 'failed' AND d.at >= :since AND d.recipient <> ''
  AND NOT EXISTS(SELECT 1 FROM delivery l WHERE l.kind = d.kind
    AND l.fact = d.fact AND l.channel = d.channel AND l.id > d.id)
  AND NOT EXISTS(SELECT 1 FROM outbox w WHERE w.kind = d.kind
    AND w.fact = d.fact AND w.channel = d.channel)

-- What waits, then what was given up since; what was given up and waits again
-- is told once.
-- name: outbox_list
SELECT x.kind, x.fact, x.channel, o.number, 'waiting', x.tries, x.next, x.why
  FROM outbox x /*scan*/ LEFT JOIN orders o ON o.id = x.order_id
UNION ALL
SELECT d.kind, d.fact, d.channel, o.number, 'failed', d.tries, d.at, d.why
  FROM delivery d /*scan*/ JOIN orders o ON o.id = d.order_id
  WHERE @given_up@
ORDER BY 7, 1, 2, 3;

-- name: outbox_hurry
UPDATE outbox SET next = :now
WHERE next > :now AND (:kind IS NULL OR (kind, fact) = (:kind, :fact))
RETURNING 1;

-- name: outbox_again
INSERT INTO outbox(kind, fact, channel, order_id, at, next)
SELECT d.kind, d.fact, d.channel, d.order_id, :now, :now FROM delivery d
WHERE @given_up@ AND d.kind <> 'unlock'
  AND (:kind IS NULL OR (d.kind, d.fact) = (:kind, :fact))
RETURNING 1;

-- ---- Codes for handlers ----

-- Forget what limits nothing any more, and what a clock that was ahead left.
-- name: inquiry_forget
DELETE FROM inquiry WHERE at < :before OR at > :ahead;

-- name: inquiry_unsent
DELETE FROM outbox WHERE kind = 'code' AND until < :now;

-- How many codes were asked for since three instants.
-- name: inquiry_count
SELECT coalesce(sum(at > :minute), 0), coalesce(sum(at > :hour), 0), count(*)
FROM inquiry WHERE phone = :phone AND at > :day;

-- name: inquiry_count_all
SELECT coalesce(sum(at > :minute), 0), count(*) FROM inquiry WHERE at > :day;

-- name: inquiry_wrong
SELECT coalesce(sum(wrong), 0) FROM inquiry WHERE at > :since;

-- name: inquiry_put
INSERT INTO inquiry(id, phone, salt, digest, expires, at)
VALUES(:id, :phone, :salt, :digest, :expires, :at);

-- name: inquiry_last
SELECT id, salt, digest, tries FROM inquiry
WHERE phone = :phone AND expires >= :now AND at <= :ahead
ORDER BY at DESC LIMIT 1;

-- name: inquiry_try
UPDATE inquiry SET tries = tries + 1, wrong = wrong + :wrong WHERE id = :id;

-- Has a handler with that number an order?
-- name: inquiry_known
SELECT EXISTS(SELECT 1 FROM orders
  WHERE handler_phone = :phone AND purged_at IS NULL);
