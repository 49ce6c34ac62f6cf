/* feel/xpath_block.h - Unicode blocks by the names XML Schema gives them ("BasicLatin"). */
#ifndef FEEL_XPATH_BLOCK_H
#define FEEL_XPATH_BLOCK_H

#include "base/text.h"

struct xpath_block {
	uint32_t first, last;
};

bool xpath_block_find(struct text name, struct xpath_block *out);

#endif
