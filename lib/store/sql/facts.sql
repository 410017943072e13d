-- Writing facts, and reading each back whole, as the journal digests it.

-- name: put_order
INSERT INTO orders(number, request, created) VALUES(:number, :request, :at)
RETURNING id;

-- name: put_opening
INSERT INTO opening(order_id, number, request, at)
VALUES(:order, :number, :request, :at) RETURNING id;

-- name: put_application
INSERT INTO application(order_id, content, digest, csr, key, service, fee_due,
  required, sealed_pin, at, holder, paper, company, fees)
VALUES(:order, :content, :digest, :csr, :key, :service, :fee, :required,
  :sealed_pin, :at, :holder, :paper, :company, :fees) RETURNING id;

-- name: put_document
INSERT INTO document(order_id, slot, part, object, type, size, pages, at,
  printed_of)
VALUES(:order, :slot, :part, :object, :type, :size, :pages, :at,
  iif(:printed, (SELECT max(id) FROM application WHERE order_id = :order),
    NULL)) RETURNING id;

-- name: put_transfer
INSERT INTO transfer(order_id, account, name, fen, day, at)
VALUES(:order, :account, :name, :fen, :day, :at) RETURNING id;

-- name: put_evidence
INSERT INTO evidence(operator, text, signature, at)
VALUES(:operator, :text, :signature, :at) RETURNING id;

-- name: put_decision
INSERT INTO decision(order_id, kind, dossier, operator, reason, evidence, at)
VALUES(:order, :kind, :dossier, :operator, :reason, :evidence, :at)
RETURNING id;

-- name: put_bank_line
INSERT INTO bank_line(reference, account, name, fen, day, text, evidence, at)
VALUES(:reference, :account, :name, :fen, :day, :text, :evidence, :at)
RETURNING id;

-- name: put_settlement
INSERT INTO settlement(order_id, transfer, bank_line, fen, evidence, at,
  company, wechat, reason)
VALUES(:order, :transfer, :bank_line, :fen, :evidence, :at, :company,
  :wechat, :reason) RETURNING id;

-- name: put_wechat_payment
INSERT INTO wechat_payment(order_id, transaction_id, out_trade_no, fen, payer,
  success_at, serial, timestamp, nonce, body, signature, at)
VALUES(:order, :transaction_id, :out_trade_no, :fen, :payer, :success_at,
  :serial, :timestamp, :nonce, :body, :signature, :at) RETURNING id;

-- name: put_refund
INSERT INTO refund(order_id, bank_line, wechat, number, fen, reason, evidence,
  at, company)
VALUES(:order, :bank_line, :wechat, :number, :fen, :reason, :evidence, :at,
  :company)
RETURNING id;

-- name: put_refund_result
INSERT INTO refund_result(order_id, refund, status, serial, timestamp, nonce,
  body, signature, at)
VALUES(:order, :refund, :status, :serial, :timestamp, :nonce, :body,
  :signature, :at) RETURNING id;

-- name: put_invoice
INSERT INTO invoice(order_id, year, number, fen, red, title, tax_number, items,
  at)
VALUES(:order, :year, (SELECT coalesce(max(number), 0) + 1 FROM invoice
  WHERE year = :year), :fen, :red, :title, :tax_number, :items, :at)
RETURNING id;

-- name: put_invoice_issued
INSERT INTO invoice_issued(order_id, invoice, number, url, at)
VALUES(:order, :invoice, :number, :url, :at) RETURNING id;

-- name: put_serial
INSERT INTO serial(order_id, usage, serial, at)
VALUES(:order, :usage, :serial, :at) RETURNING id;

-- name: put_pair
INSERT INTO pair(order_id, sign, encrypt, sign_serial, encrypt_serial,
  not_before, not_after, envelope, archive, dossier, at)
VALUES(:order, :sign, :encrypt, :sign_serial, :encrypt_serial,
  :not_before, :not_after, :envelope, :archive, :dossier, :at) RETURNING id;

-- name: put_fulfilment
INSERT INTO fulfilment(order_id, payload, expires, dossier, at)
VALUES(:order, :payload, :expires, :dossier, :at) RETURNING id;

-- name: put_revocation
INSERT INTO revocation(id, order_id, number, ca, sign_serial, encrypt_serial,
  sign_crl, encrypt_crl, not_after, reason, since, by_order, at)
VALUES(:id, :order, :number, :ca, :sign_serial, :encrypt_serial,
  :sign_crl, :encrypt_crl, :not_after, :reason, :since, :by_order, :at)
RETURNING id;

-- name: put_receipt
INSERT INTO receipt(order_id, text, signature, at)
VALUES(:order, :text, :signature, :at) RETURNING id;

-- name: put_pin
INSERT INTO pin(order_id, sealed, signature, at)
VALUES(:order, :sealed, :signature, :at) RETURNING id;

-- name: put_attempt
INSERT INTO attempt(order_id, at) VALUES(:order, :at) RETURNING id;

-- name: put_crl
INSERT INTO crl(ca, number, this_update, next_update, at)
VALUES(:ca, :number, :this_update, :next_update, :at) RETURNING id;

-- name: put_purge
INSERT INTO purge(order_id, rest, at) VALUES(:order, :rest, :at) RETURNING id;

-- name: put_delivery
INSERT INTO delivery(order_id, kind, fact, channel, recipient, outcome, tries,
  at, why)
