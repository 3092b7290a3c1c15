# SPDX-License-Identifier: GPL-2.0-or-later
"""Genuine TLS on port 443 comes out as without the plugin: tree, reassembly, decryption, what is inside, statistics."""
import re
import json

import pytest
from scapy.layers.l2 import Ether

import tcp_variants as variants
from gen.wire import Capture
from test_harmless import same

RECORDED = ("tls12-443.pcapng", "tls13-443.pcapng", "tls-http2-443.pcapng", "tls-objects-443.pcapng")

VIEWS = {
    "tree": ("-V",),
    "tree in two passes": ("-2", "-V"),
    "out of order put right": ("-2", "-V", "-o", "tcp.reassemble_out_of_order:TRUE"),
    "no reassembly": ("-V", "-o", "tcp.desegment_tcp_streams:FALSE"),
    "errors to dissectors": ("-V", "-o", "tcp.no_subdissector_on_error:FALSE"),
    "list and bytes": ("-x",),
    "http on 443": ("-V", "-o", "http.tcp.port:80,443"),
    "no port": ("-V", "-o", "http.tls.port:8443"),
    "decode as": ("-V", "-d", "tcp.port==443,http"),
    "without tls": ("-V", "--disable-protocol", "tls"),
}
TAPS = ("-q", "-z", "io,phs", "-z", "conv,tcp", "-z", "conv,ip", "-z", "expert", "-z", "http,tree",
        "-z", "follow,tcp,ascii,0", "-z", "follow,tls,ascii,0", "-z", "follow,http2,ascii,2,1",
        "-z", "follow,tls,ascii,3", "-z", "endpoints,tcp")


def http_until_fin():
    """HTTP in the clear on 443, whose body ends with the connection: only TCP's flags say so."""
    capture = Capture()
    stream = capture.tcp(("192.0.2.10", 50099), ("198.51.100.80", 443))
    stream.send(0, b"GET / HTTP/1.0\r\n\r\n")
    stream.send(1, b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"some text\n" * 30, sizes=[100, 100])
    stream.segment(1, b"the end\n", flags="FPA")
    stream.segment(0, flags="FA")
    return [Ether(frame[1]) for frame in capture.frames]


@pytest.fixture(scope="module")
def ordinary(bench):
    """All recorded TLS in one capture: as it was, in small segments, out of order, repeated, with gaps."""
    work = bench.scratch
    keys, packets = [], []
    for number, name in enumerate(RECORDED):
        keys.append(variants.secrets(bench.capture(name)))
        assert "CLIENT" in keys[-1]
        recorded = variants.read(bench.capture(name))
        for step, variant in enumerate((recorded, variants.segmented(recorded, 700),
                                        variants.swapped(variants.segmented(recorded, 350)),
                                        variants.repeated(variants.segmented(recorded, 900)),
                                        variants.without(variants.segmented(recorded, 800), 9),
                                        variants.segmented(recorded[:6], 3))):
            packets += variants.moved(variant, 10 * number + step + 1)
    packets += http_until_fin()
    plain = work / "ordinary.pcap"
    plain.touch()
    variants.write(plain, packets)
    plain.chmod(0o644)
    bench.write("ordinary.keys", "".join(keys))
    bench.run("editcap", "--inject-secrets", f"tls,{work}/ordinary.keys", plain, work / "ordinary.pcapng")
    return str(work / "ordinary.pcapng")


def test_the_capture_says_something(bench, ordinary):
    """The comparison below is worth nothing unless TLS, HTTP, HTTP/2 and reassembly are really there."""
    found = bench.tshark(ordinary, "-q", "-z", "io,phs", plugin=False)
    for protocol in ("tls ", "http ", "http2 ", "data-text-lines "):
        assert protocol in found, found
    assert len(bench.frames(ordinary, "tcp.reassembled.length", plugin=False)) > 50


@pytest.mark.parametrize("view", VIEWS)
def test_decodes_the_same(bench, ordinary, view):
    same(bench, ordinary, VIEWS[view])


def test_statistics_and_streams_are_the_same(bench, ordinary):
    same(bench, ordinary, TAPS)


def test_exported_objects_are_the_same(bench):
    exported = {}
    for plugin in (False, True):
        folder = bench.scratch / f"objects-{plugin}"
        bench.tshark("tls-objects-443.pcapng", "-q", "--export-objects", f"http,{folder}", plugin=plugin)
        exported[plugin] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(exported[False]) == 2
    assert exported[True] == exported[False]


