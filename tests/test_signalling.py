# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidate lists, relay credentials, reports and path headers."""
import re

import pytest

from gen import signalling
from golden import everything
from gen.sip import CLIENT, SERVER, message
from gen.stories import AUDIO, Side, Story
from gen.turn_messages import check_request, check_response
from gen.wire import Capture

KEYS = ["-o", "tls.keylog_file:{}"]


def call_options(bench, transport):
    return [word.format(bench.capture("sig-call-tls.keys")) for word in KEYS] if transport == "tls" else []


SUMMARY = "msice.media.summary"
SHARING = "applicationsharing: 2 host, 0 srflx, 0 relay (TCP)"
CALL = [
    "audio: 1 host, 0 srflx, 1 relay (UDP); 0 host, 0 srflx, 1 relay, 1 of unknown type (TCP)",
    "audio: 1 host, 0 srflx, 1 relay (UDP); 0 host, 0 srflx, 1 relay (TCP)",
    "audio: 1 host, 0 srflx, 1 relay (UDP); 0 host, 1 srflx, 1 relay (TCP)",
    "audio: 0 host, 0 srflx, 1 relay (UDP)",
    SHARING,
    "applicationsharing: 1 host, 0 srflx, 2 relay (TCP)",
]


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_call(bench, transport, passes):
    """Every part of the call, whatever carries it, in one pass and two."""
    names = ["sip.Call-ID", "sip.Method", SUMMARY, "mras.type", "mras.relay.host", "mras.response_to",
             "msice.relay_known_in", "msice.expert.no_relay_candidate", "msice.offer_in", "msice.answer_in",
             "msice.expert.no_final_offer", "msqoe.ice", "icewarn.flags", "msdiag.product"]
    options = [*call_options(bench, transport), "-Y", "sip", *passes]
    frames = bench.rows(f"sig-call-{transport}.pcap", names, *options)
    rows = frames.values()
    assert [text for row in rows for text in row[SUMMARY]] == CALL
    frame = {kind: str(number) for number, row in frames.items() for kind in row["mras.type"]}
    reply = frames[int(frame["response"])]
    assert reply["mras.relay.host"] == ["av.example.com"] and reply.one("mras.response_to") == frame["request"]

    # The client that got a relay offers none for sharing: said, with a link. Audio has one: nothing is said.
    without = [row for row in rows if row["msice.expert.no_relay_candidate"]]
    assert [(row.one(SUMMARY), row.one("msice.relay_known_in")) for row in without] == [(SHARING, frame["response"])]

    # The sharing call ends without a final offer, the audio call has one.
    ends = {row.one("sip.Call-ID"): row for row in rows if row["sip.Method"] == ["BYE"]}
    assert ends["audio@test"]["msice.expert.no_final_offer"] == []
    end = ends["sharing@test"]
    assert end["msice.expert.no_final_offer"] != []
    bodies = [str(number) for number, row in frames.items() if row["sip.Call-ID"] == ["sharing@test"] and row[SUMMARY]]
    assert [end.one("msice.offer_in"), end.one("msice.answer_in")] == bodies
    assert [value for row in rows for value in row["msqoe.ice"]] == ["FAILED"]
    assert "0x0080012b" in [value for row in rows for value in row["icewarn.flags"]]
    assert {"Lync Server 2013", "Lync 2013 or Skype for Business 2015 client", "Skype for Business 2016 client"} == {
        value for row in rows for value in row["msdiag.product"]}


def test_response_link_in_two_passes(bench):
    rows = bench.rows("sig-call-udp.pcap", ["mras.response_in"], "-2", "-Y", "mras.response_in")
    assert rows == {2: {"mras.response_in": ["3"]}}


