# SPDX-License-Identifier: GPL-2.0-or-later
"""Diagnostics headers as people meet them: in mails, web pages, logs, source code, tables and dumps of gateways.

A kind is a function that writes the same header lines in its way; what must be found in the result is what a
person reads in the lines. As a program, texts.py FOLDER writes all texts there, as a start for the fuzzer.
"""
import csv
import html
import io
import json
import quopri
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple


class Header(NamedTuple):
    """A header line, and what must be said about it; flags and media stay None without ICEWarn."""
    name: str
    value: str
    id: int
    reason: str = None
    flags: str = None
    media: str = None

    @property
    def line(self):
        return f"{self.name}: {self.value}"

    @property
    def found(self):
        return (self.name.lower(), self.id, self.reason, self.flags, self.media)


def media_failure(number, reason, label, flags):
    value = (f'{number}; reason="{reason}";CallerMediaDebug="{label}:ICEWarn={flags},LocalSite=198.51.100.7:50041,'
             'LocalMR=203.0.113.9:57498,RemoteSite=192.168.20.203:50045,RemoteMR=203.0.113.80:51184,'
             'PortRange=50040:50049,LocalMRTCPPort=57498,LocalLocation=1,RemoteLocation=2,FederationType=0"')
    return Header("ms-client-diagnostics", value, number, reason, flags, label)


# Three messages' headers: what a client says, what servers say, and the flat form with what is hard to read.
CLIENT_HEADERS = [
    media_failure(23, "Call failed to establish due to a media connectivity failure when one endpoint is internal "
                  "and the other is remote", "application-sharing", "0x4000320"),
    media_failure(51004, "Action initiated by user", "audio", "0x0")]
SERVER_HEADERS = [
    Header("ms-diagnostics", '1034;reason="Previous hop federated peer did not report diagnostic information";'
           'Domain="contoso.example";PeerServer="sip.contoso.example";source="federation.example.net"', 1034,
           "Previous hop federated peer did not report diagnostic information"),
    Header("ms-diagnostics", '10003;source="med02.example.net";reason="Proxy returned a SIP failure code";'
           'component="MediationServer";SipResponseCode="404";SipResponseText="Not Found"', 10003,
           "Proxy returned a SIP failure code"),
    Header("ms-diagnostics-public", "21002", 21002),
    Header("X-Ms-Diagnostics", '2000003;reason="The audience claim value is invalid for current resource.";'
           'error_category="invalid_resource"', 2000003,
           "The audience claim value is invalid for current resource.")]
FLAT_HEADERS = [
    Header("ms-client-diagnostics", '25; reason="A federated call failed; both endpoints, as said, are internal"; '
           'UserType="Callee"; MediaType="audio"; ICEWarn="0x40003a0"; LocalSite=""; LocalMR=""; '
           'PortRange="20000:20039"; MrDnsU="edge01.example.com"; MrResU="0"; MediaChanBlob="NetworkErr=no error,'
           'ErrTime=0,BlobVer=1";', 25, "A federated call failed; both endpoints, as said, are internal", "0x40003a0",
           "audio"),
    Header("ms-diagnostics", '24081.2;Component="RTCC/4.0.0.0_App";Reason="Endpoint termination";'
           'Source=app.example.com', 24081, "Endpoint termination")]
MESSAGES = {"client": CLIENT_HEADERS, "server": SERVER_HEADERS, "flat": FLAT_HEADERS}

# A header of others in each message: it must be left alone.
FOREIGN = 'X-Remote-Reason: 1409; reason="404 - Not Found"; component="ConnectSIPServer"'


def lines(headers):
    return [header.line for header in headers]


def message(headers, end="\r\n"):
    """A SIP response with the headers."""
    return end.join(["SIP/2.0 488 Not Acceptable Here", "Via: SIP/2.0/TLS 192.0.2.10:40222;branch=z9hG4bK1",
                     "CSeq: 1 INVITE", *lines(headers), FOREIGN, "Content-Length: 0", "", ""])


