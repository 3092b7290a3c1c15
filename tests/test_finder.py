# SPDX-License-Identifier: GPL-2.0-or-later
"""The finder of diagnostics headers in any text, as icewarn and the dissector use it."""
import json
import quopri
import random
import resource
import subprocess
from xml.etree import ElementTree

import pytest

from conftest import BUILD, PATIENCE, environment
from gen import texts
from gen.sip import CLIENT, SERVER
from gen.sip import message as sip_message
from gen.wire import Capture


def find(text):
    """What icewarn finds in a text: its exit status and the entries of --json."""
    data = text if isinstance(text, bytes) else text.encode()
    result = subprocess.run([BUILD / "icewarn", "--json"], input=data, capture_output=True, timeout=PATIENCE,
                            env=environment())
    entries = json.loads(result.stdout)
    assert result.returncode == (0 if entries else 1), result.stderr
    return entries


def found(text):
    return [(entry["header"].lower() if "header" in entry else None, entry.get("id"), entry.get("reason"),
             entry.get("value"), entry.get("media")) for entry in find(text)]


def lines(text):
    return [entry["line"] for entry in find(text)]


@pytest.mark.parametrize("message", texts.MESSAGES)
@pytest.mark.parametrize("kind", texts.KINDS)
def test_kinds(kind, message):
    headers = texts.MESSAGES[message]
    assert found(texts.KINDS[kind](headers)) == [header.found for header in headers]


@pytest.mark.parametrize("message", texts.MESSAGES)
@pytest.mark.parametrize("kind", texts.TABLES)
def test_tables(kind, message):
    headers = texts.MESSAGES[message]
    assert found(texts.TABLES[kind](headers)) == [header.found for header in headers if ";" in header.value]


# A header that was cut in its media debug data, and what may follow then.
CUT = 'ms-client-diagnostics: 23; reason="a";CalleeMediaDebug="audio:ICEWarn=0x80012b'
BEHIND_CUT = [
    "", "\n", "...\n", "\u2026\n", ",...\n", "\n\nfoo \"bar\"\n", "\nContent-Length: 0\n", "\nSIP/2.0 200 OK\n",
    "\na=candidate:2 1 UDP 2130706431 192.0.2.99 26699 typ host\nm=audio 0 \"x\"\n", "\nThanks for your help\n",
    "\nI read \"media\" in it.\n", '\n2016-01-02 10:00:00 "x"\n', '\nJan  2 10:00:00 sbc1 "x"\n', '\n<134>"x"\n',
    "\n01/02/2016|10:00:03.001 2B24:2B28 INFO  :: End of Sending\n", '#015#012a=x "y"', '\\r\\nCSeq: 1 BYE\\r\\n"',
    '<br>more "text"', '</td><td>"x"', "` and `foo=\"x\"`\n", '" },\n{ "a": "b" }', "\n* item \"x\"\n", "\n-- \nBob \"B\"\n",
]


@pytest.mark.parametrize("behind", BEHIND_CUT)
def test_cut_headers(behind):
    assert found(CUT + behind) == [("ms-client-diagnostics", 23, "a", "0x80012b", "audio")]


def test_cut_at_every_byte():
    """Whatever is left of a header, it is its own id and no other reason or flags than it had."""
    header = texts.CLIENT_HEADERS[0]
    start = header.line.index("23")
    for end in range(start + 2, len(header.line) + 1):
        for behind in ("", "\nCSeq: 1 BYE\n", "#015#012a=x", "\n\n"):
            (name, number, reason, value, media), = found(header.line[:end] + behind)
            assert (name, number) == header.found[:2]
            assert header.reason.startswith(reason or "")
            assert value is None or int(header.flags, 16) == int(value, 16) or end < header.line.index(",Local")


def test_a_cut_header_and_the_next():
    for between in ("\n", "\r\n", "#015#012", "\\n", " ", "\n   ", "<br>"):
        assert [entry[1] for entry in found(CUT + between + texts.SERVER_HEADERS[0].line)] == [23, 1034]


