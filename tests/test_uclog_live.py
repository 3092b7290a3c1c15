# SPDX-License-Identifier: GPL-2.0-or-later
"""uclog as a capture source: Wireshark's extcap protocol, and logs that are still being written."""
import os
import queue
import re
import select
import shutil
import signal
import subprocess
import threading

import pytest

from conftest import PATIENCE, WINDOWS, drop_privileges, environment
from gen import logs as gen
from gen import sbc_logs
from uclogs import LOGS, UCLOG, convert, packets, packets_of, uclog


@pytest.fixture
def extcap(bench):
    """uclog in the private extcap folder of the unprivileged user."""
    folder = bench.config / "extcap"
    if bench.version >= (4, 2):
        folder = bench.home / ".local" / "lib" / "wireshark" / "extcap"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(UCLOG, folder / "uclog")
    (folder / "uclog").chmod(0o755)
    return folder / "uclog"


class Follower:
    """uclog --follow on a file; its packets as they come."""

    def __init__(self, path, *words):
        self.process = subprocess.Popen([UCLOG, "--follow", *words, path], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment())
        self.process.stdout.peek(1)  # what comes first is written when the file is open and was looked at
        self.packets = queue.Queue()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for packet in packets_of(self.process.stdout):
            self.packets.put(packet)
        self.packets.put(None)

    def next(self):
        return self.packets.get(timeout=PATIENCE)

    def texts(self, count):
        return [self.next()["data"].decode() for _ in range(count)]

    def stop(self):
        """Ends it, and returns what it says then. Windows has no such signal: there it says nothing any more."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        said = self.process.stderr.read().decode()
        assert (status, said) == (-signal.SIGTERM, "") if WINDOWS else status == 0
        return said


def append(path, text):
    with open(path, "ab") as out:
        out.write(text.encode())


@pytest.mark.parametrize("kind", ["client", "server"])
def test_follow_a_writer_that_rotates(tmp_path, kind):
    record = gen.client_record if kind == "client" else lambda entry: gen.server_record(entry, 1)
    entries = gen.calls(6)
    wanted = [entry["text"] for entry in entries]
    log = tmp_path / "uccapi-0.log"
    append(log, "\ufeff" + "".join(map(record, entries[:3])))
    follower = Follower(log)
    assert follower.texts(3) == wanted[:3]

    # A record that comes in pieces, the first of them inside a line.
    text = record(entries[3])
    append(log, text[:150])
    append(log, text[150:])
    assert follower.texts(1) == wanted[3:4]

    # The file is renamed, written to a last time, and a new one takes its name.
    log.rename(tmp_path / "uccapi-1.log")
    append(tmp_path / "uccapi-1.log", record(entries[4]))
    append(log, "\ufeff" + "".join(map(record, entries[5:9])))
    assert follower.texts(5) == wanted[4:9]

    # The old file ends inside a record and inside a line; the next one begins in the new file.
    append(log, record(entries[9])[:-600])
    assert follower.packets.empty()
    log.rename(tmp_path / "uccapi-2.log")
    append(log, "".join(map(record, entries[10:13])))
    cut = follower.next()
    assert wanted[9].startswith(cut["data"].decode()[:200])
    assert any(comment.startswith("Cut: the next ") for comment in cut["comments"])
    assert follower.texts(3) == wanted[10:13]

    # The file is emptied and written anew.
    with open(log, "wb"):
        pass
    append(log, record(entries[13]))
    assert follower.texts(1) == wanted[13:14]
    said = follower.stop()
    assert WINDOWS or said.startswith("uclog: 14 messages, 0 records skipped, ")
    assert follower.next() is None


def test_follow_ends_with_its_reader(tmp_path):
    log = tmp_path / "a.log"
    append(log, gen.client_log(gen.calls(1)))
    process = subprocess.Popen([UCLOG, "--follow", log], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               env=environment())
    assert process.stdout.read(100)
    process.stdout.close()
    assert process.wait(PATIENCE) == 0


def test_follow_an_empty_file(tmp_path):
    log = tmp_path / "a.log"
    append(log, "")
    follower = Follower(log)
    entries = gen.calls(1)
    append(log, gen.server_log(entries))
    assert follower.texts(7) == [entry["text"] for entry in entries]
    follower.stop()


def test_follow_a_log_without_a_message_yet(tmp_path):
    """Lines with times, and what goes on with them, are of a log; it may be empty of SIP for hours."""
    log = tmp_path / "full"
    append(log, "2014-07-01 12:00:00 pbx: started\nwith more of it\n")
    follower = Follower(log)
    text = sbc_logs.call()[0][2]
    append(log, "2014-07-01T12:00:01Z pbx: up\n")
    append(log, "2014-07-01T12:00:02Z pbx kamailio[1]: " + text.replace("\r\n", "#015#012") + "\n")
    assert follower.texts(1) == [text]
    follower.stop()


@pytest.mark.parametrize("name", ["no-log-lookalike.txt", "no-log-plain-sip.txt"])
def test_follow_refuses_a_wrong_file(tmp_path, name):
    """As without following, and at once: it waits for an empty file only."""
    result = uclog("--follow", LOGS / name, "-w", tmp_path / "out")
    assert result.returncode == 2 and "not a log that uclog reads" in result.stderr and not (tmp_path / "out").exists()


def test_follow_hands_findings_on(tmp_path):
    """A finding that comes with its message is said on it; one that comes later is a record of its own."""
    log = tmp_path / "a.log"
    entry = gen.calls(1)[0]
    append(log, gen.server_record(entry, 1) + gen.server_finding(entry, 2))
    follower = Follower(log)
    first = follower.next()
    assert any("SIPPROXY_E_ROUTING" in comment for comment in first["comments"])
    append(log, gen.server_finding(entry, 3))
    assert b"SIPPROXY_E_ROUTING" in follower.next()["data"]
    follower.stop()


# --- the extcap protocol

def sentences(*words):
    """The sentences that uclog answers: (name, {key: value})."""
    result = uclog(*words)
    assert (result.returncode, result.stderr) == (0, "")
    for line in result.stdout.decode().splitlines():
        name, rest = line.split(" ", 1)
        assert re.fullmatch(r"(\{[a-z]+=[^{}]*\})+", rest), line
        yield name, dict(re.findall(r"\{([a-z]+)=([^{}]*)\}", rest))


def test_extcap_answers():
    (extcap, _), (interface, values) = sentences("--extcap-interfaces", "--extcap-version=4.0")
    assert (extcap, interface) == ("extcap", "interface")
    assert values == {"value": "uclog", "display": "Lync / Skype for Business log"}
    assert list(sentences("--extcap-dlts", "--extcap-interface", "uclog")) == [
        ("dlt", {"number": "252", "name": "WIRESHARK_UPPER_PDU", "display": "Wireshark Upper PDU export"})]
    config = {values["call"]: values for _, values in sentences("--extcap-config", "--extcap-interface", "uclog")}
    assert [(call, values["type"]) for call, values in config.items()] == [
        ("--file", "fileselect"), ("--tz", "string"), ("--trace", "boolflag"), ("--follow", "boolflag")]
    assert config["--file"]["mustexist"] == "true" and config["--file"]["required"] == "true"
    wrong = uclog("--extcap-config", "--extcap-interface", "eth0")
    assert wrong.returncode == 1 and "uclog" in wrong.stderr


def test_help_of_the_dialog_is_our_page(tmp_path):
    """Where the installer put it; without it there is no help, and not that of somebody else."""
    env = environment(XDG_DATA_HOME=str(tmp_path / "data"), XDG_DATA_DIRS=str(tmp_path / "none"))
    ask = [str(UCLOG), "--extcap-interfaces"]
    assert "help=" not in subprocess.run(ask, env=env, capture_output=True, text=True, check=True).stdout
    page = tmp_path / "data" / "doc" / "msice" / "logs.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Logs\n", encoding="utf-8")
    answer = subprocess.run(ask, env=env, capture_output=True, text=True, check=True).stdout
    assert f"{{help={page.as_uri()}}}" in answer


def test_wireshark_lists_the_interface(bench, extcap):
    assert "uclog (Lync / Skype for Business log)" in bench.run("tshark", "-D").stdout
    assert "WIRESHARK_UPPER_PDU" in bench.run("tshark", "-i", "uclog", "-L").stdout


def test_dumpcap_reads_the_fifo(bench, extcap):
    """Through dumpcap nothing gets lost: machines, comments, directions, times."""
    log = bench.write("cls.log", gen.server_log(gen.calls(20), ("fe\\fe1", "fe\\fe2")))
    fifo, out = str(bench.scratch / "fifo"), str(bench.scratch / "out.pcapng")
    os.mkfifo(fifo)
    os.chmod(fifo, 0o666)
    source = subprocess.Popen([extcap, "--capture", "--extcap-interface", "uclog", "--fifo", fifo, "--file", log],
                              stderr=subprocess.PIPE, env=environment(), **drop_privileges())
    bench.run("dumpcap", "-q", "-i", fifo, "-w", out)
    assert source.wait(PATIENCE) == 0 and source.stderr.read() == b""
    with open(out, "rb") as stream:
        assert list(packets_of(stream)) == convert(log)


def test_tshark_captures_from_the_interface(bench, extcap):
    log = bench.write("calls.log", gen.client_log(gen.calls(3)))
    fields = ["-T", "fields", "-e", "frame.time_epoch", "-e", "sip.Call-ID", "-e", "icewarn.flags"]
    live = bench.run("tshark", "-i", "uclog", "-o", f"extcap.uclog.file:{log}", "-o", "extcap.uclog.tz:+01:00",
                     *fields).stdout
    capture = bench.write("calls.pcapng", uclog("--tz", "+01:00", log).stdout)
    assert live == bench.run("tshark", "-r", capture, *fields).stdout
    assert live.count("\n") == 21 and "0x04000320" in live


def test_tshark_follows(bench, extcap):
    """The capture goes on behind the end of the log, until the packet that was waited for."""
    entries = gen.calls(2)
    log = bench.write("follow.log", gen.client_log(entries[:7]))
    command = ["tshark", "-l", "-i", "uclog", "-o", f"extcap.uclog.file:{log}", "-o", "extcap.uclog.follow:true",
               "-c", "14", "-T", "fields", "-e", "sip.Call-ID"]
    process = subprocess.Popen(command, env=bench.env(), cwd=bench.scratch, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, encoding="utf-8", **drop_privileges())
    first = [process.stdout.readline() for _ in range(7)]
    append(log, gen.client_log(entries[7:]))
    rest, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert "".join(first) + rest == "".join(f"{entry['call']:032x}\n" for entry in entries)


def test_tshark_says_why_a_file_is_refused(bench, extcap):
    path = bench.write("plain.txt", (LOGS / "no-log-plain-sip.txt").read_bytes())
    result = bench.run("tshark", "-i", "uclog", "-o", f"extcap.uclog.file:{path}", check=False)
    assert "not a log that uclog reads; expected a client log" in result.stderr
    result = bench.run("tshark", "-i", "uclog", check=False)
    assert "choose a log file" in result.stderr


@pytest.mark.parametrize("words", (["--file", LOGS / "no-log-plain-sip.txt"], []))
def test_a_reader_that_waits_is_released_when_there_is_nothing_to_write(tmp_path, words):
    """Wireshark's capture child waits on the FIFO until a writer has come and gone."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    events = select.poll()
    events.register(reader, select.POLLIN)
    result = uclog("--capture", "--extcap-interface", "uclog", "--fifo", fifo, *words)
    assert result.returncode != 0
    assert events.poll(0) == [(reader, select.POLLHUP)]
    os.close(reader)


def test_standard_input_and_output(tmp_path):
    text = gen.client_log(gen.calls(1)).encode()
    result = uclog("-", "-w", "-", input=text)
    assert len(packets(result.stdout)) == 7
    assert packets(result.stdout)[0]["interface"] == "standard input"


def test_the_search_for_the_first_message_can_be_stopped():
    """It may go through gigabytes: here through a pipe that never ends."""
    process = subprocess.Popen([UCLOG, "-", "-w", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment())
    lines = b"2014-07-01 12:00:00 pbx: nothing\n" * 10000
    with pytest.raises(BrokenPipeError):
        for count in range(PATIENCE * 1000):
            process.stdin.write(lines)
            if count == 10:
                process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == (-signal.SIGTERM if WINDOWS else 1)
    assert process.stdout.read() + process.stderr.read() == b""
