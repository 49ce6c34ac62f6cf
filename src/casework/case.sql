-- name: case_insert :exec
-- scope: system
-- A new case. A number or a draft that is taken is a conflict.
INSERT INTO cases (id, number, file_number, authority, service, lock, language, person, status,
	received, news, draft, label)
VALUES (:id, :number, :file_number, :authority, :service, :lock, :language, :person, :status,
	:received, :received, :draft, :label);

-- name: case_of_number :one
-- scope: system
-- What every check begins with; who may see it is decided by allow().
SELECT id, number, file_number, authority, service, lock, language, person, status, outcome,
	received, expected, closed, news, version, label
  FROM cases WHERE number = :number;

-- name: case_of_id :one
-- scope: system
-- The same by id, for the writer.
SELECT id, number, file_number, authority, service, lock, language, person, status, outcome,
	received, expected, closed, news, version, label
  FROM cases WHERE id = :id;

-- name: case_of_draft :one
-- scope: system
-- The case a draft became.
SELECT number FROM cases WHERE draft = :draft;

-- name: case_of_person :many
-- scope: person
-- Cases of a citizen, newest first (index cases_by_person).
SELECT c.id, c.number, c.authority, c.service, c.lock, c.status, c.outcome, c.received, c.expected,
	c.closed, (SELECT count(*) FROM delivery d WHERE d.case_id = c.id AND d.opened IS NULL
		AND d.channel = 'mailbox') AS unread
  FROM cases c WHERE c.person = :person
 ORDER BY c.received DESC LIMIT 100;

-- name: case_update :exec
-- scope: system
-- What a step changed.
UPDATE cases SET status = :status, outcome = :outcome, expected = :expected, closed = :closed,
	news = :news, version = :version
 WHERE id = :id;

-- name: case_count_open :one
-- scope: system
-- For the control page.
SELECT count(*) AS n FROM cases WHERE closed IS NULL;

-- name: state_put :exec
-- scope: system
-- The state of the process after a step.
INSERT INTO case_state (case_id, state) VALUES (:case_id, :state)
ON CONFLICT (case_id) DO UPDATE SET state = excluded.state;

-- name: state_get :one
-- scope: system
-- The state before a step, and for pages that may show the case.
SELECT state FROM case_state WHERE case_id = :case_id;

-- name: application_insert :exec
-- scope: system
-- A declaration, never changed afterwards.
INSERT INTO application (case_id, version, at, lock, answers, applicant)
VALUES (:case_id, :version, :at, :lock, :answers, :applicant);

-- name: application_get :one
-- scope: system
-- One version of what was declared.
SELECT at, answers, applicant FROM application WHERE case_id = :case_id AND version = :version;

-- name: deadline_insert :exec
-- scope: system
-- A new end of a named period; the round is the next one.
INSERT INTO deadline (case_id, name, round, state, event, raw_end, ends, over, at, why)
SELECT :case_id, :name, coalesce(max(round), 0) + 1, 'running', :event, :raw_end, :ends, :over,
	:at, :why
  FROM deadline WHERE case_id = :case_id AND name = :name;

-- name: deadline_replace :exec
-- scope: system
-- Former ends stay in the record.
UPDATE deadline SET state = :state
 WHERE case_id = :case_id AND name = :name AND state = 'running';

-- name: deadline_list :many
-- scope: system
-- All ends of a case, the latest round of a name first.
SELECT name, round, state, event, raw_end, ends, over, why FROM deadline
 WHERE case_id = :case_id ORDER BY name, round DESC;

-- name: request_insert :exec
-- scope: system
-- What a clerk asked the applicant for.
INSERT INTO request (id, case_id, asked, content) VALUES (:id, :case_id, :asked, :content);

-- name: request_answer :exec
-- scope: system
-- The applicant answered, or the period went by.
UPDATE request SET answered = :at WHERE case_id = :case_id AND answered IS NULL;

-- name: request_list :many
-- scope: system
-- Newest first.
SELECT id, asked, answered, content FROM request WHERE case_id = :case_id
 ORDER BY asked DESC LIMIT 50;

-- name: invoice_insert :exec
-- scope: system
-- A sum somebody owes.
INSERT INTO invoice (reference, case_id, authority, amount, due, at)
VALUES (:reference, :case_id, :authority, :amount, :due, :at);

-- name: invoice_of_case :one
-- scope: system
-- The newest one of a case.
SELECT reference, amount, due, paid_on, paid FROM invoice WHERE case_id = :case_id
 ORDER BY at DESC LIMIT 1;

-- name: invoice_paid :exec
-- scope: system
-- The receipt was entered.
UPDATE invoice SET paid_on = :paid_on, paid = :paid
 WHERE case_id = :case_id AND paid_on IS NULL;
