# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of real input (tests/gen/real_input.py): each row of a table is one frame, or one connection, of a capture."""
import re
import xml.etree.ElementTree as ElementTree

import pytest

import captures
import mutations
from gen import real_input
from gen.tls import TlsSession

FINDINGS = ["media_failure", "failure", "information", "no_id"]


def last_words(info):
    """What the Info column says behind the last bar."""
    return info.split(" | ")[-1]


def findings_of(bench, capture, frames):
    """The findings on ids, by frame number."""
    found = {number: set() for number in range(1, frames + 1)}
    for name in FINDINGS:
        for number in bench.frames(capture, f"msdiag.expert.{name}"):
            found[number].add(name)
    return found


def test_ids(bench):
    """The status decides where the table does not know an id; Info has our words, else the sender's."""
    rows = bench.fields("diag-ids.pcap", ["msdiag.id", "msdiag.explanation"])
    infos = bench.infos("diag-ids.pcap")
    found = findings_of(bench, "diag-ids.pcap", len(rows))
    for number, (case, (_, id_, finding, words, explanation)) in enumerate(real_input.IDS.items(), 1):
        assert rows[number - 1] == [[id_] if id_ else [], [explanation] if explanation else []], case
        assert last_words(infos[number - 1]) == words.strip(), case
        assert found[number] == ({finding} if finding else set()), case
    for number, (case, (_, failed)) in enumerate(real_input.SYSLOG_IDS.items(), len(real_input.IDS) + 1):
        assert rows[number - 1][0], case
        assert found[number] == ({"failure"} if failed else set()), case


def test_finding_of_an_unknown_id_says_why(bench):
    rows = bench.fields("diag-ids.pcap", ["_ws.expert.message"], "-Y", "msdiag.id == 52999 or msdiag.id == 1099")
    assert [row[0][0] for row in rows] == ["52999 in a 488 response: Media types differ", "1099 in a 504 response"]


def test_no_info_column_ends_with_a_bar(bench):
    """Where we say anything of a message, its Info column does not end with the bar of the SIP dissector."""
    for capture in ("diag-ids.pcap", "diag-bad-input.pcap", "diag-samples.pcap", "sig-reports.pcap"):
        infos = bench.infos(capture, "-Y", "msdiag.header or msqoe")
        assert infos and not [info for info in infos if info.rstrip().endswith("|")], capture


def test_every_published_id_is_known(bench):
    """Ids with words and without: an explanation each, and none but the range for the second."""
    ids = [52017, 12004, 7014, 35000, 2165, 4142, 28055, 3005004, 1015, 2063, 4139, 7036, 10438, 24046, 35017, 3023]
    capture = real_input.Capture()
    for number in ids:
        capture.udp(real_input.CLIENT, real_input.SERVER, real_input.bye(f"ms-diagnostics: {number}"))
    path = bench.write("ids.pcap", b"")
    capture.write(path)
    texts = [row[0][0] for row in bench.fields(path, ["msdiag.explanation"])]
    assert len(texts) == len(ids)
    for number, text in zip(ids[:8], texts):
        assert "published" not in text and len(text) > 15, number
    for number, text in zip(ids[8:], texts[8:]):
        assert text.startswith("a published id whose meaning is not known here; ") and text.endswith(")"), number


def test_keys(bench):
    """A key is a field of its own type, so that a value is not found under another key."""
    names = sorted({name for _, fields in real_input.KEYS.values() for name in fields})
    rows = bench.fields("diag-keys.pcap", ["msdiag." + name for name in names])
    for (case, (_, expected)), row in zip(real_input.KEYS.items(), rows, strict=True):
        found = {name: ",".join(values) for name, values in zip(names, row) if values}
        assert found == expected, case
    assert bench.frames("diag-keys.pcap", "msdiag.media_timeout == 1") == [2]
    assert bench.frames("diag-keys.pcap", "msdiag.rtcp_bye_rcvd == 1") == [1]
    assert bench.frames("diag-keys.pcap", "msdiag.seq_delta < 0") == [2]
    assert bench.frames("diag-keys.pcap", "msdiag.hresult == 0x80090322") == [8]
    assert bench.frames("diag-keys.pcap", "msdiag.sip_response_code >= 500") == [5]
    assert bench.frames("diag-keys.pcap", "msdiag.param") == bench.frames(
        "diag-keys.pcap", "msdiag.expert.invalid_value") == [13]


