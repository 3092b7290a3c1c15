# SPDX-License-Identifier: GPL-2.0-or-later
"""Diagnostics headers: decoded wherever they come, and nothing lost or invented."""
import re

import pytest

from gen import diagnostics, real_input, wire
from gen.tls import TlsSession

# What the four stories' headers say.
STORY_FIELDS = ["msdiag.header", "msdiag.id", "icewarn.flags", "msdiag.side", "msdiag.media"]
STORIES = [
    ["ms-client-diagnostics", "24", "0x00000320", "Caller", "application-sharing"],
    ["ms-client-diagnostics", "23", "0x04000320", "Caller", "application-sharing"],
    ["ms-client-diagnostics", "22", "0x00000029", "Caller", "application-sharing"],
    ["ms-client-diagnostics", "23", "0x0080012b", "Callee", "application-sharing"],
]


def flat(rows):
    """Rows of fields as lists of plain values, with the rows of several messages in one frame taken apart."""
    for row in rows:
        for values in zip(*row):
            yield list(values)


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_stories(bench, transport, passes):
    options = ["-Y", "msdiag", *passes]
    if transport == "tls":
        options += ["-o", f"tls.keylog_file:{bench.capture('diag-stories-tls.keys')}"]
    rows = bench.fields(f"diag-stories-{transport}.pcap", STORY_FIELDS, *options)
    assert list(flat(rows)) == STORIES


def test_info_column_ends_with_id_and_mask(bench):
    infos = bench.infos("diag-stories-udp.pcap", "-Y", "msdiag")
    assert [info.split(" | ")[-1] for info in infos] == [
        "24 both endpoints remote, ICEWarn=0x320",
        "23 one endpoint internal, one remote, ICEWarn=0x4000320",
        "22 both endpoints internal, ICEWarn=0x29",
        "23 one endpoint internal, one remote, ICEWarn=0x80012b",
    ]


def test_filters_on_addresses_and_flags(bench):
    frames = bench.frames("diag-stories-udp.pcap", "msdiag.remote_mr.ipv4 == 65.55.127.64")
    assert frames == bench.frames("diag-stories-udp.pcap", "icewarn.turn_turn_tcp_failed == 1") == [3]
    # The booleans are always there, so a clear bit can be asked for as well.
    assert bench.frames("diag-stories-udp.pcap", "icewarn.tcp_nat_failed == 0") == [5]


def test_transport_of_0x20_follows_the_medium(bench):
    for name, frame, transport in (("diag-bad-input.pcap", 52, "TCP"), ("diag-generations.pcap", 3, "UDP")):
        messages = bench.rows(name, ["_ws.expert.message"])[frame]["_ws.expert.message"]
        assert any(f"local {transport} connectivity failed (0x20)" in text for text in messages), name


def test_normal_flags_look_different_from_causes(bench):
    """An expert item for each set flag, its severity by the table, causes before what is normal."""
    row = bench.rows("diag-stories-udp.pcap", ["_ws.expert.severity", "_ws.expert.message"])[3]
    severities, messages = row["_ws.expert.severity"], row["_ws.expert.message"]
    chat, note, warning, error = (str(level << 20) for level in (2, 4, 6, 8))
    found = {re.search(r"\(0x([0-9a-f]+)\)", text).group(1): severity
             for text, severity in zip(messages, severities) if "(0x" in text}
    assert list(found.items()) == [("4000000", warning), ("20", note), ("100", chat), ("200", chat)]
    assert severities[-1] == error  # the header itself: a media connectivity failure


# An address that a person reads in a line: four numbers, and a port behind one or two colons. IPv6 has none there.
ADDRESS = re.compile(r"=[”\"]?(\d+\.\d+\.\d+\.\d+)(?::+(\d+))?\b")
FLAGS = re.compile(r"ICEWarn=[”\"]?0x([0-9a-f]+)")


