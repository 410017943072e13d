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

-- name: revocation_after
@revocation_row@ WHERE id > :id ORDER BY id;

-- name: revocation_last
SELECT coalesce(max(id), 0) FROM revocation;

-- name: revocation_order
SELECT id FROM orders WHERE number = :number;
