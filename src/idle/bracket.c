// SPDX-License-Identifier: MIT
/* Brackets and ladders. Without libm: roots by bisection, as nothing here is hot. */
#include "bracket.h"

static double power(double base, size_t n)
{
	double product = 1;

	while (n--)
		product *= base;
	return product;
}

/* The n-th root of a ratio from 1 to a million. */
static double root(double ratio, size_t n)
{
	double lo = 1, hi = ratio;

	for (int i = 0; i < 60; i++) {
		double mid = (lo + hi) / 2;

		if (power(mid, n) < ratio)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

/* How many steps of that ratio it takes from one to the other. */
static size_t steps(double from, double to, double ratio)
{
	size_t n = 0;

	while (from < to * (1 - 1e-9)) {
		from *= ratio;
		n++;
	}
	return n;
}

bool bracket_is_narrow(const struct bracket *b, unsigned precision)
{
	return b->at_most != NS_NEVER && (b->at_most - b->at_least) / (nsec)precision <= b->at_most / 1000;
}

size_t bracket_points(const struct bracket *b, unsigned precision, nsec *points, size_t most)
{
	double lo = (double)(b->at_least > RUNG_LEAST ? b->at_least : RUNG_LEAST), hi = (double)b->at_most, ratio;
	size_t n;

	if (b->at_most == NS_NEVER || hi <= lo)
		return 0;
	n = steps(lo, hi, 1 / (1 - (double)precision / 1000));
	n = n > most + 1 ? most + 1 : n;
	if (n < 2)
		return 0;
	ratio = root(hi / lo, n);
	for (size_t i = 0; i < n - 1; i++)
		points[i] = (nsec)(lo * power(ratio, i + 1));
	return n - 1;
}

/* The ratio at which those that were asked before are as close as the precision wants: (r - 1)^2 / r. */
static double ladder_ratio(unsigned precision)
{
	double p = (double)precision / 1000, lo = 1, hi = 4;

	for (int i = 0; i < 60; i++) {
		double mid = (lo + hi) / 2;

		if ((mid - 1) * (mid - 1) / mid < p)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

size_t ladder_count(nsec up_to, unsigned precision)
{
	size_t n = 1 + steps((double)RUNG_LEAST, (double)up_to, ladder_ratio(precision));

	return n < RUNGS_LEAST ? RUNGS_LEAST : n > RUNGS_MOST ? RUNGS_MOST : n;
}

nsec ladder_rung(size_t i, size_t n, nsec up_to)
{
	if (i + 1 >= n || up_to <= RUNG_LEAST)
		return up_to;
	return (nsec)((double)RUNG_LEAST * power(root((double)up_to / (double)RUNG_LEAST, n - 1), i));
}