def test_samples_lose_and_invent_nothing(bench):
    """Each line met in the wild: what a person reads in it by plain search is a field, and no field is more."""
    sides = ["local_site", "local_mr", "remote_site", "remote_mr", "base_address"]
    addresses, ports = ([f"msdiag.{side}.{part}" for side in sides] for part in ("ipv4", "port"))
    rows = bench.rows("diag-samples.pcap", ["msdiag.id", "icewarn.flags", *addresses, *ports])
    lines = list(diagnostics.sample_lines())
    assert len(rows) == len(lines) == 43
    for line, row in zip(lines, rows.values()):
        name, value = line.split(":", 1)
        if name == "X-Remote-Reason":
            assert not any(row.values())
            continue
        number = re.match(r"[\s\[]*(\d+)", value)
        assert row["msdiag.id"] == ([number.group(1)] if number else []), line
        assert row["icewarn.flags"] == [f"0x{int(flags, 16):08x}" for flags in FLAGS.findall(value)], line
        found = ADDRESS.findall(value)
        assert sorted(sum((row[name] for name in addresses), [])) == sorted(address for address, _ in found), line
        assert sorted(sum((row[name] for name in ports), [])) == sorted(port for _, port in found if port), line


def test_samples_keep_every_word(bench):
    """Every word of a line is the name of a field of ours, or stands in the value of one."""
    texts = ["reason", "source", "component", "media_debug", "media", "side", "local_site", "local_mr", "remote_site",
             "remote_mr", "base_address", "network_name", "relay_dns_name", "param.name", "param.value", "stray",
             "app_name", "sip_response_text", "domain", "peer_server", "error_type", "tls_target", "hresult.name",
             "winsock_failure_code.name", "winsock_failure_description", "request", "summary", "error_category"]
    typed = {"reason", "source", "component", "callermediadebug", "calleemediadebug", "usertype", "mediatype",
             "icewarn", "localsite", "localmr", "remotesite", "remotemr", "portrange", "localmrtcpport",
             "remotemrtcpport", "locallocation", "remotelocation", "federationtype", "networkname", "interfaces",
             "baseinterface", "baseaddress", "mrdnsu", "mrresu", "appname", "count", "sipresponsecode",
             "sipresponsetext", "domain", "peerserver", "errortype", "tls-target", "hresult", "winsockfailurecode",
             "winsockfailuredescription", "request", "summary", "error"}
    rows = bench.fields("diag-samples.pcap", [f"msdiag.{name}" for name in texts])
    for line, row in zip(diagnostics.sample_lines(), rows):
        name, value = line.split(":", 1)
        words = set(re.findall(r"\b[a-z][a-z0-9-]{2,}", value.lower()))
        shown = " ".join(sum(row, [])).lower()
        assert name == "X-Remote-Reason" or not {word for word in words - typed if word not in shown}, line


def test_generations(bench):
    expected = {2: {"interfaces": ["0x00000012"], "interface.tunnel": ["1", "0"]}, 3: {
        "side": ["Callee"], "media": ["audio"], "local_site.ipv6": ["2001:db8:1::20"], "local_site.port": ["20018"],
        "remote_site.ipv6": ["2001:db8:2::99"], "remote_site.port": ["62198"], "remote_mr.ipv6": ["2001:db8:fe::5123"],
        "base_address.ipv6": ["fe80::1"], "port_range.min": ["20000"], "port_range.max": ["20039"],
        "local_mr_tcp_port": ["55223"], "interfaces": ["0x00000006"], "interface.tunnel": ["0", "0"],
        "federation_type": ["1"], "local_location": ["2"], "network_name": ["example.com"],
    }, 4: {
        "header": ["ms-diagnostics", "ms-diagnostics", "ms-diagnostics-public"], "id": ["1034", "10003", "10003"],
        "sub_id": ["7"], "source": ["federation.example.net", "med02.example.net"],
        "component": ["MediationServer", "MediationServer"],
        "domain": ["contoso.example"], "peer_server": ["sip.contoso.example"], "sip_response_code": ["404"],
        "sip_response_text": ["Not Found"]}}
    names = sorted({f"msdiag.{name}" for row in expected.values() for name in row})
    rows = bench.rows("diag-generations.pcap", names)
    for frame, row in expected.items():
        assert {name: rows[frame][f"msdiag.{name}"] for name in row} == row, frame
    tree = bench.tshark("diag-generations.pcap", "-V", "-Y", "frame.number == 3")
    assert "Parameter: NewKey=\"what is this\"" in tree
    assert "(inferred)" in re.search(r"Local location: .*", tree).group(0)
    assert "IPv6 address without brackets" in tree


