// SPDX-License-Identifier: MIT
/* How the matrix lies on a page: both ways are laid out, and the better one is kept. */
#include "matrix-layout.h"

#include <string.h>

#include "text.h"
#include "base/utf8.h"

#define COLUMN_LEAST 4 /* "0.05" */

static const char *name_of(const struct results *m, bool fault, size_t i)
{
	return fault ? m->c->faults[i].name : m->rows[i].brief;
}

const char *matrix_line_name(const struct matrix_layout *l, size_t line)
{
	return name_of(l->m, l->faults_down, line);
}

const struct result_cell *matrix_cell(const struct matrix_layout *l, size_t line, size_t column)
{
	return l->faults_down ? results_cell(l->m, column, line) : results_cell(l->m, line, column);
}

bool matrix_is_marked(const struct result_cell *c)
{
	return c->total && cell_worst(c) == FALSE_ALARM;
}

static void fit_column(struct matrix_layout *l, size_t i)
{
	struct block_column *c = &l->columns[i];

	*c = (struct block_column){ .name = name_of(l->m, !l->faults_down, i), .width = COLUMN_LEAST };
	for (size_t line = 0; line < l->lines; line++) {
		const struct result_cell *cell = matrix_cell(l, line, i);
		char text[DURATION_ROOM];
		size_t n;

		matrix_text(text, cell);
		n = strlen(text) - matrix_is_marked(cell);
		c->width = n > c->width ? n : c->width;
		c->mark |= matrix_is_marked(cell);
	}
	c->width = blocks_name_width(c->name, c->width);
}

static size_t label_width(const struct matrix_layout *l)
{
	size_t width = strlen("fault");

	for (size_t i = 0; i < l->lines; i++) {
		size_t own = utf8_width(matrix_line_name(l, i)) + (!l->faults_down && l->m->rows[i].member);

		width = own > width ? own : width;
	}
	return width < RESULTS_BRIEF ? width : RESULTS_BRIEF;
}

size_t matrix_height(const struct matrix_layout *l)
{
	size_t sum = 0;

	for (size_t i = 0, end; i < l->blocks.columns; i = end) {
		end = blocks_end(&l->blocks, i, l->limit);
		sum += blocks_head_height(&l->blocks, i, end) + l->lines + (i > 0);
	}
	return sum;
}

/* The limit is the least that needs no more blocks: they are then of like width. */
static void lay_out(struct matrix_layout *l, const struct results *m, bool faults_down, size_t width)
{
	size_t columns = faults_down ? m->nrows : m->c->nfaults, n;

	*l = (struct matrix_layout){ .m = m, .faults_down = faults_down };
	l->lines = faults_down ? m->c->nfaults : m->nrows;
	l->blocks = (struct blocks){
		.title = faults_down ? "fault" : "probe", .label = label_width(l), .gap = 1,
		.columns = columns < MATRIX_COLUMNS ? columns : MATRIX_COLUMNS, .column = l->columns,
	};
	for (size_t i = 0; i < l->blocks.columns; i++)
		fit_column(l, i);
	l->limit = width > l->blocks.label ? width - l->blocks.label : 1;
	n = blocks_count(&l->blocks, l->limit);
	while (l->limit > 1 && blocks_count(&l->blocks, l->limit - 1) == n)
		l->limit--;
}

/* The fewer blocks the better, then the fewer lines; else the faults go down. */
static bool is_better(const struct matrix_layout *a, const struct matrix_layout *b)
{
	size_t na = blocks_count(&a->blocks, a->limit), nb = blocks_count(&b->blocks, b->limit);

	return na < nb || (na == nb && nb > 1 && matrix_height(a) < matrix_height(b));
}

void matrix_layout(struct matrix_layout *l, const struct results *m, size_t width)
{
	struct matrix_layout across;

	lay_out(l, m, true, width);
	lay_out(&across, m, false, width);
	if (!is_better(&across, l))
		return;
	*l = across;
	l->blocks.column = l->columns;
}
