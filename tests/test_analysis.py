# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls, evidence and verdicts: the four stories from their packets and from their logs, and what looks like them."""
import base64
import re
from typing import NamedTuple

import pytest

from gen import stories
from gen import turn_messages as turn
from gen.diagnostics import FLAT_IPV6
from gen.signalling import ERRORS, LYNC, MRAS, error_report, mras_reply, mras_request, token
from gen.sip import CLIENT, SERVER, message
from gen.wire import Capture
from uclogs import uclog

# An offer without candidates.
OFFER = "v=0\r\no=- 0 0 IN IP4 192.0.2.10\r\ns=session\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 50010 RTP/AVP 8\r\n"

# Story: rule and confidence from the packets, then from the log alone.
VERDICTS = {
    "both-remote": ("tcp_media_blocked (high)", "tcp_media_blocked (medium)"),
    "both-remote-alike": ("-", None),
    "both-remote-credentials": ("credentials (high)", "credentials (high)"),
    "internal-remote": ("edges_apart (high)", "edges_apart (medium)"),
    "internal-remote-alike": ("-", None),
    "internal-remote-one-relay": ("peer_without_relay (high)", "peer_without_relay (high)"),
    "both-internal": ("no_route (high)", "no_route (medium)"),
    "both-internal-alike": ("host_refuses (high)", None),
    "both-internal-relays": ("-", "-"),
    "proxy-443": ("firewall_443 (high)", "firewall_443 (medium)"),
    "proxy-443-answer": ("http_proxy (high)", "firewall_443 (medium)"),
    "proxy-443-alike": ("udp_3478_blocked (high)", "relay_blocked (medium)"),
}


COLUMNS = "call | start (UTC) | from | to | media | locations | id | ICEWarn | verdict | outcome | path | transport | local " \
    "| remote | relay | setup (ms) | duration (s) | RTT (ms) | sent | sent loss (%) | sent jitter (ms) | sent gap (s) | " \
    "received | received loss (%) | received jitter (ms) | received gap (s) | frame"


def calls(bench, name, *options, tap="msice,calls"):
    """The table of -z msice,calls: a dictionary a call, by the names of the columns."""
    lines = bench.tshark(name, "-q", "-z", tap, *options).splitlines()
    return [dict(zip(COLUMNS.split(" | "), line.split(" | "), strict=True)) for line in lines[lines.index(COLUMNS) + 1:]]


def verdicts(rows):
    return [row["verdict"].split(":")[0] for row in rows]


def log_capture(bench, name, story):
    log = bench.write(f"{name}.UccApilog", stories.log_text(story))
    path = bench.scratch / f"{name}.pcapng"
    assert uclog("-q", "--utc", "-w", path, log).returncode == 0
    path.chmod(0o644)
    return str(path)


@pytest.mark.parametrize("name", VERDICTS)
def test_story_from_packets(bench, name):
    """One line a call, the same in one pass and in two."""
    rows = calls(bench, f"story-{name}.pcap")
    assert verdicts(rows) == [VERDICTS[name][0]]
    assert calls(bench, f"story-{name}.pcap", "-2") == rows
    (row,) = rows
    assert [row[column] for column in ("call", "from", "to", "media")] == [
        "1", "sip:ann@example.com", "sip:bob@example.com", "applicationsharing"]
    assert re.fullmatch(r"2014-01-01 12:00:\d\d\.\d{3}", row["start (UTC)"])


@pytest.mark.parametrize("name", [name for name, (_, log) in VERDICTS.items() if log])
def test_story_from_log(bench, name):
    _, from_log = VERDICTS[name]
    assert verdicts(calls(bench, log_capture(bench, name, stories.STORIES[name]()))) == [from_log]


@pytest.mark.parametrize("name", [name for name, (_, log) in VERDICTS.items() if not log])
def test_alike_in_packets_only(name):
    """Why these have no verdict of their own from a log: it is that of the story, word for word."""
    def texts(key):
        return [entry["text"] for entry in stories.STORIES[key]().log]

    assert texts(name) == texts(name.removesuffix("-alike"))


