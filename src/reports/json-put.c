// SPDX-License-Identifier: MIT
/* Members of a JSON object. Times are printed from integers, so that no locale can turn the point into a comma. */
#include "json-put.h"

#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/utf8.h"

void json_string(struct out *o, const char *s)
{
	out_text(o, "\"");
	while (*s) {
		uint32_t c;
		size_t len = utf8_take(s, &c);

		if (c == UTF8_BAD)
			out_text(o, "\\ufffd");
		else if (c < 0x20 || c == 0x7f)
			out_printf(o, "\\u%04x", (unsigned)c);
		else if (c == '"' || c == '\\')
			out_printf(o, "\\%c", (int)c);
		else
			out_bytes(o, s, len);
		s += len;
	}
	out_text(o, "\"");
}

void json_text(struct out *o, const char *key, const char *value)
{
	out_printf(o, ",\"%s\":", key);
	if (value && *value)
		json_string(o, value);
	else
		out_text(o, "null");
}

void json_text_if_any(struct out *o, const char *key, const char *value)
{
	if (value && *value)
		json_text(o, key, value);
}

void json_number(struct out *o, const char *key, int64_t value)
{
	out_printf(o, ",\"%s\":", key);
	if (value < 0)
		out_text(o, "null");
	else
		out_printf(o, "%" PRId64, value);
}

void json_seconds(struct out *o, const char *key, nsec value)
{
	char text[DURATION_ROOM];
	bool known = value != TIME_NONE && value != NS_NEVER;

	out_printf(o, ",\"%s\":%s", key, known ? duration_seconds(text, value, 6) : "null");
}

void json_boolean(struct out *o, const char *key, bool value)
{
	out_printf(o, ",\"%s\":%s", key, value ? "true" : "false");
}

void json_late(struct out *o, const struct event *e)
{
	if (e->late)
		json_seconds(o, "late", e->late);
}

void json_connection(struct out *o, const struct event *e)
{
	json_number(o, "conn", e->conn ? (int64_t)e->conn : -1);
	json_text_if_any(o, "name", e->name);
}

void json_group(struct out *o, const char *name, const char *group)
{
	if (group && (!name || strcmp(name, group) != 0))
		json_text_if_any(o, "group", group);
}

void json_packets(struct out *o, const struct packets *p)
{
	if (p->count < 0)
		return;
	json_number(o, "wire_packets", p->count);
	json_number(o, "wire_bytes", p->bytes);
	json_seconds(o, "wire_time", p->time);
}

void json_predicted(struct out *o, const struct predicted *p)
{
	if (!p->known)
		return;
	json_text(o, "predicted", result_name(p->result));
	json_seconds(o, "predicted_by", p->by);
	json_boolean(o, "off", p->off);
}