def lines_of(path):
    """Candidate lines of a sample as their words, by plain reading."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = re.match(r"a=(x-candidate-ipv6|candidate):(.*)$", line)
        if found:
            yield found.group(1), found.group(2).split()


def test_samples_lose_and_invent_nothing(bench):
    """Every word of every list met in the wild is in its field, in the order of the lines, and nothing more."""
    names = ["attribute", "form", "foundation", "username", "component", "transport", "priority", "q_value", "type",
             "ipv4", "ipv6", "port", "related.ipv4", "related.port"]
    rows = bench.fields("sig-samples.pcap", ["msice.candidate." + name for name in names])
    paths = sorted(signalling.DATA.iterdir())
    assert len(rows) == len(paths)
    seen = 0
    for path, row in zip(paths, rows):
        got = dict(zip(names, row))
        lines = list(lines_of(path))
        old = [words for _, words in lines if len(words) == 7]
        new = [words for _, words in lines if "typ" in words]
        related = [words[words.index("raddr") + 1:] for words in new if "raddr" in words]
        expected = {
            "attribute": [name for name, _ in lines],
            "form": ["RFC 5245" if "typ" in words else "draft-06" for _, words in lines],
            "foundation": [words[0] for words in new],
            "username": [words[0] for words in old],
            "component": [words[1] for _, words in lines],
            "transport": [words[2] if "typ" in words else words[3] for _, words in lines],
            "priority": [words[3] for words in new],
            "q_value": [f"{float(words[4]):g}" for words in old],
            "type": [words[7] if "typ" in words else {"0.8": "host", "0.5": "srflx", "0.4": "relay"}[words[4][:3]]
                     for _, words in lines],
            "ipv4": [address for _, words in lines for address in [words[4 if "typ" in words else 5]]
                     if ":" not in address],
            "ipv6": [address for _, words in lines for address in [words[4 if "typ" in words else 5]]
                     if ":" in address],
            "port": [words[5 if "typ" in words else 6] for _, words in lines],
            "related.ipv4": [words[0] for words in related],
            "related.port": [words[2] for words in related],
        }
        assert got == expected, path.name
        seen += len(lines)
    assert seen > 100


def test_priority_is_taken_apart(bench):
    """By the values that the lists of Microsoft's clients have."""
    names = ["msice.candidate.priority" + part for part in
             ("", ".type_preference", ".local_preference", ".transport_preference", ".direction_preference",
              ".component")]
    rows = {priority: parts for row in bench.fields("sig-samples.pcap", names) for priority, *parts in zip(*row)}
    assert rows["2130705918"] == ["126", "65533", "15", "7", "2"]
    assert rows["174456319"] == ["10", "26109", "6", "2", "1"]
    assert rows["1694234623"] == ["100", "64503", "15", "5", "1"]
    assert rows["16777215"] == ["0", "65535", "15", "7", "1"]


def test_attributes(bench):
    """The other lines of Microsoft's SDP, from the call and the samples."""
    names = ["bypass_id", "bandwidth_algorithm", "ssrc_range.first", "device_caps", "media_bandwidth.label",
             "media_bandwidth.send", "media_bandwidth.receive", "caps.entry"]
    rows = bench.rows("sig-samples.pcap", [f"msice.sdp.{name}" for name in names])
    samples = {path.stem: {name: row[f"msice.sdp.{name}"] for name in names}
               for path, row in zip(sorted(signalling.DATA.iterdir()), rows.values(), strict=True)}
    expected = {
        "06": {"bypass_id": "be38f190-a24a-4a72-b66c-b09fd0909ebc", "bandwidth_algorithm": "bwc packetpair",
               "ssrc_range.first": "0x159ff302", "device_caps": "audio:send,recv;video:send,recv"},
        "03": {"media_bandwidth.label": "main-video", "media_bandwidth.send": "12000", "media_bandwidth.receive": "12000"}}
    for stem, values in expected.items():
        assert {name: samples[stem][name] for name in values} == {name: [value] for name, value in values.items()}, stem
    first, *others = samples["03"]["caps.entry"]
    assert first == "263:1920:1080:30.0:2000000:1" and len(others) == 6
    rows = bench.fields("sig-call-udp.pcap", ["msice.sdp.sharing.role", "msice.sdp.sharing.content_flow",
                                              "msice.sdp.setup", "msice.sdp.crypto.suite"],
                        "-Y", 'msice.sdp.sharing.role == "sharer"')
    assert rows == [[["sharer"], ["sendonly"], ["active"], ["AES_CM_128_HMAC_SHA1_80"]]]
    assert bench.fields("sig-call-udp.pcap", ["msice.sdp.key.method"], "-Y", "msice.sdp.key") == [[["base64"]]]
    assert bench.frames("sig-call-udp.pcap", 'msice.sdp.candidate_info.network_type == "WLAN"') == [4]
    rows = bench.fields("sig-findings.pcap", ["msdiag.id", "msdiag.reason"], "-Y", "msdiag")
    assert rows == [[["53000"], ["Insufficient Bandwidth Available"]]]
    rows = bench.fields("sig-call-udp.pcap", ["msice.remote_candidate.ipv4", "msice.remote_candidate.port"],
                        "-Y", "msice.remote_candidate")
    assert rows == [[["10.10.1.20", "10.10.1.20"], ["20000", "20001"]]]
    assert bench.frames("sig-findings.pcap", 'msice.remote_candidate.username == "u7relay"')


