# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidate lists, relay credentials, reports and path headers: a whole call, lists as met in the wild, bad input."""
import base64
import struct
from pathlib import Path

from .diagnostics import PSEUDO_TLS
from .sip import CLIENT, SERVER, message
from .tls import TlsSession
from .wire import EPOCH, Capture

DATA = Path(__file__).resolve().parent.parent / "data" / "sdp"

MRAS = "application/msrtc-media-relay-auth+xml"
QUALITY = "application/vq-rtcpxr+xml"
ERRORS = "application/msrtc-reporterror+xml"

LYNC = "User-Agent: UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)"
SERVER_2013 = "Server: RTC/5.0"


def sdp(address, *media, session=()):
    """An SDP body; media are lists of lines."""
    lines = ["v=0", "o=- 0 1 IN IP4 " + address, "s=session", "c=IN IP4 " + address, "b=CT:99980", "t=0 0",
             *session, *[line for section in media for line in section]]
    return "\r\n".join(lines) + "\r\n"


def mixed(*parts):
    """A multipart body of SDP parts with its content type; the first is the fallback of 2007."""
    boundary = "----=_NextPart_000_0001_01CF0000.00000000"
    body = ""
    for number, part in enumerate(parts):
        fallback = "; ms-proxy-2007fallback" if number == 0 and len(parts) > 1 else ""
        body += (f"--{boundary}\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: 7bit\r\n"
                 f"Content-Disposition: session; handling=optional{fallback}\r\n\r\n{part}\r\n")
    return body + f"--{boundary}--\r\n", f'multipart/alternative;boundary="{boundary}"'


def invite(body, *headers, content_type="application/sdp", call_id="audio@test", cseq="1 INVITE"):
    return message("INVITE sip:bob@example.com SIP/2.0", [LYNC, *headers], body, call_id, cseq, content_type)


def answer(body, *headers, call_id="audio@test", cseq="1 INVITE"):
    return message("SIP/2.0 200 OK", ["User-Agent: UCCAPI/16.0.4266.1001 OC/16.0.4266.1001 (Skype for Business)",
                                      *headers], body, call_id, cseq)


def service(body, content_type, call_id="service@test"):
    return message("SERVICE sip:bob@example.com SIP/2.0", [LYNC], body, call_id, "1 SERVICE", content_type)


def service_reply(body, content_type, call_id="service@test", status="200 OK"):
    return message(f"SIP/2.0 {status}", [SERVER_2013], body, call_id, "1 SERVICE", content_type)


# Relay credentials.

def token(hours, flags=True):
    """A user name of relay credentials that expire some hours after the first frame."""
    ticks = int((EPOCH + hours * 3600 + 11644473600) * 10000000)
    size = 36 if flags else 32
    blob = struct.pack(">BBHII", 2 if flags else 1, 0, size, ticks & 0xFFFFFFFF, ticks >> 32) + bytes(range(20))
    blob += struct.pack(">I", 3) if flags else b""
    return token_of(blob + bytes(range(100, 120)))


def token_of(blob):
    return base64.b64encode(blob).decode()


def token_bytes(text):
    return base64.b64decode(text)


def mras_request(identity="sip:alice@example.com", location="internet", request_id="1804289383"):
    return ('<request requestID="%s" from="%s" version="2.0" to="sip:edge.example.com@example.com;gruu;'
            'opaque=srvr:MRAS:x" route="loadbalanced" xmlns="http://schemas.microsoft.com/2006/09/sip/mrasp">'
            '<credentialsRequest credentialsRequestID="%s"><identity>%s</identity><location>%s</location>'
            '<duration>480</duration></credentialsRequest></request>' % (request_id, identity, request_id, identity,
                                                                         location))


def mras_relay(location="internet", host="<hostName>av.example.com</hostName>", udp="3478", tcp="443"):
    return (f"<mediaRelay><location>{location}</location>{host}<udpPort>{udp}</udpPort><tcpPort>{tcp}</tcpPort>"
            "</mediaRelay>")


