/* uclog-record.c
 * Records of client and server logs, and what they are made of
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-record.h"

#ifdef G_OS_WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif
#include <stdio.h>

/* Used records are kept: a log has millions of messages of about the same size. */
#ifdef UCLOG_EXACT_MEMORY /* in the fuzzer: no byte of room that would hide a mistake from the sanitizer */
#define STORE_RECORDS 0U
#else
#define STORE_RECORDS 512U
#endif
/* A buffer that one large message has blown up is not kept. */
#define STORE_BYTES (32U * 1024U)

static GPtrArray *store;

void
uclog_bytes_reserve(uclog_bytes_t *bytes, size_t more)
{
    size_t size = bytes->size ? bytes->size : 256;

    while (size - bytes->length < more)
        size *= 2;
#ifdef UCLOG_EXACT_MEMORY
    size = MAX(bytes->size, bytes->length + more);
#endif
    if (size != bytes->size) {
        bytes->data = g_realloc(bytes->data, size);
        bytes->size = size;
    }
}

static void
bytes_reset(uclog_bytes_t *bytes)
{
    bytes->length = 0;
    if (bytes->size > STORE_BYTES)
        uclog_bytes_free(bytes);
}

static void
record_destroy(uclog_record_t *record)
{
    uclog_bytes_free(&record->data);
    uclog_bytes_free(&record->comments);
    uclog_bytes_free(&record->names);
    g_free(record);
}

uclog_record_t *
uclog_record_new(void)
{
    uclog_record_t *record;

    if (store && store->len) {
        uclog_bytes_t data, comments, names;

        record = g_ptr_array_steal_index_fast(store, store->len - 1);
        data = record->data;
        comments = record->comments;
        names = record->names;
        memset(record, 0, sizeof *record);
        record->data = data;
        record->comments = comments;
        record->names = names;
        bytes_reset(&record->data);
        bytes_reset(&record->comments);
        bytes_reset(&record->names);
    } else {
        record = g_new0(uclog_record_t, 1);
    }
    record->severity = 6;
    return record;
}

void
uclog_record_free(uclog_record_t *record)
{
    if (!record)
        return;
    if (!store)
        store = g_ptr_array_new();
    if (store->len >= STORE_RECORDS) {
        record_destroy(record);
        return;
    }
    bytes_reset(&record->data);
    g_ptr_array_add(store, record);
}

void
uclog_record_free_store(void)
{
    if (!store)
        return;
    for (unsigned i = 0; i < store->len; i++)
        record_destroy(g_ptr_array_index(store, i));
    g_ptr_array_free(store, TRUE);
    store = NULL;
}

void
uclog_record_comment(uclog_record_t *record, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    uclog_record_comment_text(record, text, strlen(text));
    g_free(text);
}

void
uclog_record_comment_text(uclog_record_t *record, const char *text, size_t length)
{
    char *valid = NULL;

    if (!uclog_is_ascii(text, length)) {
        valid = g_utf8_make_valid(text, (gssize)length);
        text = valid;
        length = strlen(valid);
    }
    length = strnlen(text, length);
    if (record->comments.length + length < UCLOG_MAX_COMMENTS) {
        uclog_bytes_append(&record->comments, text, length);
        uclog_bytes_append(&record->comments, "", 1);
    }
    g_free(valid);
}

void
uclog_copy_name(char *field, size_t size, const char *text, size_t length)
{
    if (length > size - 1)
        length = size - 1;
    memcpy(field, text, length);
    field[length] = '\0';
}

bool
uclog_is_ascii(const char *text, size_t length)
{
    uint64_t bytes, high = 0;

    for (; length >= sizeof bytes; text += sizeof bytes, length -= sizeof bytes) {
        memcpy(&bytes, text, sizeof bytes);
        high |= bytes;
    }
    for (; length; text++, length--)
        high |= (unsigned char)*text;
    return (high & 0x8080808080808080U) == 0;
}

static bool
parse_port(uclog_endpoint_t *endpoint, const char *text, size_t length)
{
    unsigned long port = 0;

    if (length == 0 || length > 5)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isdigit(text[i]))
            return false;
        port = port * 10 + (unsigned long)(text[i] - '0');
    }
    if (port > 65535)
        return false;
    endpoint->has_port = true;
    endpoint->port = (uint16_t)port;
    return true;
}

static bool
parse_address(uclog_endpoint_t *endpoint, const char *text, size_t length)
{
    char copy[64];

    if (length > 1 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    if (length == 0 || length >= sizeof copy)
        return false;
    uclog_copy_name(copy, sizeof copy, text, length);
    if (inet_pton(AF_INET, copy, endpoint->address) == 1)
        endpoint->family = 4;
    else if (inet_pton(AF_INET6, copy, endpoint->address) == 1)
        endpoint->family = 6;
    return endpoint->family != 0;
}

bool
uclog_endpoint_parse(uclog_endpoint_t *endpoint, const char *text, size_t length)
{
    size_t colon = length;

    memset(endpoint, 0, sizeof *endpoint);
    while (colon > 0 && text[colon - 1] != ':')
        colon--;
    if (colon > 0 && (!memchr(text, ':', colon - 1) || text[colon - 2] == ']') &&
        parse_port(endpoint, text + colon, length - colon))
        return parse_address(endpoint, text, colon - 1);
    /* Without brackets the last group of an IPv6 address may as well be a port: the address is taken whole.
     */
    return parse_address(endpoint, text, length);
}
