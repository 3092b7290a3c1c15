# SPDX-License-Identifier: GPL-2.0-or-later
"""Diagnostics headers: the four stories over each transport, and header lines as met in the wild."""
from pathlib import Path

from .sip import CLIENT, SERVER, bye, message, response
from .tls import TlsSession
from .wire import Capture

# The headers of the four stories; what they mean is told in pcaps/README.md.
BOTH_REMOTE = ('ms-client-diagnostics: 24; reason="Call failed to establish due to a media connectivity failure when '
               'both endpoints are remote";CallerMediaDebug="application-sharing:ICEWarn=0x320,'
               'LocalSite=84.112.7.3:50041,LocalMR=207.46.5.63:57498,RemoteSite=192.168.20.203:50045,'
               'PortRange=50040:50049,LocalMRTCPPort=57498,LocalLocation=1,RemoteLocation=1,FederationType=0"')
INTERNAL_REMOTE = ('ms-client-diagnostics: 23; reason="Call failed to establish due to a media connectivity failure '
                   'when one endpoint is internal and the other is remote";CallerMediaDebug="application-sharing:'
                   'ICEWarn=0x4000320,LocalSite=207.46.5.9:20702,LocalMR=207.46.5.63:54829,'
                   'RemoteSite=11.1.111.11:62198,RemoteMR=65.55.127.64:51184,PortRange=1025:65000,'
                   'LocalMRTCPPort=54829,RemoteMRTCPPort=51184,LocalLocation=1,RemoteLocation=2,FederationType=0"')
BOTH_INTERNAL = ('ms-client-diagnostics: 22; reason="Call failed to establish due to a media connectivity failure '
                 'when both endpoints are internal";CallerMediaDebug="application-sharing:ICEWarn=0x29,'
                 'LocalSite=10.10.1.20:20040,LocalMR=,RemoteSite=10.20.1.30:20050,PortRange=1025:65000,'
                 'LocalLocation=2,RemoteLocation=2,FederationType=0"')
PSEUDO_TLS = ('ms-client-diagnostics: 23; reason="Call failed to establish due to a media connectivity failure when '
              'one endpoint is internal and the other is remote";CalleeMediaDebug="application-sharing:'
              'ICEWarn=0x80012b,LocalSite=192.168.178.20:20800,RemoteSite=10.10.1.20:20040,'
              'PortRange=1025:65000,LocalLocation=1,RemoteLocation=2,FederationType=0"')
STORIES = (BOTH_REMOTE, INTERNAL_REMOTE, BOTH_INTERNAL, PSEUDO_TLS)

FLAT_IPV6 = ('ms-client-diagnostics: 25; reason="A federated call failed to establish due to a media connectivity '
             'failure where both endpoints are internal"; UserType="Callee"; MediaType="audio"; '
             'ICEWarn="0x40003a0"; LocalSite="[2001:db8:1::20]:20018"; LocalMR="[2001:db8:ff::5]:55223"; '
             'RemoteSite="2001:db8:2::99:62198"; RemoteMR="2001:db8:fe::5123"; PortRange="20000:20039"; '
             'LocalMRTCPPort="55223"; RemoteMRTCPPort="54376"; LocalLocation="2"; RemoteLocation="2"; '
             'FederationType="1"; NetworkName="example.com"; Interfaces="0x6"; BaseInterface="0x2"; '
             'BaseAddress="[fe80::1%12]:20018"; MrDnsU="edge01.example.com"; MrResU="0"; StunVer="2"; '
             'MediaChanBlob="NetworkErr=no error,ErrTime=0,RTPSeq=4711,BlobVer=1"; NewKey="what is this"')

