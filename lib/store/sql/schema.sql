-- The caorder store, schema 3.
--
-- Facts are rows, written once and changed by a purge alone: opening,
-- application, document, transfer, evidence, decision, bank_line,
-- wechat_payment, settlement, refund, refund_result, invoice, invoice_issued,
-- serial, pair, fulfilment, revocation, receipt, pin, attempt, crl, purge,
-- delivery, service and note.
-- Each has one row in journal, which chains their digests.  orders is what the
-- facts add up to, one row an order, kept by the triggers below and by nothing
-- else; its facets and its state are generated columns, so they can be indexed
-- and never set.
--
-- Times are seconds since 1970 UTC, days are days since 1970, money is fen.

CREATE TABLE orders(
  id        INTEGER PRIMARY KEY,
  number    TEXT NOT NULL UNIQUE CHECK(length(number) = 17),
  request   TEXT UNIQUE,                  -- the caller's idempotency key
  created   INTEGER NOT NULL,

  -- from the latest application
  application INTEGER,
  content   BLOB,                         -- digest of its content
  service   TEXT,
  business  TEXT,
  certificate INTEGER,                    -- the order whose pair it is about
  algorithm TEXT,
  validity  INTEGER,                      -- months
  user_name TEXT, user_number TEXT,
  organisation_name TEXT, organisation_number TEXT,
  handler_phone TEXT,
  key       BLOB,                         -- digest of the public key
  fee_due   INTEGER NOT NULL DEFAULT 0,
  required  TEXT NOT NULL DEFAULT '[]',   -- JSON: the slots to be filled
  paper_needed INTEGER,                   -- as the application has it

  -- from documents, transfers, settlements, refunds
  documents_required INTEGER NOT NULL DEFAULT 0,
  documents_filled   INTEGER NOT NULL DEFAULT 0,
  declared  INTEGER NOT NULL DEFAULT 0,
  paid      INTEGER NOT NULL DEFAULT 0,
  paid_company INTEGER NOT NULL DEFAULT 0, -- by company transfer, and kept
  refunded  INTEGER NOT NULL DEFAULT 0,   -- of what is paid
  invoiced  INTEGER,                      -- less what was taken back
  submitted_at INTEGER,                   -- last applied for or uploaded
  settled_at INTEGER,                     -- last settled

  -- the digest of all that a decision is about
  dossier   BLOB,

  -- from decisions: the dossier that they saw, and who
  accepted  BLOB, accepted_by TEXT,
  approved  BLOB, approved_by TEXT,
  returned  BLOB,
  refused_at INTEGER, cancelled_at INTEGER, expired_at INTEGER,
  paper_at  INTEGER,                      -- since the latest application

  -- from pairs, fulfilments and receipts
  pair INTEGER, issued_at INTEGER, installed_at INTEGER,

  -- from revocations of its pair: the last one's reason, and since when
  revoked TEXT, revoked_at INTEGER,

  -- from its purge: when its personal data was removed
  purged_at INTEGER,

  -- what an order owes that has ended without certificates is nothing; once
  -- it is invoiced, what it is invoiced for
  owed INTEGER GENERATED ALWAYS AS (iif(issued_at IS NULL
      AND coalesce(refused_at, cancelled_at, expired_at) IS NOT NULL,
    0, coalesce(invoiced, fee_due))) VIRTUAL,
  -- paid beyond what is owed: to be paid back
  excess INTEGER GENERATED ALWAYS AS (max(paid - refunded - owed, 0)) VIRTUAL,

  payment TEXT GENERATED ALWAYS AS (CASE
      WHEN owed = 0 AND excess > 0 THEN 'refundable'
      WHEN owed = 0 AND paid > 0 THEN 'refunded'
      WHEN fee_due = 0 THEN 'free'
      WHEN paid - refunded >= coalesce(invoiced, fee_due) THEN 'paid'
      WHEN declared > 0 THEN 'declared'
      ELSE 'unpaid' END) VIRTUAL,

  review TEXT GENERATED ALWAYS AS (CASE
      WHEN refused_at IS NOT NULL THEN 'refused'
      WHEN returned IS NOT NULL AND returned = dossier THEN 'returned'
      WHEN accepted = dossier AND approved = dossier
           AND accepted_by <> approved_by THEN 'approved'
      WHEN accepted IS NOT NULL AND accepted = dossier THEN 'accepted'
      ELSE 'none' END) VIRTUAL,

  certificates TEXT GENERATED ALWAYS AS (CASE
      WHEN pair IS NULL THEN 'none'
      WHEN revoked IS NULL OR revoked = 'removeFromCRL' THEN 'issued'
      WHEN revoked = 'certificateHold' THEN 'held'
      ELSE 'revoked' END) VIRTUAL,

  container TEXT GENERATED ALWAYS AS (CASE
      WHEN installed_at IS NOT NULL THEN 'installed' ELSE 'none' END) VIRTUAL,

  -- the paper originals: is the gate met, and by what
  originals TEXT GENERATED ALWAYS AS (CASE
      WHEN paper_needed IS NULL THEN 'unneeded'
      WHEN paper_needed = 2 AND fee_due > 0 AND paid_company >= fee_due
        THEN 'waived'
      WHEN paper_at IS NOT NULL THEN 'arrived'
      ELSE 'missing' END) VIRTUAL,

  -- cao_state_of() in lib/order/step.c; a test holds the two together
  state TEXT GENERATED ALWAYS AS (CASE
      WHEN installed_at IS NOT NULL THEN 'installed'
      WHEN issued_at IS NOT NULL
        THEN iif(business IN ('revoke','hold','release'), 'done', 'issued')
      WHEN refused_at IS NOT NULL THEN 'refused'
      WHEN cancelled_at IS NOT NULL THEN 'cancelled'
      WHEN expired_at IS NOT NULL THEN 'expired'
      WHEN returned IS NOT NULL AND returned = dossier THEN 'returned'
      WHEN documents_filled < documents_required THEN 'applied'
      WHEN accepted = dossier AND approved = dossier
           AND accepted_by <> approved_by
        THEN iif(paid - refunded >= fee_due AND originals <> 'missing',
          'ready', 'approved')
      ELSE 'reviewing' END) VIRTUAL,

  -- since when the CA has all that it needs to go on, for the promise: the
  -- last of what was applied for or uploaded, of the paper where it is needed,
  -- and of the payment where that stands for the paper or the order is ready
  promised_from INTEGER GENERATED ALWAYS AS (
    iif(state IN ('reviewing','ready') AND originals <> 'missing',
      max(submitted_at, iif(originals = 'arrived', paper_at, 0),
        iif(originals = 'waived' OR state = 'ready',
          coalesce(settled_at, 0), 0)), NULL)) VIRTUAL
) STRICT;
CREATE INDEX orders_state ON orders(state, number);
CREATE INDEX orders_payment ON orders(payment, number);
CREATE INDEX orders_created ON orders(created);
CREATE INDEX orders_service ON orders(service, number);
CREATE INDEX orders_user_name ON orders(user_name, number);
CREATE INDEX orders_user_number ON orders(user_number, number);
CREATE INDEX orders_organisation_name ON orders(organisation_name, number);
CREATE INDEX orders_organisation_number ON orders(organisation_number, number);
CREATE INDEX orders_handler_phone ON orders(handler_phone, number);
CREATE INDEX orders_content ON orders(content) WHERE request IS NULL;
CREATE UNIQUE INDEX orders_key ON orders(key);
CREATE INDEX orders_certificate ON orders(certificate, id);
CREATE INDEX orders_certificates ON orders(certificates, number)
  WHERE certificates IN ('held','revoked');
