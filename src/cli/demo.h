/* cli/demo.h - the demonstration set: invented people and cases from files in demo/. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "cli/app.h"

/* demo/people.json: the citizens of the demonstration's identity provider. */
MUST_USE enum err demo_persons(struct app *app, struct errinfo *e);
void demo_register(struct app *app);
/* Fill `data` when it does not exist or is empty: everything is played in a folder beside it, which
 * gets its name when it is complete. */
MUST_USE enum err demo_fill(struct text home, struct text data, struct errinfo *e);
/* Names and passwords for the person who started the demonstration. */
void demo_print_logins(struct app *app);

#endif
