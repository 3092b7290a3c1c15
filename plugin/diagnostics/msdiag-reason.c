/* msdiag-reason.c
 * Why a call through an SBC ended: the Reason header of Teams Direct Routing, and who made a final answer.
 *
 * REASON: Q.850;cause=N;text="<call>;<reason>" stands in the service's BYE, CANCEL and final answers. Stock SIP keeps
 * the header for itself, so it is read where the whole message is looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "diagnostics/msdiag-reason.h"

#include "base/finding-add.h"
#include "base/findings.h"
#include "base/printable.h"
#include "diagnostics/packet-msdiag.h"
#include "knowledge/teams-responses.h"
#include "sip/packet-mspath.h"
#include "sip/sip-scan.h"
#include "text/reason-header.h"

/* The number of such a header among those of its frame: behind all others. */
#define HEADER_NUMBER 63

/* Most values that are read of one message. */
#define MOST_VALUES 8

static int proto = -1;
static int hf_header = -1;
static int hf_cause = -1;
static int hf_call = -1;
static int hf_reason = -1;
static int hf_text = -1;
static int hf_made_by = -1;
static int hf_code = -1;
static int hf_phrase = -1;
static int hf_advice = -1;
static int ett_reason = -1;

static expert_field ei_sbc_refused = EI_INIT;
static expert_field ei_teams_refused = EI_INIT;
static expert_field ei_teams_ended = EI_INIT;
static expert_field ei_call_end = EI_INIT;

/* What a message says about the end of its call. */
typedef struct {
    tvbuff_t *tvb; /* data source of the message */
    packet_info *pinfo;
    const sip_message_t *message;
    const sip_scanned_t *scanned;
    const char *method;
    unsigned value_count;
    reason_t values[MOST_VALUES]; /* their offsets are those of the data source */
    const char *words;            /* Microsoft's reason; NULL = none */
    const teams_response_t *response;
} call_end_t;

static const char *
words_of(const call_end_t *end, reason_span_t span)
{
    return printable(end->pinfo->pool, wmem_strndup(end->pinfo->pool, end->message->text + span.at, span.length));
}

static void
shift(reason_span_t *span, size_t by)
{
    span->at += by;
}

/* Reads the values of all Reason lines. */
static void
read_values(call_end_t *end)
{
    int from = 0, to = 0;

    while (sip_message_next_line(end->message, SIP_REASON, &from, &to)) {
        const char *text = end->message->text + from;
        size_t at = 0;

        while (end->value_count < MOST_VALUES &&
               reason_read(text, (size_t)(to - from), &at, &end->values[end->value_count])) {
            reason_t *value = &end->values[end->value_count++];

            shift(&value->whole, (size_t)from);
            shift(&value->cause_span, (size_t)from);
            shift(&value->call, (size_t)from);
            shift(&value->text, (size_t)from);
            if (value->call.length && !end->words)
                end->words = words_of(end, value->text);
        }
    }
}

static bool
is_refusal(const call_end_t *end)
{
    return strcmp(end->method, "INVITE") == 0 &&
           facts_refuses_call(end->pinfo, end->scanned->call_id, end->message->status);
}

static void
find_response(call_end_t *end)
{
    if (end->scanned->party == SIP_BY_SBC && is_refusal(end))
        end->response = teams_response_of_sbc(end->message->status);
    else if (end->words)
        end->response = teams_response_by_phrase(end->words, end->message->status);
}

static void
add_span(proto_tree *tree, int hf, const call_end_t *end, reason_span_t span)
{
    if (span.length)
        proto_tree_add_item(tree, hf, end->tvb, (int)span.at, (int)span.length, ENC_UTF_8);
}

static void
add_value(proto_tree *tree, const call_end_t *end, const reason_t *value)
{
    proto_item *item =
        proto_tree_add_item(tree, hf_header, end->tvb, (int)value->whole.at, (int)value->whole.length, ENC_UTF_8);
    proto_tree *subtree = proto_item_add_subtree(item, ett_reason);

    if (value->has_cause)
        proto_tree_add_uint(subtree, hf_cause, end->tvb, (int)value->cause_span.at, (int)value->cause_span.length,
                            value->cause);
    add_span(subtree, hf_call, end, value->call);
    add_span(subtree, value->call.length ? hf_reason : hf_text, end, value->text);
}

