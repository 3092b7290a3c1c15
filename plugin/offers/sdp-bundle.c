/* sdp-bundle.c
 * Sections of an SDP body that go by the candidates of another one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "offers/sdp-bundle.h"

#define BUNDLE "BUNDLE "

/* The value of an attribute of a section (-1: of the body), NULL = it has none. */
static const char *
attribute_of(const sdp_session_t *session, int media, const char *name)
{
    for (unsigned i = 0; i < session->attribute_count; i++) {
        if (session->attributes[i].media == media && sdp_same_name(session->attributes[i].name.text, name))
            return session->attributes[i].value.text;
    }
    return NULL;
}

static bool
is_bundle(const sdp_attribute_t *attribute)
{
    return attribute->media < 0 && sdp_same_name(attribute->name.text, "group") &&
           g_ascii_strncasecmp(attribute->value.text, BUNDLE, sizeof BUNDLE - 1) == 0;
}

/* What is asked of each pair of sections, read once: a body may have many of them, and long groups. */
typedef struct {
    const char *mid;  /* NULL = none */
    uint64_t groups;  /* of the first 64 of the body, a bit each, that it is in */
    bool credentials; /* it has ICE credentials of its own */
} section_t;

/* Notes which sections are in which groups; returns whether there are any. */
static bool
read_groups(const sdp_session_t *session, section_t *sections)
{
    uint64_t group = 1;

    for (unsigned i = 0; i < session->attribute_count && group; i++) {
        const char *mids = session->attributes[i].value.text + sizeof BUNDLE - 1;

        if (!is_bundle(&session->attributes[i]))
            continue;
        for (unsigned k = 0; k < session->media_count; k++)
            if (sections[k].mid && sdp_has_word(mids, sections[k].mid))
                sections[k].groups |= group;
        group <<= 1;
    }
    return group != 1;
}

/* Looks for the section whose candidates a section without any goes by. */
static void
find_shared(sdp_session_t *session, const section_t *sections, bool any, unsigned media)
{
    sdp_media_t *mine = &session->media[media];

    for (unsigned i = 0; sections[media].mid && i < session->media_count && mine->candidates_of < 0; i++) {
        if (!session->media[i].candidates || !sections[i].mid)
            continue;
        mine->bundled = (sections[media].groups & sections[i].groups) != 0;
        if (mine->bundled || (!any && !sections[media].credentials))
            mine->candidates_of = (int)i;
    }
}

void
sdp_bundle_apply(sdp_session_t *session)
{
    section_t *sections = g_new0(section_t, session->media_count);
    bool any;

    for (unsigned i = 0; i < session->media_count; i++) {
        sections[i].mid = attribute_of(session, (int)i, "mid");
        sections[i].credentials = attribute_of(session, (int)i, "ice-ufrag") != NULL;
    }
    any = read_groups(session, sections);
    for (unsigned i = 0; i < session->media_count; i++) {
        sdp_media_t *media = &session->media[i];

        media->in_use = media->port.value != 0 || attribute_of(session, (int)i, "bundle-only");
        media->candidates_of = media->candidates ? (int)i : -1;
        if (!media->candidates && media->in_use)
            find_shared(session, sections, any, i);
    }
    g_free(sections);
}
