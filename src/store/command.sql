-- name: command_key_get :one
-- scope: system
-- The first answer to a command with this key.
SELECT kind, answer FROM command_key WHERE key = :key;

-- name: command_key_put :exec
-- scope: system
-- Written in the savepoint of the command itself.
INSERT INTO command_key (key, kind, at, answer) VALUES (:key, :kind, :at, :answer);

-- name: command_key_purge :exec
-- scope: system
-- Bounded; index command_key_by_at.
DELETE FROM command_key WHERE key IN
 (SELECT key FROM command_key WHERE at < :before ORDER BY at LIMIT :limit);

-- name: follow_up_put :exec
-- scope: system
-- In the transaction of the command that asks for it.
INSERT INTO follow_up (kind, payload, at) VALUES (:kind, :payload, :at);

-- name: follow_up_page :many
-- scope: system
-- What waits after an id, without what failed too often.
SELECT id, kind, payload FROM follow_up
 WHERE id > :after AND tries < :tries ORDER BY id LIMIT :limit;

-- name: follow_up_done :exec
-- scope: system
-- In the savepoint of the follow-up command itself.
DELETE FROM follow_up WHERE id = :id;

-- name: follow_up_failed :exec
-- scope: system
-- `tries` grows only for errors that do not pass by themselves.
UPDATE follow_up SET tries = tries + :count, error = :error WHERE id = :id;
