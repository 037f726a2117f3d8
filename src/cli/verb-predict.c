// SPDX-License-Identifier: MIT
/* predict: what the lab would measure, computed without a network. */
#include "advise/run.h"
#include "request.h"
#include "verb.h"

static const struct verb_option options[] = {
	{ .name = "--probe", .help = PROBES_HELP("every probe") },
	{ .name = "--interval" },
	{ .name = "--traffic", .help = "what the watcher's application sends meanwhile" },
	{ .name = "--rtt" },
	{ .name = "--sysctl", .help = "assume this value of a TCP sysctl instead of the system's; repeatable" },
	{ .name = NULL },
};

static int predict_fill(struct request *r, struct error *e)
{
	r->plan->mode = MODE_PREDICT;
	return probes_fill(r, e) || faults_fill(r, e) || outputs_fill(r, e) ? -1 : 0;
}

static const char *const calls[] = { "[OPTION]... [FAULT[:KEY=VALUE]...]...", NULL };

const struct verb verb_predict = {
	.name = "predict",
	.summary = "compute when each probe notices each fault at the latest, without a network",
	.calls = calls,
	.text = "Computed from the parameters, this system's sysctls (or those of --sysctl) and how TCP "
		"works. -v adds the reasons.",
	.examples =
		"  tcpalive predict kill freeze drop --traffic request \\\n"
		"           -p keepalive:idle=60s:intvl=10s:cnt=6,user-timeout:after=30s\n",
	.operands = "faults",
	.options = options,
	.reports = true,
	.fill = predict_fill,
	.run = run_predict,
};
