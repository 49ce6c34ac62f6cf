-- name: history_last :one
-- scope: system
-- Where the chain of a case ends.
SELECT seq, hash FROM history WHERE case_id = :case_id ORDER BY seq DESC LIMIT 1;

-- name: history_put :exec
-- scope: authority
-- Append only: no statement changes or removes a row, except a payload that is destroyed.
INSERT INTO history (case_id, seq, at, authority, place, actor, kind, element, payload,
 payload_hash, hash)
 VALUES (:case_id, :seq, :at, :authority, :place, :actor, :kind, :element, :payload,
 :payload_hash, :hash);

-- name: history_tip_get :one
-- scope: authority
-- Where the chain of an authority ends.
SELECT place, hash FROM history_tip WHERE authority = :authority;

-- name: history_tip_put :exec
-- scope: authority
-- Moves with every entry.
INSERT INTO history_tip (authority, place, hash) VALUES (:authority, :place, :hash)
 ON CONFLICT (authority) DO UPDATE SET place = excluded.place, hash = excluded.hash;

-- name: history_tip_all :many
-- scope: system
-- Every authority with its signed and its present state.
SELECT t.authority, t.place, t.hash,
 (SELECT max(h.place) FROM history_head h WHERE h.authority = t.authority) AS signed
 FROM history_tip t ORDER BY t.authority;

-- name: history_page :many
-- scope: system
-- Entries of a case after a number; who may see the case was asked before.
SELECT seq, at, authority, place, actor, kind, element, payload, payload_hash, hash FROM history
 WHERE case_id = :case_id AND seq > :after ORDER BY seq LIMIT :limit;

-- name: history_walk :many
-- scope: system
-- Everything in the order of the cases, for verify.
SELECT case_id, seq, at, authority, place, actor, kind, element, payload, payload_hash, hash
 FROM history ORDER BY case_id, seq;

-- name: history_walk_case :many
-- scope: system
-- One case, for verify.
SELECT case_id, seq, at, authority, place, actor, kind, element, payload, payload_hash, hash
 FROM history WHERE case_id = :case_id ORDER BY seq;

-- name: history_case_authorities :many
-- scope: system
-- The authorities whose chains a case touches.
SELECT DISTINCT authority FROM history WHERE case_id = :case_id ORDER BY authority;

-- name: history_authorities :many
-- scope: system
-- Every authority that has entries, a tip or a head.
SELECT authority FROM history_tip
 UNION SELECT authority FROM history_head
 UNION SELECT DISTINCT authority FROM history ORDER BY 1;

-- name: history_chain :many
-- scope: authority
-- The chain of an authority (index history_by_place).
SELECT place, case_id, seq, hash FROM history WHERE authority = :authority ORDER BY place;

-- name: history_payload_clear :exec
-- scope: system
-- The hash of the payload stays.
UPDATE history SET payload = NULL WHERE case_id = :case_id AND seq = :seq
 AND payload IS NOT NULL;

-- name: history_head_put :exec
-- scope: authority
-- A signed state.
INSERT INTO history_head (authority, place, day, hash, signature)
 VALUES (:authority, :place, :day, :hash, :signature) ON CONFLICT DO NOTHING;

-- name: history_head_page :many
-- scope: authority
-- All signed states of an authority in the order of its chain.
SELECT place, day, hash, signature FROM history_head WHERE authority = :authority ORDER BY place;
