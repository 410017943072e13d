-- Asking how orders stand.

-- What cao_query() can tell from the order's row, in the order of its table
-- of columns, and then where the rest is.
-- define: query_row
SELECT number, request, service, business, algorithm, validity, state,
  payment, review, certificates, container,
  iif(documents_filled >= documents_required, 'complete', 'missing'),
  documents_filled, documents_required, fee_due, paid, declared,
  user_name, user_number, organisation_name, organisation_number,
  handler_phone, iif(accepted = dossier, accepted_by, NULL),
  iif(approved = dossier, approved_by, NULL),
  created, issued_at, installed_at, paper_at,
  (SELECT c.number FROM orders c WHERE c.id = orders.certificate),
  iif(certificates IN ('held', 'revoked'), revoked_at, NULL),
  iif(certificates IN ('held', 'revoked'), revoked, NULL),
  originals, promised_from, excess, refunded, application, id
FROM orders

-- The filters that do not choose the index.  An order's number holds the day
-- on which it was made, so a span of time is a span of numbers.
-- define: query_and
AND number > :after AND number < :before
AND (:number IS NULL OR number = :number)
AND (:request IS NULL OR request = :request)
AND (:phone IS NULL OR handler_phone = :phone)
AND (:user IS NULL OR user_name = :user OR user_number = :user_number)
AND (:organisation IS NULL OR organisation_name = :organisation
  OR organisation_number = :organisation_number)
AND (:service IS NULL OR service = :service)
AND (:state IS NULL OR state = :state)
AND (:payment IS NULL OR payment = :payment)
AND (:review IS NULL OR review = :review)
AND (:certificates IS NULL OR certificates = :certificates)
AND (:container IS NULL OR container = :container)
AND (:documents IS NULL OR :documents =
  iif(documents_filled >= documents_required, 'complete', 'missing'))
AND (:from IS NULL OR created >= :from)
AND (:to IS NULL OR created < :to)

-- name: query_number
@query_row@ WHERE number = :number @query_and@
ORDER BY number LIMIT :limit;

-- name: query_request
@query_row@ WHERE request = :request @query_and@
ORDER BY number LIMIT :limit;

-- name: query_phone
@query_row@ WHERE handler_phone = :phone @query_and@
ORDER BY number LIMIT :limit;

-- name: query_user
@query_row@ WHERE user_name = :user @query_and@
UNION ALL
@query_row@ WHERE user_number = :user_number AND user_name <> :user
@query_and@
ORDER BY number LIMIT :limit;

-- name: query_organisation
@query_row@ WHERE organisation_name = :organisation @query_and@
UNION ALL
@query_row@ WHERE organisation_number = :organisation_number
  AND organisation_name <> :organisation
@query_and@
ORDER BY number LIMIT :limit;

-- name: query_state
@query_row@ WHERE state = :state @query_and@
ORDER BY number LIMIT :limit;

-- name: query_payment
@query_row@ WHERE payment = :payment @query_and@
ORDER BY number LIMIT :limit;

-- By the index of those that are few.
-- name: query_certificates
@query_row@ WHERE certificates = :certificates
  AND certificates IN ('held', 'revoked') @query_and@
ORDER BY number LIMIT :limit;

-- Those promised before then, the longest ago first.
-- name: query_overdue
@query_row@ WHERE promised_from < :due AND promised_from IS NOT NULL
  AND (promised_from, number) > (:last_from, :last_number) @query_and@
ORDER BY promised_from, number LIMIT :limit;

-- name: query_service
@query_row@ WHERE service = :service @query_and@
ORDER BY number LIMIT :limit;

-- name: query_all
@query_row@ WHERE 1 @query_and@
ORDER BY number LIMIT :limit;

-- name: query_application
SELECT json_extract(content, '$.user.id_type'),
  json_extract(content, '$.organisation.id_type'),
  json_extract(content, '$.handler.name'),
  json_extract(content, '$.handler.id_type'),
  json_extract(content, '$.handler.id_number'),
  json_extract(content, '$.handler.email'),
  json_extract(content, '$.user.department')
FROM application WHERE id = :id;

-- name: query_pair
SELECT hex(sign_serial), hex(encrypt_serial), not_before, not_after FROM pair
WHERE order_id = :order;

