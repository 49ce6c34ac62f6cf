#include "store/db_int.h"

#include "sql_all.inc"

enum {
	ROOM_SIZE = 1000, /* numbers a room, as in sql.awk */
	ROOMS = sizeof sql_rooms / sizeof *sql_rooms,
};

const struct sql_statement *sql_find(int id, size_t *index)
{
	int room = id / ROOM_SIZE - 1, at = id % ROOM_SIZE;
	if (id < 0 || room < 0 || room >= ROOMS || (size_t)at >= sql_rooms[room].count)
		return NULL;
	*index = (size_t)at;
	for (int i = 0; i < room; i++)
		*index += sql_rooms[i].count;
	return &sql_rooms[room].items[at];
}

size_t sql_count(void)
{
	size_t count = 0;
	for (int i = 0; i < ROOMS; i++)
		count += sql_rooms[i].count;
	return count;
}

const struct sql_statement *sql_at(size_t index)
{
	int room = 0;
	while (room < ROOMS && index >= sql_rooms[room].count)
		index -= sql_rooms[room++].count;
	check(room < ROOMS);
	return &sql_rooms[room].items[index];
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct text word_before(struct text sql, size_t end)
{
	while (end > 0 && sql.ptr[end - 1] == ' ')
		end--;
	size_t from = end;
	while (from > 0 && is_word(sql.ptr[from - 1]))
		from--;
	return text_part(sql, from, end);
}

/* `column = :column` with or without an alias, or the parameter as a value of an INSERT. */
static bool holds(struct text sql, const char *column, bool insert)
{
	size_t at = 0;
	struct text name = text_from(column);
	while ((at = text_find(sql, TEXT(":"), at)) != SIZE_MAX) {
		size_t from = at + 1, to = from + name.len;
		at = from;
		bool same = to <= sql.len && text_eq(text_part(sql, from, to), name) &&
		            (to == sql.len || !is_word(sql.ptr[to]));
		if (!same)
			continue;
		if (insert)
			return true;
		size_t before = from - 1;
		while (before > 0 && sql.ptr[before - 1] == ' ')
			before--;
		if (before > 0 && sql.ptr[before - 1] == '=' &&
		        text_eq(word_before(sql, before - 1), name))
			return true;
	}
	return false;
}

bool sql_scope_holds(const struct sql_statement *s)
{
	static const char *const columns[] = {"authority", "person", "participant"};
	if (s->scope == SQL_SCOPE_SYSTEM)
		return true;
	struct text sql = text_from(s->sql);
	return holds(sql, columns[s->scope], text_starts(sql, TEXT("INSERT")));
}
