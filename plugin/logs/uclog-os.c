/* uclog-os.c
 * What systems do differently, on POSIX
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-os.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
uclog_os_open(const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

#ifdef POSIX_FADV_SEQUENTIAL
    if (fd >= 0)
        posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
    return fd;
}

int
uclog_os_create(const char *path)
{
    if (!path || strcmp(path, "-") == 0)
        return STDOUT_FILENO;
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

gssize
uclog_os_read(int fd, void *buffer, size_t size)
{
    gssize got;

    do {
        got = read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

gssize
uclog_os_write(int fd, const void *data, size_t size)
{
    gssize written;

    do {
        written = write(fd, data, size);
    } while (written < 0 && errno == EINTR);
    return written;
}

bool
uclog_os_seek(int fd, uint64_t position)
{
    return lseek(fd, (off_t)position, SEEK_SET) == (off_t)position;
}

bool
uclog_os_close(int fd)
{
    return close(fd) == 0;
}

bool
uclog_os_is_terminal(int fd)
{
    return isatty(fd);
}

static void
set_status(uclog_status_t *status, const struct stat *of)
{
    status->volume = of->st_dev;
    status->number = of->st_ino;
    status->size = (uint64_t)of->st_size;
    status->written = of->st_mtime;
    status->regular = S_ISREG(of->st_mode);
    status->folder = S_ISDIR(of->st_mode);
}

bool
uclog_os_status(int fd, uclog_status_t *status)
{
    struct stat of;

    if (fstat(fd, &of) != 0)
        return false;
    set_status(status, &of);
    return true;
}

bool
uclog_os_status_of(const char *path, uclog_status_t *status)
{
    struct stat of;

    if (stat(path, &of) != 0)
        return false;
    set_status(status, &of);
    return true;
}

bool
uclog_os_wait(int output, unsigned milliseconds)
{
    struct pollfd reader = { output, 0, 0 };
    int ready = poll(&reader, 1, (int)milliseconds);

    return ready <= 0 || !(reader.revents & (POLLERR | POLLNVAL));
}

void
uclog_os_catch_signals(void (*stop)(int number))
{
    struct sigaction action = { 0 };

    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

bool
uclog_os_release(const char *pipe)
{
    int fd = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return errno != ENXIO;
    close(fd);
    return true;
}
