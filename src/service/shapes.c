/* The vocabulary of format 1: service.json, overlays, authorities, routing, golden cases
 * (docs/packages.md). form.json is checked by the room form. */
#include "service/schema.h"

#define NEED(name_, shape_)                                                                        \
	{                                                                                          \
		.name = (name_), .shape = &(shape_), .required = true                              \
	}
#define MAY(name_, shape_)                                                                         \
	{                                                                                          \
		.name = (name_), .shape = &(shape_)                                                \
	}
#define KEYS(...)                                                                                  \
	{                                                                                          \
		.kind = SHAPE_KEYS, .keys = (const struct shape_key[])                             \
		{                                                                                  \
			__VA_ARGS__,                                                               \
			{                                                                          \
				.name = NULL                                                       \
			}                                                                          \
		}                                                                                  \
	}

static const struct shape any = {.kind = SHAPE_ANY};
static const struct shape text = {.kind = SHAPE_TEXT};
static const struct shape truth = {.kind = SHAPE_BOOL};
static const struct shape whole = {.kind = SHAPE_WHOLE};
static const struct shape local = {.kind = SHAPE_LOCAL};
static const struct shape texts = {.kind = SHAPE_LIST, .item = &text};
static const struct shape anys = {.kind = SHAPE_LIST, .item = &any};
static const struct shape text_or_texts = {.kind = SHAPE_ONE_OF, .item = &text, .other = &texts};

/* service.json ------------------------------------------------------------------------------ */

static const struct shape keys_of_service =
        KEYS(MAY("leika", texts), MAY("xzufi", text), MAY("sdg", text));

static const struct shape level = {.kind = SHAPE_TEXT, .words = "state district municipality"};
static const struct shape who_word = {
        .kind = SHAPE_TEXT, .words = "person organisation staff anonymous"};
static const struct shape who = {.kind = SHAPE_LIST, .item = &who_word};

static const struct shape law_kind = {.kind = SHAPE_TEXT, .words = "act ordinance by-law internal"};
static const struct shape law = KEYS(NEED("id", text), NEED("cite", text), MAY("kind", law_kind),
        MAY("checked", truth), MAY("link", text));
static const struct shape laws = {.kind = SHAPE_LIST, .item = &law};

static const struct shape process = KEYS(MAY("use", text), MAY("range", text), MAY("file", text));
static const struct shape params = {.kind = SHAPE_MAP, .item = &any};

static const struct shape slot_kind = {.kind = SHAPE_TEXT,
        .words = "value table text block list fields step role authority codes"};
static const struct shape merge = {.kind = SHAPE_TEXT, .words = "replace rows"};
static const struct shape columns = {.kind = SHAPE_MAP, .item = &text};
static const struct shape slot = KEYS(NEED("kind", slot_kind), MAY("type", text), MAY("min", any),
        MAY("max", any), MAY("pattern", text), MAY("unit", text), MAY("codes", text),
        MAY("default", any), MAY("law", text), MAY("columns", columns), MAY("key", text_or_texts),
        MAY("dated", truth), MAY("merge", merge), MAY("after_decision", truth), MAY("at", text));
static const struct shape slots = {.kind = SHAPE_MAP, .item = &slot};

static const struct shape may_word = {.kind = SHAPE_TEXT, .words = "read write decide sign assign"};
static const struct shape may = {.kind = SHAPE_LIST, .item = &may_word};
static const struct shape role = KEYS(MAY("may", may), MAY("not", text));
static const struct shape roles = {.kind = SHAPE_MAP, .item = &role};

static const struct shape trust_word = {
        .kind = SHAPE_TEXT, .words = "none account substantial high"};
static const struct shape trust = KEYS(NEED("start", trust_word), NEED("submit", trust_word));

static const struct shape open_word = {.kind = SHAPE_TEXT, .words = "always paused closed"};
static const struct shape season = KEYS(NEED("from", text), NEED("to", text));
static const struct shape opening = {.kind = SHAPE_ONE_OF, .item = &open_word, .other = &season};

static const struct shape event = {
        .kind = SHAPE_TEXT, .words = "submitted complete requested effect paid closed"};
static const struct shape shift = {.kind = SHAPE_TEXT, .words = "next-working-day none"};
static const struct shape silent = {
        .kind = SHAPE_TEXT, .words = "none remind refuse deemed withdrawn"};
static const struct shape deadline = KEYS(NEED("event", event), NEED("length", text),
        MAY("law", text), MAY("shift", shift), MAY("silent", silent));
static const struct shape deadlines = {.kind = SHAPE_MAP, .item = &deadline};

static const struct shape regime = {
        .kind = SHAPE_TEXT, .words = "post retrieval account social service special"};
static const struct shape procedure = {
        .kind = SHAPE_TEXT, .words = "general social-admin social-court fines"};
static const struct shape channel = {.kind = SHAPE_TEXT, .words = "mailbox post"};
static const struct shape channels = {.kind = SHAPE_LIST, .item = &channel};
static const struct shape deliver = KEYS(NEED("regime", regime), NEED("channels", channels),
        MAY("remedy", text), MAY("procedure", procedure), MAY("announce_shift", shift));

static const struct shape letter_kind = {
        .kind = SHAPE_TEXT, .words = "receipt request reminder notice info"};
static const struct shape letter = KEYS(NEED("kind", letter_kind), MAY("free", texts));
static const struct shape letters = {.kind = SHAPE_MAP, .item = &letter};

