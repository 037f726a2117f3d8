// SPDX-License-Identifier: MIT
/* Parses what a peer that connects says first. */
#include "said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/words.h"
#include "params.h"
#include "protocol.h"
#include "quoting.h"
#include "url.h"

static int plain_parse(struct bytes *b, const char *text, struct error *e)
{
	static const struct param row = { .unit = UNIT_BYTES, .min = 1, .max = sizeof(b->data) };
	char *value = copy_part(text, strlen(text), e);
	struct why why = { "" };
	int rc;

	if (!value)
		return -1;
	value_unquote(value);
	rc = param_value(&row, value, b, &why);
	free(value);
	return rc ? usage(e, "--say: %s: %s", quote(text).text, why.text) : 0;
}

/* With some host where there is none. To be freed. */
static char *with_host(const char *url, struct error *e)
{
	const char *colon = strstr(url, "://"), *host = colon ? colon + 3 : url;
	char *whole;

	if (!colon || !strchr("/?#", *host))
		return copy_part(url, strlen(url), e);
	if (asprintf(&whole, "%.*slocalhost%s", (int)(host - url), url, host) >= 0)
		return whole;
	out_of_memory(e);
	return NULL;
}

static int url_said(struct bytes *b, const char *text, struct error *e)
{
	char *url = with_host(text, e);
	struct target t = { 0 };
	int rc = url ? url_parse(&t, url, e) : -1;

	if (!rc && !t.protocol->asks)
		rc = usage(e, "--say: %s: not known, because %s (give the bytes)", quote(text).text, t.protocol->passive);
	else if (!rc)
		rc = protocol_begin(&t, b, e);
	target_free(&t);
	free(url);
	return rc;
}

int said_parse(struct bytes *b, const char *text, struct error *e)
{
	return is_url(text) ? url_said(b, text, e) : plain_parse(b, text, e);
}
