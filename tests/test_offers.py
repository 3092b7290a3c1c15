# SPDX-License-Identifier: GPL-2.0-or-later
"""Offers of today's clients: which candidate is the default one, whose candidates a section goes by, and that each
field stands where its words do."""
import re
import xml.etree.ElementTree as ElementTree

import pytest

from call_table import CANDIDATES, rows_of
from conftest import TOP
from gen import offers, signalling
from gen.dialects import OWN, PEER, Dialect
from gen.media_call import MediaCall
from gen.signalling import answer, invite, sdp
from gen.sip import CLIENT, SERVER, message
from gen.wire import Capture
from golden import everything

LYNC = Dialect()
CAPTURE = "sig-offers.pcap"
OURS = ("icewarn", "msice", "msturn", "mras")
# Captures whose bodies stand in one frame each.
WHOLE = ["sig-call-udp.pcap", "sig-samples.pcap", "sig-findings.pcap", "sig-mras.pcap", CAPTURE,
         *sorted(path.name for path in (TOP / "pcaps").glob("turn-*.pcap"))]


def summaries(bench, call):
    """The lines about the media of an offer, by medium."""
    row = bench.fields(CAPTURE, ["msice.media.summary"], "-Y", f'sip.Call-ID == "{call}" && sip.Method == "INVITE"')
    return dict(text.split(": ", 1) for text in row[0][0])


@pytest.mark.parametrize("name", offers.DEFAULTS)
def test_default_candidate(bench, name):
    """The m= line names a transport, and the default candidate has it."""
    tree = bench.tshark(CAPTURE, "-V", "-Y", f'sip.Call-ID == "default-{name}@test"')
    found = []
    for text in re.split(r"^ +Candidate: ", tree, flags=re.M)[1:]:
        if "[Default Candidate: True]" in text:
            found.append(" ".join(text.split()[1:3]))
    assert found == offers.DEFAULTS[name][1]


@pytest.mark.parametrize("name", offers.SHARED)
def test_sections_that_share_candidates(bench, name):
    session, _, shared = offers.SHARED[name]
    told = summaries(bench, f"shared-{name}@test")
    how = "BUNDLE" if session else "inferred"
    for medium, other in shared.items():
        if other:
            assert told[medium].startswith(f"candidates of {other} ({how}")
        else:
            assert told[medium] == "no candidates"
    text = bench.tshark(CAPTURE, "-V", "-Y", f'sip.Call-ID == "shared-{name}@test"')
    missed = {line.split("]: ")[-1].split("]")[0].split("): ")[-1].split(":")[0] for line in text.splitlines()
              if "[Expert Info" in line and "no candidates at all" in line}
    assert missed == {medium for medium, other in shared.items() if other is None}


def test_an_answer_that_shares(bench):
    wrong, links = ["msice.expert.no_candidates", "msice.expert.address_family_mismatch"], "msice.other_side_in"
    row, *_ = bench.rows(CAPTURE, [*wrong, links], "-Y", 'sip.Status-Code == 200').values()
    assert not any(row[name] for name in wrong) and len(row[links]) == 3


@pytest.mark.parametrize("header, more, warned", [
    ("User-Agent: Asterisk PBX 18.9.0", [], False), ("Server: Audiocodes-Sip-Gateway-Mediant/v.7.20A", [], False),
    ("User-Agent: Asterisk PBX 18.9.0", ["m=video 50004 RTP/AVP 34", "a=candidate:1 1 UDP 2130706431 192.0.2.6 50004 typ host"],
     True),
    ("User-Agent: Asterisk PBX 18.9.0", ["a=x-source:main-audio"], True), ("Supported: timer", [], True),
    ("Server: RTCC/6.0.0.0 MediationServer", [], True),
    ("User-Agent: UCCAPI/16.0.4266.1001 OC/16.0.4266.1001 (Skype for Business)", [], True)])
def test_an_answer_without_candidates(bench, header, more, warned):
    """A gateway of others need not speak ICE; one that does, or a product of Microsoft's, has some."""
    capture, ends = Capture(), (("192.0.2.5", 5060), ("192.0.2.6", 5060))
    capture.udp(*ends, signalling.invite(signalling.sdp("192.0.2.5", signalling.ONLY_IPV4)))
    capture.udp(*ends[::-1], message("SIP/2.0 200 OK", [header], signalling.sdp("192.0.2.6", ["m=audio 50002 RTP/AVP 0", *more]),
                                     "audio@test", "1 INVITE"))
    path = bench.scratch / "without.pcap"
    capture.write(path)
    path.chmod(0o644)
    row = bench.rows(path, ["msice.expert.no_candidates", "msice.media.summary"])[2]
    assert "audio: no candidates" in row["msice.media.summary"][0] and bool(row["msice.expert.no_candidates"]) == warned


