/* SPDX-License-Identifier: MIT */
/* What JSON objects are written with. Each member begins with its comma: it is never an object's first. */
#ifndef REPORTS_JSON_PUT_H
#define REPORTS_JSON_PUT_H

#include "base/out.h"
#include "events/event.h"

/* With quotes, and UTF-8 whatever is in s. */
void json_string(struct out *o, const char *s);

/* null for NULL and "". */
void json_text(struct out *o, const char *key, const char *value);
void json_text_if_any(struct out *o, const char *key, const char *value);

/* null below 0. */
void json_number(struct out *o, const char *key, int64_t value);

/* With microseconds; null for TIME_NONE and NS_NEVER. */
void json_seconds(struct out *o, const char *key, nsec value);
void json_boolean(struct out *o, const char *key, bool value);

/* "late", where this process was. */
void json_late(struct out *o, const struct event *e);

/* "conn", its number; null where no connection is meant. */
void json_connection(struct out *o, const struct event *e);

/* "group", where it tells what the probe's name does not: parameters, and who shares the connection. */
void json_group(struct out *o, const char *name, const char *group);

/* What the lab predicted; nothing if it did not. */
void json_predicted(struct out *o, const struct predicted *p);

/* What the lab's link counted; nothing if it did not. */
void json_packets(struct out *o, const struct packets *p);

#endif
