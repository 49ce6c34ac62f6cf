/* base/err.h - error codes, the error record and invariants.
 *
 * A function that can fail returns `enum err` and fills a `struct errinfo` with what
 * happened (for the log), where (file, line, element, field) and a message key for the
 * person. What a person typed wrong is data (findings of `form`), not an error. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum err {
	OK = 0,
	ERR_INVALID,     /* the input breaks a rule; the record says which and where */
	ERR_NOT_FOUND,   /* no such thing, or none this person may know of */
	ERR_DENIED,      /* known person, missing right */
	ERR_CONFLICT,    /* the state changed meanwhile (task done, case closed) */
	ERR_LIMIT,       /* a limit was reached; never a partial result */
	ERR_BUSY,        /* try again later; nothing was done */
	ERR_FULL,        /* no space on the disk; nothing was done */
	ERR_IO,          /* reading or writing failed; nothing was done */
	ERR_CORRUPT,     /* stored data contradicts itself */
	ERR_UNSUPPORTED, /* correct, but not executed here */
	ERR_INTERNAL,    /* a fault of the program, answered instead of crashing */
};

enum {
	ERRINFO_MESSAGE_MAX = 512,
	ERRINFO_WHERE_MAX = 256,
	ERRINFO_KEY_MAX = 64,
};

struct errinfo {
	enum err code;
	int line;                          /* line in `where`, 0 = unknown */
	char message[ERRINFO_MESSAGE_MAX]; /* English, for log and command line */
	char where[ERRINFO_WHERE_MAX];     /* file, element id or field path; may be empty */
	char key[ERRINFO_KEY_MAX];         /* text key for the person; may be empty */
};

/* The name of a code as it stands in logs and JSON ("conflict"). */
const char *err_name(enum err code);

/* Fill the record and return `code`. `e` may be NULL (the caller does not care). */
enum err fail(struct errinfo *e, enum err code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Add the place to a record that has none yet and return its code. `line` 0 = unknown. */
enum err fail_at(struct errinfo *e, const char *where, int line);

/* Set the message key a person is shown for this record and return its code. */
enum err fail_key(struct errinfo *e, const char *key);

/* Return early with the error of `expression`; the record is already filled. */
#define TRY(expression)                                                                            \
	do {                                                                                       \
		enum err try_err = (expression);                                                   \
		if (try_err != OK)                                                                 \
			return try_err;                                                            \
	} while (0)

/* An invariant: always compiled in. Writes file and line to stderr and aborts. */
#define check(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))
_Noreturn void check_failed(const char *condition, const char *file, int line);

#endif
