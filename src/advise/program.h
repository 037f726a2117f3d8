/* SPDX-License-Identifier: MIT */
/* What the programs of settings.h share: a function of each fills its setting. */
#ifndef ADVISE_PROGRAM_H
#define ADVISE_PROGRAM_H

#include <inttypes.h>

#include "base/number.h"
#include "settings.h"

#define SECONDS(t) ((t) / NS_PER_S)
#define MS(t) (((t) + NS_PER_MS - 1) / NS_PER_MS)

/* The same time, to whole seconds. */
#define ROUGHLY(t) (((t) + NS_PER_S / 2) / NS_PER_S * NS_PER_S)

/* Appends; what finds no room is cut off. */
void setting_put(char *to, size_t room, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
#define TEXT(s, ...) setting_put((s)->text, sizeof((s)->text), __VA_ARGS__)
#define NOTE(s, ...) setting_put((s)->note, sizeof((s)->note), __VA_ARGS__)

/* Takes the bound of a way. false: it has none, and the note says from when on it would. */
bool setting_take(const struct tunings *t, enum way way, struct setting *s);

/* 0, or -1 with the reason in *e. */
typedef int setting_write(const struct tunings *t, struct setting *s, struct error *e);

setting_write ask_c, ask_python, ask_go, options_c, options_python, options_go; /* languages.c */
setting_write set_nginx, set_postgres, set_libpq, set_redis, set_haproxy, set_ssh, set_sshd; /* servers.c */

#endif
