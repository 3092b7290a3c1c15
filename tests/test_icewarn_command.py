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


@pytest.mark.parametrize("around", [" {}", "{}\n", '"{}"', "\u201c{}\u201d", "\u201e{}\u201c", "{},", "({}).", "\u00a0{};", "`{}`"])
def test_values_as_copied(around):
    (value,) = decoded(around.format("0x320"))
    assert value["value"] == "0x320"


def test_decimals_are_told():
    """Who leaves out the 0x of a header gets another value: one line says so."""
    result = icewarn("4000320")
    assert result.stdout.startswith(b"ICEWarn=0x3d0a40")
    assert result.stderr.decode().splitlines() == ["icewarn: 4000320 is read as decimal; as hexadecimal it is 0x4000320"]
    assert icewarn("0x4000320", "0", "8").stderr == b""


def test_unknown_bits_are_told():
    (value,) = decoded("0xe0000001")
    assert value["unknown"] == "0xe0000000"
    assert b"unknown" in icewarn("0x20000000").stdout


def test_header_lines_as_copied():
    """The samples with their curly quotes and wraps: every ICEWarn that a person reads is explained."""
    text = "\n".join(line.replace("\r\n ", "\n") for line in diagnostics.sample_lines())
    expected = [f"0x{int(number, 16):x}" for number in re.findall(r"ICEWarn=[”\"]?0x([0-9a-f]+)", text)]
    found = decoded(text=text)
    values = [value for value in found if "value" in value]
    assert [value["value"] for value in values] == expected
    assert [value["id"] for value in values][:5] == [24, 24, 24, 24, 23]
    *_, last = values
    assert last["media"] == "audio" and last["id"] == 25
    # And every header is told, by its id and on its line; the foreign one and the one without an id are not.
    ids = [re.match(r"(?:X-)?ms-[a-z-]+: (?:\[|<diagHeader>)?(\d+)", line, re.I) for line in diagnostics.sample_lines()]
    assert [value["id"] for value in found] == [int(number.group(1)) for number in ids if number]
    assert all(text.split("\n")[value["line"] - 1].lower().startswith(value["header"].lower()) for value in found)


@pytest.mark.parametrize("argument, word", [
    ("0xZZ", "0xZZ"), ("0x", "no digits"), ("", "no digits"), ("-1", "-1"), ("0x1ffffffffffffffff", "32 bits"),
    ("hello = world", "not a number"), ("SIP/2.0 404 Not Found", "not a number")])
def test_wrong_arguments(argument, word):
    result = icewarn("--", argument)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.count(b"\n") == 1 and word in result.stderr.decode()


def test_headers_as_arguments():
    """Whole headers, with a name or without, mixed with values."""
    values = decoded("0x21", diagnostics.BOTH_INTERNAL, '25; reason="a"; ICEWarn="0x1"', "ms-diagnostics: 12004")
    assert [(value.get("value"), value.get("id")) for value in values] == [
        ("0x21", None), ("0x29", 22), ("0x1", 25), (None, 12004)]
    assert not any("line" in value for value in values)
    assert icewarn("0x21", "nonsense").returncode == 2


@pytest.mark.parametrize("text", ["", "hello = world\n", "0x320\n", "SIP/2.0 404 Not Found\nCSeq: 1 INVITE\n"])
def test_nothing_found(text):
    """One line says so, and what could have been given."""
    result = icewarn(text=text)
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.count(b"\n") == 1 and b"no diagnostics header" in result.stderr and b"icewarn 0x320" in result.stderr
    assert json.loads(icewarn("--json", text=text).stdout) == []


def test_json_carries_all():
    text = ('x\n' + diagnostics.INTERNAL_REMOTE + '\nms-diagnostics: 12004.7;reason="No \\"route\\" found.";source="a"\n'
            "ms-client-diagnostics: 24;CallerMediaDebug=\"audio:ICEWarn=0xZZ\"\n")
    first, second, third = decoded(text=text)
    flags = first.pop("flags")
    assert first == {
        "line": 2, "header": "ms-client-diagnostics", "id": 23, "area": "common",
        "explanation": "No media path was found between an endpoint inside the company network and one outside",
        "reason": "Call failed to establish due to a media connectivity failure when one endpoint is internal and the other is "
                  "remote", "value": "0x4000320", "media": "application-sharing", "unknown": "0x0"}
    assert [flag["bit"] for flag in flags] == ["0x4000000", "0x20", "0x100", "0x200"]
    assert {name: second[name] for name in ("line", "header", "id", "sub_id", "area", "reason")} == {
        "line": 3, "header": "ms-diagnostics", "id": 12004, "sub_id": "7", "area": "outbound routing",
        "reason": 'No \\"route\\" found.'}
    assert not {"value", "flags", "unknown", "media"} & set(second)
    assert (third["id"], third["not_a_value"], third["problem"]) == (24, "0xZZ", "not a number") and "flags" not in third


def test_header_without_flags_is_explained():
    """By its id, by the range of the id, or at least with the reason that the header gives."""
    text = icewarn(text='ms-diagnostics: 1034;reason="a"\nms-client-diagnostics: 51999\nms-diagnostics: 999999;reason="b  c"\n'
                        'x-ms-diagnostics: [2000003;reason="d";error_category="invalid_resource"], correlationId:[1]\n')
    lines = text.stdout.decode().splitlines()
    assert lines == ["line 1: ms-diagnostics 1034: The federated partner's server sent no diagnostics (SIP stack)", "  reason: a", "",
                     "line 2: ms-client-diagnostics 51999: an id without a known meaning (client)", "",
                     "line 3: ms-diagnostics 999999: an id without a known meaning", "  reason: b c", "",
                     "line 4: x-ms-diagnostics 2000003: The token is not for this resource (Exchange authentication)", "  reason: d"]


def test_output_as_text():
    """Several media of one header stand below it once; control characters of the input do not reach the terminal."""
    text = icewarn(text='ms-diagnostics: 24;reason="\x1b[31mred";CallerMediaDebug="audio:ICEWarn=0x1,video:ICEWarn=0x20"\n').stdout.decode()
    assert text.count("line 1:") == 1 and text.count("24: ") == 1
    lines = [line.strip() for line in text.splitlines()]
    assert "ICEWarn=0x1 (audio): TURN server unreachable" in lines
    assert "ICEWarn=0x20 (video): local UDP connectivity failed" in lines
    assert "\x1b" not in text and ".[31mred" in text


@pytest.mark.parametrize("label, local", [
    ("audio", "local UDP"), ("main-audio", "local UDP"), ("main-video", "local UDP"), ("Main-Audio", "local UDP"),
    ("applicationsharing", "local TCP"), ("application-sharing", "local TCP"), ("data", "local TCP"),
    # Sharing as video may mean either.
    ("applicationsharing-video", "local"), ("main-data", "local")])
def test_local_connectivity_is_that_of_the_medium(label, local):
    """Headers and quality reports name media in their own ways."""
    (entry,) = decoded(f'ms-diagnostics: 24;CallerMediaDebug="{label}:ICEWarn=0x20"')
    title, = (flag["title"] for flag in entry["flags"])
    assert title.startswith(f"{local} connectivity failed") and entry["media"] == label


def test_any_input_ends_well():
    for text in (";" * 65536, '"' * 65536, "\0" * 100, "=" * 65536):
        assert icewarn(text=text).returncode == 1
    for text in ("ms-diagnostics: 1" + ";a=" * 30000, "ms-diagnostics: 1;a=" + '"' * 65536, "ms-diagnostics: " + "1" * 65536 + ";reason=a"):
        assert icewarn(text=text).returncode in (0, 1)
