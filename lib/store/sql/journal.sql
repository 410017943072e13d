-- The journal: a chain of digests of every fact.

-- name: journal_last
SELECT seq, head FROM journal WHERE seq = (SELECT max(seq) FROM journal);

-- name: journal_put
INSERT INTO journal(seq, at, actor, kind, fact, order_id, digest, head)
VALUES(:seq, :at, :actor, :kind, :fact, :order, :digest, :head);

-- name: journal_walk
SELECT seq, at, actor, kind, fact, order_id, digest, head FROM journal /*scan*/
WHERE seq > :after ORDER BY seq;

-- Notes of an order (that it was looked into) are not among its facts.
-- name: journal_order
SELECT seq, at, actor, kind, fact, digest FROM journal
WHERE order_id = :order AND kind <> 'note' ORDER BY seq;

-- name: journal_fact
SELECT digest FROM journal WHERE kind = :kind AND fact = :fact;

-- name: journal_count
SELECT count(*) /*scan*/ FROM journal;