def test_every_frame_of_a_call(bench):
    """Frames of the call have its number and links to the steps before and behind, which lead back."""
    call, step, previous, following = names = ["msice.call"] + ["msice.call." + name for name in
                                                                ("step", "previous", "next")]
    for name in ("proxy-443", "internal-remote", "both-internal"):
        rows = bench.rows(f"story-{name}.pcap", names, "-2")
        # The TCP handshake of the signalling.
        assert [number for number, row in rows.items() if not row[call]] == [1, 2, 3]
        assert {row.one(call) for row in rows.values()} == {None, "1"}
        for number, row in rows.items():
            for there, back in ((previous, following), (following, previous)):
                if row[there]:
                    linked = rows[int(row.one(there))]
                    assert linked[step] == row[step] and linked.one(back) == str(number)
    assert {row.one(step) for row in rows.values()} == {None, "SIP message", "relay credentials", "allocation",
                                                        "TCP connection"}


class Evidence(NamedTuple):
    shown: list         # frames that show a flag
    against: list       # frames that contradict it
    none: str           # why there is none; None where there is some


def evidence(bench, name, flag, *options):
    """The Evidence of a flag of the header in a story."""
    packets = bench.json(name, "-Y", "icewarn.flags", *options)
    found = []

    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key == f"icewarn.{flag}_tree":
                    found.append(value)
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(packets)
    (tree,) = found

    def frames(key):
        """Each frame is an object of its own."""
        return [int(proof[key]) for proof in tree.values() if isinstance(proof, dict) and key in proof]

    return Evidence(frames("icewarn.evidence.frame"), frames("icewarn.evidence.contradiction"),
                    tree.get("icewarn.evidence.none"))


def test_evidence(bench):
    """Below each flag stand the frames that show it; flags and frames by story."""
    def first(name, display_filter):
        return bench.frames(name, display_filter)[0]

    name = "story-internal-remote.pcap"
    assert evidence(bench, name, "turn_turn_tcp_failed", "-2") == Evidence([first(name, "msice.check.nested == 1")], [], None)
    assert evidence(bench, name, "local_failed").shown == [first(name, "tcp.dstport == 20050 && tcp.flags.syn == 1")]

    name = "story-proxy-443.pcap"
    assert evidence(bench, name, "pseudo_tls_failed").shown == [first(name, "msturn.pseudotls")]
    assert evidence(bench, name, "tcp_allocate_failed") == Evidence([first(name, "msturn.pseudotls")], [], None)

    name = "story-proxy-443-answer.pcap"
    assert evidence(bench, name, "pseudo_tls_failed").shown == [first(name, "msturn.answered_by")]

    name = "story-both-internal.pcap"
    assert evidence(bench, name, "turn_unreachable").shown == [first(name, "msturn.type == 3"),
                                                               first(name, "tcp.dstport == 443")]
    # A proxy answers, and wants a password.
    path = write(bench, stories.proxy("proxy", 0x3800128).capture, "proxy.pcap")
    answered = [first(path, "msturn.answered_by")]
    assert evidence(bench, path, "http_proxy").shown == answered
    assert evidence(bench, path, "http_proxy_auth_failed").shown == answered
    path = write(bench, stories.proxy("nobody", 0x3800128).capture, "no-proxy.pcap")
    assert evidence(bench, path, "http_proxy").shown == []
    # Whether the answer to an Allocate request is genuine takes the password.
    path = write(bench, stories.internal_remote(flags=0x4000b20).capture, "forged.pcap")
    success = bench.frames(path, "msturn.type == 0x0103")
    row = f'uat:msturn_passwords:"{base64.b64encode(turn.USERNAME).decode()}","","{{}}"'
    unknown = evidence(bench, path, "allocate_integrity_failed")
    assert not unknown.shown and "password" in unknown.none
    assert evidence(bench, path, "allocate_integrity_failed", "-o", row.format("wrong")).shown == success
    right = row.format(base64.b64encode(turn.PASSWORD).decode())
    assert evidence(bench, path, "allocate_integrity_failed", "-o", right).shown == []

    # NAT paths were not tried in this call, and the capture says so.
    untried = evidence(bench, "story-proxy-443.pcap", "tcp_nat_failed")
    assert not untried.shown and not untried.against and "not tried" in untried.none


