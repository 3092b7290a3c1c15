# SPDX-License-Identifier: GPL-2.0-or-later
"""What a golden holds: for each frame with something of ours its Info column, and a line for each field of ours.

    4 Allocate Success: relay 198.51.100.5:53000, seen as 203.0.113.7:61000, 600 s
        msturn.relayed.ipv4 .port = 198.51.100.5:53000
        msturn.lifetime = 600

A value is written as the tree shows it, with the meaning of a number. What a person cannot judge, or has read in another
line, is left out (SILENT), and what goes on from frame to frame is said where it changes (STEADY): a change of what the
plugin says is a difference of few lines.
"""
import re
import xml.etree.ElementTree as ElementTree

# What TCP writes into the Info column of a segment, in other words in each version.
SEGMENT_NOTES = re.compile(r"\s*\[TCP (segment of a reassembled PDU|PDU reassembled in \d+)\]\s*")
OURS = ("icewarn", "msdiag", "mspath", "msturn", "msice", "mras", "msqoe", "mscall")
FIELD = re.compile(rf"({'|'.join(OURS)})\.")

# Left out, by the whole name. The bytes are made up by the generators; the rest another line says, too.
SILENT = re.compile("|".join((
    r"msturn\.(att|att\.(type|length|family|padding)|length|transaction_id|cookie|nonce)",
    r"msturn\.(username|username\.(version|client_id)|data|integrity|error_reason|response_time)",
    r"msturn\.(channel_length|frame\.(reserved|length|rfc4571_length))",
    r"msturn\.pseudotls\.((record|handshake|done)\..*|version|random|session_id|.*_length|compression)",
    r"msturn\.answer\.http_.*",
    r"msice\.check|msice\.check\.(att|att\.(type|length)|type|length|transaction_id|username|integrity|tie_breaker|sender|response_time)",
    # What a call adds up to changes from frame to frame on a first pass; tests/test_outcome.py looks at the whole.
    r"msice\.call\.(step|previous|next|outcome\.reason|media\..*|duration|rtt|verdict\.(frame|advice|confidence|header))",
    # The line of a candidate names its type, transport, address, port and component.
    r"msice\.candidate\.(attribute|foundation|username|component|transport|priority|priority\..*|q_value|ipv4|ipv6|port|type)",
    r"msice\.media(\.port)?|msice\.sdp\.(ssrc_range|candidate_info|key|caps)",
    r"msdiag\.(media_debug|param\.(name|value)|path\.(trust|subnet)|port_range\.(min|max)|expert\.verdict|product\.agent)",
    r"msdiag\.(local_site|local_mr|remote_site|remote_mr|base_address)",
    r"icewarn\.evidence",
    r"mras\.(request_id|response_time|relay|username|identity|credentials_request_id|token\.size)",
    r"msqoe\.(media|error|session|relay|local|remote|caller|ice_warning_flags)|msqoe\.(relay|local|remote)\.host",
)))

# Said where it differs from what the file said before.
STEADY = re.compile("|".join((
    r"msturn\.(version|stream_type|service_quality|realm|username\.expires|connection_id|session_id|software|channel)",
    r"msice\.call\.(id|conversation|caller|callee|outcome|path.*|relay.*|setup_time|verdict.*)",
    r"msice\.(candidate\.form|check\.(form|version|role|receiver|candidate_identifier))",
    r"msdiag\.product",
    r"mras\.(version|server_version|to|from|realm|route|duration|location)",
    r"msqoe\.(version|schema_version|session_id|call_id|endpoint|start|end|from|to|from_tag|to_tag|.*_user_agent)",
)))

ADDRESS = re.compile(r"(.+\.)(ipv4|ipv6)")
CLEAR = ("False", "Not set")
LONGEST = 300
BITS = re.compile(r"^[01.]+( [01.]+)* = ")
ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d+)Z")       # from 4.6 on


def labels(bench):
    """The name of each field as the tree shows it, by filter name."""
    rows = (line.split("\t") for line in bench.run("tshark", "-G", "fields").stdout.splitlines())
    # Those of expert items are no labels: the tree shows a sentence, which may begin with the same words.
    return {row[2]: row[1] for row in rows if row[0] == "F" and FIELD.match(row[2]) and ".expert." not in row[2]}


def value(node, label):
    """What the tree shows behind the label of a field; empty where the label is all."""
    shown = node.get("showname") or ""
    # Each version has words of its own for durations, and for what it cuts.
    if node.get("name").endswith(("_time", ".outcome")) or re.match(re.escape(label) + r" \[(truncated|…|\.\.\.)\]: ", shown):
        return node.get("show")[:LONGEST]
    shown = BITS.sub("", shown)
    shown = "" if shown == label else shown.removeprefix(f"{label}: ")
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"


def joined(node):
    """The fields below a node, ports put behind their addresses: (field, names to write, value where it is joined)."""
    below = {child.get("name"): child.get("show") for child in node}
    for child in node:
        name, shown = child.get("name"), child.get("show")
        address = ADDRESS.fullmatch(name)
        if address and address[1] + "port" in below:
            shown = f"[{shown}]" if address[2] == "ipv6" else shown
            yield child, f"{name} .port", f"{shown}:{below[address[1] + 'port']}"
        elif not (name.endswith(".port") and below.keys() & {name[:-4] + "ipv4", name[:-4] + "ipv6"}):
            yield child, name, None


def fields(node, names, depth=1):
    """The lines of the fields of ours below a node of PDML: (what to write for the filter, line)."""
    for child, written, text in joined(node):
        name, below = child.get("name"), depth
        if FIELD.match(name) and not SILENT.fullmatch(name):
            text = text or value(child, names.get(name, ""))
            if text not in CLEAR:
                below += 1
                yield written, "    " * depth + written + (f" = {text}" if text else "")
        yield from fields(child, names, below)


def golden_text(bench, name, *options):
    """The golden of a capture as text."""
    names, said, lines = labels(bench), {}, []
    infos = bench.infos(name, *options)
    packets = ElementTree.fromstring(bench.tshark(name, "-T", "pdml", *options))
    for number, (info, packet) in enumerate(zip(infos, packets.iter("packet"), strict=True), 1):
        found = list(fields(packet, names))
        if found:
            info = SEGMENT_NOTES.sub(lambda note: " " if note.end() < len(note.string) else "", info)
            lines.append(f"{number} {info}".rstrip())
        for written, line in found:
            if not STEADY.fullmatch(written) or said.get(written) != line:
                lines.append(line)
            said[written] = line
    return ISO_TIME.sub(bench.time_of_4_0, "\n".join(lines) + "\n")


def everything(bench, name):
    """All that the trees of our protocols show of a capture, nothing left out."""
    packets = ElementTree.fromstring(bench.tshark(name, "-T", "pdml"))
    return "\n".join(f"{node.get('name')} {node.get('showname')} {node.get('show')}"
                     for node in packets.iter("field") if FIELD.match(node.get("name")))
