# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between Teams and the telephone network, through an SBC."""
import re

import pytest

from call_table import cause, rows_of
from gen import direct_routing

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
        assert {name: row.one(f"msdiag.{name}") for name in FIELDS} == {**dict.fromkeys(FIELDS), **fields}, case
        assert {name for name in FINDINGS if 2 * number in found[name]} == ({finding} if finding else set()), case
        assert infos[2 * number - 1].partition(" | ")[2].lstrip("| ") == (words or ""), case
        assert not any(2 * number - 1 in frames for frames in found.values()), case


def test_end_tells_the_outcome(bench):
    """A call that Microsoft ends because it found no path has failed, though no packet of it was captured."""
    rows = rows_of(bench.tshark("sbc-ends.pcap", "-2", "-q", "-z", "msice,calls"))
    outcomes = dict(zip(direct_routing.ENDS, (row["outcome"] for row in rows), strict=True))
    assert {case for case, outcome in outcomes.items() if outcome == "failed"} == {"no path", "with prefix"}
    assert set(outcomes.values()) == {"failed", "no media"}


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
