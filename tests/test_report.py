# SPDX-License-Identifier: GPL-2.0-or-later
"""msice-report: one HTML file that fetches nothing, runs nothing, takes nothing of a capture for markup, and, masked, names
nobody. Looked at by a browser, where one is installed."""
import gzip
import html.parser
import json
import re
import shutil
import socket
import subprocess

import pytest

from conftest import BUILD, TOP
from gen import turn_messages as turn
from gen.wire import Capture
from test_batch import Folder

HOSTILE = '"><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>&lt;\u202e\x01'
VOID = {"meta", "line", "path", "rect", "br", "img", "link"}


class Page(html.parser.HTMLParser):
    """The tags of a page; they open and close as they should."""

    def __init__(self, text):
        super().__init__()
        self.source, self.tags, self.open, self.text = text, [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def values(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]


@pytest.fixture(scope="module")
def folder(bench):
    folder = Folder(bench, "report")
    for name in ("story-proxy-443.pcap", "story-both-remote.pcap", "media-faults.pcap", "sbc-legs.pcap", "packets-two-points.pcapng",
                 "packets-name-wrong.pcap", "packets-one-way.pcap", "sbc-ipv6.pcap", "packets-quota.pcap"):
        folder.story(name, name)
    assert folder.run("-q").returncode == 0
    return folder


def report(bench, *words, check=True, **options):
    return bench.run("env", f"PATH={BUILD}/batch:{BUILD}/extcap:/usr/bin:/bin", "msice-report", *words, check=check, **options)


@pytest.fixture(scope="module")
def page(bench, folder):
    return Page(report(bench, folder.results).stdout)


def test_a_page_a_call(folder, page):
    calls = folder.calls()
    sections = [attrs["id"] for tag, attrs in page.tags if tag == "section"]
    assert sections == [f"call-{number}" for number in range(1, len(calls) + 1)]
    text = " ".join(page.text)
    for call in calls:
        for part in (call.get("verdict", {}).get("cause"), call.get("verdict", {}).get("advice"), call["outcome"]):
            assert not part or part in text
        for item in call.get("verdict", {}).get("evidence", []):
            assert item["text"] in text
        for candidate in call["candidates"][:3]:
            assert candidate["at"]["address"] in text


def test_a_chart_says_what_it_leaves_out(bench):
    """The sums of its bars are not those of the calls then."""
    lines = [{"schema": 1, "call": number, "outcome": "failed", "verdict": {"rule": f"rule_{number}", "cause": "x"}} for number in range(1, 24)]
    for count, caption in ((20, "by rule<"), (23, "by rule (20 of 23)<")):
        path = bench.write("rules.ndjson", "".join(json.dumps(line) + "\n" for line in lines[:count]))
        assert f"causes, {caption}" in report(bench, path).stdout


def test_links_work(page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    links = page.values("href")
    assert len(links) > 10 and all(link[0] == "#" and link[1:] in ids for link in links)


def test_nothing_is_fetched_or_run(page):
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "audio", "video", "use", "image"}
    assert not any(name.startswith("on") or name in ("src", "srcset", "action", "xlink:href") for _, attrs in page.tags for name in attrs)
    assert "url(" not in page.source and "@import" not in page.source and "http:" not in page.source
    policy = dict(next(attrs for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"))["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def hostile(value):
    """Every text of a call is an attack."""
    if isinstance(value, dict):
        return {name: hostile(part) for name, part in value.items()}
    if isinstance(value, list):
        return [hostile(part) for part in value]
    return HOSTILE if isinstance(value, str) else value


@pytest.mark.parametrize("options", [(), ("--mask",)])
def test_text_of_a_capture_is_no_markup(bench, folder, page, options):
    lines = "".join(json.dumps(hostile(call)) + "\n" for call in folder.calls())
    attacked = Page(report(bench, bench.write("hostile.ndjson", lines), *options).stdout)
    assert {tag for tag, _ in attacked.tags} <= {tag for tag, _ in page.tags}
    assert {name for _, attrs in attacked.tags for name in attrs} <= {name for _, attrs in page.tags for name in attrs}
    assert "<script" not in attacked.source and "\u202e" not in attacked.source and "\x01" not in attacked.source
    if not options:
        assert any("<script>alert(1)</script>" in text for text in attacked.text)


def test_lines_that_are_no_calls(bench):
    lines = '[]\n{"schema":1}\nnot json\n{"schema":2,"call":1}\n{"schema":1,"call":1,"path":7,"attempts":[1],"candidates":{},"verdict":[]}\n'
    result = report(bench, bench.write("odd.ndjson", lines))
    assert "4 lines are no calls" in result.stderr
    Page(result.stdout)


def names_of(value, found, member=""):
    """What a call says about who and where."""
    if isinstance(value, dict):
        for name, part in value.items():
            names_of(part, found, name)
    elif isinstance(value, list):
        for part in value:
            names_of(part, found, member)
    elif member in ("address", "own_addresses", "call_id", "conversation_id", "from", "to", "file", "host"):
        found.add(value)
    elif member in ("text", "reason", "loss_place"):
        found.update(re.findall(r"\d+\.\d+\.\d+\.\d+|[\w-]+\.[\w-]+\.[a-z]{2,}", value))
    return found


def test_masked_it_names_nobody(bench, folder):
    calls = folder.calls()
    for call in calls:  # which no capture of ours has
        call.setdefault("relay", {"address": "203.0.113.9", "port": 443})["name"] = "edge7.corp.example"
        call["added_later"] = "Ann's secret"
    masked = report(bench, "--mask", bench.write("named.ndjson", "".join(json.dumps(call) + "\n" for call in calls))).stdout
    names, relays = names_of(calls, set()), {"edge7.corp.example", "Ann's secret"}
    assert len(names) > 20 and any(":" in name and "." not in name for name in names)
    shown = " ".join(Page(masked).text)
    # A new address may be one that is in the capture by chance; whole words, and none of ours.
    left = {name for name in names | relays if re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", shown)}
    assert {name for name in left if not name.startswith(("10.0.", "198.18.", "2001:db8::"))} == set()
    assert "masked.invalid" in shown and "198.18.0.1" in shown


def test_masks_are_consistent(bench, folder):
    """The same relay has the same address in the chart, on the ladder and in the sentences."""
    masked = Page(report(bench, "--mask", folder.results).stdout)
    text = " ".join(masked.text)
    tried = re.findall(r"TCP pseudo-TLS hello to ([\d.]+):443", text)
    assert tried and all(text.count(address) > 3 for address in tried)
    sections = masked.source.split("<section ")
    assert "alice" not in text and len(sections) > 5


def test_a_file_that_was_decoded_again_counts_once(bench):
    folder = Folder(bench, "report-again")
    folder.story("one.pcap", "sbc-ends.pcap")
    folder.run("-q")
    folder.story("one.pcap", "story-both-remote.pcap")
    folder.run("-q")
    assert len(folder.calls()) == 29
    assert "<p>1 calls</p>" in report(bench, folder.results).stdout


def test_lines_of_several_captures_without_their_names(bench):
    """As tshark writes them: each capture has a call 1, and none is another one's."""
    lines = [bench.tshark(name, "-q", "-z", "msice,json") for name in ("story-proxy-443.pcap", "packets-quota.pcap", "packets-quota.pcap")]
    assert "<p>3 calls</p>" in report(bench, bench.write("joined.ndjson", "".join(lines).encode())).stdout


def test_masked_capture_points_and_numbers(bench):
    """Names of capture points may be people's computers'; numbers with a point are no names."""
    data = (TOP / "pcaps" / "packets-two-points-answer-lost.pcapng").read_bytes()
    names = {b"client": b"ann pc", b"edge": b"fra1"}
    assert all(data.count(name) for name in names)
    for name, other in names.items():
        data = data.replace(name, other)
    reports = []
    for path in (bench.write("points.pcapng", data), "packets-loss.pcap"):
        calls = bench.write("points.ndjson", bench.tshark(path, "-q", "-z", "msice,json").encode())
        reports.append([" ".join(Page(report(bench, *option, calls).stdout).text) for option in ((), ("--mask",))])
    (plain, masked), (lossy, masked_lossy) = reports
    assert "the answer at fra1" in plain and "the answer at host" in masked
    assert not any(name.decode() in masked for name in names.values())
    numbers = re.search(r"[\d.]+ % lost, jitter \d+ ms, longest gap [\d.]+ s", lossy).group()
    assert "." in numbers and numbers in masked_lossy


@pytest.mark.parametrize("text, masked", [
    ("received media: 3.5 % lost between ann pc and fra1.corp, jitter 2 ms, longest gap 0.3 s",
     "received media: 3.5 % lost between host1.masked.invalid, jitter 2 ms, longest gap 0.3 s"),
    ("received media: 3.5 % lost before fra1; before ann pc, jitter 2 ms", "received media: 3.5 % lost before host1.masked.invalid"),
    ("DNS: edge01, no such name", "DNS: host1.masked.invalid, no such name"), ("the same at sip:ann@x eth0", "the same at sip:user1@masked.invalid"),
    ("UDP allocation to 203.0.113.9:3478, 7 tries", "UDP allocation to 198.18.0.1:3478, 7 tries")])
def test_masked_sentences(bench, text, masked):
    """The forms that capture points and names stand in (attempt-points.c, questions.c)."""
    call = {"schema": 1, "call": 1, "verdict": {"rule": "x", "evidence": [{"frame": 1, "text": text}]}}
    assert masked in " ".join(Page(report(bench, "--mask", bench.write("sentence.ndjson", json.dumps(call) + "\n")).stdout).text)


def test_extract(bench, folder):
    calls = folder.calls()
    number = next(i for i, call in enumerate(calls, 1) if call["file"].endswith("story-proxy-443.pcap"))
    out = bench.scratch / "extracted.pcapng"
    report(bench, folder.results, "--extract", number, "-o", out)
    frames = bench.frames("story-proxy-443.pcap", "msice.call == 1", "-2")
    assert len(bench.frames(out, "frame")) == len(frames) > 10
    again = bench.tshark(out, "-q", "-z", "msice,calls")
    assert "firewall_443 (high)" in again


@pytest.mark.parametrize("name, pack", [("client.log", bytes), ("client.log.gz", gzip.compress)])
def test_extract_of_a_log(bench, name, pack):
    folder = Folder(bench, "report-log")
    folder.put(name, pack((TOP / "tests" / "logs" / "client-504.log").read_bytes()))
    folder.run("-q")
    out = bench.scratch / "log.pcapng"
    report(bench, folder.results, "--extract", 1, "-o", out)
    assert bench.frames(out, "sip")


@pytest.mark.parametrize("words, text", [
    (["--extract", "99", "-o", "x"], "there is no call 99"), (["--extract", "1"], "needs -o"),
    (["--extract", "1", "--mask"], "needs -o")])
def test_extract_refused(bench, folder, words, text):
    result = report(bench, folder.results, *words, check=False)
    assert result.returncode == 1 and text in result.stderr


# --- the frames of a call, masked ---

SUMS = ["ip.checksum.status", "udp.checksum.status", "tcp.checksum.status"]
CHECKED = [word for layer in ("ip", "udp", "tcp") for word in ("-o", f"{layer}.check_checksum:TRUE")]
ENDS = ["ip.src", "ip.dst", "ipv6.src", "ipv6.dst"]


def silence_over_ipv6():
    """A call that nobody answers, over IPv6, and behind its packets what was in the sender's memory."""
    capture, client = Capture(), ("2001:db8:7::5", 50000)
    for number in range(10):
        capture.udp(client, ("2001:db8:8::9", 3478), turn.allocate(turn.identity(1)), after=0.65)
    for number in range(8):
        segment = turn.check_request(turn.identity(number % 2))
        capture.udp(client, ("2001:db8:9::7", 51000), segment, after=0.2)
        now, frame, captured = capture.frames[-1]
        capture.frames[-1] = (now, frame + b"alice", captured)
    return capture


def reports_of(bench, *paths):
    """The calls of captures as msice-batch writes them."""
    lines = []
    for path in map(bench.capture, paths):
        calls = [json.loads(line) for line in bench.tshark(path, "-q", "-z", "msice,json").splitlines()]
        lines += [json.dumps({**call, "file": path}) + "\n" for call in calls]
    return bench.write("to-mask.ndjson", "".join(lines).encode())


@pytest.mark.parametrize("name", ["packets-relay-silent.pcap", "packets-relay-blocked.pcap", "packets-no-route.pcap", "ipv6"])
def test_masked_capture(bench, name):
    """Where nobody has answered: other addresses, the same sums, messages, and cause."""
    if name == "ipv6":
        silence_over_ipv6().write(bench.write("ipv6.pcap", b""))
        name = str(bench.scratch / "ipv6.pcap")
    calls, out = reports_of(bench, "packets-quota.pcap", name), bench.scratch / "masked.pcap"
    report(bench, "--mask", calls, "--extract", 2, "-o", out)
    before, after = (bench.rows(path, [*SUMS, *ENDS, "eth.addr", "udp.payload", "tcp.payload", "frame.time_epoch"], *CHECKED, *filtered)
                     for path, filtered in ((name, ("-2", "-Y", "msice.call == 1")), (out, ())))
    assert len(before) == len(after) > 10
    others = {}
    for old, new in zip(before.values(), after.values()):
        assert all(old[field] == new[field] for field in (*SUMS, "udp.payload", "tcp.payload", "frame.time_epoch"))
        assert [new[field] for field in SUMS] == [["1"] if new[field] else [] for field in SUMS]
        for field in (*ENDS, "eth.addr"):
            for was, now in zip(old[field], new[field]):
                assert others.setdefault(was, now) == now
    assert len(set(others.values())) == len(others)
    assert b"alice" not in out.read_bytes()
    data = [socket.inet_pton(socket.AF_INET6 if "." not in end else socket.AF_INET, end) for end in others if end.count(":") != 5]
    assert data and not any(end in out.read_bytes() for end in data)
    # The masked report names the same addresses, and the capture has the same cause.
    shown = report(bench, "--mask", calls).stdout
    assert others[next(iter(before.values())).one("ip.src") or "2001:db8:7::5"] in shown
    one, other = (json.loads(bench.tshark(path, "-q", "-z", "msice,json")) for path in (name, out))
    assert one["outcome"] == other["outcome"] == "failed" and one["verdict"]["rule"] == other["verdict"]["rule"]


@pytest.mark.parametrize("name, why", [
    ("packets-quota.pcap", "(0x0113) whose attribute 0x0009 may hold an address or a name"), ("sig-call-udp.pcap", "no request of STUN or TURN"),
    ("packets-teams-443-reset.pcap", "attribute 0x8037"), ("packets-prohibited.pcap", "IP protocol 1"),
    ("packets-teams-nat.pcap", "data over TCP"), ("turn-clients.pcap", "STUN or TURN")])
def test_what_cannot_be_masked_is_not_written(bench, name, why):
    out = bench.scratch / "refused.pcap"
    result = report(bench, "--mask", reports_of(bench, name), "--extract", 1, "-o", out, check=False)
    assert result.returncode == 1 and "this call cannot be masked: frame " in result.stderr and why in result.stderr
    assert not out.exists()


# --- how it looks ---

def luminance(colour):
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts))


def test_contrast(page):
    """WCAG 2, level AA, for light, dark and paper."""
    themes = [dict(re.findall(r"--(\w+):(#[0-9a-f]+)", block)) for block in re.findall(r":root\{([^}]*)\}", page.source)]
    assert len(themes) == 3
    for theme in themes:
        for ground in ("ground", "soft"):
            for text in ("text", "dim", "good", "bad", "link"):
                light, dark = sorted((luminance(theme[text]), luminance(theme[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground, theme)


@pytest.fixture(scope="module")
def browser():
    found = shutil.which("chromium")
    assert found, "chromium is missing: tests/packages.txt has it"
    return found


def dumped(browser, tmp_path, document, *options):
    """The page as the browser has it after loading."""
    result = subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile",
                             "--virtual-time-budget=2000", *options, "--dump-dom", f"file://{document}"],
                            capture_output=True, encoding="utf-8", timeout=120)
    return result.stdout


def test_no_part_is_wider_than_a_phone(bench, folder, browser, tmp_path):
    """Measured by the browser at 390 pixels: tables and ladders scroll in themselves."""
    (tmp_path / "r.html").write_text(report(bench, folder.results).stdout.replace(
        "default-src 'none'; style-src 'unsafe-inline'", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'").replace(
        "</body>", "<script>parent.postMessage([document.documentElement.scrollWidth, innerWidth], '*')</script></body>"))
    (tmp_path / "frame.html").write_text(
        "<iframe src=r.html style='width:390px;height:800px;border:0'></iframe><p id=told></p>"
        "<script>onmessage = event => { told.textContent = 'told ' + event.data }</script>")
    told = re.search(r"told (\d+),(\d+)", dumped(browser, tmp_path, tmp_path / "frame.html"))
    assert told and int(told.group(1)) <= int(told.group(2)) == 390


def test_the_browser_runs_nothing_of_an_attack(bench, folder, browser, tmp_path):
    """Pages that would change themselves show it in what the browser has at the end."""
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    lines = "".join(json.dumps(hostile(call)).replace(json.dumps(HOSTILE), json.dumps(attack)) + "\n" for call in folder.calls())
    (tmp_path / "r.html").write_text(report(bench, bench.write("attack.ndjson", lines)).stdout)
    shown = dumped(browser, tmp_path, tmp_path / "r.html")
    assert "<title>Media calls</title>" in shown and "<img" not in shown and "&lt;script&gt;" in shown
