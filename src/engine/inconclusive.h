/* SPDX-License-Identifier: MIT */
/* Results that prove nothing, whatever the probe said: they fulfil no expectation. */
#ifndef ENGINE_INCONCLUSIVE_H
#define ENGINE_INCONCLUSIVE_H

#include "watch.h"

/* Is a result that else would be r inconclusive? Then why holds the reason. */
bool inconclusive(const struct instance *in, enum result r, char why[160]);

#endif
