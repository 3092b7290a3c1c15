# SPDX-License-Identifier: GPL-2.0-or-later
"""msice-batch: folders of captures and logs as one table of calls, by sharkd, GNU parallel and Slurm."""
import gzip
import json
import os
import shutil
import signal
import subprocess
import time

import jsonschema
import pytest

from conftest import BUILD, NOBODY, PATIENCE, TOP, drop_privileges
from test_json import SCHEMA, calls_of

STORY = "story-proxy-443.pcap"
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


class Folder:
    """A folder of captures, and what msice-batch makes of it."""

    def __init__(self, bench, name):
        self.bench, self.place = bench, bench.scratch / name
        shutil.rmtree(self.place, ignore_errors=True)
        self.input, self.results = self.place / "in", self.place / "out" / "calls.ndjson"
        self.input.mkdir(parents=True)
        self.own()

    def own(self):
        if os.geteuid() == 0:
            for folder, _, files in os.walk(self.place):
                for path in (folder, *(os.path.join(folder, file) for file in files)):
                    os.chown(path, NOBODY, NOBODY)

    def put(self, name, data):
        path = self.input / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        self.own()
        return path

    def story(self, name, capture=STORY):
        return self.put(name, (TOP / "pcaps" / capture).read_bytes())

    def command(self, *options, more=()):
        return ["env", f"PATH={BUILD}/batch:{BUILD}/extcap:/usr/sbin:/usr/bin:/sbin:/bin", *more, "msice-batch", "-o",
                str(self.results), *map(str, options), str(self.input)]

    def run(self, *options, more=()):
        return self.bench.run(*self.command(*options, more=more), check=False)

    def calls(self):
        return calls_of(self.results.read_text(encoding="utf-8"))

    def files(self):
        journal = self.results.with_name("calls.ndjson.files").read_text(encoding="utf-8")
        return {os.path.relpath(line["file"], self.input): line for line in map(json.loads, journal.splitlines())}


def without_file(call):
    return {name: value for name, value in call.items() if name not in ("file", "file_size")}


def is_running(*words):
    """Whether a process with these words runs for us."""
    for process in os.listdir("/proc"):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                text = file.read().decode(errors="replace").replace("\0", " ")
            if all(word in text for word in words):
                return True
        except (OSError, ValueError):
            pass
    return False


