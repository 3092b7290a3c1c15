# SPDX-License-Identifier: GPL-2.0-or-later
"""What Windows' compilers would say to the sources, by Debian's packages alone: clang compiles for Microsoft's compiler,
with the headers of this machine's Wireshark and GLib and mingw's C headers; and lays out all structures for both
compilers of Windows alike, because our plugin is built with one of them, the official Wireshark with the other.
Nothing is linked or run here: that is tests/windows.sh."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import warnings

import pytest

from conftest import BUILD, TOP
from make_zones import wrong

CLANG = shutil.which("clang")
MINGW = pathlib.Path("/usr/x86_64-w64-mingw32/include")
# Not for Windows: the batch programs, which run sharkd and sh; the POSIX half of a pair.
SOURCES = [path for path in sorted((TOP / "plugin").rglob("*.c"))
           if path.parent.name not in ("batch", "windows", "intl") and path.name != "uclog-os.c"]
READER = TOP / "plugin" / "logs" / "uclog-wiretap.c"  # from 4.6 on
MICROSOFT = ["--target=x86_64-pc-windows-msvc", "-fms-compatibility", "-fms-extensions",
             "-fms-compatibility-version=19.40"]
GNU = ["--target=x86_64-w64-windows-gnu", "-mms-bitfields"]
# Aligned by its type's name in one header, by the structure in the other; what holds it is compared.
C_LIBRARY = {"struct _JUMP_BUFFER", "struct _SETJMP_FLOAT128"}
# Where the sizes of types differ from those of Linux, and what else GLib's build finds out of a system.
GLIBCONFIG = [(r"\b(un)?signed long (g\w+);", r"\1signed long long \2;"), (r'"lu"', '"llu"'), (r'"l([diouxX]?)"', r'"ll\1"'),
              (r"#define GLIB_HAVE_ALLOCA_H", ""), (r"SIZEOF_LONG +8", "SIZEOF_LONG 4"), ("#define G_OS_UNIX", "#define G_OS_WIN32\n#define G_PLATFORM_WIN32"), ("IMPL_POSIX", "IMPL_WIN32"),
              (r'G_MODULE_SUFFIX "so"', 'G_MODULE_SUFFIX "dll"'), (r"typedef int GPid", "typedef void *GPid"),
              (r"\(g(u?)long\) \(([piu])\)", r"(g\1intptr) (\2)"),
              (r"(G_G(UINT|INT)64_CONSTANT\(val\)\s+\(val##U?L)\)", r"\1L)")]


@pytest.fixture(scope="module", autouse=True)
def tools():
    """tests/packages.txt installs them."""
    assert CLANG and MINGW.is_dir(), "clang or mingw-w64-x86-64-dev is not installed"


@pytest.fixture(scope="module")
def headers(tmp_path_factory):
    """The options that name all headers."""
    folder = tmp_path_factory.mktemp("windows")
    flags = subprocess.run(["pkg-config", "--cflags-only-I", "wireshark", "glib-2.0"], capture_output=True,
                           encoding="utf-8", check=True).stdout.split()
    folders = [flag[2:] for flag in flags]
    if not any((pathlib.Path(name) / "glib" / "gwin32.h").is_file() for name in folders):
        warnings.warn("this Debian's GLib comes without its header for Windows: nobody has looked whether the sources suit it")
        pytest.skip("needs glib/gwin32.h, which Debian 12 has")
    config = next(path for name in folders if (path := pathlib.Path(name) / "glibconfig.h").is_file())
    text = config.read_text(encoding="utf-8")
    for pattern, replacement in GLIBCONFIG:
        text = re.sub(pattern, replacement, text)
    (folder / "glibconfig.h").write_text(text, encoding="utf-8")
    # Windows does not mind how a name is spelled.
    (folder / "BaseTsd.h").write_text("#include <basetsd.h>\n", encoding="utf-8")
    system = [folder, *(name for name in folders if name != str(config.parent)), MINGW]
    return [f"-I{TOP / 'plugin'}", "-D_UCRT", '-DMSICE_VERSION="0"', *(word for name in system for word in ("-isystem", name))]


def compile_each(files, *options):
    """What the compiler prints for each file: standard output, standard error."""
    def run(path):
        result = subprocess.run([CLANG, "-fsyntax-only", "-std=c11", *map(str, options), path], capture_output=True,
                                encoding="utf-8", errors="replace")
        return result.stdout, result.stderr

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(run, files))


def complaints(files, headers):
    strict = ["-Wall", "-Wextra", "-Wgnu", "-Wvla", "-Wpointer-arith", "-Wzero-length-array", "-Wno-ignored-attributes",
              "-Wno-pragma-pack", "-Wno-unused-parameter", "-Wno-sign-compare", "-D_CRT_SECURE_NO_WARNINGS", "-include", TOP / "tests" / "windows" / "msvc.h"]
    output = compile_each(files, *MICROSOFT, *strict, *headers)
    return sorted({line for _, errors in output for line in errors.splitlines()
                   if re.search(r"(?:error|warning): (?!argument unused)", line)})


def test_microsofts_compiler(headers):
    assert len(SOURCES) > 100
    has_readers = (BUILD / "plugins").glob("*/wiretap/uclog.so")
    assert complaints([path for path in SOURCES if path != READER or any(has_readers)], headers) == []


@pytest.mark.parametrize("text, complaint", [
    ("#include <glib.h>\n__declspec(dllimport) extern const int held;\nconst int *const there = &held;", "constant"),
    ("#include <unistd.h>\n#include <poll.h>\nint a;", "poll.h"),
    ("int f(int n) { return n ?: 1; }", "gnu-conditional"),
])
def test_what_it_does_not_take_is_found(headers, tmp_path, text, complaint):
    source = tmp_path / "bad.c"
    source.write_text(text)
    assert any(complaint in line for line in complaints([source], headers)), complaints([source], headers)


def layouts(file, *options):
    """Name -> layout of each structure that is complete; those without a name have no namesake to compare with."""
    records = {}
    (output, errors), = compile_each([file], *options, "-w", "-Xclang", "-fdump-record-layouts-complete")
    assert "error:" not in errors, errors[:2000]
    for block in output.split("*** Dumping AST Record Layout")[1:]:
        lines = [re.sub(r"at [^)]*\)", ")", " ".join(line.split())) for line in block.splitlines() if "|" in line]
        name = lines[0].partition("| ")[2]
        if not re.search("anonymous|unnamed", name):
            records[name] = re.sub(r", (?:dsize|nvsize|nvalign)=\d+", "", "\n".join(lines))
    return records


def differences(file, headers, wanted=()):
    microsoft = layouts(file, *MICROSOFT, "-include", TOP / "tests" / "windows" / "msvc.h", *headers)
    gnu = layouts(file, *GNU, *headers)
    both = microsoft.keys() & gnu.keys() - C_LIBRARY
    assert both.issuperset(wanted)
    return len(both), sorted(name for name in both if microsoft[name] != gnu[name])


def test_structures_are_laid_out_alike(headers, tmp_path):
    """All that the plugin includes of Wireshark and GLib."""
    included = {line for path in (TOP / "plugin").rglob("*.[ch]") if path.parent.name not in ("batch", "logs", "intl")
                for line in re.findall(r"^#include <(?:epan|wsutil|wiretap|glib|wireshark|ws_)[^>]*>", path.read_text(), re.M)}
    source = tmp_path / "all.c"
    source.write_text("#include <ws_version.h>\n#include <wireshark.h>\n" +
                      "".join(f"#if __has_include({line[9:]})\n{line}\n#endif\n" for line in sorted(included)))
    count, differ = differences(source, headers, ["struct except_catch"])  # with what TRY keeps
    assert count > 150 and differ == []


def test_another_layout_is_found(headers, tmp_path):
    source = tmp_path / "bits.c"
    source.write_text("struct odd { int a; long double b; };\nint size = sizeof(struct odd);")
    assert differences(source, headers) [1] == ["struct odd"]


def test_time_zones_for_windows():
    """The history of zones is corrected now and then, as that of Chisinau was: until the table is made again, a machine with
    newer data may disagree on a few."""
    differ = {name for _, name in wrong()}
    assert len(differ) <= 8 and not differ & {"Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo"}
