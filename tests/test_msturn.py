# SPDX-License-Identifier: GPL-2.0-or-later
"""MS-TURN over UDP and what flows through it: links, findings, roles of addresses, media, other carriers."""
import base64
import re
import struct

import pytest

import captures as files
from conftest import TOP
from gen import turn_messages as turn
from gen.dialects import Dialect
from gen.media_call import MediaCall
from gen.msturn import CLIENT, EDGE, PEER, RELAYED, SEEN
from gen.signalling import answer, invite, sdp
from gen.wire import Capture


@pytest.fixture(scope="module")
def allocations(bench):
    """Findings and links of turn-allocations.pcap, {frame: {name: value or None}}, in two passes."""
    names = ["response_in", "response_to", "response_time", "retransmission", "error_code"]
    findings = ["challenge", "unauthorized", "try_alternate", "alternate_server", "retransmissions_exhausted",
                "retransmission", "unanswered", "request_unseen", "sequence_gap", "sequence_repeated",
                "no_relayed_address", "relayed_address_private", "released", "type_forbidden", "cookie_missing"]
    columns = {name: f"msturn.{name}" for name in ("type", *names)}
    columns |= {f"!{name}": f"msturn.expert.{name}" for name in findings}
    rows = bench.rows("turn-allocations.pcap", columns.values(), "-2")
    return {frame: {short: row.one(name) for short, name in columns.items()} for frame, row in rows.items()}


def frames_with(rows, key):
    return [frame for frame, row in rows.items() if row[key]]


def test_links(allocations):
    rows = allocations
    answers = {int(row["response_to"]): frame for frame, row in rows.items() if row["response_to"]}
    for frame, row in rows.items():
        if row["response_in"]:
            answer = int(row["response_in"])
            assert rows[answer]["response_to"], frame
            if not row["retransmission"]:
                assert answers[frame] == answer
    assert rows[1]["response_in"] == "2" and rows[2]["response_to"] == "1"
    assert float(rows[2]["response_time"]) == pytest.approx(0.01)
    # Another server answers than the one that was asked.
    assert rows[12]["response_to"] == "11" and rows[12]["error_code"] == "300"
    # Sends and indications have no answer, and nobody misses one.
    sends = [row for row in rows.values() if row["type"] == "0x0004"]
    assert sends and not any(row["response_in"] or row["!unanswered"] for row in sends)


def test_retransmissions(allocations):
    rows = allocations
    counts = [int(row["retransmission"]) for row in rows.values() if row["retransmission"]]
    assert counts == [1, 2, *range(1, 10)]
    (exhausted,) = frames_with(rows, "!retransmissions_exhausted")
    assert rows[exhausted]["retransmission"] == "9"
    first = rows[exhausted - 9]
    assert first["!unanswered"] and not first["response_in"]


def test_a_mirror_port_sends_nothing_again(bench):
    """What a mirror port copies was sent once: five tries are four retransmissions, of requests and of checks."""
    call = MediaCall(Dialect())
    call.ask(EDGE[0], tries=5)
    call.silent_check(call.direct(PEER), waits=(0.1, 0.2))
    call.capture.frames = [(when + late, *rest) for when, *rest in call.capture.frames for late in (0, 0.00004)]
    path = bench.scratch / "mirror.pcap"
    call.capture.write(path)
    path.chmod(0o644)
    names = ["msturn.retransmission", "msice.check.retransmission", "msturn.expert.retransmissions_exhausted"]
    rows = bench.rows(str(path), names, "-2").values()
    assert [[int(value) for row in rows for value in row[name]] for name in names[:2]] == [[1, 2, 3, 4], [1, 2]]
    assert not any(row[names[2]] for row in rows)


def test_findings(allocations):
    rows = allocations
    assert frames_with(rows, "!challenge") == [2, 6]
    assert frames_with(rows, "!unauthorized") == [10]
    assert frames_with(rows, "!try_alternate") == [12]
    assert frames_with(rows, "!alternate_server") == [2, 6, 12]
    for finding in ("sequence_gap", "sequence_repeated", "no_relayed_address", "relayed_address_private", "cookie_missing"):
        assert len(frames_with(rows, "!" + finding)) == 1, finding
    assert len(frames_with(rows, "!released")) == 2
    assert {rows[frame]["type"] for frame in frames_with(rows, "!type_forbidden")} == {
        "0x0002", "0x0102", "0x0112", "0x0104", "0x0114"}


