-- name: timer_list :many
-- scope: system
-- Timers of a case as they stand in the table.
SELECT wait, due FROM timer WHERE case_id = :case_id;

-- name: timer_put :exec
-- scope: system
-- Set or moved.
INSERT INTO timer (case_id, wait, due) VALUES (:case_id, :wait, :due)
ON CONFLICT (case_id, wait) DO UPDATE SET due = excluded.due;

-- name: timer_remove :exec
-- scope: system
-- Withdrawn or fired.
DELETE FROM timer WHERE case_id = :case_id AND wait = :wait;

-- name: timer_due :many
-- scope: system
-- What is due, soonest first, a bounded number at a time (index timer_by_due).
SELECT case_id, wait, due FROM timer WHERE due <= :now ORDER BY due LIMIT :limit;

-- name: timer_next :one
-- scope: system
-- When to wake up next.
SELECT min(due) AS due FROM timer;

-- name: timer_count_due :one
-- scope: system
-- For the control page.
SELECT count(*) AS n FROM timer WHERE due <= :now;

-- name: subscription_list :many
-- scope: system
-- Messages a case waits for as they stand in the table.
SELECT wait, name, key FROM subscription WHERE case_id = :case_id;

-- name: subscription_put :exec
-- scope: system
-- The process waits for a message.
INSERT INTO subscription (case_id, wait, name, key) VALUES (:case_id, :wait, :name, :key)
ON CONFLICT (case_id, wait) DO UPDATE SET name = excluded.name, key = excluded.key;

-- name: subscription_remove :exec
-- scope: system
-- Withdrawn or consumed.
DELETE FROM subscription WHERE case_id = :case_id AND wait = :wait;

-- name: subscription_find :one
-- scope: system
-- Does this case wait for a message of this name?
SELECT wait FROM subscription WHERE case_id = :case_id AND name = :name ORDER BY wait LIMIT 1;

-- name: outbox_insert :exec
-- scope: system
-- Something the process wants from outside.
INSERT INTO outbox (case_id, wait, element, kind, due, at, body)
VALUES (:case_id, :wait, :element, :kind, :due, :at, :body);

-- name: outbox_get :one
-- scope: system
-- Still wanted?
SELECT id, case_id, wait, element, kind, due, tries, body FROM outbox WHERE id = :id;

-- name: outbox_due :many
-- scope: system
-- What is to be done now, oldest first (index outbox_by_due).
SELECT id, case_id, kind, tries, body FROM outbox WHERE due <= :now ORDER BY due, id LIMIT :limit;

-- name: outbox_next :one
-- scope: system
-- When to look again.
SELECT min(due) AS due FROM outbox WHERE due IS NOT NULL;

-- name: outbox_remove :exec
-- scope: system
-- Done, or given up with an incident of its token.
DELETE FROM outbox WHERE id = :id;

-- name: outbox_withdraw :exec
-- scope: system
-- The answer is not wanted any more.
DELETE FROM outbox WHERE case_id = :case_id AND wait = :wait;

-- name: outbox_again :exec
-- scope: system
-- It failed: later again.
UPDATE outbox SET due = :due, tries = tries + 1, code = :code, message = :message WHERE id = :id;

-- name: outbox_wait :exec
-- scope: system
-- Nothing was tried (the helper pauses): later, without counting.
UPDATE outbox SET due = :due WHERE id = :id;

-- name: outbox_count :one
-- scope: system
-- For the control page.
SELECT count(*) AS n FROM outbox;

-- name: incident_insert :exec
-- scope: system
-- A token cannot go on by itself.
INSERT INTO incident (id, case_id, authority, token, element, code, message, at)
VALUES (:id, :case_id, :authority, :token, :element, :code, :message, :at);

-- name: incident_solve :exec
-- scope: system
-- It goes on.
UPDATE incident SET solved = :at WHERE case_id = :case_id AND token = :token AND solved IS NULL;

-- name: incident_solve_all :exec
-- scope: system
-- The case is over.
UPDATE incident SET solved = :at WHERE case_id = :case_id AND solved IS NULL;

-- name: incident_get :one
-- scope: system
-- The token behind an incident.
SELECT token, element, solved FROM incident WHERE id = :id AND case_id = :case_id;

-- name: incident_of_case :many
-- scope: system
-- Open ones of a case.
SELECT id, element, code, message, at FROM incident
 WHERE case_id = :case_id AND solved IS NULL ORDER BY at DESC LIMIT 50;

-- name: incident_open :many
-- scope: system
-- Over all cases, newest first, for the control page (index incident_open).
SELECT i.id, i.case_id, i.element, i.code, i.message, i.at, c.number
  FROM incident i JOIN cases c ON c.id = i.case_id
 WHERE i.solved IS NULL ORDER BY i.at DESC LIMIT 200;

-- name: incident_count :one
-- scope: system
-- For the control page.
SELECT count(*) AS n FROM incident WHERE solved IS NULL;

-- name: draft_count :one
-- scope: system
-- For the control page.
SELECT count(*) AS n FROM draft WHERE number IS NULL;
