# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of msice-db, in SQLite and in a PostgreSQL that the test starts: filled twice they are the same, and every
query of docs/fleet.md finds in both what the calls say."""
import glob
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

import pytest

from conftest import BUILD, PATIENCE, TOP, drop_privileges
from test_batch import Folder

TEXT = (TOP / "docs" / "fleet.md").read_text(encoding="utf-8")
QUERIES = {title: query for title, query in re.findall(r"^### ([^\n]+)\n(?:(?!^#)[^`])*```sql\n(.*?)```", TEXT, re.M | re.S)}
STORIES = ["story-proxy-443.pcap", "story-both-remote.pcap", "story-internal-remote.pcap", "packets-one-way.pcap", "media-faults.pcap",
           "sbc-legs.pcap", "sbc-ends.pcap", "packets-teams-direct.pcap", "packets-loss.pcap", "packets-port-unreachable.pcap",
           "packets-udp-blocked.pcap"]


@pytest.fixture(scope="module")
def folder(bench):
    folder = Folder(bench, "db")
    for name in STORIES:
        folder.story(name, name)
    folder.put("it's \"empty\".pcap", b"")
    folder.database = str(folder.place / "it's calls.db")
    folder.result = folder.run("--db", folder.database)
    return folder


class Sqlite:
    def __init__(self, folder):
        self.address = folder.database

    def ask(self, query):
        connection = sqlite3.connect(self.address)
        rows = connection.execute(query).fetchall()
        connection.close()
        return rows


class Postgresql:
    """A server of our own, on a socket in a private folder."""

    def __init__(self, bench):
        self.bench = bench
        self.place = bench.scratch / "pg"
        self.programs = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]), default=None)
        self.address = f"postgresql:///postgres?host={self.place}"
        self.process = None

    def start(self):
        bench = self.bench
        bench.run("mkdir", self.place)
        bench.run(f"{self.programs}/initdb", "-D", self.place / "data", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.process = subprocess.Popen([f"{self.programs}/postgres", "-D", self.place / "data", "-k", self.place, "-c",
                                         "listen_addresses=", "-F"], env=bench.env(), cwd=bench.scratch,
                                        stderr=subprocess.DEVNULL, **drop_privileges())
        end = time.monotonic() + PATIENCE
        while bench.run("psql", "-X", self.address, "-c", "SELECT 1", check=False).returncode and time.monotonic() < end:
            time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def ask(self, query):
        """Rows as Python has them, by way of JSON."""
        text = self.bench.run("psql", "-X", "-A", "-t", self.address, "-c",
                              f"SELECT json_agg(json_build_array(row.*)) FROM ({query.rstrip().rstrip(';')}) AS row").stdout
        rows = json.loads(text) or []
        return [tuple(row[0].values()) for row in rows]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, bench, folder):
    if request.param == "sqlite":
        yield Sqlite(folder)
        return
    server = Postgresql(bench)
    assert server.programs and shutil.which("psql"), "PostgreSQL is missing: tests/packages.txt has it"
    server.start()
    assert fill(bench, folder, server.address).returncode == 0
    yield server
    server.stop()


def fill(bench, folder, address):
    return bench.run("env", f"PATH={BUILD}/batch:/usr/bin:/bin", "msice-db", address, folder.results, check=False)


def everything(database):
    return {table: sorted(map(str, database.ask(f"SELECT * FROM {table}"))) for table in ("files", "calls", "attempts", "flags")}


def test_the_tables_are_the_calls(folder, database):
    calls = folder.calls()
    assert folder.result.returncode == 2
    rows = {(file, call): rest for file, call, *rest in database.ask(
        "SELECT file, call, started, caller, outcome, rule, path, remote_address, received_loss, icewarn FROM calls")}
    assert len(rows) == len(calls) > 20
    for call in calls:
        path = call.get("path", {})
        assert rows[call["file"], call["call"]] == [
            call["start"], call.get("from"), call["outcome"], call.get("verdict", {}).get("rule"), path.get("name"),
            path.get("remote", {}).get("address"), call["media"].get("received", {}).get("loss_percent"),
            call.get("header", {}).get("icewarn")]
    assert database.ask("SELECT count(*) FROM attempts") == [(sum(len(call["attempts"]) for call in calls),)]
    assert database.ask("SELECT count(*) FROM flags") == [
        (sum(len(call.get("header", {}).get("flags", [])) for call in calls),)]
    assert database.ask("SELECT status, reason FROM files WHERE status <> 'done'") == [("damaged", "it is empty")]


def test_filled_twice_it_is_the_same(bench, folder, database):
    before = everything(database)
    result = fill(bench, folder, database.address)
    assert result.returncode == 0, result.stderr
    assert everything(database) == before


def test_every_query_of_the_document(folder, database):
    assert len(QUERIES) == 7, list(QUERIES)
    found = {title: database.ask(query) for title, query in QUERIES.items()}
    calls = folder.calls()
    assert {(day, rule): count for day, rule, count in found["What goes wrong, day by day"]} == count_of(
        (call["start"][:10], call["verdict"]["rule"]) for call in calls if "verdict" in call)
    relays = [attempt for call in calls for attempt in call["attempts"] if attempt["kind"] == "allocation"]
    assert {row[:3]: row[3] for row in found["Relays with their failure rates"]} == count_of(
        (relay["remote"]["address"], relay["remote"]["port"], relay["transport"]) for relay in relays)
    assert any(row[5] == 100 for row in found["Relays with their failure rates"])
    assert any(row[5] == 0 for row in found["Relays with their failure rates"])
    assert ("192.168.178.", "10.10.1.", "TCP") in [row[:3] for row in found["Pairs of subnets that never connect"]]
    assert {row[0]: row[1] for row in found["One-way calls by SBC"]} == count_of(
        call["sbc"].get("host") for call in calls if "sbc" in call)
    assert len(found["Loss by path"]) > 1 and any(row[5] and row[5] > 1 for row in found["Loss by path"])
    assert ("pseudo_tls_failed", 1) in found["Flags that are causes, by how many calls have them"]
    assert [row[0] for row in found["Files that could not be read"]] == ["damaged"]


def count_of(keys):
    counts = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts


def test_a_changed_file_replaces_what_was_there(bench):
    folder = Folder(bench, "db-changed")
    database = str(folder.place / "calls.db")
    folder.story("one.pcap", "sbc-ends.pcap")
    folder.story("two.pcap")
    folder.run("--db", database)
    folder.story("one.pcap", "story-both-remote.pcap")
    assert folder.run("--db", database).returncode == 0
    rows = Sqlite(type("", (), {"database": database})).ask("SELECT file, call_id FROM calls ORDER BY 1")
    assert [os.path.basename(file) for file, _ in rows] == ["one.pcap", "two.pcap"]


def test_nothing_to_put_in(bench):
    folder = Folder(bench, "db-nothing")
    folder.put("readme.txt", b"nothing\n")
    database = str(folder.place / "calls.db")
    assert folder.run("--db", database).returncode == 3
    assert Sqlite(type("", (), {"database": database})).ask("SELECT count(*) FROM calls") == [(0,)]


def test_no_database_to_be_had(bench, folder):
    result = folder.run("--db", "/nowhere/calls.db")
    assert result.returncode == 1 and "the database was not filled" in result.stderr
    assert fill(bench, folder, "postgresql:///x?host=/nowhere").returncode != 0


def test_the_recipe_for_a_search_cluster(bench):
    words = re.search(r"\$ (tshark -G elastic-mapping \S+ \S+)", TEXT).group(1).split()
    mapping = bench.run(*words).stdout
    assert "mscall_msice_call" in mapping and "icewarn_icewarn_flags" in mapping
    json.loads(mapping)
    lines = bench.tshark("story-proxy-443.pcap", "-2", "-Y", "msice.call", "-T", "ek").splitlines()
    documents = [json.loads(line) for line in lines if line]
    assert any("mscall_msice_call" in str(document) for document in documents)