def indented(text, prefix):
    return "".join(prefix + line for line in text.replace("\r\n", "\n").splitlines(keepends=True))


def wrapped(text, width=72):
    return "\n".join(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
                     for line in text.split("\r\n"))


def csv_row(*cells, **how):
    out = io.StringIO()
    csv.writer(out, **how).writerow(cells)
    return out.getvalue()


def csv_rows(headers, **how):
    return "".join(csv_row("2016-01-02 10:00", "ann@example.com", line, "end", **how) for line in lines(headers))


def escaped_quotes(text, code):
    """As serializers write that avoid quotes inside of strings."""
    return '"' + json.dumps(text)[1:-1].replace('\\"', code) + '"'


def har(headers, **how):
    return json.dumps({"headers": [{"name": header.name, "value": header.value} for header in headers]}, **how)


def members(headers, **how):
    return json.dumps([{header.name: header.value} for header in headers] + [{"X-Remote-Reason": "1409; reason=\"x\""}],
                      **how)


def page(body):
    return f"<!DOCTYPE html>\n<html><head><title>Call 0x320 fails</title></head><body>{body}</body></html>\n"


def table_html(headers):
    rows = "".join(f"<tr>\n<td>{header.name}</td>\n<td>{html.escape(header.value)}</td>\n</tr>\n"
                   for header in headers if ";" in header.value)
    return page(f"<table>{rows}<tr><td>X-Remote-Reason</td><td>1409; reason=&quot;404&quot;</td></tr></table>")


def highlighted(headers):
    return page("<br>".join(
        f'<span class="k">{header.name}</span><span class="o">:</span> '
        + html.escape(header.value, quote=False).replace("ICEWarn", "<em>ICEWarn</em>") for header in headers))


def table_markdown(headers):
    return "| header | seen |\n|---|---|\n" + "".join(f"| {line} | 3 |\n" for line in lines(headers))


def curly(text):
    """As an editor turns quotes, with no regard to which opens."""
    return text.replace('="', "=\u201c").replace('"', "\u2033")


def freeswitch(headers, folding=""):
    text = message(headers).replace('";', '"' + folding + ";") if folding else message(headers)
    return ("recv 1054 bytes from udp/[192.0.2.1]:5060 at 12:00:00.000001:\n   " + "-" * 72 + "\n"
            + indented(text, "   ") + "   " + "-" * 72 + "\n")


def expressway(headers, bars=False):
    head = ('2016-01-02T10:00:00+00:00 edge tvcs: UTCTime="2016-01-02 10:00:00,123" Module="network.sip" '
            'Level="DEBUG": Action="Received" Src-port="5061"\n SIPMSG:\n')
    return head + (indented(message(headers), "|") if bars else "|" + indented(message(headers), " ")[1:]) + "|\n"


def record(text):
    return "<134>Jan  2 10:00:00 sbc1 kamailio[99]: INFO: " + text


# Those that also occur in what is sent over a network: logs and dumps of gateways and servers.
NETWORK_KINDS = {
    "control characters in octal": lambda headers: record(message(headers).replace("\r\n", "#015#012")),
    "CR in octal, LF a blank": lambda headers: record(message(headers).replace("\r\n", "#015 ")),
    "LF in octal": lambda headers: record(message(headers).replace("\r\n", " #012")),
    "folded, in octal": lambda headers: record(
        message(headers).replace('";', '"\r\n ;').replace("\r\n", "#015#012")),
    "CR LF as letters": lambda headers: record(message(headers).replace("\r\n", "\\r\\n") + " [Time:02-01@10:00:00.123]"),
    "LF as letters": lambda headers: record(message(headers).replace("\r\n", "\\n") + " [Time:02-01@10:00:00.123]"),
    "CR LF in octal of C": lambda headers: record(message(headers).replace("\r\n", "\\015\\012")),
    "FreeSWITCH": freeswitch,
    "FreeSWITCH, folded": lambda headers: freeswitch(headers, "\r\n   "),
    "Expressway": expressway,
    "Expressway, a bar each line": lambda headers: expressway(headers, bars=True),
    "JSON log": lambda headers: json.dumps({"time": 1451728800, "message": message(headers), "next": "a;reason=b"}),
    "JSON log, quotes by number": lambda headers: '{"m":' + escaped_quotes(message(headers), "\\u0022") + ',"n":1}',
    "JSON inside JSON": lambda headers: json.dumps({"log": json.dumps({"m": message(headers), "n": 1}), "s": "x"}),
    "a line each": lambda headers: "".join(f"2016-01-02 10:00:0{number} fe01 {line}\n"
                                           for number, line in enumerate(lines(headers))),
    "all in one line": lambda headers: record(" ".join(lines(headers)) + " Content-Length: 0"),
}

