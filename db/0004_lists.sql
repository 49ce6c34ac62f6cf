-- Lists and counts of open tasks are answered from the index alone: SQLite does not conclude from the
-- condition of a partial index that `state` is 'open' and would look at every row.
DROP INDEX task_by_due;
DROP INDEX task_by_service;
DROP INDEX task_by_assignee;
CREATE INDEX task_by_due ON task (authority, due, id, state) WHERE state = 'open';
CREATE INDEX task_by_service ON task (authority, service, due, id, state) WHERE state = 'open';
CREATE INDEX task_by_assignee ON task (authority, assignee, due, id, state) WHERE state = 'open';
CREATE INDEX cases_open ON cases (closed) WHERE closed IS NULL;