def test_keys_are_not_repeated(bench):
    """SRTP keys stand in the stock tree only: nothing of ours holds one."""
    texts = [path.read_text(encoding="utf-8") for path in signalling.DATA.iterdir()]
    keys = {key for text in texts for key in re.findall(r"inline:([^|\s]{20,})", text)}
    assert len(keys) > 5
    stock, ours = bench.tshark("sig-samples.pcap", "-V"), everything(bench, "sig-samples.pcap")
    assert "msice.sdp.crypto" in ours
    assert [key for key in keys if key not in stock] == [key for key in keys if key in ours] == []
    key = "a2V5LW9mLWFuLW9sZC1jbGllbnQ="
    assert key in bench.tshark("sig-call-udp.pcap", "-V") and key not in everything(bench, "sig-call-udp.pcap")


SIDES = {
    "relay_only_tcp": [1], "relay_candidate_private": [2], "no_candidates": [4], "address_family_mismatch": [6],
    "no_relay_candidate": [15, 17], "relay_credentials_expired": [15],
}


def test_findings(bench):
    """Each finding where it belongs and nowhere else; lists of others than Microsoft's clients have none."""
    expected = {f"msice.expert.{name}": frames for name, frames in SIDES.items()}
    rows = bench.rows("sig-findings.pcap", [*expected, "msice.relay_known_in", "msice.relay_known", "_ws.expert.message"])
    assert {name: [frame for frame, row in rows.items() if row[name]] for name in expected} == expected
    row = rows[17]
    assert row.one("msice.relay_known_in") == "16" and row.one("msice.relay_known") == "198.51.100.20:51000"
    assert any("Allocate response in frame 16" in text for text in row["_ws.expert.message"])
    # Known by the user's name, in any letter case; the credentials ended an hour before.
    assert rows[15].one("msice.relay_known_in") == "14"
    # Samples: internal clients without an Edge, and one without a TCP relay.
    frames = bench.frames("sig-samples.pcap", "msice.expert.no_relay_candidate")
    stems = dict(enumerate((path.stem for path in sorted(signalling.DATA.iterdir())), 1))
    assert [stems[frame] for frame in frames] == ["03", "05", "06", "11", "15"]


def test_messages_without_anything_of_ours(bench):
    """Who sent a message, and that it ends a call, is said of every message, once."""
    product, ends = "msdiag.product", "msice.expert.no_final_offer"
    rows = bench.rows("sig-findings.pcap", [product, ends], "-Y", "frame.number > 17")
    assert {frame: (row.one(product), bool(row[ends])) for frame, row in rows.items()} == {
        18: ("Lync 2013 or Skype for Business 2015 client", True), 19: ("Skype for Business Server 2015", False)}
    # Headers and bodies of ours, two messages in one segment: still once a message.
    rows = bench.rows("sig-call-tcp.pcap", ["sip.Call-ID", product], "-Y", "sip").values()
    counts = [(len(row["sip.Call-ID"]), len(row[product])) for row in rows]
    assert set(counts) == {(1, 1), (2, 2)}


