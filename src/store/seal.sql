-- name: installation_get :one
-- scope: system
-- The keys this data belongs to.
SELECT sign_public FROM installation WHERE id = 1;

-- name: installation_put :exec
-- scope: system
-- Once, when the data directory is made.
INSERT INTO installation (id, sign_public) VALUES (1, :sign_public);

-- name: subject_key_get :one
-- scope: system
-- The key of a subject.
SELECT key FROM subject_key WHERE subject = :subject;

-- name: subject_key_put :exec
-- scope: system
-- A subject has one key for its whole life.
INSERT INTO subject_key (subject, key) VALUES (:subject, :key);

-- name: subject_key_drop :exec
-- scope: system
-- The subject gives up its key.
DELETE FROM subject_key WHERE subject = :subject;

-- name: subject_key_drop_all :exec
-- scope: system
-- All subjects that share a key (index subject_key_by_key).
DELETE FROM subject_key WHERE key = :key;

-- name: subject_key_used :one
-- scope: system
-- Is there a subject left with this key?
SELECT 1 AS used FROM subject_key WHERE key = :key LIMIT 1;

-- name: key_get :one
-- scope: system
-- database: keys
-- A wrapped key by id.
SELECT kind, parent, wrapped FROM key WHERE id = :id;

-- name: key_by_label :one
-- scope: system
-- database: keys
-- The key of an authority ("authority:14612000") or the signing key ("sign").
SELECT id, kind, parent, wrapped FROM key WHERE label = :label;

-- name: key_put :exec
-- scope: system
-- database: keys
-- Durable before its first use.
INSERT INTO key (id, kind, parent, label, wrapped, at)
 VALUES (:id, :kind, :parent, :label, :wrapped, :at);

-- name: key_delete :exec
-- scope: system
-- database: keys
-- A key with everything it wrapped (index key_by_parent).
DELETE FROM key WHERE id = :id OR parent = :id;

-- name: key_old :many
-- scope: system
-- database: keys
-- Keys of one kind that are old enough to be asked whether anybody uses them.
SELECT id FROM key WHERE kind = :kind AND at < :before AND id > :after ORDER BY id LIMIT :limit;

-- name: head_copy_put :exec
-- scope: system
-- database: keys
-- The second copy of a signed head.
INSERT INTO head (authority, place, day, hash, signature)
 VALUES (:authority, :place, :day, :hash, :signature)
 ON CONFLICT (authority, place) DO UPDATE
 SET day = excluded.day, hash = excluded.hash, signature = excluded.signature;

-- name: head_copy_page :many
-- scope: system
-- database: keys
-- All copies of one authority in the order of its chain.
SELECT place, day, hash, signature FROM head WHERE authority = :authority ORDER BY place;

-- name: head_copy_authorities :many
-- scope: system
-- database: keys
-- Every authority that ever had a signed head.
SELECT DISTINCT authority FROM head ORDER BY authority;
