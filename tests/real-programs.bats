#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs of Debian's packages under test in the lab, as clients and as servers: which setting of theirs notices which
# death, and when. tests/programs/real says why.

load helper
load programs

@test "Redis, nginx, HAProxy, OpenSSH, PostgreSQL, curl and nc notice what they are set to" {
	programs_hold lab real
}
