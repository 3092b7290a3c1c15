#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Client and server logs with the same calls in them, deterministic.

    logs.py client|server SIZE FILE     a log of about SIZE bytes (suffixes K, M, G), for the bench

A message is a dictionary; client_log() and server_log() write a list of them in the form of the product.
"""
import base64
import datetime
import sys

START = datetime.datetime(2014, 1, 1, 12, 0, 0)
CLIENT, SERVER = ("192.0.2.10", 50421), ("198.51.100.5", 5061)
AGENT = "UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)"
# id, ICEWarn, reason: what the calls end with, in turn.
ENDINGS = (
    (22, "0x29", "Call failed to establish due to a media connectivity failure when both endpoints are internal"),
    (23, "0x4000320",
     "Call failed to establish due to a media connectivity failure when one endpoint is internal and the other "
     "is remote"),
    (24, "0x320", "Call failed to establish due to a media connectivity failure when both endpoints are remote"),
)


def sdp(call):
    """An offer with host, server reflexive and relayed candidates."""
    lines = ["v=0", "o=- 0 0 IN IP4 203.0.113.7", "s=session", "c=IN IP4 203.0.113.7", "b=CT:99980", "t=0 0",
             "m=audio 53264 RTP/SAVP 114 9 112 111 0 8 116 115 97 13 118 101",
             f"a=ice-ufrag:{call % 10000:04d}", f"a=ice-pwd:{call:024d}"]
    for component in (1, 2):
        port = 20000 + call % 20000
        lines += [
            f"a=candidate:1 {component} UDP {2130706432 - component} 192.0.2.10 {port + component} typ host ",
            f"a=candidate:2 {component} UDP {184548352 - component} 203.0.113.7 {53264 + component} typ relay "
            f"raddr 192.0.2.10 rport {port + component} ",
            f"a=candidate:3 {component} UDP {1694234624 - component} 203.0.113.99 {port + component} typ srflx "
            f"raddr 192.0.2.10 rport {port + component} ",
            f"a=candidate:4 {component} TCP-PASS 174455295 203.0.113.7 55000 typ relay raddr 192.0.2.10 rport "
            f"{port + component} ",
            f"a=candidate:5 {component} TCP-ACT 174846975 203.0.113.7 55000 typ relay raddr 192.0.2.10 rport "
            f"{port + component} ",
        ]
    lines += ["a=rtpmap:114 x-msrta/16000", "a=rtpmap:9 G722/8000", "a=rtpmap:112 G7221/16000",
              "a=fmtp:112 bitrate=24000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20"]
    return "".join(line + "\r\n" for line in lines)


def message(start_line, headers, body="", content_type=None):
    """The bytes of a SIP message."""
    lines = [start_line] + [f"{name}: {value}" for name, value in headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines.append(f"Content-Length: {len(body.encode())}")
    return "".join(line + "\r\n" for line in lines) + "\r\n" + body


def call_messages(call, start=START):
    """The messages of one call as the caller's client sees them: INVITE to BYE."""
    call_id = f"{call:032x}"
    base = [("Via", f"SIP/2.0/TLS {CLIENT[0]}:{CLIENT[1]}"), ("Max-Forwards", "70"),
            ("From", "<sip:ann@example.com>;tag=73b0acb1d1;epid=b90980a18b"),
            ("To", f"<sip:user{call % 100}@example.com>" + (";tag=9f1c" if call % 2 else "")),
            ("Call-ID", call_id)]
    more = [("User-Agent", AGENT), ("Ms-Conversation-ID", base64.b64encode(call.to_bytes(22, "big")).decode()),
            ("Supported", "ms-early-media"), ("Supported", "100rel"), ("Supported", "ms-safe-transfer"),
            ("Proxy-Authorization", 'TLS-DSK qop="auth", realm="SIP Communications Service", opaque="5DA2A3F2", '
             'targetname="fe1.example.com", crand="a0b2c3d4", cnum="17", response="6372b9b31f02483372456fc333827205"')]
    target = f"sip:user{call % 100}@example.com"
    number, icewarn, reason = ENDINGS[call % len(ENDINGS)]
    diagnostics = (f'{number}; reason="{reason}";CallerMediaDebug="audio:ICEWarn={icewarn},'
                   f'LocalSite=192.0.2.10:{20001 + call % 20000},LocalMR=203.0.113.7:53264,'
                   f'RemoteSite=198.51.100.77:20703,RemoteMR=203.0.113.70:50102,PortRange=1025:65000,'
                   f'LocalMRTCPPort=55000,RemoteMRTCPPort=55001,LocalLocation=1,RemoteLocation=1,FederationType=0"')
    invite, bye = [("CSeq", "1 INVITE")], [("CSeq", "2 BYE")]
    steps = [
        (True, message(f"INVITE {target} SIP/2.0", base + invite + more, sdp(call), "application/sdp")),
        (False, message("SIP/2.0 100 Trying", base + invite)),
        (False, message("SIP/2.0 183 Session Progress", base + invite + more[:2], sdp(call + 7), "application/sdp")),
        (False, message("SIP/2.0 200 OK", base + invite + more[:2], sdp(call + 7), "application/sdp")),
        (True, message(f"ACK {target} SIP/2.0", base + [("CSeq", "1 ACK")] + more[:1])),
        (True, message(f"BYE {target} SIP/2.0", base + bye + more[:1] + [("ms-client-diagnostics", diagnostics)])),
        (False, message("SIP/2.0 200 OK", base + bye)),
    ]
    for step, (sent, text) in enumerate(steps):
        yield {"time": start + datetime.timedelta(seconds=call * 3, milliseconds=step * 140 + call % 100),
               "sent": sent, "text": text, "call": call, "step": step}