def mras_reply(relays=None, username=None, result="OK", request_id="1804289383"):
    inside = "".join([mras_relay()] if relays is None else relays)
    credentials = ("" if result != "OK" else
                   f'<credentialsResponse credentialsRequestID="{request_id}"><credentials><username>'
                   f"{username or token(8)}</username><password>c2VjcmV0LXNlY3JldC1zZWNyZXQ=</password>"
                   f"<duration>480</duration><realm>rtcmedia</realm></credentials><mediaRelayList>{inside}"
                   "</mediaRelayList></credentialsResponse>")
    return ('<?xml version="1.0"?><response xmlns="http://schemas.microsoft.com/2006/09/sip/mrasp" '
            f'requestID="{request_id}" version="2.0" serverVersion="2.0" to="sip:edge.example.com@example.com" '
            f'from="sip:alice@example.com" reasonPhrase="{result}">{credentials}</response>')


# Reports.

def quality_report(ice="FAILED", flags="8388907", label="applicationsharing", more=""):
    return ('<?xml version="1.0"?><VQReportEvent xmlns="ms-rtcp-metrics" xmlns:v2="ms-rtcp-metrics.v2" Version="2.0" '
            'v2:SchemaVersion="2.0"><VQSessionReport SessionId="sharing@test;from-tag=a1;to-tag=b1"><Endpoint '
            'Name="PC1"/><DialogInfo CallId="sharing@test" FromTag="a1" ToTag="b1" Start="2014-01-01T12:00:00Z" '
            'End="2014-01-01T12:01:00Z"><FromURI>sip:alice@example.com</FromURI><ToURI>sip:bob@example.com</ToURI>'
            "<Caller>true</Caller><LocalUserAgent>UCCAPI/15.0.4569.1503 OC/15.0.4569.1503</LocalUserAgent>"
            "<RemoteUserAgent>UCCAPI/16.0.4266.1001</RemoteUserAgent></DialogInfo>"
            f'<MediaLine Label="{label}"><Description><Connectivity><Ice>{ice}</Ice><IceWarningFlags>{flags}'
            "</IceWarningFlags><RelayAddress><IPAddr>192.0.2.1</IPAddr><Port>54000</Port></RelayAddress>"
            "</Connectivity><Security>SRTP</Security><Transport>TCP</Transport><LocalAddr><IPAddr>192.168.20.203"
            "</IPAddr><Port>50040</Port></LocalAddr><RemoteAddr><IPAddr>2001:db8::7</IPAddr><Port>20040</Port>"
            f"</RemoteAddr></Description>{more}</MediaLine></VQSessionReport></VQReportEvent>")


def error_report(header='23; reason="Call failed to establish";CallerMediaDebug="audio:ICEWarn=0x20"'):
    return ('<reportError xmlns="http://schemas.microsoft.com/2006/09/sip/error-reporting"><error '
            'toUri="sip:bob@example.com" callId="sharing@test" fromTag="a1" toTag="b1" contentType="application/sdp" '
            f'responseCode="488" requestType="INVITE"><diagHeader>{header}</diagHeader><progressReports>'
            '<progressReport><diagHeader>13004; reason="Request was proxied to one or more registered endpoints";'
            'source="fe.example.com"</diagHeader></progressReport></progressReports></error></reportError>')


# A whole call: credentials, audio that works, sharing that does not.

AUDIO_DRAFT06 = ["m=audio 51000 RTP/AVP 114", "k=base64:a2V5LW9mLWFuLW9sZC1jbGllbnQ=",
                 "a=candidate:u7hostu7hostu7hostu7hostu7hostu7hostu7host00 1 pppppppppppppppppppppp UDP 0.830 "
                 "192.168.20.203 50000 ",
                 "a=candidate:u7hostu7hostu7hostu7hostu7hostu7hostu7host00 2 pppppppppppppppppppppp UDP 0.830 "
                 "192.168.20.203 50001 ",
                 "a=candidate:u7relayu7relayu7relayu7relayu7relayu7relay00 1 pppppppppppppppppppppp UDP 0.410 "
                 "198.51.100.20 51000 ",
                 "a=candidate:u7relayu7relayu7relayu7relayu7relayu7relay00 2 pppppppppppppppppppppp UDP 0.410 "
                 "198.51.100.20 51001 ",
                 "a=candidate:u7tcpu7tcpu7tcpu7tcpu7tcpu7tcpu7tcpu7tcpu700 1 pppppppppppppppppppppp TCP 0.250 "
                 "198.51.100.20 51002 ",
                 "a=candidate:u7odd 1 pppppppppppppppppppppp TCP 0.150 192.168.99.1 1234 ",
                 "a=rtcp:51001"]
