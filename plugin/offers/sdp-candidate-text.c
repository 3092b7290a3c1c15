/* sdp-candidate-text.c
 * A candidate line in words, without what may be a password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-candidate-text.h"

#include "base/address-text.h"
#include "base/printable.h"

#define BLANKS   " \t"
#define WITHHELD "(password)"

const value_string sdp_component_names[] = { { 1, "RTP" }, { 2, "RTCP" }, { 0, NULL } };

/* A transport that is not known here is shown as it stands: others may have one of their own. */
static const char *
transport_text(packet_info *pinfo, const sdp_candidate_t *candidate)
{
    const char *known = ice_transport_name(candidate->transport);

    return known                               ? known
           : candidate->transport_token.length ? printable(pinfo->pool, candidate->transport_token.text)
                                               : NULL;
}

const char *
sdp_candidate_text(packet_info *pinfo, const sdp_candidate_t *candidate)
{
    const char *transport = transport_text(pinfo, candidate);
    const char *type = ice_type_name(candidate->type);
    const char *component = try_val_to_str(candidate->component_id, sdp_component_names);
    const char *host = candidate->host.token.text ? printable(pinfo->pool, candidate->host.token.text) : "?";
    return wmem_strdup_printf(
        pinfo->pool, "%s %s %s%s%s%s", type ? type : "type unknown", transport ? transport : "?",
        host_port_text(pinfo->pool, host, candidate->port.valid ? candidate->port.token.text : "?"),
        component ? " (" : "", component ? component : "", component ? ")" : "");
}

/* A word that stands in candidate lines by itself, whatever its place. */
static bool
is_harmless(const char *word)
{
    static const char *const names[] = { "typ", "raddr", "rport" };
    ws_in4_addr ipv4;
    ws_in6_addr ipv6;

    for (size_t i = 0; i < array_length(names); i++)
        if (sdp_same_name(word, names[i]))
            return true;
    return word[strspn(word, "0123456789.")] == '\0' || ice_transport_of(word) != ICE_TRANSPORT_OTHER ||
           ice_type_of(word) != ICE_TYPE_UNKNOWN || ws_inet_pton4(word, &ipv4) || ws_inet_pton6(word, &ipv6);
}

/* Whether each word is what its place in the grammar says. */
static bool
is_regular(const sdp_candidate_t *candidate)
{
    if (candidate->defect || !candidate->port.valid)
        return false;
    return candidate->form == SDP_FORM_RFC5245 ? candidate->type_token.length > 0
                                               : candidate->transport != ICE_TRANSPORT_OTHER;
}

/* The word at this place of the line, or what is said in its stead. `before` is the word in front of it. */
static const char *
shown_word(const sdp_candidate_t *candidate, const char *word, unsigned place, const char *before)
{
    bool withheld;

    if (!is_regular(candidate))
        withheld = place > 0 && !is_harmless(word); /* the first one is a foundation or user name */
    else if (candidate->form == SDP_FORM_DRAFT06)
        withheld = place == 2;
    else
        withheld = sdp_same_name(before, "password") || sdp_same_name(before, "pwd");
    return withheld ? WITHHELD : word;
}

/* The text with its blanks; its first word is the one at `place` of the line. */
static const char *
shown_words(packet_info *pinfo, const sdp_candidate_t *candidate, const char *text, unsigned place)
{
    wmem_strbuf_t *shown = wmem_strbuf_new(pinfo->pool, "");
    const char *before = "";

    for (; *text; place++) {
        const size_t blanks = strspn(text, BLANKS), length = strcspn(text + blanks, BLANKS);
        const char *word = wmem_strndup(pinfo->pool, text + blanks, length);

        wmem_strbuf_append_len(shown, text, blanks);
        if (length)
            wmem_strbuf_append(shown, shown_word(candidate, word, place, before));
        before = word;
        text += blanks + length;
    }
    return wmem_strbuf_get_str(shown);
}

static const char *
text_of(packet_info *pinfo, tvbuff_t *tvb, const sdp_token_t *words)
{
    return (const char *)tvb_get_string_enc(pinfo->pool, tvb, words->offset, words->length, ENC_UTF_8);
}

const char *
sdp_candidate_line(packet_info *pinfo, tvbuff_t *tvb, const sdp_candidate_t *candidate)
{
    return shown_words(pinfo, candidate, text_of(pinfo, tvb, &candidate->value), 0);
}

const char *
sdp_candidate_rest(packet_info *pinfo, tvbuff_t *tvb, const sdp_candidate_t *candidate)
{
    const bool is_line = candidate->rest.offset == candidate->value.offset;

    return shown_words(pinfo, candidate, text_of(pinfo, tvb, &candidate->rest), is_line ? 0 : SDP_MAX_TOKENS);
}
