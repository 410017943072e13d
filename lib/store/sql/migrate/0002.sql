-- From schema 1 to 2: every kind of business after the first.  orders,
-- application and decision are made anew, since their columns and conditions
-- changed; so are the views and triggers, which name them.

DROP TRIGGER application_sum;
DROP TRIGGER document_sum;
DROP TRIGGER transfer_sum;
DROP TRIGGER settlement_sum;
DROP TRIGGER decision_sum;
DROP TRIGGER pair_sum;
DROP TRIGGER receipt_sum;
DROP VIEW order_astray;
DROP VIEW order_sum;
DROP VIEW current_document;

DROP INDEX orders_state;
DROP INDEX orders_payment;
DROP INDEX orders_created;
DROP INDEX orders_service;
DROP INDEX orders_user_name;
DROP INDEX orders_user_number;
DROP INDEX orders_organisation_name;
DROP INDEX orders_organisation_number;
DROP INDEX orders_handler_phone;
DROP INDEX orders_content;
DROP INDEX orders_key;
DROP INDEX application_order;
DROP INDEX decision_order;

ALTER TABLE orders RENAME TO old_orders;
ALTER TABLE application RENAME TO old_application;
ALTER TABLE decision RENAME TO old_decision;

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

  -- from documents, transfers, settlements
  documents_required INTEGER NOT NULL DEFAULT 0,
  documents_filled   INTEGER NOT NULL DEFAULT 0,
  declared  INTEGER NOT NULL DEFAULT 0,
  paid      INTEGER NOT NULL DEFAULT 0,

  -- the digest of all that a decision is about
  dossier   BLOB,

  -- from decisions: the dossier that they saw, and who
  accepted  BLOB, accepted_by TEXT,
  approved  BLOB, approved_by TEXT,
  returned  BLOB,
  refused_at INTEGER, cancelled_at INTEGER, expired_at INTEGER,
  paper_at  INTEGER,

  -- from pairs, fulfilments and receipts
  pair INTEGER, issued_at INTEGER, installed_at INTEGER,

  -- from revocations of its pair: the last one's reason, and since when
  revoked TEXT, revoked_at INTEGER,

  -- from its purge: when its personal data was removed
  purged_at INTEGER,

  payment TEXT GENERATED ALWAYS AS (CASE
      WHEN fee_due = 0 THEN 'free'
      WHEN paid >= fee_due THEN 'paid'
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
        THEN CASE WHEN paid >= fee_due THEN 'ready' ELSE 'approved' END
      ELSE 'reviewing' END) VIRTUAL
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
  holder   BLOB                           -- signed with the key concerned
) STRICT;
CREATE INDEX application_order ON application(order_id, id);

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

CREATE INDEX settlement_evidence ON settlement(evidence);

CREATE TABLE fulfilment(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  payload  BLOB,
  expires  INTEGER,
  dossier  BLOB NOT NULL CHECK(length(dossier) = 32),
  at       INTEGER NOT NULL
) STRICT;

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

CREATE TABLE pin(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  sealed   BLOB NOT NULL,
  signature BLOB NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX pin_order ON pin(order_id, id);

CREATE TABLE attempt(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_order ON attempt(order_id);

CREATE TABLE crl(
  id       INTEGER PRIMARY KEY,
  ca       TEXT NOT NULL CHECK(ca IN ('sm2','p256','rsa')),
  number   INTEGER NOT NULL CHECK(number > 0),
  this_update INTEGER NOT NULL,
  next_update INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  UNIQUE(ca, number)
) STRICT;

CREATE TABLE purge(
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL UNIQUE REFERENCES orders(id),
  rest     BLOB NOT NULL CHECK(length(rest) = 32),
  at       INTEGER NOT NULL
) STRICT;

INSERT INTO orders(id, number, request, created, application, content, service,
  business,
  algorithm, validity, user_name, user_number, organisation_name,
  organisation_number, handler_phone, key, fee_due, required,
  documents_required, documents_filled, declared, paid, dossier, accepted,
  accepted_by, approved, approved_by, returned, refused_at, cancelled_at,
  expired_at, paper_at, issued_at, installed_at)
  SELECT id, number, request, created, application, content, service,
  business,
  algorithm, validity, user_name, user_number, organisation_name,
  organisation_number, handler_phone, key, fee_due, required,
  documents_required, documents_filled, declared, paid, dossier, accepted,
  accepted_by, approved, approved_by, returned, refused_at, cancelled_at,
  expired_at, paper_at, issued_at, installed_at
  FROM old_orders;
UPDATE orders SET pair = (SELECT id FROM pair WHERE order_id = orders.id);
INSERT INTO application(id, order_id, content, digest, csr, key, service,
  fee_due, required, sealed_pin, at)
  SELECT id, order_id, content, digest, csr, key, service,
  fee_due, required, sealed_pin, at FROM old_application;
INSERT INTO decision SELECT * FROM old_decision;
DROP TABLE old_decision;
DROP TABLE old_application;
DROP TABLE old_orders;

CREATE VIEW current_document AS
  SELECT d.* FROM document d
  WHERE d.object IS NOT NULL AND NOT EXISTS(
    SELECT 1 FROM document later
    WHERE later.order_id = d.order_id AND later.slot = d.slot
      AND later.part = d.part AND later.id > d.id);

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
    json_array_length(a.required) AS documents_required,
    (SELECT count(*) FROM json_each(a.required) slot WHERE EXISTS(
      SELECT 1 FROM current_document d
      WHERE d.order_id = o.id AND d.slot = slot.value)) AS documents_filled,
    (SELECT coalesce(sum(fen), 0) FROM transfer
      WHERE order_id = o.id) AS declared,
    (SELECT coalesce(sum(fen), 0) FROM settlement
      WHERE order_id = o.id) AS paid,
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
      AND kind = 'paper' ORDER BY id DESC LIMIT 1) AS paper_at,
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
      documents_required, documents_filled) =
    (SELECT application, content, service, business, certificate,
      algorithm, validity, user_name, user_number, organisation_name,
      organisation_number, handler_phone, key, fee_due, required,
      documents_required, documents_filled
    FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER document_sum AFTER INSERT ON document BEGIN
  UPDATE orders SET documents_filled =
    (SELECT documents_filled FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER transfer_sum AFTER INSERT ON transfer BEGIN
  UPDATE orders SET declared =
    (SELECT declared FROM order_sum WHERE id = new.order_id)
  WHERE id = new.order_id;
END;

CREATE TRIGGER settlement_sum AFTER INSERT ON settlement BEGIN
  UPDATE orders SET paid =
    (SELECT paid FROM order_sum WHERE id = new.order_id)
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
        o.key, o.fee_due, o.required, o.documents_required,
        o.documents_filled, o.declared, o.paid,
        o.accepted, o.accepted_by, o.approved, o.approved_by, o.returned,
        o.refused_at, o.cancelled_at, o.expired_at, o.paper_at,
        o.pair, o.issued_at, o.installed_at, o.revoked,
        o.revoked_at, o.purged_at) IS
      (s.application, s.content, s.service, s.business, s.certificate,
        s.algorithm, s.validity, s.user_name, s.user_number,
        s.organisation_name, s.organisation_number, s.handler_phone,
        s.key, s.fee_due, s.required, s.documents_required,
        s.documents_filled, s.declared, s.paid,
        s.accepted, s.accepted_by, s.approved, s.approved_by, s.returned,
        s.refused_at, s.cancelled_at, s.expired_at, s.paper_at,
        s.pair, s.issued_at, s.installed_at, s.revoked,
        s.revoked_at, s.purged_at));
