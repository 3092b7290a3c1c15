# SPDX-License-Identifier: GPL-2.0-or-later
"""Secrets stay in the capture: each place that can hold one has a word of its own here, and nothing that the plugin
or a program of ours says by default repeats it. What stock Wireshark shows without the plugin it may show with it,
as often and no oftener."""
import base64
import datetime
import json
import re
import struct
import subprocess

import pytest

import captures
import mutations
from conftest import BUILD, PATIENCE, TOP, environment
from gen import logs, signalling, wire

SIP = ("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TLS 192.0.2.1:5061\r\nFrom: <sip:ann@example.com>;tag=1\r\n"
       "To: <sip:bob@example.com>\r\nCall-ID: %d@test\r\nCSeq: 1 INVITE\r\nUser-Agent: UCCAPI/15.0 OC/15.0\r\n")
SDP = "v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=session\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 50010 RTP/SAVP 0\r\n"

# Lines of an SDP body; {} is the secret.
SDP_LINES = (
    "k=clear:{}", "k=base64:{}", "k={}", "a=ice-pwd:{}",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{}|2^31|1:1", "a=crypto:inline:{}", "a=crypto:{}",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80inline:{}", "a=crypto:1 inline:{} AES_CM_128_HMAC_SHA1_80",
    "a=crypto:AES_CM_128_HMAC_SHA1_80 inline:{}", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 INLINE:{}",
    "a=cryptoscale:1 client AES_CM_128_HMAC_SHA1_80 inline:{}|2^31|1:1", "a=cryptoscale:{}",
    "a=crypto:1 {} inline:AES_CM_128_HMAC_SHA1_80", "a=crypto:1 AEAD_AES_256_GCM {} inline:x",
    "a=cryptoscale:1 {} AES_CM_128_HMAC_SHA1_80 inline:x", "a=crypto:1 AES_{} inline:x",
    # Draft 06 of ICE: user name, component, password.
    "a=candidate:user 1 {} UDP 0.830 192.0.2.1 50010", "a=candidate:user 1 {} UDP x 192.0.2.1 50010",
    "a=candidate:user 1 {}", "a=candidate:user 1 {} UDP 0.830 192.0.2.1 99999", "a=candidate:user one {} UDP 0.8 x 1",
    "a=candidate:user 1 {} SCTP 0.830 host.example.com 50010",
    # What its place does not tell from such a password, and passwords behind a name.
    "a=candidate:user {} UDP 0.830 192.0.2.1 50010", "a=candidate:x user 1 {} UDP 0.830 192.0.2.1 50010",
    "a=candidate:user 1 pass {} UDP 0.830 192.0.2.1 50010", "a=candidate:user 1 UDP {} 0.830 192.0.2.1 50010",
    "a=candidate:user 1 x UDP 0.830 192.0.2.1 {}", "a=candidate:user 1 x UDP 0.830 192.0.2.1 50010 {}",
    "a=candidate:1 2 UDP 2130706430 192.0.2.1 50011 typ host username root password {} generation 0",
    "a=candidate:1 2 UDP 2130706430 192.0.2.1 50011 typ host generation 0 ufrag abcd pwd {}",
    # A CR alone ends a line of stock's SDP.
    "a=label:1\ra=ice-pwd:{}", "a=ice-ufrag:abcd\rk=clear:{}",
    "a=mid:1\ra=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{}|2^31",
)
# Headers of SIP and HTTP.
HEADERS = (
    'Authorization: Kerberos qop="auth", realm="SIP", response="{}"', 'Proxy-Authorization: NTLM gssapi-data="{}"',
    "Authorization: Bearer {}", "Proxy-Authorization: Basic {}", "Cookie: session={}",
    "X-MS-Token: {}", 'ms-diagnostics: 23; reason="x"\r\n Authorization: Bearer {}',
)
# Bodies of MRAS; the last ones end early.
MRAS = tuple(signalling.mras_reply().replace("c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "{}").replace("<password>", tag)
             for tag in ("<password>", '<password a="1">', "<password><!-- x -->")) + (
    signalling.mras_reply().split("<password>")[0] + "<password>{}",
    signalling.mras_reply().split("<password>")[0] + "<password>{}</pass",
    signalling.mras_reply().replace("OK", "Forbidden") + "<password>{}</password>",
    "<response><password>{}</password></response>", "<password>{}</password>",
    signalling.mras_reply().replace("c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "<b>{}</b>"),
) + tuple(signalling.mras_reply().replace("<password>c2VjcmV0LXNlY3JldC1zZWNyZXQ=</password>", place) for place in (
    '<password value="{}"/>', "<password value={}/>", "<password {}>", "<PassWord>{}</PassWord>", "<pwd>{}</pwd>",
    "<relayPassword>x</relayPassword>{}", "<password>x<b>{}</b></password>", "<password><![CDATA[{}]]></password>",
    "<!-- password {} -->", "<?password {}?>", "<password>ab&{};cd</password>", "<password>ab<{}></password>",
    "<password>x</password {}>", "<!DOCTYPE r [<!ENTITY p '{}'>]>",
)) + (signalling.mras_reply().replace("<duration>", '<duration password="{}">', 1),
      signalling.mras_reply().split("<password>")[0] + "<password>x<b>{}",
      '<response to="sip:a><password>{}</password><credentials realm="x"/></response>')


def secret_of(number):
    """Legal wherever it stands, as base64 too."""
    return f"Canary{number:03d}SecretKey{number:06d}"


def messages():
    """(dissector, text with its secret) of each place."""
    number = 0

    def text(*parts):
        nonlocal number
        number += 1
        return "".join(parts).replace("%d", str(number)).replace("{}", secret_of(number))

    for line in SDP_LINES:
        for more in ("a=candidate:1 1 UDP 2130706431 192.0.2.1 50010 typ host\r\n", ""):
            yield "sip", text(SIP, "Content-Type: application/sdp\r\n\r\n", SDP, more, line, "\r\n")
    for header in HEADERS:
        yield "sip", text(SIP, header, "\r\nms-client-diagnostics: 23; reason=\"x\";ICEWarn=0x320\r\n\r\n")
        yield "http", text("GET /a HTTP/1.1\r\nHost: a.example.com\r\n", header, "\r\n\r\n")
        yield "http", text("CONNECT av.example.com:443 HTTP/1.1\r\n", header, "\r\n\r\n")
    for body in MRAS:
        yield "sip", text(SIP, "Content-Type: application/msrtc-media-relay-auth+xml\r\n\r\n", body)
        yield "mras", text(body)


def traces(secret):
    """How a secret may look: as it is, and the bytes that its base64 stands for. The bytes of a field are no trace: PDML
    and GUI show those of every field, whoever made it, and they are the packet's."""
    return [secret, base64.b64decode(secret).hex()]


def shown_oftener(bench, path, count, views=(("-V",), ("-2",), ("-T", "pdml"), ("-q", "-z", "expert"))):
    """(view, secret) of the first so many secrets that are shown oftener with the plugin than without it."""
    path.chmod(0o644)
    oftener = []
    for view in views:
        with_it, without = (bench.tshark(path, *view, plugin=plugin) for plugin in (True, False))
        oftener += [(view, secret) for secret in map(secret_of, range(1, count + 1)) for trace in traces(secret)
                    if with_it.count(trace) > without.count(trace)]
    return oftener


def test_text_with_a_header(bench):
    """Text in which a header stands among other things, over UDP: the list does not repeat the other things."""
    header = 'ms-client-diagnostics: 23; reason="x";ICEWarn=0x320\r\n'
    texts = [f"{line}\r\n{header}" for line in (*HEADERS[:-1], *SDP_LINES, "<password>{}</password>")] + [
        f"{header}{HEADERS[0]}", f"<134>Nov 24 gw: {HEADERS[2]} {header}"]
    capture = wire.Capture()
    for number, text in enumerate(texts):
        capture.udp(("192.0.2.1", 40000), ("192.0.2.2", 5140), text.replace("{}", secret_of(number + 1)).encode())
    path = bench.scratch / "secrets-in-text.pcap"
    capture.write(path)
    assert shown_oftener(bench, path, len(texts)) == []
    assert bench.tshark(path, "-Y", "msdiag").count("MS-DIAG") == len(texts)


def test_party_with_a_password(bench):
    """RFC 3261, 19.1.1."""
    invite = SIP.replace("%d", "1").replace("sip:ann@", f"sip:ann:{secret_of(1)}@")
    path = bench.scratch / "secrets-in-uri.pcap"
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("sip", (
        f"{invite}Content-Type: application/sdp\r\n\r\n{SDP}a=candidate:1 1 UDP 2130706431 192.0.2.1 50010 typ host\r\n").encode())])
    assert shown_oftener(bench, path, 1) == []
    for table in ("msice,calls", "msice,json"):
        output = bench.tshark(path, "-q", "-z", table)
        assert "sip:ann@example.com" in output
        assert secret_of(1) not in output


