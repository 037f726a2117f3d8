#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# What the manual gives to systemd and to Kubernetes: its form, and that its commands run.

load helper

# The text of a file with this machine's places.
here() {
	sed "s|/usr/local/bin/tcpalive|$TCPALIVE|; s|^/tcpalive |$TCPALIVE |; s|/tcpalive audit|$TCPALIVE audit|
		s|/var/lib/node_exporter/textfile|$dir|; s|/textfile/|$dir/|; s|/etc/tcpalive.targets|$dir/targets|" "$1"
}

whole() { python3 "$TESTS/openmetrics.py" "$@" >/dev/null 2>&1; }

@test "the manual's units and manifest are well-formed, and their commands write what node_exporter reads" {
	dir=$BATS_TEST_TMPDIR
	local name command
	python3 "$TESTS/fleet.py" "$TESTS/../man/tcpalive.1" "$dir"
	for name in tcpalive.service tcpalive-audit.service tcpalive-audit.timer daemonset.yaml setup; do [ -s "$dir/$name" ]; done
	bash -n "$dir/setup"
	if command -v systemd-analyze >/dev/null; then
		mkdir "$dir/units"
		for name in tcpalive.service tcpalive-audit.service tcpalive-audit.timer; do
			sed "s|/usr/local/bin/tcpalive|/bin/true|" "$dir/$name" >"$dir/units/$name"
		done
		run systemd-analyze verify "$dir"/units/*
		# Where it may not look at the machine it says that instead.
		[ "$status" -eq 0 ] || [[ $output != *"$dir/units"* ]]
	fi
	echo '127.0.0.1:1 nobody' >"$dir/targets"
	mapfile -t command < <(here "$dir/tcpalive.service.command")
	spawn keeps "${command[@]}"
	eventually 20 whole "$dir/tcpalive.prom" 'tcpalive_up{target="127.0.0.1:1",name="nobody"}'
	kill -TERM "$pid"
	status=0
	within 20 "$pid"
	# The status that the unit takes for a success.
	grep -qx "SuccessExitStatus=$status" "$dir/tcpalive.service"
	[ "$(python3 "$TESTS/openmetrics.py" "$dir/tcpalive.prom" 'tcpalive_up{target="127.0.0.1:1",name="nobody"}')" = 0 ]
	mapfile -t command < <(here "$dir/tcpalive-audit.service.command")
	spawn once "${command[@]}"
	within 30 "$pid"
	whole "$dir/tcpalive_audit.prom"
	rm "$dir/tcpalive_audit.prom"
	spawn container sh -c "$(here "$dir/daemonset.yaml.command")"
	eventually 30 whole "$dir/tcpalive_audit.prom"
}
