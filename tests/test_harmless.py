# SPDX-License-Identifier: GPL-2.0-or-later
"""Do no harm: what is not ours comes out byte for byte as without the plugin."""
import contextlib
import difflib
import struct

import pytest

import captures
from sharkd import Sharkd

# Captures without a single packet of ours, and options under which they must look the same.
CAPTURES = ("other-traffic.pcap", "other-relays.pcap")
VIEWS = {
    "list": (),
    "tree": ("-V",),
    "tree in two passes": ("-2", "-V"),
    "heuristics first": ("-V", "-o", "udp.try_heuristic_first:TRUE", "-o", "tcp.try_heuristic_first:TRUE"),
    "fields": ("-2", "-T", "json"),
}
# All that Wireshark gathers beside the packets: conversations, expert items, streams, objects.
TAPS = ("-q", "-z", "io,phs", "-z", "conv,udp", "-z", "conv,tcp", "-z", "expert", "-z", "rtp,streams",
        "-z", "sip,stat", "-z", "http,tree", "-z", "follow,tcp,ascii,0")


def same(bench, capture, options):
    """Compares with and without the plugin; an assertion shows the first lines that differ."""
    without = bench.tshark(capture, *options, plugin=False)
    present = bench.tshark(capture, *options, plugin=True)
    assert without.count("\n") > 20
    if present != without:
        # From the first difference on, and not far: to compare long texts to their end takes minutes.
        pairs = zip(without.splitlines() + [""], present.splitlines() + [""])
        first = next((number for number, (old, new) in enumerate(pairs) if old != new), 0)
        old, new = (text.splitlines()[max(0, first - 5):first + 40] for text in (without, present))
        raise AssertionError(f"from line {first + 1} on:\n" + "\n".join(difflib.unified_diff(old, new, lineterm="")))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("capture", CAPTURES)
def test_decodes_the_same(bench, capture, view):
    same(bench, capture, VIEWS[view])


@pytest.mark.parametrize("capture", CAPTURES)
def test_statistics_are_the_same(bench, capture):
    same(bench, capture, TAPS)


# One capture of each way into the plugin: headers of SIP, bodies, text, ports, heuristics, the end of a packet.
OF_OURS = ("diag-legal-sip.pcap", "diag-text.pcap", "diag-web.pcap", "sig-call-tcp.pcap", "sig-reports.pcap", "sbc-headers.pcap",
           "sbc-syslog.pcap", "turn-multiplexed.pcap", "tcp443-edge.pcap", "tcp3478-no-hello.pcap", "story-without-sip.pcap",
           "packets-teams-443-reset.pcap", "witness-names.pcap")
OFF = ("--disable-protocol", "msice_plugin")


@pytest.mark.parametrize("capture", OF_OURS)
def test_one_switch_leaves_stock_wireshark(bench, capture):
    """Analyze > Enabled Protocols > MS-ICE plugin."""
    options = ("-2", "-V", "-z", "expert", "-z", "io,phs")
    stock = bench.tshark(capture, *options, plugin=False)
    assert bench.tshark(capture, *options, *OFF) == stock != bench.tshark(capture, *options)


@pytest.mark.parametrize("capture, choice, shown", [
    ("turn-edge-call.pcap", "udp.port==3478,msturn", "Microsoft TURN"), ("tcp443-edge.pcap", "tcp.port==443,msturn", "Microsoft TURN"),
    ("turn-edge-call.pcap", "udp.port==3478,msturn_recognised", "Microsoft TURN"),
    ("tcp443-edge.pcap", "tcp.port==443,msturn_recognised_tcp", "Microsoft TURN"),
    ("sbc-syslog.pcap", "udp.port==514,msdiag_syslog", "[Media call: 1")])
def test_the_switch_is_there_for_decode_as_too(bench, capture, choice, shown):
    chosen = ("-V", "-d", choice)
    assert shown in bench.tshark(capture, *chosen)
    assert shown not in bench.tshark(capture, *chosen, *OFF)


