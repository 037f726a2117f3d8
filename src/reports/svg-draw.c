// SPDX-License-Identifier: MIT
/* What the pictures are drawn with. Text is measured without its font, and so taken for wider than it is. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "svg.h"
#include "base/wrap.h"
#include "base/utf8.h"
#include "xml.h"

void svg_text(struct out *o, double x, double y, const char *class, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_printf(o, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
	xml_text(o, text);
	out_text(o, "</text>\n");
}

int svg_paragraph(struct out *o, double x, double y, const char *class, size_t columns, const char *text)
{
	struct wrap w = wrap_open(text, 0, 0, columns);
	char line[512] = "";
	int lines = 0;

	while (wrap_next(&w)) {
		size_t used = strlen(line);

		if (w.breaks) {
			if (o)
				svg_text(o, x, y + SVG_LEADING * lines, class, "%s", line);
			lines++;
			used = 0;
		}
		snprintf(line + used, sizeof(line) - used, "%*s%.*s", (int)w.blanks, "", (int)w.len, w.word);
	}
	if (o)
		svg_text(o, x, y + SVG_LEADING * lines, class, "%s", line);
	return lines + 1;
}

void svg_line(struct out *o, const char *class, double x1, double y1, double x2, double y2)
{
	out_printf(o, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class,
		   x1, y1, x2, y2);
}

void svg_box(struct out *o, const char *class, double x, double y, double width, double height)
{
	out_printf(o, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\"", class, x, y);
	out_printf(o, " width=\"%.1f\" height=\"%.1f\" rx=\"3\"/>\n", width, height);
}

void svg_begin(struct out *o)
{
	out_text(o, "<g><title>");
}

void svg_more(struct out *o, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_text(o, "\n");
	xml_text(o, text);
}

void svg_titled(struct out *o)
{
	out_text(o, "</title>\n");
}

void svg_end(struct out *o)
{
	out_text(o, "</g>\n");
}

/* Each has a shape of its own: colour is only for those who see it. */
void svg_mark(struct out *o, enum lane_mark m, double x, double y)
{
	static const char *const shapes[] = {
		[LANE_NOTICED] = "<circle class=\"mark good\" r=\"5.5\"/>",
		[LANE_SLOWEST] = "<path class=\"range\" d=\"M0-5V5\"/>",
		[LANE_MISSED] = "<path class=\"mark bad\" d=\"M-4-4 4 4M-4 4 4-4\"/>",
		[LANE_ALARM] = "<path class=\"mark warn\" d=\"M0-8.5 8 6H-8Z\"/>"
			       "<path class=\"bang\" d=\"M-1-4H1V1.5H-1ZM-1 2.7H1V4.5H-1Z\"/>",
		[LANE_SUSPECT] = "<path class=\"mark sus\" d=\"M0-5 5 0 0 5-5 0Z\"/>",
		[LANE_KERNEL] = "<rect class=\"mark fg\" x=\"-1.25\" y=\"-9\" width=\"2.5\""
				" height=\"18\" rx=\"1\"/>",
		[LANE_ALIVE] = "<circle class=\"mark dim\" r=\"4\"/>",
		[LANE_OPEN] = "<path class=\"mark open\" d=\"M-5-5H5V5H-5Z\"/>",
	};

	out_printf(o, "<g transform=\"translate(%.1f %.1f)\">%s</g>\n", x, y, shapes[m]);
}

int svg_mono_width(size_t chars)
{
	return (int)(chars * 29 / 4); /* 0.6 em of 12 pixels */
}

int svg_small_width(const char *s)
{
	return (int)(utf8_width(s) * 61 / 10); /* 0.55 em of 11 pixels: wider than what it holds */
}

double svg_legend_place(struct svg_legend *l, int width)
{
	double x;

	if (l->x > l->left && l->x + width > l->right) {
		l->x = l->left;
		l->y += 20;
	}
	x = l->x;
	l->x += width + 20;
	return x;
}

void svg_legend_mark(struct svg_legend *l, struct out *o, enum lane_mark m, const char *what)
{
	double x = svg_legend_place(l, 16 + svg_small_width(what));

	if (l->dry)
		return;
	svg_mark(o, m, x + 6, l->y - 4);
	svg_text(o, x + 18, l->y, "small dim", "%s", what);
}

void svg_legend_box(struct svg_legend *l, struct out *o, const char *class, const char *sign,
		    const char *what)
{
	double x = svg_legend_place(l, 32 + svg_small_width(what));
	char sign_class[32];

	if (l->dry)
		return;
	snprintf(sign_class, sizeof(sign_class), "small mid %s", class);
	svg_box(o, class, x, l->y - 12, 26, 15);
	svg_text(o, x + 13, l->y - .5, sign_class, "%s", sign);
	svg_text(o, x + 32, l->y, "small dim", "%s", what);
}
