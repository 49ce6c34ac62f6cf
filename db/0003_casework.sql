-- Drafts, cases and everything a case has. Times are milliseconds since 1970, days are days
-- since 1970. What says something about a person is sealed with the key of its subject (the
-- draft, later the case); numbers, days, element ids and states stay in clear for lists.

CREATE TABLE draft (
	id TEXT NOT NULL PRIMARY KEY,
	authority TEXT NOT NULL,
	service TEXT NOT NULL,
	lock TEXT NOT NULL,
	language TEXT NOT NULL,
	person TEXT,                  -- citizen it belongs to; NULL: only the code opens it
	code_hash BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 32),
	address TEXT NOT NULL,
	version INTEGER NOT NULL,
	edited INTEGER NOT NULL,
	delete_on INTEGER NOT NULL,
	informed INTEGER,             -- day of the last announcement of the deletion
	look_on INTEGER NOT NULL,     -- day of the next announcement, else of the deletion
	number TEXT,                  -- of the case, once submitted
	answers BLOB NOT NULL         -- sealed
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_by_person ON draft (person, edited DESC) WHERE person IS NOT NULL;
CREATE INDEX draft_by_look ON draft (look_on);

-- Files of a draft; their names stand in the sealed answers.
CREATE TABLE draft_file (
	draft TEXT NOT NULL REFERENCES draft (id),
	blob TEXT NOT NULL,
	media TEXT NOT NULL,
	size INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	scan TEXT NOT NULL,
	PRIMARY KEY (draft, blob)
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
	id TEXT NOT NULL PRIMARY KEY,
	number TEXT NOT NULL UNIQUE,
	file_number TEXT NOT NULL,
	authority TEXT NOT NULL,
	service TEXT NOT NULL,
	lock TEXT NOT NULL,
	language TEXT NOT NULL,
	person TEXT,
	status INTEGER NOT NULL,      -- enum case_status
	outcome TEXT NOT NULL DEFAULT '',
	received INTEGER NOT NULL,
	expected INTEGER,
	closed INTEGER,
	news INTEGER NOT NULL DEFAULT 0, -- when the applicant last sent something
	version INTEGER NOT NULL DEFAULT 1,
	draft TEXT NOT NULL UNIQUE,   -- one case a draft, whatever happens
	label BLOB NOT NULL           -- sealed: "Mustermann, Erika"
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_person ON cases (person, received DESC) WHERE person IS NOT NULL;
CREATE INDEX cases_by_authority ON cases (authority, received DESC);

CREATE TABLE case_state (
	case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	state BLOB NOT NULL           -- sealed: bpmn_state_write
) STRICT, WITHOUT ROWID;

-- What was declared. Never changed; a correction is a new version.
CREATE TABLE application (
	case_id TEXT NOT NULL REFERENCES cases (id),
	version INTEGER NOT NULL,
	at INTEGER NOT NULL,
	lock TEXT NOT NULL,
	answers BLOB NOT NULL,        -- sealed: form_submission_write
	applicant BLOB NOT NULL,      -- sealed: who was logged in
	PRIMARY KEY (case_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	authority TEXT NOT NULL,
	service TEXT NOT NULL,
	wait INTEGER NOT NULL,
	element TEXT NOT NULL,
	role TEXT NOT NULL,
	form TEXT NOT NULL,
	due INTEGER NOT NULL,         -- a far day when there is none, so that lists have one order
	state TEXT NOT NULL CHECK (state IN ('open', 'done', 'withdrawn')),
	assignee TEXT,
	assignee_name TEXT NOT NULL DEFAULT '',
	opened INTEGER NOT NULL,
	ended INTEGER,
	done_by TEXT,                 -- account id: four eyes are decided by it
	done_by_name TEXT NOT NULL DEFAULT '',
	saved BLOB                    -- sealed: what a clerk has typed so far
) STRICT, WITHOUT ROWID;
CREATE INDEX task_by_case ON task (case_id, opened);
CREATE UNIQUE INDEX task_by_wait ON task (case_id, wait) WHERE state = 'open';
CREATE INDEX task_by_due ON task (authority, due, id) WHERE state = 'open';
CREATE INDEX task_by_service ON task (authority, service, due, id) WHERE state = 'open';
CREATE INDEX task_by_assignee ON task (authority, assignee, due, id) WHERE state = 'open';
CREATE INDEX task_by_assignee_service ON task (authority, assignee, service, due, id)
	WHERE state = 'open';

CREATE TABLE timer (
	case_id TEXT NOT NULL REFERENCES cases (id),
	wait INTEGER NOT NULL,
	due INTEGER NOT NULL,
	PRIMARY KEY (case_id, wait)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_by_due ON timer (due);

CREATE TABLE subscription (
	case_id TEXT NOT NULL REFERENCES cases (id),
	wait INTEGER NOT NULL,
	name TEXT NOT NULL,
	key TEXT NOT NULL,
	PRIMARY KEY (case_id, wait)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_by_name ON subscription (name, key);

-- What a process wants from outside. `due` NULL: given up, waits for a person.
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	case_id TEXT NOT NULL REFERENCES cases (id),
	wait INTEGER NOT NULL,
	element TEXT NOT NULL,
	kind TEXT NOT NULL,
	due INTEGER,
	tries INTEGER NOT NULL DEFAULT 0,
	at INTEGER NOT NULL,
	code TEXT NOT NULL DEFAULT '',
	message BLOB,                 -- sealed; NULL: it did not fail yet
	body BLOB NOT NULL            -- sealed
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due) WHERE due IS NOT NULL;
CREATE INDEX outbox_by_case ON outbox (case_id, wait);

CREATE TABLE document (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	kind INTEGER NOT NULL,        -- enum document_kind
	title BLOB NOT NULL,          -- sealed
	media TEXT NOT NULL,
	letter TEXT NOT NULL DEFAULT '',
	letter_kind TEXT NOT NULL DEFAULT '',
	field TEXT NOT NULL DEFAULT '',
	size INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	blob TEXT NOT NULL,
	filed INTEGER NOT NULL,
	filed_by TEXT NOT NULL,       -- "applicant", "system" or the name of a clerk
	locked INTEGER NOT NULL,
	seen INTEGER NOT NULL DEFAULT 0,
	scan TEXT NOT NULL DEFAULT 'none'
) STRICT, WITHOUT ROWID;
CREATE INDEX document_by_case ON document (case_id, filed);

CREATE TABLE delivery (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	document TEXT NOT NULL REFERENCES document (id),
	person TEXT,
	channel TEXT NOT NULL CHECK (channel IN ('mailbox', 'post')),
	letter_kind TEXT NOT NULL,
	wait INTEGER NOT NULL,        -- job of the process that waits for the posting, 0 = none
	provided INTEGER,
	effect INTEGER,
	remedy_end INTEGER,
	opened INTEGER,
	at INTEGER NOT NULL,
	why TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_to_post ON delivery (at, id) WHERE provided IS NULL;
CREATE INDEX delivery_by_case ON delivery (case_id, at);
CREATE INDEX delivery_by_person ON delivery (person, at DESC) WHERE person IS NOT NULL;

-- Every end a deadline ever had; the last row of a name counts.
CREATE TABLE deadline (
	case_id TEXT NOT NULL REFERENCES cases (id),
	name TEXT NOT NULL,
	round INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'met', 'replaced')),
	event INTEGER NOT NULL,
	raw_end INTEGER NOT NULL,
	ends INTEGER NOT NULL,        -- last day, as people are told
	over INTEGER NOT NULL,        -- day from which it counts as over for the process
	at INTEGER NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (case_id, name, round)
) STRICT, WITHOUT ROWID;

CREATE TABLE request (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	asked INTEGER NOT NULL,
	answered INTEGER,
	content BLOB NOT NULL         -- sealed: {"fields":[...],"text":"..."}
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_case ON request (case_id, asked);

CREATE TABLE invoice (
	reference TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	authority TEXT NOT NULL,
	amount TEXT NOT NULL,         -- decimal
	due INTEGER NOT NULL,
	at INTEGER NOT NULL,
	paid_on INTEGER,
	paid TEXT                     -- decimal
) STRICT, WITHOUT ROWID;
CREATE INDEX invoice_by_case ON invoice (case_id, at);

CREATE TABLE incident (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL REFERENCES cases (id),
	authority TEXT NOT NULL,
	token INTEGER NOT NULL,
	element TEXT NOT NULL,
	code TEXT NOT NULL,
	message BLOB NOT NULL,        -- sealed: it may quote answers
	at INTEGER NOT NULL,
	solved INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_by_case ON incident (case_id, at);
CREATE INDEX incident_open ON incident (at) WHERE solved IS NULL;

-- Settings of the installation that are no configuration: the clock of the demonstration.
CREATE TABLE setting (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