@pytest.mark.parametrize("code, finding", [
    (400, "bad_request"), (420, "unknown_attribute_error"), (430, "stale_credentials"), (431, "integrity_refused"),
    (432, "missing_credentials"), (433, "use_tls"), (434, "missing_credentials"), (435, "missing_credentials"),
    (436, "unknown_username"), (437, "no_binding"), (438, "stale_nonce"), (439, "transitioning"),
    (440, "no_destination"), (441, "wrong_username"), (500, "server_error"), (600, "global_failure"),
    (699, "other_error")])
def test_errors_by_their_meaning(errors, code, finding):
    assert finding in errors[str(code)]


@pytest.fixture(scope="module")
def errors(bench):
    """The error findings of turn-allocations.pcap by code."""
    names = ["bad_request", "unknown_attribute_error", "stale_credentials", "integrity_refused", "missing_credentials",
             "use_tls", "unknown_username", "no_binding", "stale_nonce", "transitioning", "no_destination",
             "wrong_username", "server_error", "global_failure", "other_error"]
    rows = bench.rows("turn-allocations.pcap", ["msturn.error_code", *("msturn.expert." + name for name in names)],
                      "-Y", "msturn.error_code >= 400 && msturn.error_code != 401").values()
    return {row.one("msturn.error_code"): [name for name in names if row[f"msturn.expert.{name}"]] for row in rows}


def test_story_in_the_info_column(bench):
    def infos(name, display_filter):
        return [row.one("_ws.col.Info") for row in bench.rows(name, ["_ws.col.Info"], "-Y", display_filter).values()]

    assert infos("turn-allocations.pcap", "frame.number <= 4") == [
        "Allocate Request", "Allocate Error 401 (challenge), try 198.51.100.5:3478",
        "Allocate Request with credentials",
        "Allocate Success: relay 198.51.100.5:53000, seen as 203.0.113.7:61000, 600 s"]
    assert infos("turn-multiplexed.pcap", "frame.number == 5") == [
        "Send to 203.0.113.99:50040: Binding Request o5/I:FY32"]


def test_addresses_by_their_role(bench):
    """XORed and plain attributes give the same address, in both families and with both forms of ids."""
    roles = ["relayed", "reflexive", "destination", "remote", "alternate_server", "bandwidth.remote_site",
             "bandwidth.remote_relay_site", "bandwidth.local_site", "bandwidth.local_relay_site"]
    for family, expected in (("ipv4", "198.51.100.21"), ("ipv6", "2001:db8::21")):
        columns = {f"msturn.{role}.{part}": value for role in roles for part, value in ((family, expected), ("port", "1021"))}
        rows = bench.rows("turn-attributes.pcap", columns, "-Y",
                          f"msturn.type == 3 && msturn.reflexive.{family} && !msturn.expert.attribute_unknown")
        assert [{name: row.one(name) for name in columns} for row in rows.values()] == [columns] * 2
    assert bench.frames("turn-attributes.pcap", "msturn.alternate_relayed.ipv6 == 2001:db8::90") == [1, 3, 5, 7]
    assert bench.frames("turn-attributes.pcap", "msturn.expert.padded") == [2, 4, 6, 8]
    assert bench.frames("turn-attributes.pcap", 'msturn.alternate_host_name == "e.example"') == [2, 4, 6, 8]


def test_bandwidth(bench):
    amounts = {"min_send": "64", "max_send": "128", "min_receive": "65", "max_receive": "129"}
    row = bench.rows("turn-bandwidth.pcap", [f"msturn.bandwidth.{name}" for name in amounts])[5]
    assert {name: row.one(f"msturn.bandwidth.{name}") for name in amounts} == amounts
    assert bench.frames("turn-bandwidth.pcap", "msturn.expert.bandwidth_refused") == [12]
    assert bench.frames("turn-bandwidth.pcap", "msturn.expert.bandwidth_pstn_failover") == [12]
    assert bench.frames("turn-bandwidth.pcap", "msturn.expert.bandwidth_released") == [9, 10]
    assert bench.frames("turn-bandwidth.pcap", "msturn.expert.bandwidth_attribute_missing") == [11]
    assert bench.frames("turn-bandwidth.pcap", "msturn.expert.bandwidth_misplaced") == [13]