@pytest.mark.parametrize("answered", [False, True])
def test_path_without_final_offer(bench, answered):
    """Where a path was found, the checks did not fail, and the default pair need not be offered anew."""
    story = Story(Side("192.0.2.10", 50022), Side("198.51.100.77", 50060), AUDIO)
    story.invite()
    for nominated in (False, True):
        ident = story.number()
        story.capture.udp(story.caller.at, story.callee.at, check_request(ident, b"bob1:ann1", nominated=nominated))
        if answered:
            story.capture.udp(story.callee.at, story.caller.at, check_response(ident, story.caller.at, b"bob1:ann1"), after=0.02)
    story.sip(True, "BYE sip:bob@example.com SIP/2.0", "2 BYE", [signalling.LYNC])
    path = bench.scratch / "sig-path.pcap"
    story.capture.write(path)
    path.chmod(0o644)
    assert len(bench.frames(str(path), "msice.expert.no_final_offer")) == (0 if answered else 1)


def test_mras(bench):
    names = ["mras.expert." + name for name in
             ("refused", "no_relay", "relay_for_other_location", "credentials_expired", "value_invalid")]
    rows = bench.rows("sig-mras.pcap", ["mras.request_id", "mras.relay.ipv4", "mras.relay.ipv6", "mras.relay.udp_port",
                                        "mras.token.version", *names], "-Y", 'mras.type == "response"')
    by_id = {row.one("mras.request_id"): row for row in rows.values()}
    found = {name: [finding.removeprefix("mras.expert.") for finding in names if row[finding]]
             for name, row in by_id.items()}
    assert found == {name: [name] if name not in ("direct", "prefixed") else [] for name in signalling.MRAS_REPLIES}
    direct = by_id["direct"]
    assert (direct.one("mras.relay.ipv4"), direct.one("mras.relay.ipv6")) == ("203.0.113.80", "2001:db8::80")
    assert direct["mras.relay.udp_port"] == ["3478", "3478"] and by_id["prefixed"]["mras.relay.udp_port"] == ["3478"]
    assert len(bench.frames("sig-mras.pcap", 'mras.token.expiry == "2014-01-01 20:00:00"')) == 5
    assert by_id["credentials_expired"].one("mras.token.version") == "1.0"
    assert by_id["prefixed"].one("mras.token.version") == "2.0"


def test_password_only_by_preference(bench):
    secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
    assert secret not in bench.tshark("sig-mras.pcap", "-V", "-2")
    assert secret[:-8] not in bench.tshark("sig-bad-input.pcap", "-V", "-Y", "mras")
    replies = bench.frames("sig-mras.pcap", "mras.password_length == 28")
    shown = bench.rows("sig-mras.pcap", ["mras.password"], "-Y", "mras.password", "-o", "mras.show_password:TRUE")
    assert {frame: row.one("mras.password") for frame, row in shown.items()} == dict.fromkeys(replies, secret)
    assert len(replies) == 6
    assert secret in bench.tshark("sig-mras.pcap", "-V", "-o", "mras.show_password:TRUE")


