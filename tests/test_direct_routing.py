# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between Teams and the telephone network, through an SBC."""
import re

import pytest

from call_table import rows_of
from gen import direct_routing

PRODUCT = "Teams Direct Routing, version 2022.2.21.3: i.EUNO.7"


def test_bypass_call(bench):
    """The call in which all is well: one row, connected, the product in words, and nothing to complain about."""
    (row,) = rows_of(bench.tshark("sbc-bypass.pcap", "-2", "-q", "-z", "msice,calls"))
    assert (row["outcome"], row["path"], row["verdict"]) == ("connected", "through NAT", "-")
    assert row["from"].startswith("sip:+15550100@sip.pstnhub.microsoft.com")
    frames = bench.rows("sbc-bypass.pcap", ["msice.call", "sip.CSeq", "msdiag.product"], "-2")
    assert {value for frame in frames.values() for value in frame["msice.call"]} == {"1"}
    assert all(frame["msice.call"] for frame in frames.values())
    assert {value for frame in frames.values() for value in frame["msdiag.product"]} == {PRODUCT}
    warned = bench.frames("sbc-bypass.pcap", "(msice or msdiag or msturn) and _ws.expert.severity >= 0x400000", "-2")
    assert warned == []


def test_legs(bench):
    """By product or host a dialog is a call; dialogs that share an id are one, while one of them goes on."""
    calls = {}
    for frame in bench.rows("sbc-legs.pcap", ["msice.call", "sip.Call-ID"], "-2").values():
        number = int(re.match(r"dr(\d+)@test", frame.one("sip.Call-ID"))[1]) // 10 - 1
        calls.setdefault(list(direct_routing.LEGS)[number], set()).update(frame["msice.call"])
    assert {name: len(found) for name, found in calls.items()} == {
        name: wanted for name, (_, wanted) in direct_routing.LEGS.items()}