def test_products(bench):
    rows = bench.fields("sig-products.pcap", ["msdiag.product", "msdiag.product.agent"])
    for (case, (headers, products)), row in zip(real_input.PRODUCTS.items(), rows, strict=True):
        assert row[0] == products, case
        values = [header.split(":", 1)[1].strip() for header in headers]
        assert len(row[1]) == len(products) and set(row[1]) <= set(values), case


def test_dialogs_of_a_server_behind_a_foreign_name_are_calls(bench):
    """Server tells that a dialog is Microsoft's, whatever User-Agent says; others' dialogs are none."""
    capture = real_input.Capture()
    for number, lines in enumerate((["User-Agent: ccs-0.1.13", "Server: RTCC/5.0.0.0 MediationServer"],
                                    ["Server : RTC/3.5", "User-Agent: x"], ["User-Agent\t: UCCAPI/15.0.1"],
                                    ["User-Agent: x", "Server: y"])):
        body = real_input.signalling.sdp("192.0.2.5", ["m=audio 50000 RTP/AVP 0"])
        capture.udp(real_input.CLIENT, real_input.SERVER, real_input.message(
            "INVITE sip:bob@example.com SIP/2.0", lines, body, f"dialog{number}@test", "1 INVITE"))
    path = bench.write("dialogs.pcap", b"")
    capture.write(path)
    assert bench.frames(path, "msice.call", "-2") == [1, 2, 3]


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_legal_sip(bench, passes):
    """Blanks before the colon, compact names, values joined by commas."""
    rows = bench.fields("diag-legal-sip.pcap", ["msdiag.id", "icewarn.flags", "msdiag.header", "msice.call",
                                                "sip.unrecognized_header"], *passes)
    for (case, (headers, ids, flags)), row in zip(real_input.LEGAL.items(), rows):
        assert row[:2] == [ids, flags], case
        assert {name for name in row[2]} == {headers[0].split(":")[0].strip().lower()}, case
        assert not row[4], case
    first = len(real_input.LEGAL)
    assert [row[0] for row in rows[first:first + 3]] == [["24"], ["24"], ["13004"]]
    # Compact names are read as well: each is a call of its own, by its Call-ID.
    calls = [row[3] for row in rows[first:first + 3]]
    assert all(len(call) == 1 for call in calls) and len({call[0] for call in calls}) == 3
    names = ["msdiag.path.user_logon", "msdiag.path.trust.source_type", "msdiag.path.trust.edge_proxy"]
    assert bench.fields("diag-legal-sip.pcap", names)[first + 3] == [["RemoteUser"], ["InternetUser"],
                                                                    ["edge.example.com"]]


def test_values_joined_by_commas_stay_in_their_place(bench):
    """Each value's item covers its own bytes."""
    packets = ElementTree.fromstring(bench.tshark("diag-legal-sip.pcap", "-T", "pdml").encode())
    packet = packets[list(real_input.LEGAL).index("joined with masks")]
    headers = packet.findall(".//*[@name='msdiag']")
    places = [(int(header.get("pos")), int(header.get("size"))) for header in headers]
    assert len(places) == 3
    assert all(place + size < after for (place, size), (after, _) in zip(places, places[1:]))


def web_rows(bench, *options, name="diag-web.pcap"):
    """A row a connection: ids, reasons and names of headers in all its frames."""
    names = ["tcp.stream", "msdiag.id", "msdiag.reason", "msdiag.header"]
    found = [[[], [], []] for _ in real_input.WEB]
    for stream, *values in bench.fields(name, names, "-Y", "msdiag", *options):
        for kept, more in zip(found[int(stream[0])], values):
            kept += more
    return found


@pytest.mark.parametrize("options", [[], ["-2"], ["-o", "tcp.desegment_tcp_streams:FALSE"]])
def test_web_services(bench, options):
    """X-Ms-diagnostics in HTTP responses and Ms-Diagnostics-Fault in SOAP faults; look-alikes stay what they are."""
    whole = not options or options == ["-2"]
    for (case, (_, sizes, ids, reasons, _)), row in zip(real_input.WEB.items(), web_rows(bench, *options)):
        if whole or not sizes:
            assert row[:2] == [ids, reasons], case
            assert len(row[2]) == len(reasons), case


