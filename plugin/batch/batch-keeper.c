/* batch-keeper.c
 * Keeps a daemon within limits and ends it, and all that it has started, together with the one who wanted it.
 *
 * sharkd detaches itself, so nobody has its process id. The keeper is a process of its own that inherits whatever
 * loses its parent below it. It waits for the end of a pipe, which comes also when the one who wanted the daemon is
 * killed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "batch/batch-keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often to look whether the daemon is still there. */
#define LOOK_MS 200

/* The parent of a process; 0 = it is gone. */
static pid_t
parent_of(const char *pid)
{
    char *path = g_strdup_printf("/proc/%s/stat", pid), *text = NULL;
    const char *behind_name = NULL;
    int parent = 0;

    if (g_file_get_contents(path, &text, NULL, NULL))
        behind_name = strrchr(text, ')');
    if (behind_name && strlen(behind_name) > 4)
        parent = atoi(behind_name + 4); /* ") S 123" */
    g_free(text);
    g_free(path);
    return parent;
}

static void
kill_children(void)
{
    GDir *processes = g_dir_open("/proc", 0, NULL);
    const char *name;

    while (processes && (name = g_dir_read_name(processes)) != NULL)
        if (g_ascii_isdigit(*name) && parent_of(name) == getpid())
            kill(atoi(name), SIGKILL);
    if (processes)
        g_dir_close(processes);
}

/* Children that lose their parent here become ours: until there are none. */
static void
end_all(void)
{
    for (;;) {
        pid_t pid;

        kill_children();
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            ;
        if (pid < 0 && errno == ECHILD)
            return;
        g_usleep(2000);
    }
}

static void
run_program(char *const *arguments, int log, unsigned megabytes)
{
    struct rlimit limit = { (rlim_t)megabytes << 20, (rlim_t)megabytes << 20 }, no_core = { 0, 0 };
    int nothing = open("/dev/null", O_RDWR);

    setrlimit(RLIMIT_AS, &limit);
    setrlimit(RLIMIT_CORE, &no_core);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
        close(fd);
    execvp(arguments[0], arguments);
    fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

static void
keep(int life, char *const *arguments, int log, unsigned megabytes)
{
    struct pollfd wait = { life, POLLIN, 0 };

    setpgid(0, 0); /* the interrupt key is for who started us */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (fork() == 0)
        run_program(arguments, log, megabytes);
    while (poll(&wait, 1, LOOK_MS) <= 0 && waitpid(-1, NULL, WNOHANG) >= 0)
        ;
    end_all();
    _exit(0);
}

bool
keeper_start(keeper_t *keeper, char *const *arguments, int log, unsigned megabytes)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    keeper->pid = fork();
    if (keeper->pid == 0) {
        close(ends[1]);
        keep(ends[0], arguments, log, megabytes);
    }
    close(ends[0]);
    keeper->life = ends[1];
    if (keeper->pid > 0)
        return true;
    close(ends[1]);
    keeper->pid = 0;
    return false;
}

bool
keeper_lives(const keeper_t *keeper)
{
    siginfo_t ended = { 0 };

    return keeper->pid && waitid(P_PID, (id_t)keeper->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && !ended.si_pid;
}

void
keeper_stop(keeper_t *keeper)
{
    if (!keeper->pid)
        return;
    close(keeper->life);
    waitpid(keeper->pid, NULL, 0);
    keeper->pid = 0;
}
