-- The pair that an order is about, and the others that are about it.

-- name: number_by_serial
SELECT o.number FROM serial s JOIN orders o ON o.id = s.order_id
WHERE s.serial = :serial AND o.pair IS NOT NULL;

-- Another order took its place, or is about to.
-- name: concern_followed
SELECT number, business, pair FROM orders
WHERE certificate = :order AND id <> :own
  AND business IN ('renew', 'reissue', 'change')
  AND (pair IS NOT NULL
    OR state NOT IN ('refused', 'cancelled', 'expired'))
ORDER BY pair IS NULL, id LIMIT 1 /*scan*/;

-- Another one is about to do the same with it.
-- name: concern_under_way
SELECT number, business, NULL FROM orders
WHERE certificate = :order AND id <> :own AND business = :business
  AND issued_at IS NULL
  AND state NOT IN ('refused', 'cancelled', 'expired')
ORDER BY id LIMIT 1;