@pytest.mark.parametrize("options", [[], ["-2"], ["-o", "tcp.desegment_tcp_streams:FALSE"]])
def test_trailers_are_no_text(bench, options):
    """What a switch puts behind the IP packet is none of it: no header, no fault, and no rest of a body that goes on in the
    next segment."""
    trailer = b"<Ms-Diagnostics-Fault><ErrorId>1</ErrorId></Ms-Diagnostics-Fault>" + \
        real_input.http("403 Forbidden", 'X-Ms-diagnostics: 2;reason="of a trailer"') + bytes(600)
    capture = real_input.web()
    capture.frames = [(when, data + trailer, captured) for when, data, captured in capture.frames]
    path = bench.write("web-trailers.pcap", b"")
    capture.write(path)
    assert web_rows(bench, *options, name=path) == web_rows(bench, *options)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\n\r", b"\r\r\n"])
def test_line_ends_of_web_services(bench, end):
    """Where the header lines end HTTP says, which takes a CR alone for a line end, too: what it waits to get more of is
    said with the last segment only, by every pass."""
    responses = []
    for data, sizes, *_ in real_input.WEB.values():
        lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")
        rest = data[len(b"\r\n".join(lines)):]
        for number in range(1, len(lines)):
            responses.append((b"\r\n".join(lines[:number]) + end + b"\r\n".join(lines[number:]) + rest, sizes))
    path = bench.write("web-line-ends.pcap", b"")
    real_input.web(responses).write(path)
    first, last = (bench.fields(path, ["frame.number", "msdiag.id", "msdiag.reason"], "-Y", "msdiag", *options)
                   for options in ([], ["-2"]))
    assert first and first == last


@pytest.fixture(scope="module")
def cut_responses(bench):
    """Each way to say a length, in two segments, cut at every byte."""
    cuts = [(data, [number]) for data in real_input.LENGTHS for number in range(13, len(data) + 1)]
    path = bench.write("web-lengths.pcap", b"")
    real_input.web(cuts).write(path)
    return path


@pytest.mark.parametrize("options", [[], ["-o", "http.desegment_body:FALSE"], ["-o", "http.desegment_headers:FALSE"],
                                     ["-o", "tcp.desegment_tcp_streams:FALSE"]])
def test_lengths_of_web_services(bench, cut_responses, options):
    """What HTTP waits to get more of is said with what it waits for, by every pass, and all that HTTP shows is said."""
    names = ["frame.number", "msdiag.id", "msdiag.reason"]
    first, last = (bench.fields(cut_responses, names, "-Y", "msdiag", *options, *passes) for passes in ([], ["-2"]))
    assert first == last
    shown = bench.frames(cut_responses, 'http.response.line contains "X-Ms-diagnostics: 2"', *options)
    said = bench.frames(cut_responses, 'msdiag.header == "X-Ms-diagnostics"', *options)
    # A response behind the end of a body that began in another segment is data for HTTP, where bodies are not put together.
    assert shown and (set(shown) <= set(said) if options else shown == said)


@pytest.mark.parametrize("prefix", ["a", "a_1", "n-s.2"])
def test_prefixes_of_faults(bench, prefix):
    """A prefix may have any letter of an XML name."""
    tags = f'<{prefix}:Ms-Diagnostics-Fault xmlns:{prefix}="x">', f"</{prefix}:Ms-Diagnostics-Fault>"
    path = bench.write("prefix.pcap", b"")
    real_input.web([(real_input.http("500 Internal Server Error", body=real_input.soap(28032, "No", tags)), [])]).write(path)
    assert bench.fields(path, ["msdiag.id", "msdiag.reason"], "-Y", "msdiag") == [[["28032"], ["No"]]]


def test_text_behind_web_services(bench):
    """What stands behind the end of a body and is no response is not HTTP's yet, whatever it says."""
    data = real_input.WEB["fault"][0] + b"<Ms-Diagnostics-Fault><ErrorId>2</ErrorId></Ms-Diagnostics-Fault>"
    path = bench.write("web-behind.pcap", b"")
    real_input.web([(data, [number]) for number in range(13, len(data), 3)]).write(path)
    first, last = (bench.fields(path, ["frame.number", "msdiag.id"], "-Y", "msdiag", *passes) for passes in ([], ["-2"]))
    assert first == last and {number for _, ids in first for number in ids} == {real_input.WEB["fault"][2][0]}


