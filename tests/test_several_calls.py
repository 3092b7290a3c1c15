# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls beside and behind each other that have ends in common: each is told as what it is."""
import pytest

from call_table import CANDIDATES, rows_of
from gen.dialects import Teams
from gen.media_call import ALTERNATE, CLIENT, RELAY, SEEN, TTLS, MediaCall
from gen.packet_stories import REFLEXIVE
from gen.turn_messages import REALM, USERNAME, att, check_request, identity, padded
from gen.wire import Capture

pytestmark = pytest.mark.concluded

OTHER, SERVER = "192.168.1.8", ("198.51.100.200", 3480)
NAT = SEEN  # of an office, as who captures outside sees it


class Session(Teams):
    """Teams with user fragments of one call."""

    def __init__(self, name):
        self.ends = f"own{name}".encode(), f"far{name}".encode()

    def user(self, ours):
        own, far = self.ends
        return padded(0x0006, far + b":" + own if ours else own + b":" + far)


class User(Session):
    """The same with relay credentials of a user."""

    def __init__(self, name, user):
        super().__init__(name)
        self.name = USERNAME[:-1] + user

    def credentials(self, nonce):
        return [att(0x0014, nonce), att(0x0015, REALM), att(0x0006, self.name)]


class Dialled:
    """One call, in a capture of its own that begins at a time."""

    def __init__(self, name, begin=0.0, client=CLIENT, port=50016, peer=REFLEXIVE, answered=True, relayed=False, seconds=8,
                 released=True, user=None):
        self.capture = Capture({CLIENT, OTHER}, {**TTLS, OTHER: 128, NAT: 126, **({peer[0]: 113} if client == NAT else {})})
        self.capture.now = begin
        call = MediaCall(User(name, user) if user else Session(name), client, None if client == NAT else SEEN, capture=self.capture)
        call.numbers = 1000 * sum(name.encode())
        first = call.allocate(RELAY, alternate=ALTERNATE, port=port)
        path = call.through(first, peer) if relayed else call.direct(peer, port, seen=call.outside(port))
        if answered:
            call.agree(path)
            call.talk(path, seconds)
        else:
            call.silent_checks(path)
            self.capture.now += 3 * released
        if released:
            first.release()


def told(bench, *calls):
    """Outcome, path, rule and packets of media of each call of a file, by their begin."""
    capture = Capture()
    capture.frames = sorted((frame for call in calls for frame in call.capture.frames), key=lambda frame: frame[0])
    path = bench.scratch / "several.pcap"
    capture.write(path)
    path.chmod(0o644)
    rows = rows_of(bench.tshark(str(path), "-q", "-z", "msice,calls"))
    assert all("(high)" not in row["verdict"] for row in rows)
    return [(row["from"], row["outcome"], row["path"], row["verdict"].split(" ")[0], row["sent"], row["received"]) for row in rows]


HEALTHY = ("connected", "through NAT", "-", "80", "80")
DIRECT = ("connected", "direct", "-", "80", "80")
RELAYED = ("connected", "own relay", "-", "80", "80")
FAILED = ("failed", "-", "peer_without_relay", "-", "-")


@pytest.mark.parametrize("first, second", [(HEALTHY, HEALTHY), (HEALTHY, RELAYED), (RELAYED, RELAYED), (FAILED, HEALTHY), (HEALTHY, FAILED)])
@pytest.mark.parametrize("begin", [2, 5, 30])
def test_one_server(bench, first, second, begin):
    """Two computers talk with the same address and port, the server of a conference, at the same time or not."""
    calls = [Dialled(name, when, client, peer=SERVER, answered=what is not FAILED, relayed=what is RELAYED)
             for name, when, client, what in (("a", 0.0, CLIENT, first), ("b", begin, OTHER, second))]
    assert told(bench, *calls) == [(CLIENT, *first), (OTHER, *second)]


@pytest.mark.parametrize("gap", [0.8, 1.5, 2.5, 20])
@pytest.mark.parametrize("port", [50016, 50040])
@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("relayed", [False, True])
def test_redial(bench, gap, port, answered, relayed):
    """A call that begins as soon as the one before it was given up, on the same port or another one."""
    first = Dialled("a", relayed=relayed)
    second = Dialled("b", first.capture.now + gap, port=port, answered=answered)
    assert told(bench, first, second) == [(CLIENT, *(RELAYED if relayed else HEALTHY)), (CLIENT, *(HEALTHY if answered else FAILED))]


@pytest.mark.parametrize("gap", [3.5, 8])
@pytest.mark.parametrize("port", [50016, 50040])
def test_redial_behind_a_failed_call(bench, gap, port):
    """Nobody gives up the allocation of the first one; no pair of it has worked."""
    first = Dialled("a", answered=False, released=False)
    assert told(bench, first, Dialled("b", first.capture.now + gap, port=port)) == [(CLIENT, *FAILED), (CLIENT, *HEALTHY)]


