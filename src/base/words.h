/* SPDX-License-Identifier: MIT */
/*
 * Words that a person typed: quoted in messages, compared with the words there
 * are, and kept in lists. The structs are returned by value, to be used at once:
 * error_set(e, STATUS_USAGE, "%s: unknown", quote(word).text).
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stddef.h>

#include "error.h"

/* 'word', without a login if it is a URL, and safe to print: what is no UTF-8 or would move a cursor as \xHH; too
 * long, it ends in "...". */
struct quoted {
	char text[72];
};
struct quoted quote(const char *word);
struct quoted quote_part(const char *word, size_t len);

/* How a byte is written within the single quotes of a shell: a string. */
struct shell_byte {
	char text[5];
};
struct shell_byte shell_byte(char c);

/* The i-th word of a list, NULL after the last. */
typedef const char *word_at(const void *list, size_t i);

/* " (did you mean 'peek'?)", or " (" otherwise ")" where nothing is near. */
struct hint {
	char text[160];
};
struct hint hint(const char *word, word_at *at, const void *list, const char *otherwise);

/* The list is a const char *const * that NULL ends. */
word_at plain_word;

/*
 * A new zeroed item at the end of the array of *count items of size bytes whose
 * address is at `array` (a pointer to the array's pointer); NULL when memory is
 * short, with the reason in *e and the array untouched.
 */
void *list_add(void *array, size_t *count, size_t size, struct error *e);

/* A copy to be freed; NULL with the reason in *e. */
char *copy_part(const char *s, size_t len, struct error *e);

/* Behind the words that are in that room: as snprintf(3), cut where it ends. */
void words_append(char *to, size_t room, const char *format, ...) __attribute__((format(printf, 3, 4)));

int out_of_memory(struct error *e);

/* What nearly every error here is; -1. */
#define usage(e, ...) error_set(e, STATUS_USAGE, __VA_ARGS__)

#endif