def test_reports(bench):
    findings = ["msqoe.expert.ice_failed", "msqoe.expert.flags_ambiguous", "msqoe.expert.flags_invalid"]
    names = ["msqoe.ice", "icewarn.flags", "msqoe.relay.ipv4", "msqoe.relay.port", "msqoe.remote.ipv6"]
    rows = bench.rows("sig-reports.pcap", names + findings, "-Y", "msqoe.ice")
    assert [(row.one("msqoe.ice"), row["icewarn.flags"][:1], *(bool(row[name]) for name in findings))
            for row in rows.values()] == [
        ("RELAY", ["0x00000320"], False, False, False),
        ("DIRECT", ["0x00000000"], False, False, False),
        ("FAILED", ["0x00000320"], True, True, False),
        ("HTTP-PROXY", ["0x000001ff"], False, False, False),
        ("FAILED", [], True, False, True),
        ("FAILED", [], True, False, True),
        ("FAILED", ["0x0080012b"], True, True, False),
    ]
    assert [rows[1].one(name) for name in ("msqoe.relay.ipv4", "msqoe.relay.port", "msqoe.remote.ipv6")] == [
        "192.0.2.1", "54000", "2001:db8::7"]
    # The header inside an error report, as it stands, with XML's own quotes, empty, and in a CDATA section.
    rows = bench.rows("sig-reports.pcap", ["msdiag.id", "icewarn.flags", "msdiag.reason"], "-Y", "msqoe.error").values()
    plain, quoted, empty, section = rows
    assert [row["msdiag.id"] for row in rows] == [["24", "13004"], ["24", "13004"], ["13004"], ["25", "13004"]]
    assert quoted["icewarn.flags"] == ["0x00000001"] and "quoted" in quoted["msdiag.reason"]
    assert "in a section" in section["msdiag.reason"]


def test_flags_of_ocs_2007_have_their_own_fields(bench):
    """The older layout shares no bit with that of the headers: by preference, and never as icewarn."""
    layout = ["-o", "msqoe.ocs_layout:TRUE"]
    options = [*layout, "-Y", "msqoe.ocs_flags"]
    rows = bench.rows("sig-reports.pcap", ["msqoe.ocs_flags", "icewarn.flags", "msqoe.expert.ocs_flags",
                                           "_ws.expert.message"], *options)
    for frame, flags, finding in ((1, "0x00000320", True), (2, "0x00000000", False)):
        row = rows[frame]
        assert (row.one("msqoe.ocs_flags"), row["icewarn.flags"], bool(row["msqoe.expert.ocs_flags"])) == (
            flags, [], finding), frame
    assert bench.frames("sig-reports.pcap", "msqoe.ocs.tcp_allocate_failed == 1", *layout) == [1, 3]
    assert ("Shared secret exchange with the TURN server failed; Allocating a TCP port on the TURN server failed; "
            "unknown bits 0x100") in rows[1]["_ws.expert.message"]


def test_path_headers(bench):
    logon, offer, reply = 1, 4, 5
    expected = {
        logon: {"path.user_logon": "RemoteUser", "path.telemetry_id": "59BAE2A0-F0F6-5E75-A07F-4EDFE2F2A4D2"},
        offer: {"path.conversation_id": "AdPHUWJH0stCMXggSpG6tMex88orbg==", "path.location.media_type": "Internet",
                "path.subnet.ipv4": "192.168.20.0"},
        reply: {"path.location.media_type": "Intranet", "path.trust.source_type": "AutoFederation",
                "path.trust.edge_proxy": "edge.example.com", "path.trust.source_verified_user": "unverified",
                "path.trust.source_network": "federation", "path.trust.remote": "sip.other.example"}}
    names = sorted({f"msdiag.{name}" for row in expected.values() for name in row})
    rows = bench.rows("sig-call-udp.pcap", names)
    for frame, values in expected.items():
        assert {name: rows[frame].one(f"msdiag.{name}") for name in values} == values, frame
    assert bench.frames("sig-call-udp.pcap", "msdiag.expert.user_through_edge") == [logon]
    assert bench.frames("sig-call-udp.pcap", "msdiag.expert.source_unverified") == [reply]
    # Stock Wireshark calls such headers unrecognised; that note goes away with them, and only with them.
    assert "Unrecognised SIP header (ms-subnet)" in bench.tshark("sig-call-udp.pcap", "-V", plugin=False)
    text = bench.tshark("sig-call-udp.pcap", "-V")
    assert "Unrecognised SIP header (ms-subnet)" not in text
    assert "Unrecognised SIP header (x-remote-reason)" in bench.tshark("diag-samples.pcap", "-V")


