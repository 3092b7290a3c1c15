/* sbc-log.c
 * Records of AudioCodes SBCs in syslog: what stands around the text of a SIP message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/sbc-log.h"

#include <string.h>

#include "knowledge/array.h"

/* How far behind the start of a line the head may begin: behind the collector's own. */
#define FARTHEST_HEAD 200
#define LONGEST_TIME  (sizeof "[Time:29-07@12:00:00.123]" - 1)

static bool
begins(const char *text, size_t length, const char *word)
{
    size_t size = strlen(word);

    return length >= size && memcmp(text, word, size) == 0;
}

/* Reads a number; returns how many digits it has, 0 = none. */
static size_t
read_digits(const char *text, size_t length, unsigned *value)
{
    size_t at = 0;

    *value = 0;
    for (; at < length && at < 9 && g_ascii_isdigit(text[at]); at++)
        *value = *value * 10 + (unsigned)(text[at] - '0');
    return at;
}

static size_t
skip_blanks(const char *line, size_t at, size_t length)
{
    while (at < length && line[at] == ' ')
        at++;
    return at;
}

/* Reads [S=…] at an offset; returns the offset behind it, or the same one. */
static size_t
read_sequence(const char *line, size_t at, size_t length, sbc_head_t *head)
{
    size_t count;

    if (!begins(line + at, length - at, "[S="))
        return at;
    count = read_digits(line + at + 3, length - at - 3, &head->sequence);
    if (!count || at + 3 + count >= length || line[at + 3 + count] != ']')
        return at;
    head->has_sequence = true;
    return skip_blanks(line, at + 3 + count + 1, length);
}

/* Reads [SID=…], [SID:…] or [BID=…] at an offset; returns the offset behind it, 0 = there is none. */
static size_t
read_session(const char *line, size_t at, size_t length, sbc_head_t *head)
{
    static const char *const names[] = { "[SID=", "[SID:", "[BID=" };

    for (size_t i = 0; i < array_length(names); i++) {
        const char *close;

        if (!begins(line + at, length - at, names[i]))
            continue;
        close = (const char *)memchr(line + at, ']', length - at);
        if (!close)
            return 0;
        if (names[i][1] == 'S') {
            head->session = at + 5;
            head->session_length = (size_t)(close - line) - head->session;
        }
        return (size_t)(close - line) + 1;
    }
    return 0;
}

/* Skips the component and its number: "(lgr_flow)(625)", "(N 71121)". */
static size_t
skip_component(const char *line, size_t at, size_t length)
{
    for (unsigned count = 0; count < 2; count++) {
        size_t open = skip_blanks(line, at, length);
        const char *close =
            open < length && line[open] == '(' ? (const char *)memchr(line + open, ')', length - open) : NULL;

        if (!close)
            break;
        at = (size_t)(close - line) + 1;
    }
    return at;
}

bool
sbc_log_head(const char *line, size_t length, sbc_head_t *head)
{
    size_t farthest = MIN(length, FARTHEST_HEAD);
    const char *open = line;

    while ((open = (const char *)memchr(open, '[', farthest - (size_t)(open - line))) != NULL) {
        size_t at = (size_t)(open - line);

        memset(head, 0, sizeof *head);
        at = read_session(line, read_sequence(line, at, length, head), length, head);
        if (at) {
            head->bare = skip_blanks(line, at, length) - at;
            head->end = skip_component(line, at, length);
            head->has_component = head->end != at;
            head->text = skip_blanks(line, head->end, length);
            return true;
        }
        open++;
    }
    return false;
}

static bool
find_in(const char *text, size_t from, size_t length, const char *word, size_t *at)
{
    const char *found = from < length ? g_strstr_len(text + from, (gssize)(length - from), word) : NULL;

    if (found)
        *at = (size_t)(found - text);
    return found != NULL;
}

size_t
sbc_log_goes_on_at(const sbc_head_t *head, const sbc_head_t *begun)
{
    size_t blanks = head->has_component || !begun->has_component ? begun->text - begun->end : begun->bare;

    return MIN(head->end + blanks, head->text);
}

/* Whether an offset is the start of a line: of the text, or behind a line end, escaped or not. */
static bool
begins_line(const char *text, size_t at)
{
    static const char *const ends[] = { "#012", "\\n", "\n" };

    for (size_t i = 0; i < array_length(ends); i++)
        if (at >= strlen(ends[i]) && begins(text + at - strlen(ends[i]), strlen(ends[i]), ends[i]))
            return true;
    return at == 0;
}

static size_t
back_over(const char *text, size_t at, char letter)
{
    while (at > 0 && text[at - 1] == letter)
        at--;
    return at;
}

/* Longest "(component)" in front of the words. */
#define LONGEST_COMPONENT 40

/* Where the component begins that ends at an offset, blanks or not between; the same offset where there is none. */
static size_t
back_over_component(const char *text, size_t at)
{
    size_t close = back_over(text, at, ' ');

    if (close == 0 || text[close - 1] != ')')
        return at;
    for (size_t open = close; open > 0 && close - open < LONGEST_COMPONENT; open--)
        if (text[open - 1] == '(')
            return open - 1;
    return at;
}

/* Where the line begins whose words stand at an offset: before them are dashes, and before these the component where
 * the device has put several entries into one record. Returns false where they stand in the middle of something. */
static bool
line_of_words(const char *text, size_t at, size_t *start)
{
    size_t words = back_over(text, at, ' '), dashes = back_over(text, words, '-');

    *start = back_over_component(text, back_over_component(text, dashes));
    *start = back_over(text, *start, ' ');
    return begins_line(text, *start) && (dashes < words || *start == 0);
}

