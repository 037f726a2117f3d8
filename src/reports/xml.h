/* SPDX-License-Identifier: MIT */
/* Text into XML 1.0 (the pictures, JUnit), whatever the text is. */
#ifndef REPORTS_XML_H
#define REPORTS_XML_H

#include "base/out.h"

/* s as the content of an element or of a quoted attribute, in UTF-8: what has a
 * meaning in XML is escaped; what XML forbids or the eye cannot see is written \xHH. */
void xml_text(struct out *o, const char *s);

/* The same for one formatted piece of at most 511 bytes. */
void xml_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ` name="value"`. */
void xml_attribute(struct out *o, const char *name, const char *value);

#endif
