-- name: document_insert :exec
-- scope: system
-- A document of the file.
INSERT INTO document (id, case_id, kind, title, media, letter, letter_kind, field, size, sha256,
	blob, filed, filed_by, locked, scan)
VALUES (:id, :case_id, :kind, :title, :media, :letter, :letter_kind, :field, :size, :sha256,
	:blob, :filed, :filed_by, :locked, :scan);

-- name: document_of_case :many
-- scope: system
-- Oldest first.
SELECT id, kind, title, media, letter, letter_kind, field, size, sha256, blob, filed, filed_by,
	locked, seen, scan
  FROM document WHERE case_id = :case_id ORDER BY filed, id LIMIT 1000;

-- name: document_get :one
-- scope: system
-- Who may read it is decided by the case.
SELECT d.id, d.kind, d.title, d.media, d.letter, d.letter_kind, d.field, d.size, d.sha256, d.blob,
	d.filed, d.filed_by, d.locked, d.seen, d.scan,
	EXISTS (SELECT 1 FROM delivery v WHERE v.document = d.id AND v.provided IS NOT NULL) AS delivered
  FROM document d WHERE d.id = :id AND d.case_id = :case_id;

-- name: document_newest_letter :one
-- scope: system
-- The last rendered version of a letter of this case.
SELECT id, sha256 FROM document WHERE case_id = :case_id AND letter = :letter
 ORDER BY filed DESC, id DESC LIMIT 1;

-- name: delivery_insert :exec
-- scope: system
-- A document on its way to the addressee.
INSERT INTO delivery (id, case_id, document, person, channel, letter_kind, wait, provided, effect,
	remedy_end, at, why)
VALUES (:id, :case_id, :document, :person, :channel, :letter_kind, :wait, :provided, :effect,
	:remedy_end, :at, :why);

-- name: delivery_of_case :many
-- scope: system
-- Newest first.
SELECT v.id, v.document, v.channel, v.letter_kind, v.wait, v.provided, v.effect, v.remedy_end,
	v.opened, v.why, d.title, d.id AS document_id
  FROM delivery v JOIN document d ON d.id = v.document
 WHERE v.case_id = :case_id ORDER BY v.at DESC, v.id DESC LIMIT 100;

-- name: delivery_get :one
-- scope: system
-- One delivery of a case.
SELECT id, document, channel, letter_kind, wait, provided, opened, person
  FROM delivery WHERE id = :id AND case_id = :case_id;

-- name: delivery_opened :exec
-- scope: person
-- The day of retrieval; only the first one counts.
UPDATE delivery SET opened = :at
 WHERE id = :id AND case_id = :case_id AND person = :person AND opened IS NULL;

-- name: delivery_posted :exec
-- scope: system
-- The day of posting and what follows from it.
UPDATE delivery SET provided = :provided, effect = :effect, remedy_end = :remedy_end, why = :why
 WHERE id = :id AND provided IS NULL;

-- name: delivery_to_post :many
-- scope: authority
-- Letters that wait for the post, oldest first (index delivery_to_post; CROSS JOIN keeps
-- SQLite from beginning with all cases of the authority).
SELECT v.id, v.case_id, v.document, v.letter_kind, v.at, c.number, c.service, c.label, d.title
  FROM delivery v CROSS JOIN cases c CROSS JOIN document d
 WHERE v.provided IS NULL AND c.id = v.case_id AND d.id = v.document AND c.authority = :authority
 ORDER BY v.at, v.id LIMIT :limit;

-- name: case_news :many
-- scope: authority
-- What happened in the cases of an authority, newest first (index history_by_place).
SELECT h.case_id, h.at, h.kind, h.element, c.number, c.service, c.lock
  FROM history h JOIN cases c ON c.id = h.case_id
 WHERE h.authority = :authority
 ORDER BY h.place DESC LIMIT :limit;

-- name: setting_get :one
-- scope: system
-- A setting of the installation.
SELECT value FROM setting WHERE name = :name;

-- name: setting_put :exec
-- scope: system
-- Change a setting.
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: document_newest_notice :one
-- scope: system
-- The last rendered notice of this case, whatever its letter is called.
SELECT id, sha256 FROM document
 WHERE case_id = :case_id AND letter_kind = 'notice' AND :letter = ''
 ORDER BY filed DESC, id DESC LIMIT 1;