def test_password_of_stun(bench):
    """PASSWORD of RFC 3489, which [MS-TURN] does not have."""
    secret = secret_of(1).encode()
    value = struct.pack("!HH", 7, len(secret)) + secret
    cookie = struct.pack("!HHI", 0x000F, 4, 0x72C64BC6)
    message = struct.pack("!HH16s", 0x0103, len(cookie + value), b"t" * 16) + cookie + value
    path = bench.scratch / "secrets-in-turn.pcap"
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu("msturn", message)])
    path.chmod(0o644)
    assert "Password (not shown)" in bench.tshark(path, "-V")
    for words in (("-V",), ("-T", "fields", *(word for field in our_fields(bench) for word in ("-e", field)))):
        output = bench.tshark(path, *words)
        assert [trace for trace in (secret.decode(), secret.hex()) if trace in output] == []


@pytest.fixture(scope="module")
def planted(bench):
    """(capture, secrets)"""
    pdus = list(messages())
    path = bench.scratch / "secrets.pcap"
    captures.write(path, captures.EXPORTED_PDU, [mutations.exported_pdu(name, text.encode()) for name, text in pdus])
    path.chmod(0o644)
    return path, [secret_of(number + 1) for number in range(len(pdus))]


def test_each_is_there_once(planted):
    data, secrets = planted[0].read_bytes().decode("latin-1"), planted[1]
    assert len(secrets) > 70
    assert [data.count(secret) for secret in secrets] == [1] * len(secrets)