def test_media_streams(bench):
    for name, expected in (("turn-multiplexed.pcap", ["0xCAFE0001", "0xCAFE0002"]),
                           ("turn-legacy-call.pcap", ["0xCAFE0001", "0xCAFE0002"])):
        streams = bench.tshark(name, "-q", "-z", "rtp,streams")
        for ssrc in expected:
            assert ssrc.lower() in streams.lower(), name
    # Encrypted RTCP tells that the flow is encrypted; the tail is where its length says.
    rows = bench.rows("turn-multiplexed.pcap", ["_ws.col.Protocol"])
    assert [rows[frame].one("_ws.col.Protocol") for frame in (15, 16, 17)] == ["SRTCP", "SRTCP", "SRTP"]
    row = bench.rows("turn-edge-call.pcap", ["srtcp.index", "srtcp.mki"])[24]
    assert (int(row.one("srtcp.index"), 0), row.one("srtcp.mki")) == (1, "01")


def test_sessions(bench):
    allocated, session = "msturn.allocated_in", "msturn.session_id"
    rows = bench.rows("turn-multiplexed.pcap", [allocated, session], "-Y", "msturn.channel == 0xff10")
    assert rows.pop(20).one(allocated) is None
    assert rows and {(row.one(allocated), row.one(session)) for row in rows.values()} == {("2", turn.SESSION.hex())}
    assert bench.frames("turn-multiplexed.pcap", "msturn.expert.session_unknown") == [20]
    assert bench.frames("turn-multiplexed.pcap", "!msturn") == [21]


def test_path_of_checks(bench):
    rows = bench.fields("turn-edge-call.pcap", ["msice.check.path", "msice.check.relay_named_in"], "-Y",
                        "ip.addr == 198.51.100.6 && msice.check")
    assert rows == [[["2"], ["4"]]] * 8
    assert bench.frames("turn-edge-call.pcap", "msice.check && msice.check.path == 0 && ip")[:4] == [5, 6, 7, 8]
    assert bench.frames("turn-edge-call.pcap", "msice") == sorted(
        set(bench.frames("turn-edge-call.pcap", "stun")) - {33})
    assert bench.frames("turn-edge-call.pcap", "msice.expert.role_conflict") == [8]
    assert bench.frames("turn-edge-call.pcap", "msice.expert.credentials_refused") == [12]
    assert bench.frames("turn-edge-call.pcap", "msice.expert.candidate_disabled") == [14]
    assert bench.frames("turn-edge-call.pcap", "msice.check.nominated == 1") == [17]


def test_published_vector(bench):
    def table(password):
        return ("-o", f'uat:msturn_passwords:"vOaM:fvAs","","{password}"')
    name = "turn-check-vector.pcap"
    assert bench.frames(name, "msice.check.integrity.status == 1", *table("ydYldnHIRgbOUr1MYUGy4t0g")) == [1]
    assert bench.frames(name, "msice.expert.check_integrity_wrong", *table("ydYldnHIRgbOUr1MYUGy4t0h")) == [1]
    assert bench.frames(name, "msice.check.integrity.status") == []


def test_integrity_that_cannot_be_verified(bench):
    """The SHA-256 form: no fit is no proof of a wrong message."""
    username = turn.USERNAME.hex()
    row = ("-o", 'uat:msturn_passwords:"' + base64.b64encode(turn.USERNAME).decode() + '","","wrong"')
    name = "turn-allocations.pcap"
    sha256 = bench.frames(name, f"msturn.username == {':'.join(username[i:i + 2] for i in range(0, len(username), 2))} "
                                "&& len(msturn.integrity) == 32")
    assert len(sha256) == 1
    assert bench.frames(name, "msturn.expert.integrity_not_verified", *row) == sha256
    wrong = bench.frames(name, "msturn.expert.integrity_wrong", *row)
    assert wrong and not set(wrong) & set(sha256)


