-- Removing the personal data of orders.  What is left of each row is its blank
-- form: blanking it again changes nothing, and purge_is_blank says whether a
-- row has it.

-- What remains of an application: what was ordered, and nothing of whom.
-- define: blank_content
json_object('service', json_extract(content, '$.service'),
  'business', json_extract(content, '$.business'),
  'validity', json_extract(content, '$.validity'),
  'algorithm', json_extract(content, '$.algorithm'),
  'certificate', json(json_extract(content, '$.certificate')),
  'reason', json_extract(content, '$.reason'))

-- name: blank_opening
UPDATE opening SET request = NULL WHERE order_id = :order;

-- name: blank_application
UPDATE application SET content = @blank_content@, csr = NULL,
  sealed_pin = NULL, holder = NULL
WHERE order_id = :order;

-- name: blank_transfer
UPDATE transfer SET account = '', name = '' WHERE order_id = :order;

-- What holds a line of a statement: that some of it waits, or an order that is
-- not purged yet (:order is about to be).
-- define: line_is_held
SELECT 1 FROM waiting w WHERE w.bank_line = bank_line.id
UNION ALL SELECT 1 FROM settlement s JOIN orders o ON o.id = s.order_id
  WHERE s.bank_line = bank_line.id AND o.purged_at IS NULL AND o.id <> :order

-- name: blank_bank_line
UPDATE bank_line SET account = '', name = '', text = ''
WHERE id IN (SELECT bank_line FROM settlement WHERE order_id = :order)
  AND NOT EXISTS(@line_is_held@);

-- name: blank_settlement
UPDATE settlement SET reason = ''
WHERE order_id = :order AND reason IS NOT NULL;

-- name: blank_wechat_payment
UPDATE wechat_payment SET payer = '', body = x'', signature = x''
WHERE order_id = :order;

-- name: blank_refund
UPDATE refund SET reason = '' WHERE order_id = :order;

-- name: blank_refund_result
UPDATE refund_result SET body = x'', signature = x'' WHERE order_id = :order;

-- name: blank_decision
UPDATE decision SET reason = '' WHERE order_id = :order AND reason IS NOT NULL;

-- name: blank_pair
UPDATE pair SET sign = x'', encrypt = x'', envelope = x'', archive = x''
WHERE order_id = :order;

-- name: blank_fulfilment
UPDATE fulfilment SET payload = NULL WHERE order_id = :order;

-- name: blank_receipt
UPDATE receipt SET text = '', signature = x'' WHERE order_id = :order;

-- name: blank_pin
UPDATE pin SET sealed = x'', signature = x'' WHERE order_id = :order;

-- name: blank_delivery
UPDATE delivery SET recipient = '', why = iif(why IS NULL, NULL, '')
WHERE order_id = :order;

-- What waits to be told of the order: nobody is known any more.
-- name: blank_outbox
DELETE FROM outbox WHERE order_id = :order;

-- name: blank_note
UPDATE note SET text = '' WHERE id IN (
  SELECT fact FROM journal WHERE order_id = :order AND kind = 'note')
  AND kind = 'unmask';

-- The evidence of money is that of a whole statement: it goes with the last of
-- the orders, and of the lines, that it is about.
-- define: evidence_is_held
SELECT 1 FROM settlement s JOIN orders o ON o.id = s.order_id
  WHERE s.evidence = evidence.id AND o.purged_at IS NULL
UNION ALL SELECT 1 FROM refund r LEFT JOIN orders o ON o.id = r.order_id
  WHERE r.evidence = evidence.id AND o.purged_at IS NULL
UNION ALL SELECT 1 FROM bank_line b WHERE b.evidence = evidence.id
  AND (b.account, b.name, b.text) IS NOT ('', '', '')

-- name: blank_evidence
UPDATE evidence SET operator = '', text = '', signature = x''
WHERE id IN (SELECT evidence FROM settlement WHERE order_id = :order
    UNION ALL SELECT b.evidence FROM settlement s
      JOIN bank_line b ON b.id = s.bank_line WHERE s.order_id = :order
    UNION ALL SELECT evidence FROM refund WHERE order_id = :order)
  AND NOT EXISTS(@evidence_is_held@);

