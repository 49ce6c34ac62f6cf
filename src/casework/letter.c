/* Letters: the frozen data a template reads, and its rendering by the helper. */
#include "casework/casework_int.h"

#include "format/json.h"

static void put(struct json_out *o, const char *name, struct text value)
{
	json_out_name(o, name);
	json_out_text(o, value);
}

static void put_value(struct json_out *o, struct text name, struct feel_value v)
{
	json_out_name_text(o, name);
	/* A value of the engine writes itself; the separator was set by the name. */
	o->named = false;
	feel_to_plain_json(o->buf, v, false);
}

static void put_authority(struct json_out *o, const struct names_facts *f)
{
	const struct service_authority *x = f->adoption->authority;
	const struct service_unit *u = f->adoption->unit;
	json_out_name(o, "authority");
	json_out_object(o);
	put(o, "name", service_local_text(x->name, f->language));
	put(o, "unit", service_local_text(u->name, f->language));
	put(o, "street", u->street);
	put(o, "postcode", u->postcode);
	put(o, "city", u->city);
	put(o, "phone", u->phone);
	put(o, "mail", u->mail);
	put(o, "hours", service_local_text(u->hours, f->language));
	put(o, "remedy_address", u->remedy_address);
	json_out_end(o);
}

/* Texts below letter.<id>. by their last part: {text: {"subject": ...}}. */
static void put_texts(
        struct json_out *o, const struct names_facts *f, struct arena *a, struct text letter)
{
	const struct texts *t = f->adoption->service->texts;
	struct text prefix = text_format(a, "letter.%.*s.", TEXT_ARG(letter));
	json_out_name(o, "text");
	json_out_object(o);
	for (int key = 0;; key++) {
		struct text name = texts_key_name(t, key);
		if (!name.ptr)
			break;
		if (!text_starts(name, prefix))
			continue;
		json_out_name_text(o, text_part(name, prefix.len, name.len));
		json_out_text(o, service_text(f->adoption, f->language, name, NULL));
	}
	json_out_end(o);
}

static void put_letter(struct json_out *o, const struct names_facts *f, struct arena *a,
        const struct service_letter *l, struct text drafter, bool draft)
{
	struct text key = text_format(a, "letter.%.*s.subject", TEXT_ARG(l->id));
	struct date day = date_at(f->cw->o.zone, f->now);
	json_out_name(o, "letter");
	json_out_object(o);
	put(o, "id", l->id);
	put(o, "kind", text_from(service_letter_kind_name(l->kind)));
	put(o, "date", date_text(a, day));
	put(o, "subject", service_text(f->adoption, f->language, key, NULL));
	put(o, "drafter", drafter);
	json_out_name(o, "draft");
	json_out_bool(o, draft);
	json_out_end(o);
}

/* What letter_data writes itself. The lint refuses fields and results of these names; what comes
 * from elsewhere (scripts, parameters) must not make a name twice. */
static bool own_name(struct text name)
{
	static const char *const names[] = {"language", "authority", "letter", "text", "answers"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (text_is(name, names[i]))
			return true;
	return false;
}

static void put_context(struct json_out *o, struct feel_value v)
{
	if (v.kind != FEEL_CONTEXT)
		return;
	for (size_t i = 0; i < v.context->count; i++) {
		if (!own_name(v.context->entries[i].name))
			put_value(o, v.context->entries[i].name, v.context->entries[i].value);
	}
}

static enum err put_answers(struct json_out *o, const struct names_facts *f, struct arena *a,
        struct text answers, struct errinfo *e)
{
	struct case_view v = {
	        .adoption = f->adoption, .applicant = f->applicant, .answers = answers};
	v.row.received = f->received;
	v.row.number = f->number;
	struct form_run *run;
	const struct form_block *blocks;
	size_t count;
	struct words w = service_words(a, f->adoption, f->language, f->cw->o.texts);
	TRY(case_form(f->cw, &v, a, NULL, &run, e));
	TRY(form_listing(run, &w, &blocks, &count, e));
	json_out_name(o, "answers");
	json_out_array(o);
	for (size_t i = 0; i < count; i++) {
		json_out_object(o);
		put(o, "title", blocks[i].title);
		json_out_name(o, "rows");
		json_out_array(o);
		for (size_t k = 0; k < blocks[i].count; k++) {
			const struct form_row *row = &blocks[i].rows[k];
			json_out_object(o);
			put(o, "label", row->label);
			put(o, "value", row->value);
			json_out_name(o, "heading");
			json_out_bool(o, row->heading);
			json_out_name(o, "level");
			json_out_int(o, row->level);
			json_out_end(o);
		}
		json_out_end(o);
		json_out_end(o);
	}
	json_out_end(o);
	return OK;
}

/* The copy of the declaration: the receipt is identical to check-your-answers. */
static enum err put_copy(struct json_out *o, const struct names_facts *f,
        const struct letter_ask *ask, struct arena *a, struct errinfo *e)
{
	struct text answers = ask->answers, applicant;
	if (answers.len == 0)
		TRY(application_read(
		        f->db, f->case_id, ask->answers_version, a, &answers, &applicant, e));
	return put_answers(o, f, a, answers, e);
}

enum err letter_data(struct arena *a, const struct names_facts *f, const struct letter_ask *ask,
        struct buf *out, struct errinfo *e)
{
	const struct service_letter *l = service_find_letter(f->adoption->service, ask->letter);
	if (!l)
		return fail(e, ERR_NOT_FOUND, "the package has no letter '%.*s'",
		        TEXT_ARG(ask->letter));
	struct feel_value names;
	TRY(names_build(a, f, &names, e));
	/* What the process set hides a name around it, as in its own expressions. */
	struct feel_context_builder all = feel_context_begin(a);
	const struct feel_value parts[] = {names, ask->variables, ask->extra};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		for (size_t k = 0; parts[i].kind == FEEL_CONTEXT && k < parts[i].context->count;
		        k++)
			feel_context_set(&all, parts[i].context->entries[k].name,
			        parts[i].context->entries[k].value);
	}
	struct json_out o = json_out(out);
	json_out_object(&o);
	put(&o, "language", f->language);
	put_context(&o, feel_context_end(&all));
	put_authority(&o, f);
	put_letter(&o, f, a, l, ask->drafter, ask->draft);
	put_texts(&o, f, a, ask->letter);
	if (l->kind == SERVICE_RECEIPT)
		TRY(put_copy(&o, f, ask, a, e));
	json_out_end(&o);
	return buf_whole(out, "the data of the letter", e);
}

enum err letter_make(struct casework *cw, struct arena *a, const struct service_adoption *x,
        struct text letter, struct text data, int64_t at_ms, struct text *pdf, struct errinfo *e)
{
	if (!cw->o.letters)
		return fail(e, ERR_BUSY, "no letter helper runs");
	struct letter_request request = {
	        .package = x->service->dir,
	        .shared = x->service->letters_dir,
	        .template = text_z(a, letter),
	        .data = data,
	        .made_at = at_ms / 1000,
	        .standard = LETTER_PDF_A_2A,
	};
	struct letter made;
	TRY(letter_render(cw->o.letters, &request, a, &made, e));
	*pdf = made.pdf;
	return OK;
}