@pytest.mark.parametrize("options", [[], ["-o", "tcp.relative_sequence_numbers:FALSE"]])
@pytest.mark.parametrize("goes_on", [False, True])
def test_response_inside_a_response(bench, goes_on, options):
    """A segment in the middle of a body is none of its own, whatever it looks like: HTTP waits for the body's end."""
    inner = real_input.http("500 Internal Server Error", 'X-Ms-diagnostics: 2;reason="quoted"')
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % (len(inner) + 20)
    capture = real_input.Capture()
    stream = capture.tcp(("10.1.1.7", 50000), ("10.1.1.8", 80))
    for part in (head, inner, b"-" * 20 + b"\r\n0\r\n\r\n")[:2 + goes_on]:
        stream.send(1, part)
    path = bench.write("web-inside.pcap", b"")
    capture.write(path)
    assert bench.frames(path, 'tcp.payload contains "quoted"', *options) == [5]
    for passes in [], ["-2"]:
        assert bench.frames(path, "msdiag", *options, *passes) == bench.frames(path, "http", *options) == [6] * goes_on


def test_web_services_inside_tls(bench):
    capture = real_input.Capture()
    stream = capture.tcp(("10.1.1.7", 50443), ("10.1.1.8", 443))
    session = TlsSession(stream, seed=b"web")
    for case in ("web ticket", "fault", "fault in chunks"):
        session.send(0, real_input.REQUEST)
        session.send(1, real_input.WEB[case][0])
    stream.close()
    path, keys = bench.write("web-tls.pcap", b""), bench.write("web-tls.keys", session.key_log())
    capture.write(path)
    rows = bench.fields(path, ["msdiag.id", "msdiag.header"], "-Y", "msdiag", "-o", f"tls.keylog_file:{keys}")
    assert rows == [[["28020"], ["X-Ms-diagnostics"]], [["28000"], ["Ms-Diagnostics-Fault"]],
                    [["28020"], ["Ms-Diagnostics-Fault"]]]


@pytest.mark.parametrize("sizes", [[], [60], [75], [60, 75]])
def test_unending_web_services_inside_tls(bench, sizes):
    """A response without a length goes on to the end of the connection: no record shows it that HTTP waits in."""
    data = real_input.body_of([])
    capture = real_input.Capture()
    stream = capture.tcp(("10.1.1.7", 50443), ("10.1.1.8", 443))
    session = TlsSession(stream, seed=b"web")
    session.send(0, real_input.REQUEST)
    for start, stop in zip([0, *sizes], [*sizes, len(data)]):
        session.send(1, data[start:stop])
    stream.close()
    path, keys = bench.write("web-unending.pcap", b""), bench.write("web-unending.keys", session.key_log())
    capture.write(path)
    first, last = (bench.frames(path, "msdiag", "-o", f"tls.keylog_file:{keys}", *passes) for passes in ([], ["-2"]))
    assert first == last
    assert bench.frames(path, "tls.app_data", "-o", f"tls.keylog_file:{keys}")


def test_findings_of_web_services(bench):
    for name in ("failure", "no_id"):
        found = {int(stream[0]) for (stream,) in bench.fields("diag-web.pcap", ["tcp.stream"], "-Y",
                                                              f"msdiag.expert.{name}")}
        assert found == {number for number, row in enumerate(real_input.WEB.values()) if name in row[4]}
    infos = bench.infos("diag-web.pcap", "-Y", "msdiag.id == 28020")
    assert [last_words(info) for info in infos] == ["28020 No valid security token."] * 2


def test_web_services_of_others_are_unchanged(bench):
    """Responses without anything of ours, and all of them where msdiag is disabled."""
    others = list(real_input.WEB).index("a page about it")
    for options in (["-Y", f"tcp.stream >= {others}"], ["--disable-protocol", "msdiag"]):
        assert bench.tshark("diag-web.pcap", "-V", *options) == bench.tshark(
            "diag-web.pcap", "-V", *[word for word in options if "msdiag" not in word and "disable" not in word],
            plugin=False)


NETWORK = ["connection", "vpn", "link_speed", "bssid", "details"]


def quality_rows(bench, *names):
    """A list of values a report."""
    return bench.fields("sig-quality.pcap", ["msqoe." + name for name in names], "-Y", "msqoe.media")


