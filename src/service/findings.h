/* service/findings.h - collecting what is wrong, with its place. */
#ifndef SERVICE_FINDINGS_H
#define SERVICE_FINDINGS_H

#include "service/service.h"

/* Where something was found. */
struct spot {
	struct text package, file;
	int line;
	struct text place;
};

#define WORD(name_, value_) ((struct word_param){.name = TEXT(name_), .value = (value_)})

/* A finding of ours: the text is service.finding.<code>. Texts are copied. */
void found(struct service_findings *f, enum service_severity severity, struct spot spot,
        const char *code, const struct word_param *params, size_t count);
#define FOUND(f, severity, spot, code, ...)                                                        \
	found((f), (severity), (spot), (code), (struct word_param[]){__VA_ARGS__},                 \
	        sizeof((struct word_param[]){__VA_ARGS__}) / sizeof(struct word_param))
#define FOUND_PLAIN(f, severity, spot, code) found((f), (severity), (spot), (code), NULL, 0)

/* A finding of another room: `room`.`code` with its English sentence. `params` are named
 * "0", "1", ... where they have no name. */
void found_by(struct service_findings *f, enum service_severity severity, struct spot spot,
        const char *room, const char *code, const struct word_param *params, size_t count,
        struct text sentence);

/* The same as an error record that a function of another room filled. */
void found_error(
        struct service_findings *f, struct spot spot, const char *code, const struct errinfo *e);

#endif