@pytest.mark.parametrize("view", (("-V",), ("-2", "-V"), ("-T", "json"), ("-T", "pdml"), ("-T", "ek"), ("-2",),
                                  ("-q", "-z", "expert")), ids=" ".join)
def test_views(bench, planted, view):
    path, secrets = planted
    with_it, without = (bench.tshark(path, *view, plugin=plugin) for plugin in (True, False))
    oftener = {secret: trace for secret in secrets for trace in traces(secret) if with_it.count(trace) > without.count(trace)}
    assert oftener == {}


def our_fields(bench):
    lists = ({line.split("\t")[2] for line in bench.run("tshark", "-G", "fields", plugin=plugin).stdout.splitlines()
              if line.startswith("F")} for plugin in (True, False))
    with_it, without = lists
    return sorted(with_it - without)


def test_fields(bench, planted):
    """Each field of ours by itself, and as a column."""
    path, secrets = planted
    fields = our_fields(bench)
    assert len(fields) > 500
    words = [word for field in fields for word in ("-e", field)]
    output = bench.tshark(path, "-2", "-T", "fields", *words)
    assert [secret for secret in secrets for trace in traces(secret) if trace in output] == []


@pytest.mark.parametrize("table", ("msice,calls", "msice,json", "msice,candidates", "msice,tree"))
def test_tables(bench, planted, table):
    path, secrets = planted
    output = bench.tshark(path, "-2", "-q", "-z", table)
    assert len(output) > 100
    assert [secret for secret in secrets for trace in traces(secret) if trace in output] == []


def test_report(bench, planted):
    """The page that is made of all calls."""
    path, secrets = planted
    lines = [{"file": str(path), **json.loads(line)} for line in bench.tshark(path, "-q", "-z", "msice,json").splitlines()
             if line.startswith("{")]
    calls = bench.write("secrets.ndjson", "".join(json.dumps(line) + "\n" for line in lines))
    result = bench.run(BUILD / "batch" / "msice-report", calls, check=False)
    output = result.stdout + result.stderr
    assert "<html" in output
    assert [secret for secret in secrets if secret in output] == []


def test_passwords_of_the_preference(bench):
    """Right ones and wrong ones, well and badly written."""
    secret = secret_of(1)
    rows = (f'"vOaM:fvAs","","{secret}"', f'"{secret}","","{secret}"', f'"vOaM:fvAs","{secret}","{secret}"', f'"a","{secret}"',
            f"{secret}", f'"","","{secret}" x')
    for row in rows:
        words = ["tshark", "-r", bench.capture("turn-check-vector.pcap"), "-V", "-o", f"uat:msturn_passwords:{row}"]
        result = bench.run(*words, check=False)
        # tshark itself repeats an option that it cannot read.
        errors = "" if result.returncode else result.stderr
        assert secret not in result.stdout + errors