-- All that the order's JSON object says, but for the missing slots.
-- name: query_json
SELECT o.id, o.number, o.request, o.service, o.business, o.state,
  o.documents_required, o.documents_filled, o.payment, o.fee_due, o.paid,
  o.review, iif(o.accepted = o.dossier, o.accepted_by, NULL),
  iif(o.approved = o.dossier, o.approved_by, NULL),
  o.algorithm, hex(p.sign_serial), hex(p.encrypt_serial),
  p.not_before, p.not_after, o.installed_at, o.created,
  json_extract(a.content, '$.user.name'),
  json_extract(a.content, '$.user.id_type'),
  json_extract(a.content, '$.user.id_number'),
  json_extract(a.content, '$.organisation.name'),
  json_extract(a.content, '$.organisation.id_type'),
  json_extract(a.content, '$.organisation.id_number'),
  json_extract(a.content, '$.handler.name'),
  json_extract(a.content, '$.handler.id_type'),
  json_extract(a.content, '$.handler.id_number'),
  json_extract(a.content, '$.handler.phone'),
  (SELECT c.number FROM orders c WHERE c.id = o.certificate),
  o.business IN ('renew', 'reissue', 'change'),
  iif(o.certificates IN ('held', 'revoked'), o.certificates, NULL),
  o.revoked_at, o.revoked, o.originals, o.promised_from, o.excess, o.refunded
FROM orders o LEFT JOIN application a ON a.id = o.application
LEFT JOIN pair p ON p.order_id = o.id
WHERE o.number = :number;

-- An order's invoices, and what the tax system answered.
-- name: query_invoices
SELECT printf('%04d-%08d', i.year, i.number),
  (SELECT printf('%04d-%08d', r.year, r.number) FROM invoice r
    WHERE r.id = i.red), i.fen, i.at, s.number, s.url
FROM invoice i LEFT JOIN invoice_issued s ON s.invoice = i.id
WHERE i.order_id = :order ORDER BY i.id;

-- The orders whose pairs followed an order's.
-- name: query_successors
SELECT number FROM orders WHERE certificate = :order
  AND business IN ('renew', 'reissue', 'change') AND pair IS NOT NULL
ORDER BY id;

-- The orders before and behind one, and what each revoked.  Forged ones may
-- go in a circle.
-- define: query_chain_row
SELECT o.number, o.business, o.state, o.created, r.number, r.reason, r.since
FROM line JOIN orders o ON o.id = line.id
LEFT JOIN revocation r ON r.by_order = o.id

-- name: query_before
WITH RECURSIVE line(id) AS (
  SELECT certificate FROM orders WHERE number = :number
    AND certificate IS NOT NULL
  UNION SELECT o.certificate FROM line JOIN orders o ON o.id = line.id
  WHERE o.certificate IS NOT NULL)
@query_chain_row@ ORDER BY o.id /*scan*/;

-- name: query_behind
WITH RECURSIVE line(id) AS (
  SELECT b.id FROM orders o JOIN orders b ON b.certificate = o.id
  WHERE o.number = :number
  UNION SELECT o.id FROM line JOIN orders o ON o.certificate = line.id)
@query_chain_row@ ORDER BY o.id /*scan*/;

-- The required slots that are empty, in the order of the list.
-- name: query_missing
SELECT slot.value FROM json_each( /*scan*/
  (SELECT required FROM orders WHERE id = :order)) slot
WHERE NOT EXISTS(SELECT 1 FROM current_document d
  WHERE d.order_id = :order AND d.slot = slot.value);