static const struct shape archive = {.kind = SHAPE_TEXT, .words = "A V B"};
static const struct shape filing = KEYS(NEED("plan", text), NEED("retention_years", whole),
        NEED("from", text), NEED("archive", archive), MAY("year_end", truth));

static const struct shape purpose =
        KEYS(NEED("basis", text), MAY("recipients", texts), MAY("keep", text));
static const struct shape purposes = {.kind = SHAPE_MAP, .item = &purpose};

const struct shape shape_service = KEYS(MAY("$schema", text), NEED("format", whole),
        NEED("id", text), NEED("version", text), MAY("keys", keys_of_service), MAY("life", texts),
        NEED("level", level), NEED("who", who), NEED("law", laws), NEED("process", process),
        MAY("params", params), MAY("slots", slots), NEED("roles", roles), NEED("trust", trust),
        MAY("open", opening), MAY("deadlines", deadlines), NEED("deliver", deliver),
        MAY("letters", letters), NEED("file", filing), NEED("privacy", purposes));

/* authorities/<ags>/<service>.json ---------------------------------------------------------- */

static const struct shape lists = {.kind = SHAPE_MAP, .item = &anys};
const struct shape shape_overlay = KEYS(MAY("$schema", text), MAY("format", whole),
        NEED("for", text), MAY("range", text), MAY("base", text), NEED("authority", text),
        MAY("set", params), MAY("add", lists), MAY("remove", lists));

/* authorities/<ags>/authority.json, authorities/routing.json --------------------------------- */

static const struct shape text_or_null = {.kind = SHAPE_NULLABLE, .item = &text};
static const struct shape seat = KEYS(NEED("ags", text), MAY("part", text_or_null));
static const struct shape unit =
        KEYS(MAY("name", local), MAY("street", text), MAY("postcode", text), MAY("city", text),
                MAY("phone", text), MAY("mail", text), MAY("web", text), MAY("hours", local));
static const struct shape units = {.kind = SHAPE_MAP, .item = &unit};
static const struct shape place =
        KEYS(NEED("ags", text), NEED("name", text), NEED("postcodes", texts));
static const struct shape places = {.kind = SHAPE_LIST, .item = &place};
static const struct shape remedies = {.kind = SHAPE_MAP, .item = &text};

const struct shape shape_authority = KEYS(MAY("$schema", text), NEED("format", whole),
        NEED("ags", text), NEED("name", local), MAY("short_name", local), MAY("case_prefix", text),
        MAY("languages", texts), MAY("seat", seat), NEED("contact", unit), MAY("units", units),
        MAY("places", places), MAY("remedy", remedies));

static const struct shape row =
        KEYS(NEED("ags", text), MAY("place", text), MAY("postcodes", texts), NEED("service", text),
                NEED("authority", text_or_null), MAY("body", local), MAY("text", local));
static const struct shape route_rows = {.kind = SHAPE_LIST, .item = &row};
const struct shape shape_routing = KEYS(MAY("$schema", text), NEED("format", whole),
        MAY("source", text), MAY("from", text), NEED("rows", route_rows));

/* tests/<name>.json -------------------------------------------------------------------------  */

static const struct shape test_kind = {.kind = SHAPE_TEXT, .words = "path rule decision letter"};
static const struct shape act = KEYS(MAY("open", any), MAY("answer", params),
        MAY("expect_errors", texts), MAY("go_back", any), MAY("submit", any), MAY("wait", text),
        MAY("task", any), MAY("message", any), MAY("pay", any), MAY("connector", any),
        MAY("retrieve", any), MAY("bounce", any), MAY("withdraw", any), MAY("correct", any),
        MAY("post", any), MAY("expect", any), MAY("clock", text), MAY("note", text));
static const struct shape acts = {.kind = SHAPE_LIST, .item = &act};
static const struct shape map = {.kind = SHAPE_MAP, .item = &any};
static const struct shape status = {.kind = SHAPE_TEXT,
        .words = "INITIATED SUBMITTED RECEIVED PROCESSING ACTION_REQUIRED COMPLETED"};
static const struct shape statuses = {.kind = SHAPE_LIST, .item = &status};
static const struct shape expect = KEYS(MAY("path", texts), MAY("not_path", texts),
        MAY("decisions", map), MAY("data", map), MAY("letters", anys), MAY("deadlines", anys),
        MAY("deliveries", anys), MAY("status", statuses), MAY("tasks", anys), MAY("file", anys),
        MAY("privacy", any), MAY("outcome", any), MAY("errors", texts), MAY("result", any),
        MAY("has", texts), MAY("has_not", texts), MAY("history", any));
static const struct shape rows = {.kind = SHAPE_LIST, .item = &any};
const struct shape shape_test = KEYS(MAY("$schema", text), MAY("format", whole),
        NEED("kind", test_kind), NEED("name", text), MAY("authority", text), MAY("with", map),
        MAY("clock", text), MAY("who", map), MAY("do", acts), MAY("expect", expect),
        MAY("rows", rows), MAY("form", any), MAY("decision", text), MAY("letter", text),
        MAY("data", any), MAY("source", text), MAY("note", text), MAY("language", text));

/* migration.json ---------------------------------------------------------------------------- */

static const struct shape keep = {.kind = SHAPE_TEXT, .words = "convert keep offer"};
const struct shape shape_migration = KEYS(NEED("from", text), MAY("fields", anys),
        MAY("slots", anys), MAY("nodes", columns), MAY("drafts", keep), MAY("cases", keep));