static void
add_generated(proto_tree *tree, const call_end_t *end, int hf, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, hf, end->tvb, end->message->start, 0, text));
}

static void
add_response(proto_tree *tree, const call_end_t *end)
{
    proto_item *item;

    if (is_refusal(end))
        add_generated(tree, end, hf_made_by, end->scanned->party == SIP_BY_SBC ? "SBC" : "Microsoft");
    if (!end->response)
        return;
    for (const teams_response_t *one = end->response; one; one = teams_response_alike(one)) {
        item = proto_tree_add_uint(tree, hf_code, end->tvb, end->message->start, 0, one->code);
        proto_item_set_generated(item);
    }
    add_generated(tree, end, hf_phrase, end->response->phrase);
    add_generated(tree, end, hf_advice, end->response->advice);
}

/* "531004", or "549002, 549018 or 569018" where the words stand for several. */
static const char *
codes(const call_end_t *end)
{
    wmem_strbuf_t *text = wmem_strbuf_new(end->pinfo->pool, NULL);

    for (const teams_response_t *one = end->response, *next; one; one = next) {
        next = teams_response_alike(one);
        wmem_strbuf_append_printf(text, "%s%u", one == end->response ? "" : next ? ", " : " or ", one->code);
    }
    return wmem_strbuf_get_str(text);
}

/* "531004 IceConnectivityChecksFailed", or what is known of it. */
static const char *
brief(const call_end_t *end)
{
    if (!end->response)
        return end->words;
    return wmem_strdup_printf(end->pinfo->pool, "%s %s", codes(end),
                              end->words && *end->words ? end->words : end->response->phrase);
}

/* Words before an advice: Microsoft ends some of its own with a full stop. */
static const char *
clause(const call_end_t *end, const char *words)
{
    size_t length = strlen(words);

    while (length && (words[length - 1] == '.' || words[length - 1] == ' '))
        length--;
    return wmem_strndup(end->pinfo->pool, words, length);
}

static void
add_finding(proto_item *item, const call_end_t *end)
{
    const teams_response_t *response = end->response;
    const char *said = brief(end), *words = said ? clause(end, said) : NULL;
    const char *advice = response ? response->advice : NULL;
    bool refusal = is_refusal(end), by_sbc = end->scanned->party == SIP_BY_SBC;
    const char *who = by_sbc ? "The SBC" : "Microsoft";

    if (response && response->media)
        msdiag_add_media_failure(end->pinfo, item, words, advice);
    else if (refusal && by_sbc)
        finding_add_format(end->pinfo, item, &ei_sbc_refused,
                           "The SBC itself made the final answer %u, not Microsoft%s%s. %s", end->message->status,
                           words ? ": " : "", words ? words : "",
                           advice ? advice : "Look in the log of the SBC for why.");
    else if (refusal)
        finding_add_format(end->pinfo, item, &ei_teams_refused, "Microsoft refuses the call with %u%s%s%s%s",
                           end->message->status, words ? ": " : "", words ? words : "", advice ? ". " : "",
                           advice ? advice : "");
    else if (response)
        finding_add_format(end->pinfo, item, &ei_teams_ended, "%s ends the call: %s. %s", who, words, advice);
    else if (words)
        finding_add_format(end->pinfo, item, &ei_call_end, "%s ends the call: %s", who, words);
}

/* That no media path was found is what a header with ICEWarn would say. */
static void
tell(const call_end_t *end)
{
    facts_header_t header = { .failed = true, .side = FACTS_SIDE_UNKNOWN };

    if (end->response && end->response->media)
        facts_tell_diagnostics(end->pinfo, end->scanned->call_id, HEADER_NUMBER, end->scanned->side, &header);
}