# What Decode As offers of ours in a table.
OFFERED = {
    "udp.port": {"msturn (Microsoft TURN)", "msturn_recognised (MS-TURN where recognised)", "msdiag_syslog (Syslog and MS-DIAG)"},
    "tcp.port": {"msturn (Microsoft TURN)", "msturn_recognised_tcp (MS-TURN where recognised)"},
}


@pytest.mark.parametrize("layer", OFFERED)
def test_decode_as_offers_what_a_user_would_choose(bench, layer):
    def offered(plugin):
        listed = bench.run("tshark", "-r", bench.capture("other-traffic.pcap"), "-d", f"{layer}==1,?", plugin=plugin, check=False)
        return {line.strip() for line in listed.stderr.split("\n\t")[1:]}

    assert offered(True) - offered(False) == OFFERED[layer]


@contextlib.contextmanager
def chosen_on(bench, port, title):
    """Decode As as Wireshark saves it."""
    saved = bench.config / "decode_as_entries"
    saved.write_text(f"decode_as_entry: {port},(none),{title}\n", encoding="utf-8")
    yield
    saved.unlink()


def test_a_choice_of_ours_leaves_the_rest_to_the_port(bench):
    """NTP is known by its port alone."""
    without = bench.tshark("other-traffic.pcap", "-V")
    with chosen_on(bench, "udp.port,123", "MS-TURN where recognised"):
        assert bench.tshark("other-traffic.pcap", "-V") == without


def on_port(bench, capture, old, new):
    """A capture with another UDP port."""
    ports = slice(34, 38)  # behind Ethernet and IPv4
    frames = [frame._replace(data=frame.data[:34] + frame.data[ports].replace(struct.pack(">H", old), struct.pack(">H", new))
                             + frame.data[38:]) for frame in captures.read(bench.pcaps / capture)[0]]
    path = bench.write(f"port-{new}.pcap", b"")
    captures.write(path, frames[0].link, frames)
    return path


@pytest.mark.parametrize("capture, old, port, title, field", [
    ("turn-edge-call.pcap", 3478, 123, "MS-TURN where recognised", "msturn"),
    ("sbc-syslog.pcap", 514, 123, "Syslog and MS-DIAG", "msdiag.call_end_reason"),
])
def test_a_choice_of_ours_is_kept_and_works(bench, capture, old, port, title, field):
    """On a port that is another protocol's without it."""
    moved = on_port(bench, capture, old, port)
    without = bench.frames(moved, field)
    with chosen_on(bench, f"udp.port,{port}", title):
        assert without != bench.frames(moved, field) == bench.frames(capture, field) != []


@pytest.mark.parametrize("choice", [None, "Syslog", "MS-TURN where recognised"])
@pytest.mark.parametrize("port", [3478, 40200])
def test_ports_that_change_between_files(bench, port, choice):
    """What a process says after its ports were changed is what a new process says with them, also where Decode As stands
    before them."""
    path = on_port(bench, "turn-edge-call.pcap", 3478, port)
    with chosen_on(bench, f"udp.port,{port}", choice) if choice else contextlib.nullcontext(), \
            Sharkd(bench, path) as sharkd:
        for ports in ("3478-3481,40200", "1", "40200", "3478", ""):
            assert sharkd.ask("setconf", name="msturn.udp_ports", value=ports)["result"]
            assert sharkd.ask("load", file=str(path))["result"]["status"] == "OK"
            shown = [[row["c"][4], row["c"][6]] for row in sharkd.ask("frames")["result"]]
            assert shown == [[protocol, info] for (protocol,), (info,) in bench.fields(
                path, ["_ws.col.Protocol", "_ws.col.Info"], "-2", "-o", f"msturn.udp_ports:{ports}")], ports


@pytest.mark.parametrize("stock, capture", [("syslog", "sbc-syslog.pcap"), ("sdp", "sig-offers.pcap")])
def test_what_stands_in_front_goes_off_with_the_stock_protocol(bench, stock, capture):
    off = ("-V", "--disable-protocol", stock)
    hidden = {"syslog": "Microsoft diagnostics", "sdp": "candidates in SDP"}[stock]
    assert hidden in bench.tshark(capture, "-V") and hidden not in bench.tshark(capture, *off)