-- What happened to an order: kind by kind a word, two texts, two integers.
-- name: query_history
SELECT j.at, j.actor, j.kind,
  CASE j.kind
    WHEN 'opening' THEN o.request
    WHEN 'application' THEN json_extract(a.content, '$.algorithm')
    WHEN 'document' THEN d.slot
    WHEN 'transfer' THEN t.account
    WHEN 'wechat_payment' THEN m.transaction_id
    WHEN 'settlement' THEN b.reference
    WHEN 'refund' THEN e.number
    WHEN 'refund_result' THEN (SELECT number FROM refund WHERE id = g.refund)
    WHEN 'decision' THEN c.kind
    WHEN 'invoice' THEN printf('%04d-%08d', i.year, i.number)
    WHEN 'invoice_issued' THEN printf('%04d-%08d', i.year, i.number)
    WHEN 'serial' THEN s.usage
    WHEN 'pair' THEN hex(p.sign_serial)
    WHEN 'revocation' THEN v.reason
    WHEN 'receipt' THEN w.business
    WHEN 'delivery' THEN z.kind
    WHEN 'note' THEN n.kind END,
  CASE j.kind
    WHEN 'application' THEN json_extract(a.content, '$.business')
    WHEN 'document' THEN iif(d.object IS NULL, NULL, d.type)
    WHEN 'settlement' THEN iif(x.transfer IS NULL, coalesce(x.reason, ''), NULL)
    WHEN 'refund' THEN e.reason
    WHEN 'refund_result' THEN g.status
    WHEN 'decision' THEN c.operator
    WHEN 'invoice' THEN i.title
    WHEN 'invoice_issued' THEN k.number
    WHEN 'serial' THEN hex(s.serial)
    WHEN 'pair' THEN hex(p.encrypt_serial)
    WHEN 'fulfilment' THEN iif(f.payload IS NULL, NULL, w.business)
    WHEN 'revocation' THEN y.number
    WHEN 'delivery' THEN z.channel
    WHEN 'note' THEN n.text END,
  CASE j.kind
    WHEN 'application' THEN nullif(json_extract(a.content, '$.validity'), 0)
    WHEN 'decision' THEN c.reason
    WHEN 'invoice' THEN (SELECT printf('%04d-%08d', r.year, r.number)
      FROM invoice r WHERE r.id = i.red)
    WHEN 'invoice_issued' THEN k.url
    WHEN 'delivery' THEN z.recipient END,
  CASE j.kind
    WHEN 'application' THEN a.fee_due
    WHEN 'document' THEN d.size
    WHEN 'transfer' THEN t.fen
    WHEN 'wechat_payment' THEN m.fen
    WHEN 'settlement' THEN x.fen
    WHEN 'refund' THEN e.fen
    WHEN 'invoice' THEN i.fen
    WHEN 'pair' THEN p.not_after
    WHEN 'fulfilment' THEN f.expires
    WHEN 'revocation' THEN v.since
    WHEN 'delivery' THEN z.outcome = 'delivered' END,
  CASE j.kind
    WHEN 'application' THEN a.holder IS NOT NULL
    WHEN 'document' THEN d.part
    WHEN 'transfer' THEN t.day END,
  iif(j.kind = 'application',
    json_extract(a.content, '$.certificate.order'), NULL),
  iif(j.kind = 'application', json_extract(a.content, '$.reason'), NULL)
FROM journal j
LEFT JOIN opening o ON j.kind = 'opening' AND o.id = j.fact
LEFT JOIN application a ON j.kind = 'application' AND a.id = j.fact
LEFT JOIN document d ON j.kind = 'document' AND d.id = j.fact
LEFT JOIN transfer t ON j.kind = 'transfer' AND t.id = j.fact
LEFT JOIN settlement x ON j.kind = 'settlement' AND x.id = j.fact
LEFT JOIN bank_line b ON b.id = x.bank_line
LEFT JOIN wechat_payment m ON j.kind = 'wechat_payment' AND m.id = j.fact
LEFT JOIN refund e ON j.kind = 'refund' AND e.id = j.fact
LEFT JOIN refund_result g ON j.kind = 'refund_result' AND g.id = j.fact
LEFT JOIN decision c ON j.kind = 'decision' AND c.id = j.fact
LEFT JOIN invoice_issued k ON j.kind = 'invoice_issued' AND k.id = j.fact
LEFT JOIN invoice i ON i.id = iif(j.kind = 'invoice', j.fact, k.invoice)
LEFT JOIN serial s ON j.kind = 'serial' AND s.id = j.fact
LEFT JOIN pair p ON j.kind = 'pair' AND p.id = j.fact
LEFT JOIN fulfilment f ON j.kind = 'fulfilment' AND f.id = j.fact
LEFT JOIN revocation v ON j.kind = 'revocation' AND v.id = j.fact
LEFT JOIN orders y ON y.id = v.by_order
LEFT JOIN orders w ON w.id = j.order_id
LEFT JOIN delivery z ON j.kind = 'delivery' AND z.id = j.fact
LEFT JOIN note n ON j.kind = 'note' AND n.id = j.fact
WHERE j.order_id = (SELECT id FROM orders WHERE number = :number)
ORDER BY j.seq;

-- name: stats_state
SELECT state, count(*) FROM orders /*scan*/ GROUP BY state;

-- name: stats_payment
SELECT payment, count(*) FROM orders /*scan*/ GROUP BY payment;

-- name: stats_money
SELECT sum(fee_due), sum(declared), sum(paid), sum(refunded), sum(excess)
FROM orders /*scan*/;

-- name: stats_expiring
SELECT count(*) FROM pair p JOIN orders o ON o.id = p.order_id
WHERE p.not_after >= :from AND p.not_after < :to
  AND o.certificates <> 'revoked';

-- name: stats_standing
SELECT certificates, count(*) FROM orders
WHERE certificates IN ('held', 'revoked') GROUP BY certificates;

-- name: stats_pairs
SELECT count(*) FROM pair /*scan*/;

-- name: stats_notes
SELECT count(*) FROM note WHERE kind = 'unmask';