BAD_FINDINGS = {
    "no value": "no_id", "no id": "no_id", "id too big": "no_id", "empty flags": "icewarn_invalid",
    "flags 0x": "icewarn_invalid", "flags 0xZZ": "icewarn_invalid", "flags 65 bits": "icewarn_invalid",
    "flags negative": "icewarn_invalid", "port too big": "invalid_value", "separators": "empty_items",
    "quotes": "text_after_value", "commas": "empty_items", "parameters": "too_many_parameters",
}


def test_bad_input(bench):
    """Nothing throws, and each defect is an expert item with a filter name; what was readable still is."""
    assert "Malformed" not in bench.tshark("diag-bad-input.pcap", "-V")
    findings = {finding: f"msdiag.expert.{finding}" for finding in BAD_FINDINGS.values()}
    rows = bench.rows("diag-bad-input.pcap", ["msdiag.id", "icewarn.flags", "msdiag.sub_id", *findings.values()],
                      "-Y", "msdiag")
    assert len(rows) == len(diagnostics.BAD)
    found = dict(zip(diagnostics.BAD, rows.values()))
    for case, finding in BAD_FINDINGS.items():
        assert found[case][findings[finding]], case
    assert found["flags decimal"].one("icewarn.flags") == "0x00000320"
    assert found["two media"]["icewarn.flags"] == ["0x00000001", "0x00000020"]
    assert bench.frames("diag-bad-input.pcap", "msdiag.local_site.ipv4 == 1.2.3.4 && !msdiag.local_site.port")
    assert (found["sub ids"].one("msdiag.id"), found["sub ids"].one("msdiag.sub_id")) == ("1", "2.3")
    assert found["mixed quotes"].one("icewarn.flags") == "0x00000001"
    rows = bench.fields("diag-bad-input.pcap", ["msdiag.reason", "msdiag.source"], "-Y", "msdiag.source")
    assert rows == [[['a \\"quoted\\" word; source=none'], ["host"]], [["nul ? and \ufffd\ufffd"], ["after"]]]
    assert bench.frames("diag-bad-input.pcap", "icewarn.unknown == 1 && icewarn.expert.unknown")


def test_cut_by_the_snap_length(bench):
    """Cut at every byte of the header: what is left is decoded, and the cut is told."""
    line = diagnostics.INTERNAL_REMOTE.encode()
    whole, cuts = diagnostics.Capture(), diagnostics.Capture()
    whole.udp(("10.1.1.1", 40514), ("10.1.1.2", 10514), b"<134>gateway " + line)
    ((_, frame, _),) = whole.frames
    for captured in range(len(frame) - len(line) + 24, len(frame)):
        cuts.frame(frame, captured=captured)
    path = bench.write("cut.pcap", b"")
    cuts.write(path)
    rows = bench.rows(path, ["msdiag.id", "_ws.malformed", "msdiag.expert.truncated", "icewarn.flags"])
    assert len(rows) == len(cuts.frames) > 300
    assert all(not row["_ws.malformed"] and row["msdiag.expert.truncated"] for row in rows.values())
    # Of an id at the end nobody knows whether digits are missing.
    assert [frame for frame, row in rows.items() if row.one("msdiag.id") != "23"] == [1, 2]
    assert not rows[1]["msdiag.id"] and not rows[2]["msdiag.id"]
    assert rows[len(rows)].one("icewarn.flags") == "0x04000320"