KINDS = {
    **NETWORK_KINDS,
    "plain": message,
    "LF": lambda headers: message(headers, "\n"),
    "CR": lambda headers: message(headers, "\r"),
    "CR CR LF": lambda headers: message(headers, "\r\r\n"),
    "UTF-16, little endian": lambda headers: b"\xff\xfe" + message(headers).encode("utf-16-le"),
    "UTF-16, big endian": lambda headers: b"\xfe\xff" + message(headers).encode("utf-16-be"),
    "byte order mark": lambda headers: b"\xef\xbb\xbf" + "\n".join(lines(headers)).encode(),
    "folded": lambda headers: message(headers).replace(';Caller', ';\r\n Caller').replace(';source', '\r\n\t;source')
    .replace("; Us", ";\r\n  Us"),
    "letter case": lambda headers: "".join(
        line.replace("diagnostics", "Diagnostics", 1).replace("ms-", "MS-", 1) + "\n" for line in lines(headers)),
    "blank before the colon": lambda headers: "".join(line.replace(":", " :\t", 1) + "\n" for line in lines(headers)),
    "no blank": lambda headers: "".join(line.replace(": ", ":", 1) + "\n" for line in lines(headers)),
    "quoted mail": lambda headers: "Ann wrote:\n" + indented(message(headers), "> ") + "\nI have no idea.\n",
    "mail quoted twice": lambda headers: indented(message(headers), ">> "),
    "mail, wrapped": lambda headers: "Hello,\n\n" + wrapped(message(headers)) + "\nthanks\n",
    "quoted mail, wrapped": lambda headers: indented(wrapped(message(headers)), "> "),
    "quoted-printable": lambda headers: quopri.encodestring(message(headers, "\n").encode()),
    "quoted-printable, CR LF": lambda headers: quopri.encodestring(message(headers, "\n").encode()).replace(b"\n", b"\r\n"),
    "quoted-printable, quoted": lambda headers: quopri.encodestring(indented(message(headers), "> ").encode()),
    "quoted-printable, HTML": lambda headers: quopri.encodestring(page("<br>".join(
        html.escape(line) for line in lines(headers))).encode()),
    "curl -v": lambda headers: "".join(f"< {line}\n" for line in lines(headers)) + "< \n* done\n",
    "JSON strings": lambda headers: json.dumps([*lines(headers), FOREIGN]),
    "JSON members": members,
    "JSON members, a line each": lambda headers: members(headers, indent=2),
    "JSON names and values": har,
    "JSON names and values, a line each": lambda headers: har(headers, indent=2),
    "JSON inside JSON inside JSON": lambda headers: json.dumps(json.dumps(json.dumps({"m": message(headers)}))),
    "C source": lambda headers: "static const char text[] =\n" + "".join(
        '    "%s\\r\\n"\n' % line.replace('"', '\\"') for line in lines(headers)) + '    "CSeq: 1 BYE\\r\\n\\r\\n";\n',
    "Python": lambda headers: repr([{header.name: header.value} for header in headers]),
    "CSV": csv_rows,
    "CSV, all quoted": lambda headers: csv_rows(headers, quoting=csv.QUOTE_ALL),
    "CSV by semicolons": lambda headers: csv_rows(headers, delimiter=";", quoting=csv.QUOTE_ALL),
    "CSV by tabs": lambda headers: csv_rows(headers, delimiter="\t"),
    "CSV, a message a field": lambda headers: csv_row("t", message(headers), "end"),
    "CSV of JSON": lambda headers: csv_row("t", json.dumps({"m": message(headers)}), "end"),
    "HTML": lambda headers: page(f"<pre>{html.escape(message(headers))}</pre>"),
    "HTML, <br>": lambda headers: page("<p>" + html.escape(message(headers)).replace("\r\n", "<br />\n") + "</p>"),
    "HTML, a paragraph each": lambda headers: page("".join(f"<p>{html.escape(line)}</p>" for line in lines(headers))),
    "HTML by numbers": lambda headers: page("".join(
        f"<li>{html.escape(line)}</li>\n".replace("&quot;", "&#34;").replace("=", "&#61;") for line in lines(headers))),
    "HTML by hexadecimal numbers, no-break spaces": lambda headers: page("".join(
        f"<div>{html.escape(line)}</div>".replace("&quot;", "&#x22;").replace(" ", "&nbsp;") for line in lines(headers))),
    "HTML inside HTML": lambda headers: page(html.escape(f"<pre>{html.escape(message(headers))}</pre>")),
    "HTML, curly": lambda headers: page("<br>".join(
        html.escape(line).replace("&quot;", "&rdquo;") for line in lines(headers))),
    "HTML, highlighted": highlighted,
    "XML attributes": lambda headers: "".join(
        f'<header name="{header.name}" value="{html.escape(header.value)}"/>' for header in headers),
    "XML elements": lambda headers: "".join(f"<line>{html.escape(line, quote=False)}</line>" for line in lines(headers)),
    "CDATA": lambda headers: f"<m><![CDATA[{message(headers)}]]></m>",
    "Markdown code": lambda headers: "".join(f"* I see `{line}` here\n" for line in lines(headers)),
    "Markdown fence": lambda headers: "```\n" + message(headers, "\n") + "```\nWhat is this?\n",
    "Markdown table": table_markdown,
    "Markdown, bold names": lambda headers: "".join(f"**{header.name}:** {header.value}\n\n" for header in headers),
    "curly quotes": lambda headers: "\n".join(curly(line) for line in lines(headers)),
    "curly quotes, one kind": lambda headers: message(headers).replace('"', "\u201d"),
    "curly quotes in code page 1252": lambda headers: message(headers).replace('"', "\u201d").encode("cp1252"),
    "PowerShell": lambda headers: "".join(f"{header.name:<30} : {header.value}\n" for header in headers),
}

# The text of each table cell must hold a parameter: a number alone may be a count.
TABLES = {
    "HTML table": table_html,
    "CSV of names and values": lambda headers: "".join(
        csv_row(header.name, header.value) for header in headers if ";" in header.value),
    "Markdown table of names and values": lambda headers: "".join(
        f"| `{header.name}` | `{header.value}` |\n" for header in headers if ";" in header.value),
}


def captures():
    """What gateways and servers log, on the port of syslog and elsewhere."""
    from .wire import Capture

    capture = Capture()
    for kind in NETWORK_KINDS.values():
        for headers in MESSAGES.values():
            for port in (514, 10514):
                capture.udp(("10.1.1.1", 40514), ("10.1.1.2", port), kind(headers).encode())
    yield "diag-dumps.pcap", capture


def main():
    folder = Path(sys.argv[1])
    for number, kind in enumerate([*KINDS.values(), *TABLES.values()]):
        for name, headers in MESSAGES.items():
            text = kind(headers)
            (folder / f"{number:02}-{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())


if __name__ == "__main__":
    main()
