-- name: people_authority :one
-- scope: authority
-- One authority by its key.
SELECT authority, name, short_name FROM authority WHERE authority = :authority;

-- name: people_authority_put :exec
-- scope: system
-- Make or replace an authority.
INSERT INTO authority (authority, name, short_name) VALUES (:ags, :name, :short_name)
    ON CONFLICT (authority) DO UPDATE SET name = excluded.name, short_name = excluded.short_name;

-- name: people_account :one
-- scope: system
-- An account by id: sessions and the writer ask before anybody's rights are known.
SELECT id, authority, login, name, unit, totp IS NOT NULL AS has_totp, active FROM account
 WHERE id = :id;

-- name: people_account_by_login :one
-- scope: system
-- The login asks before anybody is known.
SELECT id, authority, password, totp, totp_step FROM account WHERE login = :login AND active = 1;

-- name: people_account_put :exec
-- scope: system
-- Make or replace an account; the second factor stays as it is.
INSERT INTO account (id, authority, login, name, unit, password, active)
VALUES (:id, :authority, :login, :name, :unit, :password, :active)
    ON CONFLICT (id) DO UPDATE SET authority = excluded.authority, login = excluded.login,
       name = excluded.name, unit = excluded.unit, password = excluded.password,
       active = excluded.active;

-- name: people_account_totp :exec
-- scope: system
-- Switch the second factor on (sealed secret) or off (NULL).
UPDATE account SET totp = :totp, totp_step = 0 WHERE id = :id;

-- name: people_account_totp_step :exec
-- scope: system
-- A code is used up: its step and the ones before are no good any more.
UPDATE account SET totp_step = :step WHERE id = :id AND totp_step < :step;

-- name: people_accounts :many
-- scope: authority
-- Active accounts of an authority by name (index account_by_authority).
SELECT id, login, name, unit, totp IS NOT NULL AS has_totp FROM account
 WHERE authority = :authority AND active = 1 ORDER BY name LIMIT 500;

-- name: people_grants :many
-- scope: system
-- What an account may do itself and instead of those it deputises for today.
SELECT authority, service, role, '' AS instead_of FROM account_grant WHERE account = :account
UNION ALL
SELECT g.authority, g.service, g.role, d.absent FROM deputy d
  JOIN account_grant g ON g.account = d.absent
  JOIN account a ON a.id = d.absent AND a.active = 1
 WHERE d.deputy = :account AND d.from_day <= :today AND d.to_day >= :today
 LIMIT 1000;

-- name: people_grants_clear :exec
-- scope: system
-- Before the grants of an account are written anew.
DELETE FROM account_grant WHERE account = :account;

-- name: people_grant_put :exec
-- scope: system
-- One role of an account.
INSERT INTO account_grant (account, authority, service, role)
VALUES (:account, :grant_authority, :service, :role);

-- name: people_deputy_put :exec
-- scope: system
-- Somebody stands in for an absent colleague.
INSERT INTO deputy (absent, deputy, from_day, to_day) VALUES (:absent, :deputy, :from, :to)
    ON CONFLICT (deputy, absent, from_day) DO UPDATE SET to_day = excluded.to_day;

-- name: people_citizen :one
-- scope: person
-- A citizen's own attributes.
SELECT person, attributes FROM citizen WHERE person = :person;

-- name: people_citizen_by_subject :one
-- scope: system
-- The login asks before anybody is known.
SELECT person FROM citizen WHERE provider = :provider AND subject_hash = :subject_hash;

-- name: people_citizen_add :exec
-- scope: system
-- A citizen's first login.
INSERT INTO citizen (person, provider, subject_hash, attributes)
VALUES (:id, :provider, :subject_hash, :attributes);

-- name: people_citizen_update :exec
-- scope: system
-- What the provider says at this login.
UPDATE citizen SET attributes = :attributes WHERE person = :id;

-- name: people_session :one
-- scope: system
-- Every request asks before anybody is known.
SELECT kind, person, trust, began, seen, ended FROM session WHERE hash = :hash;

-- name: people_session_add :exec
-- scope: system
-- A login.
INSERT INTO session (hash, kind, person, trust, began, seen)
VALUES (:hash, :kind, :person, :trust, :now, :now);

-- name: people_session_seen :exec
-- scope: system
-- The session was used.
UPDATE session SET seen = :now WHERE hash = :hash AND seen < :now AND ended = 0;

-- name: people_session_end :exec
-- scope: system
-- Logout, or another login took its place.
UPDATE session SET ended = :now WHERE hash = :hash AND ended = 0;

-- name: people_session_sweep :exec
-- scope: system
-- Sessions nobody used for a day (index session_by_seen), a few at a time.
DELETE FROM session WHERE hash IN
 (SELECT hash FROM session WHERE seen < :before ORDER BY seen LIMIT 64);

-- name: people_failure :one
-- scope: system
-- How often this name was tried in vain.
SELECT count, last FROM login_failure WHERE name_hash = :name_hash;

-- name: people_failure_put :exec
-- scope: system
-- One more.
INSERT INTO login_failure (name_hash, count, last) VALUES (:name_hash, :count, :now)
    ON CONFLICT (name_hash) DO UPDATE SET count = excluded.count, last = excluded.last;

-- name: people_failure_clear :exec
-- scope: system
-- The right password after all.
DELETE FROM login_failure WHERE name_hash = :name_hash;

-- name: people_failure_sweep :exec
-- scope: system
-- Old ones (index login_failure_by_last), a few at a time.
DELETE FROM login_failure WHERE name_hash IN
 (SELECT name_hash FROM login_failure WHERE last < :before ORDER BY last LIMIT 64);
