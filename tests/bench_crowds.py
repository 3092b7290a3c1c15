#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What crowds cost that meet in one place of the analysis: BUILD_DIR=build tests/bench_crowds.py [NAME…]

Captures in which thousands of sockets, checks, requests or media hang on one socket, one call or one transaction, of
CROWD packets and of four times as many (20,000). Prints a line each: user time of tshark with -z msice,calls, without the
time of an empty capture, the ratio, and memory of the larger one against stock. Who looks at each packet once has a ratio
of 4; who walks all that came before for each has 16. docs/reliability.md has the figures.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import captures  # noqa: E402
from conftest import Bench, drop_privileges  # noqa: E402
from gen.bench_base import udp_frame  # noqa: E402
from gen.turn_messages import allocate, check_request, check_response, failure, identity, rtp  # noqa: E402

CROWD, LIMIT, CHEAP, MOST_MEMORY = int(os.environ.get("CROWD", "20000")), 8, 0.5, 2.5
ME, PEER, OTHER, RELAY = ("10.0.0.1", 20000), ("10.9.0.1", 30000), ("10.9.0.2", 30000), ("198.51.100.5", 3478)
MINE, THEIRS = b"bbbb:aaaa", b"aaaa:bbbb"


def host(number, first=20):
    return f"{first}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def checks_of_one(count):
    for number in range(count):
        yield ME, (host(number), 30000), check_request(identity(number), MINE)


def socket_that_moves(count):
    """A socket with many media, named for two calls in turn."""
    yield ME, PEER, check_request(identity(1), MINE)
    yield (ME[0], 20001), OTHER, check_request(identity(2), b"dddd:cccc")
    for number in range(count // 4):
        peer = (host(number), 30000)
        yield peer, ME, check_request(identity(10 + number), THEIRS)
        yield from ((ME, peer, rtp(sequence, 8, 1)) for sequence in (1, 2))
    for number in range(count // 8):
        yield ME, OTHER, check_request(identity(10_000_000 + number), b"dddd:cccc")
        yield ME, PEER, check_request(identity(20_000_000 + number), MINE)


def allocations_in_vain(count):
    """Each socket of a computer asks twice, and a firewall lets nothing through."""
    for number in range(count):
        ask = number % (count // 2)
        yield (ME[0], 1025 + ask % 60000), (host(ask // 60000), 3478), allocate(identity(number))


def refused_and_silent(count):
    for number in range(count):
        relay = (host(number // 3), 3478)
        yield ME, relay, allocate(identity(number))
        if number == 0:
            yield relay, ME, failure(0x113, identity(number), 486, b"Allocation Quota Reached")


def beside(count):
    """Another call of a computer, beside one with many sockets."""
    yield ME, RELAY, allocate(identity(1))
    yield ME, PEER, check_request(identity(2), MINE)
    yield PEER, ME, check_response(identity(2), ME, MINE)
    for number in range(count // 2):
        yield (host(number), 30000), ME, check_request(identity(10 + number), THEIRS)
    yield (ME[0], 20002), RELAY, allocate(identity(3))
    for number in range(count // 2):
        yield (host(number, 21), 30000), (ME[0], 20002), check_request(identity(10_000_000 + number), b"zzzz:yyyy")


def repeats(count):
    for _ in range(count):
        yield ME, PEER, check_request(identity(1), MINE)


CROWDS = (checks_of_one, socket_that_moves, allocations_in_vain, refused_and_silent, beside, repeats)


def run(bench, path, plugin, *options):
    """(user time in seconds, largest resident set in MB)"""
    process = subprocess.Popen(["tshark", "-r", path, "-q", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=bench.env(plugin), cwd=bench.scratch, **drop_privileges())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime, usage.ru_maxrss / 1024


def measure(bench, crowd, count):
    path = bench.scratch / "crowd.pcap"
    captures.write(path, captures.ETHERNET, [udp_frame(*packet) for packet in (crowd(count) if crowd else ())])
    path.chmod(0o644)
    ours = [run(bench, path, True, "-z", "msice,calls") for _ in range(2)]
    return min(seconds for seconds, _ in ours), ours[0][1], run(bench, path, False, "-z", "io,phs")[1]


def main():
    bench, failed = Bench(), False
    nothing = measure(bench, None, 0)[0]
    print(f"| crowd | {CROWD} packets, s | {4 * CROWD}, s | ratio | memory against stock |\n|---|---|---|---|---|")
    for crowd in CROWDS:
        if sys.argv[1:] and crowd.__name__ not in sys.argv[1:]:
            continue
        small, large = (measure(bench, crowd, count) for count in (CROWD, 4 * CROWD))
        seconds = [max(one[0] - nothing, 0.01) for one in (small, large)]
        ratio, memory = seconds[1] / seconds[0], large[1] / large[2]
        failed |= (ratio > LIMIT and seconds[1] > CHEAP) or memory > MOST_MEMORY
        print(f"| {crowd.__name__.replace('_', ' ')} | {seconds[0]:.2f} | {seconds[1]:.2f} | {ratio:.1f} | {memory:.2f} |", flush=True)
    shutil.rmtree(bench.dir)
    return failed


if __name__ == "__main__":
    sys.exit(main())