@pytest.fixture(scope="module")
def mixed(bench):
    folder = Folder(bench, "mixed")
    folder.story("call.pcap")
    folder.story("deep/er.pcap", "sbc-ends.pcap")
    folder.put("packed.pcap.gz", gzip.compress((TOP / "pcaps" / STORY).read_bytes()))
    client, sbc = ((TOP / "tests" / "logs" / name).read_bytes() for name in ("client-504.log", "sbc-audiocodes.txt"))
    folder.put("client.UccApilog", client)
    folder.put("client.log.gz", gzip.compress(client))
    folder.put("sbc.txt", sbc)
    folder.put("server.log", (TOP / "tests" / "logs" / "server-mras.log").read_bytes())
    folder.put('a "name"\n<b>.pcap', (TOP / "pcaps" / STORY).read_bytes())
    folder.put("cut.pcap", (TOP / "pcaps" / STORY).read_bytes()[:-40])
    folder.put("empty.pcap", b"")
    folder.put("readme.txt", b"Ask Ann.\n")
    folder.put("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
    folder.result = folder.run()
    return folder


def test_each_kind_of_file(mixed):
    states = {name: (line["status"], line["calls"]) for name, line in mixed.files().items()}
    assert states == {
        "call.pcap": ("done", 1), "deep/er.pcap": ("done", 28), "packed.pcap.gz": ("done", 1), "server.log": ("done", 0),
        "client.UccApilog": ("done", 1), "client.log.gz": ("done", 1), "sbc.txt": ("done", 1), 'a "name"\n<b>.pcap': ("done", 1),
        "cut.pcap": ("damaged", 1), "empty.pcap": ("damaged", 0), "readme.txt": ("foreign", 0), "picture.png": ("foreign", 0)}


def test_the_end_says_what_was_not_read(mixed):
    listed = [line.replace(str(mixed.input) + "/", "") for line in mixed.result.stderr.splitlines()]
    assert "damaged: empty.pcap: it is empty" in listed
    assert any(line.startswith("damaged: cut.pcap: ") and "cut short" in line for line in listed), listed
    assert "foreign: readme.txt: neither a capture nor a log that uclog knows" in listed
    assert listed[-1].endswith("calls in 8 files; 2 damaged, 0 failed, 2 foreign, 0 not done")
    assert mixed.result.returncode == 2


def test_calls_are_those_of_tshark(bench, mixed):
    for name in ("call.pcap", "deep/er.pcap", "packed.pcap.gz", "cut.pcap"):
        path = mixed.input / name
        ours = [without_file(call) for call in mixed.calls() if call["file"] == str(path)]
        assert ours == calls_of(bench.run("tshark", "-q", "-r", path, "-z", "msice,json", check=False).stdout), name


def test_lines_hold_to_the_schema(mixed):
    for call in mixed.calls():
        VALIDATOR.validate(call)
        assert call["file_size"] == os.path.getsize(call["file"])


def test_nothing_is_left_behind(mixed):
    assert sorted(path.name for path in mixed.results.parent.iterdir()) == ["calls.ndjson", "calls.ndjson.files"]


def test_names_that_are_no_text(bench):
    folder = Folder(bench, "names")
    path = os.fsencode(folder.input) + b"/\xff.pcap"
    shutil.copyfile(TOP / "pcaps" / STORY, path)
    assert folder.run().returncode == 0
    assert [call["file"] for call in folder.calls()] == [f"file://{folder.input}/%FF.pcap"]
    folder.run()
    assert len(folder.calls()) == 1


def test_what_is_done_is_not_done_again(bench):
    folder = Folder(bench, "again")
    folder.story("one.pcap")
    assert folder.run().returncode == 0
    before = folder.results.read_bytes()
    folder.story("two.pcap")
    # No engine, nothing to decode: what is done needs none.
    assert folder.run().returncode == 0
    after = folder.results.read_bytes()
    assert after.startswith(before) and len(folder.calls()) == 2
    no_engine = folder.run(more=["PATH=" + str(BUILD / "batch") + ":/nowhere:/bin:/usr/bin", "TMPDIR=/nowhere"])
    assert no_engine.returncode == 0 and folder.results.read_bytes() == after


def test_a_file_that_has_changed_is_done_anew(bench):
    folder = Folder(bench, "changed")
    folder.story("one.pcap")
    folder.run()
    folder.story("one.pcap", "story-both-remote.pcap")
    folder.run()
    assert [call["file_size"] for call in folder.calls()] == [
        os.path.getsize(TOP / "pcaps" / name) for name in (STORY, "story-both-remote.pcap")]


def test_what_a_killed_worker_left_is_cut_off(bench):
    """Half a line of calls, half a line of the journal: as after a power cut."""
    folder = Folder(bench, "torn")
    folder.story("one.pcap")
    folder.run()
    for path in (folder.results, folder.results.with_name("calls.ndjson.files")):
        with open(path, "ab") as file:
            file.write(b'{"schema":1,"file":"/x')
    folder.story("two.pcap")
    assert folder.run().returncode == 0
    assert sorted(os.path.basename(call["file"]) for call in folder.calls()) == ["one.pcap", "two.pcap"]
    assert set(folder.files()) == {"one.pcap", "two.pcap"}


# sharkd, but it does what the name of a file asks for.
BAD_SHARKD = '''#!/usr/bin/python3
import os, signal, socket, sys, time
if os.fork():
    os._exit(0)
os.setsid()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1][len("unix:"):])
server.listen()
while True:
    client, _ = server.accept()
    if os.fork():
        client.close()
        continue
    asked = client.recv(100000)
    if b"kills" in asked:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"stalls" in asked:
        time.sleep(1000)
    if b"eats" in asked:
        bytearray(1 << 40)
    client.sendall(b'{"id":1,"result":{"status":"OK"}}\\n{"id":2,"result":{"frames":1}}\\n'
                   b'{"id":3,"result":{"taps":[{"tables":[{"i":[["1","{\\\\"schema\\\\":1,\\\\"call\\\\":1}"]]}]}]}}\\n')
    os._exit(0)
'''


@pytest.fixture
def bad_engine(bench):
    """A stand-in for sharkd that crashes, stalls and grows: the real one does so only with bugs nobody has found."""
    place = bench.scratch / "bad-engine"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / "sharkd").write_text(BAD_SHARKD, encoding="utf-8")
    (place / "sharkd").chmod(0o755)
    return [f"PATH={BUILD}/batch:{place}:/usr/bin:/bin"]