def test_blanks_around_path_headers(bench):
    """White space around a value is legal (RFC 3261, 25.1) and no part of it."""
    values = {"ms-user-logon-data": ("msdiag.path.user_logon", "RemoteUser"), "ms-subnet": ("msdiag.path.subnet", "10.1.2.0"),
              "X-MS-UserLocation": ("mspath.user_location", "external"),
              "ms-endpoint-location-data": ("msdiag.path.location", "NetworkScope;ms-media-location-type=Internet")}
    expected = dict(values.values()) | {"msdiag.path.subnet.ipv4": "10.1.2.0", "msdiag.path.location.media_type": "Internet"}
    cases = (("", ""), ("", " "), ("\t ", "\t"), ("\r\n ", " \t "))
    path, capture = bench.write("blanks.pcap", b""), Capture()
    for before, behind in cases:
        capture.udp(CLIENT, SERVER, message("REGISTER sip:example.com SIP/2.0",
                                            [f"{name}: {before}{value}{behind}" for name, (_, value) in values.items()]))
    capture.write(path)
    rows = bench.rows(path, [*expected, "msdiag.expert.user_through_edge"])
    assert [{name: row.one(name) for name in expected} for row in rows.values()] == [expected] * len(cases)
    assert all(row["msdiag.expert.user_through_edge"] for row in rows.values())
    assert bench.tshark(path, "-V").count("User Location: external (outside: media need addresses") == len(cases)


def test_bad_input_is_told_and_shown(bench):
    xml = [f"{protocol}.expert.xml_{finding}" for finding in ("incomplete", "encoding") for protocol in ("mras", "msqoe")]
    names = ["msqoe.ice", "mras.relay.host", "msice.candidate", "msice.expert.candidate_malformed",
             "msice.expert.candidate_port_invalid", "msice.expert.candidate_host_name", "msice.candidate.scope",
             "msice.expert.list_cut", *xml]
    rows = list(bench.rows("sig-bad-input.pcap", names, "-Y", "msice or mras or msqoe").values())
    stock = bench.frames("sig-bad-input.pcap", "_ws.malformed", plugin=False)
    assert bench.frames("sig-bad-input.pcap", "_ws.malformed") == stock
    lists = [row for row in rows if row["msice.candidate"]]
    # Nothing lost: an item a line, empty ones and those with 100 words included; capped, and said, at 512.
    assert sum(len(row["msice.candidate"]) for row in lists if not row["msice.expert.list_cut"]) == len(
        signalling.BAD_LINES)
    assert [len(row["msice.candidate"]) for row in lists if row["msice.expert.list_cut"]] == [512]
    bad = sum(len(row["msice.expert.candidate_malformed"]) for row in lists)
    assert bad >= 8 + 7 + 33
    assert sum(len(row["msice.expert.candidate_port_invalid"]) for row in lists) == 4
    assert [scope for row in lists for scope in row["msice.candidate.scope"]] == ["eth0"]
    bodies = dict(zip(signalling.BAD_XML, rows[-len(signalling.BAD_XML):], strict=True))
    assert {case: [name for name in xml if row[name]] for case, row in bodies.items()} == {
        "cut": ["msqoe.expert.xml_incomplete"],
        "cut in password": ["mras.expert.xml_incomplete"],
        "empty element": [],
        "no XML": ["mras.expert.xml_incomplete"],
        "nothing": ["msqoe.expert.xml_incomplete"],
        "UTF-16LE": ["msqoe.expert.xml_encoding"],
        "UTF-16BE without mark": ["mras.expert.xml_encoding"],
        "byte order mark": [],
        "latin-1": ["msqoe.expert.xml_encoding"],
        "broken UTF-8": ["msqoe.expert.xml_encoding"],
        "entities": ["mras.expert.xml_incomplete"],
        "external entity": ["mras.expert.xml_incomplete"],
        "nesting": ["msqoe.expert.xml_incomplete"],
        "open comment": ["msqoe.expert.xml_incomplete"],
        "attributes": ["msqoe.expert.xml_incomplete"],
        "wrong end": ["msqoe.expert.xml_incomplete"],
        "unknown root": [],
        "unknown elements": [],
    }
    # What stands before the end of a cut body, and in UTF-16, is there all the same.
    assert {case for case, row in bodies.items() if row["msqoe.ice"] == ["FAILED"]} == {
        "cut", "UTF-16LE", "latin-1", "broken UTF-8"}
    assert {case for case, row in bodies.items() if row["mras.relay.host"] == ["av.example.com"]} == {
        "UTF-16BE without mark", "byte order mark", "unknown elements"}