def calls(count, first=0):
    """The messages of `count` calls, one call after the other."""
    return [entry for call in range(first, first + count) for entry in call_messages(call)]


def client_stamp(time):
    return time.strftime("%m/%d/%Y|%H:%M:%S.") + f"{time.microsecond // 1000:03d}"


def client_record(entry, local=CLIENT, remote=SERVER):
    """One message in the form of the client log, with CR LF."""
    prefix = f"{client_stamp(entry['time'])} 1F68:C14 INFO  :: "
    words = ("Sending Packet", "From") if entry["sent"] else ("Data Received", "To")
    head = (f"{words[0]} - {remote[0]}:{remote[1]} ({words[1]} Local Address: {local[0]}:{local[1]}) "
            f"{len(entry['text'].encode())} bytes")
    text = entry["text"] if entry["text"].endswith("\r\n") else entry["text"] + "\r\n"
    return f"{prefix}{head}:\r\n{prefix}{text}{prefix}End of {head}\r\n"


def client_chatter(entry):
    """Lines of other components around a message."""
    stamp = client_stamp(entry["time"])
    lines = [f"{stamp} 1F68:2B{n:02X} TRACE :: CUccPeerToPeerSession::ProcessMediaEvent this {entry['call']:08X} event {n}"
             for n in range(4)]
    lines.append(f"{stamp} 1F68:C14 INFO  :: Function: CUccSessionManager::OnStateChanged, state {entry['step']}")
    lines.append("<LocationProfileDescription><Name>DefaultProfile</Name><Rule>" + "x" * 200 + "</Rule></LocationProfileDescription>")
    lines.append(f"{stamp} 1F68:C14 WARN  :: SECURE_SOCKET: negotiation pending, handle {entry['step']:#x}")
    return "".join(line + "\r\n" for line in lines)


def client_log(messages, chatter=True):
    """A client log (str, CR LF)."""
    return "".join((client_chatter(entry) if chatter else "") + client_record(entry) for entry in messages)


