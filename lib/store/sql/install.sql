-- What holders keep, and what is kept for them.

-- An order with a pair, and all that took its place one after another: the
-- newest first.
-- name: successor
WITH RECURSIVE line(id) AS (
  SELECT id FROM orders WHERE number = :number
  UNION SELECT o.id FROM line JOIN orders o ON o.certificate = line.id
  WHERE o.pair IS NOT NULL)
SELECT o.number, p.not_after, o.revoked
FROM line JOIN orders o ON o.id = line.id JOIN pair p ON p.order_id = o.id
ORDER BY p.id DESC LIMIT :limit OFFSET :offset /*scan*/;

-- name: pin_last
SELECT sealed, signature, at FROM pin WHERE order_id = :order
ORDER BY id DESC LIMIT 1;

-- name: attempt_count
SELECT count(*) FROM attempt WHERE order_id = :order;
