/* SPDX-License-Identifier: MIT */
/*
 * What must happen, without any network: when a probe notices a fault at the
 * latest, from the parameters, the sysctls and how TCP works.
 *
 * Three steps: what the probes of a connection do to it together (composite.h), what the
 * kernel makes of that once the fault has struck (timeline.h), and when each probe's own
 * call then says so (probes/predict.h).
 */
#ifndef MODEL_PREDICT_H
#define MODEL_PREDICT_H

#include "events/event.h"
#include "plan/plan.h"
#include "tcp/sysctls.h"

struct prediction {
	enum result result;  /* NOTICED, MISSED, FALSE_ALARM, STAYED_ALIVE, UNSUPPORTED */
	nsec by;             /* NOTICED: since the fault, at the latest; else NS_NEVER */
	const char *why;     /* one phrase: "keepalive gives up: idle + cnt * intvl" */

	/* What prediction_holds compares: a verdict must fall between the first two,
	 * and where the second lies beyond the third there may be none. */
	nsec from, late, lasts, slack;
	bool dead;           /* is the peer? */
	bool unsure;         /* ... but that is a race */
};

/* One probe of a composite, under exactly these circumstances. */
struct prediction predict_member(const struct group *g, size_t member, const struct chosen_fault *f,
				 const struct circumstances *s);

/* The same, but where s->age is NS_NEVER the connection has been established for a very long time; and where the
 * probe would have raised a false alarm by then, but not in its first second (idle), the peer wrote something
 * right before the fault. */
struct prediction predict_lasting(const struct group *g, size_t member, const struct chosen_fault *f,
				  const struct circumstances *s);

/* MISSED or STAYED_ALIVE, as far as can be known, but perhaps with a verdict: a race. */
bool prediction_perhaps(const struct prediction *p);

/*
 * Is that result within the prediction, and within what the kernel's timers and the
 * scheduler may add to it? after is negative or TIME_NONE for a verdict before the fault.
 */
bool prediction_holds(const struct prediction *p, enum result r, nsec after);

/* What becomes of the probes that share a connection. */
struct composite_prediction {
	struct prediction first; /* of the member that decides: by result_rank(), then the soonest */
	size_t member;
	uint64_t alike;          /* all members that notice as soon, or raise a false alarm, for the same
				  * reason: a bit each, member's included */
	nsec surely;             /* one notices by then even if all timers are late; NS_NEVER: none does */
	bool may_alarm;          /* one raises a false alarm, or may */
};

/* The one prediction that every caller uses, of members by predict_lasting. */
struct composite_prediction predict_composite(const struct group *g, const struct chosen_fault *f,
					      const struct circumstances *s);

/*
 * Connections that have been established for a very long time, and are watched forever, as the plan has it:
 * its --traffic and --interval. sys must outlive them.
 */
struct circumstances predict_circumstances(const struct plan *p, const struct sysctls *sys);

#endif
