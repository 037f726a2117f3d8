/* SPDX-License-Identifier: MIT */
/*
 * The pictures' own parts: what is gathered and when it is drawn (svg.c), the
 * timeline of a watch (svg-watch.c, its lanes svg-lane.c), the matrix of a lab
 * (svg-lab.c, its cells svg-cell.c), a program alone (svg-program.c), and what they are drawn with (svg-draw.c,
 * svg-style.c). Lengths are pixels at the picture's natural size; it scales to any other.
 */
#ifndef REPORTS_SVG_H
#define REPORTS_SVG_H

#include "report.h"
#include "results/results.h"
#include "results/lane.h"

#define SVG_SUSPECTS 8
#define SVG_ENDS 32
#define SVG_MARGIN 24

/* What a lane shows beyond its results. */
struct svg_lane {
	const char *call;  /* of its first verdict */
	int err;
	enum kernel_cause kernel; /* what the kernel knew first, of which connection */
	int kernel_err;
	unsigned kernel_conn, dead_conn;
	struct {
		nsec t;
		unsigned conn;
		char how[112];
	} suspects[SVG_SUSPECTS];
	size_t nsuspects;
};

struct svg {
	struct report_context c; /* as given, but a picture is always UTF-8 */
	struct results results;
	struct svg_lane *lanes;  /* one for each probe of the plan */
	struct event ends[SVG_ENDS]; /* the results of the other end, which a peer that keeps open has several of */
	size_t nends;
	char target[ADDRESS_TEXT + 32]; /* the first, safe to print */
	unsigned targets;        /* how many different ones, counted up to 2 */
	const char *fault, *why;
	int status;
	bool is_lab;
};

/* What a lane shows beyond its cell of the results. */
static inline struct svg_lane *svg_lane(const struct svg *s, const struct result_cell *c)
{
	return &s->lanes[c->row->probe - s->c.probes];
}

void svg_watch(struct svg *s, struct out *o);
void svg_lab(struct svg *s, struct out *o);
void svg_program(struct svg *s, struct out *o);

/* The time of day when the run began, in the corner. */
void svg_started(const struct svg *s, struct out *o, int width);

/* The document's begin and end; the style sheet; title and description. */
void svg_open(struct out *o, int width, int height, const char *title, const char *text);
void svg_close(struct out *o);

/* A line of text. Class: fg, dim, good, bad, warn; and big, strong, small, mono, mid, end. */
void svg_text(struct out *o, double x, double y, const char *class, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Text broken into lines that are SVG_LEADING apart, each of so many columns. Returns how many they are; with o NULL it only counts. */
#define SVG_LEADING 17
int svg_paragraph(struct out *o, double x, double y, const char *class, size_t columns, const char *text);
void svg_line(struct out *o, const char *class, double x1, double y1, double x2, double y2);

/* A rectangle with round corners. */
void svg_box(struct out *o, const char *class, double x, double y, double width, double height);

/* A group with a title of its own: what a reader sees who points at it. Its first line
 * comes after svg_begin, with xml_text or xml_printf; each more with svg_more. */
void svg_begin(struct out *o);
void svg_more(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void svg_titled(struct out *o);
void svg_end(struct out *o);

/* A mark of a lane. */
void svg_mark(struct out *o, enum lane_mark m, double x, double y);

/* Items of a legend go on from (*x, *y), and on to the next line where width ends. */
struct svg_legend {
	double x, y;
	int left, right;
	bool dry; /* only measure */
};
/* Makes room for an item of that width: where it begins. */
double svg_legend_place(struct svg_legend *l, int width);
void svg_legend_mark(struct svg_legend *l, struct out *o, enum lane_mark m, const char *what);
void svg_legend_box(struct svg_legend *l, struct out *o, const char *class, const char *sign,
		    const char *what);

/* What a text of that many characters takes at most: small monospace, small, big. */
int svg_mono_width(size_t chars);
int svg_small_width(const char *s);

#endif