-- Is a fact one of a purged order, and has it the blank form?
-- name: purge_is_blank
SELECT CASE :kind
  WHEN 'opening' THEN EXISTS(SELECT 1 FROM opening f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND f.request IS NULL)
  WHEN 'application' THEN EXISTS(SELECT 1 FROM application f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact
      AND CASE WHEN json_valid(content) THEN content IS @blank_content@ END
      AND (f.csr, f.sealed_pin, f.holder) IS (NULL, NULL, NULL))
  WHEN 'transfer' THEN EXISTS(SELECT 1 FROM transfer f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND (f.account, f.name) IS ('', ''))
  WHEN 'bank_line' THEN EXISTS(SELECT 1 FROM bank_line f
    JOIN settlement s ON s.bank_line = f.id
    JOIN purge p ON p.order_id = s.order_id
    WHERE f.id = :fact AND (f.account, f.name, f.text) IS ('', '', '')
      AND NOT EXISTS(SELECT 1 FROM settlement x
        JOIN orders o ON o.id = x.order_id
        WHERE x.bank_line = f.id AND o.purged_at IS NULL))
  WHEN 'wechat_payment' THEN EXISTS(SELECT 1 FROM wechat_payment f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND (f.payer, f.body, f.signature) IS ('', x'', x''))
  WHEN 'settlement' THEN EXISTS(SELECT 1 FROM settlement f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND f.reason IS '')
  WHEN 'refund' THEN EXISTS(SELECT 1 FROM refund f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND f.reason IS '')
  WHEN 'refund_result' THEN EXISTS(SELECT 1 FROM refund_result f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND (f.body, f.signature) IS (x'', x''))
  WHEN 'decision' THEN EXISTS(SELECT 1 FROM decision f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND f.reason IS '')
  WHEN 'pair' THEN EXISTS(SELECT 1 FROM pair f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact
      AND (f.sign, f.encrypt, f.envelope, f.archive) IS (x'', x'', x'', x''))
  WHEN 'fulfilment' THEN EXISTS(SELECT 1 FROM fulfilment f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND f.payload IS NULL)
  WHEN 'receipt' THEN EXISTS(SELECT 1 FROM receipt f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND (f.text, f.signature) IS ('', x''))
  WHEN 'pin' THEN EXISTS(SELECT 1 FROM pin f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND (f.sealed, f.signature) IS (x'', x''))
  WHEN 'delivery' THEN EXISTS(SELECT 1 FROM delivery f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND (f.recipient, coalesce(f.why, '')) IS ('', ''))
  WHEN 'note' THEN EXISTS(SELECT 1 FROM note f
    JOIN purge p ON p.order_id = f.order_id
    WHERE f.id = :fact AND f.kind = 'unmask' AND f.text IS '')
  WHEN 'evidence' THEN EXISTS(SELECT 1 FROM evidence f
    JOIN journal j ON j.kind = 'evidence' AND j.fact = f.id
    WHERE f.id = :fact AND f.at = j.at
      AND (f.operator, f.text, f.signature) IS ('', '', x'')
      AND EXISTS(SELECT 1 FROM settlement s WHERE s.evidence = f.id
        UNION ALL SELECT 1 FROM refund r WHERE r.evidence = f.id
        UNION ALL SELECT 1 FROM bank_line b WHERE b.evidence = f.id)
      AND NOT EXISTS(SELECT 1 FROM evidence
        WHERE id = f.id AND EXISTS(@evidence_is_held@)))
  ELSE 0 END;

-- The facts of an order before its purge, and the lines of statements that
-- settled it, if it was the last that held them.
-- name: purge_facts
SELECT kind, fact FROM journal WHERE seq < :before AND seq IN (
  SELECT seq FROM journal WHERE order_id = :order
  UNION ALL SELECT f.seq FROM settlement s JOIN journal f
    ON f.kind = 'bank_line' AND f.fact = s.bank_line
    WHERE s.order_id = :order
      AND NOT EXISTS(SELECT 1 FROM settlement x WHERE x.bank_line = s.bank_line
        AND x.order_id <> :order AND NOT EXISTS(SELECT 1 FROM purge p
          JOIN journal j ON j.kind = 'purge' AND j.fact = p.id
          WHERE p.order_id = x.order_id AND j.seq < :before))
      AND NOT EXISTS(SELECT 1 FROM waiting w WHERE w.bank_line = s.bank_line)
      AND NOT EXISTS(SELECT 1 FROM refund r WHERE r.bank_line = s.bank_line
        AND r.order_id IS NULL))
ORDER BY seq;

-- name: purge_of
SELECT p.rest, j.seq FROM purge p JOIN journal j
  ON j.kind = 'purge' AND j.fact = p.id
WHERE p.order_id = :order;

-- Since when an order is at its end: its certificates' notAfter, else its last
-- fact; NULL where it is open.
-- define: order_end
CASE WHEN o.pair IS NOT NULL
    THEN (SELECT not_after FROM pair WHERE id = o.pair)
  WHEN o.issued_at IS NOT NULL OR o.state IN ('refused','cancelled','expired')
    THEN (SELECT at FROM journal WHERE order_id = o.id AND kind <> 'note'
      ORDER BY seq DESC LIMIT 1)
  END

-- define: due
SELECT o.id, o.number, iif(o.pair IS NULL, o.state, 'lapsed'), @order_end@
FROM orders o /*scan*/

-- name: purge_due
@due@
WHERE o.id > :after AND o.purged_at IS NULL AND @order_end@ < :end
ORDER BY o.id;

-- All orders about the same certificates, one after another.
-- define: chain
WITH RECURSIVE chain(id) AS (
  SELECT :order
  UNION SELECT o.certificate FROM chain c JOIN orders o ON o.id = c.id
    WHERE o.certificate IS NOT NULL
  UNION SELECT o.id FROM chain c JOIN orders o ON o.certificate = c.id)

-- Whether something holds an order: one of its chain that is open or not at
-- its end for long enough, or to be paid back, or whose revocation was on no
-- list after notAfter.
-- name: purge_is_held
@chain@
SELECT EXISTS(SELECT 1 FROM chain c /*scan*/ JOIN orders o ON o.id = c.id
  WHERE o.purged_at IS NULL AND (coalesce(@order_end@, :end) >= :end
    OR o.excess > 0
    OR EXISTS(SELECT 1 FROM revocation r
      WHERE r.number = o.number AND r.reason <> 'removeFromCRL'
        AND r.id = (SELECT max(id) FROM revocation WHERE number = o.number)
        AND NOT EXISTS(SELECT 1 FROM crl
          WHERE crl.ca = r.ca AND crl.this_update > r.not_after))));

-- name: purge_chain
@chain@
@due@ JOIN chain c ON c.id = o.id WHERE o.purged_at IS NULL ORDER BY o.id;

-- The contents that no other orders than purged ones refer to.
-- name: purge_objects
SELECT d.object FROM orders o CROSS JOIN document d ON d.order_id = o.id
WHERE o.purged_at > 0 AND d.object IS NOT NULL
  AND NOT EXISTS(SELECT 1 FROM document e JOIN orders f ON f.id = e.order_id
    WHERE e.object = d.object AND f.purged_at IS NULL);
