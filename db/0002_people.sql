-- Authorities, staff accounts, citizens, sessions. Times are milliseconds since 1970, days
-- are days since 1970.

CREATE TABLE authority (
	authority TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	short_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
	id TEXT NOT NULL PRIMARY KEY,
	authority TEXT NOT NULL REFERENCES authority (authority),
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	unit TEXT NOT NULL,
	password TEXT NOT NULL,
	totp BLOB,                    -- sealed secret; NULL: no second factor
	totp_step INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_by_authority ON account (authority, name);

CREATE TABLE account_grant (
	account TEXT NOT NULL REFERENCES account (id),
	authority TEXT NOT NULL,      -- AGS, or '*' for the installation
	service TEXT NOT NULL,        -- id of a package, or '*'
	role TEXT NOT NULL,
	PRIMARY KEY (account, authority, service, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE deputy (
	absent TEXT NOT NULL REFERENCES account (id),
	deputy TEXT NOT NULL REFERENCES account (id),
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	PRIMARY KEY (deputy, absent, from_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE citizen (
	person TEXT NOT NULL PRIMARY KEY,
	provider TEXT NOT NULL,
	subject_hash BLOB NOT NULL CHECK (length(subject_hash) = 32),
	attributes BLOB NOT NULL,     -- sealed JSON
	UNIQUE (provider, subject_hash)
) STRICT, WITHOUT ROWID;

-- Only the hash of a token is known here. An ended row stays a day, so that what was typed
-- after the end can be given back to the same person.
CREATE TABLE session (
	hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
	kind INTEGER NOT NULL,
	person TEXT NOT NULL,
	trust INTEGER NOT NULL,
	began INTEGER NOT NULL,
	seen INTEGER NOT NULL,
	ended INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_seen ON session (seen);

-- Wrong logins by hash of the name that was typed, whether or not such an account exists.
CREATE TABLE login_failure (
	name_hash BLOB NOT NULL PRIMARY KEY CHECK (length(name_hash) = 32),
	count INTEGER NOT NULL,
	last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failure_by_last ON login_failure (last);