def exchange():
    """An allocation, a check through it, its answer, and media, as (from client, bytes)."""
    one, two, three = turn.identity(1), turn.identity(2), turn.identity(3)
    return [(True, turn.allocate(one, signed=True)), (False, turn.allocated(one, RELAYED, SEEN)),
            (True, turn.send(two, PEER, turn.check_request(three), 1)),
            (False, turn.indication(turn.identity(4), PEER, turn.check_response(three, RELAYED))),
            (True, turn.send(turn.identity(5), PEER, turn.rtp(1), 2))]


# What is the same whatever carries the messages: values, and that there is a link.
SAME = ("msturn.type", "msturn.relayed.ipv4", "msturn.relayed.port", "msturn.reflexive.ipv4", "msturn.destination.ipv4",
        "msice.check.receiver", "msice.check.nested", "rtp.seq")
LINKS = ("msturn.response_to", "msice.check.response_to")


def fields_of(bench, path, *options):
    rows = bench.rows(path, SAME + LINKS, "-Y", "msturn", *options).values()
    return [{name: bool(row[name]) if name in LINKS else row[name] for name in row} for row in rows]


@pytest.fixture(scope="module")
def over_udp(bench):
    capture = Capture()
    for forward, data in exchange():
        capture.udp(*((CLIENT, EDGE) if forward else (EDGE, CLIENT)), data)
    path = bench.write("over-udp.pcap", b"")
    capture.write(path)
    return path, fields_of(bench, path)


def test_inside_tcp_segments(bench, over_udp):
    """Messages without frames, on a port of no note, cut anywhere and two in a segment."""
    capture = Capture()
    stream = capture.tcp((CLIENT[0], 40000), (EDGE[0], 40001))
    (_, request), (_, reply), (_, check), (_, answer), (_, media) = exchange()
    stream.send(0, request, [60])
    stream.send(1, reply, [60])
    stream.send(0, check + media, [100])
    stream.send(1, answer)
    path = bench.write("segments.pcap", b"")
    capture.write(path)
    rows = fields_of(bench, path, "-2")
    _, (request, reply, check, answer, media) = over_udp
    # Two messages in one segment stand in one row.
    both = {name: check[name] + media[name] if name in SAME else check[name] or media[name] for name in check}
    assert rows == [request, reply, both, answer]


def test_checks_on_direct_tcp(bench):
    """ICE-TCP: checks in frames of RFC 4571, then media."""
    capture = Capture()
    stream = capture.tcp((CLIENT[0], 40010), (PEER[0], 50010))
    def framed(data):
        return struct.pack(">H", len(data)) + data
    stream.send(0, framed(turn.check_request(turn.identity(1))))
    stream.send(1, framed(turn.check_response(turn.identity(1), CLIENT)))
    stream.send(0, framed(turn.rtp(1)) + framed(turn.rtp(2)), [20])
    path = bench.write("ice-tcp.pcap", b"")
    capture.write(path)
    rows = bench.fields(path, ["msice.check.form", "msice.check.response_to"], "-Y", "msice.check")
    assert rows == [[["RFC 5245"], []], [["RFC 5245"], ["4"]]]
    assert bench.fields(path, ["rtp.seq"], "-Y", "rtp") == [[["1", "2"]]]


def exported(dissector_tag, name, source, destination, data):
    """An exported PDU: tags, then the data."""
    def tag(number, value):
        value += bytes(-len(value) % 4)
        return struct.pack(">HH", number, len(value)) + value
    def host(text):
        return bytes(map(int, text.split(".")))
    return (tag(dissector_tag, name) + tag(20, host(source[0])) + tag(21, host(destination[0]))
            + tag(24, struct.pack(">I", 3)) + tag(25, struct.pack(">I", source[1]))
            + tag(26, struct.pack(">I", destination[1])) + bytes(4) + data)


@pytest.mark.parametrize("tag, name", [(12, b"msturn"), (13, b"msturn_udp"), (12, b"msturn-udp")])
def test_inside_exported_pdus(bench, over_udp, tag, name):
    frames = [exported(tag, name, *((CLIENT, EDGE) if forward else (EDGE, CLIENT)), data) for forward, data in exchange()]
    path = bench.scratch / f"exported-{tag}-{name.decode()}.pcap"
    files.write(path, files.EXPORTED_PDU, frames)
    path.chmod(0o644)
    _, expected = over_udp
    assert fields_of(bench, str(path)) == expected