CREATE INDEX orders_purged ON orders(purged_at) WHERE purged_at IS NOT NULL;
CREATE INDEX orders_excess ON orders(excess, number) WHERE excess > 0;
CREATE INDEX orders_promised ON orders(promised_from, number)
  WHERE promised_from IS NOT NULL;

-- A version of a service, pinned to orders by its digest.
CREATE TABLE service(
  id     INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32), -- of text
  text   TEXT NOT NULL,
  at     INTEGER NOT NULL
) STRICT;
CREATE INDEX service_name ON service(name, id);

-- That an order exists.
CREATE TABLE opening(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  number   TEXT NOT NULL UNIQUE,
  request  TEXT UNIQUE,
  at       INTEGER NOT NULL
) STRICT;

-- What is applied for; the latest of an order counts.
CREATE TABLE application(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  content  TEXT NOT NULL,                 -- canonical JSON
  digest   BLOB NOT NULL CHECK(length(digest) = 32), -- of content
  csr      BLOB,                          -- NULL: no certificate is made
  key      BLOB CHECK(length(key) = 32),  -- digest of its public key
  service  INTEGER NOT NULL REFERENCES service(id),
  fee_due  INTEGER NOT NULL CHECK(fee_due >= 0),
  required TEXT NOT NULL,                 -- JSON: the slots to be filled
  sealed_pin BLOB,                        -- CMS to the recovery certificate
  at       INTEGER NOT NULL,
  holder   BLOB,                          -- signed with the key concerned
  -- Of the paper originals: NULL: none are needed; 1: they are; 2: they are
  -- unless the fee came by company transfer.
  paper    INTEGER CHECK(paper IN (1, 2)),
  -- An amendment's, which may name another organisation: fen to be added to
  -- what the settlements before it say of company transfers; or NULL.
  company  INTEGER,
  fees     TEXT                           -- JSON: what the fee is made up of
) STRICT;
CREATE INDEX application_order ON application(order_id, id);

-- What is in a slot; the latest of a slot's part counts, and one without an
-- object empties it.  A form whose codes were read is void when the application
-- is amended that it was printed of.
CREATE TABLE document(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  slot     TEXT NOT NULL,
  part     INTEGER NOT NULL CHECK(part BETWEEN 1 AND 50),
  object   BLOB CHECK(object IS NULL OR length(object) = 32), -- SHA-256
  type     TEXT NOT NULL,
  size     INTEGER NOT NULL,
  pages    INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  printed_of INTEGER REFERENCES application(id)
) STRICT;
CREATE INDEX document_order ON document(order_id, slot, part, id);
CREATE INDEX document_object ON document(object);

CREATE VIEW current_document AS
  SELECT d.* FROM document d
  WHERE d.object IS NOT NULL
    AND (d.printed_of IS NULL OR d.printed_of =
      (SELECT max(id) FROM application a WHERE a.order_id = d.order_id))
    AND NOT EXISTS(
    SELECT 1 FROM document later
    WHERE later.order_id = d.order_id AND later.slot = d.slot
      AND later.part = d.part AND later.id > d.id);