AUDIO = ["m=audio 51010 RTP/AVP 114", "a=label:main-audio", "a=ice-ufrag:qTWN", "a=ice-pwd:2o2rsADDtO3pvvcdWePDtHhn",
         "a=candidate:1 1 UDP 2130706431 192.168.20.203 50010 typ host ",
         "a=candidate:1 2 UDP 2130705918 192.168.20.203 50011 typ host ",
         "a=candidate:2 1 TCP-PASS 174456319 198.51.100.20 51012 typ relay raddr 203.0.113.9 rport 50019 ",
         "a=candidate:2 2 TCP-PASS 174455806 198.51.100.20 51012 typ relay raddr 203.0.113.9 rport 50019 ",
         "a=candidate:3 1 UDP 184548351 198.51.100.20 51010 typ relay raddr 203.0.113.9 rport 50002 ",
         "a=candidate:3 2 UDP 184547838 198.51.100.20 51011 typ relay raddr 203.0.113.9 rport 50003 ",
         "a=x-candidate-info:3 network-type=WLAN",
         "a=cryptoscale:1 client AES_CM_128_HMAC_SHA1_80 inline:lgCqKXxbxZbNm5y6BN76dUfRBW3Z4UI53IwDLj7C|2^31|1:1",
         "a=rtcp:51011", "a=rtcp-mux"]
AUDIO_ANSWER = ["m=audio 20000 RTP/AVP 114", "a=ice-ufrag:bjVF", "a=ice-pwd:Gqh3DXwZsRGEbbnx5TuaOYYk",
                "a=candidate:1 1 UDP 2130706431 10.10.1.20 20000 typ host ",
                "a=candidate:1 2 UDP 2130705918 10.10.1.20 20001 typ host ",
                "a=candidate:2 1 tcp-act 1684797951 10.10.1.20 20000 typ srflx raddr 10.10.1.20 rport 20000 ",
                "a=candidate:3 1 UDP 184548351 203.0.113.80 52000 typ relay raddr 10.10.1.20 rport 20000 ",
                "a=candidate:4 1 TCP-ACT 174847487 203.0.113.80 52002 typ relay raddr 10.10.1.20 rport 20004 "]
AUDIO_FINAL = ["m=audio 51010 RTP/AVP 114",
               "a=candidate:3 1 UDP 184548351 198.51.100.20 51010 typ relay raddr 203.0.113.9 rport 50002 ",
               "a=remote-candidates:1 10.10.1.20 20000 2 10.10.1.20 20001 "]
SHARING = ["m=applicationsharing 50040 TCP/RTP/SAVP 127",
           "a=candidate:1 1 TCP-PASS 2120613887 192.168.20.203 50040 typ host ",
           "a=candidate:1 2 TCP-PASS 2120613374 192.168.20.203 50040 typ host ",
           "a=candidate:2 1 TCP-ACT 2121006591 192.168.20.203 50040 typ host ",
           "a=candidate:2 2 TCP-ACT 2121006078 192.168.20.203 50040 typ host ",
           "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:XKpC5JNbfGfhfVL7zXqw+cQStxCXPnk00gzVHCIp|2^31",
           "a=connection:new", "a=setup:active", "a=mid:1", "a=x-applicationsharing-session-id:1",
           "a=x-applicationsharing-role:sharer", "a=x-applicationsharing-media-type:rdp",
           "a=x-applicationsharing-contentflow:sendonly"]
SHARING_ANSWER = ["m=applicationsharing 52010 TCP/RTP/SAVP 127",
                  "a=candidate:1 1 TCP-PASS 2120613887 10.10.1.20 20040 typ host ",
                  "a=candidate:2 1 TCP-PASS 174456319 203.0.113.80 52010 typ relay raddr 10.10.1.20 rport 20041 ",
                  "a=candidate:3 1 TCP-ACT 174848511 203.0.113.80 52010 typ relay raddr 10.10.1.20 rport 20041 ",
                  "a=x-applicationsharing-role:viewer"]


