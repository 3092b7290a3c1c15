# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between Teams and the telephone network, through an SBC."""
import re

import pytest

import captures
import mutations
from call_table import cause, rows_of
from gen import direct_routing
from gen.wire import Stream

pytestmark = pytest.mark.concluded

PRODUCT = "Teams Direct Routing, version 2022.2.21.3: i.EUNO.7"


def test_bypass_call(bench):
    """The call in which all is well: one row, connected, the product in words, and nothing to complain about."""
    (row,) = rows_of(bench.tshark("sbc-bypass.pcap", "-2", "-q", "-z", "msice,calls"))
    assert (row["outcome"], row["path"], row["verdict"]) == ("connected", "through NAT", "-")
    assert row["from"].startswith("sip:+15550100@sip.pstnhub.microsoft.com")
    frames = bench.rows("sbc-bypass.pcap", ["msice.call", "sip.CSeq", "msdiag.product"], "-2")
    assert {value for frame in frames.values() for value in frame["msice.call"]} == {"1"}
    assert all(frame["msice.call"] for frame in frames.values())
    assert {value for frame in frames.values() for value in frame["msdiag.product"]} == {PRODUCT}
    warned = bench.frames("sbc-bypass.pcap", "(msice or msdiag or msturn) and _ws.expert.severity >= 0x400000", "-2")
    assert warned == []


def test_legs(bench):
    """By product or host a dialog is a call; dialogs that share an id are one, while one of them goes on."""
    calls = {}
    for frame in bench.rows("sbc-legs.pcap", ["msice.call", "sip.Call-ID"], "-2").values():
        number = int(re.match(r"dr(\d+)@test", frame.one("sip.Call-ID"))[1]) // 10 - 1
        calls.setdefault(list(direct_routing.LEGS)[number], set()).update(frame["msice.call"])
    assert {name: len(found) for name, found in calls.items()} == {
        name: wanted for name, (_, wanted) in direct_routing.LEGS.items()}


FIELDS = ["reason_code", "call_end_reason", "reason_call", "reason_text", "response_by", "response_code"]
FINDINGS = ["call_end", "teams_ended", "teams_refused", "sbc_refused", "media_failure"]


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_ends(bench, passes):
    """Why a call ended, by whom, with Microsoft's code where its table has one: a row each in the generator."""
    names = [f"msdiag.{name}" for name in FIELDS]
    rows = bench.rows("sbc-ends.pcap", names, *passes)
    infos = bench.infos("sbc-ends.pcap", *passes)
    found = {name: set(bench.frames("sbc-ends.pcap", f"msdiag.expert.{name}", *passes)) for name in FINDINGS}
    for number, (case, (_, fields, finding, words)) in enumerate(direct_routing.ENDS.items(), 1):
        row = rows[2 * number]
        assert {name: ",".join(row[f"msdiag.{name}"]) or None for name in FIELDS} == {**dict.fromkeys(FIELDS), **fields}, case
        assert {name for name in FINDINGS if 2 * number in found[name]} == ({finding} if finding else set()), case
        assert infos[2 * number - 1].partition(" | ")[2].lstrip("| ") == (words or ""), case
        assert not any(2 * number - 1 in frames for frames in found.values()), case


def test_end_tells_the_outcome(bench):
    """A call that Microsoft ends because it found no path has failed, though no packet of it was captured."""
    rows = rows_of(bench.tshark("sbc-ends.pcap", "-2", "-q", "-z", "msice,calls"))
    outcomes = dict(zip(direct_routing.ENDS, (row["outcome"] for row in rows), strict=True))
    assert {case for case, outcome in outcomes.items() if outcome == "failed"} == {"no path", "with prefix"}
    assert set(outcomes.values()) == {"failed", "no media"}


@pytest.mark.parametrize("port", ["UDP", 5061, 5067, "log"])
@pytest.mark.parametrize("case", ["normal", "cancelled", "no path", "phrase of another status"])
def test_end_without_its_beginning(bench, case, port):
    """Of a capture that begins in the middle of a call, with something else, the end tells why all the same: over UDP,
    over TCP on a port of SIP's or, put together from segments, on another, and in messages out of a log."""
    (build, inbound), fields, finding, words = direct_routing.ENDS[case]
    call = direct_routing.SbcCall(1, direct_routing.Capture(), inbound)
    build(call)
    ((_, data, *_),) = call.capture.frames
    capture = direct_routing.Capture()
    capture.udp(("192.0.2.9", 1000), ("192.0.2.10", 2000), b"something else")
    if port == "UDP":
        capture.frame(data)
    elif port != "log":
        stream = Stream(capture, (direct_routing.SERVICE[0], 50100), (direct_routing.SBC[0], port))
        stream.send(0, data[42:], sizes=[200])
    path = written(bench, capture)
    if port == "log":
        captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("data", b"something else"),
                                                     mutations.exported_pdu("sip", data[42:])])
    names = [f"msdiag.{name}" for name in FIELDS] + [f"msdiag.expert.{finding}", "msice.call"]
    for passes in ([], ["-2"]):
        row = list(bench.rows(path, names, *passes).values())[-1]
        assert {name: row.one(f"msdiag.{name}") for name in fields} == fields
        assert row[f"msdiag.expert.{finding}"] and row["msice.call"] == ["1"]
        assert bench.infos(path, *passes)[-1].endswith(words)


