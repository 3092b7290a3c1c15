# SPDX-License-Identifier: GPL-2.0-or-later
"""Real peers: two agents of libnice, in Microsoft's compatibility modes, allocate on a small relay of the tests and
check each other through it. The relay writes the capture."""
import base64
import subprocess

import pytest

from conftest import BUILD
from gen.wire import Capture
from peers.relay import Relay

USERNAME, PASSWORD = bytes(range(1, 57)), b"mras-made-this-secret"
# What a mode does: challenges before the first Allocate that works, and the form of its checks.
MODES = {"oc2007": (1, "draft-06"), "oc2007r2": (1, "RFC 5245"), "wlm2009": (0, "RFC 5245")}


@pytest.fixture(scope="module", params=MODES)
def talk(request, bench):
    """(mode, capture file, the relay, what the agents printed) of one talk."""
    capture = Capture()
    relay = Relay(capture, USERNAME, PASSWORD)
    credentials = [base64.b64encode(word).decode() for word in (USERNAME, PASSWORD)]
    with subprocess.Popen([BUILD / "tests" / "nice-peer", request.param, str(relay.port), *credentials],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        relay.serve(process)
        printed, errors = process.communicate()
    ports = [sock.getsockname()[1] for sock in relay.clients.values()]
    relay.close()
    assert process.returncode == 0, errors
    assert relay.signed_well
    path = bench.write(f"nice-{request.param}.pcap", b"")
    capture.write(path)
    return request.param, path, ports, printed


def test_everything_is_understood(bench, talk):
    mode, path, ports, _ = talk
    rows = bench.fields(path, ["frame.number", "msturn", "msice", "rtp", "stun", "_ws.malformed"], "-2")
    assert [row for row in rows if not any(row[1:5])] == []
    assert [row for row in rows if row[5]] == []
    wrong = ("msturn.expert.attribute_length || msturn.expert.attribute_missing || msturn.expert.padded || "
             "msturn.expert.attribute_unknown || msturn.expert.cookie_missing || msturn.expert.integrity_wrong || "
             "msturn.expert.request_unseen || msice.expert.check_attribute || classicstun || data")
    assert bench.frames(path, wrong, "-2") == []


def test_allocations(bench, talk):
    mode, path, ports, _ = talk
    rows = bench.fields(path, ["msturn.relayed.port", "msturn.response_to", "msturn.reflexive.ipv4"], "-Y",
                        "msturn.type == 0x0103")
    assert [int(row[0][0]) for row in rows] == ports
    assert all(row[1] and row[2] == ["127.0.0.1"] for row in rows)
    assert len(bench.frames(path, "msturn.expert.challenge")) == 2 * MODES[mode][0]
    assert bench.frames(path, "msturn.expert.unauthorized") == []
    unanswered = bench.frames(path, "msturn.type == 0x0003 && !msturn.response_in", "-2")
    assert unanswered == []


def test_integrity(bench, talk):
    mode, path, ports, _ = talk
    def table(password):
        # As the preferences take it: base64, for bytes that are no text.
        return f'uat:msturn_passwords:"{base64.b64encode(USERNAME).decode()}","","{password}"'
    signed = bench.frames(path, "msturn.integrity")
    right = table(base64.b64encode(PASSWORD).decode())
    assert bench.frames(path, "msturn.integrity.status == 1", "-o", right) == signed
    assert bench.frames(path, "msturn.expert.integrity_wrong", "-o", table("other")) == signed
    assert bench.frames(path, "msturn.integrity.status") == []


def test_checks(bench, talk):
    mode, path, ports, printed = talk
    form = MODES[mode][1]
    rows = bench.fields(path, ["msice.check.form", "msice.check.receiver", "msice.check.sender", "msice.check.nested",
                               "msice.check.path", "msice.check.response_in", "msturn"], "-2", "-Y",
                        "msice.check.type == 1")
    assert {row[0][0] for row in rows} == {form}
    lines = [line.split() for line in printed.splitlines()]
    if form == "draft-06":
        names = {words[1].rstrip("=") for words in lines if words[0] == "candidate"}
    else:
        names = {words[0] for words in lines if words[0] != "candidate"}
    assert len(names) == 2
    assert {row[1][0] for row in rows} == names and {row[2][0] for row in rows} == names
    # Inside Send requests and Data Indications both relays are in use, and the relay-to-relay leg says so, too.
    nested = [row for row in rows if row[6]]
    assert nested and all(row[4] == ["3"] for row in nested)
    # (Between client and relay the checks of an active destination are bare, too, and use both.)
    bare = [row for row in rows if not row[6]]
    assert {row[4][0] for row in bare} <= {"2", "3"} and ["2"] in [row[4] for row in bare]
    answered = [row for row in nested if row[5]]
    assert answered
    answers = bench.fields(path, ["msice.check.response_to", "msice.check.mapped.port"], "-Y",
                           "msice.check.type == 0x0101")
    assert answers and [row for row in answers if not row[0] or int(row[1][0]) not in ports] == []


def test_media(bench, talk):
    mode, path, ports, _ = talk
    assert bench.frames(path, "rtp && msturn.data")
    streams = bench.tshark(path, "-q", "-z", "rtp,streams")
    assert "0x00000002" in streams or "0x2" in streams