def call_messages():
    """(side, message) of the call; side 0 is the client."""
    yield 1, message("SIP/2.0 200 OK", [SERVER_2013, "ms-user-logon-data: RemoteUser",
                                        "ms-telemetry-id: 59BAE2A0-F0F6-5E75-A07F-4EDFE2F2A4D2",
                                        "ms-keep-alive: UAS; tcp=no; hop-hop=yes; end-end=no; timeout=300"],
                     call_id="register@test", cseq="1 REGISTER")
    yield 0, service(mras_request(), MRAS)
    yield 1, service_reply(mras_reply(), MRAS)
    body, content_type = mixed(sdp("198.51.100.20", AUDIO_DRAFT06), sdp("198.51.100.20", AUDIO))
    conversation = "Ms-Conversation-ID: AdPHUWJH0stCMXggSpG6tMex88orbg=="
    yield 0, invite(body, conversation, "ms-endpoint-location-data: NetworkScope;ms-media-location-type=Internet",
                    "ms-subnet: 192.168.20.0", content_type=content_type)
    yield 1, answer(sdp("10.10.1.20", AUDIO_ANSWER),
                    "ms-endpoint-location-data: NetworkScope;ms-media-location-type=Intranet",
                    "ms-edge-proxy-message-trust: ms-source-type=AutoFederation;ms-ep-fqdn=edge.example.com;"
                    "ms-source-verified-user=unverified;ms-source-network=federation;ms-remote-fqdn=sip.other.example")
    yield 0, invite(sdp("198.51.100.20", AUDIO_FINAL), conversation, cseq="2 INVITE")
    yield 0, invite(sdp("192.168.20.203", SHARING), conversation, call_id="sharing@test")
    yield 1, answer(sdp("203.0.113.80", SHARING_ANSWER), call_id="sharing@test")
    yield 0, message("BYE sip:bob@example.com SIP/2.0", [LYNC, PSEUDO_TLS], call_id="sharing@test")
    yield 0, message("BYE sip:bob@example.com SIP/2.0", [LYNC, conversation], call_id="audio@test", cseq="3 BYE")
    yield 0, service(quality_report(), QUALITY)
    yield 0, service(error_report(), ERRORS)


def call_udp():
    capture = Capture()
    for side, data in call_messages():
        ends = (CLIENT, SERVER) if side == 0 else (SERVER, CLIENT)
        capture.udp(*ends, data)
    return capture


def call_tcp():
    """Bodies are cut by segments, and two messages share one."""
    capture = Capture()
    stream = capture.tcp(CLIENT, SERVER)
    pending = [(side, data) for side, data in call_messages()]
    for side, data in pending[:-2]:
        stream.send(side, data, [len(data) - 150])
    stream.send(0, pending[-2][1] + pending[-1][1])
    stream.close()
    return capture


def call_tls():
    capture = Capture()
    stream = capture.tcp(CLIENT, (SERVER[0], 5061))
    session = TlsSession(stream, seed=b"signalling")
    for side, data in call_messages():
        session.send(side, data)
    stream.close()
    return capture, session.key_log()


