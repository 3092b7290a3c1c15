# SPDX-License-Identifier: GPL-2.0-or-later
"""Real peers: two agents of libnice, in Microsoft's compatibility modes, allocate on a small relay of the tests and
check each other through it. The relay writes the capture."""
import base64
import subprocess

import pytest

from conftest import BUILD, environment
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
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment()) as process:
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
    assert bench.frames(path, "!(msturn || msice || rtp || stun) || _ws.malformed", "-2") == []
    wrong = ("msturn.expert.attribute_length || msturn.expert.attribute_missing || msturn.expert.padded || "
             "msturn.expert.attribute_unknown || msturn.expert.cookie_missing || msturn.expert.integrity_wrong || "
             "msturn.expert.request_unseen || msice.expert.check_attribute || classicstun || data")
    assert bench.frames(path, wrong, "-2") == []


def test_allocations(bench, talk):
    mode, path, ports, _ = talk
    rows = bench.rows(path, ["msturn.relayed.port", "msturn.response_to", "msturn.reflexive.ipv4"], "-Y",
                      "msturn.type == 0x0103").values()
    # (On a machine with much to do, requests are sent again, and answered again.)
    assert list(dict.fromkeys(int(row.one("msturn.relayed.port")) for row in rows)) == ports
    assert all(row["msturn.response_to"] and row.one("msturn.reflexive.ipv4") == "127.0.0.1" for row in rows)
    challenges, _ = MODES[mode]
    found = bench.rows(path, ["msturn.transaction_id"], "-Y", "msturn.expert.challenge").values()
    assert len({row.one("msturn.transaction_id") for row in found}) == 2 * challenges
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
    _, form = MODES[mode]
    rows = bench.rows(path, [f"msice.check.{name}" for name in ("form", "receiver", "sender", "path", "response_in")] +
                      ["msturn"], "-2", "-Y", "msice.check.type == 1").values()
    assert {row.one("msice.check.form") for row in rows} == {form}
    lines = [line.split() for line in printed.splitlines()]
    if form == "draft-06":
        names = {words[1].rstrip("=") for words in lines if words[0] == "candidate"}
    else:
        names = {words[0] for words in lines if words[0] != "candidate"}
    assert len(names) == 2
    assert {row.one("msice.check.receiver") for row in rows} == {row.one("msice.check.sender") for row in rows} == names
    # Inside Send requests and Data Indications both relays are in use, and the relay-to-relay leg says so, too.
    nested = [row for row in rows if row["msturn"]]
    assert {row.one("msice.check.path") for row in nested} == {"3"}
    # (Between client and relay the checks of an active destination are bare, too, and use both.)
    bare = {row.one("msice.check.path") for row in rows if not row["msturn"]}
    assert bare <= {"2", "3"} and "2" in bare
    assert any(row["msice.check.response_in"] for row in nested)
    answers = bench.rows(path, ["msice.check.response_to", "msice.check.mapped.port"], "-Y",
                         "msice.check.type == 0x0101").values()
    assert answers and all(row["msice.check.response_to"] and int(row.one("msice.check.mapped.port")) in ports
                           for row in answers)


def test_media(bench, talk):
    mode, path, ports, _ = talk
    assert bench.frames(path, "rtp && msturn.data")
    streams = bench.tshark(path, "-q", "-z", "rtp,streams")
    assert "0x00000002" in streams or "0x2" in streams
