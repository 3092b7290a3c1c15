# SPDX-License-Identifier: GPL-2.0-or-later
"""What the messages of a call make of its row: which header counts, whose words, and whose call it is at all."""
import json
import re

import pytest

from call_table import rows_of
from gen.signalling import sdp
from gen.sip import CLIENT, SERVER, bye, message, response
from gen.wire import Capture

AGENT = "User-Agent: UCCAPI/16.0.4639.1000 OC/16.0.4639.1000 (Skype for Business)"
HOST = ["a=candidate:1 1 UDP 2130706431 192.168.20.203 50000 typ host",
        "a=candidate:4 1 TCP-ACT 174848511 198.51.100.195 50001 typ relay raddr 192.168.20.203 rport 50001"]
KEY = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"


def invite(body, *headers, **more):
    return message("INVITE sip:bob@example.com SIP/2.0", headers, body, cseq="1 INVITE", **more)


def audio(*lines):
    return sdp("192.168.20.203", ["m=audio 50000 RTP/SAVP 104", *HOST, *lines])


def told(bench, *messages, options=()):
    """The rows of a call of these messages: pairs of who sends, and the message."""
    capture, path = Capture(), bench.scratch / "messages.pcap"
    for ours, text in messages:
        capture.udp(*((CLIENT, SERVER) if ours else (SERVER, CLIENT)), text, after=0.5)
    capture.write(path)
    path.chmod(0o644)
    return path, rows_of(bench.tshark(str(path), *options, "-q", "-z", "msice,calls"))


def call(bench, *answers, end=None, body=None, agent=(AGENT,), **more):
    messages = [(True, invite(audio() if body is None else body, *agent)), *((False, answer) for answer in answers)]
    return told(bench, *messages, *([(True, end)] if end else []), **more)


def debug(identity, flags, whose="Caller", reason="x"):
    return f'ms-client-diagnostics: {identity};reason="{reason}";{whose}MediaDebug="audio:ICEWarn={flags}"'


@pytest.mark.parametrize("answers, end, identity, flags", [
    (["101 Progress Report", 'ms-diagnostics: 13004;reason="Request was proxied";source="a"'],
     ["504 Server time-out", 'ms-diagnostics: 1008;reason="Unable to resolve DNS SRV record";source="a"'], "1008", "-"),
    (["200 OK", 'ms-client-diagnostics: 51007;reason="Callee media connectivity diagnosis info";CalleeMediaDebug="audio:ICEWarn=0x0"'],
     debug(51004, "0x40003a0"), "51004", "0x40003a0"),
])
def test_the_end_counts(bench, answers, end, identity, flags):
    """What was reported on the way is not the end of the call."""
    first = response(*answers)
    if isinstance(end, list):
        _, (row,) = call(bench, first, response(*end))
    else:
        _, (row,) = call(bench, first, end=bye(end))
    assert (row["id"], row["ICEWarn"]) == (identity, flags)


@pytest.mark.parametrize("headers, flags, rule", [
    ([debug(23, "0x0,LocalLocation=2,video:ICEWarn=0x80012b")], "0x80012b", "relay_blocked"),
    ([debug(23, "0x0"), debug(23, "0x800128", "Callee")], "0x800128", "firewall_443"),
])
def test_header_of_the_verdict(bench, headers, flags, rule):
    """Of several headers and media the row shows the one that says why, as its frame does."""
    path, (row,) = call(bench, end=bye(*headers))
    assert (row["ICEWarn"], row["verdict"].split(" ")[0]) == (flags, rule)
    assert bench.tshark(str(path), "-Y", f'msice.call.verdict.rule == "{rule}"', "-T", "fields", "-e", "frame.number").split() == ["2"]


@pytest.mark.parametrize("reason, outcome, finding", [
    ("Call terminated on mid-call media failure where both endpoints are remote", "failed", "media_failure"),
    ("A federated call failed to establish due to a media connectivity failure where one endpoint is internal", "failed", "media_failure"),
    ("Call ended by the user, media were fine", "no media", None),
])
def test_words_of_the_sender(bench, reason, outcome, finding):
    """Where the table does not know an id, the sender's own words do."""
    path, (row,) = call(bench, end=bye(debug(39, "0x4000320", reason=reason)))
    assert row["outcome"] == outcome
    found = bench.tshark(str(path), "-Y", "msdiag.expert.media_failure", "-V")
    assert ("39, in the sender's words: " + reason[:40] in found) == (finding is not None)


@pytest.mark.parametrize("between", [",", ";", "; "])
def test_media_apart(bench, between):
    header = ('ms-client-diagnostics: 23;CallerMediaDebug="audio:ICEWarn=0x320,LocalSite=192.0.2.1:5,BaseAddress=192.0.2.1:0'
              f'{between}video:ICEWarn=0x29,LocalSite=192.0.2.2:6"')
    path, _ = call(bench, end=bye(header))
    fields = bench.tshark(str(path), "-Y", "msdiag", "-T", "fields", "-e", "msdiag.media", "-e", "icewarn.flags", "-e",
                          "msdiag.local_site.port", "-e", "msdiag.base_address.ipv4", "-e", "_ws.expert.message")
    assert fields.split("\t")[:4] == ["audio,video", "0x00000320,0x00000029", "5,6", "192.0.2.1"]
    assert "This is not an address" not in fields


