# SPDX-License-Identifier: GPL-2.0-or-later
"""A real call on loopback: sipp calls sipp, and the BYE carries the header of a failed call.

The two talk through a relay that writes down each datagram: capturing on an interface would need root.
"""
import errno
import random
import select
import subprocess

from conftest import PATIENCE, TOP, environment
from gen.wire import Capture
from peers.relay import QUIET_PORTS, bound

SCENARIO = TOP / "tests" / "data" / "uac-media-failure.xml"


FRONT, BACK, CALLEE, CALLER = QUIET_PORTS[:4]


def own_address():
    """(an address of this computer that no other run of the tests uses, the socket on FRONT that tells them so)."""
    while True:
        host = "127." + ".".join(str(random.randrange(1, 255)) for _ in range(3))
        try:
            return host, bound(host, [FRONT])
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise


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
    host, front = own_address()
    common = ["sipp", "-i", host, "-nostdin", "-m", "1", "-timeout", str(PATIENCE), "-timeout_error"]
    capture = Capture()
    with front, bound(host, [BACK]) as back:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path, "env": environment()}
        with subprocess.Popen([*common, "-sn", "uas", "-p", str(CALLEE)], **quiet) as callee, \
                subprocess.Popen([*common, "-sf", SCENARIO, "-p", str(CALLER), f"{host}:{FRONT}"], **quiet) as caller:
            relay(front, back, (host, CALLEE), caller, capture)
            callee.terminate()
    assert caller.returncode == 0
    path = bench.write("sipp.pcap", b"")
    capture.write(path)
    rows = bench.fields(path, ["sip.Method", "msdiag.header", "msdiag.id", "icewarn.flags", "msdiag.media",
                               "msdiag.remote_site.ipv4", "msdiag.remote_site.port"], "-Y", "msdiag")
    # (More than one where the machine has much to do, and the request is sent again.)
    assert rows and all(row == [["BYE"], ["ms-client-diagnostics"], ["22"], ["0x00000029"], ["application-sharing"],
                                [host], ["20050"]] for row in rows)
    assert bench.frames(path, "sip") == list(range(1, len(capture.frames) + 1))
