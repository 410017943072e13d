-- Whether certificates are good.  Those of purged orders are gone.

-- name: pair_by_sign
SELECT sign FROM pair WHERE sign_serial = :serial AND sign <> x'';

-- name: pair_by_encrypt
SELECT encrypt FROM pair
WHERE encrypt_serial = :serial AND encrypt <> x'';

-- name: presign_count
SELECT count(*) FROM pair /*scan*/;

-- name: presign_pairs
SELECT id, sign_serial, encrypt_serial, not_after, sign
FROM pair WHERE id > :id AND sign <> x'' ORDER BY id LIMIT :limit;

-- Revocations whose pairs were lost with a copy of the store.
-- name: presign_lost
SELECT id, sign_serial, encrypt_serial, not_after, ca FROM revocation r
WHERE id > :id AND NOT EXISTS
  (SELECT 1 FROM pair WHERE sign_serial = r.sign_serial)
ORDER BY id LIMIT :limit;
