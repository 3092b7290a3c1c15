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

/* Whether a group of the body holds both; *any: whether it has groups. */
static bool
in_one_group(const sdp_session_t *session, const char *mid, const char *other, bool *any)
{
    for (unsigned i = 0; i < session->attribute_count; i++) {
        const char *mids = session->attributes[i].value.text + sizeof BUNDLE - 1;

        if (!is_bundle(&session->attributes[i]))
            continue;
        *any = true;
        if (sdp_has_word(mids, mid) && sdp_has_word(mids, other))
            return true;
    }
    return false;
}

/* Looks for the section whose candidates a section without any goes by. */
static void
find_shared(sdp_session_t *session, int media)
{
    sdp_media_t *mine = &session->media[media];
    const char *mid = attribute_of(session, media, "mid");
    const bool credentials = attribute_of(session, media, "ice-ufrag") != NULL;

    for (int i = 0; mid && i < (int)session->media_count && mine->candidates_of < 0; i++) {
        const char *other = session->media[i].candidates ? attribute_of(session, i, "mid") : NULL;
        bool any = false;

        if (!other)
            continue;
        mine->bundled = in_one_group(session, mid, other, &any);
        if (mine->bundled || (!any && !credentials))
            mine->candidates_of = i;
    }
}

void
sdp_bundle_apply(sdp_session_t *session)
{
    for (int i = 0; i < (int)session->media_count; i++) {
        sdp_media_t *media = &session->media[i];

        media->in_use = media->port.value != 0 || attribute_of(session, i, "bundle-only");
        media->candidates_of = media->candidates ? i : -1;
        if (!media->candidates && media->in_use)
            find_shared(session, i);
    }
}