def test_a_file_that_kills_or_stalls_costs_itself_only(bench, bad_engine):
    folder = Folder(bench, "bad")
    names = [f"{number}{what}.pcap" for number, what in enumerate(["", "kills", "", "stalls", "", "eats", ""])]
    for name in names:
        folder.story(name)
    result = folder.run("--timeout", 3, "-j", 1, more=bad_engine)
    states = {name: line["status"] for name, line in folder.files().items()}
    assert states == {name: "failed" if len(name) > 7 else "done" for name in names}
    assert "3stalls.pcap: not done within 3 s" in result.stderr
    assert "1kills.pcap: the engine died of it (limit 4096 MiB)" in result.stderr
    assert result.returncode == 2
    assert len(folder.calls()) == 4


def test_a_limit_of_memory_holds(bench):
    """The real engine, with less than it needs to start: said once, no file is blamed."""
    folder = Folder(bench, "little")
    folder.story("one.pcap")
    process = subprocess.Popen(folder.command("--memory", 50), env=bench.env(), cwd=bench.scratch, stderr=subprocess.PIPE,
                               encoding="utf-8", **drop_privileges())
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and "sharkd does not start" in errors


def test_an_interrupt_ends_everything_and_the_next_run_goes_on(bench, bad_engine):
    folder = Folder(bench, "interrupted")
    folder.story("0.pcap")
    folder.story("1stalls.pcap")
    process = subprocess.Popen(folder.command("-j", 1, more=bad_engine), env=bench.env(), cwd=bench.scratch,
                               stderr=subprocess.DEVNULL, start_new_session=True, **drop_privileges())
    end = time.monotonic() + PATIENCE
    journal = folder.results.with_name("calls.ndjson.files")
    while not (journal.exists() and journal.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=PATIENCE)
    while is_running(f"{bench.scratch}/bad-engine/sharkd") and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(f"{bench.scratch}/bad-engine/sharkd")
    os.rename(folder.input / "1stalls.pcap", folder.input / "1.pcap")
    assert folder.run().returncode == 0
    assert len(folder.calls()) == 2


@pytest.mark.parametrize("words, text", [
    (["-j", "0"], "not a number above 0"), (["--timeout", "soon"], "not a number above 0"), (["--nonsense"], "unrecognized option"),
    (["/nowhere"], "there is no /nowhere")])
def test_wrong_use(bench, words, text):
    folder = Folder(bench, "wrong")
    result = folder.run(*words)
    assert result.returncode == 1 and text in result.stderr


def test_options_stand_anywhere(bench):
    """As in the examples of the documentation."""
    folder = Folder(bench, "order")
    folder.story("one.pcap")
    program, *words = folder.command("-j", 1)[2:]
    run = ["env", folder.command()[1], program]
    assert bench.run(*run, words[-1], *words[:-1], "--db", folder.place / "calls.db", check=False).returncode == 0
    assert len(folder.calls()) == 1 and (folder.place / "calls.db").exists()
    result = bench.run(*run, "-o", folder.place / "other", "--", "-q", check=False)
    assert result.returncode == 1 and "there is no -q" in result.stderr