def test_indented_headers_stay_two():
    first, second = texts.SERVER_HEADERS[0], texts.CLIENT_HEADERS[0]
    for indent in (" ", "   ", "\t", "\t  ", "> ", ">    ", "| ", " | "):
        text = f"{indent}{first.line}\n{indent}{second.line}\n"
        assert found(text) == [first.found, second.found]
    # Deeper than the header it is folding, unless a header begins there.
    text = '   ms-diagnostics: 1034;reason="a"\n      ;source="b"\n     ms-client-diagnostics: 23;reason="c"\n'
    assert [entry[1:3] for entry in found(text)] == [(1034, "a"), (23, "c")]


@pytest.mark.parametrize("text, wanted", [
    ('ms-client-diagnostics: 24; reason="a";\nCallerMediaDebug="audio:ICEWarn=0x320,\nLocalSite=192.0.2.1:5,\nx=1"',
     (24, "a", "0x320")),
    ('ms-client-diagnostics: 24; reason="one\ntwo three\nfour";CallerMediaDebug="audio:ICEWarn=0x21"', (24, "one two three four", "0x21")),
    ('ms-client-diagnostics: 24; reason="a"\n;CallerMediaDebug="audio:ICEWarn=0x29,LocalLocation=2"\n', (24, "a", "0x29")),
    ('ms-client-diagnostics: 24; reason="a";CallerMediaDebug="audio:ICEWarn=0x40\n00320,LocalSite=192.0.2.1:5"', (24, "a", "0x4000320")),
    ('Header : ms-client-diagnostics: 24; reason="a";CallerMediaDebug="audio:ICEWarn=0x4000\n         320,LocalSite=192.0.2.1:5"',
     (24, "a", "0x4000320")),
    ('<div>ms-client-diagnostics: 24;<br/>\r\n reason="a";<br>\nCallerMediaDebug="audio:ICEWarn=0x2a"<br/>\n</div>', (24, "a", "0x2a")),
    ('<div>ms-client-diagnostics: 24; reason="a";<br/><br/>\nCallerMediaDebug="audio:ICEWarn=none"</div>', (24, "a", None)),
    ('ms-client-diagnostics: 24; reason=\u201ea\u201c;CallerMediaDebug=\u201eaudio:ICEWarn=0x2b,LocalLocation=1\u201c', (24, "a", "0x2b")),
    ('ms-client-diagnostics: 24; reason=&bdquo;a&ldquo;;ICEWarn=&#8222;0x2c&#8220;', (24, "a", "0x2c")),
    (b'ms-client-diagnostics: 24; reason=\x84a\x93;ICEWarn=\x840x2d\x93', (24, "a", "0x2d")),
    (quopri.encodestring('ms-client-diagnostics: 24; reason=\u201ea\u201c;ICEWarn=\u201e0x2e\u201c'.encode()), (24, "a", "0x2e")),
    ('ms-client-diagnostics: 24; reason="a";\ntimeout=30\n', (24, "a", None)),
    ('ms-client-diagnostics: 24; reason="a";\na=candidate:1\n', (24, "a", None)),
    ('ms-client-diagnostics: 24; reason="never closed\nand this is another line\n', (24, "never closed", None)),
    ('ms-client-diagnostics: 24; reason="not closed;CallerMediaDebug="audio:ICEWarn=0x2f,LocalLocation=1"', (24, "not closed", "0x2f")),
    ('ms-client-diagnostics: 24; reason=without quotes;CallerMediaDebug=audio:ICEWarn=0x31,LocalLocation=1', (24, "without quotes", "0x31")),
    ('ms-diagnostics: 1;reason="in DOMAIN\\name";ICEWarn="0x41"', (1, "in DOMAIN\\name", "0x41")),
    ('ms-diagnostics: 1;reason="a \\"quoted\\" word";ICEWarn="0x42"', (1, 'a \\"quoted\\" word', "0x42")),
    ('ms-diagnostics: 1;source="";reason="";ICEWarn="0x43"', (1, None, "0x43")),
    ('ms-diagnostics: 1; reason="a" and ICEWarn is not set', (1, "a", None)),
    ('(ms-diagnostics: 1; reason="a") ICEWarn', (1, "a", None))])
def test_where_a_value_ends(text, wanted):
    (_, number, reason, value, _), = found(text)
    assert (number, reason, value) == wanted


