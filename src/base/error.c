// SPDX-License-Identifier: MIT
/* What went wrong, carried up to main. Control characters that a name or an address brought along are made visible here. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *e, enum status status, const char *fmt, ...)
{
	va_list ap;

	e->status = status;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	for (char *c = e->text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -1;
}
