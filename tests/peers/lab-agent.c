/* lab-agent.c
 * One computer of a call in the laboratory: an ICE agent of libnice in a compatibility mode of Microsoft's, that
 * gathers, checks and sends media as it is told on standard input.
 *
 *   lab-agent NAME=VALUE ...
 *
 * mode: oc2007r2 or wlm2009; local: the computer's address; controlling: 0 or 1; udp, tcp, tls: ADDRESS:PORT of a
 * relay by that transport (tls: behind pseudo-TLS); username, password: base64; proxy: ADDRESS:PORT of an HTTP proxy;
 * media: udp or tcp; first, last: range of ports; extra: number of further media that gather and no more.
 *
 * It writes a line for what happens: "local UFRAG PWD", "candidate TYPE TRANSPORT PRIORITY ADDRESS PORT FOUNDATION
 * RELATED PORT", "gathered", "state NUMBER", "pair TYPE TYPE TRANSPORT", "heard COUNT". It reads: "remote UFRAG PWD",
 * "candidate ..." as above, "check", "talk MILLISECONDS BYTES PAYLOAD-TYPE
 * UNITS-A-MILLISECOND", "mute", "list" (what was gathered so far), "quit".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <agent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPONENT   1
#define LONGEST     1400
#define RTP_HEADER  12
#define REPORT_MS   250
#define STUN_FIRST  500
#define STUN_TRIES  4
#define LAST_COLUMN 9

static struct {
    GMainLoop *loop;
    NiceAgent *agent;
    guint stream;
    GSList *remote;
    unsigned heard, told;
    guint timer;
    unsigned length;
    unsigned payload, ticks; /* type, units of time a packet */
    unsigned sequence, timestamp;
} self;

static const char *const types[] = {
    [NICE_CANDIDATE_TYPE_HOST] = "host",
    [NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE] = "srflx",
    [NICE_CANDIDATE_TYPE_PEER_REFLEXIVE] = "prflx",
    [NICE_CANDIDATE_TYPE_RELAYED] = "relay",
};
static const char *const transports[] = {
    [NICE_CANDIDATE_TRANSPORT_UDP] = "UDP",
    [NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE] = "TCP-ACT",
    [NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE] = "TCP-PASS",
    [NICE_CANDIDATE_TRANSPORT_TCP_SO] = "TCP-SO",
};

static int
index_of(const char *const *names, unsigned count, const char *name)
{
    for (unsigned i = 0; i < count; i++)
        if (g_strcmp0(names[i], name) == 0)
            return (int)i;
    return 0;
}

/* The value of NAME=VALUE on the command line; NULL = not there. */
static const char *
option(char **words, const char *name)
{
    size_t length = strlen(name);

    for (; *words; words++)
        if (strncmp(*words, name, length) == 0 && (*words)[length] == '=')
            return *words + length + 1;
    return NULL;
}

static void
write_address(const NiceAddress *address)
{
    char text[NICE_ADDRESS_STRING_LEN];

    nice_address_to_string(address, text);
    printf(" %s %u", text, nice_address_get_port(address));
}

/* What the agent has by now. */
static void
write_candidates(NiceAgent *agent, guint stream)
{
    gchar *fragment = NULL, *password = NULL;
    GSList *candidates = nice_agent_get_local_candidates(agent, stream, COMPONENT);

    nice_agent_get_local_credentials(agent, stream, &fragment, &password);
    printf("local %s %s\n", fragment, password);
    for (GSList *at = candidates; at; at = at->next) {
        const NiceCandidate *candidate = at->data;

        printf("candidate %s %s %u", types[candidate->type], transports[candidate->transport], candidate->priority);
        write_address(&candidate->addr);
        printf(" %s", candidate->foundation);
        write_address(&candidate->base_addr);
        printf("\n");
    }
    printf("gathered\n");
    g_slist_free_full(candidates, (GDestroyNotify)nice_candidate_free);
    g_free(fragment);
    g_free(password);
}

static void
on_gathered(NiceAgent *agent, guint stream, gpointer data)
{
    (void)data;
    if (stream == self.stream)
        write_candidates(agent, stream);
}

static void
on_state(NiceAgent *agent, guint stream, guint component, guint state, gpointer data)
{
    (void)agent;
    (void)component;
    (void)data;
    if (stream != self.stream)
        return;
    printf("state %u\n", state);
}

