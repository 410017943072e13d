-- What a review holds an order against: the other orders.

-- Those for that person at that organisation that are open or issued; a person
-- has few, so "+" keeps the organisation's index out of it.
-- name: count_same_person
SELECT count(*) FROM orders
WHERE user_number = :user AND +organisation_number = :organisation
  AND id <> :order AND state NOT IN ('refused', 'cancelled', 'expired');

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