def test_reasons_of_others(bench):
    """Plain SIP with a Reason header stays as it is."""
    assert bench.frames("other-traffic.pcap", "sip.Reason") != []
    assert bench.frames("other-traffic.pcap", "msdiag.reason_header or msdiag.response_by") == []


def test_headers(bench):
    """Headers of these products are typed fields, and none of them is unknown to anybody."""
    names = sorted({f"mspath.{name}" for _, fields in direct_routing.HEADERS.values() for name in fields})
    rows = bench.rows("sbc-headers.pcap", names)
    for number, (case, (_, fields)) in enumerate(direct_routing.HEADERS.items(), 1):
        wanted = {f"mspath.{name}": values for name, values in fields.items()}
        assert {name: [value.strip() for value in rows[number][name] if value] for name in names} == {
            name: wanted.get(name, []) for name in names}, case
    assert bench.frames("sbc-headers.pcap", "sip.unrecognized_header") == []
    assert bench.run("tshark", "-r", bench.capture("sbc-headers.pcap"), "-Y", "sip.unrecognized_header",
                     plugin=False).stdout != ""
    tree = bench.tshark("sbc-headers.pcap", "-V", "-Y", "mspath.user_location")
    assert "User Location: external (outside: media need addresses that the Internet reaches)" in tree
    assert re.search(r"User Location: +Internal +\(in the network of the SBC", tree)


BYPASS = ["sbc_candidates", "sbc_checks", "sbc_answer_changed", "aggressive_nomination", "no_final_offer",
          "sbc_srtp_suite", "sbc_address_private", "no_relay_candidate", "no_candidates"]


@pytest.fixture(scope="module")
def told(bench):
    """A function that gives of a call of direct_routing.RULES its row in the table and its findings with their frames."""
    def tell(name):
        path = bench.scratch / "rule.pcap"
        direct_routing.RULES[name][0](1).capture.write(path)
        path.chmod(0o644)
        (row,) = rows_of(bench.tshark(str(path), "-2", "-q", "-z", "msice,calls"))
        names = [f"msice.expert.{name}" for name in BYPASS]
        frames = bench.rows(str(path), ["_ws.malformed", *names], "-2")
        assert not any(frame["_ws.malformed"] for frame in frames.values())
        return row, {name: [number for number, frame in frames.items() if frame[f"msice.expert.{name}"]]
                     for name in BYPASS}
    return tell


@pytest.mark.parametrize("name", direct_routing.RULES)
def test_rules_of_bypass(told, name):
    """Each rule that is broken is a finding on the frame that breaks it; what looks alike is none."""
    _, finding, frame, outcome, rule = direct_routing.RULES[name]
    row, findings = told(name)
    found = {key: frames for key, frames in findings.items() if frames}
    if finding != "no_final_offer" and outcome != "connected":
        found.pop("no_final_offer", None)
    assert list(found) == ([finding] if finding else []), found
    if frame:
        assert found[finding][0] == frame
    named = cause(row["verdict"])
    assert (row["outcome"], named and named.rule) == (outcome, rule)


@pytest.mark.parametrize("name", ["all is well", "call from the line", "without bypass", "blocked", "private address"])
def test_parts_of_a_call(bench, name):
    """The beginning of a call is never surer than the whole: no cause where the whole has none, else the same."""
    call = direct_routing.RULES[name][0](1)
    whole, frames = direct_routing.RULES[name][4], call.capture.frames
    path = bench.scratch / "part.pcap"
    for count in range(1, min(len(frames), 18)):
        call.capture.frames = frames[:count]
        call.capture.write(path)
        path.chmod(0o644)
        for row in rows_of(bench.tshark(str(path), "-2", "-q", "-z", "msice,calls")):
            assert (cause(row["verdict"]) or (whole,))[0] == whole, (count, row)


