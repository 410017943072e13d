-- Invoices: made with what is paid for, taken back with what is paid back, and
-- what the tax system made of them.

-- define: invoice
SELECT i.id, i.order_id, i.red, i.year, i.number, i.fen, i.at, o.number,
  i.title, i.tax_number, r.year, r.number, t.number, s.number, s.url, v.digest
FROM invoice i JOIN orders o ON o.id = i.order_id
LEFT JOIN invoice r ON r.id = i.red
LEFT JOIN invoice_issued t ON t.invoice = i.red
LEFT JOIN invoice_issued s ON s.invoice = i.id
LEFT JOIN application a ON a.id = o.application
LEFT JOIN service v ON v.id = a.service

-- name: invoice_by_number
@invoice@
WHERE (i.year, i.number) = (:year, :number);

-- name: invoice_of_order
@invoice@
WHERE i.order_id = (SELECT id FROM orders WHERE number = :order)
  AND i.red IS NULL;

-- name: invoice_items
SELECT json_extract(f.value, '$.item'), json_extract(f.value, '$.title'),
  json_extract(f.value, '$.fen')
FROM invoice i JOIN json_each(i.items) f WHERE i.id = :id
ORDER BY f.key /*scan*/;

-- Why an order has none.
-- name: invoice_missing
SELECT state, fee_due, issued_at FROM orders WHERE number = :order;

-- name: invoices_waiting
SELECT year, number FROM invoice i
WHERE (year, number) > (:year, :number)
  AND NOT EXISTS(SELECT 1 FROM invoice_issued WHERE invoice = i.id)
ORDER BY year, number LIMIT 1;

-- The tax system's number, given to another one.
-- name: invoice_answered
SELECT i.year, i.number FROM invoice_issued s JOIN invoice i
  ON i.id = s.invoice WHERE s.number = :number AND s.invoice <> :invoice;

-- What an order is invoiced for beyond what is kept of its money, where
-- refunds count that are done.
-- name: invoice_beyond
SELECT i.id, i.title, i.tax_number, o.invoiced - o.paid
  + (SELECT coalesce(sum(fen), 0) FROM refund r WHERE r.order_id = o.id
    AND (r.bank_line IS NOT NULL OR EXISTS(SELECT 1 FROM refund_result x
      WHERE x.refund = r.id AND x.status = 'success')))
FROM orders o JOIN invoice i ON i.order_id = o.id AND i.red IS NULL
WHERE o.id = :order;

-- What of its items was not taken back yet.
-- name: invoice_left
SELECT json_extract(f.value, '$.item'), json_extract(f.value, '$.title'),
  json_extract(f.value, '$.fen') + coalesce((
    SELECT sum(json_extract(g.value, '$.fen'))
    FROM invoice r JOIN json_each(r.items) g WHERE r.red = i.id
      AND json_extract(g.value, '$.item') = json_extract(f.value, '$.item')),
    0)
FROM invoice i JOIN json_each(i.items) f WHERE i.id = :id
ORDER BY f.key /*scan*/;

-- What is wrong with invoices: what, an invoice or "", an order.
-- name: verify_invoices
WITH i AS (SELECT i.*, printf('%04d-%08d', i.year, i.number) AS name,
    lag(i.number, 1, 0) OVER (PARTITION BY i.year ORDER BY i.number) AS before,
    lag(i.id, 1, 0) OVER (ORDER BY i.year, i.number) AS before_id,
    (SELECT sum(json_extract(f.value, '$.fen'))
      FROM json_each(iif(json_valid(i.items), i.items, '[]')) f) AS sum
  FROM invoice i /*scan*/)
SELECT 'gap', i.name, o.number FROM i LEFT JOIN orders o ON o.id = i.order_id
WHERE i.number <> i.before + 1 OR i.id < i.before_id
UNION ALL
SELECT 'year', i.name, o.number FROM i LEFT JOIN orders o ON o.id = i.order_id
WHERE i.year <> CAST(strftime('%Y', i.at, 'unixepoch', '+8 hours') AS INTEGER)
UNION ALL
SELECT 'items', i.name, o.number FROM i LEFT JOIN orders o ON o.id = i.order_id
WHERE i.sum IS NOT i.fen
UNION ALL
SELECT 'buyer', i.name, o.number FROM i JOIN orders o ON o.id = i.order_id
WHERE o.purged_at IS NULL AND (i.title, i.tax_number) IS NOT
  (o.organisation_name, o.organisation_number)
UNION ALL
SELECT 'red', i.name, o.number FROM i LEFT JOIN orders o ON o.id = i.order_id
LEFT JOIN invoice r ON r.id = i.red
WHERE i.red IS NOT NULL AND (r.red IS NOT NULL
  OR (r.order_id, r.title, r.tax_number) IS NOT
    (i.order_id, i.title, i.tax_number))
UNION ALL
SELECT 'unbilled', '', o.number FROM orders o
JOIN application a ON a.id = o.application
WHERE o.issued_at IS NOT NULL AND o.fee_due > 0 AND a.fees IS NOT NULL
  AND NOT EXISTS(SELECT 1 FROM invoice WHERE order_id = o.id)
UNION ALL
SELECT 'unfulfilled', i.name, o.number FROM i JOIN orders o ON o.id = i.order_id
WHERE o.issued_at IS NULL
UNION ALL
SELECT 'fee', i.name, o.number FROM i JOIN orders o ON o.id = i.order_id
WHERE i.red IS NULL AND i.fen <> o.fee_due
UNION ALL
SELECT 'sum', '', o.number FROM orders o
WHERE o.invoiced IS NOT NULL AND (o.invoiced < 0 OR o.invoiced > o.paid
  - (SELECT coalesce(sum(fen), 0) FROM refund r WHERE r.order_id = o.id
    AND (r.bank_line IS NOT NULL OR EXISTS(SELECT 1 FROM refund_result x
      WHERE x.refund = r.id AND x.status = 'success'))))
UNION ALL
SELECT 'answer', i.name, o.number FROM invoice_issued s
JOIN i ON i.id = s.invoice LEFT JOIN orders o ON o.id = s.order_id
WHERE s.order_id <> i.order_id;