static void
on_pair(NiceAgent *agent, guint stream, guint component, NiceCandidate *local, NiceCandidate *remote, gpointer data)
{
    (void)agent;
    (void)stream;
    (void)component;
    (void)data;
    printf("pair %s %s %s", types[local->type], types[remote->type], transports[local->transport]);
    write_address(&remote->addr);
    printf("\n");
}

static void
on_data(NiceAgent *agent, guint stream, guint component, guint length, gchar *bytes, gpointer data)
{
    (void)agent;
    (void)stream;
    (void)component;
    (void)data;
    /* What libnice hands on may be a late message of ICE: no media. */
    self.heard += length >= RTP_HEADER && (unsigned char)bytes[0] == 0x80;
}

static gboolean
report(gpointer data)
{
    (void)data;
    if (self.heard != self.told)
        printf("heard %u\n", self.heard);
    self.told = self.heard;
    return TRUE;
}

/* One RTP packet: numbers that count, a source of its own. */
static gboolean
speak(gpointer data)
{
    unsigned char packet[LONGEST] = { 0x80, 0 };
    unsigned source = (unsigned)GPOINTER_TO_UINT(data);

    packet[1] = (unsigned char)self.payload;
    packet[2] = (unsigned char)(self.sequence >> 8);
    packet[3] = (unsigned char)self.sequence;
    for (unsigned i = 0; i < 4; i++) {
        packet[4 + i] = (unsigned char)(self.timestamp >> (24 - 8 * i));
        packet[8 + i] = (unsigned char)(source >> (24 - 8 * i));
    }
    self.sequence++;
    self.timestamp += self.ticks;
    nice_agent_send(self.agent, self.stream, COMPONENT, RTP_HEADER + self.length, (const gchar *)packet);
    return TRUE;
}

static void
mute(void)
{
    if (self.timer)
        g_source_remove(self.timer);
    self.timer = 0;
}

/* TYPE TRANSPORT PRIORITY ADDRESS PORT FOUNDATION RELATED PORT */
static void
add_remote(gchar **words)
{
    NiceCandidate *candidate;

    if (g_strv_length(words) < LAST_COLUMN)
        return;
    candidate = nice_candidate_new((NiceCandidateType)index_of(types, G_N_ELEMENTS(types), words[1]));
    candidate->transport = (NiceCandidateTransport)index_of(transports, G_N_ELEMENTS(transports), words[2]);
    candidate->priority = (guint32)strtoul(words[3], NULL, 10);
    candidate->component_id = COMPONENT;
    candidate->stream_id = self.stream;
    g_strlcpy(candidate->foundation, words[6], sizeof candidate->foundation);
    if (nice_address_set_from_string(&candidate->addr, words[4]))
        nice_address_set_port(&candidate->addr, (guint)atoi(words[5]));
    if (nice_address_set_from_string(&candidate->base_addr, words[7]))
        nice_address_set_port(&candidate->base_addr, (guint)atoi(words[8]));
    self.remote = g_slist_append(self.remote, candidate);
}

static void
on_closed(GObject *agent, GAsyncResult *result, gpointer data)
{
    (void)agent;
    (void)result;
    (void)data;
    g_main_loop_quit(self.loop);
}

static void
obey(gchar **words)
{
    if (g_strcmp0(words[0], "remote") == 0 && words[1] && words[2])
        nice_agent_set_remote_credentials(self.agent, self.stream, words[1], words[2]);
    else if (g_strcmp0(words[0], "candidate") == 0)
        add_remote(words);
    else if (g_strcmp0(words[0], "check") == 0)
        nice_agent_set_remote_candidates(self.agent, self.stream, COMPONENT, self.remote);
    else if (g_strcmp0(words[0], "talk") == 0 && words[1] && words[2] && words[3] && words[4]) {
        mute();
        self.payload = (unsigned)atoi(words[3]);
        self.ticks = (unsigned)(atoi(words[1]) * atoi(words[4]));
        self.length = MIN((unsigned)atoi(words[2]), LONGEST - RTP_HEADER);
        self.timer = g_timeout_add((guint)atoi(words[1]), speak, GUINT_TO_POINTER(g_random_int()));
    } else if (g_strcmp0(words[0], "list") == 0)
        write_candidates(self.agent, self.stream);
    else if (g_strcmp0(words[0], "mute") == 0)
        mute();
    else if (g_strcmp0(words[0], "quit") == 0)
        nice_agent_close_async(self.agent, on_closed, NULL); /* gives allocations back */
}