BAD = {
    "no value": "ms-diagnostics:",
    "no id": 'ms-diagnostics: ;reason="no id"',
    "id too big": 'ms-diagnostics: ' + "9" * 40 + ';reason="forty digits"',
    "sub ids": 'ms-diagnostics: 1.2.3;reason="sub ids"',
    "empty flags": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=,LocalSite=1.2.3.4:5"',
    "flags 0x": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0x,LocalSite=1.2.3.4:5"',
    "flags 0xZZ": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0xZZ,LocalSite=1.2.3.4:5"',
    "flags 65 bits": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0x1ffffffffffffffff,LocalSite=1.2.3.4:5"',
    "flags decimal": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=800,LocalSite=1.2.3.4:5"',
    "flags negative": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=-1,LocalSite=1.2.3.4:5"',
    "unknown bits": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0xe0000001"',
    "all bits": 'ms-client-diagnostics: 24;CallerMediaDebug="video:ICEWarn=0xffffffff"',
    "two media": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0x1,LocalSite=1.2.3.4:5,'
                 'application-sharing:ICEWarn=0x20,LocalSite=1.2.3.5:6"',
    "port too big": 'ms-client-diagnostics: 24;CallerMediaDebug="audio:ICEWarn=0x1,LocalSite=1.2.3.4:70000,'
                    'LocalMRTCPPort=70000,PortRange=1:99999"',
    "mixed quotes": 'ms-client-diagnostics: 24;reason="one\u201d;CallerMediaDebug=\u201caudio:ICEWarn=0x1"',
    "escaped quotes": 'ms-diagnostics: 1;reason="a \\"quoted\\" word; source=none";source="host"',
    "bytes": b'ms-diagnostics: 1;reason="nul \x00 and \xff\xfe";source="after"',
    "separators": "ms-diagnostics: 1" + ";" * 65000,
    "quotes": 'ms-diagnostics: 1;reason=' + '"' * 65000,
    "commas": 'ms-diagnostics: 1;CallerMediaDebug="audio:' + "," * 65000 + '"',
    "parameters": "ms-diagnostics: 1" + "".join(f";p{n}=v{n}" for n in range(10000)),
}

DATA = Path(__file__).resolve().parent.parent / "data"


