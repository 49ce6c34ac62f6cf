-- What the store itself needs; the tables of the rooms follow in later files.
-- Times are milliseconds since 1970-01-01T00:00:00Z.

-- One row: the public key of keys.db, so that foreign keys are noticed at once.
CREATE TABLE installation (
	id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	sign_public BLOB NOT NULL CHECK (length(sign_public) = 32)
) STRICT;

-- Commands that were done under an idempotency key, and what was answered.
CREATE TABLE command_key (
	key TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	answer BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX command_key_by_at ON command_key (at);

-- Commands that a committed command asked for. A row goes with the commit of its command.
CREATE TABLE follow_up (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	payload BLOB NOT NULL,
	at INTEGER NOT NULL,
	tries INTEGER NOT NULL DEFAULT 0,
	error TEXT NOT NULL DEFAULT ''
) STRICT;

-- Which key of keys.db a draft, an application, a case uses. Several may share one.
CREATE TABLE subject_key (
	subject TEXT NOT NULL PRIMARY KEY,
	key BLOB NOT NULL CHECK (length(key) = 16)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_key_by_key ON subject_key (key);

-- Where a blob's bytes are. `pack` 0: a file of its own named after `key`. `loose_since` is
-- set while nobody refers to it.
CREATE TABLE blob (
	address TEXT NOT NULL PRIMARY KEY CHECK (length(address) = 64),
	key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
	subject BLOB NOT NULL CHECK (length(subject) = 16),
	size INTEGER NOT NULL CHECK (size >= 0),
	length INTEGER NOT NULL,
	pack INTEGER NOT NULL,
	position INTEGER NOT NULL,
	sum BLOB NOT NULL CHECK (length(sum) = 32),
	loose_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_by_pack ON blob (pack) WHERE pack > 0;
CREATE INDEX blob_loose ON blob (loose_since) WHERE loose_since IS NOT NULL;

CREATE TABLE blob_owner (
	address TEXT NOT NULL REFERENCES blob (address),
	owner TEXT NOT NULL,
	PRIMARY KEY (address, owner)
) STRICT, WITHOUT ROWID;

-- The chain of each case, and by (authority, place) the chain of each authority.
CREATE TABLE history (
	case_id TEXT NOT NULL,
	seq INTEGER NOT NULL CHECK (seq > 0),
	at INTEGER NOT NULL,
	authority TEXT NOT NULL,
	place INTEGER NOT NULL CHECK (place > 0),
	actor TEXT NOT NULL,
	kind TEXT NOT NULL,
	element TEXT NOT NULL,
	payload BLOB,
	payload_hash BLOB,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX history_by_place ON history (authority, place);

-- How far each authority's chain goes.
CREATE TABLE history_tip (
	authority TEXT NOT NULL PRIMARY KEY,
	place INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;

-- Signed states of the authorities' chains; a copy stands in keys.db.
CREATE TABLE history_head (
	authority TEXT NOT NULL,
	place INTEGER NOT NULL,
	day INTEGER NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	signature BLOB NOT NULL CHECK (length(signature) = 64),
	PRIMARY KEY (authority, place)
) STRICT, WITHOUT ROWID;
