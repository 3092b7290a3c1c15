/* report-mask.c
 * Replaces what names people, computers and calls, the same by the same, so that a report can be handed on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/report-mask.h"

#include <stdbool.h>
#include <string.h>

typedef enum { HIDDEN, PLAIN, ADDRESS, PARTY, HOST, CALL_NAME, FILE_NAME, SENTENCE, NUMBER, KINDS } kind_t;

/* What a member is, by its name; in an object of a name where one is given. The first row counts; a member without a
 * row is hidden. */
static const struct {
    const char *object, *member;
    kind_t kind;
} rows[] = {
    { "relay", "name", HOST },
    { "sbc", "host", HOST },
    { NULL, "name", PLAIN }, /* of paths and flags: ours */
    { NULL, "file", FILE_NAME },
    { NULL, "from", PARTY },
    { NULL, "to", PARTY },
    { NULL, "call_id", CALL_NAME },
    { NULL, "conversation_id", CALL_NAME },
    { NULL, "address", ADDRESS },
    { NULL, "own_addresses", ADDRESS },
    { NULL, "text", SENTENCE },
    { NULL, "reason", SENTENCE },
    { NULL, "start", PLAIN },
    { NULL, "end", PLAIN },
    { NULL, "time", PLAIN },
    { NULL, "outcome", PLAIN },
    { NULL, "locations", PLAIN },
    { NULL, "kind", PLAIN },
    { NULL, "side", PLAIN },
    { NULL, "transport", PLAIN },
    { NULL, "type", PLAIN },
    { NULL, "answered_by", PLAIN },
    { NULL, "rule", PLAIN },
    { NULL, "confidence", PLAIN },
    { NULL, "cause", PLAIN },
    { NULL, "advice", PLAIN },
    { NULL, "icewarn", PLAIN },
    { NULL, "bit", PLAIN },
    { NULL, "title", PLAIN },
    { NULL, "weight", PLAIN },
};

/* Names inside a sentence: URIs, addresses, hosts, which have a letter where our numbers have none; and, by the words
 * in front of them (attempt-points.c, questions.c), capture points and what DNS was asked for, which are any text. */
#define NAMES                                                                                                        \
    "(?<=^the answer at |^the same at ).+|(?<=^DNS: )[^,]+"                                                          \
    "|(?<= lost between | lost before ).+?(?=, jitter |$)"                                                           \
    "|sips?:[^\\s,;]+|[^\\s@,;]+@[^\\s,;]+|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*"                                 \
    "|(?:[0-9]+\\.){3}[0-9]+|(?![0-9.]+(?![A-Za-z0-9_.-]))[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)+"

struct mask {
    GHashTable *texts; /* as it was -> as it is shown */
    unsigned counts[KINDS];
    unsigned private_addresses, public_addresses, addresses6;
    GRegex *names;
};

mask_t *
mask_new(void)
{
    mask_t *mask = g_new0(mask_t, 1);

    mask->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    mask->names = g_regex_new(NAMES, G_REGEX_OPTIMIZE, 0, NULL);
    return mask;
}

void
mask_free(mask_t *mask)
{
    g_hash_table_destroy(mask->texts);
    g_regex_unref(mask->names);
    g_free(mask);
}

static bool
is_private(const char *address)
{
    unsigned a = 0, b = 0;
    char *end;

    a = (unsigned)g_ascii_strtoull(address, &end, 10);
    b = *end == '.' ? (unsigned)g_ascii_strtoull(end + 1, NULL, 10) : 0;
    return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168);
}

/* Out of a private network, or of one that is set aside for tests (RFC 2544, RFC 3849). */
static char *
new_address(mask_t *mask, const char *address)
{
    unsigned number;

    if (strchr(address, ':'))
        return g_strdup_printf("2001:db8::%x", ++mask->addresses6);
    number = is_private(address) ? ++mask->private_addresses : ++mask->public_addresses;
    return g_strdup_printf("%s.%u.%u", is_private(address) ? "10.0" : "198.18", number / 256 % 256, number % 256);
}

static char *
new_text(mask_t *mask, kind_t kind, const char *text)
{
    unsigned number = ++mask->counts[kind];

    switch (kind) {
    case ADDRESS:
        return new_address(mask, text);
    case PARTY:
        return g_strdup_printf("sip:user%u@masked.invalid", number);
    case HOST:
        return g_strdup_printf("host%u.masked.invalid", number);
    case CALL_NAME:
        return g_strdup_printf("call-%u", number);
    case FILE_NAME:
        return g_strdup_printf("file-%u", number);
    case NUMBER:
        return g_strdup_printf("%u", number);
    default:
        return g_strdup("hidden");
    }
}

/* What a text is replaced by; the mask's. */
static const char *
replace(mask_t *mask, kind_t kind, const char *text)
{
    const char *known;

    if (g_hostname_is_ip_address(text))
        kind = ADDRESS;
    known = (const char *)g_hash_table_lookup(mask->texts, text);
    if (!known) {
        char *made = new_text(mask, kind, text);

        g_hash_table_insert(mask->texts, g_strdup(text), made);
        known = made;
    }
    return known;
}

static gboolean
replace_name(const GMatchInfo *match, GString *result, gpointer data)
{
    char *name = g_match_info_fetch(match, 0);

    g_string_append(result, replace((mask_t *)data, strchr(name, '@') ? PARTY : HOST, name));
    g_free(name);
    return FALSE;
}

/* A sentence of ours with names in it; behind a semicolon stand those of more capture points. */
static char *
mask_sentence(mask_t *mask, const char *text)
{
    gssize length = (gssize)strcspn(text, ";");

    return g_regex_replace_eval(mask->names, text, length, 0, 0, replace_name, mask, NULL);
}

static kind_t
kind_of(const char *object, const char *member)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].member, member) == 0 && (!rows[i].object || g_strcmp0(rows[i].object, object) == 0))
            return rows[i].kind;
    return HIDDEN;
}

static void mask_object(mask_t *mask, const char *name, JsonObject *object);

/* A value of the member of an object. */
static void
mask_node(mask_t *mask, const char *object, const char *member, JsonNode *node)
{
    kind_t kind = kind_of(object, member);

    if (JSON_NODE_HOLDS_OBJECT(node)) {
        mask_object(mask, member, json_node_get_object(node));
    } else if (JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *array = json_node_get_array(node);

        for (unsigned i = 0; i < json_array_get_length(array); i++)
            mask_node(mask, object, member, json_array_get_element(array, i));
    } else if (json_node_get_value_type(node) == G_TYPE_STRING && kind == SENTENCE) {
        char *text = mask_sentence(mask, json_node_get_string(node));

        json_node_set_string(node, text);
        g_free(text);
    } else if (json_node_get_value_type(node) == G_TYPE_STRING && kind != PLAIN) {
        char *text = g_strdup(replace(mask, kind, json_node_get_string(node)));

        json_node_set_string(node, text);
        g_free(text);
    }
}

static void
mask_object(mask_t *mask, const char *name, JsonObject *object)
{
    GList *members = json_object_get_members(object);

    for (GList *member = members; member; member = member->next)
        mask_node(mask, name, (const char *)member->data, json_object_get_member(object, (const char *)member->data));
    g_list_free(members);
}

void
mask_call(mask_t *mask, JsonObject *call)
{
    mask_object(mask, NULL, call);
}

const char *
mask_address(mask_t *mask, const char *address)
{
    return replace(mask, ADDRESS, address);
}

unsigned
mask_number(mask_t *mask, const char *text)
{
    return (unsigned)g_ascii_strtoull(replace(mask, NUMBER, text), NULL, 10);
}
