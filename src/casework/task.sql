-- name: task_insert :exec
-- scope: system
-- A task the process opened. `due` is TASK_NEVER when there is none.
INSERT INTO task (id, case_id, authority, service, wait, element, role, form, due, state, opened)
VALUES (:id, :case_id, :authority, :service, :wait, :element, :role, :form, :due, 'open', :opened);

-- name: task_withdraw :exec
-- scope: system
-- The process does not want it any more.
UPDATE task SET state = 'withdrawn', ended = :ended
 WHERE case_id = :case_id AND wait = :wait AND state = 'open';

-- name: task_get :one
-- scope: system
-- Who may see it is decided by allow() on its case and role.
SELECT t.id, t.case_id, c.number, t.authority, t.service, t.wait, t.element, t.role, t.form, t.due,
	t.state, t.assignee, t.assignee_name, t.opened, t.ended, t.done_by_name, t.saved, c.person
  FROM task t JOIN cases c ON c.id = t.case_id WHERE t.id = :id;

-- name: task_done :exec
-- scope: system
-- Only one of two who complete it at once gets here with the task open.
UPDATE task SET state = 'done', ended = :ended, done_by = :done_by, done_by_name = :done_by_name,
	saved = NULL
 WHERE id = :id AND state = 'open';

-- name: task_assign :exec
-- scope: system
-- Given to somebody, or to nobody.
UPDATE task SET assignee = :assignee, assignee_name = :assignee_name
 WHERE id = :id AND state = 'open';

-- name: task_save :exec
-- scope: system
-- What was typed so far.
UPDATE task SET saved = :saved WHERE id = :id AND state = 'open';

-- name: task_of_case :many
-- scope: system
-- Oldest first.
SELECT id, wait, element, role, form, due, state, assignee, assignee_name, opened, ended, done_by,
	done_by_name
  FROM task WHERE case_id = :case_id ORDER BY opened, id LIMIT 500;

-- name: task_did_role :one
-- scope: system
-- Has this person done any task of this role in the case? Then not one that excludes the role.
SELECT count(*) AS n FROM task
 WHERE case_id = :case_id AND role = :role AND state = 'done' AND done_by = :who;

-- name: worklist_page :many
-- scope: authority
-- Open tasks of this authority after a key, soonest due first (index task_by_due).
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t INDEXED BY task_by_due JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND t.state = 'open' AND t.due <= :to_due
   AND (t.due, t.id) > (:due, :id)
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_service :many
-- scope: authority
-- The same for one service (index task_by_service).
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t INDEXED BY task_by_service JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND t.service = :service AND t.state = 'open'
   AND t.due <= :to_due AND (t.due, t.id) > (:due, :id)
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_mine :many
-- scope: authority
-- The same for one person (index task_by_assignee).
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t INDEXED BY task_by_assignee JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND t.assignee = :assignee AND t.state = 'open'
   AND t.due <= :to_due AND (t.due, t.id) > (:due, :id)
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_mine_service :many
-- scope: authority
-- The same for one person and one service (index task_by_assignee_service).
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t INDEXED BY task_by_assignee_service JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND t.assignee = :assignee AND t.service = :service
   AND t.state = 'open' AND t.due <= :to_due
   AND (t.due, t.id) > (:due, :id)
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_nobody :many
-- scope: authority
-- The same for tasks nobody has taken (index task_by_assignee).
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t INDEXED BY task_by_assignee JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND t.assignee IS NULL AND t.state = 'open'
   AND t.due <= :to_due AND (t.due, t.id) > (:due, :id)
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_nobody_service :many
-- scope: authority
-- The same for one service (index task_by_assignee_service).
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t INDEXED BY task_by_assignee_service JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND t.assignee IS NULL AND t.service = :service
   AND t.state = 'open' AND t.due <= :to_due
   AND (t.due, t.id) > (:due, :id)
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_number :many
-- scope: authority
-- Open tasks of one case.
SELECT t.id, t.case_id, t.due, t.element, t.role, t.service, t.assignee, t.assignee_name, t.opened,
	c.number, c.received, c.news, c.lock, c.label
  FROM task t JOIN cases c ON c.id = t.case_id
 WHERE t.authority = :authority AND c.number = :number AND t.state = 'open'
 ORDER BY t.due, t.id LIMIT :limit;

-- name: worklist_count :one
-- scope: authority
-- How many of a span of days, at most 10,000 are counted (index task_by_due).
SELECT count(*) AS n FROM (SELECT 1 FROM task
 WHERE authority = :authority AND state = 'open' AND due >= :from_due AND due <= :to_due
 LIMIT 10000) AS few;

-- name: worklist_count_service :one
-- scope: authority
-- The same for one service (index task_by_service).
SELECT count(*) AS n FROM (SELECT 1 FROM task INDEXED BY task_by_service
 WHERE authority = :authority AND service = :service AND state = 'open' AND due >= :from_due
   AND due <= :to_due
 LIMIT 10000) AS few;

-- name: task_count_open :one
-- scope: system
-- For the control page.
SELECT count(*) AS n FROM task WHERE state = 'open';
