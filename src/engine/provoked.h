/* SPDX-License-Identifier: MIT */
/*
 * Did a byte of a probe's own provoke the end of its connection? A FIN or an RST right
 * after such a byte, while other connections to the same peer live, was an answer to it
 * and not the peer's death. Fills in conn.own.
 */
#ifndef ENGINE_PROVOKED_H
#define ENGINE_PROVOKED_H

#include "watch.h"

/* At the connection's first end: remembers whose byte was the last, and how long before. */
void provoked_at_end(struct conn *c, const struct kernel_event *k);

/* Did it end right after a probe's own byte? */
bool provoked_after_own_byte(const struct conn *c);

/* Then: the same, before the fault and any other end, while others live. Sets provoked. */
bool provoked_while_others_live(struct conn *c);

/* Something ended that nobody provoked, then: the earliest end that came together with it,
 * which was not provoked either. */
nsec provoked_first_end(struct watch *w, nsec unprovoked);

/* At the end of a watch: none of those that seemed to live did. Unsets provoked. */
void provoked_withdraw(struct conn *c);

/* At the end of a watch: another of the same peer answered the liveness poll. Sets provoked;
 * before fin_judge. */
void provoked_by_poll(struct conn *c);

/* It ended right after a byte of a probe that the peer had never answered, and no other
 * connection can tell what would have happened without. */
bool provoked_perhaps(const struct conn *c);

#endif