@pytest.mark.parametrize("reply, shows, none", [
    (mras_reply([]), True, False), (mras_reply(result="Forbidden"), True, False), (mras_reply(), False, False),
    (None, False, True)], ids=["no relay", "refused", "a relay", "not asked"])
def test_credentials_are_evidence(bench, reply, shows, none):
    """Whether a client has a relay, the relay authentication service has said."""
    story = stories.Story(stories.Side("10.10.1.20", 20040), stories.Side("10.20.1.30", 20050))
    if reply:
        story.credentials(reply)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(22, 0x80000, (2, 2))
    path = write(bench, story.capture, "no-relay.pcap")
    replies = bench.frames(path, "mras && sip.Status-Code")
    assert len(replies) == (reply is not None)
    found = evidence(bench, path, "no_turn_server")
    assert found[:2] == ((replies, []) if shows else ([], replies))
    assert (found.none is not None) == none


def both(*replies):
    """Replies as one message with the credentials of all."""
    first, *others = replies
    parts = "".join(reply[reply.index("<credentialsResponse"):reply.index("</response>")] for reply in others)
    return first.replace("</response>", parts + "</response>")


LIVES = dict(username=token(8))
REPLIES = {
    "refused later": ([mras_reply(**LIVES), mras_reply(result="Forbidden")], "a relay"),
    "refused before": ([mras_reply(result="Server Busy"), mras_reply(**LIVES)], "a relay"),
    "expired": ([mras_reply(username=token(-1)), mras_reply(result="Forbidden")], "none"),
    "refused twice": ([mras_reply(result="Forbidden"), mras_reply(result="Forbidden")], "none"),
    "one of two": ([both(mras_reply(**LIVES), mras_reply([], **LIVES))], "a relay"),
    "none of two": ([both(mras_reply([], **LIVES), mras_reply([], **LIVES))], "none"),
    "breaks off": ([mras_reply().partition("<mediaRelayList>")[0]], "not known"),
}


@pytest.mark.parametrize("name", REPLIES)
def test_several_replies(bench, name):
    """A client asks more than one pool, and again; what it was given holds as long as it says."""
    replies, expected = REPLIES[name]
    story = stories.Story(stories.Side("10.10.1.20", 20040), stories.Side("10.20.1.30", 20050))
    for reply in replies:
        story.credentials(reply)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(22, 0x80000, (2, 2))
    path = write(bench, story.capture, "replies.pcap")
    found = evidence(bench, path, "no_turn_server")
    assert ("a relay" if found.against else "none" if found.shown else "not known") == expected
    rules = {row.one("msdiag.verdict.rule") for row in bench.rows(path, ["msdiag.verdict.rule"], "-2").values()}
    assert ("credentials" in rules) == (expected == "none"), rules