@pytest.mark.parametrize("name", ("tls13-443.pcapng", "tls12-443.pcapng", "tls-http2-443.pcapng"))
def test_secrets_of_tls(bench, name):
    """Those that stand in the capture."""
    _, keys = captures.read(TOP / "pcaps" / name)
    secrets = {word.lower() for word in re.findall(r"[0-9A-Fa-f]{64,}", keys.decode("latin-1"))}
    assert secrets
    for view in (("-V",), ("-T", "pdml"), ("-q", "-z", "msice,json")):
        # A client's random is no secret and names the line; it is in the packets.
        output = bench.tshark(name, "-2", *view).lower()
        known = bench.tshark(name, "-2", *view, plugin=False).lower() if view[0] != "-q" else ""
        assert {word for word in secrets if output.count(word) > known.count(word)} == set()


def test_log_reader(bench, tmp_path):
    """uclog writes a capture; what it says beside is no place for what it reads."""
    secret = secret_of(1)
    texts = [path.read_bytes() for path in sorted((TOP / "tests" / "logs").iterdir()) if path.suffix in (".log", ".txt")]
    for number, text in enumerate(texts):
        for planted in (text.replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer " + secret.encode() + b"\r\n\r\n"),
                        text.replace(b": ", b": " + secret.encode(), 3), secret.encode() + b"\n" + text[:2000]):
            path = tmp_path / f"{number}.log"
            path.write_bytes(planted)
            result = subprocess.run([BUILD / "extcap" / "uclog", path], capture_output=True, timeout=PATIENCE,
                                    env=environment())
            assert secret.encode() not in result.stderr


def logged_messages():
    """SIP messages with a secret each, and the secrets: a header, a line of SDP, a body of MRAS."""
    number, steps = 0, []

    def step(headers, body="", kind=None):
        nonlocal number
        number += 1
        place = [("Via", "SIP/2.0/TLS 192.0.2.10:50421"), ("From", "<sip:ann@example.com>;tag=1"),
                 ("To", "<sip:bob@example.com>"), ("Call-ID", f"{number}@test"), ("CSeq", "1 INVITE")]
        text = logs.message("INVITE sip:bob@example.com SIP/2.0", place + headers, body, kind)
        steps.append({"time": logs.START + datetime.timedelta(seconds=number), "sent": True, "call": number, "step": 0,
                      "text": text.replace("{}", secret_of(number))})

    for header in HEADERS:
        step([tuple(header.split(": ", 1)), ("ms-client-diagnostics", '23; reason="x";ICEWarn=0x320')])
    for line in SDP_LINES:
        step([], f"{SDP}a=candidate:1 1 UDP 2130706431 192.0.2.1 50010 typ host\r\n{line}\r\n", "application/sdp")
    for body in MRAS:
        step([], body, "application/msrtc-media-relay-auth+xml")
    return steps, [secret_of(one + 1) for one in range(number)]


# What else a client logs on with may look like in such a record: (flag, its lines).
LOG_ONS = (
    ("SECURITY", 'Data: gssapi-data="{}"'), ("SECURITY", "Data: NTLM {}=="), ("SECURITY", "Data: token {} expires=1"),
    ("SECURITY", 'Data: version="4", gssapi-data="{}"'), ("SECURITY", 'Text: Failed to validate, gssapi-data="{}"'),
    ("DIAG", 'Data: gssapi-data="{}"'), ("DIAG", 'Data: domain="example.com";gssapi-data="{}"'),
    ("AUTH", 'Data: Proxy-Authorization: NTLM qop="auth", gssapi-data="{}"'),
)
# A record of a failed log-on, as the security component of a server writes it.
SECURITY = ("TL_ERROR(TF_SECURITY) [8]0D04.12B4::01/01/2014-12:59:33.019.0006247e (SIPStack,SIPAdminLog::WriteSecurityEvent:"
            "SIPAdminLog.cpp(413))$$begin_record\r\nLogType: security\r\nText: Failed to validate user credentials\r\n"
            "Result-Code: 0x80090302\r\nSIP-Start-Line: REGISTER sip:example.com SIP/2.0\r\nData: gssapi-data=\"{}\"\r\n"
            "$$end_record\r\n")