def test_text_payloads(bench):
    rows = bench.rows("diag-text.pcap", ["msdiag.id", "_ws.col.Protocol"], "-Y", "msdiag")
    assert {number: (row.one("msdiag.id"), row.one("_ws.col.Protocol")) for number, row in rows.items()} == {
        1: ("24", "Syslog"), 2: ("24", "MS-DIAG"), 6: ("24", "MS-DIAG"), 10: ("22", "SIP/sipfrag"), 11: ("24", "SIP")}
    listed = bench.run("tshark", "-G", "heuristic-decodes").stdout
    assert {"udp\tmsdiag\tT", "tcp\tmsdiag\tT", "tls\tmsdiag\tT"} <= {
        "\t".join(line.split("\t")[:3]) for line in listed.splitlines()}


def test_text_inside_tls(bench):
    keys = f"tls.keylog_file:{bench.capture('diag-text-tls.keys')}"
    rows = bench.fields("diag-text-tls.pcap", ["msdiag.id", "icewarn.flags"], "-o", keys, "-Y", "msdiag")
    assert rows == [[["24"], ["0x00000320"]]]


def test_text_inside_tls_before_web_services(bench):
    """Where a dissector stands at the port, text that is none of his was shown on the first pass only."""
    capture = real_input.Capture()
    stream = capture.tcp(("10.1.1.1", 40519), ("10.1.1.2", 443))
    session = TlsSession(stream, seed=b"text first")
    session.send(0, b"POST /x\r\n" + diagnostics.BOTH_REMOTE.encode() + b"\r\n\r\n")
    session.send(1, real_input.WEB["web ticket"][0])
    stream.close()
    path, keys = bench.write("text-first.pcap", b""), bench.write("text-first.keys", session.key_log())
    capture.write(path)
    first, last = (bench.fields(path, ["frame.number", "msdiag.id"], "-o", f"tls.keylog_file:{keys}", "-Y", "msdiag", *passes)
                   for passes in ([], ["-2"]))
    assert first == last and [ids for _, ids in last] == [["28020"]]


@pytest.mark.parametrize("end, there", [(b"\0", True), (b"\n\0\0\0", True), (b"\0a", False), (b"\0\0\n", False)])
def test_text_that_ends_with_nul(bench, end, there):
    """Some senders of syslog end a record so; NUL before that is no text."""
    capture, path = wire.Capture(), bench.scratch / "nul.pcap"
    capture.udp(("10.1.1.1", 40516), ("10.1.1.2", 10514), b"<134>sbc: " + diagnostics.BOTH_REMOTE.encode() + end)
    capture.write(path)
    path.chmod(0o644)
    assert bench.fields(str(path), ["msdiag.id", "icewarn.flags"], "-Y", "msdiag") == ([[["24"], ["0x00000320"]]] if there else [])


def test_header_declared_as_custom_sip_header(bench):
    """The SIP dissector does not hand such a header over; it is decoded all the same, in any letter case."""
    for name in ("ms-client-diagnostics", "Ms-Client-Diagnostics"):
        declared = f'uat:custom_sip_header_fields:"{name}","declared by the user"'
        rows = bench.fields("diag-stories-udp.pcap", STORY_FIELDS, "-o", declared, "-Y", "msdiag")
        assert list(flat(rows)) == STORIES
        assert bench.frames("diag-stories-udp.pcap", f"msdiag && !sip.{name}", "-o", declared) == []
        info, *_ = bench.infos("diag-stories-udp.pcap", "-o", declared, "-Y", "msdiag")
        assert info.endswith("| 24 both endpoints remote, ICEWarn=0x320")


def test_disabled_protocol_gives_traffic_back(bench):
    # All but SIP, where the stock dissector keeps quiet about a header as soon as somebody is registered for it.
    options = ["-V", "-Y", "!sip.Method == BYE"]
    plain = bench.tshark("diag-text.pcap", *options, plugin=False)
    assert "Syslog message" in plain
    assert bench.tshark("diag-text.pcap", *options, "--disable-protocol", "msdiag") == plain
