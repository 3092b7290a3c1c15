# SPDX-License-Identifier: GPL-2.0-or-later
"""What the media of a call was like, against captures whose faults are known, a reckoning of RFC 3550, and stock."""
import re
import struct

import pytest

import call_table
from gen.media import (CLIENT, PEER, RECEIVED, RELAYED, SENT, WAYS, Direct, Multiplexed, Relay, Signalled, call, faulty,
                       packet, stream)
from gen.signalling import LYNC
from gen.sip import SERVER, message
from gen.stories import AUDIO, Side, Story
from gen.turn_messages import check_request, check_response, dtls_hello, rtcp, srtcp

pytestmark = pytest.mark.concluded

NAMES = [f"msice.call.media.{name}" for name in ("direction", "packets", "lost", "loss", "jitter", "gap", "gap_frame")]


def write(bench, capture, name, **options):
    path = bench.scratch / name
    capture.write(path, **options)
    path.chmod(0o644)
    return str(path)


def rows(bench, path, *options):
    """A row a frame: {direction: (packets, lost, loss, jitter, gap, gap frame)}; absent values are None."""
    out = []
    for frame in bench.json(path, *options):
        found = {}
        layers = str(frame["_source"]["layers"])
        assert "Malformed" not in layers
        walk(frame["_source"]["layers"], found)
        out.append(found)
    return out


def walk(node, found):
    for key, value in node.items() if isinstance(node, dict) else []:
        if key == NAMES[0]:
            names = value if isinstance(value, list) else [value]
            trees = node[key + "_tree"]
            for name, tree in zip(names, trees if isinstance(trees, list) else [trees]):
                found[name] = tuple(float(tree[field]) if field in tree else None for field in NAMES[1:])
        walk(value, found)


def last(bench, capture, *options, name="media.pcap", **how):
    options += ("-2", "-Y", f"frame.number == {len(capture.frames)}")
    return rows(bench, write(bench, capture, name, **how), *options)[0]


def reckon(made, clock=8000):
    """Packets, lost, loss, jitter and gap of one stream, by RFC 3550: (time, direction, packet) in order of arrival."""
    seen, jitters, jitter, before, highest = set(), [], 0.0, None, None
    for when, _, payload in made:
        number, timestamp = struct.unpack(">HI", payload[2:8])
        highest = number if highest is None else highest + (number - highest + 0x8000) % 0x10000 - 0x8000
        highest, extended = max([highest, *seen]), highest
        if extended in seen:
            continue
        seen.add(extended)
        if before:
            jitter += (abs(when - before[0] - (timestamp - before[1]) / clock) - jitter) / 16
            jitters.append(jitter)
        before = when, timestamp
    lost = max(seen) - min(seen) + 1 - len(seen)
    times = [when for when, _, _ in made]
    gap = max(after - earlier for earlier, after in zip(times, times[1:]))
    return len(seen), lost, 100 * lost / (len(seen) + lost), 1000 * sum(jitters) / len(jitters), gap


def agree(found, expected):
    assert found[:2] == expected[:2]
    assert found[2:5] == pytest.approx(expected[2:5], abs=0.011)


@pytest.mark.parametrize("way", WAYS)
def test_every_way(bench, way):
    """The same media are the same whatever way they take, in both directions at once."""
    made = {SENT: faulty(SENT), RECEIVED: stream(200, direction=RECEIVED, begin=0.005, ssrc=0xCAFE0002)}
    found = last(bench, call(way, [*made[SENT], *made[RECEIVED]]))
    assert reckon(made[SENT])[:2] == (297, 3) and reckon(made[SENT])[4] == pytest.approx(2.52)
    agree(found[SENT], reckon(made[SENT]))
    agree(found[RECEIVED], (200, 0, 0, 0, 0.02))


def test_gap_frame(bench):
    """The frame behind the silence is the one that comes after it."""
    path = write(bench, call("direct", faulty()), "gap.pcap")
    (frame,) = bench.frames(path, "frame.time_delta > 2")
    assert rows(bench, path, "-2")[-1][SENT][5] == frame