def test_two_passes_say_the_same(bench):
    """But for what only the second one can know: that no answer follows."""
    for name in ("turn-multiplexed.pcap", "turn-legacy-call.pcap", "turn-edge-call.pcap"):
        columns = ["msturn.type", "msturn.session_id", "msice.check.path", "msice.check.form", "rtp.seq", "_ws.col.Info",
                   "_ws.col.Protocol"]
        once = bench.fields(name, columns)
        twice = bench.fields(name, columns, "-2")
        assert [[[value.replace(", unanswered", "") for value in cell] for cell in row] for row in twice] == once


def test_what_is_disabled_goes_back_to_stock(bench):
    options = ["--disable-protocol", "msturn", "--disable-protocol", "msice"]
    for name in ("turn-allocations.pcap", "turn-edge-call.pcap", "turn-legacy-call.pcap"):
        assert bench.tshark(name, "-V", *options) == bench.tshark(name, "-V", plugin=False)


def test_each_heuristic_is_switched_off_by_its_name(bench):
    """Wireshark asks ours without a layer of their protocols, so they ask for themselves who is enabled."""
    header = b"ms-client-diagnostics: 24; reason=\"x\"\r\n"
    # In frames 1, 2, 3; over TCP the handshake comes first.
    datagrams = (turn.allocate(turn.identity(1)), turn.check_request(turn.identity(2)), header)
    capture = Capture()
    for number, payload in enumerate(datagrams):
        capture.udp((CLIENT[0], 40100 + number), (PEER[0], 40200 + number), payload)
    for number, payload in enumerate((turn.allocate(turn.identity(3)), header)):
        stream = capture.tcp((CLIENT[0], 40300 + number), (PEER[0], 40400 + number))
        stream.send(0, payload)
    path = bench.write("heuristics.pcap", b"")
    capture.write(path)
    ours = "msturn || msice || msdiag"
    all_frames = bench.frames(path, ours)
    assert len(all_frames) == 5
    for name, frame in zip(("msturn_udp", "msice_udp", "msdiag_udp", "msturn_tcp", "msdiag_tcp"), all_frames):
        assert bench.frames(path, ours, "--disable-heuristic", name) == [one for one in all_frames if one != frame]
    layers = bench.fields(path, ["frame.protocols"], "-Y", ours)
    assert [cell[0].split(":")[4] for cell, in layers] == ["msturn", "msice", "msdiag", "msturn", "msdiag"]


def test_ports_are_a_preference(bench):
    """Ports taken away go back to stock; a foreign STUN message on one of ours never left it."""
    capture = Capture()
    plain = bytes.fromhex("000100002112a442") + bytes(range(12))
    for number, port in enumerate((3478, 3479)):
        capture.udp((CLIENT[0], 50000 + number), (EDGE[0], port), plain)
        capture.udp((CLIENT[0], 50010 + number), (EDGE[0], port), turn.multiplexed(turn.rtp(1)))
    path = bench.write("ports.pcap", b"")
    capture.write(path)
    assert bench.frames(path, "msturn.session_id") == [2, 4]
    assert bench.frames(path, "msturn.session_id", "-o", "msturn.udp_ports:3479") == [4]
    assert bench.tshark(path, "-V", "-o", "msturn.udp_ports:") == bench.tshark(path, "-V", plugin=False)
    plain_frames = ("-V", "-Y", "frame.number == 1 || frame.number == 3")
    assert bench.tshark(path, *plain_frames) == bench.tshark(path, *plain_frames, plugin=False)


def test_candidates_name_addresses(bench):
    """Media to an address that only a candidate line named is decoded; to its neighbour it is not."""
    rows = bench.fields("sig-call-udp.pcap", ["msice.candidate.ipv4", "msice.candidate.port", "msice.candidate.type",
                                              "msice.candidate.transport"], "-Y", "msice.candidate.ipv4")
    relays = {(host, int(port)) for row in rows for host, port, kind, transport in zip(*row)
              if kind == "relay" and transport == "UDP"}
    assert relays
    host, port = next(end for end in sorted(relays) if end[1] == 51010)
    capture = Capture()
    capture.udp(("203.0.113.200", 40300), (host, port), turn.rtp(1))
    capture.udp(("203.0.113.200", 40300), (host, port + 7), turn.rtp(1))
    call, _ = files.read(TOP / "pcaps" / "sig-call-udp.pcap")
    path = bench.write("named.pcap", b"")
    files.write(path, files.ETHERNET, call + [frame for _, frame, _ in capture.frames])
    last = len(call) + 2
    assert bench.frames(path, f"rtp.ssrc && frame.number > {last - 2}") == [last - 1]