def test_credentials_of_several_users(bench):
    """A server asks for two users at once; each call has what its own user was given."""
    capture, users = Capture(), {"alice": token(8), "bob": token(9)}
    asked = [mras_request(f"sip:{user}@example.com", request_id=user) for user in users]
    given = [mras_reply(request_id=user, username=name) for user, name in users.items()]
    request = asked[0].replace("</request>", asked[1][asked[1].index("<credentialsRequest"):])
    ends = (("10.0.0.5", 5062), ("10.0.0.6", 5062))
    capture.udp(*ends, message("SERVICE sip:edge.example.com SIP/2.0", [LYNC], request, "mras@test", "1 SERVICE", MRAS))
    capture.udp(*reversed(ends), message("SIP/2.0 200 OK", ["Server: RTC/5.0"], both(*given), "mras@test", "1 SERVICE", MRAS))
    allocate = turn.allocate(turn.identity(1), signed=True).replace(
        turn.att(0x0006, turn.USERNAME), turn.att(0x0006, base64.b64decode(users["alice"])))
    allocate = allocate[:2] + (len(allocate) - 20).to_bytes(2, "big") + allocate[4:]
    capture.udp((NAT, 50022), RELAY, allocate)
    capture.udp(CLIENT, SERVER, message("INVITE sip:carol@example.com SIP/2.0", [LYNC], cseq="1 INVITE"))
    calls = bench.rows(write(bench, capture, "users.pcap"), ["msice.call"], "-2").values()
    assert [row.one("msice.call") for row in calls][2:] == ["1", "1"]


@pytest.mark.parametrize("relays", [["203.0.113.5"], ["203.0.113.5", "198.51.100.5"]])
def test_several_relays_are_evidence(bench, relays):
    story = stories.Story(stories.Side("10.10.1.20", 20040), stories.Side("10.20.1.30", 20050))
    for number, relay in enumerate(relays):
        story.allocate_udp(relay, (relay, 55501), port=50022 + number)
    story.invite()
    story.syn(50301, story.callee.at)
    story.bye(22, 0x100000, (2, 2))
    path = write(bench, story.capture, "relays.pcap")
    allocated = bench.frames(path, "msturn.type == 0x0103")
    assert len(allocated) == len(relays)
    assert sorted(evidence(bench, path, "multiple_turn_servers").shown) == (allocated if len(relays) > 1 else [])


def test_contradictions(bench):
    """A flag says unreachable, the capture shows an answer."""
    name = "story-internal-remote-alike.pcap"
    assert evidence(bench, name, "turn_turn_tcp_failed") == Evidence([], bench.frames(name, "msturn.type == 0x0115"), None)
    assert bench.frames(name, "icewarn.expert.contradicted") == bench.frames(name, "icewarn.flags")
    assert bench.frames("story-internal-remote.pcap", "icewarn.expert.contradicted") == []


def test_log_has_no_evidence(bench):
    """A log holds the signalling only, and each flag says so."""
    capture = log_capture(bench, "reasons", stories.both_remote())
    found = evidence(bench, capture, "local_failed")
    assert not found.shown and not found.against and "signalling only" in found.none


def test_verdict_in_the_packet(bench):
    """The header has the cause, its rule, confidence, advice and frames; all of them filter."""
    names = ["msdiag.verdict", "msdiag.verdict.confidence", "msdiag.verdict.advice", "msdiag.expert.verdict"]
    (row,) = bench.rows("story-both-internal.pcap", names, "-Y", "msdiag.verdict.rule == \"no_route\"").values()
    assert "No route" in row.one("msdiag.verdict") and row.one("msdiag.verdict.confidence") == "high"
    assert "routing" in row.one("msdiag.verdict.advice") and row.one("msdiag.expert.verdict")
    assert bench.frames("story-both-internal-alike.pcap", "msdiag.verdict.rule == \"no_route\"") == []


def test_call_without_signalling(bench):
    """Allocations, checks and media alone make a call."""
    rows = bench.rows("story-without-sip.pcap", ["msice.call", "msice.call.step"]).values()
    assert {row.one("msice.call") for row in rows} == {"1"}
    assert [row.one("msice.call.step") for row in rows] == [
        "allocation"] * 4 + ["connectivity check"] * 4 + ["media"] * 6
    lines = bench.tshark("story-without-sip.pcap", "-q", "-z", "msice,candidates").splitlines()
    assert lines[-3:] == [
        "1 | gathered | - | UDP | audio | 192.0.2.10:50022 | host (concluded) | - | - | - | - | - | - | - | -",
        "1 | checked | - | UDP | audio | 192.0.2.10:50022 | host (concluded) | 198.51.100.77:50060 | unknown | answered "
        "| 2 | yes | 5 | 20.0 | -",
        "1 | gathered | - | UDP | audio | 203.0.113.5:55501 | relay | - | - | - | - | - | - | - | 192.0.2.10:50022"]