-- A bank transfer as the handler declares it.
CREATE TABLE transfer(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  account  TEXT NOT NULL,                 -- digits
  name     TEXT NOT NULL,
  fen      INTEGER NOT NULL CHECK(fen > 0),
  day      INTEGER NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX transfer_order ON transfer(order_id);
CREATE INDEX transfer_account ON transfer(account, fen, day);
CREATE INDEX transfer_tail ON transfer(substr(account, -4), fen, day);

-- What an operator asserts: text and the operator's signature over it.
CREATE TABLE evidence(
  id        INTEGER PRIMARY KEY,
  operator  TEXT NOT NULL,
  text      TEXT NOT NULL,
  signature BLOB NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

CREATE TABLE decision(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  kind     TEXT NOT NULL CHECK(kind IN
             ('accept','approve','return','refuse','cancel','expire','paper',
              'revoke')),
  dossier  BLOB NOT NULL CHECK(length(dossier) = 32),
  operator TEXT NOT NULL,
  reason   TEXT,
  evidence INTEGER NOT NULL REFERENCES evidence(id),
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_order ON decision(order_id, id);

-- A line of a bank's statement that is money in, whether it is known yet what
-- for or not; its reference is seen once.
CREATE TABLE bank_line(
  id        INTEGER PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  account   TEXT NOT NULL,
  name      TEXT NOT NULL,
  fen       INTEGER NOT NULL CHECK(fen > 0),
  day       INTEGER NOT NULL,
  text      TEXT NOT NULL,
  evidence  INTEGER NOT NULL REFERENCES evidence(id),
  at        INTEGER NOT NULL
) STRICT;
CREATE INDEX bank_line_evidence ON bank_line(evidence);

-- Money that came by WeChat Pay, with the notice (or the answer to a poll) that
-- says so, as WeChat signed it.
CREATE TABLE wechat_payment(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  transaction_id TEXT NOT NULL UNIQUE,
  out_trade_no   TEXT NOT NULL,
  fen      INTEGER NOT NULL CHECK(fen > 0),
  payer    TEXT NOT NULL,
  success_at INTEGER NOT NULL,
  serial   TEXT NOT NULL,                 -- of the key that signed
  timestamp INTEGER NOT NULL,
  nonce    TEXT NOT NULL,
  body     BLOB NOT NULL,
  signature BLOB NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX wechat_payment_order ON wechat_payment(order_id);

-- That money counts for an order: a line of a statement that is a declared
-- transfer; or a line, or a part of one, that a cashier assigned (transfer
-- NULL), with the reason; or a payment by WeChat.
-- company: whether the payer has the name of the organisation that applies.
CREATE TABLE settlement(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  transfer INTEGER UNIQUE REFERENCES transfer(id),
  bank_line INTEGER REFERENCES bank_line(id),
  fen      INTEGER NOT NULL CHECK(fen > 0),
  evidence INTEGER REFERENCES evidence(id),
  at       INTEGER NOT NULL,
  company  INTEGER CHECK(company IN (0, 1)),
  wechat   INTEGER UNIQUE REFERENCES wechat_payment(id),
  reason   TEXT,
  CHECK((bank_line IS NULL) <> (wechat IS NULL)),
  CHECK((bank_line IS NULL) = (evidence IS NULL)),
  CHECK(transfer IS NULL OR bank_line IS NOT NULL)
) STRICT;
CREATE INDEX settlement_order ON settlement(order_id);
CREATE INDEX settlement_line ON settlement(bank_line);
CREATE INDEX settlement_evidence ON settlement(evidence);

-- Money paid back, to where it came from: of an order, or of a line that was
-- for none.  By bank it is done when a cashier says so; by WeChat, when that
-- does (refund_result).
CREATE TABLE refund(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER REFERENCES orders(id),
  bank_line INTEGER REFERENCES bank_line(id),
  wechat   INTEGER REFERENCES wechat_payment(id),
  number   TEXT NOT NULL UNIQUE,
  fen      INTEGER NOT NULL CHECK(fen > 0),
  reason   TEXT NOT NULL,
  evidence INTEGER NOT NULL REFERENCES evidence(id),
  at       INTEGER NOT NULL,
  company  INTEGER CHECK(company IN (0, 1)), -- as of a settlement
  CHECK((bank_line IS NULL) <> (wechat IS NULL)),
  CHECK(order_id IS NOT NULL OR bank_line IS NOT NULL)
) STRICT;
CREATE INDEX refund_order ON refund(order_id);
CREATE INDEX refund_line ON refund(bank_line);
CREATE INDEX refund_wechat ON refund(wechat);
CREATE INDEX refund_evidence ON refund(evidence);

-- What became of a refund by WeChat.  success stands, whatever comes later;
-- closed means that the money stays.
CREATE TABLE refund_result(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  refund   INTEGER NOT NULL REFERENCES refund(id),
  status   TEXT NOT NULL CHECK(status IN
             ('processing','success','closed','abnormal')),
  serial   TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  nonce    TEXT NOT NULL,
  body     BLOB NOT NULL,
  signature BLOB NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX refund_result_order ON refund_result(order_id);
CREATE INDEX refund_result_refund ON refund_result(refund, status);

-- What an order that was paid for is to be billed with, made with what fulfils
-- it: numbers follow one another in each year of the CA's zone.  One with red
-- set takes that one back, wholly or in part, and its amounts are negative.
-- Title and number are the organisation's that applies; a purge leaves them.
CREATE TABLE invoice(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  year     INTEGER NOT NULL CHECK(year BETWEEN 2000 AND 9999),
  number   INTEGER NOT NULL CHECK(number BETWEEN 1 AND 99999999),
  fen      INTEGER NOT NULL,
  red      INTEGER REFERENCES invoice(id),
  title    TEXT NOT NULL,
  tax_number TEXT NOT NULL,
  items    TEXT NOT NULL,                 -- JSON: item, title, fen of each
  at       INTEGER NOT NULL,
  UNIQUE(year, number),
  CHECK((red IS NULL) = (fen > 0)),
  CHECK(fen <> 0)
) STRICT;
CREATE UNIQUE INDEX invoice_order ON invoice(order_id) WHERE red IS NULL;
CREATE INDEX invoice_orders ON invoice(order_id);
CREATE INDEX invoice_red ON invoice(red) WHERE red IS NOT NULL;

-- What the tax system made of it.
CREATE TABLE invoice_issued(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  invoice  INTEGER NOT NULL UNIQUE REFERENCES invoice(id),
  number   TEXT NOT NULL UNIQUE,
  url      TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX invoice_issued_order ON invoice_issued(order_id);

-- What is left of the lines of statements: no fact, but what they add up to,
-- kept by the triggers below.
CREATE TABLE waiting(
  bank_line INTEGER PRIMARY KEY REFERENCES bank_line(id),
  fen      INTEGER NOT NULL CHECK(fen > 0)
) STRICT;

-- Serials, recorded before anything is signed with them.
CREATE TABLE serial(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  usage    TEXT NOT NULL CHECK(usage IN ('sign','encrypt')),
  serial   BLOB NOT NULL UNIQUE CHECK(length(serial) = 17),
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX serial_order ON serial(order_id);

-- Both certificates, or no row.
CREATE TABLE pair(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  sign     BLOB NOT NULL,                 -- DER
  encrypt  BLOB NOT NULL,
  sign_serial    BLOB NOT NULL UNIQUE REFERENCES serial(serial),
  encrypt_serial BLOB NOT NULL UNIQUE REFERENCES serial(serial),
  not_before INTEGER NOT NULL,
  not_after  INTEGER NOT NULL,
  envelope BLOB NOT NULL,                 -- encryption key, to the holder
  archive  BLOB NOT NULL,                 -- the same, to the recovery key
  dossier  BLOB NOT NULL CHECK(length(dossier) = 32),
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX pair_not_after ON pair(not_after);

-- That an order was fulfilled which makes no pair: what it delivers, if it
-- delivers something, and until when.
CREATE TABLE fulfilment(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  payload  BLOB,
  expires  INTEGER,
  dossier  BLOB NOT NULL CHECK(length(dossier) = 32),
  at       INTEGER NOT NULL
) STRICT;

-- What became of a pair after its issue; the last row of a pair counts, and
-- removeFromCRL takes a hold back.  Complete in itself (store/revocation.h):
-- order_id is NULL where the order was lost, by_order where operators asked.
CREATE TABLE revocation(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER REFERENCES orders(id),
  number   TEXT NOT NULL,
  ca       TEXT NOT NULL CHECK(ca IN ('sm2','p256','rsa')),
  sign_serial    BLOB NOT NULL,
  encrypt_serial BLOB NOT NULL,
  sign_crl    TEXT,                       -- the addresses in the certificates
  encrypt_crl TEXT,
  not_after INTEGER NOT NULL,
  reason   TEXT NOT NULL CHECK(reason IN ('unspecified','keyCompromise',
             'affiliationChanged','superseded','cessationOfOperation',
             'certificateHold','removeFromCRL','privilegeWithdrawn')),
  since    INTEGER NOT NULL,
  by_order INTEGER REFERENCES orders(id),
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX revocation_number ON revocation(number, id);
CREATE INDEX revocation_sign ON revocation(sign_serial, id);
CREATE INDEX revocation_encrypt ON revocation(encrypt_serial, id);
CREATE INDEX revocation_order ON revocation(order_id);
CREATE INDEX revocation_by ON revocation(by_order);

-- What is installed: signed with the order's new signing key, or with the one
-- that the order is about.
CREATE TABLE receipt(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  text     TEXT NOT NULL,
  signature BLOB NOT NULL,
  at       INTEGER NOT NULL
) STRICT;

-- Another PIN than the application's that opens an order's keys, sealed to the
-- recovery certificate; signed with its signing key.
CREATE TABLE pin(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  sealed   BLOB NOT NULL,
  signature BLOB NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX pin_order ON pin(order_id, id);

-- That a one-time code was tried, recorded before it is looked at.
CREATE TABLE attempt(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_order ON attempt(order_id);

-- The numbers of revocation lists, recorded before one is signed.
CREATE TABLE crl(
  id       INTEGER PRIMARY KEY,
  ca       TEXT NOT NULL CHECK(ca IN ('sm2','p256','rsa')),
  number   INTEGER NOT NULL CHECK(number > 0),
  this_update INTEGER NOT NULL,
  next_update INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  UNIQUE(ca, number)
) STRICT;

-- That an order's personal data was removed: its facts are blanked, and their
-- digests in the journal are what is left of them.  rest is over the digests
-- of its facts as they are since (lib/store/purge.c).
CREATE TABLE purge(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  rest     BLOB NOT NULL CHECK(length(rest) = 32),
  at       INTEGER NOT NULL
) STRICT;

-- That a message was delivered, or given up.
CREATE TABLE delivery(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  kind     TEXT NOT NULL,
  fact     INTEGER NOT NULL,              -- that it is about
  channel  TEXT NOT NULL CHECK(channel IN ('phone','mail')),
  recipient TEXT NOT NULL,
  outcome  TEXT NOT NULL CHECK(outcome IN ('delivered','failed')),
  tries    INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  why      TEXT                           -- failed: what was said of it
) STRICT;
CREATE INDEX delivery_order ON delivery(order_id);
CREATE INDEX delivery_message ON delivery(kind, fact, channel, id);
CREATE INDEX delivery_failed ON delivery(at) WHERE outcome = 'failed';

-- Facts about the store itself and about looking into it: its making, the
-- operators' register, identity numbers unmasked.
CREATE TABLE note(
  id       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL,
  order_id INTEGER REFERENCES orders(id),
  text     TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX note_kind ON note(kind, id);

-- head = SHA-256 over the previous head, the instant, the actor, the kind,
-- the fact's id and digest (lib/store/journal.c).
CREATE TABLE journal(
  seq      INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  actor    TEXT NOT NULL,
  kind     TEXT NOT NULL,
  fact     INTEGER NOT NULL,
  order_id INTEGER REFERENCES orders(id),
  digest   BLOB NOT NULL CHECK(length(digest) = 32),
  head     BLOB NOT NULL CHECK(length(head) = 32),
  UNIQUE(kind, fact)
) STRICT;
CREATE INDEX journal_order ON journal(order_id, seq);

CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT raise(ABORT, 'journal: append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT raise(ABORT, 'journal: append-only'); END;

-- The messages that wait to be delivered (lib/flow/notify.c), each about a fact
-- and in its transaction.  They follow from the facts, and so are none: what
-- became of them is a delivery.
CREATE TABLE outbox(
  kind     TEXT NOT NULL,
  fact     INTEGER NOT NULL,
  channel  TEXT NOT NULL CHECK(channel IN ('phone','mail')),
  order_id INTEGER REFERENCES orders(id), -- NULL: of an inquiry
  at       INTEGER NOT NULL,
  next     INTEGER NOT NULL,              -- when it is due
  tries    INTEGER NOT NULL DEFAULT 0,
  until    INTEGER,                       -- when it is of no use any more
  sealed   BLOB,                          -- a code and its number, CMS
  why      TEXT,                          -- what was said of the last try
  PRIMARY KEY(kind, fact, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_next ON outbox(next);
CREATE INDEX outbox_order ON outbox(order_id);

-- That somebody asked for a code to see a handler's orders with: for as long
-- as it limits how many are asked for, and no fact.
CREATE TABLE inquiry(
  id       INTEGER PRIMARY KEY,           -- random
  phone    BLOB NOT NULL,                 -- digests (lib/flow/inquiry.c)
  salt     BLOB NOT NULL,
  digest   BLOB NOT NULL,
  tries    INTEGER NOT NULL DEFAULT 0,
  wrong    INTEGER NOT NULL DEFAULT 0,
  expires  INTEGER NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX inquiry_phone ON inquiry(phone, at);
CREATE INDEX inquiry_at ON inquiry(at);

-- Refunds that are done or under way, and not closed.
CREATE VIEW standing_refund AS
  SELECT r.* FROM refund r
  WHERE r.bank_line IS NOT NULL
    OR NOT EXISTS(SELECT 1 FROM refund_result x
      WHERE x.refund = r.id AND x.status = 'closed')
    OR EXISTS(SELECT 1 FROM refund_result x
      WHERE x.refund = r.id AND x.status = 'success');

-- What the facts of each order add up to: the one place that says it.  The
-- triggers take an order's row from here, and order_astray holds it to this.
CREATE VIEW order_sum AS
  SELECT o.id AS id,
    a.id AS application,
    iif(EXISTS(SELECT 1 FROM purge WHERE order_id = o.id),
      NULL, a.digest) AS content,
    json_extract(a.content, '$.service') AS service,
    json_extract(a.content, '$.business') AS business,
    (SELECT id FROM orders WHERE number =
      json_extract(a.content, '$.certificate.order')) AS certificate,
    json_extract(a.content, '$.algorithm') AS algorithm,
    json_extract(a.content, '$.validity') AS validity,
    json_extract(a.content, '$.user.name') AS user_name,
    json_extract(a.content, '$.user.id_number') AS user_number,
    json_extract(a.content, '$.organisation.name') AS organisation_name,
    json_extract(a.content, '$.organisation.id_number') AS organisation_number,
    json_extract(a.content, '$.handler.phone') AS handler_phone,
    a.key AS key,
    a.fee_due AS fee_due,
    a.required AS required,
    a.paper AS paper_needed,
    json_array_length(a.required) AS documents_required,
    (SELECT count(*) FROM json_each(a.required) slot WHERE EXISTS(
      SELECT 1 FROM current_document d
      WHERE d.order_id = o.id AND d.slot = slot.value)) AS documents_filled,
    (SELECT coalesce(sum(fen), 0) FROM transfer
      WHERE order_id = o.id) AS declared,
    (SELECT coalesce(sum(fen), 0) FROM settlement
      WHERE order_id = o.id) AS paid,
    (SELECT coalesce(sum(fen), 0) FROM settlement
      WHERE order_id = o.id AND company = 1)
      - (SELECT coalesce(sum(fen), 0) FROM refund
        WHERE order_id = o.id AND company = 1)
      + coalesce(a.company, 0) AS paid_company,
    (SELECT coalesce(sum(fen), 0) FROM standing_refund
      WHERE order_id = o.id) AS refunded,
    (SELECT sum(fen) FROM invoice WHERE order_id = o.id) AS invoiced,
    max(a.at, coalesce((SELECT max(at) FROM document
      WHERE order_id = o.id), a.at)) AS submitted_at,
    (SELECT max(at) FROM settlement WHERE order_id = o.id) AS settled_at,
    (SELECT dossier FROM decision WHERE order_id = o.id
      AND kind = 'accept' ORDER BY id DESC LIMIT 1) AS accepted,
    (SELECT operator FROM decision WHERE order_id = o.id
      AND kind = 'accept' ORDER BY id DESC LIMIT 1) AS accepted_by,
    (SELECT dossier FROM decision WHERE order_id = o.id
      AND kind = 'approve' ORDER BY id DESC LIMIT 1) AS approved,
    (SELECT operator FROM decision WHERE order_id = o.id
      AND kind = 'approve' ORDER BY id DESC LIMIT 1) AS approved_by,
    (SELECT dossier FROM decision WHERE order_id = o.id
      AND kind = 'return' ORDER BY id DESC LIMIT 1) AS returned,
    (SELECT at FROM decision WHERE order_id = o.id
      AND kind = 'refuse' ORDER BY id DESC LIMIT 1) AS refused_at,
    (SELECT at FROM decision WHERE order_id = o.id
      AND kind = 'cancel' ORDER BY id DESC LIMIT 1) AS cancelled_at,
    (SELECT at FROM decision WHERE order_id = o.id
      AND kind = 'expire' ORDER BY id DESC LIMIT 1) AS expired_at,
    (SELECT at FROM decision WHERE order_id = o.id
      AND kind = 'paper' AND at >= a.at ORDER BY id DESC LIMIT 1) AS paper_at,
    (SELECT id FROM pair WHERE order_id = o.id) AS pair,
    coalesce((SELECT at FROM pair WHERE order_id = o.id),
      (SELECT at FROM fulfilment WHERE order_id = o.id)) AS issued_at,
    (SELECT at FROM receipt WHERE order_id = o.id) AS installed_at,
    (SELECT reason FROM revocation WHERE number = o.number
      ORDER BY id DESC LIMIT 1) AS revoked,
    (SELECT since FROM revocation WHERE number = o.number
      ORDER BY id DESC LIMIT 1) AS revoked_at,
    (SELECT at FROM purge WHERE order_id = o.id) AS purged_at
  FROM orders o
  LEFT JOIN application a ON a.id = (
    SELECT max(id) FROM application WHERE order_id = o.id)
    AND json_valid(a.content) AND json_valid(a.required);

CREATE TRIGGER application_sum AFTER INSERT ON application BEGIN
  UPDATE orders SET (application, content, service, business, certificate,
      algorithm, validity, user_name, user_number, organisation_name,
      organisation_number, handler_phone, key, fee_due, required,
      paper_needed, documents_required, documents_filled, paid_company,
      submitted_at, paper_at) =
    (SELECT application, content, service, business, certificate,
      algorithm, validity, user_name, user_number, organisation_name,
      organisation_number, handler_phone, key, fee_due, required,
      paper_needed, documents_required, documents_filled, paid_company,
      submitted_at, paper_at
    FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER document_sum AFTER INSERT ON document BEGIN
  UPDATE orders SET (documents_filled, submitted_at) =
    (SELECT documents_filled, submitted_at
    FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER transfer_sum AFTER INSERT ON transfer BEGIN
  UPDATE orders SET declared =
    (SELECT declared FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER settlement_sum AFTER INSERT ON settlement BEGIN
  UPDATE orders SET (paid, paid_company, settled_at) =
    (SELECT paid, paid_company, settled_at
    FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
  SELECT raise(ABORT, 'bank_line: nothing is left of it')
  WHERE new.bank_line IS NOT NULL AND NOT EXISTS(
    SELECT 1 FROM waiting WHERE bank_line = new.bank_line);
  DELETE FROM waiting WHERE bank_line = new.bank_line AND fen = new.fen;
  UPDATE waiting SET fen = fen - new.fen WHERE bank_line = new.bank_line;
END;

CREATE TRIGGER bank_line_sum AFTER INSERT ON bank_line BEGIN
  INSERT INTO waiting(bank_line, fen) VALUES(new.id, new.fen);
END;

CREATE TRIGGER refund_sum AFTER INSERT ON refund BEGIN
  UPDATE orders SET (paid_company, refunded) =
    (SELECT paid_company, refunded FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
  SELECT raise(ABORT, 'bank_line: nothing is left of it')
  WHERE new.order_id IS NULL AND NOT EXISTS(
    SELECT 1 FROM waiting WHERE bank_line = new.bank_line);
  DELETE FROM waiting WHERE bank_line = new.bank_line AND fen = new.fen
    AND new.order_id IS NULL;
  UPDATE waiting SET fen = fen - new.fen WHERE bank_line = new.bank_line
    AND new.order_id IS NULL;
END;

CREATE TRIGGER refund_result_sum AFTER INSERT ON refund_result BEGIN
  UPDATE orders SET refunded =
    (SELECT refunded FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER invoice_sum AFTER INSERT ON invoice BEGIN
  UPDATE orders SET invoiced =
    (SELECT invoiced FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER decision_sum AFTER INSERT ON decision BEGIN
  UPDATE orders SET (accepted, accepted_by, approved, approved_by, returned,
      refused_at, cancelled_at, expired_at, paper_at) =
    (SELECT accepted, accepted_by, approved, approved_by, returned,
      refused_at, cancelled_at, expired_at, paper_at
    FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER pair_sum AFTER INSERT ON pair BEGIN
  UPDATE orders SET (pair, issued_at) =
    (SELECT pair, issued_at FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER fulfilment_sum AFTER INSERT ON fulfilment BEGIN
  UPDATE orders SET issued_at =
    (SELECT issued_at FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER revocation_sum AFTER INSERT ON revocation BEGIN
  UPDATE orders SET (revoked, revoked_at) =
    (SELECT revoked, revoked_at FROM order_sum WHERE id = orders.id)
  WHERE number = new.number;
END;

CREATE TRIGGER receipt_sum AFTER INSERT ON receipt BEGIN
  UPDATE orders SET installed_at =
    (SELECT installed_at FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER purge_sum AFTER INSERT ON purge BEGIN
  UPDATE orders SET request =
    (SELECT request FROM opening WHERE order_id = new.order_id)
  WHERE id = new.order_id;
  UPDATE orders SET (content, user_name, user_number, organisation_name,
      organisation_number, handler_phone, purged_at) =
    (SELECT content, user_name, user_number, organisation_name,
      organisation_number, handler_phone, purged_at
    FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

-- What handlers are told of.  None of it can fail the fact.
CREATE TRIGGER decision_told AFTER INSERT ON decision
  WHEN new.kind IN ('return','refuse','approve') BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    (CASE new.kind WHEN 'return' THEN 'returned' WHEN 'refuse' THEN 'refused'
      ELSE 'approved' END,
      new.id, 'phone', new.order_id, new.at, new.at),
    (CASE new.kind WHEN 'return' THEN 'returned' WHEN 'refuse' THEN 'refused'
      ELSE 'approved' END,
      new.id, 'mail', new.order_id, new.at, new.at);
END;

CREATE TRIGGER pair_told AFTER INSERT ON pair BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    ('issued', new.id, 'phone', new.order_id, new.at, new.at),
    ('issued', new.id, 'mail', new.order_id, new.at, new.at);
END;

CREATE TRIGGER fulfilment_told AFTER INSERT ON fulfilment
  WHEN (SELECT business FROM orders WHERE id = new.order_id) = 'recover' BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    ('recovered', new.id, 'phone', new.order_id, new.at, new.at),
    ('recovered', new.id, 'mail', new.order_id, new.at, new.at);
END;

CREATE TRIGGER revocation_told AFTER INSERT ON revocation
  WHEN new.order_id IS NOT NULL BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    (CASE new.reason WHEN 'certificateHold' THEN 'held'
      WHEN 'removeFromCRL' THEN 'released' ELSE 'revoked' END,
      new.id, 'phone', new.order_id, new.at, new.at),
    (CASE new.reason WHEN 'certificateHold' THEN 'held'
      WHEN 'removeFromCRL' THEN 'released' ELSE 'revoked' END,
      new.id, 'mail', new.order_id, new.at, new.at);
END;

CREATE TRIGGER refund_told AFTER INSERT ON refund
  WHEN new.order_id IS NOT NULL AND new.bank_line IS NOT NULL BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    ('refund', new.id, 'phone', new.order_id, new.at, new.at),
    ('refund', new.id, 'mail', new.order_id, new.at, new.at);
END;

CREATE TRIGGER refund_result_told AFTER INSERT ON refund_result
  WHEN new.status = 'success' AND NOT EXISTS(SELECT 1 FROM refund_result
    WHERE refund = new.refund AND status = 'success' AND id < new.id) BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    ('refund', new.refund, 'phone', new.order_id, new.at, new.at),
    ('refund', new.refund, 'mail', new.order_id, new.at, new.at);
END;

CREATE TRIGGER invoice_issued_told AFTER INSERT ON invoice_issued BEGIN
  INSERT OR IGNORE INTO outbox(kind, fact, channel, order_id, at, next) VALUES
    ('invoice', new.id, 'phone', new.order_id, new.at, new.at),
    ('invoice', new.id, 'mail', new.order_id, new.at, new.at);
END;

-- Orders whose row is not what their facts add up to.
CREATE VIEW order_astray AS
  SELECT s.id, o.number FROM order_sum s JOIN orders o ON o.id = s.id
  LEFT JOIN opening f ON f.order_id = s.id
  LEFT JOIN application a ON a.id = s.application
  LEFT JOIN service v ON v.id = a.service
  WHERE NOT (
    (o.number, o.request, o.created) IS (f.number, f.request, f.at)
    AND o.service IS v.name
    AND (o.application, o.content, o.service, o.business, o.certificate,
        o.algorithm, o.validity, o.user_name, o.user_number,
        o.organisation_name, o.organisation_number, o.handler_phone,
        o.key, o.fee_due, o.required, o.paper_needed,
        o.documents_required, o.documents_filled, o.declared, o.paid,
        o.paid_company, o.refunded, o.invoiced,
        o.submitted_at, o.settled_at,
        o.accepted, o.accepted_by, o.approved, o.approved_by, o.returned,
        o.refused_at, o.cancelled_at, o.expired_at, o.paper_at,
        o.pair, o.issued_at, o.installed_at, o.revoked,
        o.revoked_at, o.purged_at) IS
      (s.application, s.content, s.service, s.business, s.certificate,
        s.algorithm, s.validity, s.user_name, s.user_number,
        s.organisation_name, s.organisation_number, s.handler_phone,
        s.key, s.fee_due, s.required, s.paper_needed,
        s.documents_required, s.documents_filled, s.declared, s.paid,
        s.paid_company, s.refunded, s.invoiced,
        s.submitted_at, s.settled_at,
        s.accepted, s.accepted_by, s.approved, s.approved_by, s.returned,
        s.refused_at, s.cancelled_at, s.expired_at, s.paper_at,
        s.pair, s.issued_at, s.installed_at, s.revoked,
        s.revoked_at, s.purged_at));

-- What each application makes due: its fee, and against it what that is made
-- up of.
CREATE VIEW due AS
  SELECT id AS application, order_id, 'receivable' AS account,
    fee_due AS fen, at
  FROM application WHERE fee_due > 0
  UNION ALL
  SELECT a.id, a.order_id,
    'fee:' || json_extract(iif(f.type = 'object', f.value, '{}'), '$.item'),
    -json_extract(iif(f.type = 'object', f.value, '{}'), '$.fen'), a.at
  FROM application a JOIN json_each(iif(json_valid(a.fees), a.fees,
    json_array(json_object('item', 'order', 'fen', a.fee_due)))) f
  WHERE a.fee_due > 0;

-- Double entry: each fact that moves money, as postings that add up to zero
-- (debit above it, credit below).  What an application makes due is taken back
-- by the next one of its order, and by the order's end without certificates.
CREATE VIEW ledger(order_id, account, fen, kind, fact, at) AS
  SELECT order_id, account, fen, 'application', application, at FROM due
  UNION ALL
  SELECT d.order_id, d.account, -d.fen, 'application', n.id, n.at
  FROM due d JOIN application n ON n.id = (SELECT min(id) FROM application
    WHERE order_id = d.order_id AND id > d.application)
  UNION ALL
  SELECT d.order_id, d.account, -d.fen, 'decision', n.id, n.at
  FROM due d JOIN decision n ON n.id = (SELECT min(id) FROM decision
    WHERE order_id = d.order_id AND kind IN ('refuse', 'cancel', 'expire'))
  WHERE NOT EXISTS(SELECT 1 FROM application
    WHERE order_id = d.order_id AND id > d.application)
  UNION ALL
  SELECT order_id, 'receivable', fen, 'invoice', id, at FROM invoice
  WHERE red IS NOT NULL
  UNION ALL
  SELECT i.order_id, 'fee:' || json_extract(f.value, '$.item'),
    -json_extract(f.value, '$.fen'), 'invoice', i.id, i.at
  FROM invoice i JOIN json_each(i.items) f WHERE i.red IS NOT NULL
  UNION ALL
  SELECT order_id, 'transit', fen, 'transfer', id, at FROM transfer
  UNION ALL
  SELECT order_id, 'declared', -fen, 'transfer', id, at FROM transfer
  UNION ALL
  SELECT s.order_id, 'transit', -t.fen, 'settlement', s.id, s.at
  FROM settlement s JOIN transfer t ON t.id = s.transfer
  UNION ALL
  SELECT s.order_id, 'declared', t.fen, 'settlement', s.id, s.at
  FROM settlement s JOIN transfer t ON t.id = s.transfer
  UNION ALL
  SELECT NULL, 'bank', fen, 'bank_line', id, at FROM bank_line
  UNION ALL
  SELECT NULL, 'unassigned', -fen, 'bank_line', id, at FROM bank_line
  UNION ALL
  SELECT order_id, 'wechat', fen, 'wechat_payment', id, at FROM wechat_payment
  UNION ALL
  SELECT order_id, 'unassigned', -fen, 'wechat_payment', id, at
  FROM wechat_payment
  UNION ALL
  SELECT order_id, 'unassigned', fen, 'settlement', id, at FROM settlement
  UNION ALL
  SELECT order_id, 'receivable', -fen, 'settlement', id, at FROM settlement
  UNION ALL
  SELECT order_id, iif(order_id IS NULL, 'unassigned', 'receivable'), fen,
    'refund', id, at FROM refund
  UNION ALL
  SELECT order_id, 'refund', -fen, 'refund', id, at FROM refund
  UNION ALL
  SELECT order_id, 'refund', fen, 'refund', id, at FROM refund
  WHERE bank_line IS NOT NULL
  UNION ALL
  SELECT order_id, 'bank', -fen, 'refund', id, at FROM refund
  WHERE bank_line IS NOT NULL
  UNION ALL
  SELECT r.order_id, 'refund', r.fen, 'refund_result', x.id, x.at
  FROM refund r JOIN refund_result x ON x.id = coalesce(
    (SELECT min(id) FROM refund_result
      WHERE refund = r.id AND status = 'success'),
    (SELECT min(id) FROM refund_result
      WHERE refund = r.id AND status = 'closed'))
  UNION ALL
  SELECT r.order_id, iif(x.status = 'success', 'wechat', 'receivable'), -r.fen,
    'refund_result', x.id, x.at
  FROM refund r JOIN refund_result x ON x.id = coalesce(
    (SELECT min(id) FROM refund_result
      WHERE refund = r.id AND status = 'success'),
    (SELECT min(id) FROM refund_result
      WHERE refund = r.id AND status = 'closed'));

-- What the ledger and the facts that it is made from must agree on, and do
-- not: what is told, and of what.
CREATE VIEW ledger_astray(what, kind, fact, fen) AS
  SELECT 'unbalanced', kind, fact, sum(fen) FROM ledger
  GROUP BY kind, fact HAVING sum(fen) <> 0
  UNION ALL
  SELECT 'order', 'orders', o.id, l.fen - (o.owed - o.paid + o.refunded)
  FROM orders o JOIN (SELECT order_id, sum(fen) AS fen FROM ledger
    WHERE account = 'receivable' GROUP BY order_id) l ON l.order_id = o.id
  WHERE l.fen <> o.owed - o.paid + o.refunded
  UNION ALL
  SELECT 'line', 'bank_line', l.bank_line, l.fen
  FROM (SELECT b.id AS bank_line, b.fen
      - (SELECT coalesce(sum(fen), 0) FROM settlement WHERE bank_line = b.id)
      - (SELECT coalesce(sum(fen), 0) FROM refund
        WHERE bank_line = b.id AND order_id IS NULL) AS fen
    FROM bank_line b) l
  LEFT JOIN waiting w ON w.bank_line = l.bank_line
  WHERE l.fen < 0 OR l.fen <> coalesce(w.fen, 0)
  UNION ALL
  SELECT 'wechat', 'wechat_payment', p.id, p.fen - coalesce(s.fen, 0)
  FROM wechat_payment p LEFT JOIN settlement s ON s.wechat = p.id
  WHERE s.fen IS NOT p.fen OR s.order_id IS NOT p.order_id
  UNION ALL
  SELECT 'refund', 'refund', max(r.id), sum(r.fen)
  FROM standing_refund r WHERE r.order_id IS NOT NULL
  GROUP BY r.order_id, r.bank_line, r.wechat
  HAVING sum(r.fen) > (SELECT coalesce(sum(fen), 0) FROM settlement
    WHERE order_id = r.order_id AND (bank_line, wechat) IS
      (r.bank_line, r.wechat));

PRAGMA application_id = 0x63616f31; -- "cao1"
PRAGMA user_version = 3;