@pytest.mark.parametrize("begin", [2.5, 5])
@pytest.mark.parametrize("first", [HEALTHY, RELAYED])
@pytest.mark.parametrize("second", [HEALTHY, RELAYED, FAILED])
def test_beside_a_call(bench, begin, first, second):
    """Who speaks takes another call, with somebody else; a medium that is added goes to the same peer."""
    other = "198.51.100.99"
    more = [Dialled("b", begin, port=50040, peer=peer, answered=second is not FAILED, relayed=second is RELAYED)
            for peer in ((other, 57100), (REFLEXIVE[0], 57102))]
    assert told(bench, Dialled("a", relayed=first is RELAYED), more[0]) == [(CLIENT, *first), (CLIENT, *second)]
    assert [row[1] for row in told(bench, Dialled("a", relayed=first is RELAYED), more[1])] == ["connected"]


@pytest.mark.parametrize("begin", [0.5, 2, 5, 8])
@pytest.mark.parametrize("second", [DIRECT, FAILED])
@pytest.mark.parametrize("first", [DIRECT, RELAYED, FAILED])
def test_users_behind_a_nat(bench, begin, first, second):
    """Captured outside of the NAT that they share, two users are told apart by their credentials."""
    calls = [Dialled(name, when, NAT, port, (f"198.51.100.{port % 100}", 57100), what is not FAILED, what is RELAYED, user=name.encode())
             for name, when, port, what in (("a", 0.0, 40001, first), ("b", begin, 40012, second))]
    assert told(bench, *calls) == [(NAT, *first), (NAT, *second)]


def test_user_with_two_sockets(bench):
    """The same address and the same credentials: one user, as long as he sets up one call."""
    call = MediaCall(User("a", b"a"), NAT, None, capture=Capture({CLIENT, OTHER}, {**TTLS, NAT: 126}))
    call.first, call.second = (call.allocate(RELAY, alternate=ALTERNATE, port=port) for port in (40001, 40003))
    path = call.direct(REFLEXIVE, 40001)
    call.agree(path)
    call.talk(path, 8)
    call.dialect.name = USERNAME[:-1] + b"z"  # they are renewed
    for allocation in (call.first, call.second):
        allocation.refresh()
        allocation.release()
    assert [row[1] for row in told(bench, call)] == ["connected"]


def silent(begin):
    """A computer that only asks the relay, in vain."""
    call = MediaCall(Teams(), OTHER, capture=Capture({CLIENT, OTHER}, {**TTLS, OTHER: 128}))
    call.capture.now = begin
    call.capture.frames.append((begin, b"", None))  # so that the first wait counts
    message = call.dialect.first(call.number(), 1)
    for wait in (0, 0.5, 1, 1, 1, 1):
        call.capture.udp((OTHER, 50044), (RELAY, 3478), message, wait)
    del call.capture.frames[0]
    return call


@pytest.mark.parametrize("begin, calls", [(0.1, 1), (0.7, 2), (3, 2)])
def test_silent_beside_a_call(bench, begin, calls):
    """Who begins at another moment is another computer, for all that shows."""
    rows = told(bench, Dialled("a"), silent(begin))
    assert [row[1] for row in rows] == ["connected", "failed"][:calls]


def test_other_address(bench):
    """The client goes on from another network, with other user fragments: its media are counted."""
    assert told(bench, Dialled("a"), Dialled("b", 7.5, OTHER, 50100)) == [(CLIENT, *HEALTHY), (OTHER, *HEALTHY)]


def test_socket_between_two_calls(bench):
    """Checks name one socket for two calls in turn: what it has tried is listed once, with the call that it is left to."""
    mine, peers = ("192.0.2.10", 50010), (("198.51.100.1", 30000), ("198.51.100.2", 30000))
    capture = Capture()
    capture.udp(mine, peers[0], check_request(identity(1), b"bbbb:aaaa"))
    capture.udp(("192.0.2.10", 50012), peers[1], check_request(identity(2), b"dddd:cccc"))
    for number in range(5):
        capture.udp(peers[1], mine, check_request(identity(10 + number), b"cccc:dddd"))
        capture.udp(peers[0], mine, check_request(identity(20 + number), b"aaaa:bbbb"))
    path = bench.write("socket-between-two-calls.pcap", b"")
    capture.write(path)
    rows = rows_of(bench.tshark(path, "-q", "-z", "msice,candidates"), CANDIDATES)
    pairs = [(row["local"], row["remote"]) for row in rows]
    assert len(pairs) > 2 and len(pairs) == len(set(pairs))
