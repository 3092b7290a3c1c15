# SPDX-License-Identifier: GPL-2.0-or-later
"""The dialect as far as a machine can tell: .clang-tidy, where clang-tidy is installed."""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import warnings

import pytest

from conftest import BUILD, TOP

TIDY = shutil.which("clang-tidy")
COMPLAINT = re.compile(r"^(\S+?):\d+:\d+: (?:warning|error): (.*)$", re.M)

BAD = """
typedef struct { int Value; } thing;
enum { lower_case };
#define lower_macro 1
int CamelCase(int a, int b);
int CamelCase(int a, int b) { return a == a && b; }
"""


@pytest.fixture(scope="module", autouse=True)
def tidy():
    # Each release finds other things, so that none is installed for the tests: the machine's own is asked.
    if not TIDY:
        warnings.warn("clang-tidy is not installed: nobody has looked at the dialect")
        pytest.skip("clang-tidy is not installed")


def complaints(*words):
    """What clang-tidy says with our configuration: (file, text)."""
    result = subprocess.run([TIDY, "--quiet", f"--config-file={TOP / '.clang-tidy'}", *map(str, words)],
                            capture_output=True, encoding="utf-8")
    found = COMPLAINT.findall(result.stdout)
    assert found or result.returncode == 0, result.stdout + result.stderr
    return found


def test_sources():
    commands = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    sources = sorted({command["file"] for command in commands if command["file"].startswith(f"{TOP / 'plugin'}{os.sep}")})
    assert len(sources) > 50
    parts = [sources[first::8] for first in range(8)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = {item for items in pool.map(lambda part: complaints("-p", BUILD, *part), parts) for item in items}
    assert found == set()


def test_each_kind_is_found(tmp_path):
    """The configuration says what it is meant to say."""
    source = tmp_path / "bad.c"
    source.write_text(BAD)
    texts = {text for _, text in complaints(source, "--")}
    for name in ("Value", "thing", "lower_case", "lower_macro", "CamelCase"):
        assert any(f"'{name}'" in text for text in texts), (name, texts)
    assert any("redundant-expression" in text for text in texts)
