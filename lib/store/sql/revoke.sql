-- What became of pairs after their issue.

-- define: revocation_row
SELECT id, number, ca, sign_serial, encrypt_serial, sign_crl, encrypt_crl,
  not_after, reason, since, at, order_id, by_order
FROM revocation

-- name: revocation_of
@revocation_row@ WHERE number = :number ORDER BY id DESC LIMIT 1;

-- name: revocation_by_sign
@revocation_row@ WHERE sign_serial = :serial ORDER BY id DESC LIMIT 1;

-- name: revocation_by_encrypt
@revocation_row@ WHERE encrypt_serial = :serial ORDER BY id DESC LIMIT 1;

-- name: revocation_by_id
@revocation_row@ WHERE id = :id;

-- name: revocation_last
SELECT coalesce(max(id), 0) FROM revocation;

-- name: revocation_order
SELECT id FROM orders WHERE number = :number;

-- Revocation lists: their numbers, and what belongs on them.

-- name: crl_last
SELECT id, number, this_update, next_update FROM crl WHERE ca = :ca
ORDER BY number DESC LIMIT 1;

-- name: crl_by_number
SELECT id, number, this_update, next_update FROM crl
WHERE ca = :ca AND number = :number;

-- The last revocation that was recorded before a list's number was.
-- name: crl_bound
SELECT fact FROM journal WHERE kind = 'revocation' AND seq <
  (SELECT seq FROM journal WHERE kind = 'crl' AND fact = :id)
ORDER BY fact DESC LIMIT 1;

-- Has anything become of the CA's pairs since?
-- name: crl_news
SELECT EXISTS(SELECT 1 FROM revocation WHERE id > :bound AND ca = :ca);

-- The last word on each pair of a CA as of then, unless it is a release.
-- name: crl_entries
@revocation_row@ WHERE id <= :bound AND ca = :ca AND reason <> 'removeFromCRL'
  AND NOT EXISTS(SELECT 1 FROM revocation later
    WHERE later.number = revocation.number AND later.id > revocation.id
      AND later.id <= :bound)
ORDER BY id;