def test_a_mebibyte_of_nesting(bench):
    """Far beyond every bound: read in bounded time and depth, told, the bytes still there."""
    body = b"<a>" * (1024 * 1024 // 3)
    data = signalling.service("", signalling.QUALITY).replace(
        b"Content-Length: 0", f"Content-Type: {signalling.QUALITY}\r\nContent-Length: {len(body)}".encode()) + body
    capture = Capture()
    stream = capture.tcp(CLIENT, SERVER)
    stream.send(0, data, [60000] * (len(data) // 60000))
    path = bench.scratch / "nesting.pcap"
    capture.write(path)
    path.chmod(0o644)
    (row,) = bench.rows(str(path), ["msqoe.expert.xml_incomplete", "_ws.malformed", "msqoe.unreadable"], "-Y",
                        "msqoe").values()
    assert row["msqoe.expert.xml_incomplete"] and row["msqoe.unreadable"] and not row["_ws.malformed"]


def tree(text):
    """Output of tshark -V without the trees of ours."""
    kept, depth = [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent > depth:
            continue
        depth = indent if line.lstrip().startswith(("Microsoft ICE (candidates in SDP)", "[Media call:")) else None
        if depth is None:
            kept.append(line)
    return kept


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_stock_tree_of_sdp_is_unchanged(bench, passes):
    """Beside our own subtree the decoding of SIP and SDP is that of stock Wireshark, line by line."""
    for name in ("sig-findings.pcap", "sig-samples.pcap"):
        # One sample has a diagnostics header, which has trees of its own.
        options = ["-V", *passes, "-Y", "sdp && !(sip.msg_hdr contains \"ms-client-diagnostics\")"]
        stock = bench.tshark(name, *options, plugin=False).splitlines()
        text = bench.tshark(name, *options)
        assert text.count("Microsoft ICE (candidates in SDP)") > 5
        assert tree(text) == stock


def test_disabled_protocols_give_their_traffic_back(bench):
    """Disabled, our protocols leave what stock says, but for its note on headers that it does not know."""
    options = ["-Y", "sip", *(word for name in ("msdiag", "msice", "mras", "msqoe")
                              for word in ("--disable-protocol", name))]
    for name in ("sig-findings.pcap", "sig-mras.pcap"):
        stock = [line for line in bench.tshark(name, "-V", "-Y", "sip", plugin=False).splitlines()
                 if "Unrecognised" not in line]
        assert bench.tshark(name, "-V", *options).splitlines() == stock


def test_the_product_is_told_without_headers_of_ours(bench):
    """User-Agent alone says who sent a message, whether or not calls are analysed."""
    names = bench.frames("sig-findings.pcap", "msdiag.product and !(sip.msg_hdr contains \"s-\")")
    assert names
    assert bench.frames("sig-findings.pcap", "msdiag.product and !(sip.msg_hdr contains \"s-\")",
                        "-o", "mscall.analysis:FALSE") == names


def test_plain_sip_stays_silent(bench):
    """Calls of others: no subtree, no finding, no field."""
    assert bench.frames("other-traffic.pcap", "msice or mras or msqoe or msdiag") == []
