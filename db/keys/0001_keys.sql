-- keys.db: wrapped keys and copies of signed heads. Short backup period of its own:
-- a key that was destroyed here must not come back.

-- `parent` NULL: wrapped by the master key. `label` finds authorities and the signing key.
CREATE TABLE key (
	id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
	kind TEXT NOT NULL CHECK (kind IN ('authority', 'subject', 'blob', 'sign')),
	parent BLOB,
	label TEXT UNIQUE,
	wrapped BLOB NOT NULL,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX key_by_parent ON key (parent);

CREATE TABLE head (
	authority TEXT NOT NULL,
	place INTEGER NOT NULL,
	day INTEGER NOT NULL,
	hash BLOB NOT NULL,
	signature BLOB NOT NULL,
	PRIMARY KEY (authority, place)
) STRICT, WITHOUT ROWID;