@pytest.mark.parametrize("text, wanted", [
    ('25; reason="a"; MediaType="audio"; ICEWarn="0x40003a0"\n', (25, "a", "0x40003a0", "audio")),
    ("> 22; reason=\u201da\u201d;CallerMediaDebug=\u201daudio:ICEWarn=0x29\u2033\n", (22, "a", "0x29", "audio")),
    ('<diagHeader>10000;reason="a" </diagHeader>', (10000, "a", None, None)),
    ("&lt;diagHeader&gt;12006;reason=&quot;a&quot; &lt;/diagHeader&gt;", (12006, "a", None, None)),
    ('"2016-01-02","24; reason=""a"";CallerMediaDebug=""audio:ICEWarn=0x320""",1\n', (24, "a", "0x320", "audio")),
    ('log:\\r\\n24; reason=\\"a\\"', (24, "a", None, None))])
def test_without_a_name(text, wanted):
    """As reports print it: the id and the parameters."""
    assert found(text) == [(None, *wanted)]


def test_bare_flags():
    forms = ['ICEWarn="0x1"', "ICEWarn=0x2,LocalSite=", "ICEWarn=3", "ICEWarn: 0x4", "ICEWarn=&quot;0x5&quot;", 'ICEWarn=""0x6""',
             "ICEWarn=\\u00220x7\\u0022", 'ICEWarn=3D"0x8"', '"ICEWarn": "0x9"', "**ICEWarn**: `0xa`", "ICEWarn=\u201c0xb\u201d",
             'ICEWarn=\\\\\\"0xc\\\\\\"', "ICEWarn = 0xd", "icewarn=0X0E", "<td>ICEWarn</td><td>0xf</td>",
             "<IceWarningFlags>16</IceWarningFlags>", "&lt;v2:IceWarningFlags&gt;0x11&lt;/v2:IceWarningFlags&gt;", '"IceWarningFlags": 18',
             'CallerIceWarningFlags=19', 'iceWarningFlags":"0x14"', "CalleeIceWarningFlags : 21", "\\nICEWarn=0x16",
             "<IceWarningFlags>\r\n  23\r\n</IceWarningFlags>"]
    assert [entry[3] for entry in found(" ; ".join(forms))] == [hex(number) for number in range(1, 24)]
    assert [entry[3:] for entry in found('CallerMediaDebug=\\"application-sharing:ICEWarn=0x320,LocalLocation=1\\"')] == [
        ("0x320", "application-sharing")]