def test_quality_reports(bench):
    """All that the published schema has and the facts name is a field."""
    wireless, wired, none, *_ = quality_rows(bench, *["connectivity_info." + name for name in NETWORK])
    assert wireless == [["wifi"], ["1"], ["144000000"], ["00-11-22-33-44-55"], ["WiFi"]]
    assert wired == [["wired"], ["0"], ["1000000000"], [], []]
    assert none == [[], [], [], [], []]
    assert bench.frames("sig-quality.pcap", "msqoe.connectivity_info.link_speed > 200000000")
    rows = quality_rows(bench, "local.inside", "local.subnet_mask", "local.mac", "remote.ipv6", "remote.port",
                        "reflexive.ipv4", "security", "offerer", "mid_call_report")
    assert rows[:3] == [
        [["0"], ["255.255.255.0"], ["00-AA-BB-CC-DD-EE"], ["2001:db8::5"], ["50020"], ["198.51.100.20"], ["SRTP"], ["1"],
         ["1"]],
        [["1"], ["255.255.255.0"], ["00-AA-BB-CC-DD-EE"], ["2001:db8::5"], ["50020"], ["198.51.100.20"], ["V1"], ["0"],
         ["0"]],
        [["1"], ["255.255.255.0"], ["00-AA-BB-CC-DD-EE"], ["2001:db8::5"], ["50020"], ["198.51.100.20"], ["None"], ["0"],
         ["0"]]]
    first, *_ = quality_rows(bench, "endpoint", "endpoint.os", "endpoint.cpu", "endpoint.cpu_cores", "endpoint.cpu_speed")
    assert first == [["PC1"], ["Windows 6.1"], ["Some CPU"], ["4"], ["2600"]]
    assert quality_rows(bench, "endpoint.virtualization")[:4] == [[["2"]], [["0"]], [["8"]], [[]]]
    assert [["reported2@test"], ["a1"], ["b1"], ["2014-01-01T12:00:00.123Z"], ["2014-01-01T12:01:00.456Z"]] in quality_rows(
        bench, "call_id", "from_tag", "to_tag", "start", "end")
    wireless, wired, *_ = quality_rows(bench, "wifi.radio_type", "wifi.rssi", "wifi.ssid", "wifi.channel", "wifi.driver",
                                       "wifi.other")
    assert wireless == [["802.11n"], ["-60"], ["home"], ["11"], ["some"], ["WifiBatteryCharge: 80"]]
    assert wired == [[]] * 6
    first, *_ = quality_rows(bench, "capture_device.name", "capture_device.driver", "render_device.name",
                             "remote_asserted", "trunking_peer", "registered_inside", "product")
    assert first == [["Headset (in)"], ["usb 6.1"], ["Headset (out)"], ["tel:+15550100"], ["gw.example.com"], ["1"],
                     ["Office Communications, Lync or UCMA component, version 5.0.0.0: MediationServer"]]


def test_bare_values_of_a_report(bench):
    """Some write an address or a device in place of the element that holds it."""
    body = re.sub("<LocalAddr>.*?</LocalAddr>", "<LocalAddr>192.168.1.99</LocalAddr>", real_input.quality(0))
    body = re.sub("<CaptureDev>.*?</CaptureDev>", "<CaptureDev>Microphone</CaptureDev>", body)
    path = bench.write("bare.pcap", b"")
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("msqoe", body.encode())])
    names = ["local.ipv4", "remote.ipv6", "capture_device.name", "render_device.name", "capture_device.driver"]
    assert bench.fields(path, ["msqoe." + name for name in names]) == \
        [[["192.168.1.99"], ["2001:db8::5"], ["Microphone"], ["Headset (out)"], []]]


def report(bench, body):
    """A capture with a quality report alone."""
    path = bench.write("report.pcap", b"")
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("msqoe", body)])
    return path


def test_a_report_that_is_cut(bench):
    """Reports are cut in client logs. What is whole is shown; half a number is none, and nobody is accused of it."""
    whole = real_input.quality(0)
    path = bench.write("cut.pcap", b"")
    ends = range(whole.index("<VQSession"), len(whole) - 1)
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("msqoe", whole[:end].encode()) for end in ends])
    names = ["icewarn.flags", "msqoe.ice", "msqoe.local.ipv4", "msqoe.remote.port", "msqoe.reflexive.ipv4", "msqoe.endpoint.cpu_cores",
             "msqoe.connectivity_info.link_speed"]
    (full,) = bench.fields(report(bench, whole.encode()), names)
    rows = bench.fields(path, names)
    assert len(rows) == len(ends) and all(full)
    assert all(values in ([], wanted) for row in rows for values, wanted in zip(row, full))
    assert bench.frames(path, "msqoe.expert.flags_invalid || msqoe.expert.value_invalid") == []
    assert not [info for info in bench.infos(path) if info.endswith(" ")]


@pytest.mark.parametrize("text, flags", [("0000000000800", ["0x00000320"]), ("0x0000000000320", ["0x00000320"]), ("00", ["0x00000000"]),
                                         ("0x1ffffffff", []), ("", [])])
