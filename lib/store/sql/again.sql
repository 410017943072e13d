-- Writing the next application from an order.

-- How many orders of that business about its certificates have come to an end.
-- name: again_count
SELECT count(*) FROM orders
WHERE certificate = (SELECT id FROM orders WHERE number = :number)
  AND business = :business
  AND (issued_at IS NOT NULL
    OR state IN ('refused', 'cancelled', 'expired'));

-- The one that is under way already.
-- name: again_own
SELECT id, number FROM orders WHERE request = :request
  AND business = :business
  AND certificate = (SELECT id FROM orders WHERE number = :number)
  AND issued_at IS NULL AND state NOT IN ('refused', 'cancelled', 'expired');

-- The pair that took the place of an order's.
-- name: again_follower
SELECT number, business FROM orders
WHERE certificate = (SELECT id FROM orders WHERE number = :number)
  AND business IN ('renew', 'reissue', 'change') AND pair IS NOT NULL
ORDER BY id LIMIT 1;

-- The term that was last asked for, of the order or of those before it.
-- name: again_term
WITH RECURSIVE line(id) AS (
  SELECT id FROM orders WHERE number = :number
  UNION SELECT o.certificate FROM line JOIN orders o ON o.id = line.id
  WHERE o.certificate IS NOT NULL)
SELECT o.validity FROM line JOIN orders o ON o.id = line.id
WHERE o.validity > 0 ORDER BY o.id DESC LIMIT 1 /*scan*/;
