/* libintl.h
 * The least of libintl that GLib asks for: nothing is translated
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_LIBINTL_H
#define MSICE_LIBINTL_H

char *gettext(const char *text);
char *dgettext(const char *domain, const char *text);
char *dcgettext(const char *domain, const char *text, int category);
char *ngettext(const char *one, const char *many, unsigned long number);
char *dngettext(const char *domain, const char *one, const char *many, unsigned long number);
char *textdomain(const char *domain);
char *bindtextdomain(const char *domain, const char *folder);
char *bind_textdomain_codeset(const char *domain, const char *codeset);

#endif
