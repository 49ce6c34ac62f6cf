# Turns the *.sql files of all rooms and the migrations of db/ into C.
#
#	awk -v out=build/gen -f src/store/sql.awk src/*/*.sql db/*.sql db/keys/*.sql
#
# sql_<room>.h.new       enum with one constant a statement: SQL_TASK_CLOSE = 10003
# sql_all.inc.new        the texts, for src/store/statement.c
# sql_migrations.inc.new the migrations, for src/store/migrate.c
#
# The number of a statement is 1000 * (place of its room) + its place in the room, so that a
# new statement of one room moves no number of another. The format is described in db.h.

BEGIN {
	split("base format feel dmn form law bpmn store service people casework link web cli", order)
	for (i in order) rank[order[i]] = i + 0
	kinds["exec"] = "EXEC"; kinds["one"] = "ONE"; kinds["many"] = "MANY"
	scopes["authority"] = scopes["person"] = scopes["participant"] = scopes["system"] = 1
}

function fault(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
}

function quoted(line) {
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	return "\"" line "\\n\""
}

function finish() {
	if (current == "") return
	if (body !~ /;/) { printf "%s: statement %s has no text ending with ';'\n", where, current > "/dev/stderr"; failed = 1 }
	if (!pg && scope == "") { printf "%s: statement %s has no '-- scope:'\n", where, current > "/dev/stderr"; failed = 1 }
	if (!pg && !remarks) { printf "%s: statement %s has no comment\n", where, current > "/dev/stderr"; failed = 1 }
	if (pg) pg_text[current] = body
	else {
		text[current] = body
		attribute[current] = "SQL_KIND_" kinds[kind] ", SQL_SCOPE_" toupper(scope) ", SQL_DATABASE_" toupper(database)
	}
	current = ""
}

function name_line(    words, n) {
	finish()
	n = split($0, words, /[ \t]+/)
	current = words[3]; kind = substr(words[4], 2)
	if (n != 4 || current !~ /^[a-z][a-z0-9_]*$/ || !(kind in kinds)) {
		fault("expected '-- name: lower_case :exec|:one|:many'")
		current = ""
		return
	}
	where = FILENAME ":" FNR; scope = ""; database = "main"; body = ""; remarks = 0
	if (pg) { pg_place[current] = where; return }
	if (current in place) fault("statement " current " stands already in " place[current])
	place[current] = where
	place_c[current] = "\"" FILENAME "\", " FNR
	names[room, ++total[room]] = current
}

function migration_begin(    parts, n) {
	n = split(FILENAME, parts, "/")
	base = parts[n]
	if (base !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]*\.(pg\.)?sql$/) fault("a migration is named NNNN_name.sql")
	set = parts[n - 1] == "keys" ? "keys" : "main"
	number = substr(base, 1, 4) + 0
	if (!pg) {
		if ((set, number) in migration) fault("number " number " is taken by " migration[set, number])
		migration[set, number] = base
		if (number > last[set]) last[set] = number
	}
}

FNR == 1 {
	finish()
	split(FILENAME, path, "/")
	in_migration = path[1] == "db"
	pg = FILENAME ~ /\.pg\.sql$/
	room = path[2]
	if (in_migration) migration_begin()
	else if (!(room in rank)) fault("room " room " is not in the list")
}
in_migration { if (!pg) migration_text[set, number] = migration_text[set, number] "\n\t\t" quoted($0); next }
/^-- name:/ { name_line(); next }
current == "" { if ($0 !~ /^[ \t]*(--.*)?$/) fault("text outside of a statement"); next }
/^-- scope:/ {
	scope = $3
	if (!(scope in scopes)) fault("scope is authority, person, participant or system")
	next
}
/^-- database:/ {
	database = $3
	if (database != "main" && database != "keys") fault("database is main or keys")
	next
}
/^--/ { remarks++; next }
/[^ \t]/ { body = body "\n\t\t" quoted($0) }

END {
	finish()
	for (name in pg_text)
		if (!(name in place)) { printf "%s: %s has no statement to replace\n", pg_place[name], name > "/dev/stderr"; failed = 1 }
	if (failed) exit 1
	all = out "/sql_all.inc.new"
	printf "/* Made by src/store/sql.awk. */\n" > all
	for (i = 1; i in order; i++) if (total[order[i]]) write_room(order[i])
	printf "static const struct sql_room {\n\tconst struct sql_statement *items;\n\tsize_t count;\n} sql_rooms[] = {\n" > all
	for (i = 1; i in order; i++)
		printf total[order[i]] ? "\t{sql_%s, %d},\n" : "\t{NULL, 0}, /* %s */\n", order[i], total[order[i]] > all
	printf "};\n" > all
	target = out "/sql_migrations.inc.new"
	printf "/* Made by src/store/sql.awk. */\n" > target
	write_migrations("main", target)
	write_migrations("keys", target)
}

function write_room(room,    j, name, header) {
	header = out "/sql_" room ".h.new"
	printf "/* Made by src/store/sql.awk: statements of %s. */\n#ifndef SQL_%s_H\n#define SQL_%s_H\n\nenum {\n",
		room, toupper(room), toupper(room) > header
	printf "static const struct sql_statement sql_%s[] = {\n", room > all
	for (j = 1; j <= total[room]; j++) {
		name = names[room, j]
		printf "\tSQL_%s = %d,\n", toupper(name), 1000 * rank[room] + j - 1 > header
		printf "\t{\"%s\", %s, %s,%s,%s},\n", name, place_c[name], attribute[name], text[name],
			(name in pg_text) ? pg_text[name] : " NULL" > all
	}
	printf "};\n\n#endif\n" > header
	printf "};\n\n" > all
	close(header)
}

function write_migrations(set, target,    n) {
	printf "static const struct store_migration migrations_%s[] = {\n", set > target
	for (n = 0; n <= last[set]; n++)
		if ((set, n) in migration)
			printf "\t{%d, \"%s\",%s},\n", n, migration[set, n], migration_text[set, n] > target
	printf "};\n" > target
}
