/* Unicode forms by ICU; the only file of base/text that knows it. */
#include "base/text.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

struct wide {
	UChar *ptr;
	int32_t len;
};

enum { WIDE_GROWTH = 4 }; /* NFC and case mapping grow a text at most threefold */

static bool widen(struct arena *a, struct text t, struct wide *out)
{
	if (t.len > ARENA_BLOCK_MAX / (2 * WIDE_GROWTH * sizeof(UChar)))
		return false;
	UErrorCode status = U_ZERO_ERROR;
	out->ptr = ARENA_ARRAY(a, t.len + 1, UChar);
	u_strFromUTF8(out->ptr, (int32_t)t.len + 1, &out->len, t.ptr, (int32_t)t.len, &status);
	return U_SUCCESS(status);
}

static struct text narrow(struct arena *a, const UChar *ptr, int32_t len, struct text otherwise)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t size = len * 3 + 1, used = 0;
	char *z = arena_alloc(a, (size_t)size);
	u_strToUTF8(z, size, &used, ptr, len, &status);
	return U_SUCCESS(status) ? (struct text){z, (size_t)used} : otherwise;
}

static bool is_ascii(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if ((unsigned char)t.ptr[i] >= 0x80)
			return false;
	}
	return true;
}

struct text text_nfc(struct arena *a, struct text t)
{
	struct wide in;
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	if (is_ascii(t) || U_FAILURE(status) || !widen(a, t, &in))
		return t;
	int32_t size = in.len * WIDE_GROWTH + 1;
	UChar *out = ARENA_ARRAY(a, (size_t)size, UChar);
	int32_t len = unorm2_normalize(nfc, in.ptr, in.len, out, size, &status);
	return U_SUCCESS(status) ? narrow(a, out, len, t) : t;
}

typedef int32_t case_mapping(UChar *, int32_t, const UChar *, int32_t, const char *, UErrorCode *);

static struct text map_case(struct arena *a, struct text t, case_mapping *map)
{
	struct wide in;
	if (t.len == 0 || !widen(a, t, &in))
		return t;
	UErrorCode status = U_ZERO_ERROR;
	int32_t size = in.len * WIDE_GROWTH + 1;
	UChar *out = ARENA_ARRAY(a, (size_t)size, UChar);
	int32_t len = map(out, size, in.ptr, in.len, "", &status);
	return U_SUCCESS(status) ? narrow(a, out, len, t) : t;
}

struct text text_upper(struct arena *a, struct text t)
{
	return map_case(a, t, u_strToUpper);
}

struct text text_lower(struct arena *a, struct text t)
{
	return map_case(a, t, u_strToLower);
}