def test_as_stock_reckons(bench):
    """Packets, loss, jitter and silence are those of Telephony > RTP > RTP Streams, where stock knows the clock."""
    made = [row for row in stream(400, delay=lambda step: step * 7919 % 13 * 0.001) if row[2][3] % 10 != 7]
    path = write(bench, call("signalled", made), "stock.pcap")
    (line,) = [line for line in bench.tshark(path, "-q", "-z", "rtp,streams").splitlines() if "0xCAFE0001" in line]
    packets, lost, rest = re.search(r"g711A\s+(\d+)\s+(-?\d+) \(.*?\)(.*)", line).groups()
    _, _, longest, _, jitter, _ = map(float, rest.split()[:6])
    found = rows(bench, path, "-2")[-1][SENT]
    assert found[:2] == (int(packets), int(lost)) == (361, 39)
    assert found[3:5] == pytest.approx((jitter, longest / 1000), abs=0.006)
    assert jitter > 3


@pytest.mark.parametrize("payload_type, medium", [(8, "audio"), (34, "video"), (33, "-"), (114, "-")])
def test_medium_by_payload_type(bench, payload_type, medium):
    """Without signalling and allocation, a payload type of RFC 3551 says what is heard or seen; a dynamic one does not."""
    path = write(bench, call("direct", stream(20, payload_type=payload_type)), "medium.pcap")
    assert [row["media"] for row in call_table.rows_of(bench.tshark(path, "-q", "-z", "msice,calls"))] == [medium]


def lost_of(bench, made):
    return last(bench, call("direct", made))[SENT][:2]


def numbered(numbers, ssrc=0xCAFE0001):
    """A packet every 20 ms with these sequence numbers."""
    return [(0.02 * at, SENT, packet(number, 1000 + 160 * at, ssrc)) for at, number in enumerate(numbers)]


def test_sequence_numbers(bench):
    """Loss is what the numbers between the first and the highest miss: never more, never less than nothing."""
    plain = list(range(100, 200))
    for numbers, expected in (
            (plain, (100, 0)),
            (plain[:50] + plain[53:], (97, 3)),
            (plain[3:] + plain[:3], (100, 0)),                          # late ones of before the first: none is lost
            (plain[1:2] + plain[:1] + plain[2:], (100, 0)),             # the first two in the wrong order
            (plain + plain, (100, 0)),                                  # a second copy behind the first
            ([number for number in plain for _ in range(3)], (100, 0)),
            (plain[:10] + plain[20:] + plain[10:19], (99, 1)),          # late ones are not lost
            (list(range(65500, 65636)), (136, 0)),                      # the wrap
            (list(range(100, 70100, 700)), (0, 0)),                     # never two in sequence
            (plain + list(range(40000, 40100)), (200, 0)),              # began anew
            (plain[:-2] + [199] + list(range(40000, 40010)) + list(range(40012, 40020)), (117, 3)),
            (plain + [30000] + list(range(200, 210)), (110, 0)),        # a stray
            (plain + [30000] + list(range(200, 210)) + [30001] + list(range(210, 220)), (120, 0)),  # two strays
            ([300], (0, 0)),
    ):
        found = last(bench, call("direct", [*numbered(numbers), *stream(5, direction=RECEIVED)]))
        assert found[RECEIVED][:2] == (5, 0)
        assert found[SENT][:2] == expected if SENT in found else expected == (0, 0), numbers[:5]


def restarted(numbers, pause=0.0, timestamp=1000):
    """As many packets behind others, from 100 on, at the same pace; pause: seconds between."""
    before = numbered(range(100, 400))
    return before + [(6 + pause + 0.02 * at, SENT, packet(number, timestamp + 160 * at)) for at, number in enumerate(numbers)]


