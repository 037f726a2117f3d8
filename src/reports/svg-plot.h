/* SPDX-License-Identifier: MIT */
/* The timeline's space and time: where the axis lies, and what it holds. */
#ifndef REPORTS_SVG_PLOT_H
#define REPORTS_SVG_PLOT_H

#include "svg.h"

#define PLOT_LANE 26  /* a lane's height */
#define PLOT_LABEL 30 /* columns of a lane's name, at most */
#define PLOT_HOW 24   /* and of what was seen */

struct plot {
	struct svg *s;
	struct lane_times time;
	nsec step;    /* of the axis */
	int left, right, top, bottom;
	int how;      /* where the column of what was seen begins */
};

/* Times are after the zero; what lies outside of the axis is put on its end. */
double plot_x(const struct plot *p, nsec t);
double plot_y(const struct plot *p, size_t lane);

/* The axis below the lanes, with a line up through them at each step. */
void plot_axis(const struct plot *p, struct out *o);

/* The lane of the i-th row in the results' order. */
void lane_draw(const struct plot *p, struct out *o, size_t i);

#endif