@pytest.mark.parametrize("values, info", [
    ('CallerMediaDebug="audio:ICEWarn=0x4000320,video:ICEWarn=0x0"', "ICEWarn=0x4000320 (audio), 0x0 (video)"),
    ('CallerMediaDebug="audio:ICEWarn=0x4000320";CalleeMediaDebug="audio:ICEWarn=0x0"', "ICEWarn=0x4000320 (audio), 0x0 (audio)"),
    ('CallerMediaDebug="audio:LocalSite=192.0.2.1:5,video:ICEWarn=0x20"', "ICEWarn=0x20 (video)"),
    ('MediaType="audio";ICEWarn="0x4000320";ICEWarn="0x20"', "ICEWarn=0x4000320 (audio), 0x20"),
    ('CallerMediaDebug="audio:ICEWarn=0x320"', "ICEWarn=0x320")])
def test_info_of_several_media(bench, values, info):
    """The flags of none are hidden by those of the next; without a tree the worst of all tells the severity."""
    path, _ = told(bench, (True, bye(f'ms-client-diagnostics: 51004;reason="x";{values}')))
    assert bench.infos(str(path)) == [f"Request: BYE sip:bob@example.com | 51004 ended by the user, {info}"]
    column = ("-o", 'gui.column.format:"Expert","%a"')
    assert bench.tshark(str(path), *column) == bench.tshark(str(path), *column, "-Y", "sip")


def test_each_side_has_its_own_data(bench):
    """A header with what both sides tell: each address and set of flags belongs to the side that names it."""
    header = ('ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0x320,LocalSite=192.0.2.1:5000";'
              'CalleeMediaDebug="audio:ICEWarn=0x0,LocalSite=192.0.2.2:6000"')
    path, _ = told(bench, (True, bye(header)))
    row = json.loads(bench.tshark(str(path), "-q", "-z", "msice,json"))
    assert (row["header"]["side"], row["header"]["icewarn"]) == ("caller", "0x320")
    sides = {candidate["at"]["port"]: candidate["side"] for candidate in row["candidates"]}
    assert sides == {5000: "caller", 6000: "callee"}


@pytest.mark.parametrize("length", [None, 3000])
@pytest.mark.parametrize("options", [(), ("-2",)])
def test_datagram_without_its_length(bench, length, options):
    """A datagram need not tell how long its body is (RFC 3261, 18.3), and where it tells too much no more will come."""
    parts = "".join(f"--b\r\nContent-Type: application/sdp\r\n\r\n{body}\r\n" for body in (audio(), audio())) + "--b--\r\n"
    whole = invite(parts, AGENT, content_type='multipart/alternative;boundary="b"')
    line = b"" if length is None else b"Content-Length: %d\r\n" % length
    cut = re.sub(rb"Content-Length: \d+\r\n", line, whole)
    rows, candidates = [], []
    for text in (whole, cut):
        path, found = told(bench, (True, text), (True, bye(AGENT)), options=options)
        rows.append(found)
        candidates.append(json.loads(bench.tshark(str(path), *options, "-q", "-z", "msice,json"))["candidates"])
    assert rows[0] == rows[1] and len(rows[0]) == 1
    assert candidates[0] == candidates[1] and candidates[0]


@pytest.mark.parametrize("header", [None, 'ms-client-diagnostics: 52054; reason="Conversation ended"'])
def test_instant_messages(bench, header):
    """A session of instant messages is no media call, whatever it ends with."""
    text = sdp("192.168.20.203", ["m=message 5060 sip null"])
    _, rows = call(bench, response("200 OK"), end=bye(AGENT, *([header] if header else [])), body=text)
    assert rows == []
    _, rows = call(bench, response("480 Temporarily Unavailable", 'ms-diagnostics: 15030;reason="x"'), body=text)
    assert rows == []


@pytest.mark.parametrize("options", [(), ("-2",)])
def test_candidates_are_a_sign(bench, options):
    """Candidates that only Microsoft's clients write tell whose call it is where no header does."""
    end = bye(debug(22, "0x29"))
    _, (named,) = call(bench, end=end, options=options)
    path, (nameless,) = call(bench, end=end, agent=(), options=options)
    assert nameless == named
    _, rows = call(bench, end=bye(), agent=(), body=sdp("192.168.20.203", ["m=audio 50000 RTP/SAVP 104", HOST[0]]), options=options)
    assert rows == []


@pytest.mark.parametrize("key", ["REMOVED", "*****", "", "A" * 39])
@pytest.mark.parametrize("behind", ["", "\r\n\r\n", "a", "Note"])
@pytest.mark.parametrize("options", [(), ("-2",)])
def test_blotted_key(bench, key, behind, options):
    """The stock dissector throws on a key that somebody has blotted out; the candidates are read all the same,
    whatever the body ends with."""
    end = bye(debug(22, "0x29"))
    _, (whole,) = call(bench, end=end, body=audio(KEY + "A" * 40), options=options)
    path, (blotted,) = call(bench, end=end, body=audio(KEY + key) + behind, options=options)
    assert blotted == whole
    lines = bench.tshark(str(path), *options, "-Y", "msice.candidate", "-T", "fields", "-e", "frame.number", "-e", "msice.candidate.port")
    assert lines.split() == ["1", "50000,50001"]