@pytest.mark.parametrize("address", ["203.0.113.10", "10.10.10.10", "192.0.2.1"])
def test_known_by_the_request_line_alone(bench, address):
    """What an SBC sends first names the service nowhere else; bytes of the address may look like line ends."""
    call = direct_routing.SbcCall(capture=direct_routing.Capture(), inbound=True)
    call.sbc = address, 5060
    call.parties = call.parties[0], f"<sip:+15550100@{direct_routing.SBC_NAME}>"
    call.request(False, "INVITE", body=direct_routing.sbc_body())
    path = bench.scratch / "request.pcap"
    call.capture.write(path)
    path.chmod(0o644)
    assert [row["from"] for row in rows_of(bench.tshark(str(path), "-q", "-z", "msice,calls"))] == [
        "sip:+15550199@sbc.example.com:5061"]


def written(bench, capture, name="call.pcap"):
    path = bench.scratch / name
    capture.write(path)
    path.chmod(0o644)
    return str(path)


@pytest.mark.parametrize("status", [415, 422, 486, 488, 491, 500])
@pytest.mark.parametrize("by_teams", [True, False])
def test_refused_reinvite_refuses_no_call(bench, status, by_teams):
    """The session stays as it was (RFC 3261, 14.1)."""
    path = written(bench, direct_routing.answered_again(status, by_teams=by_teams).capture)
    (row,) = rows_of(bench.tshark(path, "-2", "-q", "-z", "msice,calls"))
    assert (row["outcome"], row["verdict"]) == ("connected", "-")
    assert bench.frames(path, "msdiag.response_by or msdiag.expert.sbc_refused or msdiag.expert.teams_refused", "-2") == []


@pytest.mark.parametrize("status", [486, 488, 500])
@pytest.mark.parametrize("by_teams", [True, False])
def test_refused_reinvite_of_a_call_that_began_before(bench, status, by_teams):
    """The same where the capture begins in the middle of the call: the tag of the other side tells."""
    call = direct_routing.SbcCall()
    call.talk()
    direct_routing.refuse_again(call, status, by_teams)
    call.talk()
    call.bye(direct_routing.NORMAL)
    path = written(bench, call.capture)
    assert bench.frames(path, "msdiag.expert.teams_refused or msdiag.expert.sbc_refused") == []


@pytest.mark.parametrize("answered", [True, False])
def test_ringing_goes_one_way(bench, answered):
    """Before the call is answered, nobody need send anything."""
    (row,) = rows_of(bench.tshark(written(bench, direct_routing.ringing(answered).capture), "-q", "-z", "msice,calls"))
    assert (row["outcome"], row["verdict"]) == ("connected", "-")


@pytest.mark.parametrize("lines, options", [(["a=sendonly"], {}), (["a=inactive"], {}), (["a=recvonly"], {"by_teams": False}),
                                            ([], {"by_teams": False, "connection": "0.0.0.0"})])
def test_hold(bench, lines, options):
    """A silence that SDP tells of proves nothing, as long as it lasts."""
    held = written(bench, direct_routing.held(*lines, **options).capture)
    (row,) = rows_of(bench.tshark(held, "-q", "-z", "msice,calls"))
    assert (row["outcome"], row["verdict"]) == ("connected", "-")
    resumed = written(bench, direct_routing.held(*lines, resumed=True, **options).capture)
    (row,) = rows_of(bench.tshark(resumed, "-q", "-z", "msice,calls"))
    assert (row["outcome"], cause(row["verdict"]).rule) == ("interrupted", "path_lost")


@pytest.mark.parametrize("by_teams", [True, False])
def test_answer_of_who_names_nobody(bench, by_teams):
    """A final answer without Server and Contact comes from who was asked."""
    call = direct_routing.SbcCall(inbound=by_teams)
    call.invite()
    call.response(by_teams, "403 Forbidden", direct_routing.reason(21, "No trunk config was found"), server=None)
    path = written(bench, call.capture)
    found = bench.rows(path, ["msdiag.response_by", "msdiag.response_code"])[2]
    assert found.one("msdiag.response_by") == ("Microsoft" if by_teams else "SBC")
    assert found.one("msdiag.response_code") == ("510532" if by_teams else "560403")


@pytest.mark.parametrize("checks, found", [(direct_routing.SbcCall.agree, "although a path was found"), (lambda call: None, "failed or never ended")])
def test_final_offer_that_is_missing(bench, checks, found):
    """What is missing is said, and not that checks failed where they did not."""
    call = direct_routing.SbcCall()
    call.invite()
    call.answer()
    call.ack()
    checks(call)
    call.bye(direct_routing.NORMAL)
    assert found in bench.tshark(written(bench, call.capture), "-q", "-z", "expert")


@pytest.mark.parametrize("status, refused", [(401, False), (422, False), (491, False), (486, True), (503, True)])
def test_first_answer(bench, status, refused):
    """Some answers ask to try again, the others refuse the call."""
    path = written(bench, direct_routing.asked_twice(status).capture)
    assert bool(bench.frames(path, f"msdiag.response_by and sip.Status-Code == {status}", "-2")) == refused


