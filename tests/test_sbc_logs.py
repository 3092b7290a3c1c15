# SPDX-License-Identifier: GPL-2.0-or-later
"""uclog: logs of SBCs and text dumps of SIP, turned into the messages as they were on the wire."""
import calendar
import os
import socket

import pytest

from gen import sbc_logs
from uclogs import convert, uclog

STEPS = sbc_logs.call()
NOON = calendar.timegm((2014, 7, 29, 12, 0, 0)) * 1000
WRITTEN = calendar.timegm((2014, 8, 1, 6, 0, 0))


@pytest.fixture
def write(tmp_path):
    def put(text, name="sbc.log"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        os.utime(path, (WRITTEN, WRITTEN))
        return path
    return put


def remote(packet):
    """Address and port of the other side."""
    tags = packet["tags"]
    sent = tags.get("p2p") == b"\0\0\0\0"
    address, port = tags.get("dst" if sent else "src"), tags.get("dport" if sent else "sport")
    return address and f"{socket.inet_ntoa(address)}:{int.from_bytes(port, 'big')}"


@pytest.mark.parametrize("form", sbc_logs.FORMS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_forms(write, form, ends):
    """Each form gives the same messages, byte for byte, with what else it tells."""
    build, directions, times, addresses = sbc_logs.FORMS[form]
    found = convert(write(build(STEPS).replace("\n", ends)))
    assert [packet["data"].decode() for packet in found] == [text for _, _, text in STEPS]
    if directions:
        assert [packet["flags"] for packet in found] == [[2 if sent else 1] for sent, _, _ in STEPS]
    if addresses:
        assert [remote(packet) for packet in found] == [other for _, other, _ in STEPS]
    if times:
        assert [(packet["ms"] - NOON) // 1000 for packet in found] == list(range(len(STEPS)))
    else:
        assert all("gives no time" in packet["comments"][-1] for packet in found)


def test_sonus(write):
    """What is received only, as the one public sample shows."""
    found = convert(write(sbc_logs.sonus(STEPS)))
    assert [packet["data"].decode() for packet in found] == [text for sent, _, text in STEPS if not sent]