@pytest.mark.parametrize("by_microsoft", [True, False])
def test_default_candidates(bench, by_microsoft):
    """Signalling hands what the c= and m= lines name to RTP, and later versions its checks to STUN. Where Microsoft's clients
    have written it, the checks are ours in both directions, also when the lists hold nothing but lines of RFC 5245."""
    capture = Capture()
    server = ("198.51.100.137", 5060)
    ends = CLIENT, ("203.0.113.77", 50030)
    messages = [build(sdp(host, [f"m=audio {port} RTP/AVP 104", f"a=candidate:1 1 UDP 2130706431 {host} {port} typ host"]))
                for build, (host, port) in zip((invite, answer), ends)]
    if not by_microsoft:
        messages = [re.sub(b"User-Agent: .*", b"User-Agent: other", message) for message in messages]
    capture.udp((CLIENT[0], 5060), server, messages[0])
    capture.udp(server, (CLIENT[0], 5060), messages[1])
    for number, (source, target) in enumerate((ends, ends[::-1])):
        ident = turn.identity(number)
        capture.udp(source, target, turn.check(0x0001, ident, turn.padded(0x0006, b"abcd:efgh"), turn.num(0x0024, 1)))
        capture.udp(target, source, turn.check(0x0101, ident, turn.att(0x0020, turn.addr(source, ident))))
    path = bench.write("default.pcap", b"")
    capture.write(path)
    assert bench.frames(path, "msice.check", "-2") == ([3, 4, 5, 6] if by_microsoft else [])
    checks = ("-V", "-Y", "frame.number > 2")
    if not by_microsoft:
        assert bench.tshark(path, *checks) == bench.tshark(path, *checks, plugin=False)


def test_decode_as(bench):
    """Media whose checks were not captured, on ports of no note."""
    capture = Capture()
    capture.udp((CLIENT[0], 40100), (PEER[0], 40200), turn.rtp(1))
    capture.udp((PEER[0], 40200), (CLIENT[0], 40100), turn.channel_data(0x4001, turn.rtp(1)))
    path = bench.write("decode-as.pcap", b"")
    capture.write(path)
    assert bench.frames(path, "rtp || msturn") == []
    assert bench.frames(path, "rtp", "-d", "udp.port==40200,msturn") == [1, 2]


def test_expired_credentials(bench):
    capture = Capture()
    old = turn.USERNAME[:8] + bytes.fromhex("01ce194d") + turn.USERNAME[12:]  # 2013, before the captures' clock
    for username in (turn.USERNAME, old):
        capture.udp(CLIENT, EDGE, turn.message(0x0003, turn.identity(1), turn.att(0x0006, username), key=b"k"))
    path = bench.write("expired.pcap", b"")
    capture.write(path)
    assert bench.frames(path, "msturn.expert.credentials_expired") == [2]


def test_generators_cover_the_table():
    """Every attribute of the table stands in one of the captures."""
    source = (TOP / "plugin" / "turn" / "msturn-attributes.c").read_text(encoding="utf-8")
    table = source[source.index("rows[] = {"):source.index("/* clang-format on */")]
    rows = {int(line.split(",")[0].strip(" {"), 16) for line in table.splitlines() if line.strip().startswith("{ 0x")}
    seen = set()
    for path in (TOP / "pcaps").glob("turn-*.pcap"):
        for frame in files.read(path)[0]:
            seen |= {kind for kind in rows if struct.pack(">H", kind) in frame.data[42:]}
    assert rows and rows == seen


