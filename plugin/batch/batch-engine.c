/* batch-engine.c
 * sharkd as the engine: it starts once and forks for each file, which costs a fraction of a start of tshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/batch-engine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "batch/batch-keeper.h"

/* How long a start may take, in seconds, and how often to look for its end, in microseconds. */
#define START_PATIENCE 60
#define START_LOOK     5000

/* What is asked for a file; the numbers of the requests. */
enum { LOAD = 1, STATUS, CALLS, SETTING };

struct engine {
    engine_limits_t limits;
    char *folder, *socket_path, *log_path;
    int log;
    keeper_t keeper;
};

/* --- the process -------------------------------------------------------------------------------------------------
 */

engine_t *
engine_new(const engine_limits_t *limits)
{
    engine_t *engine = g_new0(engine_t, 1);

    engine->limits = *limits;
    engine->log = -1;
    return engine;
}

static void
stop(engine_t *engine)
{
    keeper_stop(&engine->keeper);
    if (engine->socket_path)
        g_unlink(engine->socket_path);
}

void
engine_free(engine_t *engine)
{
    stop(engine);
    if (engine->log >= 0)
        close(engine->log);
    if (engine->folder) {
        g_unlink(engine->log_path);
        g_rmdir(engine->folder);
    }
    g_free(engine->folder);
    g_free(engine->socket_path);
    g_free(engine->log_path);
    g_free(engine);
}

/* A place of its own for the socket and what the engine prints. */
static bool
make_folder(engine_t *engine)
{
    if (engine->folder)
        return true;
    engine->folder = g_dir_make_tmp("msice-XXXXXX", NULL);
    if (!engine->folder)
        return false;
    engine->socket_path = g_build_filename(engine->folder, "sharkd", NULL);
    engine->log_path = g_build_filename(engine->folder, "log", NULL);
    engine->log = open(engine->log_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return engine->log >= 0;
}

/* A connection to the engine, -1 = nobody listens. */
static int
try_connect(const engine_t *engine)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, engine->socket_path, sizeof address.sun_path);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool
start(engine_t *engine, const char **problem)
{
    char *words = g_strconcat("unix:", engine->socket_path, NULL);
    char program[] = "sharkd";
    char *arguments[] = { program, words, NULL };
    bool started = keeper_start(&engine->keeper, arguments, engine->log, engine->limits.megabytes);

    if (!started)
        *problem = "no process to be had";
    g_free(words);
    return started;
}

static int
connect_to(engine_t *engine, const char **problem)
{
    int64_t until = g_get_monotonic_time() + START_PATIENCE * G_USEC_PER_SEC;
    int fd;

    if (!make_folder(engine)) {
        *problem = "no place for temporary files";
        return -1;
    }
    if (engine->keeper.pid && (fd = try_connect(engine)) >= 0)
        return fd;
    stop(engine);
    if (!start(engine, problem))
        return -1;
    while ((fd = try_connect(engine)) < 0 && keeper_lives(&engine->keeper) && g_get_monotonic_time() < until)
        g_usleep(START_LOOK);
    if (fd < 0)
        *problem = "sharkd does not start (it comes with Wireshark; is the memory limit too low?)";
    return fd;
}

/* --- what it prints ----------------------------------------------------------------------------------------------
 */

/* A line that the engine signs, without what the reader knows; NULL for another one. */
static const char *
problem_in(const char *line, const char *path)
{
    char *about = g_strdup_printf("sharkd: The file \"%s\" ", path);
    const char *found = g_str_has_prefix(line, about)        ? line + strlen(about)
                        : g_str_has_prefix(line, "sharkd: ") ? line + strlen("sharkd: ")
                                                             : NULL;

    g_free(about);
    return found;
}

/* What the engine said about a file since the log had a length: its last word; to be freed, NULL = nothing. */
static char *
said_since(const engine_t *engine, const char *path, off_t start)
{
    char text[4096], **lines, *found = NULL;
    off_t size = lseek(engine->log, 0, SEEK_END);
    off_t from = size - start > (off_t)sizeof text - 1 ? size - (off_t)sizeof text + 1 : start;
    ssize_t length = pread(engine->log, text, sizeof text - 1, from);

    text[length > 0 ? length : 0] = '\0';
    lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        const char *problem = problem_in(lines[i], path);

        if (problem) {
            g_free(found);
            found = g_utf8_make_valid(problem, -1);
        }
    }
    g_strfreev(lines);
    return found;
}

/* --- questions and answers ---------------------------------------------------------------------------------------
 */

/* A parameter of a request, as it stands in JSON. */
typedef struct {
    const char *name, *value;
} parameter_t;

static void
append_string(GString *text, const char *string)
{
    JsonNode *node = json_node_init_string(json_node_alloc(), string);
    char *quoted = json_to_string(node, FALSE);

    g_string_append(text, quoted);
    g_free(quoted);
    json_node_free(node);
}

/* parameters: up to one without a name */
static void
append_request(GString *text, int number, const char *method, const parameter_t *parameters)
{
    g_string_append_printf(text, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\"", number, method);
    for (const parameter_t *one = parameters; one->name; one++) {
        g_string_append_printf(text, "%s\"%s\":", one == parameters ? ",\"params\":{" : ",", one->name);
        append_string(text, one->value);
    }
    g_string_append(text, parameters->name ? "}}\n" : "}\n");
}

