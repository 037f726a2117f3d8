#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# audit: what it predicts is what happens to these very connections, and what is expected of them.

load helper
load servers
load routed

@test "a path that is cut ends connections when the audit said" {
	[ -z "${TCPALIVE_WRAPPED:-}" ] || return 0
	routed
	start_peer_at server --life echo
	at watcher timeout 60 python3 "$TESTS/audit-expect.py" measured "$TCPALIVE" "$SERVER4" "$port" "$(fault drop_path "$port")" 3>&- 4>&-
}

@test "each connection is held against what is expected, and what breaks it is named in every report" {
	need_copies
	timeout 60 python3 "$TESTS/audit-expect.py" expected "$TCPALIVE" 3>&- 4>&-
}
