-- name: draft_insert :exec
-- scope: system
-- A new draft at its first step.
INSERT INTO draft (id, authority, service, lock, language, person, code_hash, address, version,
	edited, delete_on, look_on, answers)
VALUES (:id, :authority, :service, :lock, :language, :person, :code_hash, '', 1,
	:at, :delete_on, :look_on, :answers);

-- name: draft_get :one
-- scope: system
-- Whoever asks is checked against person and code_hash of the row before anything is shown.
SELECT id, authority, service, lock, language, person, code_hash, address, version, edited,
	delete_on, informed, number, answers
  FROM draft WHERE id = :id;

-- name: draft_by_code :one
-- scope: system
-- The draft a code opens (continue on another device).
SELECT id FROM draft WHERE code_hash = :code_hash AND number IS NULL;

-- name: draft_of_person :many
-- scope: person
-- Drafts of a citizen that were not submitted, newest first (index draft_by_person).
SELECT id, authority, service, lock, language, address, version, edited, delete_on,
	informed
  FROM draft WHERE person = :person AND number IS NULL
 ORDER BY edited DESC LIMIT 50;

-- name: draft_update :exec
-- scope: system
-- The answers as they stand now; the version tells a second tab. The 30 days begin again.
UPDATE draft SET answers = :answers, address = :address, version = version + 1, edited = :at,
	delete_on = :delete_on, look_on = :look_on, informed = NULL,
	person = coalesce(person, :person)
 WHERE id = :id AND version = :version AND number IS NULL;

-- name: draft_submitted :exec
-- scope: system
-- The draft became a case; its content is emptied, the row answers repeated submissions.
UPDATE draft SET number = :number, answers = :answers, look_on = delete_on
 WHERE id = :id AND number IS NULL;

-- name: draft_remove :exec
-- scope: system
-- Given up by the person or left for 30 days.
DELETE FROM draft WHERE id = :id;

-- name: draft_overdue :many
-- scope: system
-- Drafts to be announced or deleted from this day on, a bounded number at a time (index
-- draft_by_look).
SELECT id, number, person, edited, delete_on, informed FROM draft
 WHERE look_on <= :today ORDER BY look_on LIMIT 100;

-- name: draft_inform :exec
-- scope: system
-- The deletion was announced.
UPDATE draft SET informed = :today, look_on = :look_on, delete_on = :delete_on WHERE id = :id;

-- name: draft_file_insert :exec
-- scope: system
-- A stored file; the same content twice is one row.
INSERT INTO draft_file (draft, blob, media, size, sha256, scan)
VALUES (:draft, :blob, :media, :size, :sha256, :scan) ON CONFLICT DO NOTHING;

-- name: draft_file_get :one
-- scope: system
-- Facts of a stored file.
SELECT media, size, sha256, scan FROM draft_file WHERE draft = :draft AND blob = :blob;

-- name: draft_files :many
-- scope: system
-- All stored files of a draft.
SELECT blob, media, size, sha256, scan FROM draft_file WHERE draft = :draft;

-- name: draft_files_remove :exec
-- scope: system
-- With the draft itself.
DELETE FROM draft_file WHERE draft = :draft;
