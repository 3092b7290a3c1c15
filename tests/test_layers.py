# SPDX-License-Identifier: GPL-2.0-or-later
"""Dependencies between the folders of plugin/ run one way: a folder includes what stands before it in this list,
and no two files include each other, directly or in a circle. docs/design.md says what lives where."""
import re

from conftest import TOP

PLUGIN = TOP / "plugin"
# Bottom to top. The last ones know all others, or nobody knows them.
LAYERS = ["knowledge", "text", "base", "calls", "sip", "turn", "ice", "carriers", "analysis", "diagnostics", "offers"]
# Programs without Wireshark: what they may share with the plugin.
PROGRAMS = {"logs": {"knowledge", "text"}, "commands": {"knowledge", "text"}, "batch": {"knowledge"}}
# The file formats of Wireshark 4.6 on: a plugin of its own.
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def sources():
    """All but what stands in for headers of Windows' C."""
    return {path.relative_to(PLUGIN).as_posix(): INCLUDE.findall(path.read_text(encoding="utf-8"))
            for path in sorted(PLUGIN.rglob("*.[ch]")) if path.relative_to(PLUGIN).parts[0] != "windows"}


def allowed(folder, other):
    if folder == other or folder == "":
        return True
    if folder in PROGRAMS:
        return other in PROGRAMS[folder]
    return other in LAYERS and LAYERS.index(other) < LAYERS.index(folder)


def folder_of(name):
    return name.rpartition("/")[0]


def upward(files):
    """Includes that run back, or that are not written from plugin/."""
    return [f"{name} includes {other}" for name, others in files.items() for other in others
            if other not in files or not allowed(folder_of(name), folder_of(other))]


def circle(files):
    """A circle of modules (a .c and its .h are one), as a list of names; empty when there is none."""
    graph = {}
    for name, others in files.items():
        module = name[:-2]
        graph.setdefault(module, set()).update(other[:-2] for other in others if other[:-2] != module)
    done, path = set(), []

    def visit(module):
        if module in path:
            return path[path.index(module):] + [module]
        if module in done:
            return []
        path.append(module)
        for other in sorted(graph.get(module, ())):
            found = visit(other)
            if found:
                return found
        done.add(path.pop())
        return []

    return next((found for module in sorted(graph) if (found := visit(module))), [])


def test_folders_depend_downwards_only():
    assert upward(sources()) == []


def test_no_files_include_each_other():
    assert circle(sources()) == []


def test_a_step_back_and_a_circle_are_found():
    assert upward({"base/a.c": ["turn/b.h"], "turn/b.h": []}) == ["base/a.c includes turn/b.h"]
    assert upward({"base/a.c": ["c.h"]}) == ["base/a.c includes c.h"]
    assert circle({"turn/a.c": ["turn/b.h"], "turn/b.h": [], "turn/b.c": ["turn/c.h"], "turn/c.h": [],
                   "turn/c.c": ["turn/a.h"], "turn/a.h": []}) == ["turn/a", "turn/b", "turn/c", "turn/a"]


def test_folders_are_those_of_the_list():
    """A new folder takes its place in the order."""
    folders = {folder_of(name) for name in sources()} - {""}
    assert folders == set(LAYERS) | set(PROGRAMS)
    assert [name for name in sources() if folder_of(name) == ""] == ["plugin.c"]


def test_header_guards_are_named_after_their_files():
    for name in sources():
        if name.endswith(".h"):
            guard = "MSICE_" + name.rpartition("/")[2][:-2].upper().replace("-", "_") + "_H"
            assert f"#ifndef {guard}\n#define {guard}\n" in (PLUGIN / name).read_text(encoding="utf-8"), name
