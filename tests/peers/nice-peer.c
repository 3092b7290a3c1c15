/* nice-peer.c
 * Two ICE agents of libnice in one process, in a compatibility mode of Microsoft's: they allocate on a relay and
 * check each other through it. What they send is real, and the relay of the tests writes it down.
 *
 *   nice-peer MODE PORT USERNAME PASSWORD
 *
 * MODE: oc2007, oc2007r2 or wlm2009; PORT: of the relay on 127.0.0.1; the credentials are base64. Prints the user
 * name halves and passwords of the two agents; exit status 0 when both agents have a path and a message went each
 * way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <agent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_SECONDS 600
/* No dissector of Wireshark's is registered for a UDP port from here on. */
#define FIRST_PORT 61000

typedef struct {
    NiceAgent *agent;
    guint stream;
    bool gathered, ready, got;
} end_t;

static GMainLoop *loop;
static end_t ends[2];

static const struct {
    const char *name;
    NiceCompatibility mode;
} modes[] = {
    { "oc2007", NICE_COMPATIBILITY_OC2007 },
    { "oc2007r2", NICE_COMPATIBILITY_OC2007R2 },
    { "wlm2009", NICE_COMPATIBILITY_WLM2009 },
};

/* Hands the credentials and candidates of one agent to the other, as an offer or answer would. */
static void
signal_candidates(end_t *from, end_t *to)
{
    gchar *fragment = NULL, *password = NULL;
    GSList *candidates = nice_agent_get_local_candidates(from->agent, from->stream, 1);

    nice_agent_get_local_credentials(from->agent, from->stream, &fragment, &password);
    printf("%s %s\n", fragment, password);
    nice_agent_set_remote_credentials(to->agent, to->stream, fragment, password);
    for (GSList *at = candidates; at; at = at->next) {
        const NiceCandidate *candidate = at->data;

        printf("candidate %s %s\n", candidate->username ? candidate->username : "-",
               candidate->password ? candidate->password : "-");
    }
    if (nice_agent_set_remote_candidates(to->agent, to->stream, 1, candidates) < 1)
        fprintf(stderr, "no candidates\n");
    g_slist_free_full(candidates, (GDestroyNotify)nice_candidate_free);
    g_free(fragment);
    g_free(password);
}

static void
on_gathered(NiceAgent *agent, guint stream, gpointer data)
{
    end_t *end = data;

    (void)agent;
    (void)stream;
    end->gathered = true;
    if (ends[0].gathered && ends[1].gathered) {
        signal_candidates(&ends[0], &ends[1]);
        signal_candidates(&ends[1], &ends[0]);
    }
}

static void
on_state(NiceAgent *agent, guint stream, guint component, guint state, gpointer data)
{
    static const char hello[] = "\x80\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x02hello";
    end_t *end = data;

    if (state == NICE_COMPONENT_STATE_FAILED) {
        fprintf(stderr, "failed\n");
        g_main_loop_quit(loop);
    }
    if (state != NICE_COMPONENT_STATE_READY || end->ready)
        return;
    end->ready = true;
    nice_agent_send(agent, stream, component, sizeof hello - 1, hello);
}

static void
on_data(NiceAgent *agent, guint stream, guint component, guint length, gchar *bytes, gpointer data)
{
    end_t *end = data;

    (void)agent;
    (void)stream;
    (void)component;
    (void)bytes;
    end->got = end->got || length > 0;
    if (ends[0].got && ends[1].got)
        g_main_loop_quit(loop);
}

static gboolean
on_limit(gpointer data)
{
    (void)data;
    fprintf(stderr, "time is up\n");
    g_main_loop_quit(loop);
    return FALSE;
}

int
main(int count, char **words)
{
    NiceCompatibility mode = NICE_COMPATIBILITY_RFC5245;
    NiceAddress loopback;

    if (count != 5)
        return 2;
    for (unsigned i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (strcmp(words[1], modes[i].name) == 0)
            mode = modes[i].mode;
    }
    loop = g_main_loop_new(NULL, FALSE);
    nice_address_init(&loopback);
    nice_address_set_from_string(&loopback, "127.0.0.1");
    for (unsigned i = 0; i < 2; i++) {
        end_t *end = &ends[i];

        end->agent = nice_agent_new(g_main_loop_get_context(loop), mode);
        g_object_set(end->agent, "controlling-mode", i == 0, "upnp", FALSE, "ice-tcp", FALSE, "force-relay", TRUE,
                     NULL);
        nice_agent_add_local_address(end->agent, &loopback);
        end->stream = nice_agent_add_stream(end->agent, 1);
        nice_agent_set_port_range(end->agent, end->stream, 1, FIRST_PORT, G_MAXUINT16);
        nice_agent_set_stream_name(end->agent, end->stream, "audio");
        nice_agent_set_relay_info(end->agent, end->stream, 1, "127.0.0.1", (guint)atoi(words[2]), words[3], words[4],
                                  NICE_RELAY_TYPE_TURN_UDP);
        g_signal_connect(end->agent, "candidate-gathering-done", G_CALLBACK(on_gathered), end);
        g_signal_connect(end->agent, "component-state-changed", G_CALLBACK(on_state), end);
        nice_agent_attach_recv(end->agent, end->stream, 1, g_main_loop_get_context(loop), on_data, end);
    }
    for (unsigned i = 0; i < 2; i++)
        nice_agent_gather_candidates(ends[i].agent, ends[i].stream);
    g_timeout_add_seconds(LIMIT_SECONDS, on_limit, NULL);
    g_main_loop_run(loop);
    for (unsigned i = 0; i < 2; i++)
        g_object_unref(ends[i].agent);
    g_main_loop_unref(loop);
    return ends[0].got && ends[1].got ? 0 : 1;
}
