# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# What the lab must measure, written by hand from how TCP works: lab-golden.tsv.

# golden: PROBE FAULT RESULT FROM BY, a line for each cell, sets of faults taken apart.
golden() {
	awk -F'\t' '
		/^#/ || !NF { next }
		$1 ~ /^@/ { set[$1] = $2; next }
		{
			n = split($2 in set ? set[$2] : $2, fault, ",")
			for (i = 1; i <= n; i++) print $1, fault[i], $3, $4, $5
		}' "$TESTS/lab-golden.tsv"
}