@pytest.fixture(scope="module", params=("client", "server"))
def logged(request, bench):
    """(log, secrets)"""
    steps, secrets = logged_messages()
    text = (logs.client_log if request.param == "client" else logs.server_log)(steps)
    if request.param == "server":
        for flag, line in LOG_ONS:
            secrets = [*secrets, secret_of(len(secrets) + 1)]
            text += (SECURITY.replace("TF_SECURITY", "TF_" + flag).replace('Data: gssapi-data="{}"', line)
                     .replace("{}", secrets[-1]))
    assert [text.count(secret) for secret in secrets] == [1] * len(secrets)
    return bench.write(f"secrets-{request.param}.log", text), secrets


@pytest.mark.parametrize("words", ((), ("--trace",), ("-F", "pcap")), ids=" ".join)
def test_logs(bench, logged, words):
    """The messages of a log, as a capture and as what is shown of it: a secret is where it was in the message, once."""
    log, secrets = logged
    capture = subprocess.run([BUILD / "extcap" / "uclog", *words, log], capture_output=True, timeout=PATIENCE,
                             env=environment(), check=True)
    assert [secret for secret in secrets if secret.encode() in capture.stderr] == []
    assert [secret for secret in secrets if capture.stdout.count(secret.encode()) > 1] == []
    path = bench.write("secrets-of-a-log.pcap", capture.stdout)
    for view in (("-V",), ("-2", "-V"), ("-2", "-T", "json"), ("-q", "-z", "expert")):
        with_it, without = (bench.tshark(path, *view, plugin=plugin) for plugin in (True, False))
        assert [secret for secret in secrets if with_it.count(secret) > without.count(secret)] == []
    for table in ("msice,calls", "msice,json", "msice,candidates"):
        output = bench.tshark(path, "-2", "-q", "-z", table)
        assert [secret for secret in secrets if secret in output] == []


# Where a secret stands in a text that has a header, too.
PLACES = ('{}\r\nms-client-diagnostics: 23; reason="x";ICEWarn=0x320\r\n\r\n',
          'ms-client-diagnostics: 23; reason="x";ICEWarn=0x320\r\n{}\r\n\r\n',
          'ms-client-diagnostics: 23; reason="x"\r\n {}\r\n\r\n', 'ms-client-diagnostics: 23; reason="x";{}\r\n',
          'ms-client-diagnostics: 23; reason="x" ICEWarn=0x320 {}\r\n', "{} ICEWarn=0x320\r\n", "ICEWarn={}\r\n",
          'INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n{}\r\nMs-Diagnostics: 1; reason="r"\r\n\r\n')


@pytest.mark.parametrize("words", ((), ("--json",)), ids=" ".join)
def test_icewarn(words):
    """The command repeats headers of ours and flags, and nothing that stands beside them."""
    for number, line in enumerate((*HEADERS, *SDP_LINES, "<password>{}</password>")):
        secret = secret_of(number)
        for place in PLACES:
            text = place.replace("{}", line.replace("{}", secret))
            result = subprocess.run([BUILD / "icewarn", *words], input=text.encode(), capture_output=True, timeout=PATIENCE,
                                    env=environment())
            assert secret.encode() not in result.stdout + result.stderr, text


@pytest.mark.parametrize("argument", ("Authorization: Bearer {}", "token={}", "{}"))
def test_icewarn_refuses(argument):
    """An argument that it cannot read is not repeated, unless it is as short as a value."""
    result = subprocess.run([BUILD / "icewarn", argument.replace("{}", secret_of(1))], capture_output=True, timeout=PATIENCE,
                            env=environment())
    assert result.returncode and b"is not an ICEWarn value" in result.stderr
    assert secret_of(1).encode() not in result.stdout + result.stderr


@pytest.mark.parametrize("database", ("host=127.0.0.1 password={}", "Postgresql://ann:{}@127.0.0.1/calls", "mysql://ann:{}@h/d"))
def test_database_refuses(tmp_path, database):
    """Neither a file of that name nor a message that repeats it."""
    for name in ("calls.ndjson", "calls.ndjson.files"):
        (tmp_path / name).write_text("")
    result = subprocess.run(["/bin/sh", TOP / "plugin" / "batch" / "msice-db", database.replace("{}", secret_of(1)), "calls.ndjson"],
                            cwd=tmp_path, capture_output=True, timeout=PATIENCE, env=environment())
    assert result.returncode
    assert secret_of(1).encode() not in result.stdout + result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.ndjson", "calls.ndjson.files"]