def test_log_merged_with_packets(bench):
    """Encrypted signalling: the client's log tells what the packets belong to."""
    story = stories.internal_remote(encrypted=True)
    packets = bench.scratch / "packets.pcap"
    story.capture.write(packets)
    packets.chmod(0o644)
    assert verdicts(calls(bench, str(packets))) == ["-"]
    log = log_capture(bench, "merged-log", story)
    both = bench.scratch / "log-and-packets.pcapng"
    bench.run("mergecap", "-w", both, log, packets)
    assert verdicts(calls(bench, str(both))) == ["edges_apart (high)"]
    assert bench.frames(str(both), "!msice.call", "-2") == []


def dialogs(*conversations, user_agent="User-Agent: UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)"):
    """INVITE and BYE of calls of their own dialog and conversation, one after the other or nested."""
    capture = Capture()
    for number, (conversation, ended) in enumerate(conversations):
        more = [user_agent] + ([f"Ms-Conversation-ID: {conversation}"] if conversation else [])
        for start, cseq in (("INVITE sip:bob@example.com SIP/2.0", "1 INVITE"), ("BYE sip:bob@example.com SIP/2.0", "2 BYE")):
            if start.startswith("INVITE") or ended:
                capture.udp(CLIENT, SERVER, message(start, more, call_id=f"dialog{number}@test", cseq=cseq))
    return capture


def numbers(bench, capture):
    """The call number of each frame, None where it has none; the same in one pass and in two."""
    path = write(bench, capture, "numbers.pcap")
    rows = bench.rows(path, ["msice.call"])
    assert bench.rows(path, ["msice.call"], "-2") == rows
    calls_of = (row.one("msice.call") for row in rows.values())
    return [int(number) if number else None for number in calls_of]


def write(bench, capture, name):
    path = bench.scratch / name
    capture.write(path)
    path.chmod(0o644)
    return str(path)


@pytest.mark.parametrize("identity", ["sip:Ann@example.com", "sip:ann@EXAMPLE.com", "SIP:ANN@Example.Com"])
def test_identity_in_another_case(bench, identity):
    """Clients write a user's address as it was typed: the credentials are the same user's."""
    path = write(bench, stories.both_remote_credentials(identity).capture, "case.pcap")
    assert verdicts(calls(bench, path)) == ["credentials (high)"]


@pytest.mark.parametrize("name, confidence", [
    ("story-both-internal.pcap", "high"),     # frames show it
    ("story-both-remote.pcap", "high"),
    ("diag-stories-tcp.pcap", "medium"),      # the addresses of the header agree
    ("sig-call-udp.pcap", "low")])            # nothing but flags
def test_confidence_means_what_it_says(bench, name, confidence):
    (verdict,) = verdicts(calls(bench, name))
    assert verdict.endswith(f"({confidence})"), verdict


def test_dialogs_and_conversations(bench):
    """Dialogs of one conversation are one call while none has ended; then it is tried again. Others' calls have no
    number."""
    assert numbers(bench, dialogs(("one", False), ("one", True))) == [1, 1, 1]
    assert numbers(bench, dialogs(("one", True), ("one", True))) == [1, 1, 2, 2]
    assert numbers(bench, dialogs(("one", True), ("two", True), (None, True))) == [1, 1, 2, 2, 3, 3]
    assert numbers(bench, dialogs((None, True), user_agent="User-Agent: telephone")) == [None, None]
    # Sharing is tried again while the audio of the conversation goes on.
    assert numbers(bench, dialogs(("one", False), ("one", True), ("one", True))) == [1, 1, 1, 1, 1]