@pytest.mark.parametrize("made, expected", [
    (restarted(range(2900, 3100), 50), (500, 2500)),            # a long loss is one
    (restarted(range(2900, 3100)), (500, 0)),                   # nobody sends 2500 packets in 20 ms
    (restarted(range(690, 890)), (500, 290)),                   # a burst may have
    (restarted(range(100, 400)), (600, 0)),                     # begins anew with the same numbers
    (restarted(range(100, 400), timestamp=77777), (600, 0)),
    (restarted(range(390, 690), pause=4), (600, 0)),
    (restarted(range(350, 360)), (300, 0)),                     # copies
    (restarted([405, 406, 402, 403, 404, 401, 400, 407]), (308, 0)),
])
def test_numbers_and_time(bench, made, expected):
    """A jump that time does not allow is a sender that numbers anew, as gateways do that splice streams."""
    assert lost_of(bench, made) == expected


def test_two_streams(bench):
    """Each sender has sequence numbers of its own; the silence is that of both together, the jitter that of the larger,
    also where the smaller is heard last."""
    audio = [row for row in stream(200, delay=alternating) if not 1.5 < row[0] < 2.6]
    other = stream(150, begin=2.0, ssrc=0xCAFE0009, sequence=9000)[:5]
    other += stream(20, begin=4.6, ssrc=0xCAFE0009, sequence=9005)
    found = last(bench, call("direct", [*audio, *other]))[SENT]
    alone = reckon(audio)
    assert found[:2] == (alone[0] + 25, alone[1])
    assert found[3] == pytest.approx(alone[3], abs=0.011) and alone[3] > 5
    assert found[4] == pytest.approx(0.61, abs=0.03) and alone[4] > 1


def on_two_ways(direct, relayed):
    """The capture of a call with these media between the peers and through the relay."""
    made = Relay()
    made.open()
    made.check(lambda direction, payload: made.udp(direction, payload, CLIENT, PEER))
    begin = made.capture.now + 1
    for (when, direction, payload), way in sorted([*((row, 0) for row in direct), *((row, 1) for row in relayed)]):
        after = begin + when - made.capture.now
        if way:
            made.media(direction, payload, after)
        else:
            made.udp(direction, payload, CLIENT, PEER, after)
    return made.capture


def test_silence_of_all(bench):
    """Only what all media of a direction leave silent is silence, however one begins and ends within another."""
    long = [*stream(200), *stream(50, begin=5.0, sequence=300)]
    short = stream(20, begin=1.0, ssrc=0xCAFE0009)
    for media in ((long, []), ([*long, *short], []), (long, short), (short, long)):
        assert last(bench, on_two_ways(*media))[SENT][4] == pytest.approx(1.02, abs=0.001)
    parts = [*stream(50), *stream(50, begin=3.5, sequence=150)]
    between = stream(10, begin=2.0, ssrc=0xCAFE0009)
    assert last(bench, on_two_ways(parts, between))[SENT][4] == pytest.approx(1.32, abs=0.001)


def test_silence_again_and_again(bench):
    """More silences than are remembered one by one: the longest is known all the same."""
    sparse = [(when + (0.25 if number >= 20 else 0), *rest)
              for number, (when, *rest) in enumerate(stream(600, period=0.5))]
    assert last(bench, call("direct", sparse))[SENT][4] == pytest.approx(0.75)
    once = [(when + (4 if number >= 300 else 0), *rest) for number, (when, *rest) in enumerate(sparse)]
    assert last(bench, call("direct", once))[SENT][4] == pytest.approx(4.5)


def alternating(step):
    return 0.01 if step % 2 else 0


def jitter_of(bench, *made, way="direct", **options):
    return last(bench, call(way, [row for rows in made for row in rows]), **options)[SENT][3]


@pytest.mark.parametrize("payload_type,clock", [(0, 8000), (9, 8000), (11, 44100), (34, 90000), (114, 16000), (104, 24000),
                                                (99, 32000), (111, 48000), (122, 90000)])
def test_jitter(bench, payload_type, clock):
    """Even packets have none; where every other one is 10 ms late it is 10 ms. The clock is the payload type's, or
    estimated."""
    assert jitter_of(bench, stream(200, clock=clock, payload_type=payload_type)) < 0.05
    shaken = jitter_of(bench, stream(400, clock=clock, payload_type=payload_type, delay=alternating))
    assert 9 < shaken < 10
    assert shaken == pytest.approx(reckon(stream(400, clock=clock, delay=alternating), clock)[3], abs=0.3)


