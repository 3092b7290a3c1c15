#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of uclog share: running it, and reading what it writes without Wireshark.

    BUILD_DIR=build tests/uclogs.py     makes tests/logs/expected.json again; read it before you commit it
"""
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import BUILD, PATIENCE, TOP, Bench, environment  # noqa: E402

UCLOG = BUILD / "extcap" / "uclog"
LOGS = TOP / "tests" / "logs"
EXPECTED = LOGS / "expected.json"
TAG_NAMES = {12: "dissector", 20: "src", 21: "dst", 22: "src6", 23: "dst6", 24: "port_type", 25: "sport",
             26: "dport", 35: "p2p"}
FIELDS = ["frame.time_epoch", "frame.interface_name", "exported_pdu.ipv4_src", "exported_pdu.ipv4_dst",
          "exported_pdu.ipv6_src", "exported_pdu.ipv6_dst", "exported_pdu.src_port", "exported_pdu.dst_port",
          "exported_pdu.p2p_dir", "sip.Method", "sip.Status-Code", "sip.Call-ID", "msdiag.header", "msdiag.id",
          "icewarn.flags", "syslog.level", "frame.comment"]


def uclog(*words, tz="UTC", **options):
    """Runs uclog; returns the finished process, stdout as bytes, stderr as text."""
    result = subprocess.run([str(UCLOG), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=environment(TZ=tz), timeout=PATIENCE, **options)
    result.stderr = result.stderr.decode()
    return result


def convert(*words, tz="UTC", **options):
    """The packets that uclog makes of the named files."""
    result = uclog(*words, tz=tz, **options)
    assert result.returncode == 0, result.stderr
    return packets(result.stdout)


def options_of(data):
    """The options of a pcapng block as (code, value)."""
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            return
        yield code, data[at + 4:at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


def pdu(data):
    """The tags of an exported PDU, and what is behind them."""
    tags, at = {}, 0
    while True:
        tag, length = struct.unpack_from(">HH", data, at)
        value, at = data[at + 4:at + 4 + length], at + 4 + length
        if tag == 0:
            return tags, data[at:]
        assert length % 4 == 0, "a tag's value is not padded"
        tags[TAG_NAMES[tag]] = value.rstrip(b"\0") if tag == 12 else value


def blocks(stream):
    """The blocks of pcapng from a binary file object, as they come: (type, body)."""
    while True:
        head = stream.read(8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<II", head)
        rest = stream.read(length - 8)
        assert struct.unpack("<I", rest[-4:])[0] == length
        yield kind, rest[:-4]


def packets_of(stream):
    """The packets of pcapng from a binary file object, as they come."""
    interfaces = []
    for kind, body in blocks(stream):
        if kind == 1:
            assert struct.unpack_from("<H", body)[0] == 252
            interfaces.append(dict(options_of(body[8:]))[2].decode())
        elif kind == 6:
            interface, high, low, length, _ = struct.unpack_from("<IIIII", body)
            tags, payload = pdu(body[20:20 + length])
            options = list(options_of(body[20 + (length + 3) // 4 * 4:]))
            yield {"interface": interfaces[interface], "ms": high << 32 | low, "tags": tags, "data": payload,
                   "comments": [value.decode() for code, value in options if code == 1],
                   "flags": [struct.unpack("<I", value)[0] for code, value in options if code == 2]}


def packets(data):
    import io
    return list(packets_of(io.BytesIO(data)))


def logs(pattern="*.log"):
    return sorted(LOGS.glob(pattern))


def expected_rows(bench):
    """What tshark with the plugin says of the logs in tests/logs, merged."""
    capture = bench.write("logs.pcapng", uclog(*logs()).stdout)
    rows = bench.fields(capture, FIELDS)
    return [{name: value for name, value in zip(FIELDS, row) if value} for row in rows]


def main():
    bench = Bench()
    EXPECTED.write_text(json.dumps(expected_rows(bench), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.rmtree(bench.dir)


if __name__ == "__main__":
    main()