static void
add_call_end(const call_end_t *end, proto_tree *tree)
{
    const reason_t *first = end->value_count ? &end->values[0] : NULL;
    proto_item *item;
    proto_tree *subtree;

    if (!expert_items_are_seen(tree)) {
        add_finding(NULL, end);
        return;
    }
    item = proto_tree_add_protocol_format(tree, proto, end->tvb, first ? (int)first->whole.at : end->message->start,
                                          first ? (int)first->whole.length : 0,
                                          "Microsoft diagnostics: end of a call through an SBC%s%s",
                                          brief(end) ? ": " : "", brief(end) ? brief(end) : "");
    subtree = proto_item_add_subtree(item, ett_reason);
    for (unsigned i = 0; i < end->value_count; i++)
        add_value(subtree, end, &end->values[i]);
    add_response(subtree, end);
    add_finding(item, end);
}

static void
add_message(tvbuff_t *part _U_, packet_info *pinfo, proto_tree *tree, const sip_message_t *message)
{
    call_end_t end = { .tvb = message->source, .pinfo = pinfo, .message = message };

    end.scanned = sip_scan_of(pinfo, message);
    end.method = sip_message_method(pinfo, message);
    if (!end.scanned || end.scanned->party == SIP_BY_OTHERS || !end.method)
        return;
    read_values(&end);
    if (!end.value_count && !is_refusal(&end))
        return;
    find_response(&end);
    add_call_end(&end, tree);
    tell(&end);
    if (brief(&end))
        msdiag_add_info(pinfo, brief(&end));
}

#define FIELD(hf, label, filter, type, base, blurb)                                                                  \
    {                                                                                                                \
        &hf,                                                                                                         \
        {                                                                                                            \
            label, "msdiag." filter, type, base, NULL, 0, blurb, HFILL                                               \
        }                                                                                                            \
    }
#define TEXT(hf, label, filter, blurb) FIELD(hf, label, filter, FT_STRING, BASE_NONE, blurb)

void
proto_register_msdiag_reason(void)
{
    static hf_register_info hf[] = {
        TEXT(hf_header, "Reason Header", "reason_header", "A Q.850 value of the Reason header of SIP, RFC 3326"),
        FIELD(hf_cause, "Cause", "reason_code", FT_UINT32, BASE_DEC, "Cause of Q.850"),
        TEXT(hf_call, "Call", "reason_call", "Id that Microsoft gives to the call"),
        TEXT(hf_reason, "Call End Reason", "call_end_reason", "Microsoft's reason for the end of the call"),
        TEXT(hf_text, "Text", "reason_text", "Words of others"),
        TEXT(hf_made_by, "Final Answer Made By", "response_by", "SBC or Microsoft"),
        FIELD(hf_code, "Microsoft Response Code", "response_code", FT_UINT32, BASE_DEC,
              "By Microsoft's table of response codes of Direct Routing"),
        TEXT(hf_phrase, "Phrase", "response_phrase", "Microsoft's words for the code"),
        TEXT(hf_advice, "What to Do", "response_advice", NULL),
    };
    static ei_register_info ei[] = {
        { &ei_sbc_refused,
          { "msdiag.expert.sbc_refused", PI_RESPONSE_CODE, PI_WARN, "The SBC refuses a call of Teams", EXPFILL } },
        { &ei_teams_refused,
          { "msdiag.expert.teams_refused", PI_RESPONSE_CODE, PI_WARN, "Microsoft refuses a call of the SBC",
            EXPFILL } },
        { &ei_teams_ended,
          { "msdiag.expert.teams_ended", PI_RESPONSE_CODE, PI_WARN, "Microsoft ends the call for a failure",
            EXPFILL } },
        { &ei_call_end,
          { "msdiag.expert.call_end", PI_RESPONSE_CODE, PI_CHAT, "Why Microsoft ends the call", EXPFILL } },
    };
    static int *ett[] = { &ett_reason };

    proto = proto_get_id_by_filter_name("msdiag");
    proto_register_field_array(proto, hf, (int)array_length(hf));
    proto_register_subtree_array(ett, (int)array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, (int)array_length(ei));
    mspath_register_note(add_message);
}
