# SPDX-License-Identifier: GPL-2.0-or-later
"""One dialect: what clang-tidy can check of it, by .clang-tidy at the top. Where it is not installed (it is no package that
the tests need) this says so and is left out."""
import concurrent.futures
import json
import os
import shutil
import subprocess

import pytest

from conftest import BUILD, TOP

TIDY = shutil.which("clang-tidy")


def tidy(sources, *options):
    result = subprocess.run([TIDY, "--quiet", *options, *sources], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            encoding="utf-8", cwd=TOP, check=False)
    return [line for line in result.stdout.splitlines() if "error:" in line or "warning:" in line]


def compiled():
    """The plugin's own sources that this build compiles."""
    rows = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    return sorted({row["file"] for row in rows if f"{TOP}/plugin/" in row["file"]})


@pytest.mark.skipif(TIDY is None, reason="clang-tidy is not installed here")
def test_names():
    sources = compiled()
    parts = [sources[i::8] for i in range(8)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda part: tidy(part, "-p", BUILD, "--extra-arg=-Wno-ignored-optimization-argument"), parts)
        assert len(sources) > 100 and sorted({line for lines in found for line in lines}) == []


@pytest.mark.skipif(TIDY is None, reason="clang-tidy is not installed here")
def test_another_dialect_is_found(tmp_path):
    source = tmp_path / "other.c"
    source.write_text("typedef struct { int a; } Thing;\nThing someThing;\nenum { small };\n")
    lines = tidy([source], f"--config-file={TOP / '.clang-tidy'}")
    assert [name for name in ("'Thing'", "'someThing'", "'small'") if not any(name in line for line in lines)] == []
