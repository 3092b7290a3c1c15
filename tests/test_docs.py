# SPDX-License-Identifier: GPL-2.0-or-later
"""The documents say what the plugin registers: no field or finding is missing, none is left over."""
import re

import make_docs
from conftest import TOP


def test_fields(bench):
    assert (TOP / "docs" / "fields.md").read_text(encoding="utf-8") == make_docs.fields_text(bench), "run tests/make_docs.py"


def test_expert_items(bench):
    text = (TOP / "docs" / "expert.md").read_text(encoding="utf-8")
    assert text == make_docs.expert_text(text), "run tests/make_docs.py"
    items = {name for _, fields in make_docs.registered(bench).values() for name in fields if make_docs.is_expert(name)}
    rows = re.findall(r"^\| `([a-z0-9_.]+)` \| (Chat|Note|Warn|Error) \| .+ \| .+ \|$", text, flags=re.M)
    assert {name for name, _ in rows} == items
    assert len(rows) == len(items)
