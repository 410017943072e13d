-- Reading orders with what belongs to them.

-- name: order_by_number
SELECT id, number, request, created, state, payment, review, application,
  fee_due, declared, paid, required, documents_required, documents_filled,
  dossier, iif(accepted = dossier, accepted_by, NULL),
  iif(approved = dossier, approved_by, NULL),
  issued_at, installed_at, paper_at, refused_at, cancelled_at, expired_at,
  business, (SELECT number FROM orders c WHERE c.id = orders.certificate),
  pair, revoked, revoked_at, purged_at, paper_needed, originals,
  promised_from, refunded, excess
FROM orders WHERE number = :number;

-- name: number_by_request
SELECT number, content FROM orders WHERE request = :request;

-- name: number_by_key
SELECT number FROM orders WHERE key = :key;

-- The day's last number: between its first and its last.  Orders that a
-- restored store does not have may be revoked; none gets their numbers.
-- name: number_last
SELECT nullif(max(
  coalesce((SELECT max(number) FROM orders
    WHERE number BETWEEN :first AND :last), ''),
  coalesce((SELECT max(number) FROM revocation
    WHERE number BETWEEN :first AND :last), '')), '');

-- name: order_application
SELECT a.content, a.csr, a.key, v.digest, a.sealed_pin, a.digest, a.holder,
  a.fees, a.at
FROM application a JOIN service v ON v.id = a.service WHERE a.id = :id;

-- name: order_documents
SELECT slot, part, object, type, size, pages, at FROM current_document
WHERE order_id = :order ORDER BY slot, part;

-- name: order_transfers
SELECT t.id, t.account, t.name, t.fen, t.day, t.at FROM transfer t
WHERE t.order_id = :order ORDER BY t.id;

-- name: order_settlements
SELECT s.id, s.transfer, s.fen, s.evidence, s.at, s.company, s.reason,
  b.id, b.reference, b.account, b.name, b.text, b.fen, b.day, b.evidence,
  w.id, w.order_id, w.transaction_id, w.out_trade_no, w.fen, w.payer,
  w.success_at, w.serial, w.timestamp, w.nonce, w.body, w.signature
FROM settlement s LEFT JOIN bank_line b ON b.id = s.bank_line
LEFT JOIN wechat_payment w ON w.id = s.wechat
WHERE s.order_id = :order ORDER BY s.id;

-- name: order_refunds
SELECT r.id, r.number, r.fen, r.reason, r.evidence, r.at, r.bank_line,
  r.wechat, coalesce(b.reference, w.transaction_id), x.status,
  x.serial, x.timestamp, x.nonce, x.body, x.signature
FROM refund r LEFT JOIN bank_line b ON b.id = r.bank_line
LEFT JOIN wechat_payment w ON w.id = r.wechat
LEFT JOIN refund_result x ON x.id = (SELECT id FROM refund_result
  WHERE refund = r.id
  ORDER BY status = 'success' DESC, status = 'closed' DESC, id DESC LIMIT 1)
WHERE r.order_id = :order ORDER BY r.id /*scan*/;

-- name: order_decisions
SELECT kind, dossier, operator, reason, evidence, at FROM decision
WHERE order_id = :order ORDER BY id;

-- name: order_pair
SELECT sign, encrypt, envelope, not_before, not_after, at, dossier, archive
FROM pair
WHERE order_id = :order;

-- name: order_fulfilment
SELECT payload, expires, at, dossier FROM fulfilment WHERE order_id = :order;

-- name: evidence_get
SELECT operator, text, signature, at FROM evidence WHERE id = :id;

-- Whether the order's row is what its facts add up to.
-- name: order_astray
SELECT 1 FROM order_astray WHERE id = :order;

-- name: orders_astray
SELECT number FROM order_astray /*scan*/;

-- name: service_by_name
SELECT id, digest, text FROM service WHERE name = :name
ORDER BY id DESC LIMIT 1;

-- name: service_by_digest
SELECT id, name, text FROM service WHERE digest = :digest;

-- name: service_all
SELECT name, digest, text FROM service /*scan*/ WHERE id IN (
  SELECT max(id) FROM service GROUP BY name) ORDER BY name;

-- name: note_last
SELECT id, text FROM note WHERE kind = :kind ORDER BY id DESC LIMIT 1;