def test_offers_of_teams_bring_no_warning(bench):
    calls = ["default-teams", "shared-teams", "shared-group", "shared-credentials", "shared-bundle_only"]
    for call in calls:
        assert bench.frames(CAPTURE, f'sip.Call-ID == "{call}@test" && _ws.expert.severity >= 6291456 && '
                            'msice.candidate') == [], call


def test_priorities_of_teams(bench):
    rows = bench.fields(CAPTURE, ["msice.candidate.priority", "msice.candidate.priority.transport_preference"],
                        "-Y", 'sip.Call-ID == "default-teams@test"')
    assert rows == [[["54001663", "18087935", "18087935"], ["3", "1", "1"]]]


@pytest.mark.parametrize("name", offers.OTHERS)
def test_transports_and_types_of_others(bench, name):
    """The grammar lets anyone add words: they are no errors, and no sign of Microsoft's."""
    _, summary, unknown, microsoft = offers.OTHERS[name]
    findings = ["msice.expert.candidate_malformed", "msice.expert.candidate_unknown", "msice.expert.no_relay_candidate",
                "msice.candidate.default", "msice.call"]
    (row,) = bench.rows(CAPTURE, ["msice.media.summary", *findings], "-Y",
                        f'sip.Call-ID == "others-{name}@test"').values()
    assert row["msice.media.summary"][0].split(": ", 1)[1] == summary
    assert [bool(row[finding]) for finding in findings[:4]] == [False, unknown, False, False]
    assert bool(row["msice.call"]) == microsoft, row


def test_simultaneous_open_in_the_table(bench):
    rows = rows_of(bench.tshark(CAPTURE, "-q", "-z", "msice,candidates"), CANDIDATES)
    assert [(row["transport"], row["local"]) for row in rows if row["medium"] == "applicationsharing"][-2:] == [
        ("TCP", "192.0.2.7:50000"), ("TCP", f"{offers.RELAY}:51000")]


def test_an_unknown_transport_is_shown_as_it_stands(bench):
    tree = bench.tshark(CAPTURE, "-V", "-Y", 'sip.Call-ID == "others-both@test"')
    assert "Candidate: type unknown ssltcp 192.0.2.7:443 (RTP)" in tree and "Candidate line: unknown transport and type" in tree


def test_srtp_suites(bench):
    """The suites of all the RFCs; never a key, also where it stands in the place of one."""
    rows = bench.fields(CAPTURE, ["msice.sdp.crypto.suite"], "-Y", "msice.sdp.crypto")
    assert [row[0] for row in rows] == [[suite] if suite else [] for suite in offers.SUITES.values()]
    stock, ours = bench.tshark(CAPTURE, "-V"), everything(bench, CAPTURE)
    assert offers.SECRET in stock and not re.search(offers.SECRET, ours, re.I)


def written(bench, capture, name):
    path = bench.scratch / name
    capture.write(path)
    path.chmod(0o644)
    return str(path)


WRONG = ["msice.expert." + name for name in ("address_family_mismatch", "no_candidates", "no_relay_candidate",
                                             "candidate_malformed", "no_final_offer")]


@pytest.mark.parametrize("name", offers.HEALTHY)
def test_healthy_lists(bench, name):
    capture = Capture()
    offer, reply = ([offers.section("audio", 50000, *lines)] for lines in offers.HEALTHY[name])
    capture.udp(CLIENT, SERVER, invite(sdp("192.0.2.7", *offer)))
    capture.udp(SERVER, CLIENT, answer(sdp("192.0.2.9", *reply)))
    rows = bench.rows(written(bench, capture, f"{name}.pcap"), WRONG).values()
    assert {finding for row in rows for finding in WRONG if row[finding]} == set()


def test_blanks_around_names(bench):
    capture = Capture()
    capture.udp(CLIENT, SERVER, invite(sdp(offers.RELAY, *offers.BLANKS, session=["a=group:BUNDLE 0  3 "])))
    path = written(bench, capture, "blanks.pcap")
    (row,) = bench.rows(path, ["msice.media.summary", "msice.sdp.mid", *WRONG]).values()
    assert row["msice.media.summary"][1].startswith("video: candidates of audio (BUNDLE")
    assert row["msice.sdp.mid"] == ["0", "3"] and not any(row[finding] for finding in WRONG)


