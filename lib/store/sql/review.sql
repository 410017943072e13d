-- What a review holds an order against: the other orders.

-- Those for certificates of that person at that organisation that are open or
-- issued, without the one that the order is about and those that others
-- followed; a person has few, so "+" keeps the organisation's index out of it.
-- name: count_same_person
SELECT count(*) FROM orders o
WHERE user_number = :user AND +organisation_number = :organisation
  AND id <> :order AND state NOT IN ('refused', 'cancelled', 'expired')
  AND business IN ('new', 'renew', 'reissue', 'change')
  AND id IS NOT (SELECT certificate FROM orders WHERE id = :order)
  AND NOT EXISTS(SELECT 1 FROM orders f
    WHERE f.certificate = o.id AND f.pair IS NOT NULL
      AND f.business IN ('renew', 'reissue', 'change'));

-- name: count_same_organisation
SELECT count(*) FROM orders
WHERE organisation_number = :organisation AND id <> :order;

-- The latest others first.
-- name: others_of_person
SELECT number, state, business, organisation_name, created FROM orders
WHERE user_number = :value AND id <> :order ORDER BY number DESC LIMIT :limit;

-- name: others_of_organisation
SELECT number, state, business, user_name, created FROM orders
WHERE organisation_number = :value AND id <> :order
ORDER BY number DESC LIMIT :limit;

-- When something last happened to an order; looking at it does not count.
-- name: order_last
SELECT coalesce(max(at), 0) FROM journal
WHERE order_id = :order AND kind <> 'note';

-- The open orders, each with its pinned service and when something last
-- happened to it.
-- name: orders_open
SELECT o.number, v.digest, (SELECT coalesce(max(at), 0) FROM journal j
  WHERE j.order_id = o.id AND j.kind <> 'note')
FROM orders o JOIN application a ON a.id = o.application
JOIN service v ON v.id = a.service
WHERE o.state IN ('applied', 'reviewing', 'approved', 'ready', 'returned');