def allocation(capture, client, server, number, *more):
    """An Allocate request that is challenged, and its repetition with credentials."""
    for signed in (False, True):
        capture.udp(client, server, turn.allocate(turn.identity(number + signed), *more, signed=signed))


RELAY, NAT = ("203.0.113.5", 3478), "198.51.100.99"


@pytest.mark.parametrize("same", (True, False))
def test_join_by_relay_credentials(bench, same):
    """Who allocates with the credentials that MRAS gave to a user is that user, also behind a NAT that nothing else
    sees through; and a computer's addresses that use the same credentials are one computer."""
    capture = Capture()
    name = base64.b64encode(turn.USERNAME if same else bytes(52)).decode()
    capture.udp(CLIENT, SERVER, message("SERVICE sip:edge.example.com SIP/2.0", [LYNC],
                                        mras_request("sip:alice@example.com"), "mras@test", "1 SERVICE", MRAS))
    capture.udp(SERVER, CLIENT, message("SIP/2.0 200 OK", ["Server: RTC/5.0"], mras_reply(username=name), "mras@test",
                                        "1 SERVICE", MRAS))
    allocation(capture, (NAT, 50022), RELAY, 1)
    allocation(capture, ("192.0.2.44", 50024), RELAY, 3)
    capture.udp(CLIENT, SERVER, message("INVITE sip:bob@example.com SIP/2.0", [LYNC], cseq="1 INVITE"))
    path = write(bench, capture, "credentials.pcap")
    request, reply, *allocations, invite = (row.one("msice.call") for row in bench.rows(path, ["msice.call"], "-2").values())
    # The unsigned request of the second address is known to be of the same user when the signed one comes.
    assert allocations == ["1"] * 4
    assert (invite == "1") == same
    assert request == reply == invite


@pytest.mark.parametrize("dialog, calls_of", (("sharing@test", [1, 1]), ("other@test", [1, 2])))
def test_header_in_a_report(bench, dialog, calls_of):
    """The headers of an error report speak of the dialog that the report names, not of the one it is sent in."""
    capture = Capture()
    capture.udp(CLIENT, SERVER, message("INVITE sip:bob@example.com SIP/2.0", [LYNC], OFFER, dialog, "1 INVITE"))
    capture.udp(CLIENT, SERVER, message("SERVICE sip:bob@example.com SIP/2.0", [LYNC], error_report(), "report@test",
                                        "1 SERVICE", ERRORS))
    assert numbers(bench, capture) == calls_of


def test_nothing_joins_other_computers(bench):
    capture = Capture()
    allocation(capture, (NAT, 50022), RELAY, 1)
    capture.udp(("192.0.2.44", 50024), RELAY, turn.allocate(turn.identity(3)))
    assert numbers(bench, capture) == [1, 1, 2]


@pytest.mark.parametrize("first", ("allocation", "invite"))
@pytest.mark.parametrize("same", (True, False))
def test_join_by_call_identifier(bench, first, same):
    """An allocation may name the Call-ID it is for, before or behind the INVITE. [MS-TURNBWM] 2.2.13"""
    capture = Capture()
    named = turn.att(0x8062, b"dialog@test" if same else b"other@test")
    steps = {"allocation": lambda: allocation(capture, (NAT, 50022), RELAY, 1, named),
             "invite": lambda: capture.udp(CLIENT, SERVER, message("INVITE sip:bob@example.com SIP/2.0", [LYNC], OFFER,
                                                                   "dialog@test", "1 INVITE"))}
    steps.pop(first)()
    for step in steps.values():
        step()
    assert len(set(numbers(bench, capture))) == (1 if same else 2)


def test_letter_in_front_of_the_method(bench):
    """The checksum of UDP stands in front of the message and may look like a part of its method."""
    found = set()
    for number in range(400):
        capture = Capture()
        capture.udp(CLIENT, SERVER, message("INVITE sip:bob@example.com SIP/2.0", [LYNC, f"X-Number: {number ** 3 * 104729:x}"],
                                            OFFER, cseq="1 INVITE"))
        ((_, frame, _),) = capture.frames
        before = chr(frame[frame.index(b"INVITE") - 1])
        if before.isascii() and before.isupper() and before not in found:
            found.add(before)
            assert numbers(bench, capture) == [1], before
        if len(found) == 2:
            return
    raise AssertionError("no such checksum")


