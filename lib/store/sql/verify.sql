-- Looking through the whole store.

-- name: verify_count
SELECT (SELECT count(*) /*scan*/ FROM orders)
  + (SELECT count(DISTINCT object) FROM document);

-- name: verify_orders
SELECT number FROM orders /*scan*/ ORDER BY id;

-- An order whose facts are there and whose row is not.
-- name: verify_lost
SELECT number FROM opening /*scan*/
WHERE NOT EXISTS(SELECT 1 FROM orders WHERE id = opening.order_id);

-- Each content once, with the first place that it is in; those of purged
-- orders alone were removed.
-- name: verify_objects
SELECT d.object, d.size, d.slot, d.part, o.number, min(d.id)
FROM document d /*scan*/ LEFT JOIN orders o ON o.id = d.order_id
WHERE d.object IS NOT NULL AND o.purged_at IS NULL GROUP BY d.object;

-- name: backup_octets
SELECT coalesce(sum(size), 0) FROM (
  SELECT max(d.size) AS size
  FROM document d /*scan*/ LEFT JOIN orders o ON o.id = d.order_id
  WHERE d.object IS NOT NULL AND o.purged_at IS NULL GROUP BY d.object);

-- Entries of the journal under another order than their fact's.
-- name: verify_entries
SELECT seq, kind, fact FROM journal j /*scan*/
WHERE order_id IS NOT CASE kind
  WHEN 'opening' THEN (SELECT order_id FROM opening WHERE id = j.fact)
  WHEN 'application' THEN (SELECT order_id FROM application WHERE id = j.fact)
  WHEN 'document' THEN (SELECT order_id FROM document WHERE id = j.fact)
  WHEN 'transfer' THEN (SELECT order_id FROM transfer WHERE id = j.fact)
  WHEN 'decision' THEN (SELECT order_id FROM decision WHERE id = j.fact)
  WHEN 'wechat_payment' THEN (SELECT order_id FROM wechat_payment
    WHERE id = j.fact)
  WHEN 'settlement' THEN (SELECT order_id FROM settlement WHERE id = j.fact)
  WHEN 'refund' THEN (SELECT order_id FROM refund WHERE id = j.fact)
  WHEN 'refund_result' THEN (SELECT order_id FROM refund_result
    WHERE id = j.fact)
  WHEN 'invoice' THEN (SELECT order_id FROM invoice WHERE id = j.fact)
  WHEN 'invoice_issued' THEN (SELECT order_id FROM invoice_issued
    WHERE id = j.fact)
  WHEN 'serial' THEN (SELECT order_id FROM serial WHERE id = j.fact)
  WHEN 'pair' THEN (SELECT order_id FROM pair WHERE id = j.fact)
  WHEN 'fulfilment' THEN (SELECT order_id FROM fulfilment WHERE id = j.fact)
  WHEN 'revocation' THEN (SELECT order_id FROM revocation WHERE id = j.fact)
  WHEN 'receipt' THEN (SELECT order_id FROM receipt WHERE id = j.fact)
  WHEN 'pin' THEN (SELECT order_id FROM pin WHERE id = j.fact)
  WHEN 'attempt' THEN (SELECT order_id FROM attempt WHERE id = j.fact)
  WHEN 'purge' THEN (SELECT order_id FROM purge WHERE id = j.fact)
  WHEN 'delivery' THEN (SELECT order_id FROM delivery WHERE id = j.fact)
  WHEN 'note' THEN (SELECT order_id FROM note WHERE id = j.fact) END;

-- name: verify_promised
SELECT EXISTS(SELECT 1 FROM orders WHERE promised_from IS NOT NULL);

-- name: verify_services
SELECT id, name, digest FROM service /*scan*/ ORDER BY id;

-- name: notes_of_kind
SELECT count(*) FROM note WHERE kind = :kind;

-- name: verify_notes
SELECT text FROM note WHERE kind = :kind ORDER BY id;

-- The serials of a pair, and whether each was recorded for it.
-- name: verify_serials
SELECT sign_serial, encrypt_serial,
  EXISTS(SELECT 1 FROM serial s WHERE s.serial = p.sign_serial
    AND s.order_id = p.order_id AND s.usage = 'sign'),
  EXISTS(SELECT 1 FROM serial s WHERE s.serial = p.encrypt_serial
    AND s.order_id = p.order_id AND s.usage = 'encrypt')
FROM pair p WHERE p.order_id = :order;

-- What became of an order's pair, who asked for it, and whether it came out
-- of the journal beside the store.
-- name: verify_revocations
SELECT r.sign_serial, r.encrypt_serial, r.reason, r.at, b.number,
  EXISTS(SELECT 1 FROM note n
    WHERE n.kind = 'replay' AND n.text = 'revocation ' || r.id)
FROM revocation r LEFT JOIN orders b ON b.id = r.by_order
WHERE r.number = :number ORDER BY r.id;

-- The same of pairs that the store does not have.
-- name: verify_unowned
SELECT r.id, r.number FROM revocation r /*scan*/
WHERE NOT EXISTS(SELECT 1 FROM orders o WHERE o.number = r.number)
  AND NOT EXISTS(SELECT 1 FROM note n
    WHERE n.kind = 'replay' AND n.text = 'revocation ' || r.id);

-- name: verify_revoked_by
SELECT count(*) FROM revocation WHERE by_order = :order;

-- name: verify_pins
SELECT sealed, signature, at FROM pin WHERE order_id = :order ORDER BY id;

-- name: verify_receipt
SELECT text, signature, at FROM receipt WHERE order_id = :order;
