# SPDX-License-Identifier: GPL-2.0-or-later
"""-z msice,json: each capture's calls hold to docs/calls.schema.json and say what the table says; sharkd says the same."""
import json
import re

import jsonschema
import pytest

from call_table import cause, rows_of
from conftest import TOP
from gen import sip
from gen.wire import Capture
from sharkd import Sharkd

pytestmark = pytest.mark.concluded

SCHEMA = json.loads((TOP / "docs" / "calls.schema.json").read_text(encoding="utf-8"))
CAPTURES = sorted(path.name for path in (TOP / "pcaps").glob("*.pcap*"))
WITH_MEDIA = [name for name in CAPTURES if name.startswith(("packets-", "media-", "sbc-", "sig-call"))]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def calls_of(output):
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def at(end):
    """An end as the table prints it."""
    if not end:
        return "-"
    return f"[{end['address']}]:{end['port']}" if ":" in end["address"] else f"{end['address']}:{end['port']}"


def cells(call):
    """What the table has to say about a call."""
    path, media, header = call.get("path", {}), call["media"], call.get("header", {})
    relay = call.get("relay")
    row = {"call": call["call"], "start (UTC)": call["start"].replace("T", " ").rstrip("Z"), "from": call.get("from"),
           "to": call.get("to"), "media": ",".join(call["media_types"]), "locations": call.get("locations"),
           "id": header.get("id"), "ICEWarn": header.get("icewarn"), "outcome": call["outcome"], "path": path.get("name"),
           "transport": path.get("transport"), "local": at(path.get("local")), "remote": at(path.get("remote")),
           "relay": relay and at(relay) + (f" ({relay['name']})" if "name" in relay else ""),
           "setup (ms)": call.get("setup_ms"), "duration (s)": call.get("duration_s"), "RTT (ms)": path.get("rtt_ms"),
           "frame": call["frame"]}
    for name in ("sent", "received"):
        one = media.get(name, {})
        row |= {name: one.get("packets"), f"{name} loss (%)": one.get("loss_percent"),
                f"{name} jitter (ms)": one.get("jitter_ms"), f"{name} gap (s)": one.get("gap_s")}
    return {key: "-" if value in (None, "") else str(value) for key, value in row.items()}


@pytest.mark.parametrize("name", CAPTURES)
def test_a_capture(bench, name):
    output = bench.tshark(name, "-q", "-z", "msice,json", "-z", "msice,calls")
    calls, rows = calls_of(output), rows_of(output)
    assert len(calls) == len(rows)
    for call, row in zip(calls, rows):
        assert [error.message for error in VALIDATOR.iter_errors(call)] == []
        verdict = call.get("verdict", {})
        assert cause(row["verdict"]) == ((verdict["rule"], verdict["confidence"]) if verdict else None)
        assert {key: row[key] for key in cells(call)} == cells(call)


@pytest.mark.parametrize("name", WITH_MEDIA)
def test_calls_are_told_without_the_rtp_dissector(bench, name):
    """The batch does without it; a direction that SDP gave to it stays there."""
    output = [bench.tshark(name, *options, "-2", "-q", "-z", "msice,json")
              for options in ((), ("-o", "msturn.stock_rtp:FALSE"))]
    assert calls_of(output[0]) == calls_of(output[1])


def test_media_without_the_rtp_dissector(bench):
    """The bytes stay visible, and nothing else takes them."""
    shown = [bench.tshark("media-faults.pcap", *options, "-T", "fields", "-e", "frame.protocols").split("\n")
             for options in ((), ("-o", "msturn.stock_rtp:FALSE"))]
    changed = [(before, after) for before, after in zip(*shown) if before != after]
    assert changed and all(before.replace(":rtp", ":data", 1).split(":data")[0] + ":data" == after
                           for before, after in changed)


def of_sharkd(bench, name):
    with Sharkd(bench, name) as sharkd:
        tables = sharkd.tap("nstat:msice,json,window")["tables"]
    return [json.loads(row[1]) for table in tables for row in table["i"]]


@pytest.mark.parametrize("name", ["story-proxy-443.pcap", "packets-two-points.pcapng", "sbc-legs.pcap", "media-faults.pcap",
                                  "other-traffic.pcap"])
def test_sharkd_says_the_same(bench, name):
    assert of_sharkd(bench, name) == calls_of(bench.tshark(name, "-q", "-z", "msice,json"))


def test_a_filter_chooses_calls(bench):
    name = "sbc-ends.pcap"
    every = calls_of(bench.tshark(name, "-q", "-z", "msice,json"))
    chosen = calls_of(bench.tshark(name, "-q", "-z", "msice,json,msice.call == 2"))
    assert len(every) > 1
    assert chosen == [call for call in every if call["call"] == 2]


def test_evidence_names_frames_and_flags(bench):
    call, = calls_of(bench.tshark("story-proxy-443.pcap", "-q", "-z", "msice,json"))
    assert call["verdict"]["rule"] == "firewall_443"
    assert [item["frame"] for item in call["verdict"]["evidence"]] == [9, 13, 5]
    assert [(flag["name"], flag["weight"], [item["frame"] for item in flag["shown"]]) for flag in call["header"]["flags"]] == [
        ("tcp_allocate_failed", "cause", [13]), ("pseudo_tls_failed", "cause", [13]), ("local_failed", "maybe", [20]),
        ("tcp_nat_failed", "normal", [])]


