/* format/media.h - what kind of file some bytes are, whatever their name claims.
 *
 * Wraps libmagic; "application/pdf", "image/jpeg", "text/plain", else
 * "application/octet-stream". */
#ifndef FORMAT_MEDIA_H
#define FORMAT_MEDIA_H

#include "base/text.h"

struct text media_of(struct arena *a, struct text bytes);

#endif