@pytest.mark.parametrize("name", ["a b", "x;touch made;", "$(touch made)", "g[1]*?", "it's", 'a "b"', "{}", "-o"])
def test_names_are_names(bench, name):
    """A folder for the results of any name, in the folder that is decoded; so is the database: none is input next time."""
    folder = Folder(bench, "any")
    folder.results = folder.input / name / "calls.ndjson"
    folder.story("one.pcap")
    for _ in range(2):
        result = folder.run("--db", folder.input / name / "calls.db")
        assert result.returncode == 0, result.stderr
    assert list(folder.files()) == [os.path.relpath(folder.input / "one.pcap", folder.input)]
    assert sorted(path.name for path in folder.results.parent.iterdir()) == ["calls.db", "calls.ndjson", "calls.ndjson.files"]
    assert not list(folder.place.rglob("made")) and not (bench.scratch / "made").exists()


def test_a_log_that_is_packed_and_cut(bench):
    """It is damaged, and what it holds is shown; behind the packed data may stand anything."""
    folder = Folder(bench, "cut-log")
    log = (TOP / "tests" / "logs" / "client-504.log").read_bytes()
    whole = gzip.compress(log)
    for name, data in {"whole": whole, "tail": whole + b"\n\n", "sum": whole[:-8] + bytes(8), "cut": whole[:-60], "head": whole[:12]}.items():
        folder.put(f"{name}.log.gz", data)
    result = folder.run()
    states = {name: (line["status"], line["calls"]) for name, line in folder.files().items()}
    assert states == {"whole.log.gz": ("done", 1), "tail.log.gz": ("done", 1), "sum.log.gz": ("damaged", 1),
                      "cut.log.gz": ("damaged", 0), "head.log.gz": ("damaged", 0)}
    assert result.returncode == 2 and "cut.log.gz: it is compressed, and cannot be unpacked to its end" in result.stderr


def test_a_packed_log_is_as_old_as_its_file(bench):
    """Of a log that says no year, that in which the file was changed last, packed or not."""
    folder = Folder(bench, "old-log")
    log = (TOP / "tests" / "logs" / "sbc-audiocodes.txt").read_bytes()
    for path in (folder.put("plain.txt", log), folder.put("packed.txt.gz", gzip.compress(log))):
        os.utime(path, (1735800000, 1735800000))
    folder.run()
    starts = {call["start"] for call in folder.calls()}
    assert len(folder.calls()) == 2 and len(starts) == 1 and starts.pop().startswith("2024-")


def test_a_folder_that_cannot_be_read_is_told(bench):
    folder = Folder(bench, "closed")
    folder.story("one.pcap")
    folder.story("secret/two.pcap")
    (folder.input / "secret").chmod(0)
    result = folder.run()
    (folder.input / "secret").chmod(0o755)
    assert result.returncode == 2 and "Permission denied" in result.stderr
    assert "not everything in the folders could be listed" in result.stderr
    assert len(folder.calls()) == 1


def test_links_are_followed(bench):
    """To a file and to a folder, once each; one that leads in a circle is told."""
    folder = Folder(bench, "links")
    for name in ("there/one.pcap", "there/deep/two.pcap"):
        path = folder.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((TOP / "pcaps" / STORY).read_bytes())
    for link in ("one.pcap", "again.pcap"):
        (folder.input / link).symlink_to(folder.place / "there" / "one.pcap")
    (folder.input / "deep").symlink_to(folder.place / "there" / "deep")
    folder.own()
    assert folder.run().returncode == 0
    assert sorted(call["file"] for call in folder.calls()) == [str(folder.place / "there" / name) for name in ("deep/two.pcap", "one.pcap")]
    (folder.input / "circle").symlink_to(folder.input)
    result = folder.run()
    assert result.returncode == 2 and "loop" in result.stderr and len(folder.calls()) == 2


def test_progress_on_a_terminal_only(bench):
    folder = Folder(bench, "progress")
    folder.story("one.pcap")
    words = " ".join(f"'{word}'" for word in folder.command())
    shown = bench.run("env", "SHELL=/bin/sh", "script", "-qec", words, "/dev/null", check=False).stdout
    assert "100%" in shown
    os.remove(folder.results)
    os.remove(f"{folder.results}.files")
    assert "%" not in folder.run().stderr