def test_flags_of_a_report(bench, text, flags):
    body = re.sub("(?<=<IceWarningFlags>).*?(?=<)", text, real_input.quality(0))
    assert bench.fields(report(bench, body.encode()), ["icewarn.flags"]) == [[flags]]


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1"])
def test_code_page_of_a_report(bench, encoding):
    """Quotes and dashes of code page 1252 stand in what calls itself Latin-1, too."""
    body = f'<?xml version="1.0" encoding="{encoding}"?>' + real_input.quality(0).replace("PC1", "B\u00fcro \u2013 1")
    assert bench.fields(report(bench, body.encode("cp1252")), ["msqoe.endpoint"]) == [[["B\u00fcro \u2013 1"]]]


def test_a_value_by_the_name_of_the_dissector(bench):
    """As another plugin would hand over the value of a header."""
    path = bench.write("value.pcap", b"")
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("msdiag", b'24; reason="by name"')])
    names = ["msdiag.id", "msdiag.reason"]
    assert bench.fields(path, names) == [[["24"], ["by name"]]]
    assert bench.fields(path, names, "--disable-protocol", "msice_plugin") == [[[], []]]


def test_values_of_a_report_that_are_none(bench):
    """They are findings, and nothing is invented in their place."""
    names = ["offerer", "mid_call_report", "local.inside", "connectivity_info.vpn", "connectivity_info.link_speed",
             "endpoint.virtualization", "connectivity_info.connection"]
    assert quality_rows(bench, *names)[3] == [[], [], [], [], [], [], ["wifi"]]
    rows = bench.fields("sig-quality.pcap", ["msqoe.call_id", "_ws.expert.message"], "-Y",
                        "msqoe.expert.value_invalid")
    (call, messages), = rows
    assert call == ["reported3@test"]
    assert len([text for text in messages if " is not " in text]) == 6


def test_feedback_is_joined_to_its_call(bench):
    """application/ms-cqf+xml, with the call that its CallId names."""
    calls = dict((ids[0], call) for ids, call in bench.fields(
        "sig-quality.pcap", ["sip.Call-ID", "msice.call"], "-Y", "sip.Method == INVITE", "-2"))
    names = ["msqoe.report", "msqoe.call_id", "msqoe.feedback.rating", "msqoe.feedback.text",
             "msqoe.feedback.token.id", "msice.call"]
    rows = bench.fields("sig-quality.pcap", names, "-Y",
                        'sip.Content-Type == "application/ms-cqf+xml"', "-2")
    for (case, (_, rating, text, tokens)), row in zip(real_input.FEEDBACK.items(), rows, strict=True):
        assert row[2:5] == [rating, text, tokens], case
        assert row[5] == calls[row[1][0]] != [], case
    assert [row[0][0] for row in rows] == ["CallQualityFeedbackReport"] * 3 + ["VQReportEvent"]
    assert len({row[5][0] for row in rows}) == 3


def test_info_of_reports(bench):
    infos = bench.infos("sig-quality.pcap", "-Y", "msqoe")
    assert [last_words(info) for info in infos[:4]] == [f"quality report: main-audio {ice}" for ice in (
        "RELAY", "DIRECT", "FAILED", "HTTP-PROXY")]
    assert last_words(infos[4]) == "quality feedback: rating 1"


# Captures in which frames are not put together and nothing is decrypted: their positions are those of the frame.
PLAIN = ["diag-legal-sip.pcap", "diag-generations.pcap", "diag-samples.pcap", "diag-stories-udp.pcap",
         "sig-call-udp.pcap", "story-both-remote.pcap", "story-internal-remote.pcap"]
OURS = ("msdiag", "icewarn", "msqoe")


def positions_outside(packet):
    """Names of items of ours whose bytes are not all in the frame."""
    frame = int(packet.find("proto[@name='geninfo']/field[@name='caplen']").get("show"))
    return [item.get("name") for item in packet.iter() if item.get("pos") and
            item.get("name", "").split(".")[0] in OURS and int(item.get("pos")) + int(item.get("size")) > frame]


@pytest.mark.parametrize("capture", PLAIN)
def test_positions_lie_in_the_frame(bench, capture):
    packets = ElementTree.fromstring(bench.tshark(capture, "-T", "pdml", "-2").encode())
    assert len(packets)
    assert not [name for packet in packets for name in positions_outside(packet)]
