# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin loads, and registers what the contract of names promises."""
import re

from conftest import BUILD, TOP

# Filter names that users, filter sets and scripts rely on: name and type as tshark lists them.
ICEWARN_BITS = """turn_unreachable udp_allocate_failed udp_send_failed tcp_allocate_failed tcp_send_failed
local_failed udp_nat_failed udp_turn_failed tcp_nat_failed tcp_turn_failed check_integrity_failed
allocate_integrity_failed policy_server check_send_failed credentials_unknown policy_candidates_removed
policy_bandwidth_reduced policy_keepalive_failed policy_allocation_failed no_turn_server multiple_turn_servers
port_range_exhausted alternate_server pseudo_tls_failed http_proxy http_proxy_auth_failed turn_turn_tcp_failed
use_candidate_failed fips_allocate_failed""".split()


def registered(bench):
    """{filter name: (type, base, mask)} of all fields."""
    rows = (line.split("\t") for line in bench.run("tshark", "-G", "fields").stdout.splitlines())
    found = {}
    for kind, *row in rows:
        if kind == "F":
            _, name, field_type, _, base, mask, *_ = row
            found[name] = (field_type, base, int(mask, 16))
    return found


def test_icewarn_bits(bench):
    fields = registered(bench)
    assert fields["icewarn.flags"] == ("FT_UINT32", "BASE_HEX", 0)
    for position, name in enumerate(ICEWARN_BITS):
        field_type, _, mask = fields[f"icewarn.{name}"]
        assert (field_type, mask) == ("FT_BOOLEAN", 1 << position)
        assert f"icewarn.expert.{name}" in fields
    *_, unknown = fields["icewarn.unknown"]
    assert unknown == 0xE0000000


def test_stays_away_without_plugin(bench):
    assert "icewarn.flags" not in bench.run("tshark", "-G", "fields", plugin=False).stdout


def test_one_version_number(bench):
    """That of the project, in the list of plugins and of the commands, and of the newest changes."""
    version, = re.findall(r"^project\(msice VERSION ([0-9.]+) ", (TOP / "CMakeLists.txt").read_text(encoding="utf-8"), re.M)
    changes = (TOP / "docs" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+) \(\d{4}-\d\d-\d\d\)$", changes, re.M)[0] == version
    listed = dict(re.split(r"\.(?:so|dll)\s+|\s+", line)[:2] for line in bench.run("tshark", "-G", "plugins").stdout.splitlines())
    assert listed["msice"] == version and listed.get("uclog", version) == version
    for program in ("icewarn", "extcap/uclog"):
        assert bench.run(BUILD / program, "--version").stdout == f"{program.rpartition('/')[2]} {version}\n"
