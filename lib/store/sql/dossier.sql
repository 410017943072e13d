-- What is handed over of an order.

-- Its entries in the journal, each with the head before it: those of its
-- facts, and of what these rest on.  The evidence of money is that of a whole
-- statement and names other payers: without its row.
-- name: dossier_entries
SELECT j.seq, j.at, j.actor, j.kind, j.fact, j.digest, j.head,
  (SELECT head FROM journal b WHERE b.seq = j.seq - 1),
  j.kind <> 'evidence' OR EXISTS(SELECT 1 FROM decision
    WHERE order_id = :order AND evidence = j.fact)
FROM journal j WHERE j.seq IN (
  SELECT seq FROM journal WHERE order_id = :order
  UNION ALL SELECT f.seq FROM application a JOIN journal f
    ON f.kind = 'service' AND f.fact = a.service WHERE a.order_id = :order
  UNION ALL SELECT f.seq FROM decision d JOIN journal f
    ON f.kind = 'evidence' AND f.fact = d.evidence WHERE d.order_id = :order
  UNION ALL SELECT f.seq FROM settlement s JOIN journal f
    ON f.kind = 'evidence' AND f.fact = s.evidence WHERE s.order_id = :order
  UNION ALL SELECT f.seq FROM refund r JOIN journal f
    ON f.kind = 'evidence' AND f.fact = r.evidence WHERE r.order_id = :order
  UNION ALL SELECT f.seq FROM settlement s JOIN bank_line b
    ON b.id = s.bank_line JOIN journal f
    ON f.kind = 'evidence' AND f.fact = b.evidence WHERE s.order_id = :order
  UNION ALL SELECT f.seq FROM settlement s JOIN journal f
    ON f.kind = 'bank_line' AND f.fact = s.bank_line WHERE s.order_id = :order)
ORDER BY j.seq;
