#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes docs/fields.md, and the ICEWarn rows of docs/expert.md, from what the built plugin registers:
BUILD_DIR=build tests/make_docs.py
"""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from conftest import BUILD, TOP, Bench, environment  # noqa: E402
from golden import FIELD  # noqa: E402

BEGIN, END = "<!-- made by tests/make_docs.py: begin -->\n", "<!-- made by tests/make_docs.py: end -->\n"
SEVERITY = {"cause": "Warn", "may be normal": "Note", "normal": "Chat"}


def registered(bench):
    """What the plugin registers: {protocol: (title, {filter name: (type, display name, description)})}."""
    protocols = {}
    rows = [line.split("\t") for line in bench.run("tshark", "-G", "fields").stdout.splitlines()]
    for row in rows:
        if row[0] == "P" and FIELD.match(row[2] + "."):
            protocols[row[2]] = (row[1], {})
    for row in rows:
        if row[0] == "F" and row[2].split(".")[0] in protocols:
            protocols[row[2].split(".")[0]][1].setdefault(row[2], (row[3], row[1], row[7] if len(row) > 7 else ""))
    return protocols


def is_expert(name):
    return ".expert." in name


def fields_text(bench):
    """docs/fields.md."""
    out = ["# Fields\n", "Every field the plugin registers, as `tshark -G fields` lists them (made by "
           "`tests/make_docs.py`). Expert items are in [expert.md](expert.md).\n"]
    for protocol, (title, fields) in sorted(registered(bench).items()):
        out += [f"## {protocol}: {title}\n", "| filter | type | name | description |", "|---|---|---|---|"]
        out += [f"| `{name}` | {kind} | {shown} | {text} |"
                for name, (kind, shown, text) in sorted(fields.items()) if not is_expert(name)]
        out.append("")
    return "\n".join(out)


def icewarn_rows():
    """The rows of docs/expert.md that the flag table makes."""
    listing = subprocess.run([BUILD / "icewarn", "--json", "0x1fffffff"], capture_output=True, check=True,
                             env=environment()).stdout
    flags = sorted(json.loads(listing)[0]["flags"], key=lambda flag: int(flag["bit"], 16))
    return "".join(f"| `icewarn.expert.{flag['name']}` | {SEVERITY[flag['weight']]} | {flag['bit']}: "
                   f"{flag['happened']} | {flag['check']} |\n" for flag in flags)


def expert_text(current):
    """docs/expert.md with the made rows renewed."""
    return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: BEGIN + "\n| filter | severity | what happened "
                  "| what to check first |\n|---|---|---|---|\n" + icewarn_rows() + "\n" + END, current, flags=re.S)


def main():
    bench = Bench()
    (TOP / "docs" / "fields.md").write_text(fields_text(bench), encoding="utf-8")
    shutil.rmtree(bench.dir)
    expert = TOP / "docs" / "expert.md"
    expert.write_text(expert_text(expert.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