def test_exported_pdus_are_the_same(bench, ordinary):
    exported = {}
    for plugin in (False, True):
        target = bench.scratch / f"pdus-{plugin}.pcapng"
        bench.tshark(ordinary, "-U", "OSI layer 4", "-w", target, plugin=plugin)
        # Stock leaves to chance what it has no value for: bytes between the values, from 4.4 on, which the tree does not
        # show; and the urgent pointer, which it names or, in 4.0, shows as the last two of the bytes from TCP.
        text = bench.tshark(target, "-V", plugin=False).replace(str(target), "")
        text = re.sub(r"(Dissector Data: [0-9a-f]{34})[0-9a-f]{4}\b", r"\1", text)
        exported[plugin] = re.sub(r".*[Uu]rgent.*\n", "", text)
    assert exported[False].count("\n") > 100
    assert exported[True] == exported[False]


# --- the port stays ours, and is given back -----------------------------------------------------------------------

HELLOS = "msturn.pseudotls"

IN_FORCE = {
    "tls ports taken away": ("-o", "http.tls.port:8443"),
    "tls ports emptied": ("-o", "http.tls.port:"),
    "tls ports extended": ("-o", "http.tls.port:443,4443"),
    "http on 443 as well": ("-o", "http.tcp.port:80,443,8080"),
    "decode as tls": ("-d", "tcp.port==443,tls"),
    "decode as tls where nobody was": ("-o", "http.tls.port:8443", "-d", "tcp.port==443,tls"),
    "tls switched off": ("--disable-protocol", "tls"),
    "another range": ("-o", "msturn.tcp_ports:440-450"),
    "no reassembly": ("-o", "tcp.desegment_tcp_streams:FALSE"),
}


@pytest.mark.parametrize("case", IN_FORCE)
def test_hook_stays_in_force(bench, case):
    assert bench.frames("tcp443-edge.pcap", HELLOS, *IN_FORCE[case]) == [4, 5]


GIVEN_BACK = {
    "msturn switched off": ("--disable-protocol", "msturn"),
    "no port": ("-o", "msturn.tcp_ports:"),
    "other port": ("-o", "msturn.tcp_ports:8443"),
    "decode as http": ("-d", "tcp.port==443,http"),
    "decode as nothing of ours": ("-d", "tcp.port==443,smtp"),
}


@pytest.mark.parametrize("case", GIVEN_BACK)
def test_port_is_given_back(bench, case):
    options = [word for word in GIVEN_BACK[case] if not word.startswith("msturn.tcp_ports")]
    own = case in ("no port", "other port")
    present = bench.tshark("tcp443-edge.pcap", "-V", *GIVEN_BACK[case], plugin=True)
    stock = ("-V",) if own or case == "msturn switched off" else ("-V", *options)
    assert present == bench.tshark("tcp443-edge.pcap", *stock, plugin=False)


def sharkd(bench, requests, plugin=True):
    """What sharkd, the engine of Wireshark behind a socket, answers to requests in one process."""
    lines = [json.dumps({"jsonrpc": "2.0", "id": number, **request}) for number, request in enumerate(requests, 1)]
    result = bench.run("sharkd", "-", plugin=plugin, input="\n".join(lines) + "\n")
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def load(name):
    return {"method": "load", "params": {"file": name}}


def setconf(name, value):
    return {"method": "setconf", "params": {"name": name, "value": value}}


def found(number):
    """Asks for the frames with a hello, in words that differ each time: sharkd remembers answers by the words."""
    return {"method": "frames", "params": {"filter": f"{HELLOS} && frame.number < {1000 + number}"}}


def test_changes_while_running(bench):
    """As in the GUI: preferences change in one process, the file is dissected again."""
    capture = bench.capture("tcp443-edge.pcap")
    changes = [(None, None, 2), ("http.tls.port", "8443", 2), ("http.tls.port", "443,8443", 2),
               ("msturn.tcp_ports", "", 0), ("http.tls.port", "443", 0), ("msturn.tcp_ports", "443", 2),
               ("http.tcp.port", "80,443", 2), ("msturn.tcp_ports", "8443", 0), ("msturn.tcp_ports", "443", 2),
               ("http.tcp.port", "80", 2)]
    requests = []
    for number, (name, value, _) in enumerate(changes):
        requests += ([setconf(name, value)] if name else []) + [load(capture), found(number)]
    answers = sharkd(bench, requests)
    counts = [len(answer["result"]) for answer in answers if isinstance(answer.get("result"), list)]
    assert counts == [expected for _, _, expected in changes]