static bool
send_all(int fd, const GString *text)
{
    for (size_t done = 0; done < text->len;) {
        ssize_t sent = send(fd, text->str + done, text->len - done, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        done += (size_t)sent;
    }
    return true;
}

/* All at once: some versions leave the request to load without an answer when the file is damaged. */
static bool
send_requests(int fd, const char *path)
{
    GString *text = g_string_new(NULL);
    bool sent;

    /* Nobody looks at the packets: no need to keep what would show their media. */
    append_request(text, SETTING, "setconf",
                   (const parameter_t[]){ { "name", "msturn.stock_rtp" }, { "value", "FALSE" }, { NULL, NULL } });
    append_request(text, LOAD, "load", (const parameter_t[]){ { "file", path }, { NULL, NULL } });
    append_request(text, STATUS, "status", (const parameter_t[]){ { NULL, NULL } });
    append_request(text, CALLS, "tap",
                   (const parameter_t[]){ { "tap0", "nstat:msice,json,window" }, { NULL, NULL } });
    sent = send_all(fd, text);
    g_string_free(text, TRUE);
    return sent;
}

/* The calls of an answer: taps[].tables[].i[][1]. */
static void
take_calls(JsonObject *result, GPtrArray *calls)
{
    JsonArray *taps = json_object_has_member(result, "taps") ? json_object_get_array_member(result, "taps") : NULL;
    JsonObject *tap = taps && json_array_get_length(taps) ? json_array_get_object_element(taps, 0) : NULL;
    JsonArray *tables =
        tap && json_object_has_member(tap, "tables") ? json_object_get_array_member(tap, "tables") : NULL;
    JsonArray *rows = NULL;

    if (tables && json_array_get_length(tables))
        rows = json_object_get_array_member(json_array_get_object_element(tables, 0), "i");
    for (unsigned i = 0; rows && i < json_array_get_length(rows); i++)
        g_ptr_array_add(calls, g_strdup(json_array_get_string_element(json_array_get_array_element(rows, i), 1)));
}

static const char *
text_of(JsonObject *object, const char *name)
{
    return object && json_object_has_member(object, name) ? json_object_get_string_member(object, name) : NULL;
}

static void
take_answer(JsonObject *object, engine_answer_t *answer)
{
    int number = json_object_has_member(object, "id") ? (int)json_object_get_int_member(object, "id") : 0;
    bool has_result = json_object_has_member(object, "result");
    JsonObject *result = has_result ? json_object_get_object_member(object, "result") : NULL;

    if (number == LOAD)
        answer->loaded = g_strcmp0(text_of(result, "status"), "OK") == 0; /* later versions: else what is wrong */
    else if (number == STATUS && result && json_object_has_member(result, "frames"))
        answer->frames = (uint64_t)json_object_get_int_member(result, "frames");
    else if (number == CALLS)
        answer->answered = true;
    if (number == CALLS && result)
        take_calls(result, answer->calls);
}

static void
take_line(const char *line, gssize length, engine_answer_t *answer)
{
    JsonParser *parser = json_parser_new();

    if (json_parser_load_from_data(parser, line, length, NULL) &&
        JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
        take_answer(json_node_get_object(json_parser_get_root(parser)), answer);
    g_object_unref(parser);
}

/* Takes the whole lines of what has come. */
static void
take_lines(GString *text, size_t looked, engine_answer_t *answer)
{
    const char *end;
    size_t done = 0;

    while ((end = memchr(text->str + MAX(done, looked), '\n', text->len - MAX(done, looked))) != NULL) {
        size_t stop = (size_t)(end - text->str);

        take_line(text->str + done, (gssize)(stop - done), answer);
        done = stop + 1;
    }
    g_string_erase(text, 0, (gssize)done);
}

/* Reads until the last answer; false when there was no more time. */
static bool
receive(int fd, int64_t until, engine_answer_t *answer)
{
    static char buffer[65536];
    GString *text = g_string_new(NULL);
    ssize_t length = 1;
    bool in_time = true;

    while (!answer->answered && length > 0 && in_time) {
        int64_t left = (until - g_get_monotonic_time()) / 1000;
        struct pollfd wait = { fd, POLLIN, 0 };
        int ready = left > 0 ? poll(&wait, 1, (int)MIN(left, G_MAXINT)) : 0;
        size_t looked = text->len;

        in_time = ready != 0;
        if (ready <= 0)
            continue;
        length = recv(fd, buffer, sizeof buffer, 0);
        g_string_append_len(text, buffer, MAX(length, 0));
        take_lines(text, looked, answer);
    }
    g_string_free(text, TRUE);
    return in_time;
}

bool
engine_ask(engine_t *engine, const char *path, engine_answer_t *answer, const char **problem)
{
    int fd = connect_to(engine, problem);
    int64_t until = g_get_monotonic_time() + (int64_t)engine->limits.seconds * G_USEC_PER_SEC;
    off_t said = engine->log >= 0 ? lseek(engine->log, 0, SEEK_END) : 0;
    bool in_time = true;

    *answer = (engine_answer_t){ .calls = g_ptr_array_new_with_free_func(g_free) };
    if (fd < 0)
        return false;
    if (send_requests(fd, path))
        in_time = receive(fd, until, answer);
    close(fd);
    answer->reason = said_since(engine, path, said);
    if (!answer->answered) {
        g_free(answer->reason);
        answer->reason = in_time ? g_strdup_printf("the engine died of it (limit %u MiB)", engine->limits.megabytes)
                                 : g_strdup_printf("not done within %u s", engine->limits.seconds);
        stop(engine);
    }
    return true;
}

void
engine_answer_clear(engine_answer_t *answer)
{
    g_ptr_array_free(answer->calls, TRUE);
    g_free(answer->reason);
}