def samples():
    """Lists as met in traces, a call each; a part that the trace cuts gets its closing boundary."""
    capture = Capture()
    for path in sorted(DATA.iterdir()):
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\n", "\r\n")
        content_type = "application/sdp"
        if path.suffix == ".sip":
            head, body = text.split("\r\n\r\n", 1)
            head = "\r\n".join(line for line in head.split("\r\n") if not line.startswith("Content-Length"))
            capture.udp(SERVER, CLIENT, f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            continue
        if text.startswith("--"):
            boundary = text.split("\r\n")[0].removeprefix("--")
            content_type = f'multipart/alternative;boundary="{boundary}"'
            if not text.rstrip().endswith("--"):
                text += f"--{boundary}--\r\n"
        capture.udp(CLIENT, SERVER, invite(text, content_type=content_type, call_id=path.stem + "@sample"))
    return capture


# Lists that tell something: (name, offer, answer or none).
ONLY_IPV6 = ["m=audio 50000 RTP/AVP 0", "a=x-candidate-ipv6:1 1 UDP 2130706431 2001:db8::5 50000 typ host",
             "a=x-candidate-ipv6:2 1 UDP 184548351 2001:db8:ff::5 51000 typ relay raddr 2001:db8::5 rport 50000"]
ONLY_IPV4 = ["m=audio 50002 RTP/AVP 0", "a=candidate:1 1 UDP 2130706431 192.0.2.5 50002 typ host",
             "a=candidate:2 1 UDP 184548351 192.0.2.9 51000 typ relay raddr 192.0.2.5 rport 50002",
             "a=x-bypassid:be38f190-a24a-4a72-b66c-b09fd0909ebc"]
FINDINGS = {
    "relay_only_tcp": (["m=audio 50000 RTP/AVP 0", "a=candidate:1 1 UDP 2130706431 192.0.2.5 50000 typ host",
                        "a=candidate:2 1 TCP-PASS 174456319 198.51.100.20 51000 typ relay raddr 192.0.2.5 rport 50001",
                        "a=x-mediabw:main-audio send=40;recv=60", "a=x-bwealgorithm:bwc packetpair"], None),
    "relay_candidate_private": (["m=audio 50000 RTP/AVP 0", "a=x-source:main-audio",
                                 "a=candidate:1 1 UDP 2130706431 192.0.2.5 50000 typ host",
                                 "a=candidate:2 1 UDP 184548351 10.1.1.1 51000 typ relay raddr 192.0.2.5 rport 50000"],
                                None),
    "no_candidates": (ONLY_IPV4, ["m=audio 50002 RTP/AVP 0"]),
    "address_family_mismatch": (ONLY_IPV6, ONLY_IPV4),
    "diagnostics": (ONLY_IPV4 + ['a=x-ms-SDP-diagnostics:53000;reason="Insufficient Bandwidth Available"'], None),
    "draft06_final": (["m=audio 50000 RTP/AVP 0", "a=candidate:user 1 pass UDP 0.830 192.0.2.5 50000",
                       "a=remote-candidate:u7relay"], None),
    "nothing": (["m=audio 50000 RTP/AVP 0", "a=candidate:1 1 UDP 2130706431 192.0.2.5 50000 typ host",
                 "a=rtcp-mux"], ["m=audio 50000 RTP/AVP 0", "a=ice-lite",
                                 "a=candidate:1 1 UDP 2130706431 192.0.2.6 50000 typ host"]),
    "message": (["m=message 5060 sip null", "a=accept-types:text/plain", "a=x-source:im"], None),
    "rejected": (["m=audio 0 RTP/AVP 0", "a=x-source:main-audio"], None),
}


def findings():
    capture = Capture()
    for name, (offer, reply) in FINDINGS.items():
        capture.udp(CLIENT, SERVER, invite(sdp("192.0.2.5", offer), call_id=f"{name}@test"))
        if reply:
            capture.udp(SERVER, CLIENT, answer(sdp("192.0.2.6", reply), call_id=f"{name}@test"))
    # Relay credentials for eight hours, and a list nine hours later.
    capture.udp(CLIENT, SERVER, service(mras_request("sip:carol@example.com"), MRAS))
    capture.udp(SERVER, CLIENT, service_reply(mras_reply(username="opaque"), MRAS))
    late = ["m=audio 50000 RTP/AVP 0", "a=x-source:main-audio", "a=candidate:1 1 UDP 2130706431 192.0.2.8 50000 typ host"]
    capture.udp(CLIENT, SERVER, invite(sdp("192.0.2.8", late), call_id="late@test").replace(
        b"sip:alice@", b"sip:Carol@"), after=9 * 3600)
    # An Allocate response gives this client a relayed address, which its list does not hold.
    relayed = struct.pack("!HHHH4s", 0x0001, 8, 1, 51000, bytes([198, 51, 100, 20]))
    reflexive = struct.pack("!HHHH4s", 0x8020, 8, 1, 50000 ^ 0x0001, bytes([192, 0 ^ 1, 2 ^ 2, 7 ^ 3]))
    cookie = struct.pack("!HHI", 0x000F, 4, 0x72C64BC6)
    body = cookie + relayed + reflexive
    capture.udp(("198.51.100.1", 3478), ("192.0.2.7", 50000),
                struct.pack("!HH", 0x0103, len(body)) + bytes(range(16)) + body)
    capture.udp(CLIENT, SERVER, invite(sdp("192.0.2.7", [
        "m=audio 50000 RTP/AVP 0", "a=x-source:main-audio", "a=candidate:1 1 UDP 2130706431 192.0.2.7 50000 typ host"]),
        call_id="allocated@test"))
    # Messages without a header or body of ours say who sent them, and end a call, too.
    capture.udp(CLIENT, SERVER, message("BYE sip:bob@example.com SIP/2.0", [LYNC], call_id="address_family_mismatch@test"))
    capture.udp(SERVER, CLIENT, message("SIP/2.0 200 OK", ["Server: RTC/6.0"], cseq="2 BYE"))
    return capture


MRAS_REPLIES = {
    "refused": mras_reply(result="Forbidden", request_id="refused"),
    "no_relay": mras_reply([], request_id="no_relay"),
    "relay_for_other_location": mras_reply([mras_relay("intranet")], request_id="relay_for_other_location"),
    "credentials_expired": mras_reply(username=token(-1, flags=False), request_id="credentials_expired"),
    "direct": mras_reply([mras_relay(host="<directIPAddress>203.0.113.80</directIPAddress>"),
                          mras_relay("intranet", "<directIPAddress>2001:db8::80</directIPAddress>")],
                         request_id="direct"),
    "prefixed": mras_reply(request_id="prefixed").replace("<", "<m:").replace("<m:/", "</m:").replace("<m:?", "<?"),
    "value_invalid": mras_reply([mras_relay(udp="70000", tcp="https")], request_id="value_invalid"),
}


def mras():
    capture = Capture()
    for name, reply in MRAS_REPLIES.items():
        capture.udp(CLIENT, SERVER, service(mras_request(request_id=name), MRAS, f"{name}@test"))
        capture.udp(SERVER, CLIENT, service_reply(reply, MRAS, f"{name}@test"))
    return capture


def reports():
    capture = Capture()
    for report in (quality_report("RELAY", "0x320", "main-audio"), quality_report("DIRECT", "0", "main-audio"),
                   quality_report("FAILED", "800", "main-audio"), quality_report("HTTP-PROXY", "1ff", "main-video"),
                   quality_report("FAILED", "4294967296"), quality_report("FAILED", "many"),
                   quality_report(more="<InboundStream Id='1'><Utilization><Packets>1</Packets></Utilization>"
                                       "</InboundStream>").replace("VQSessionReport", "VQSessionIntervalReport")):
        capture.udp(CLIENT, SERVER, service(report, QUALITY))
    for header in ('24; reason="both"', "24; reason=&quot;quoted&quot;;CallerMediaDebug=&quot;audio:ICEWarn=0x1&quot;",
                   "", "<![CDATA[25;reason=\"in a section\"]]>"):
        capture.udp(CLIENT, SERVER, service(error_report(header), ERRORS))
    return capture


# Bad input. Lines of 0 to 40 words, and more than are read.
WORDS = "1 1 UDP 2130706431 192.0.2.5 50000 typ host raddr 192.0.2.6 rport 50001".split()
OLD_WORDS = "user 1 pass UDP 0.830 192.0.2.5 50000".split()
BAD_LINES = (
    [" ".join((WORDS + ["generation", "0"] * 20)[:count]) for count in range(41)]
    + [" ".join((OLD_WORDS + ["more"] * 40)[:count]) for count in range(41)]
    + [" ".join(WORDS + ["x"] * 60),
       "1 1 UDP 2130706431 192.0.2.5 65536 typ host", "1 1 UDP 2130706431 192.0.2.5 -1 typ host",
       "1 1 UDP 2130706431 192.0.2.5 99999999999999999999 typ host", "1 1 UDP 4294967296 192.0.2.5 1 typ host",
       "1 0 UDP 1 192.0.2.5 1 typ host", "1 257 UDP 1 192.0.2.5 1 typ host", "1 one UDP 1 192.0.2.5 1 typ host",
       "1 1 UDP 1 fe80::1%eth0 50000 typ host", "1 1 UDP 1 fe80::1% 50000 typ host", "1 1 UDP 1 %1 50000 typ host",
       "1 1 UDP 1 5f1f2c3a-1.local 50000 typ host", "1 1 UDP 1 300.1.2.3 50000 typ host",
       "1 1 SCTP 1 192.0.2.5 1 typ host", "1 1 UDP 1 192.0.2.5 1 typ moon", "user 1 pass UDP 1.5 192.0.2.5 1",
       "user 1 pass UDP nan 192.0.2.5 1", "1 1 UDP 1 192.0.2.5 1 TYP HOST RADDR ::1 RPORT 70000",
       "\t1\t1\tUDP\t1\t192.0.2.5\t1\ttyp\thost\t", "1 1 UDP 1 " + "a" * 2000 + " 1 typ host"])
BAD_REMOTE = ["", "1", "1 192.0.2.5", "1 192.0.2.5 70000", "1 192.0.2.5 1 2", " ".join(["1 192.0.2.5 1"] * 20)]
BAD_XML = {
    "cut": (QUALITY, quality_report()[:700].encode()),
    "cut in password": (MRAS, mras_reply()[:-250].split("</password>")[0][:-8].encode()),
    "empty element": (MRAS, b"<response/>"),
    "no XML": (MRAS, b"this is no XML at all"),
    "nothing": (QUALITY, b" "),
    "UTF-16LE": (QUALITY, quality_report().encode("utf-16")),
    "UTF-16BE without mark": (MRAS, mras_reply().encode("utf-16-be")),
    "byte order mark": (MRAS, b"\xef\xbb\xbf" + mras_reply().encode()),
    "latin-1": (QUALITY, quality_report(label="s\xe9ance").replace('"1.0"', '"1.0" encoding="iso-8859-1"')
                .encode("latin-1")),
    "broken UTF-8": (QUALITY, quality_report(label="x\x01").encode().replace(b"\x01", b"\xff\xfe\x00")),
    "entities": (MRAS, b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
                 b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><response reasonPhrase="OK"><credentialsResponse>'
                 b"<credentials><username>&c;</username></credentials></credentialsResponse></response>"),
    "external entity": (MRAS, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><request><credentialsRequest>'
                        b"<identity>&a;</identity></credentialsRequest></request>"),
    "nesting": (QUALITY, b"<a>" * 2000),
    # What one reader takes for the rest of a comment, another takes for 600 open elements.
    "open comment": (QUALITY, b"<VQReportEvent><!-- " + b"<a>" * 600),
    "attributes": (QUALITY, b"<VQReportEvent " + b" ".join(b"a%d='1'" % n for n in range(200)) + b"/>"),
    "wrong end": (ERRORS, b"<reportError><error></reportError>"),
    "unknown root": (ERRORS, b"<something><else/></something>"),
    "unknown elements": (MRAS, mras_reply().replace("<credentials>", "<new><newer a='b'/></new><credentials>").encode()),
}


def bad_input():
    capture = Capture()
    for start in range(0, len(BAD_LINES), 10):
        lines = ["m=audio 50000 RTP/AVP 0", *["a=candidate:" + line for line in BAD_LINES[start:start + 10]]]
        capture.udp(CLIENT, SERVER, invite(sdp("192.0.2.5", lines), call_id=f"lines{start}@test"))
    capture.udp(CLIENT, SERVER, invite(sdp("192.0.2.5", ["m=audio", "m=", "m=audio 99999", "a=candidate", "a=",
                                                         *["a=remote-candidates:" + text for text in BAD_REMOTE],
                                                         "a=remote-candidate:", "a=remote-candidate:a b c",
                                                         "a=x-mediabw:", "a=x-mediabw:send=x", "a=x-ssrc-range:-",
                                                         "a=x-ssrc-range:99999999999-1", "a=x-caps:", "a=x-caps:;;;;",
                                                         "a=crypto:", "a=crypto:inline:AES_", "a=x-candidate-info:",
                                                         "a=x-ms-SDP-diagnostics:", "a=x-ms-SDP-diagnostics:no id"])))
    many = ["m=audio 50000 RTP/AVP 0"] + [f"a=candidate:{n} 1 TCP-ACT {n} 192.0.2.5 {n} typ host" for n in range(600)]
    stream = capture.tcp(CLIENT, SERVER)
    stream.send(0, invite(sdp("192.0.2.5", many)), [1400] * 25)
    stream.close()
    for content_type, body in BAD_XML.values():
        head = service("", content_type).replace(b"Content-Length: 0", f"Content-Type: {content_type}\r\n"
                                                 f"Content-Length: {len(body)}".encode())
        if len(body) > 1400:
            stream = capture.tcp((CLIENT[0], 41000 + len(capture.frames)), SERVER)
            stream.send(0, head + body, [1400] * (len(head + body) // 1400))
        else:
            capture.udp(CLIENT, SERVER, head + body)
    return capture


def captures():
    yield "sig-call-udp.pcap", call_udp()
    yield "sig-call-tcp.pcap", call_tcp()
    yield "sig-call-tls.pcap", call_tls()[0]
    yield "sig-samples.pcap", samples()
    yield "sig-findings.pcap", findings()
    yield "sig-mras.pcap", mras()
    yield "sig-reports.pcap", reports()
    yield "sig-bad-input.pcap", bad_input()


def files():
    """What belongs to captures: (file name, bytes)."""
    yield "sig-call-tls.keys", call_tls()[1]
