/* SPDX-License-Identifier: MIT */
/* The verbs that answer ahead of time, from the model. */
#ifndef ADVISE_RUN_H
#define ADVISE_RUN_H

#include "base/error.h"
#include "plan/plan.h"

/* The exit status, with the reason in *e where it is not 0. */
int run_predict(const struct plan *p, struct error *e);
int run_advise(const struct plan *p, struct error *e);

#endif
