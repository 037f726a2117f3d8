// SPDX-License-Identifier: MIT
/* The rows of programs. */
#include "program.h"

static const struct probe rows[] = {
	[PROGRAM_CLIENT] = { .name = "client", .summary = "the client under test" },
	[PROGRAM_SERVER] = { .name = "server", .summary = "the server under test" },
};

const struct probe *program_probe(enum program_role role)
{
	return &rows[role];
}
