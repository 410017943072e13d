-- WeChat Pay: what it was asked for, and what is known of it.

-- A note "OUT_TRADE_NO FEN" of each number that an order was to be paid under.
-- define: trade
substr(n.text, 1, instr(n.text, ' ') - 1)

-- define: paid
EXISTS(SELECT 1 FROM wechat_payment p
  WHERE p.order_id = n.order_id AND p.out_trade_no = @trade@)

-- name: wechat_trades
SELECT @trade@, CAST(substr(n.text, instr(n.text, ' ') + 1) AS INTEGER), @paid@
FROM journal j JOIN note n ON n.id = j.fact
WHERE j.order_id = :order AND j.kind = 'note' AND n.kind = 'wechat-order'
ORDER BY n.id;

-- define: open_refund
r.wechat IS NOT NULL AND NOT EXISTS(SELECT 1 FROM refund_result x
  WHERE x.refund = r.id AND x.status IN ('success','closed'))

-- Orders with something that has no end yet.
-- name: wechat_pending
SELECT o.number FROM note n JOIN orders o ON o.id = n.order_id
WHERE n.kind = 'wechat-order' AND n.at >= :since AND o.purged_at IS NULL
  AND NOT @paid@
UNION SELECT o.number FROM refund r JOIN orders o ON o.id = r.order_id
WHERE @open_refund@ ORDER BY 1 /*scan*/;

-- name: wechat_refunds
SELECT r.number, r.fen, r.reason, p.transaction_id, p.fen, p.out_trade_no
FROM refund r JOIN wechat_payment p ON p.id = r.wechat
WHERE r.order_id = :order AND @open_refund@ ORDER BY r.id;

-- Was the note that many before the last one within the time?
-- name: wechat_noted
SELECT coalesce((SELECT at FROM note WHERE kind = :kind
  ORDER BY id DESC LIMIT 1 OFFSET :before) > :since, 0);

-- Holding a bill to what is recorded.
-- name: wechat_bill_payment
SELECT o.number, p.out_trade_no, p.fen
FROM wechat_payment p JOIN orders o ON o.id = p.order_id
WHERE p.transaction_id = :id;

-- name: wechat_bill_refund
SELECT o.number, p.transaction_id, r.fen,
  EXISTS(SELECT 1 FROM refund_result WHERE refund = r.id)
FROM refund r JOIN wechat_payment p ON p.id = r.wechat
JOIN orders o ON o.id = r.order_id WHERE r.number = :id;

-- name: wechat_bill_recorded
SELECT 0, p.transaction_id, o.number, p.fen
FROM wechat_payment p JOIN orders o ON o.id = p.order_id
WHERE p.success_at >= :from AND p.success_at < :to
UNION ALL
SELECT 1, r.number, o.number, r.fen
FROM refund r JOIN orders o ON o.id = r.order_id
WHERE r.wechat IS NOT NULL AND (SELECT min(at) FROM refund_result
  WHERE refund = r.id) BETWEEN :from AND :to - 1
ORDER BY 2 /*scan*/;
