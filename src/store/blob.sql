-- name: blob_get :one
-- scope: system
-- Where the bytes of an address are.
SELECT key, subject, size, length, pack, position, sum, loose_since FROM blob
 WHERE address = :address;

-- name: blob_put :exec
-- scope: system
-- A new blob, or a new copy of one that nobody referred to.
INSERT INTO blob (address, key, subject, size, length, pack, position, sum)
 VALUES (:address, :key, :subject, :size, :length, :pack, :position, :sum)
 ON CONFLICT (address) DO UPDATE SET key = excluded.key, subject = excluded.subject,
 size = excluded.size, length = excluded.length, pack = excluded.pack,
 position = excluded.position, sum = excluded.sum, loose_since = NULL
 WHERE blob.loose_since IS NOT NULL;

-- name: blob_held :exec
-- scope: system
-- Somebody refers to it again.
UPDATE blob SET loose_since = NULL WHERE address = :address;

-- name: blob_loosen :exec
-- scope: system
-- The last owner gave it up.
UPDATE blob SET loose_since = :at WHERE address = :address
 AND NOT EXISTS (SELECT 1 FROM blob_owner o WHERE o.address = blob.address);

-- name: blob_owner_put :exec
-- scope: system
-- Twice does no harm.
INSERT INTO blob_owner (address, owner) VALUES (:address, :owner) ON CONFLICT DO NOTHING;

-- name: blob_owner_drop :exec
-- scope: system
-- One owner less.
DELETE FROM blob_owner WHERE address = :address AND owner = :owner;

-- name: blob_loose_page :many
-- scope: system
-- What may be swept (index blob_loose).
SELECT address, key, pack FROM blob WHERE loose_since < :before ORDER BY loose_since LIMIT :limit;

-- name: blob_delete :exec
-- scope: system
-- Only while it is loose.
DELETE FROM blob WHERE address = :address AND loose_since IS NOT NULL;

-- name: blob_by_key :one
-- scope: system
-- Does a row know this file or key?
SELECT 1 AS known FROM blob WHERE key = :key;

-- name: blob_in_pack :one
-- scope: system
-- Is anything left in a pack (index blob_by_pack)?
SELECT 1 AS used FROM blob WHERE pack = :pack AND pack > 0 LIMIT 1;

-- name: blob_page :many
-- scope: system
-- All blobs in the order of their addresses.
SELECT address, key, length, pack, position, sum FROM blob
 WHERE address > :after ORDER BY address LIMIT :limit;
