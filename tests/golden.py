# SPDX-License-Identifier: GPL-2.0-or-later
"""What a golden holds: per frame the Info column and the trees of our protocols."""
import datetime
import json
import re

OURS = ("icewarn", "msdiag", "msturn", "msice", "mras", "msqoe")


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


def same_times(node):
    """The tree with absolute times as Wireshark 4.6 writes them, whichever version wrote them."""
    if isinstance(node, dict):
        return {key: same_times(value) for key, value in node.items()}
    if isinstance(node, list):
        return [same_times(value) for value in node]
    found = re.fullmatch(r"(\w{3} +\d+, \d{4} [\d:]{8})(\.\d+) UTC", node) if isinstance(node, str) else None
    if found is None:
        return node
    return datetime.datetime.strptime(found[1], "%b %d, %Y %H:%M:%S").strftime(f"%Y-%m-%dT%H:%M:%S{found[2]}Z")


def golden_text(bench, name, *options):
    """The golden of a capture as text."""
    infos = bench.infos(name, *options)
    packets = bench.json(name, *options)
    frames = [{"frame": number + 1, "info": [infos[number]], "ours": same_times(ours(packet["_source"]["layers"]))}
              for number, packet in enumerate(packets)]
    return json.dumps([frame for frame in frames if frame["ours"]], indent=1, ensure_ascii=False) + "\n"
