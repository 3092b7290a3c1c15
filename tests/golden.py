# SPDX-License-Identifier: GPL-2.0-or-later
"""What a golden holds: per frame the Info column and the trees of our protocols."""
import json
import re

# What TCP writes into the Info column of a segment, in other words in each version.
SEGMENT_NOTES = re.compile(r"\s*\[TCP (segment of a reassembled PDU|PDU reassembled in \d+)\]\s*")
OURS = ("icewarn", "msdiag", "msturn", "msice", "mras", "msqoe", "mscall")


def ours(node):
    """The parts of a packet's tree that belong to our protocols, with their path left out."""
    found = []
    if isinstance(node, dict):
        for key, value in node.items():
            if key.split(".")[0] in OURS or key.removesuffix("_tree").split(".")[0] in OURS:
                found.append({key: value})
            else:
                found += ours(value)
    elif isinstance(node, list):
        for value in node:
            found += ours(value)
    return found


def golden_text(bench, name, *options):
    """The golden of a capture as text."""
    infos = [SEGMENT_NOTES.sub(lambda note: " " if note.end() < len(note.string) else "", info)
             for info in bench.infos(name, *options)]
    packets = bench.json(name, *options)
    frames = [{"frame": number + 1, "info": [infos[number]], "ours": ours(packet["_source"]["layers"])}
              for number, packet in enumerate(packets)]
    return json.dumps([frame for frame in frames if frame["ours"]], indent=1, ensure_ascii=False) + "\n"