def test_sign_behind_the_start(bench):
    """A gateway's INVITE has no sign of Microsoft's, its answer has: a second pass gives both to the call. Signs are
    looked for where SDP is, not in the ringing before it."""
    capture = Capture()
    server = ["Server: RTCC/5.0.0.0 MediationServer"]
    capture.udp(CLIENT, SERVER, message("INVITE sip:bob@example.com SIP/2.0", ["User-Agent: gateway"], OFFER,
                                        cseq="1 INVITE"))
    capture.udp(SERVER, CLIENT, message("SIP/2.0 180 Ringing", server, cseq="1 INVITE"))
    capture.udp(SERVER, CLIENT, message("SIP/2.0 200 OK", server, OFFER, cseq="1 INVITE"))
    path = write(bench, capture, "gateway.pcap")
    assert bench.fields(path, ["msice.call"]) == [[[]], [[]], [["1"]]]
    assert bench.fields(path, ["msice.call"], "-2") == [[["1"]]] * 3


def test_off_and_limits(bench):
    """A preference switches the analysis off; a limit that is reached is a finding."""
    name = "story-proxy-443.pcap"
    assert bench.frames(name, "msice.call or msdiag.verdict or icewarn.evidence", "-o", "mscall.analysis:FALSE") == []
    assert bench.frames(name, "msice.expert.analysis_limit") == []
    for limit in ("max_calls", "max_endpoints", "max_attempts", "max_frames"):
        assert len(bench.frames(name, "msice.expert.analysis_limit", "-o", f"mscall.{limit}:0")) == 1, limit


def test_tree(bench):
    """-z msice,tree counts calls, their flags and verdicts, relays and who answered on 443."""
    text = bench.tshark("story-proxy-443-answer.pcap", "-q", "-z", "msice,tree")
    rows = [re.sub(r"\s+\d+\s+0\.\d+\s.*", "", line).strip() for line in text.splitlines()]
    for row in ("23 one endpoint internal, one remote", "0x800000 pseudo-TLS failed", "applicationsharing", "remote-internal", "UDP 203.0.113.5:3478",
                "answered", "HTTP proxy",
                "http_proxy: A forward proxy answers on TCP 443 in place of the Edge, so that no relay over TCP can be allocated."):
        assert row in rows, text


def test_medium_of_the_flat_form(bench):
    """MediaType stands in front of the flags it explains, also when nobody looks at the tree."""
    capture = Capture()
    capture.udp(CLIENT, SERVER, message("BYE sip:bob@example.com SIP/2.0", [LYNC, FLAT_IPV6]))
    assert [row["media"] for row in calls(bench, write(bench, capture, "flat.pcap"))] == ["audio"]


def test_filter_of_the_table(bench):
    """The table shows the calls that have packets which pass its filter."""
    assert calls(bench, "sig-findings.pcap") != []
    assert [row["call"] for row in calls(bench, "sig-findings.pcap", tap="msice,calls,msice.call==3")] == ["3"]


# Postdissectors of Wireshark 4.0 to 4.6, but for those of its own plugins, which are not loaded here.
POSTDISSECTORS = ("communityid", "prp", "snort", "stcsig")


def test_without_stock_postdissectors(bench):
    """Wireshark looks for a postdissector only where one with an enabled protocol is registered; ours has none."""
    options = ("-2", "-q", "-z", "msice,calls")
    off = [word for name in POSTDISSECTORS for word in ("--disable-protocol", name)]
    calls = bench.tshark("packets-relay-silent.pcap", *options, *off)
    assert "relay_unreachable (high)" in calls
    assert calls == bench.tshark("packets-relay-silent.pcap", *options)