def server_prefix(entry, number, level="INFO", flag="PROTOCOL", place="0",
                  function="SIPAdminLog::ProtocolRecord::Flush:ProtocolRecord.cpp(261)"):
    stamp = entry["time"].strftime("%m/%d/%Y-%H:%M:%S.") + f"{entry['time'].microsecond // 1000:03d}"
    return f"TL_{level}(TF_{flag}) [{place}]0A2C.0F78::{stamp}.{number:08X} (SIPStack,{function})"


def server_record(entry, number, place="0", peer=f"{CLIENT[0]}:{CLIENT[1]}", incoming=None):
    """One message in the form of the server log: what the client sent comes in, unless told otherwise."""
    incoming = entry["sent"] if incoming is None else incoming
    start_line, rest = entry["text"].split("\r\n", 1)
    headers, body = rest.split("\r\n\r\n", 1)
    correlation = f" [{number}] " if "\\" in place else ""
    kind = "response" if start_line.startswith("SIP/2.0") else "request"
    direction = "incoming" if incoming else 'outgoing;source="local"'
    return (f"{server_prefix(entry, number, place=place)}{correlation}$$begin_record\r\n"
            f"Trace-Correlation-Id: {number}\r\nInstance-Id: {number:08X}\r\nDirection: {direction}\r\n"
            f"Peer: {peer}\r\nMessage-Type: {kind}\r\nStart-Line: {start_line}\r\n{headers}\r\n"
            f"Message-Body: {body or '-'}\r\n$$end_record\r\n")


def server_finding(entry, number, place="0", flag="DIAG", level="WARN", peer=f"{CLIENT[0]}:{CLIENT[1]}"):
    """A record of TF_DIAG that names the message."""
    lines = entry["text"].split("\r\n")
    values = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    head = server_prefix(entry, number, level, flag, place, "SIPAdminLog::WriteDiagnosticEvent:SIPAdminLog.cpp(830)")
    return (f"{head} [{number}] $$begin_record\r\nSeverity: warning\r\nText: Message was not routed\r\n"
            f"Result-Code: 0xc3e93c5e SIPPROXY_E_ROUTING\r\nSIP-Start-Line: {lines[0]}\r\n"
            f"SIP-Call-ID: {values['Call-ID']}\r\nSIP-CSeq: {values['CSeq']}\r\n"
            f"Peer: {peer}\r\nData: destination=\"fe2.example.com\"\r\n$$end_record\r\n")


def server_log(messages, machines=("0",), findings=True):
    """A server log (str, CR LF) with the messages spread over the machines ("pool\\machine", or a processor)."""
    parts = []
    for number, entry in enumerate(messages):
        place = machines[entry["call"] % len(machines)]
        parts.append(server_prefix(entry, number, "VERBOSE", "COMPONENT", place, "CSIPRequest::Dispatch:SIPRequest.cpp(244)")
                     + "( 00000000028FDD70 ) Enter\r\n")
        parts.append(server_record(entry, number, place))
        if findings and entry["step"] == 5 and entry["call"] % 5 == 0:
            parts.append(server_finding(entry, number, place))
    return "".join(parts)


def write_large(kind, size, path):
    """A log of about `size` bytes: one block of calls again and again, an hour later each time."""
    from .sbc_logs import mixed as sbc_log
    makers = {"client": lambda: client_log(calls(1000)), "sbc": sbc_log,
              "server": lambda: server_log(calls(1000), ("fe\\fe1", "fe\\fe2"))}
    block = makers[kind]().encode()
    date = b"01/01/2014"
    written, turn = 0, 0
    with open(path, "wb") as out:
        while written < size:
            day = (START + datetime.timedelta(days=turn)).strftime("%m/%d/%Y").encode()
            written += out.write(block.replace(date, day))
            turn += 1


def main():
    kind, size, path = sys.argv[1:]
    scale = {"K": 10**3, "M": 10**6, "G": 10**9}
    write_large(kind, int(float(size.rstrip("KMG")) * scale.get(size[-1], 1)), path)


if __name__ == "__main__":
    main()
