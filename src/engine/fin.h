/* SPDX-License-Identifier: MIT */
/* What did a FIN mean: that the peer is gone, or only that it will send no more? */
#ifndef ENGINE_FIN_H
#define ENGINE_FIN_H

#include "watch.h"

/*
 * At the end of a watch: finds out, by what was written after each FIN, which
 * connections are only half-closed (half_closed), and, unless the fault has said it,
 * tells it in a note for each peer. What a connection shows holds for those of the same
 * peer on which nobody wrote, but not if a byte of its own provoked its FIN, nor if
 * another one contradicts it.
 */
void fin_judge(struct watch *w);

/* When it will be known what the first bytes after a FIN came to; a time that is past
 * if there is nothing to wait for. */
nsec fin_settled(const struct watch *w);

#endif