@pytest.mark.parametrize("payload_type", [0, 104])
def test_jitter_out_of_order(bench, payload_type):
    """Packets that overtake each other do not make the clock seem another one."""
    shaken = sorted(stream(600, clock=8000, payload_type=payload_type, delay=lambda step: step * 7919 % 31 / 100), key=lambda row: row[0])
    assert jitter_of(bench, shaken) == pytest.approx(reckon(shaken, 8000)[3], rel=0.1)


def test_jitter_of_video(bench):
    """The packets of a frame share its timestamp: only frames that come unevenly are jitter."""
    assert jitter_of(bench, stream(100, period=0.04, clock=90000, payload_type=122, each=8)) < 0.05
    shaken = stream(200, period=0.04, clock=90000, payload_type=122, each=8, delay=alternating)
    assert 9 < jitter_of(bench, shaken) < 10


def test_clock_that_is_not_known(bench):
    """No jitter where timestamps advance like no clock, too few came, or all carry the same; nor a wrong one from an
    estimate that a stall led astray."""
    for made in (stream(300, clock=1000, payload_type=104), stream(10, payload_type=104),
                 stream(300, clock=0, payload_type=104)):
        assert jitter_of(bench, made) is None
    stalled = stream(600, clock=16000, payload_type=104, delay=lambda step: max(0, 0.62 - (step - 15) * 0.02)
                     if 15 <= step < 46 else 0)
    assert jitter_of(bench, stalled) < 3


def test_silence_and_comfort_noise(bench):
    """Timestamps that go on in silence, or stand still in it, are no jitter, and neither is a new beginning of them."""
    talk, noise = stream(100), stream(100, begin=5.0, sequence=200, timestamp=1000 + 5 * 8000)
    assert jitter_of(bench, talk, noise) < 0.05
    assert jitter_of(bench, talk, stream(100, begin=2.16, sequence=200, timestamp=0x70000000)) < 0.05
    comfort = [(2.0, SENT, packet(200, 1000 + 2 * 16000, payload_type=13))]
    assert jitter_of(bench, stream(100, clock=16000, payload_type=114), comfort,
                     stream(30, clock=16000, payload_type=114, begin=2.1, sequence=201,
                            timestamp=1000 + round(2.1 * 16000))) < 0.05


def test_change_of_codec(bench):
    """A payload type of another clock is not a jump."""
    first = stream(100)
    assert jitter_of(bench, first, stream(100, begin=2.0, clock=16000, payload_type=6, sequence=200,
                                          timestamp=1000 + 2 * 8000)) < 0.05


def test_what_is_no_media(bench):
    """RTCP, DTLS, what looks like RTP by chance, and what an ICMP error quotes do not count."""
    made = Direct()
    made.open()
    for number, payload in enumerate([rtcp(), srtcp(1), dtls_hello(), packet(7, 1, 1), packet(900, 2, 2), b"\x80",
                                      packet(5, 5)[:11]] * 3):
        made.media(SENT, payload if payload[0] != 0x80 or len(payload) < 12 else
                   payload[:8] + struct.pack(">I", number) + payload[12:])
    assert last(bench, made.capture) == {}

    made = Direct()
    made.open()
    for when, direction, payload in stream(20):
        made.media(direction, payload, 0.02)
        quoted = made.capture.frames[-1][1][14:]
        made.capture.frame(made.capture._ip(PEER[0], CLIENT[0]) / (b"\x03\x03\0\0\0\0\0\0" + quoted))
        frame = bytearray(made.capture.frames[-1][1])
        frame[23] = 1  # ICMP
        made.capture.frames[-1] = (made.capture.frames[-1][0], bytes(frame), None)
    quotes = [row for row in rows(bench, write(bench, made.capture, "quoted.pcap"), "-2") if row]
    assert quotes and all(row[SENT][:2] == (20, 0) for row in quotes)
    assert bench.frames(bench.scratch / "quoted.pcap", "icmp && rtp") != []