static gboolean
on_input(GIOChannel *channel, GIOCondition condition, gpointer data)
{
    gchar *line = NULL;
    gchar **words;

    (void)condition;
    (void)data;
    if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(self.loop);
        return FALSE;
    }
    words = g_strsplit(g_strstrip(line), " ", 0);
    obey(words);
    g_strfreev(words);
    g_free(line);
    return TRUE;
}

/* A relay by one transport. */
static void
add_relay(char **words, guint stream, const char *transport, NiceRelayType type)
{
    const char *at = option(words, transport);
    gchar **parts = at ? g_strsplit(at, ":", 2) : NULL;

    if (parts && parts[1])
        nice_agent_set_relay_info(self.agent, stream, COMPONENT, parts[0], (guint)atoi(parts[1]),
                                  option(words, "username"), option(words, "password"), type);
    g_strfreev(parts);
}

/* A medium; returns its stream. */
static guint
add_medium(char **words)
{
    guint stream = nice_agent_add_stream(self.agent, 1);

    if (option(words, "first") && option(words, "last"))
        nice_agent_set_port_range(self.agent, stream, COMPONENT, (guint)atoi(option(words, "first")),
                                  (guint)atoi(option(words, "last")));
    add_relay(words, stream, "udp", NICE_RELAY_TYPE_TURN_UDP);
    add_relay(words, stream, "tcp", NICE_RELAY_TYPE_TURN_TCP);
    add_relay(words, stream, "tls", NICE_RELAY_TYPE_TURN_TLS);
    nice_agent_attach_recv(self.agent, stream, COMPONENT, g_main_loop_get_context(self.loop), on_data, NULL);
    return stream;
}

static void
set_proxy(const char *proxy)
{
    gchar **parts = g_strsplit(proxy, ":", 2);

    g_object_set(self.agent, "proxy-type", NICE_PROXY_TYPE_HTTP, "proxy-ip", parts[0], "proxy-port",
                 (guint)atoi(parts[1]), NULL);
    g_strfreev(parts);
}

/* Adds an address of this computer to gather candidates from. */
static bool
add_address(const char *text)
{
    NiceAddress local;

    nice_address_init(&local);
    if (!nice_address_set_from_string(&local, text))
        return false;
    nice_agent_add_local_address(self.agent, &local);
    return true;
}

int
main(int count, char **words)
{
    const char *media = option(words, "media");
    GIOChannel *input = g_io_channel_unix_new(0);
    bool tcp = g_strcmp0(media, "tcp") == 0;

    (void)count;
    setvbuf(stdout, NULL, _IOLBF, 0);
    self.loop = g_main_loop_new(NULL, FALSE);
    self.agent = nice_agent_new(g_main_loop_get_context(self.loop), g_strcmp0(option(words, "mode"), "wlm2009") == 0
                                                                        ? NICE_COMPATIBILITY_WLM2009
                                                                        : NICE_COMPATIBILITY_OC2007R2);
    g_object_set(self.agent, "controlling-mode", g_strcmp0(option(words, "controlling"), "1") == 0, "upnp", FALSE,
                 "ice-udp", !tcp, "ice-tcp", TRUE, "stun-initial-timeout", STUN_FIRST, "stun-max-retransmissions",
                 STUN_TRIES, NULL);
    if (option(words, "proxy"))
        set_proxy(option(words, "proxy"));
    if (!option(words, "local") || !add_address(option(words, "local")))
        return 2;
    if (option(words, "second") && !add_address(option(words, "second")))
        return 2;
    self.stream = add_medium(words);
    nice_agent_set_stream_name(self.agent, self.stream, "audio");
    g_signal_connect(self.agent, "candidate-gathering-done", G_CALLBACK(on_gathered), NULL);
    g_signal_connect(self.agent, "component-state-changed", G_CALLBACK(on_state), NULL);
    g_signal_connect(self.agent, "new-selected-pair-full", G_CALLBACK(on_pair), NULL);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_input, NULL);
    g_timeout_add(REPORT_MS, report, NULL);
    nice_agent_gather_candidates(self.agent, self.stream);
    for (int more = option(words, "extra") ? atoi(option(words, "extra")) : 0; more > 0; more--)
        nice_agent_gather_candidates(self.agent, add_medium(words));
    g_main_loop_run(self.loop);
    g_object_unref(self.agent);
    g_slist_free_full(self.remote, (GDestroyNotify)nice_candidate_free);
    g_main_loop_unref(self.loop);
    return 0;
}
