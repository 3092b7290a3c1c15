/* uclog-os-windows.c
 * What systems do differently, on Windows. Paths are UTF-8.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-os.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A pipe takes no more at once. */
#define WRITE_MAX (1024U * 1024U)
/* Windows counts tenths of microseconds since 1601. */
#define UNITS_PER_SECOND  10000000
#define SECONDS_1601_1970 11644473600

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* The errno of the last error. */
static int
last_errno(void)
{
    switch (GetLastError()) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_NETPATH:
        return ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
        return EACCES;
    case ERROR_PIPE_BUSY:
        return EBUSY;
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:
        return EPIPE;
    default:
        return EIO;
    }
}

static HANDLE
open_handle(const char *path, DWORD access, DWORD creation, DWORD flags)
{
    gunichar2 *wide = g_utf8_to_utf16(path, -1, NULL, NULL, NULL);
    HANDLE handle = INVALID_HANDLE_VALUE;

    if (wide)
        handle = CreateFileW((const wchar_t *)wide, access, SHARE_ALL, NULL, creation, flags, NULL);
    else
        SetLastError(ERROR_INVALID_NAME);
    g_free(wide);
    if (handle == INVALID_HANDLE_VALUE)
        errno = last_errno();
    return handle;
}

static int
open_file(const char *path, DWORD access, DWORD creation, int mode)
{
    HANDLE handle;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        errno = EISDIR;
        return -1;
    }
    handle = open_handle(path, access, creation, FILE_ATTRIBUTE_NORMAL);
    return handle == INVALID_HANDLE_VALUE ? -1 : _open_osfhandle((intptr_t)handle, mode);
}

int
uclog_os_open(const char *path)
{
    if (strcmp(path, "-") == 0) {
        _setmode(UCLOG_STDIN, _O_BINARY);
        return UCLOG_STDIN;
    }
    return open_file(path, GENERIC_READ, OPEN_EXISTING, _O_RDONLY | _O_BINARY);
}

int
uclog_os_create(const char *path)
{
    bool pipe = path && g_str_has_prefix(path, "\\\\.\\pipe\\");

    if (!path || strcmp(path, "-") == 0) {
        _setmode(UCLOG_STDOUT, _O_BINARY);
        return UCLOG_STDOUT;
    }
    return open_file(path, GENERIC_WRITE | FILE_READ_ATTRIBUTES, pipe ? OPEN_EXISTING : CREATE_ALWAYS,
                     _O_WRONLY | _O_BINARY);
}

/* Not by C's _read: once that has met the end of a file, it may go on to tell of it when the file has grown. The end
 * of a pipe is the end of a file. */
gssize
uclog_os_read(int fd, void *buffer, size_t size)
{
    DWORD got;

    if (ReadFile((HANDLE)_get_osfhandle(fd), buffer, (DWORD)MIN(size, WRITE_MAX), &got, NULL))
        return (gssize)got;
    if (GetLastError() == ERROR_BROKEN_PIPE)
        return 0;
    errno = last_errno();
    return -1;
}

gssize
uclog_os_write(int fd, const void *data, size_t size)
{
    DWORD written;

    if (WriteFile((HANDLE)_get_osfhandle(fd), data, (DWORD)MIN(size, WRITE_MAX), &written, NULL))
        return (gssize)written;
    errno = last_errno();
    return -1;
}

bool
uclog_os_seek(int fd, uint64_t position)
{
    return _lseeki64(fd, (int64_t)position, SEEK_SET) == (int64_t)position;
}

bool
uclog_os_close(int fd)
{
    return _close(fd) == 0;
}

bool
uclog_os_is_terminal(int fd)
{
    return _isatty(fd);
}

static bool
status_of_handle(HANDLE handle, uclog_status_t *status)
{
    BY_HANDLE_FILE_INFORMATION told;
    ULARGE_INTEGER time;

    memset(status, 0, sizeof *status);
    if (GetFileType(handle) != FILE_TYPE_DISK)
        return true;
    if (!GetFileInformationByHandle(handle, &told)) {
        errno = last_errno();
        return false;
    }
    time.LowPart = told.ftLastWriteTime.dwLowDateTime;
    time.HighPart = told.ftLastWriteTime.dwHighDateTime;
    status->volume = told.dwVolumeSerialNumber;
    status->number = (uint64_t)told.nFileIndexHigh << 32 | told.nFileIndexLow;
    status->size = (uint64_t)told.nFileSizeHigh << 32 | told.nFileSizeLow;
    status->written = (int64_t)(time.QuadPart / UNITS_PER_SECOND) - SECONDS_1601_1970;
    status->folder = told.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
    status->regular = !status->folder;
    return true;
}

bool
uclog_os_status(int fd, uclog_status_t *status)
{
    return status_of_handle((HANDLE)_get_osfhandle(fd), status);
}

bool
uclog_os_status_of(const char *path, uclog_status_t *status)
{
    HANDLE handle = open_handle(path, FILE_READ_ATTRIBUTES, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
    bool good = handle != INVALID_HANDLE_VALUE && status_of_handle(handle, status);

    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    return good;
}

/* Nothing, written to a pipe of bytes, fails where its reader is gone. In a pipe of messages, as Wireshark's capture
 * has it, nothing would be a message and the end of all: there the next packet tells. */
bool
uclog_os_wait(int output, unsigned milliseconds)
{
    HANDLE handle = (HANDLE)_get_osfhandle(output);
    DWORD flags, written;

    Sleep(milliseconds);
    if (GetFileType(handle) != FILE_TYPE_PIPE || !GetNamedPipeInfo(handle, &flags, NULL, NULL, NULL) ||
        flags & PIPE_TYPE_MESSAGE)
        return true;
    return WriteFile(handle, "", 0, &written, NULL);
}

void
uclog_os_catch_signals(void (*stop)(int number))
{
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    signal(SIGBREAK, stop);
}

bool
uclog_os_release(const char *pipe)
{
    int fd = open_file(pipe, GENERIC_WRITE, OPEN_EXISTING, _O_WRONLY | _O_BINARY);

    if (fd < 0)
        return errno != EBUSY;
    _close(fd);
    return true;
}
