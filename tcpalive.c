// SPDX-License-Identifier: MIT
/* tcpalive: how do I know that the other end of a TCP connection is dead? */
#include <stdio.h>

#include "cli/version.h"

int main(void)
{
	puts("tcpalive " TCPALIVE_VERSION);
	return 0;
}
