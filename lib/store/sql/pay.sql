-- Matching a bank's statement, and the lines of it that wait.

-- name: company_name
SELECT organisation_name FROM orders WHERE id = :order;

-- name: company_settled
SELECT s.fen, s.company, b.name
FROM settlement s JOIN bank_line b ON b.id = s.bank_line
WHERE s.order_id = :order
UNION ALL
SELECT -r.fen, r.company, b.name
FROM refund r JOIN bank_line b ON b.id = r.bank_line
WHERE r.order_id = :order;

-- define: line
SELECT b.id, b.reference, b.account, b.name, b.fen, b.day, b.text, b.evidence,
  coalesce(w.fen, 0)

-- What the bank said of a reference when it was imported, what is left of it,
-- and the first order that it settled.
-- name: bank_line_by_reference
@line@, s.order_id, o.number
FROM bank_line b LEFT JOIN waiting w ON w.bank_line = b.id
LEFT JOIN settlement s ON s.id = (SELECT min(id) FROM settlement
  WHERE bank_line = b.id)
LEFT JOIN orders o ON o.id = s.order_id
WHERE b.reference = :reference;

-- Of the lines that wait, those that a transfer not yet settled may be.
-- name: waiting_declared
@line@
FROM waiting w JOIN bank_line b ON b.id = w.bank_line
WHERE w.fen = b.fen AND (EXISTS(SELECT 1 FROM transfer t
    WHERE t.account = b.account AND t.fen = b.fen
      AND t.day BETWEEN b.day - :before AND b.day + :behind
      AND NOT EXISTS(SELECT 1 FROM settlement WHERE transfer = t.id))
  OR (instr(b.account, '*') > 0 AND EXISTS(SELECT 1 FROM transfer t
    WHERE substr(t.account, -4) = substr(b.account, -4) AND t.fen = b.fen
      AND t.day BETWEEN b.day - :before AND b.day + :behind
      AND NOT EXISTS(SELECT 1 FROM settlement WHERE transfer = t.id))))
ORDER BY w.bank_line /*scan*/;

-- name: waiting_all
@line@
FROM waiting w JOIN bank_line b ON b.id = w.bank_line
ORDER BY w.bank_line /*scan*/;

-- What an order has of a line on a cashier's word.
-- name: settlement_of_line
SELECT fen FROM settlement WHERE bank_line = :line AND order_id = :order;

-- Was the same paid back for the same reason?  What is asked for at once is
-- under one signature.
-- name: refund_known
SELECT 1 FROM standing_refund WHERE order_id = :order AND reason = :reason
GROUP BY evidence HAVING sum(fen) = :fen LIMIT 1 /*scan*/;

-- name: refund_of_line_known
SELECT 1 FROM refund
WHERE bank_line = :line AND order_id IS NULL AND reason = :reason LIMIT 1;

-- name: count_refunds
SELECT count(*) FROM refund WHERE order_id = :order;

-- name: count_line_refunds
SELECT count(*) FROM refund WHERE bank_line = :line AND order_id IS NULL;

-- name: refund_by_number
SELECT id, order_id, wechat, fen, (SELECT status FROM refund_result
  WHERE id = (SELECT max(id) FROM refund_result WHERE refund = r.id))
FROM refund r WHERE number = :number;

-- name: wechat_payment_by_transaction
SELECT order_id, out_trade_no, fen FROM wechat_payment
WHERE transaction_id = :transaction_id;

-- Transfers that a line may be.  The number of rows is bounded, so that an
-- account with very many of them cannot make an import quadratic.
-- define: declared
SELECT t.id, t.order_id, o.number, o.state, t.account, t.name, t.fen, t.day,
  s.id, o.organisation_name
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

-- The postings of the ledger, and what they come to.
-- define: posting
SELECT o.number, l.account, l.fen, l.kind, l.fact, l.at
FROM ledger l LEFT JOIN orders o ON o.id = l.order_id

-- name: ledger_of_order
@posting@
WHERE l.order_id = :order
ORDER BY l.at, l.kind, l.fact, l.fen DESC /*scan*/;

-- name: ledger_all
@posting@
ORDER BY l.at, l.kind, l.fact, l.fen DESC /*scan*/;

-- name: ledger_balance
SELECT account, sum(fen) FROM ledger GROUP BY account ORDER BY account /*scan*/;

-- name: ledger_astray
SELECT l.what, l.kind, l.fact, l.fen, o.number
FROM ledger_astray l LEFT JOIN orders o ON l.kind = 'orders' AND o.id = l.fact
/*scan*/;

-- Refunds of money that was for no order, to be verified.
-- name: refunds_of_none
SELECT r.number, r.fen, r.reason, r.evidence, b.reference
FROM refund r JOIN bank_line b ON b.id = r.bank_line
WHERE r.order_id IS NULL ORDER BY r.id /*scan*/;
