# SPDX-License-Identifier: GPL-2.0-or-later
"""A real call on loopback: sipp calls sipp, and the BYE carries the header of a failed call.

The two talk through a relay that writes down each datagram: capturing on an interface would need root.
"""
import select
import socket
import subprocess

from conftest import TOP
from gen.wire import Capture

SCENARIO = TOP / "tests" / "data" / "uac-media-failure.xml"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def relay(front, back, server, caller, capture):
    """Passes datagrams on between the caller's and the server's side until the caller's process ends."""
    client = None
    while caller.poll() is None:
        for sock in select.select([front, back], [], [], 0.2)[0]:
            data, source = sock.recvfrom(65536)
            if sock is front:
                client = source
                back.sendto(data, server)
                capture.udp(client, front.getsockname(), data)
            else:
                front.sendto(data, client)
                capture.udp(front.getsockname(), client, data)


def test_real_call(bench, tmp_path):
    server = ("127.0.0.1", free_port())
    common = ["sipp", "-i", "127.0.0.1", "-nostdin", "-m", "1", "-timeout", "60", "-timeout_error"]
    capture = Capture()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as front, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
        front.bind(("127.0.0.1", 0))
        back.bind(("127.0.0.1", 0))
        target = f"127.0.0.1:{front.getsockname()[1]}"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
        with subprocess.Popen([*common, "-sn", "uas", "-p", str(server[1])], **quiet) as callee, \
                subprocess.Popen([*common, "-sf", SCENARIO, "-p", str(free_port()), target], **quiet) as caller:
            relay(front, back, server, caller, capture)
            callee.terminate()
    assert caller.returncode == 0
    path = bench.write("sipp.pcap", b"")
    capture.write(path)
    rows = bench.fields(path, ["sip.Method", "msdiag.header", "msdiag.id", "icewarn.flags", "msdiag.media",
                               "msdiag.remote_site.ipv4", "msdiag.remote_site.port"], "-Y", "msdiag")
    assert rows == [[["BYE"], ["ms-client-diagnostics"], ["22"], ["0x00000029"], ["application-sharing"],
                     ["127.0.0.1"], ["20050"]]]
    assert bench.frames(path, "sip") == list(range(1, len(capture.frames) + 1))