def test_no_secrets(bench):
    """Passwords and user names of relay credentials, ICE passwords and keys of media stay in the capture."""
    found = 0
    for name in ("sig-mras.pcap", "story-proxy-443.pcap", "sig-offers.pcap", "sbc-headers.pcap"):
        data = (TOP / "pcaps" / name).read_bytes()
        output = bench.tshark(name, "-q", "-z", "msice,json")
        secrets = set(re.findall(rb"<(?:password|username)>([^<]{8,})<|a=ice-pwd:(\S{8,})|inline:([A-Za-z0-9+/=]{8,})", data))
        for secret in filter(None, (part for parts in secrets for part in parts)):
            found += 1
            assert secret.decode("latin-1") not in output
    assert found > 5


def test_any_bytes_make_valid_lines(bench):
    data = (TOP / "pcaps" / "sig-call-udp.pcap").read_bytes()
    hostile = b'\xff\xc3&\\\x01bc'
    assert data.count(b"example") > 2
    path = bench.write("hostile.pcap", data.replace(b"example", hostile))
    output = bench.run("tshark", "-q", "-r", path, "-z", "msice,json").stdout
    assert "\N{REPLACEMENT CHARACTER}" in output
    for call in calls_of(output):
        VALIDATOR.validate(call)
    raw = [call["from"] for call in calls_of(output) if "from" in call]
    assert any('\\\x01' in text for text in raw), raw


# What a terminal obeys, what ends a line, and what turns the direction of writing.
UNPRINTABLE = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")


def test_no_text_of_a_capture_controls_a_terminal(bench):
    """In no list of ours; JSON has it as escapes, and so has the same text as before."""
    hostile = "\x1b[2J\x9b31m\x7f\u2028\u202e\u2066x"
    story = Capture()
    offer = "v=0\r\no=- 0 0 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n" \
            f"m=aud{hostile}io 20000 RTP/AVP 0\r\na=candidate:1 1 UDP 2130706431 192.0.2.7 20000 typ host\r\n"
    message = sip.message("INVITE sip:bob@example.com SIP/2.0", ["User-Agent: UCCAPI/4.0 OC/4.0", f"Ms-Conversation-ID: {hostile}"],
                          offer, call_id=f"a{hostile}b", cseq="1 INVITE").decode()
    story.udp(("192.0.2.7", 5060), ("192.0.2.8", 5060), message.replace("To: <sip:bob@", f"To: <sip:{hostile}@").encode())
    path = bench.write("terminal.pcap", b"")
    story.write(path)
    output = "".join(bench.run("tshark", "-q", "-r", path, "-z", listed).stdout
                     for listed in ("msice,calls", "msice,candidates", "msice,tree", "msice,json"))
    assert UNPRINTABLE.findall(output) == []
    (call,) = calls_of(output)
    assert hostile in call["to"] and hostile in call["call_id"] and hostile in call["media_types"][0]
    (row,) = rows_of(output)
    assert "." in row["media"] and "[2J" in row["to"]


def test_start_is_the_first_packet(bench):
    """Not an INVITE behind it, where the capture begins in mid-call."""
    client, server, product = ("192.0.2.7", 5060), ("192.0.2.8", 5060), "User-Agent: UCCAPI/4.0 OC/4.0"
    offer = "v=0\r\no=- 0 0 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0\r\n"
    story = Capture()
    story.udp(server, client, sip.response("200 OK", product, body=offer))
    story.udp(client, server, sip.message("INVITE sip:bob@example.com SIP/2.0", [product], offer, cseq="3 INVITE"), 60)
    path = bench.write("mid-call.pcap", b"")
    story.write(path)
    output = bench.tshark(path, "-q", "-z", "msice,json", "-z", "msice,calls")
    (call,), (row,) = calls_of(output), rows_of(output)
    assert (call["first_frame"], call["signalling"]["invite_frame"]) == (1, 2)
    assert call["start"] == "2014-01-01T12:00:00.000Z" and row["start (UTC)"] == "2014-01-01 12:00:00.000"
    assert call["end"] == "2014-01-01T12:01:00.000Z"


def test_decimals_are_points_in_every_language(bench):
    """A language that writes 0,5: tshark takes it from the environment."""
    here = bench.run("sh", "-c", f"mkdir -p locales && localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 2>&1; ls locales").stdout
    assert "de_DE" in here, "no German here: tests/packages.txt has the package locales"
    command = ["env", f"LOCPATH={bench.scratch}/locales", "LC_ALL=de_DE.UTF-8", "tshark", "-q", "-r",
               bench.capture("media-faults.pcap"), "-z", "msice,calls", "-z", "msice,json"]
    output = bench.run(*command).stdout
    assert re.search(r"\| \d+,\d", output)
    assert calls_of(output) == calls_of(bench.tshark("media-faults.pcap", "-q", "-z", "msice,json"))
