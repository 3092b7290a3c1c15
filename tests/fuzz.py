#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Feeds mutated captures to tshark with a plugin built under sanitizers. Started by tests/fuzz.sh, which
describes the settings; BUILD_DIR is the sanitized build.

A batch is a file of some thousand frames: captures of pcaps/ one after the other, each time as another
conversation, damaged by one of MUTATIONS and looked at in one of VIEWS. Everything follows from the seed and
the number of the batch. What also fails without the plugin is stock Wireshark's and not counted (narrow.py).
"""
import concurrent.futures
import fnmatch
import hashlib
import mmap
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import captures
import mutations
import narrow
from conftest import TOP, Bench, drop_privileges
from narrow import Outcome

PACKETS = int(os.environ.get("FUZZ_PACKETS") or 60000)
# The run of the test command says the same each time; only a long one tries something new.
SEED = int(os.environ.get("FUZZ_SEED") or (time.time() if os.environ.get("FUZZ_PACKETS") else 1))
PATTERN = os.environ.get("FUZZ_CAPTURES", "*")
JOBS = int(os.environ.get("FUZZ_JOBS", "1"))
ONLY_BATCH = os.environ.get("FUZZ_BATCH")
KEEP = Path(os.environ.get("FUZZ_KEEP", Path(os.environ["BUILD_DIR"]) / "findings"))
BATCH_FRAMES = 4000
SLICE = 400             # of a long capture, a batch takes a piece of this length at a time
# Seconds of processor time that a run may take: so many, and so many more for each frame; and how many times
# that by the clock, as other work on the machine is no finding.
TIME_LIMIT = (60, 0.02)
PATIENCE = 10

# Dissectors that exported PDUs are addressed to, as far as this Wireshark has them.
PDU_DISSECTORS = ("sip", "msturn", "stun-udp", "sdp", "xml", "syslog")


def editcap(bench, path, *options):
    """Rewrites the file with editcap."""
    out = path.with_suffix(".edited")
    bench.run("editcap", "-F", "pcap", *options, path, out)
    os.replace(out, path)


def flip(bench, path, rng, frames):
    """editcap -E: wrong bytes, mostly behind the headers."""
    offset = rng.choice((0, 14, 34, 42, 42, 42, 54, 62, 66, 100, 300))
    editcap(bench, path, "-E", rng.choice(("0.0005", "0.002", "0.01", "0.02", "0.05")),
            "--seed", str(rng.randrange(1, 1 << 31)), "-o", str(offset))


def snap(bench, path, rng, frames):
    """editcap -s: frames cut by the snap length, half of the time with wrong bytes too."""
    editcap(bench, path, "-s", str(rng.randrange(42, 1400)))
    if rng.random() < 0.5:
        flip(bench, path, rng, frames)


def structure(bench, path, rng, frames):
    """Payloads repeated, cut, spliced, with boundary values; the lengths of the headers are right again."""
    payloads = [frame.data[42:] for frame in frames if len(frame.data) > 50][:500] or [b"x"]
    changed = mutations.restructure(frames, rng, rng.choice((0.1, 0.3, 1.0)), payloads)
    captures.write(path, frames[0].link, changed)


def structure_and_flip(bench, path, rng, frames):
    structure(bench, path, rng, frames)
    editcap(bench, path, "-E", "0.002", "--seed", str(rng.randrange(1, 1 << 31)), "-o", "42")


def exported(bench, path, rng, frames):
    """Payloads as exported PDUs, most of them addressed to whatever dissector, right or wrong."""
    payloads = []
    for frame in frames:
        packet = mutations.Packet.parse(frame.data) if frame.link == captures.ETHERNET else None
        if packet and packet.payload < len(frame.data):
            payloads.append(frame.data[packet.payload:])
    payloads = payloads or [b"x"]
    out = [mutations.exported_pdu(rng.choice(PDU_DISSECTORS),
                                  mutations.mutate_payload(payload, rng, payloads)) for payload in payloads]
    captures.write(path, captures.EXPORTED_PDU, out)


def noise(bench, path, rng, frames):
    """Random payloads, sent to the ports that the plugin listens on, over UDP and TCP. Not by randpkt: that has no
    seed, and nobody could repeat what it made."""
    out = []
    for frame in frames:
        packet = mutations.Packet.parse(frame.data) if frame.link == captures.ETHERNET else None
        if packet:
            port = rng.choice((443, 3478, 3479, 3480, 5060, 514, 40000)).to_bytes(2, "big")
            data = packet.with_payload(rng.randbytes(rng.randrange(1, rng.choice((20, 160, 1400)))))
            frame = data[:packet.l4 + 2] + port + data[packet.l4 + 4:]
        out.append(frame)
    captures.write(path, frames[0].link, out)


# What is done to a batch: weight, function.
MUTATIONS = (
    (6, flip),
    (2, snap),
    (5, structure),
    (2, structure_and_flip),
    (2, exported),
    (1, noise),
)

# How a batch is looked at; taps are added where the plugin has them.
VIEWS = (
    ("-V",),
    ("-2", "-V"),
    ("-2",),
    ("-V", "-o", "udp.try_heuristic_first:TRUE", "-o", "tcp.try_heuristic_first:TRUE"),
    ("-2", "-T", "pdml"),
)
TAPS = ("msice,calls", "msice,tree", "msice,candidates")


class Fuzzer:
    def __init__(self):
        self.bench = Bench()
        self.lock = threading.Lock()
        self.tried = 0
        self.findings = {}
        self.stock = 0
        self.keylog = self.bench.dir / "keys.log"
        self.load()
        libraries = [subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()
                     for name in ("libasan.so", "libubsan.so")]
        self.sanitizer_env = {
            "LD_PRELOAD": ":".join(os.path.realpath(path) for path in libraries),
            "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:exitcode=99:allocator_may_return_null=1"
                            ":detect_stack_use_after_return=1:detect_odr_violation=0",
            "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=99",
            # Each wmem allocation one of malloc, so that the sanitizer sees its bounds and its end.
            "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple",
            "G_SLICE": "always-malloc",
            # No extcap programs: they would be started with the sanitizer too, and hang between fork and exec.
            "WIRESHARK_EXTCAP_DIR": str(self.bench.no_plugins),
        }
        self.ask_the_plugin()

    def load(self):
        """Reads the captures, and the TLS secrets that stand beside or in them."""
        keys = b""
        self.captures = {}
        for path in sorted((TOP / "pcaps").iterdir()):
            if path.suffix in (".keys", ".keylog"):
                keys += path.read_bytes()
            elif path.suffix in (".pcap", ".pcapng") and fnmatch.fnmatch(path.name, PATTERN):
                frames, secrets = captures.read(path)
                keys += secrets + b"\n"
                for link in sorted({frame.link for frame in frames}):
                    self.captures[path.name, link] = [frame for frame in frames if frame.link == link]
        self.keylog.write_bytes(keys)
        self.keylog.chmod(0o644)
        if not self.captures:
            sys.exit(f"fuzz: no capture in pcaps/ matches {PATTERN}")

    def ask_the_plugin(self):
        """The names that our protocols give to [Malformed Packet], and the taps we have."""
        out = self.bench.dir / "answer.txt"

        def ask(*words, plugin=True):
            errors = self.tshark(words, out, plugin)[1]
            return out.read_text(encoding="utf-8", errors="replace") + errors

        if "msice.so" not in (answer := ask("-G", "plugins")):
            sys.exit(f"fuzz: tshark does not load the sanitized plugin:\n{answer}")
        with_it, without = ({line.split("\t")[1] for line in ask("-G", "protocols", plugin=plugin).splitlines()
                             if line.count("\t") >= 2} for plugin in (True, False))
        ours = sorted(with_it - without)
        self.malformed = re.compile(
            rb"Malformed Packet: (?:%s)\b[^\n]*|\[Dissector bug[^\n]*"
            % b"|".join(re.escape(name.encode()) for name in ours))
        answer = ask("-z", "help")
        self.taps = [tap for tap in TAPS if tap in answer]

    def tshark(self, words, out, plugin=True, timeout=None):
        """Runs tshark under the sanitizers; returns (exit status, or None after a timeout; its stderr)."""
        def limit():
            if timeout:
                resource.setrlimit(resource.RLIMIT_CPU, (int(timeout), int(timeout) + 5))

        with open(out, "wb") as stdout:
            process = subprocess.Popen(["tshark", *map(str, words)], stdout=stdout, stderr=subprocess.PIPE,
                                       stdin=subprocess.DEVNULL, cwd=self.bench.scratch,
                                       env=self.bench.env(plugin, **self.sanitizer_env), preexec_fn=limit,
                                       **drop_privileges())
            try:
                errors = process.communicate(timeout=timeout and timeout * PATIENCE)[1]
                status = None if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else process.returncode
                return status, errors.decode(errors="replace") if status is not None else "no end"
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return None, "no end"

    def look(self, view, path, count, plugin):
        """Runs tshark over a file and judges what came out."""
        out = path.with_suffix(".out")
        words = ["-n", "-r", path, *view, "-o", f"tls.keylog_file:{self.keylog}"]
        if plugin and "-V" not in view and "pdml" not in view:
            for tap in self.taps:
                words += ["-z", tap]
        status, errors = self.tshark(words, out, plugin, TIME_LIMIT[0] + count * TIME_LIMIT[1])
        try:
            if status is None:
                return Outcome("timeout", errors)
            if status != 0:
                return Outcome("crash", errors[-6000:] or f"exit status {status}")
            if "CRITICAL" in errors or "runtime error" in errors:
                return Outcome("complaint", errors[-3000:])
            return self.scan(out)
        finally:
            out.unlink(missing_ok=True)

    def scan(self, out):
        """Looks for our malformed packets and for dissector bugs in what tshark printed."""
        with open(out, "rb") as file:
            if os.path.getsize(out) == 0:
                return Outcome()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                found = self.malformed.search(text)
                if not found:
                    return Outcome()
                # The frame it stands in: of the text, or of PDML.
                at = max(text.rfind(b"\nFrame ", 0, found.start()),
                         text.rfind(b'<field name="num" ', 0, found.start()))
                number = re.match(rb'\nFrame (\d+)|<field name="num" pos="0" show="(\d+)"', text[at:at + 60])
                return Outcome("malformed", found.group(0).decode(errors="replace"),
                               int(number.group(1) or number.group(2)) if number else 1)

    def make(self, number, path):
        """Makes the file of a batch; returns (view, frame count, a description)."""
        rng = random.Random(f"{SEED}:{number}")
        links = sorted({link for _, link in self.captures})
        link = captures.ETHERNET if captures.ETHERNET in links and rng.random() < 0.9 else rng.choice(links)
        choice = [frames for (_, its_link), frames in sorted(self.captures.items()) if its_link == link]
        batch, used = [], 0
        while len(batch) < min(BATCH_FRAMES, PACKETS):
            frames = rng.choice(choice)
            start = rng.randrange(len(frames) - SLICE + 1) if len(frames) > SLICE else 0
            batch += mutations.renumber(frames[start:start + SLICE], used, rng)
            used += 1
        del batch[max(PACKETS, 1):]
        captures.write(path, link, batch)
        mutation = rng.choices([row[1] for row in MUTATIONS], [row[0] for row in MUTATIONS])[0]
        view = rng.choice(VIEWS)
        mutation(self.bench, path, rng, batch)
        path.chmod(0o644)
        return view, len(batch), f"{mutation.__name__}, tshark {' '.join(view)}"

    def batch(self, number):
        """Makes and looks at one batch."""
        path = self.bench.scratch / f"batch-{number}.pcap"
        view, count, what = self.make(number, path)
        with self.lock:
            self.tried += count
        for outcome, file in narrow.examine(lambda *file: self.look(view, *file), path):
            if file:
                self.keep(number, what, view, outcome, file)
            else:
                with self.lock:
                    self.stock += 1
        for file in self.bench.scratch.glob(f"batch-{number}.*"):
            file.unlink()

    def keep(self, number, what, view, outcome, file):
        """Counts a finding; keeps the file of the first one of a kind and says how to see it again."""
        name = outcome.signature()
        with self.lock:
            known = self.findings.setdefault(name, [0, None])
            known[0] += 1
            if known[1]:
                return
            KEEP.mkdir(parents=True, exist_ok=True)
            known[1] = KEEP / f"{hashlib.sha256(name.encode()).hexdigest()[:10]}.pcap"
        shutil.copy(file, known[1])
        known[1].with_suffix(".txt").write_text(
            f"{name}\nFUZZ_SEED={SEED} FUZZ_BATCH={number} ({what})\n\n{outcome.text}\n",
            encoding="utf-8")
        print(f"finding: {name}\n  {known[1]}: tshark {' '.join(view)} -r …; "
              f"again: FUZZ_SEED={SEED} FUZZ_BATCH={number} sh tests/fuzz.sh ({what})", flush=True)

    def run(self):
        start = time.monotonic()
        if ONLY_BATCH is not None:
            self.batch(int(ONLY_BATCH))
        else:
            batches = range((PACKETS + BATCH_FRAMES - 1) // BATCH_FRAMES)
            with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
                for done, _ in enumerate(pool.map(self.batch, batches), 1):
                    if done % 25 == 0:
                        print(f"… {self.tried} packets, {len(self.findings)} findings, "
                              f"{time.monotonic() - start:.0f} s", flush=True)
        shutil.rmtree(self.bench.dir, ignore_errors=True)
        print(f"seed {SEED}, {len(self.captures)} captures, {time.monotonic() - start:.0f} s; "
              f"failures of stock Wireshark passed over: {self.stock}")
        for name, (hits, path) in sorted(self.findings.items()):
            print(f"{hits} x {name} ({path})")
        print(f"packets tried: {self.tried}, findings: {len(self.findings)}")
        return 1 if self.findings else 0


if __name__ == "__main__":
    sys.exit(Fuzzer().run())