@pytest.mark.parametrize("way,behind", [("direct", 42), ("multiplexed", 42 + 12), ("relay", 42 + 200), ("signalled", 42)])
def test_cut_frames(bench, way, behind):
    """Twelve bytes of a packet are enough."""
    made = [(when, direction, payload + bytes(400)) for when, direction, payload in faulty()]
    whole = last(bench, call(way, made))
    capture = call(way, made)
    begin = next(at for at, frame in enumerate(capture.frames) if b"\xca\xfe\x00\x01" in frame[1])
    capture.frames[begin:] = [(when, data, behind + 12) for when, data, _ in capture.frames[begin:]]
    assert last(bench, capture) == whole
    agree(whole[SENT], reckon(made))


def test_one_pass(bench):
    """What one pass has told in the last frame is what two passes tell in each; it only grows."""
    path = write(bench, call("relay", faulty()), "passes.pcap")
    once, twice = rows(bench, path), rows(bench, path, "-2")
    assert once[-1] == twice[-1] and all(row == twice[-1] for row in twice)
    packets = [row[SENT][0] for row in once if row]
    assert packets == sorted(packets) and packets[0] == 2 and {} in once


def test_capture(bench):
    """The capture of pcaps/ has what its description says."""
    assert all({way: media[:2] for way, media in row.items()} == {SENT: (179, 1), RECEIVED: (160, 0)}
               for row in rows(bench, "media-faults.pcap", "-2"))


def test_copies(bench):
    """What a mirror port doubles, and what a second capture point a few seconds apart has seen, too, counts once."""
    for later in (0.00001, 3.0):
        capture = call("direct", faulty())
        expected = last(bench, capture)
        capture.frames = sorted([*capture.frames, *((when + later, *rest) for when, *rest in capture.frames)],
                                key=lambda frame: frame[0])
        found = last(bench, capture)
        assert found[SENT][:4] == expected[SENT][:4]


def test_seen_behind_the_nat(bench):
    """The same media between relay and peer, captured along, are not counted again."""
    made = Relay()
    made.open()
    for _, direction, payload in stream(50):
        made.media(direction, payload)
        made.udp(SENT, payload, RELAYED, PEER)
    found = last(bench, made.capture)
    assert list(found) == [SENT] and found[SENT][:2] == (50, 0)


def test_segments_that_the_capture_missed(bench):
    """TCP sends again what is lost: numbers that lie in missing segments are not, those that are missing in between
    are: the relay got no more."""
    for way in ("tcp", "direct-tcp"):
        capture = call(way, [row for number, row in enumerate(stream(100)) if number != 50])
        assert last(bench, capture)[SENT][:2] == (99, 1)
        begin = next(at for at, frame in enumerate(capture.frames) if b"\xca\xfe\x00\x01" in frame[1])
        del capture.frames[begin + 20:begin + 25], capture.frames[begin + 70]
        assert last(bench, capture)[SENT][:2] == (93, 1)


def test_change_of_path(bench):
    """Media that go on by another way are the same direction: silence is what lies between, jitter that of the
    larger part."""
    made = Relay()
    made.open()
    made.check(lambda direction, payload: made.udp(direction, payload, CLIENT, PEER))
    for number, (_, direction, payload) in enumerate(stream(60)):
        made.media(direction, payload, 0.03 if number % 2 else 0.01)
    for number, (_, direction, payload) in enumerate(stream(40, sequence=160, timestamp=10600)):
        made.udp(direction, payload, CLIENT, PEER, 1.25 if number == 0 else 0.02)
    found = last(bench, made.capture)
    assert list(found) == [SENT]
    assert found[SENT][:2] == (100, 0) and found[SENT][4] == pytest.approx(1.25, abs=0.001)
    assert found[SENT][3] > 5


def test_media_before_the_offer(bench):
    """Who allocates is a call at once, and becomes part of the one that signalling tells of: its media come along."""
    made = Multiplexed()
    made.open()
    capture = made.play(stream(50))
    signalled = Signalled()
    signalled.capture = capture
    signalled.open()
    found = last(bench, capture)
    assert found[SENT][:2] == (50, 0)
    assert bench.tshark(write(bench, capture, "joined.pcap"), "-q", "-z", "msice,calls").count("sip:ann@example.com") == 1


