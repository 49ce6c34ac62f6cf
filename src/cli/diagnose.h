/* cli/diagnose.h - what the commands around FEEL and DMN share. */
#ifndef CLI_DIAGNOSE_H
#define CLI_DIAGNOSE_H

#include "feel/feel.h"

/* Diagnostics as sentences of ui/texts/feel.<language>.json on stderr; German where LANG
 * begins with "de", else English. */
void cli_diagnose(struct arena *a, const struct feel_diagnostics *d);
/* FEEL literal, or plain JSON with a line end. */
void cli_print_value(struct arena *a, struct feel_value v, bool json);
/* Values of a JSON file; null without a path. */
MUST_USE enum err cli_read_input(
        struct arena *a, const char *path, struct feel_value *out, struct errinfo *e);
/* The clock, or a date and time given on the command line. */
int64_t cli_now_ms(const char *given);

#endif