def talking(agent, reply_agent, tail="", port=50000, connection="10.9.9.8", media=True, one_way=False, medium="audio",
            said=()):
    """A call whose lists name none of the sockets that checks and media use: the user fragments alone join them."""
    call = MediaCall(LYNC, client=CLIENT[0], seen=None)
    for ends, start, user, ufrag, where in (((CLIENT, SERVER), "INVITE sip:bob@example.com SIP/2.0", agent, OWN, connection),
                                            ((SERVER, CLIENT), "SIP/2.0 200 OK", reply_agent, PEER, "10.9.9.9")):
        lines = [f"a=ice-ufrag:{ufrag.decode()}{tail}", "a=ice-pwd:abcdefghabcdefghabcdefgh",
                 "a=candidate:1 1 UDP 2130706431 10.9.9.9 50000 typ host", *said]
        call.capture.udp(*ends, message(start, [user], sdp(where, offers.section("audio", 0), offers.section(medium, port, *lines)), "talk@test",
                                        "1 INVITE"))
    if media:
        path = call.direct(("192.0.2.200", 61000), port=50000)
        call.agree(path)
        call.talk(path, 8, received=None if one_way else True)
    call.capture.udp(CLIENT, SERVER, message("BYE sip:bob@example.com SIP/2.0", [agent], call_id="talk@test"), after=2)
    return call.capture


UCCAPI = "User-Agent: UCCAPI/16.0.4266.1001 OC/16.0.4266.1001 (Skype for Business)"
JSSIP = "User-Agent: JsSIP 3.1.2"


@pytest.mark.parametrize("agent, media, told", [(UCCAPI, False, True), (UCCAPI, True, False), (JSSIP, False, False)])
def test_end_without_final_offer(bench, agent, media, told):
    """It matters where no path is known, and of clients that send one always."""
    path = written(bench, talking(agent, agent, media=media), "bye.pcap")
    assert bool(bench.frames(path, "msice.expert.no_final_offer", "-2")) == told


@pytest.mark.parametrize("tail", ("", " ", "\t "))
def test_blanks_behind_a_user_fragment(bench, tail):
    path = written(bench, talking(UCCAPI, UCCAPI, tail), "fragment.pcap")
    assert {row.one("msice.call") for row in bench.rows(path, ["msice.call"], "-2").values()} == {"1"}


@pytest.mark.parametrize("port, outcome", [(9, "one way"), (50000, "connected")])
def test_no_address_yet_is_no_hold(bench, port, outcome):
    """0.0.0.0 with port 9 says that addresses follow; with another port it is an old way to put a call on hold."""
    path = written(bench, talking(UCCAPI, UCCAPI, port=port, connection="0.0.0.0", one_way=True), "hold.pcap")
    assert [row["outcome"] for row in rows_of(bench.tshark(path, "-q", "-z", "msice,calls"))] == [outcome]


@pytest.mark.parametrize("medium, said, outcome", [
    ("video", ["a=sendonly", "a=label:applicationsharing-video"], "connected"), ("video", ["a=sendonly"], "connected"),
    ("video", ["a=label:main-video"], "one way"), ("audio", [], "one way")])
def test_media_that_are_meant_to_go_one_way(bench, medium, said, outcome):
    """Who shares a screen as video is sent none."""
    path = written(bench, talking(UCCAPI, UCCAPI, one_way=True, medium=medium, said=said), "shared.pcap")
    assert [row["outcome"] for row in rows_of(bench.tshark(path, "-q", "-z", "msice,calls"))] == [outcome]


def misplaced(node, parent, size):
    """Names of fields of ours that reach beyond the frame, or begin before their parent (which PDML writes as a
    position far behind it)."""
    name, place = node.get("name", ""), (int(node.get("pos") or 0), int(node.get("size") or 0))
    if name.split(".")[0] in OURS and name.split(".")[1:2] != ["evidence"]:
        if sum(place) > size or (parent and place[0] < parent[0]):
            yield name
    for child in node:
        yield from misplaced(child, place if name.split(".")[0] in OURS else None, size)


@pytest.mark.parametrize("name", WHOLE)
def test_positions_lie_in_the_frame(bench, name):
    wrong = set()
    for packet in ElementTree.fromstring(bench.tshark(name, "-T", "pdml")):
        length = next(int(field.get("show")) for field in packet.iter("field") if field.get("name") == "frame.cap_len")
        for proto in packet:
            wrong.update(misplaced(proto, None, length))
    assert wrong == set()
