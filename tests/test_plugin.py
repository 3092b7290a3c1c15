# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin loads, and registers what the contract of names promises."""

# Filter names that users, filter sets and scripts rely on: name and type as tshark lists them.
ICEWARN_BITS = """turn_unreachable udp_allocate_failed udp_send_failed tcp_allocate_failed tcp_send_failed
local_failed udp_nat_failed udp_turn_failed tcp_nat_failed tcp_turn_failed check_integrity_failed
allocate_integrity_failed policy_server check_send_failed credentials_unknown policy_candidates_removed
policy_bandwidth_reduced policy_keepalive_failed policy_allocation_failed no_turn_server multiple_turn_servers
port_range_exhausted alternate_server pseudo_tls_failed http_proxy http_proxy_auth_failed turn_turn_tcp_failed
use_candidate_failed fips_allocate_failed""".split()


def registered(bench):
    rows = [line.split("\t") for line in bench.run("tshark", "-G", "fields").stdout.splitlines()]
    return {row[2]: row for row in rows if row[0] == "F"}


def test_icewarn_bits(bench):
    fields = registered(bench)
    assert fields["icewarn.flags"][3] == "FT_UINT32" and fields["icewarn.flags"][5] == "BASE_HEX"
    for position, name in enumerate(ICEWARN_BITS):
        row = fields[f"icewarn.{name}"]
        assert (row[3], int(row[6], 16)) == ("FT_BOOLEAN", 1 << position)
        assert f"icewarn.expert.{name}" in fields
    assert int(fields["icewarn.unknown"][6], 16) == 0xE0000000


def test_stays_away_without_plugin(bench):
    assert "icewarn.flags" not in bench.run("tshark", "-G", "fields", plugin=False).stdout
