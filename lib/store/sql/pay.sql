-- Matching a bank's statement.

-- name: company_name
SELECT organisation_name FROM orders WHERE id = :order;

-- name: company_settled
SELECT s.fen, s.company, b.name
FROM settlement s JOIN bank_line b ON b.id = s.bank_line
WHERE s.order_id = :order;

-- What the bank said of a reference when it was imported, and the order that
-- it settled.
-- name: bank_line_by_reference
SELECT b.account, b.fen, s.order_id, o.number
FROM bank_line b LEFT JOIN settlement s ON s.bank_line = b.id
LEFT JOIN orders o ON o.id = s.order_id
WHERE b.reference = :reference;

-- Transfers that a line may be.  The number of rows is bounded, so that an
-- account with very many of them cannot make an import quadratic.
-- define: declared
SELECT t.id, t.order_id, o.number, o.state, t.account, t.name, t.fen, t.day,
  s.id
FROM transfer t JOIN orders o ON o.id = t.order_id
LEFT JOIN settlement s ON s.transfer = t.id

-- name: declared_of_order
@declared@
WHERE o.number = :key AND t.fen = :fen AND t.day BETWEEN :from AND :to
LIMIT :limit;

-- name: declared_of_account
@declared@
WHERE t.account = :key AND t.fen = :fen AND t.day BETWEEN :from AND :to
LIMIT :limit;

-- name: declared_of_tail
@declared@
WHERE substr(t.account, -4) = :key AND t.fen = :fen
  AND t.day BETWEEN :from AND :to
LIMIT :limit;

-- Those of another amount, which would be short or over.
-- name: other_of_account
@declared@
WHERE t.account = :key AND t.fen <> :fen AND t.day BETWEEN :from AND :to
  AND s.id IS NULL
LIMIT :limit;

-- name: other_of_tail
@declared@
WHERE substr(t.account, -4) = :key AND t.fen <> :fen
  AND t.day BETWEEN :from AND :to AND s.id IS NULL
LIMIT :limit;
