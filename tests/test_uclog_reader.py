# SPDX-License-Identifier: GPL-2.0-or-later
"""The file reader of Wireshark 4.6 and later: a log is opened as it is, and says the same as through uclog."""
import pytest

from conftest import BUILD
from gen import logs as gen
from uclogs import FIELDS, LOGS, logs, uclog

BUILT = list((BUILD / "plugins").glob("*/wiretap/uclog.so"))


def wireshark_version(bench):
    words = bench.run("tshark", "--version").stdout.split()
    return tuple(map(int, words[words.index("(Wireshark)") + 1].split(".")[:2]))


def test_built_where_wireshark_takes_readers(bench):
    assert bool(BUILT) == (wireshark_version(bench) >= (4, 6))


@pytest.fixture
def reader(bench):
    """Whether logs can be opened as they are; where they cannot, tshark must fail."""
    return bool(BUILT)


def rows(bench, reader, log, *options):
    """The fields of a log that tshark opens itself; None where it cannot."""
    if reader:
        return bench.fields(log, FIELDS, *options)
    assert bench.run("tshark", "-r", log, check=False).returncode != 0
    return None


def converted(bench, log):
    capture = bench.write("converted.pcapng", uclog(log).stdout)
    return bench.fields(capture, FIELDS)


@pytest.mark.parametrize("path", [path for path in (*logs(), *logs("sbc-*.txt")) if "ends-only" not in path.name],
                         ids=lambda path: path.name)
def test_same_as_through_uclog(bench, reader, path):
    log = bench.write(path.name, path.read_bytes())
    wanted = converted(bench, log) if reader else None
    assert rows(bench, reader, log) == wanted
    assert rows(bench, reader, log, "-2") == wanted


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_calls_of_two_machines(bench, reader, encoding):
    log = bench.write("calls.log", gen.server_log(gen.calls(50), ("fe\\fe1", "fe\\fe2")).encode(encoding))
    wanted = converted(bench, log) if reader else None
    assert rows(bench, reader, log) == wanted
    assert rows(bench, reader, log, "-2") == wanted


def test_saved_as_pcapng(bench, reader):
    """File > Save As: times, comments and machines stay."""
    log = bench.write("calls.log", gen.server_log(gen.calls(20), ("fe\\fe1", "fe\\fe2")))
    saved = bench.scratch / "saved.pcapng"
    done = bench.run("editcap", log, saved, check=False)
    assert (done.returncode == 0) == reader
    assert not reader or bench.fields(saved, FIELDS) == converted(bench, log)


@pytest.mark.parametrize("name", ["no-log-lookalike.txt", "no-log-plain-sip.txt"])
def test_other_text_is_left_alone(bench, name):
    result = bench.run("tshark", "-r", bench.write(name, (LOGS / name).read_bytes()), check=False)
    assert result.returncode != 0 and "isn't a capture file" in result.stderr