# Nothing to be found in any of these.
NOTHING = {
    "status line": "SIP/2.0 404 Not Found\n",
    "start of a message": "INVITE sip:+15550100@example.com SIP/2.0\nCSeq: 1 INVITE\nMax-Forwards: 70\n",
    "answer": "HTTP/1.1 400 Bad Request\nContent-Length: 25\nX-MS-Server-Fqdn: server.example.com\n\n0x320\n",
    "numbers": "0x320\n800\n0x4000320 0x29, 1;2;3\n",
    "parameters": "timeout = 800; retries=0x3\nhello = world\n",
    "session description": "v=0\no=- 0 1 IN IP4 192.0.2.1\na=candidate:1 1 UDP 2130706431 192.0.2.1 26698 typ host\n",
    "other headers": texts.FOREIGN + "\n",
    "other headers in JSON": json.dumps({"X-Remote-Reason": '1409; reason="404"', "Reason": 'Q.850;cause=16;text="x"'}),
    "other headers in CSV": '"X-Remote-Reason","1409; reason=""404"""\r\n',
    "other headers in octal": "<134>x#015#012" + texts.FOREIGN + "#015#012",
    "prose about headers": "The ms-diagnostics header: 3 things to know. ms-client-diagnostics: the header of clients.\n",
    "a date": "ms-diagnostics: 2016-01-02 10:00\nms-client-diagnostics: 1st try\n",
    "a list": "ms-diagnostics:\n1. First\n2. Second\n\nms-client-diagnostics:\n\n24 hours later\n",
    "counts": "| ms-diagnostics | 12 |\n<tr><td>ms-client-diagnostics</td><td>24</td></tr>\nms-diagnostics,3\n",
    "other names": "ms-diagnostics-foo: 23;reason=\"a\"\nfoo-ms-diagnostics: 23;reason=\"a\"\nms-client-diagnostic: 23;reason=\"a\"\n",
    "addresses": "https://example.com/ms-diagnostics: 23\nann@ms-diagnostics: 24\n",
    "no values": "ICEWarn=0xZZ ICEWarn= ICEWarn=0x ICEWarn=<value> ICEWarn=0x\u2026 ICEWarn=abc\n",
    "other keys": "ICEWarnEx=0x1 MyICEWarn=0x3 icewarn.flags=4 ICEWarn_2=5\n",
    "prose about flags": "ICEWarn: 23 calls had it. An ICEWarn of 0x320 is normal. ICEWarn 0x320\n",
    "nothing": "",
    "blank lines": "\r\n\n \t\n",
    "NUL": "\0" * 100,
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_find(name):
    assert found(NOTHING[name]) == []


def test_nothing_in_a_web_page():
    """A whole page with scripts, numbers, tables and escapes, but without a header."""
    random.seed(20140101)
    words = ["0x320", "404", "ICE", "warn", "reason", "diagnostics", "ms-", "SIP/2.0", "&quot;", "&#34;", "=", ";", "24;", "\\n", ":",
             "<td>", "</td>", "<br>", '"x"', "a=b", "24; because", "{", "}", "function()", "CSeq: 1", "media failure", "id: 23"]
    body = "\n".join(" ".join(random.choice(words) for _ in range(12)) for _ in range(2000))
    assert found(texts.page(body)) == []


def test_line_numbers():
    header, other = texts.CLIENT_HEADERS[0].line, texts.SERVER_HEADERS[0].line
    assert lines(f"{header}\n\n{other}\nICEWarn=0x1\n") == [1, 3, 4]
    assert lines(f"\r\n\r\n{header}\r\nx\r\n{other}") == [3, 5]
    wrapped = texts.wrapped(f"a\r\n{header}\r\n{other}\r\nICEWarn=0x2", 60)
    assert [wrapped.split("\n")[number - 1][:7] for number in lines(wrapped)] == ["ms-clie", "ms-diag", "ICEWarn"]
    assert lines("a\nb #012" + header + "#012\nc\\r\\n" + other) == [2, 3]
    assert lines(b"\xff\xfe" + f"\n{header}\n{other}\n".encode("utf-16-le")) == [2, 3]


def test_lines_of_quoted_printable():
    """A line may be broken in the middle of a name or number; the line told is that of the text as it stands."""
    headers = [*texts.CLIENT_HEADERS, *texts.SERVER_HEADERS, *texts.FLAT_HEADERS]
    for column in range(40, 78):
        text, starts = "", []
        for header in headers:
            starts.append(len(text) + column + 1)
            text += "x" * column + " " + header.line + "\n"
        encoded = quopri.encodestring(text.encode()).splitlines(keepends=True)
        entries = find(b"".join(encoded))
        assert [entry["id"] for entry in entries] == [header.id for header in headers], column
        for entry, start in zip(entries, starts):
            before, with_it = (len(quopri.decodestring(b"".join(encoded[:entry["line"] - more]))) for more in (1, 0))
            assert before <= start < with_it, (column, entry["line"])


def test_long_input():
    """Longer than the pieces in which icewarn reads it, with headers everywhere."""
    filler = "2016-01-02 10:00:00 nothing: to see here; code=0x320\n"
    headers = [*texts.CLIENT_HEADERS, *texts.SERVER_HEADERS, *texts.FLAT_HEADERS]
    text, wanted = [], []
    for number in range(400):
        header = headers[number % len(headers)]
        text += [filler] * (number % 7 * 37) + [header.line + "\n"]
        wanted.append((len(text), *header.found[1:2]))
    assert sum(map(len, text)) > 2_300_000
    assert [(entry["line"], entry["id"]) for entry in find("".join(text))] == wanted
    # Quoted-printable: the lines that were joined in one piece count in the next.
    encoded = quopri.encodestring("".join(text).encode())
    assert encoded.count(b"=\n") > 900
    entries = find(encoded)
    assert [entry["id"] for entry in entries] == [number for _, number in wanted]
    lines_of = encoded.split(b"\n")
    assert all(lines_of[entry["line"] - 1].lower().startswith(entry["header"].lower().encode()) for entry in entries)


def test_hostile_input_ends_soon():
    """Input that would take hours if something were searched again for each of its headers."""
    size = 1 << 20
    for unit in (";", '"', "\\", "ms-diagnostics: ", "ms-diagnostics: 1;", 'ms-client-diagnostics: 23;reason="',
                 'ms-diagnostics: 1;a="\n', '25;reason="\n', '25;reason="' + "x" * 250 + "\n", "ms-diagnostics" + " " * 200, "icewarn" + ":" * 250,
                 ";reason=", "&amp;", "<a ", '=\n', 'ms-diagnostics: 1;a=3D"=\n', "1" * 100 + ";reason=", "> ", "|\n",
                 '1;reason="a",', 'ms-diagnostics: 1;a="b",1;', '1;reason="",' + " " * 200):
        data = (unit * (size // len(unit)))[:size].encode()
        result = subprocess.run([BUILD / "icewarn"], input=data, capture_output=True, timeout=PATIENCE, env=environment(),
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)))
        assert result.returncode in (0, 1), unit


JOINED = '24;reason="a, 7; b";ICEWarn="0x1", 23.4 ; source="x",22;reason="c"'


@pytest.mark.parametrize("text, wanted", [
    (f"ms-diagnostics: {JOINED}\n", [24, 23, 22]), (JOINED, [24, 23, 22]),
    ("<diagHeader>" + JOINED + "</diagHeader>", [24, 23, 22]),
    (json.dumps({"m": f"ms-diagnostics: {JOINED}", "n": 25}), [24, 23, 22]),
    ('"t","ms-diagnostics: 24;reason=""a"", 23;reason=""b""",22;x="c"', [24, 23]),
    (f"<p>ms-diagnostics: {JOINED.replace(chr(34), '&quot;')}</p>", [24, 23, 22]),
    ('ms-diagnostics: 24;source=a.example.com, 23;reason="b"\n', [24, 23]),
    ('ms-diagnostics: 24;reason="a",\r\n 23;reason="b"\r\n ,22;reason="c"\r\nCSeq: 1 BYE\r\n', [24, 23, 22]),
    ('ms-diagnostics: 24;reason="a",\r\nms-diagnostics: 23;reason="b", 22;reason="c"\r\n', [24, 23, 22]),
    # A comma of a sentence, and what is no other value.
    ('ms-diagnostics: 24;reason="a", 23; see there\n', [24]), ('ms-diagnostics: 24;reason="a", 23; see there', [24]),
    ('ms-diagnostics: 24;reason="a", 23;', [24]), ('ms-diagnostics: 24;reason="a", 23 of 40; reason="b"', [24]),
    ('ms-diagnostics: 24;reason="a", as in 23;reason="b"', [24]), ('ms-diagnostics: 24;reason="a",\n23;foo="b"', [24]),
    ('I saw ms-diagnostics: 24, 23; both were wrong', [24])])
def test_values_joined_by_commas(text, wanted):
    """Each is an entry of its own, of the same name and line."""
    entries = find(text)
    assert [entry["id"] for entry in entries] == wanted
    assert len({entry.get("header") for entry in entries}) == 1
    if wanted == [24] and "reason" in entries[0]:
        assert (entries[0]["reason"], "value" in entries[0]) == ("a", False)
    if JOINED in text:
        assert [(entry.get("reason"), entry.get("value"), entry.get("sub_id")) for entry in entries] == [
            ("a, 7; b", "0x1", None), (None, None, "4"), ("c", None, None)]


def joined_capture():
    """The same joined values in each carrier of text."""
    header, capture = f"ms-client-diagnostics: {JOINED}", Capture()
    capture.udp(CLIENT, SERVER, sip_message("NOTIFY sip:bob@example.com SIP/2.0", ["Event: refer"], "SIP/2.0 488 No\r\n"
                                            f"{header}\r\n\r\n", content_type="message/sipfrag;version=2.0"))
    for port, text in ((514, f"<134>Jan  1 12:00:00 gw sip: {header}"), (7777, f"log line\r\n{header}\r\n"),
                       (10514, json.dumps({"m": header}))):
        capture.udp(("10.1.1.1", 40514), ("10.1.1.2", port), text.encode())
    for port, text in ((7778, f"log line\r\n{header}\r\n"),
                       (80, f"HTTP/1.1 401 Unauthorized\r\nX-Ms-diagnostics: {JOINED}\r\nContent-Length: 0\r\n\r\n")):
        stream = capture.tcp(("10.1.1.1", 40000 + port), ("10.1.1.2", port))
        stream.send(1 if port == 80 else 0, text.encode())
        stream.close()
    return capture


def test_joined_values_in_packets(bench):
    path = bench.write("joined.pcap", b"")
    joined_capture().write(path)
    rows = bench.fields(path, ["msdiag.id", "icewarn.flags", "msdiag.reason", "msdiag.sub_id"], "-Y", "msdiag")
    assert rows == [[["24", "23", "22"], ["0x00000001"], ["a, 7; b", "c"], ["4"]]] * 6


# The same engine in the dissector: what gateways and servers log over a network.
CASES = [(kind, message, port) for kind in texts.NETWORK_KINDS for message in texts.MESSAGES for port in (514, 10514)]


def test_dumps_in_captures(bench):
    rows = bench.fields("diag-dumps.pcap", ["msdiag.header", "msdiag.id", "icewarn.flags", "msdiag.reason"])
    assert len(rows) == len(CASES)
    for (kind, message, port), (names, ids, flags, reasons) in zip(CASES, rows):
        headers = texts.MESSAGES[message]
        assert ids == [str(header.id) for header in headers], (kind, message, port)
        assert [int(value, 16) for value in flags] == [int(header.flags, 16) for header in headers if header.flags]
        assert names == [header.name for header in headers]
        # Folding stays in the value, as it does in SIP.
        assert [" ".join(reason.split()) for reason in reasons] == [header.reason for header in headers if header.reason]


def positions(bench, name, number, field):
    """Where a field of a frame stands, from PDML: (offset, length, bytes as PDML has them)."""
    pdml = ElementTree.fromstring(bench.tshark(name, "-T", "pdml", "-Y", f"frame.number == {number}"))
    return [(int(found.get("pos")), int(found.get("size")), bytes.fromhex(found.get("value")))
            for found in pdml.iter("field") if found.get("name") == field]


@pytest.mark.parametrize("kind", ["control characters in octal", "FreeSWITCH", "LF as letters", "a line each"])
def test_what_is_not_escaped_stays_in_the_packet(bench, kind):
    """The fields of such a value are bytes of the frame, where they stand."""
    number = CASES.index((kind, "client", 10514)) + 1
    (_, frame, _) = next(texts.captures())[1].frames[number - 1]
    header = texts.CLIENT_HEADERS[0]
    (offset, length, value), *_ = positions(bench, "diag-dumps.pcap", number, "msdiag.reason")
    assert header.reason.encode() in value
    assert header.reason.encode() in frame[offset:offset + length]
    assert "Header without escapes" not in bench.tshark("diag-dumps.pcap", "-x", "-Y", f"frame.number == {number}")


@pytest.mark.parametrize("kind", ["JSON log", "JSON log, quotes by number", "JSON inside JSON", "folded, in octal"])
def test_what_is_escaped_is_a_text_of_its_own(bench, kind):
    """Its fields are bytes of that text, which is shown beside the frame."""
    number = CASES.index((kind, "server", 514)) + 1
    header = texts.SERVER_HEADERS[0]
    (_, _, value), *_ = positions(bench, "diag-dumps.pcap", number, "msdiag.reason")
    assert header.reason.encode() in value
    shown = bench.tshark("diag-dumps.pcap", "-x", "-Y", f"frame.number == {number}")
    assert shown.count("Header without escapes") == 3  # the one that is only a number has no escapes


def texts_capture(*payloads):
    capture = Capture()
    for number, payload in enumerate(payloads):
        stream = capture.tcp(("10.1.1.1", 40600 + number), ("10.1.1.2", 10601))
        stream.send(0, payload.encode())
        stream.close()
    return capture


def test_http_is_left_to_http(bench):
    """A web server may stand on any port; its answers have a header of this kind."""
    capture = texts_capture("HTTP/1.1 400 Bad Request\r\nX-Ms-diagnostics: 28020;reason=\"No token\"\r\nContent-Length: 0\r\n\r\n",
                            "GET /a HTTP/1.1\r\nHost: a\r\nms-diagnostics: 1;reason=\"b\"\r\n\r\n")
    path = bench.write("http.pcap", b"")
    capture.write(path)
    rows = bench.fields(path, ["_ws.col.Protocol"], "-Y", "tcp.len > 0")
    assert rows == [[["HTTP"]], [["HTTP"]]]