typedef struct {
    const char *words;
    bool outgoing;
} banner_words_t;

static const banner_words_t banner_words[] = {
    { "Incoming SIP Message from ", false },
    { "Outgoing SIP Message to ", true },
};

/* What both have, at the same place; its first letter is rare enough. */
#define COMMON_WORDS "SIP Message "
#define COMMON_AT    (sizeof "Incoming " - 1)

/* Finds the words of a banner; returns the offset behind them, 0 = there are none. */
static size_t
find_words(const char *text, size_t length, sbc_banner_t *banner)
{
    const char *found = text, *end = text + length;

    while (found < end && (found = (const char *)memchr(found, COMMON_WORDS[0], (size_t)(end - found))) != NULL) {
        size_t at = (size_t)(found++ - text);

        if (at < COMMON_AT || !begins(text + at, length - at, COMMON_WORDS))
            continue;
        at -= COMMON_AT;
        for (size_t i = 0; i < array_length(banner_words); i++) {
            banner->outgoing = banner_words[i].outgoing;
            if (begins(text + at, length - at, banner_words[i].words) && line_of_words(text, at, &banner->start))
                return at + strlen(banner_words[i].words);
        }
    }
    return 0;
}

bool
sbc_log_banner(const char *text, size_t length, sbc_banner_t *banner)
{
    size_t at, behind, open;

    memset(banner, 0, sizeof *banner);
    at = find_words(text, length, banner);
    if (!at)
        return false;
    banner->address = at;
    while (at < length && !g_ascii_isspace(text[at]))
        at++;
    banner->address_length = at - banner->address;
    if (!find_in(text, at, length, "----", &behind))
        return false;
    if (find_in(text, at, behind, "SIPInterface", &open) && find_in(text, open, behind, "(", &open)) {
        const char *close = (const char *)memchr(text + open, ')', behind - open);

        banner->interface = open + 1;
        banner->interface_length = close ? (size_t)(close - text) - open - 1 : 0;
    }
    while (behind < length && (text[behind] == '-' || text[behind] == ' '))
        behind++;
    banner->message = behind;
    return true;
}

/* DD-MM@HH:MM:SS.mmm */
static bool
read_time(const char *text, size_t length, sbc_time_t *time)
{
    static const char separators[] = "-@::.]";
    unsigned *const parts[] = { &time->day,    &time->month,  &time->hour,
                                &time->minute, &time->second, &time->millisecond };
    size_t at = 0;

    for (size_t i = 0; i < array_length(parts); i++) {
        at += read_digits(text + at, length - at, parts[i]);
        if (at == length || text[at] != separators[i])
            return false;
        at++;
    }
    return at == length;
}

size_t
sbc_log_cut_time(const char *text, size_t length, sbc_time_t *time, bool *has_time)
{
    static const char mark[] = "[Time:";
    size_t end = length, at;

    *has_time = false;
    while (end > 0 && g_ascii_isspace(text[end - 1]))
        end--;
    at = end > LONGEST_TIME ? end - LONGEST_TIME : 0;
    if (end == 0 || text[end - 1] != ']' || !find_in(text, at, end, mark, &at))
        return length;
    *has_time = read_time(text + at + sizeof mark - 1, end - at - (sizeof mark - 1), time);
    if (!*has_time)
        return length;
    return at > 0 && text[at - 1] == ' ' ? at - 1 : at;
}

/* The length of an escaped line end at the start of a text; 0 = there is none. */
static size_t
escaped_end(const char *text, size_t length)
{
    static const char *const ends[] = { "#015#012", "#012", "\\r\\n", "\\n", "\r\n", "\n" };

    for (size_t i = 0; i < array_length(ends); i++)
        if (begins(text, length, ends[i]))
            return strlen(ends[i]);
    /* Some collectors put a blank in the place of LF. */
    return begins(text, length, "#015 ") && !begins(text + 5, length - 5, "#012") ? 5 : 0;
}

static size_t
plain_length(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && text[at] != '#' && text[at] != '\\' && text[at] != '\r' && text[at] != '\n')
        at++;
    return at;
}

void
sbc_log_unescape(GString *to, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t plain = plain_length(text + at, length - at), end;

        g_string_append_len(to, text + at, (gssize)plain);
        at += plain;
        if (at == length)
            return;
        end = escaped_end(text + at, length - at);
        if (!end) {
            g_string_append_c(to, text[at++]);
            continue;
        }
        /* Some firmware writes a blank in front of each. */
        if (end == sizeof "#012" - 1 && to->len && to->str[to->len - 1] == ' ')
            g_string_truncate(to, to->len - 1);
        g_string_append_c(to, '\n');
        at += end;
    }
}

size_t
sbc_log_content_length(const char *text, const char *end)
{
    static const char *const names[] = { "content-length:", "l:" };

    for (const char *line = text; line && line < end; line = (const char *)memchr(line, '\n', (size_t)(end - line))) {
        line += *line == '\n';
        for (size_t i = 0; i < array_length(names); i++) {
            size_t size = strlen(names[i]);
            unsigned value;

            if ((size_t)(end - line) < size || g_ascii_strncasecmp(line, names[i], size) != 0)
                continue;
            size = skip_blanks(line, size, (size_t)(end - line));
            read_digits(line + size, (size_t)(end - line) - size, &value);
            return value;
        }
    }
    return 0;
}
