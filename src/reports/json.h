/* SPDX-License-Identifier: MIT */
/* The members of events, kind by kind. */
#ifndef REPORTS_JSON_H
#define REPORTS_JSON_H

#include "base/out.h"
#include "events/context.h"
#include "events/event.h"

void json_verdict(struct out *o, const struct event *e); /* suspect and dead */
void json_result(struct out *o, const struct event *e);
void json_prediction(struct out *o, const struct event *e);

void json_advice(struct out *o, const struct event *e);
void json_setting(struct out *o, const struct event *e);
void json_verified(struct out *o, const struct event *e);
void json_idle_limit(struct out *o, const struct event *e);

void json_socket(struct out *o, const struct report_context *c, const struct event *e);

void json_step(struct out *o, const struct event *e); /* of a program */
void json_program_result(struct out *o, const struct event *e);

#endif
