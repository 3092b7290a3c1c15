# SPDX-License-Identifier: GPL-2.0-or-later
"""The display filter set: every filter in it compiles against the plugin, and tshark loads it in silence."""
import json
import re
import subprocess

import pytest

from conftest import BUILD, TOP, environment

PROFILE = TOP / "plugin" / "profile" / "MS-ICE"


def lines(name):
    return [line for line in (PROFILE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def uat(line):
    """The cells of a UAT line; quotes inside are written as \\x22."""
    return [cell.replace("\\x22", '"') for cell in re.findall(r'"([^"]*)"', line)]


def filters():
    """(where it stands, filter) for every filter of the profile, macros with example arguments."""
    for line in lines("dfilters"):
        name, text = re.fullmatch(r'"([^"]+)" (.+)', line).groups()
        yield f"dfilters: {name}", text
    for line in lines("dfilter_buttons"):
        enabled, label, text, _ = uat(line)
        assert enabled == "TRUE"
        yield f"dfilter_buttons: {label}", text
    for line in lines("colorfilters"):
        name, text = re.fullmatch(r"!?@([^@]+)@(.+)@\[\d+,\d+,\d+\]\[\d+,\d+,\d+\]", line).groups()
        yield f"colorfilters: {name}", text
    for name in ("README.md", "docs/filters.md"):
        for text in re.findall(r"^\| [^|]+ \| `((?!-|\$)[^`]+)` \|$", (TOP / name).read_text(encoding="utf-8"), flags=re.M):
            yield name, text.replace("\\|", "|")


# An argument for each macro that has one.
ARGUMENTS = {"icewarn": "0x20", "msdiag_address": "65.55.127.64", "msdiag_id": "23", "msice_address": "198.51.100.20",
             "msturn_address": "203.0.113.99"}
# The capture of its story, where it is not that of the diagnostics headers.
STORIES = {"msturn_address": "turn-multiplexed.pcap", "msice_address": "sig-call-udp.pcap"}


@pytest.fixture(scope="module")
def compiled(bench):
    """Asks tshark, with the plugin loaded, whether a filter compiles: its exit status and complaints."""
    def compile_filter(text):
        result = bench.run("tshark", "-r", bench.capture("diag-stories-udp.pcap"), "-c", "1", "-Y", text, check=False)
        return result.returncode, result.stderr
    return compile_filter


def test_every_filter_compiles(compiled):
    """All at once, and one by one only to name those that do not: a start of tshark costs more than a filter."""
    every = list(filters())
    assert len(every) > 50
    if compiled(" || ".join(f"({text})" for _, text in every)) != (0, ""):
        assert [(where, text) for where, text in every if compiled(text) != (0, "")] == []
        raise AssertionError("each filter compiles alone, together they do not")


def test_a_renamed_field_would_be_noticed(compiled):
    assert compiled("icewarn.no_such_flag == 1")[0] != 0


def test_macros_stand_in_both_forms():
    old = {name: text for name, text in map(uat, lines("dfilter_macros"))}
    new = {name: text for name, text in (re.fullmatch(r'"([^"]+)" (.+)', line).groups() for line in lines("dmacros"))}
    assert old == new and set(old) == set(ARGUMENTS)


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_macro(bench, name):
    """Each macro finds frames of the story it is for."""
    story = STORIES.get(name, "diag-stories-udp.pcap")
    assert bench.frames(story, f"${{{name}:{ARGUMENTS[name]}}}", "-C", "MS-ICE")


@pytest.mark.parametrize("plugin", [True, False])
def test_loads_without_a_warning(bench, plugin):
    """With the plugin and without: a profile that complains is a profile that people delete."""
    result = bench.run("tshark", "-C", "MS-ICE", "-r", bench.capture("diag-stories-udp.pcap"), plugin=plugin)
    assert result.stderr == ""


def test_colours_and_columns(bench):
    result = bench.run("tshark", "-C", "MS-ICE", "--color", "-r", bench.capture("diag-stories-udp.pcap"))
    assert result.stderr == ""
    first, *_ = bench.tshark("diag-stories-udp.pcap", "-C", "MS-ICE").splitlines()
    assert {"24", "0x320"} <= set(first.split())
    rows = bench.rows("diag-stories-udp.pcap", ["frame.coloring_rule.name"], "-C", "MS-ICE", "--color")
    assert rows[1].one("frame.coloring_rule.name") == "Media connectivity failure"


def rule_of(bench, capture, frame):
    rows = bench.rows(capture, ["frame.coloring_rule.name"], "-2", "-C", "MS-ICE", "--color")
    return rows[frame].one("frame.coloring_rule.name")


def test_what_nobody_answers_is_not_green(bench):
    teams = "packets-teams-443-reset.pcap"
    assert rule_of(bench, teams, 26) == "Checks without an answer"
    assert rule_of(bench, teams, 1) == "Relay requests without an answer"
    assert rule_of(bench, teams, 10) == "Relay refuses or does not answer"
    for line in lines("colorfilters"):
        name, red, green, blue = re.fullmatch(r"@([^@]+)@.+@\[(\d+),(\d+),(\d+)\].*", line).groups()
        if "without an answer" in name or "not answer" in name:
            assert int(green) <= max(int(red), int(blue)), name


def test_greens_can_be_told_apart():
    """What is mostly green differs by as much as an eye sees in pale colours."""
    greens = []
    for line in lines("colorfilters")[:21]:
        *colour, = map(int, re.fullmatch(r"@[^@]+@.+@\[(\d+),(\d+),(\d+)\].*", line).groups())
        if colour[1] > colour[0] and colour[1] > colour[2]:
            greens.append(colour)
    assert len(greens) == 2
    assert sum(abs(a - b) for a, b in zip(*greens)) > 8000


def test_stock_rules_follow_ours(bench):
    names = [re.match(r"@([^@]+)@", line).group(1) for line in lines("colorfilters")]
    assert names.index("Bad TCP") > names.index("MS-TURN") and {"TCP RST", "ICMP errors", "TCP", "UDP"} < set(names)
    assert rule_of(bench, "packets-teams-443-reset.pcap", 15) == "TCP RST"


def test_buttons_fit_a_small_screen():
    """1366 pixels, of which the filter itself takes 400; 8 a letter and 26 around a word are more than any font takes."""
    first = [uat(line)[1].split("//")[0] for line in lines("dfilter_buttons")]
    shown = list(dict.fromkeys(first))
    assert shown[0] == "Failed calls"
    assert sum(8 * len(name) + 26 for name in shown) < 1366 - 400


def test_the_menu_of_saved_filters_is_short():
    assert 15 <= len(lines("dfilters")) <= 20


def test_mask_of_causes_is_that_of_the_table():
    """The mask in the filters is no second table: it follows the weights of the flags, unknown bits included."""
    flags = json.loads(subprocess.run([BUILD / "icewarn", "--json", "0x1fffffff"], capture_output=True,
                                      check=True, env=environment()).stdout)[0]["flags"]
    causes = sum(int(flag["bit"], 16) for flag in flags if flag["weight"] == "cause") + 0xE0000000
    masks = set(re.findall(r"icewarn\.flags & (0x[0-9a-f]{8})", (PROFILE / "dfilters").read_text(encoding="utf-8")))
    assert masks == {f"0x{causes:08x}"}
