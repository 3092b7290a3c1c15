# SPDX-License-Identifier: GPL-2.0-or-later
"""The command icewarn: the same table without a capture."""
import json
import re
import subprocess

import pytest

from conftest import BUILD, PATIENCE, environment
from gen import diagnostics


def icewarn(*arguments, text=""):
    return subprocess.run([BUILD / "icewarn", *arguments], input=text.encode(), capture_output=True, timeout=PATIENCE,
                          env=environment())


def decoded(*arguments, text=""):
    result = icewarn("--json", *arguments, text=text)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_causes_come_first():
    (value,) = decoded("0x4000320")
    assert [flag["bit"] for flag in value["flags"]] == ["0x4000000", "0x20", "0x100", "0x200"]
    assert [flag["weight"] for flag in value["flags"]] == ["cause", "may be normal", "normal", "normal"]
    text = icewarn("0x4000320").stdout.decode()
    assert text.index("TCP relay-to-relay connectivity failed") < text.index("normal: TCP NAT")
    assert all(flag["check"] in text for flag in value["flags"])


# Sums that others have published or worked out by hand.
@pytest.mark.parametrize("value, bits", [
    ("0x12b", [0x1, 0x2, 0x8, 0x20, 0x100]), ("0x29", [0x1, 0x8, 0x20]), ("0x320", [0x20, 0x100, 0x200]),
    ("0x40003a0", [0x20, 0x80, 0x100, 0x200, 0x4000000]), ("0x8000100", [0x100, 0x8000000]), ("0", []),
    ("0x80012b", [0x1, 0x2, 0x8, 0x20, 0x100, 0x800000]), ("800", [0x20, 0x100, 0x200])])
def test_values(value, bits):
    (found,) = decoded(value)
    assert sorted(int(flag["bit"], 16) for flag in found["flags"]) == bits


def test_unknown_bits_are_told():
    (value,) = decoded("0xe0000001")
    assert value["unknown"] == "0xe0000000"
    assert b"unknown" in icewarn("0x20000000").stdout


def test_header_lines_as_copied():
    """The samples with their curly quotes and wraps: every ICEWarn that a person reads is explained."""
    text = "\n".join(line.replace("\r\n ", "\n") for line in diagnostics.sample_lines())
    expected = [f"0x{int(number, 16):x}" for number in re.findall(r"ICEWarn=[”\"]?0x([0-9a-f]+)", text)]
    values = decoded(text=text)
    assert [value["value"] for value in values] == expected
    assert [value["id"] for value in values][:5] == [24, 24, 24, 24, 23]
    *_, last = values
    assert last["media"] == "audio" and last["id"] == 25


@pytest.mark.parametrize("arguments, text, word", [
    (["0xZZ"], "", "0xZZ"), (["0x"], "", "no digits"), ([""], "", "no digits"), (["-1"], "", "-1"),
    (["0x1ffffffffffffffff"], "", "32 bits"), ([], "", "no ICEWarn value"), ([], "hello = world", "no ICEWarn value"),
    ([], 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0xZZ"', "0xZZ")])
def test_wrong_values(arguments, text, word):
    result = icewarn(*arguments, text=text)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.count(b"\n") == 1 and word in result.stderr.decode()


def test_any_input_ends_well():
    for text in (";" * 65536, '"' * 65536, "\0" * 100, "ms-diagnostics: 1" + ";a=" * 30000, "=" * 65536):
        assert icewarn(text=text).returncode == 2