def test_media_before_a_later_offer(bench):
    """The same where the call of the signalling is the older one, and its second offer names who allocated."""
    made = Signalled()
    made.capture.now = 1
    made.open(ends=(("192.0.2.50", 50000), ("192.0.2.60", 50000)))
    relay = Multiplexed()
    relay.capture = made.capture
    relay.allocate()
    capture = relay.play(stream(50))
    assert bench.tshark(write(bench, capture, "later.pcap"), "-q", "-z", "msice,calls").count("\n2 | ") == 1
    made.open(signalling=made.story.signalling)
    assert bench.tshark(write(bench, capture, "later.pcap"), "-q", "-z", "msice,calls").count("\n2 | ") == 0
    assert last(bench, capture)[SENT][:2] == (50, 0)


def test_media_that_moved(bench):
    """An endpoint that checks gave to one call and an offer to another brings its media along, once, when both turn
    out to be one."""
    story = Story(Side(*CLIENT), Side(*PEER), AUDIO)

    def invite(dialog, conversation, port):
        made.capture.udp((CLIENT[0], 5060), SERVER, message(
            "INVITE sip:bob@example.com SIP/2.0", [LYNC, f"Ms-Conversation-ID: {conversation}"],
            story.body(Side(CLIENT[0], port), dialog), f"{dialog}@test", "1 INVITE"))

    made = Direct()
    invite("one", "AAAA", 40000)
    ident = made.number()
    made.media(SENT, check_request(ident, b"bob1:one"))
    made.media(RECEIVED, check_response(ident, CLIENT, b"bob1:one"))
    made.play(stream(50))
    invite("two", "BBBB", CLIENT[1])
    path = write(bench, made.capture, "moved.pcap")
    assert {row[SENT][0] for row in rows(bench, path, "-2", "-Y", "msice.call == 2")} == {50}
    invite("one", "BBBB", 40000)
    found = rows(bench, write(bench, made.capture, "moved.pcap"), "-2", "-Y", "msice.call")
    assert len(found) == 55 and all(row[SENT][:2] == (50, 0) for row in found)


def test_two_calls(bench):
    """An address and port that is used anew has other media, although the sender's numbers go on."""
    made = Signalled()
    made.open()
    capture = made.play(stream(30))
    made.story.bye(24, 0x320, (1, 1))
    capture.now += 120
    made.open("another", made.story.signalling)
    found = rows(bench, write(bench, made.play(stream(40, sequence=130)), "two.pcap"), "-2")
    assert [row[SENT][:2] for row in (found[3], found[-1])] == [(30, 0), (40, 0)]


def test_limit(bench):
    """A limit that is reached is a finding, once; what is followed already goes on."""
    path = write(bench, call("direct", [*stream(50), *stream(50, begin=0.01, direction=RECEIVED, ssrc=2)]), "limit.pcap")
    assert bench.frames(path, "msice.expert.analysis_limit") == []
    for limit, left in ((1, {SENT}), (0, set())):
        option = ("-o", f"mscall.max_streams:{limit}")
        assert len(bench.frames(path, "msice.expert.analysis_limit", *option)) == 1
        found = rows(bench, path, "-2", *option)[-1]
        assert set(found) == left and all(row[0] == 50 for row in found.values())
    assert bench.frames(path, "msice.call.media.direction", "-o", "mscall.analysis:FALSE") == []


def test_filters(bench):
    """The fields are found by what they show."""
    path = write(bench, call("direct", faulty()), "filters.pcap")
    every = bench.frames(path, "frame")
    for text in ('msice.call.media.direction == "sent"', "msice.call.media.packets == 297", "msice.call.media.lost == 3",
                 "msice.call.media.loss == 1", "msice.call.media.gap == 2.52"):
        assert bench.frames(path, text, "-2") == every, text
    assert bench.frames(path, 'msice.call.media.direction == "received"', "-2") == []