def sample_lines():
    """Header lines as met in the wild: with a name where the sample has none, line breaks as folding."""
    for line in (DATA / "headers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line[0].isdigit():
            line = "ms-client-diagnostics: " + line
        if line.startswith("<"):
            line = "ms-diagnostics: " + line.removeprefix("<diagHeader>").removesuffix("</diagHeader>")
        yield line.replace("\\n", "\r\n ")


def one_message(*headers):
    """A BYE with one header, which may be bytes."""
    plain = [header for header in headers if isinstance(header, str)]
    data = bye(*plain)
    for header in headers:
        if isinstance(header, bytes):
            data = data.replace(b"\r\nContent-Length", b"\r\n" + header + b"\r\nContent-Length")
    return data


def stories_udp():
    capture = Capture()
    for number, header in enumerate(STORIES, 1):
        capture.udp(CLIENT, SERVER, bye(header, call_id=f"story{number}@test"))
        capture.udp(SERVER, CLIENT, message("SIP/2.0 200 OK", cseq="2 BYE", call_id=f"story{number}@test"))
    return capture


def stories_tcp():
    """Segments end in the middle of the header, and two messages share one segment."""
    capture = Capture()
    stream = capture.tcp(CLIENT, SERVER)
    for header in STORIES[:2]:
        data = bye(header)
        cut = data.index(b"ICEWarn=0x") + 11
        stream.send(0, data, [cut, 40])
    stream.send(0, bye(STORIES[2]) + bye(STORIES[3]))
    stream.close()
    return capture


def stories_tls():
    capture = Capture()
    stream = capture.tcp(CLIENT, (SERVER[0], 5061))
    session = TlsSession(stream, seed=b"diagnostics")
    for header in STORIES:
        session.send(0, bye(header))
    stream.close()
    return capture, session.key_log()


def samples():
    capture = Capture()
    for line in sample_lines():
        capture.udp(CLIENT, SERVER, response("488 Not Acceptable Here", line))
    return capture


def generations():
    """The three generations of media debug data, IPv6, several headers in one message."""
    capture = Capture()
    capture.udp(CLIENT, SERVER, bye(BOTH_REMOTE))
    capture.udp(CLIENT, SERVER, response(
        "200 OK", 'ms-client-diagnostics: 51007;reason="Callee media connectivity diagnosis info";'
        'CalleeMediaDebug="audio:ICEWarn=0x80000,LocalSite=192.168.56.1:14832,RemoteSite=10.0.0.7:16220,'
        'PortRange=1025:65000,LocalLocation=2,RemoteLocation=0,FederationType=0,NetworkName=example.net,'
        'Interfaces=0x12,BaseInterface=0x2,BaseAddress=192.168.56.1:14832"'))
    capture.udp(CLIENT, SERVER, bye(FLAT_IPV6))
    capture.udp(SERVER, CLIENT, response(
        "404 Not Found",
        'ms-diagnostics: 1034;reason="Previous hop federated peer did not report diagnostic information";'
        'Domain="contoso.example";PeerServer="sip.contoso.example";source="federation.example.net"',
        'ms-diagnostics: 10003;source="med02.example.net";reason="Proxy returned a SIP failure code";'
        'component="MediationServer";SipResponseCode="404";SipResponseText="Not Found"',
        'Ms-Diagnostics-Public: 10003.7;reason="Proxy returned a SIP failure code";component="MediationServer"',
        'X-Remote-Reason: 1409; reason="404 - Not Found"; component="ConnectSIPServer"; hostname="gw"'))
    return capture


def bad_input():
    capture = Capture()
    for header in BAD.values():
        data = one_message(header)
        stream = capture.tcp((CLIENT[0], 40000 + len(capture.frames)), SERVER)
        stream.send(0, data, [1400] * (len(data) // 1400))
    return capture


def text():
    """Where no SIP dissector hands the header over: syslog, SIP fragments, plain text; and look-alikes."""
    capture = Capture()
    syslog = (f"<134>Jan  1 12:00:00 sbc1 [S=42] SIP Message: BYE\nCall-ID: 7a1c\n{BOTH_REMOTE}\n").encode()
    capture.udp(("10.1.1.1", 40514), ("10.1.1.2", 514), syslog)
    capture.udp(("10.1.1.1", 40514), ("10.1.1.2", 10514), syslog)
    stream = capture.tcp(("10.1.1.1", 40515), ("10.1.1.2", 10601))
    stream.send(0, syslog)
    stream.close()
    capture.udp(CLIENT, SERVER, message(
        "NOTIFY sip:alice@example.com SIP/2.0", ["Event: refer", "Subscription-State: active"],
        f"SIP/2.0 488 Not Acceptable Here\r\n{BOTH_INTERNAL}\r\n", cseq="3 NOTIFY",
        content_type="message/sipfrag;version=2.0"))
    # Must stay what they are: SIP on another port, the name without its colon, binary data around the line.
    capture.udp(("10.1.1.1", 7777), ("10.1.1.2", 7778), bye(BOTH_REMOTE))
    capture.udp(("10.1.1.1", 40516), ("10.1.1.2", 10514), b"<134>no ms-client-diagnostics header here; 24\n")
    capture.udp(("10.1.1.1", 40517), ("10.1.1.2", 10514), b"\x01\x02" + syslog)
    capture.udp(("10.1.1.1", 40518), ("10.1.1.2", 10514), b"<134>binary\x00" + syslog)
    return capture


def text_tls():
    """Syslog of a gateway inside TLS."""
    capture = Capture()
    stream = capture.tcp(("10.1.1.1", 40519), ("10.1.1.2", 10614))
    session = TlsSession(stream, seed=b"text")
    session.send(0, f"<134>Jan  1 12:00:00 sbc1 SIP Message: BYE\n{BOTH_REMOTE}\n".encode())
    stream.close()
    return capture, session.key_log()


def captures():
    yield "diag-stories-udp.pcap", stories_udp()
    yield "diag-stories-tcp.pcap", stories_tcp()
    tls, _ = stories_tls()
    yield "diag-stories-tls.pcap", tls
    yield "diag-samples.pcap", samples()
    yield "diag-generations.pcap", generations()
    yield "diag-bad-input.pcap", bad_input()
    yield "diag-text.pcap", text()
    inside, _ = text_tls()
    yield "diag-text-tls.pcap", inside


def files():
    """What belongs to captures: (file name, bytes)."""
    _, keys = stories_tls()
    yield "diag-stories-tls.keys", keys
    _, keys = text_tls()
    yield "diag-text-tls.keys", keys