VALUES(:order, :kind, :fact, :channel, :recipient, :outcome, :tries, :at, :why)
RETURNING id;

-- name: put_service
INSERT INTO service(name, digest, text, at)
VALUES(:name, :digest, :text, :at) RETURNING id;

-- name: put_note
INSERT INTO note(kind, order_id, text, at)
VALUES(:kind, :order, :text, :at) RETURNING id;

-- The dossier is reckoned in C from the facts after each that changes it.
-- name: set_dossier
UPDATE orders SET dossier = :dossier WHERE id = :order;

-- One for each enum cao_kind, in its order.

-- name: fact_opening
SELECT * FROM opening WHERE id = :id;

-- name: fact_application
SELECT * FROM application WHERE id = :id;

-- name: fact_document
SELECT * FROM document WHERE id = :id;

-- name: fact_transfer
SELECT * FROM transfer WHERE id = :id;

-- name: fact_evidence
SELECT * FROM evidence WHERE id = :id;

-- name: fact_decision
SELECT * FROM decision WHERE id = :id;

-- name: fact_bank_line
SELECT * FROM bank_line WHERE id = :id;

-- name: fact_wechat_payment
SELECT * FROM wechat_payment WHERE id = :id;

-- name: fact_settlement
SELECT * FROM settlement WHERE id = :id;

-- name: fact_refund
SELECT * FROM refund WHERE id = :id;

-- name: fact_refund_result
SELECT * FROM refund_result WHERE id = :id;

-- name: fact_invoice
SELECT * FROM invoice WHERE id = :id;

-- name: fact_invoice_issued
SELECT * FROM invoice_issued WHERE id = :id;

-- name: fact_serial
SELECT * FROM serial WHERE id = :id;

-- name: fact_pair
SELECT * FROM pair WHERE id = :id;

-- name: fact_fulfilment
SELECT * FROM fulfilment WHERE id = :id;

-- name: fact_revocation
SELECT * FROM revocation WHERE id = :id;

-- name: fact_receipt
SELECT * FROM receipt WHERE id = :id;

-- name: fact_pin
SELECT * FROM pin WHERE id = :id;

-- name: fact_attempt
SELECT * FROM attempt WHERE id = :id;

-- name: fact_crl
SELECT * FROM crl WHERE id = :id;

-- name: fact_purge
SELECT * FROM purge WHERE id = :id;

-- name: fact_delivery
SELECT * FROM delivery WHERE id = :id;

-- name: fact_service
SELECT * FROM service WHERE id = :id;

-- name: fact_note
SELECT * FROM note WHERE id = :id;

-- How many facts there are of an order, for the journal's entries of it.
-- name: count_order_facts
SELECT (SELECT count(*) FROM opening WHERE order_id = :order)
  + (SELECT count(*) FROM application WHERE order_id = :order)
  + (SELECT count(*) FROM document WHERE order_id = :order)
  + (SELECT count(*) FROM transfer WHERE order_id = :order)
  + (SELECT count(*) FROM decision WHERE order_id = :order)
  + (SELECT count(*) FROM wechat_payment WHERE order_id = :order)
  + (SELECT count(*) FROM settlement WHERE order_id = :order)
  + (SELECT count(*) FROM refund WHERE order_id = :order)
  + (SELECT count(*) FROM refund_result WHERE order_id = :order)
  + (SELECT count(*) FROM invoice WHERE order_id = :order)
  + (SELECT count(*) FROM invoice_issued WHERE order_id = :order)
  + (SELECT count(*) FROM serial WHERE order_id = :order)
  + (SELECT count(*) FROM pair WHERE order_id = :order)
  + (SELECT count(*) FROM fulfilment WHERE order_id = :order)
  + (SELECT count(*) FROM revocation WHERE order_id = :order)
  + (SELECT count(*) FROM receipt WHERE order_id = :order)
  + (SELECT count(*) FROM pin WHERE order_id = :order)
  + (SELECT count(*) FROM attempt WHERE order_id = :order)
  + (SELECT count(*) FROM purge WHERE order_id = :order)
  + (SELECT count(*) FROM delivery WHERE order_id = :order);

-- How many facts there are in all.
-- name: count_facts
SELECT (SELECT count(*) FROM opening) + (SELECT count(*) FROM application) /*scan*/
  + (SELECT count(*) FROM document) + (SELECT count(*) FROM transfer)
  + (SELECT count(*) FROM evidence) + (SELECT count(*) FROM decision)
  + (SELECT count(*) FROM bank_line) + (SELECT count(*) FROM wechat_payment)
  + (SELECT count(*) FROM settlement) + (SELECT count(*) FROM refund)
  + (SELECT count(*) FROM refund_result) + (SELECT count(*) FROM invoice)
  + (SELECT count(*) FROM invoice_issued)
  + (SELECT count(*) FROM serial) + (SELECT count(*) FROM pair)
  + (SELECT count(*) FROM fulfilment) + (SELECT count(*) FROM revocation)
  + (SELECT count(*) FROM receipt) + (SELECT count(*) FROM pin)
  + (SELECT count(*) FROM attempt) + (SELECT count(*) FROM crl)
  + (SELECT count(*) FROM purge) + (SELECT count(*) FROM delivery)
  + (SELECT count(*) FROM service) + (SELECT count(*) FROM note);
