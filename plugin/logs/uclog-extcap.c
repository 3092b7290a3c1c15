/* uclog-extcap.c
 * What Wireshark asks a capture program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "logs/uclog-extcap.h"

#include "knowledge/array.h"

#include <glib.h>
#include <stdio.h>

#include "logs/uclog-pdu.h"

/* The options that Wireshark shows for the interface; `call` is the option of this program. */
static const struct {
    const char *call;
    const char *display;
    const char *type;
    const char *more;
    const char *tooltip;
} options[] = {
    { "--file", "Log file", "fileselect",
      "{mustexist=true}{required=true}{fileext=Client and server logs (*.UccApilog *.uccapilog *.log *.txt)}",
      "Client log (…UccApi-0.UccApilog) or server log (SIPStack text of OCSLogger or the centralized logging)" },
    { "--tz", "Time zone of the log", "string", "{placeholder=local time of this machine}",
      "UTC, +02:00, Europe/Berlin …; for times that the log writes without a zone" },
    { "--trace", "Log lines between the messages, too", "boolflag", "{default=false}",
      "Every other line of the log as a syslog record" },
    { "--follow", "Follow a log that is still being written", "boolflag", "{default=false}",
      "Keeps reading until the capture is stopped, also when the file is replaced by a new one" },
};

/* The page that the installer put below a folder of data, as a URI; NULL = it is not there. */
static char *
page_below(const char *folder)
{
    char *path = g_build_filename(folder, "doc", "msice", "logs.md", NULL);
    char *uri = g_file_test(path, G_FILE_TEST_EXISTS) ? g_filename_to_uri(path, NULL, NULL) : NULL;

    g_free(path);
    return uri;
}

/* What the help button of the dialog opens; to be freed. */
static char *
help_page(void)
{
    char *uri = page_below(g_get_user_data_dir());

    for (const char *const *folder = g_get_system_data_dirs(); !uri && *folder; folder++)
        uri = page_below(*folder);
    return uri;
}

void
uclog_extcap_interfaces(void)
{
    char *help = help_page();

    printf("extcap {version=%s}", MSICE_VERSION);
    if (help)
        printf("{help=%s}", help);
    printf("\n");
    g_free(help);
    printf("interface {value=" UCLOG_INTERFACE "}{display=Lync / Skype for Business log}\n");
}

void
uclog_extcap_dlts(void)
{
    printf("dlt {number=%u}{name=WIRESHARK_UPPER_PDU}{display=Wireshark Upper PDU export}\n", UCLOG_LINKTYPE);
}

void
uclog_extcap_config(void)
{
    for (unsigned i = 0; i < array_length(options); i++)
        printf("arg {number=%u}{call=%s}{display=%s}{type=%s}%s{tooltip=%s}\n", i, options[i].call,
               options[i].display, options[i].type, options[i].more, options[i].tooltip);
}