def numbered(bench, steps, path="sequence.pcap"):
    """[(frame, gap or repeated, what exactly)] for Send requests with (transaction, sequence number), or lists of such
    that stand in a segment of a connection; the same in one pass and in two."""
    capture = Capture()
    stream = capture.tcp((CLIENT[0], 40000), (EDGE[0], 40001)) if any(isinstance(step, list) for step in steps) else None
    for step in steps:
        messages = [turn.send(turn.identity(ident), PEER, b"\xc8data", number)
                    for ident, number in (step if stream else [step])]
        if stream:
            stream.send(0, b"".join(messages))
        else:
            capture.udp(CLIENT, EDGE, *messages)
    path = bench.write(path, b"")
    capture.write(path)
    return judged(bench, path, 3 if stream else 0)


def judged(bench, path, before=0):
    names = ["msturn.expert.sequence_gap", "msturn.expert.sequence_repeated", "_ws.expert.message"]
    one, two = (bench.rows(path, names, "-Y", "msturn.expert.sequence_gap || msturn.expert.sequence_repeated", *options)
                for options in ((), ("-2",)))
    said = [{frame: (len(row[names[0]]), len(row[names[1]]),
                     [found for text in row[names[2]] for found in re.findall(r"\d+ came, \d+ was next", text)])
             for frame, row in rows.items()} for rows in (one, two)]
    assert said[0] == said[1]
    return {frame - before: found for frame, found in said[0].items()}


GAP, REPEATED = (1, 0), (0, 1)


@pytest.mark.parametrize("steps, found", [
    ([(1, 1), (2, 2), (3, 5), (4, 6)], {3: (*GAP, ["5 came, 3 was next"])}),
    # Another request with a number that was used, however long ago; a third one, too.
    ([(1, 1), (2, 2), (3, 2), (4, 3), (5, 2)], {3: (*REPEATED, ["2 came, 3 was next"]), 5: (*REPEATED, ["2 came, 4 was next"])}),
    # Sent again, at once and behind others; a repetition that is sent again is one repetition.
    ([(1, 1), (1, 1), (2, 2), (3, 3), (1, 1), (2, 2)], {}),
    ([(1, 1), (2, 1), (2, 1), (1, 1)], {2: (*REPEATED, ["1 came, 2 was next"])}),
    # Overtaken: what was missing comes late, and was not used before.
    ([(1, 1), (2, 2), (4, 4), (3, 3), (5, 5)], {3: (*GAP, ["4 came, 3 was next"])}),
    ([(3, 3), (2, 2), (1, 1), (4, 4)], {}),
    # The last number there is.
    ([(1, 2 ** 32 - 1), (2, 5)], {}),
    # Several in a segment are judged each by itself.
    ([[(1, 1)], [(5, 5), (6, 6)], [(7, 7)]], {2: (*GAP, ["5 came, 2 was next"])}),
    ([[(1, 1)], [(5, 5), (6, 9)], [(7, 9), (8, 1)]], {2: (2, 0, ["5 came, 2 was next", "9 came, 6 was next"]),
                                                     3: (0, 2, ["9 came, 10 was next", "1 came, 10 was next"])}),
])
def test_sequence_numbers(bench, steps, found):
    assert numbered(bench, steps) == found


def test_sequence_numbers_that_are_remembered(bench):
    """Requests of one number, each with an id of its own, many more than are remembered; what was forgotten says
    nothing."""
    assert len(numbered(bench, [(step, 7) for step in range(200)])) == 199
    counted = [(step, step) for step in range(1, 200)]
    assert numbered(bench, counted + [(300, 1), (301, 199)]) == {201: (*REPEATED, ["199 came, 200 was next"])}


def test_sequence_numbers_at_two_points(bench):
    """The same requests at a second point, behind a NAT or not, are not used twice."""
    for name in ("packets-two-points.pcapng", "packets-merged.pcap", "packets-mirrored.pcap"):
        assert judged(bench, name) == {}, name
    capture = Capture()
    for number in range(1, 7):
        message = turn.send(turn.identity(number), PEER, b"\xc8data", number)
        capture.udp(CLIENT, EDGE, message)
        if number > 2:
            capture.udp(SEEN, EDGE, turn.send(turn.identity(number - 2), PEER, b"\xc8data", number - 2))
    path = bench.write("nat.pcap", b"")
    capture.write(path)
    assert judged(bench, path) == {}
