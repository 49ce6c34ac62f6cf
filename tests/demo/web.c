/* The server with the small site of the tests, to look at and to measure:
 * build/demo/web SECONDS [PORT] */
#include "../unit/web_site.h"

#include <stdio.h>

static struct people_demo *persons(struct arena *a)
{
	struct people_citizen *p = ARENA_NEW(a, struct people_citizen);
	p->name = TEXT("Erika Mustermann");
	p->street = TEXT("Königsbrücker Straße");
	p->house_number = TEXT("21");
	p->postcode = TEXT("01099");
	p->city = TEXT("Dresden");
	return people_demo_new(a, p, 1, clock_system(), randomness_system());
}

static int port;

static void change(struct web_config *c, struct site *s)
{
	c->port = port;
	c->demo_people = persons(s->arena);
}

int main(int argc, char **argv)
{
	long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 10;
	port = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;
	struct site *s = site_start(change);
	printf("http://127.0.0.1:%d/vorfuehrung/anmelden\n", s->port);
	fflush(stdout);
	site_sleep((int)seconds * 1000);
	site_stop(s);
	return 0;
}