def fold(data):
    """A message with each value of some headers in lines of its own (RFC 3261, 7.3.1)."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [re.sub(rb"^[a-z-]+:|;(?![^<]*>)", rb"\g<0>\r\n\t ", line, flags=re.I)
             if re.match(rb"(?i)(from|to|call-id|contact|reason|user-agent):", line) else line
             for line in head.split(b"\r\n")]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_folded_headers(bench):
    """A value that goes on in other lines says what it says in one."""
    plain, folded = (direct_routing.bypass() for _ in range(2))
    folded.capture = direct_routing.Capture({direct_routing.SBC[0]}, dict(direct_routing.TTLS))
    send = folded.capture.udp
    folded.capture.udp = lambda src, dst, data, after=0.01: send(src, dst, fold(data) if src[1] == 5060 else data, after)
    for step in (folded.invite, lambda: folded.answer("183 Session Progress"), folded.answer, folded.ack, folded.agree,
                 folded.final, folded.talk, lambda: folded.bye(direct_routing.NORMAL)):
        folded.checks = folded.checks if step != folded.agree else 0
        step()
    tables = [bench.tshark(written(bench, call.capture), "-2", "-q", "-z", "msice,calls") for call in (plain, folded)]
    assert tables[0] == tables[1] and "connected" in tables[0]
    names = ["msdiag.reason_code", "msdiag.reason_call", "msdiag.call_end_reason", "sip.Call-ID", "msice.call"]
    found = [[{name: [" ".join(value.split()) for value in row[name]] for name in names}
              for row in bench.rows(written(bench, call.capture), names, "-2").values()] for call in (plain, folded)]
    assert found[0] == found[1] and any(row["msdiag.call_end_reason"] for row in found[0])


def test_end_by_the_sbc(bench):
    """The SBC hands on why a call ends: it is not Microsoft who ends it."""
    call = direct_routing.leg(direct_routing.Capture(), 1, False)
    call.bye(direct_routing.NORMAL, by_teams=False)
    path = written(bench, call.capture)
    (row,) = bench.rows(path, ["_ws.expert.message"], "-2", "-Y", "msdiag.expert.call_end").values()
    assert "The SBC ends the call: CallEndReasonLocalUserInitiated" in row["_ws.expert.message"]


def test_fax_has_no_srtp(bench):
    """The suite is a matter of RTP."""
    call = direct_routing.SbcCall()
    call.invite()
    call.answer(body=direct_routing.sbc_body() + "m=image 6400 udptl t38\r\n")
    path = written(bench, call.capture)
    assert bench.frames(path, "msice.expert.sbc_srtp_suite") == []
    assert bench.frames(path, 'sdp.media == "image 6400 udptl t38"') != []


@pytest.mark.parametrize("older, found", [("older", True), (None, False)])
def test_answers_in_one_segment(bench, older, found):
    """183 and 200 of an SBC that speaks TCP may come in one segment: they are compared all the same."""
    call = direct_routing.SbcCall()
    call.invite()
    call.answer("183 Session Progress", direct_routing.sbc_body(ufrag=older) if older else None)
    call.answer()
    invite, *answers = (frame[1][42:] for frame in call.capture.frames)
    capture = direct_routing.Capture({direct_routing.SBC[0]}, dict(direct_routing.TTLS))
    stream = Stream(capture, (direct_routing.SERVICE[0], 50100), direct_routing.SBC)
    stream.send(0, invite)
    stream.send(1, b"".join(answers), after=0.1)
    path = written(bench, capture)
    for passes in ([], ["-2"]):
        rows = bench.rows(path, ["sip.Status-Code", "msice.expert.sbc_answer_changed"], *passes)
        (row,) = [row for row in rows.values() if row["sip.Status-Code"]]
        assert row["sip.Status-Code"] == ["183", "200"] and len(row["msice.expert.sbc_answer_changed"]) == found


@pytest.mark.parametrize("seen", [True, False])
def test_inner_leg_of_a_proxy(bench, seen):
    """What a proxy hands on inside is not what Teams sees: its rules are not for that. seen: Teams' own messages are in the
    capture, from their public address."""
    call = direct_routing.SbcCall()
    call.invite()
    if not seen:
        call.capture.frames.clear()
    plain = direct_routing.audio(("10.20.0.5", 7000), ufrag=None, password=None, suite=None, protocol="RTP/AVP")
    call.sbc, service = ("10.20.0.5", 5060), direct_routing.SERVICE
    direct_routing.SERVICE = "10.20.0.2", 5060
    try:
        call.answer(body=plain)
    finally:
        direct_routing.SERVICE = service
    path = written(bench, call.capture)
    for passes in ([], ["-2"]):
        found = bench.frames(path, "msice.expert.sbc_srtp_suite and msice.expert.sbc_address_private", *passes)
        assert bool(found) == (not seen)
