# SPDX-License-Identifier: GPL-2.0-or-later
"""The call of direct_routing.bypass(), with its inner leg, as the logs of SBCs and telephone systems have it: the same
messages in each form."""
from .direct_routing import SBC_NAME, SbcCall, NORMAL, audio, sbc_body, teams_body
from .wire import Capture

TEAMS, INNER = "198.51.100.76:5061", "10.9.0.20:5060"


class Recorder(Capture):
    """Keeps the messages in place of packets: (sent by the SBC, other side, text)."""

    def __init__(self):
        super().__init__()
        self.messages = []

    def udp(self, src, dst, payload, after=0.01):
        self.messages.append((src[0] == "203.0.113.10", TEAMS, payload.decode()))


def inner(method, status=None, cseq="1 INVITE", body="", by_sbc=None):
    """A message of the leg behind the SBC; None of it is Microsoft's."""
    start = f"{method} sip:+15550199@10.9.0.20 SIP/2.0" if status is None else f"SIP/2.0 {status}"
    tag = "" if method == "INVITE" and status is None else ";tag=pbx"
    lines = [start, "Via: SIP/2.0/UDP 10.9.0.1:5060;branch=z9hG4bKin", "From: <sip:+15550100@10.9.0.1>;tag=inner",
             f"To: <sip:+15550199@10.9.0.20>{tag}", "Call-ID: inner1@10.9.0.1", f"CSeq: {cseq}",
             "Contact: <sip:10.9.0.1:5060>", *(["Content-Type: application/sdp"] if body else []),
             f"Content-Length: {len(body)}", "", body]
    return (status is None if by_sbc is None else by_sbc), INNER, "\r\n".join(lines)


def call():
    """The messages of both legs in their order."""
    teams = SbcCall(capture=Recorder())
    steps = teams.capture.messages
    teams.invite(teams_body())
    plain = audio(("10.9.0.1", 7000), ufrag=None, password=None, suite=None, protocol="RTP/AVP")
    steps.append(inner("INVITE", body=plain))
    steps.append(inner("INVITE", "200 OK", body=plain.replace("10.9.0.1", "10.9.0.20")))
    teams.answer(body=sbc_body())
    teams.ack()
    steps.append(inner("ACK", cseq="1 ACK"))
    teams.bye(NORMAL)
    steps.append(inner("BYE", cseq="2 BYE"))
    return steps


SID = "2ed1c8:96:5"


def banner_of(sent, other):
    """The line in front of a message."""
    if sent:
        return f"---- Outgoing SIP Message to {other} from SIPInterface #1 (Trunk) TLS TO(#3) SocketID(7) ----"
    return f"---- Incoming SIP Message from {other} to SIPInterface #1 (Trunk) TLS TO(#3) SocketID(7) ----"


def audiocodes(steps, lines="real", limit=None, prefix="Jul 29 12:00:{:02d} 10.1.1.1 ", session=SID, time=True,
               first=71):
    """Syslog of an AudioCodes SBC. lines: "real", "#012" (with a blank before each), "#015#012" or "\\n"; limit: most
    characters of a record's text, so that longer messages go on in the next one."""
    out, number = [], first
    for second, (sent, other, text) in enumerate(steps):
        head = prefix.format(second) if prefix else ""
        out.append(f"{head}[S={number}] [SID={session}] (N {70000 + number})  states: CALL [Time:29-07@12:00:{second:02d}.001]")
        number += 1
        end = {"real": "\n", "#012": " #012", "#015#012": "#015#012", "\\n": "\\n"}[lines]
        whole = banner_of(sent, other) + "\n" + text.replace("\r\n", "\n")
        parts = [whole] if not limit else [whole[at:at + limit] for at in range(0, len(whole), limit)]
        parts = [part.replace("\n", end) for part in parts]
        for part in parts:
            stamp = f" [Time:29-07@12:00:{second:02d}.{100 + number % 800:03d}]" if time else ""
            out.append(f"{head}[S={number}] [SID={session}] (N {70000 + number})  {part}{stamp}")
            number += 1
    return "\n".join(out) + "\n"


def joined(steps, end=" #012", apart=None, together=1, prefix="Jul 29 12:00:{:02d} 10.1.1.1 ", limit=None):
    """The same where the device joins several entries to one record. apart: the message stands in the next record,
    behind so many blanks; together: messages in one record; limit: most characters of a record's message."""
    out, number = [], 71
    for first in range(0, len(steps), together):
        head = prefix.format(first) if prefix else ""
        stamp = f" [Time:29-07@12:00:{first:02d}.100]"
        entries = [f"(N  {number}) States: (#15)AcSIPDialog[DialogInitiated->DialogConnected] "]
        for sent, other, text in steps[first:first + together]:
            entries.append(f"(N  {number + 1}) {banner_of(sent, other)} ")
            entries.append(text.replace("\r\n", "\n"))
        texts = ["\n".join(entries)]
        if apart is not None:
            size = limit or len(entries[-1])
            texts = ["\n".join(entries[:-1]) + "\n",
                     *(entries[-1][at:at + size] for at in range(0, len(entries[-1]), size))]
        for count, text in enumerate(texts):
            blanks = " " * (apart if count else 1)
            out.append(f"{head}[S={number}] [SID={SID}]{blanks}" + text.replace("\n", end) + stamp)
            number += 1
    return "\n".join(out) + "\n"


def mixed(others=6):
    """The syslog of an AudioCodes SBC, with so many records of other kinds to a message."""
    steps = call()
    other = audiocodes([(True, INNER, "resource released")] * others).replace("SIP Message", "media channel")
    return "".join(audiocodes([step]) + other for step in steps)


def pjsip(steps, prefix=""):
    """Asterisk with `pjsip set logger on`."""
    out = []
    for second, (sent, other, text) in enumerate(steps):
        stamp = prefix.format(second)
        kind = "response" if text.startswith("SIP/2.0") else "request"
        way = f"Transmitting SIP {kind} ({len(text)} bytes) to" if sent else f"Received SIP {kind} ({len(text)} bytes) from"
        out += [f"{stamp}<--- {way} TLS:{other} --->", *text.split("\r\n"), ""]
    return "\n".join(out) + "\n"


def chan_sip(steps):
    """Asterisk with `sip set debug on`, as its console shows it: each line with a time."""
    out = []
    for second, (sent, other, text) in enumerate(steps):
        way = f"<--- Transmitting (no NAT) to {other} --->" if sent else f"<--- SIP read from UDP:{other} --->"
        end = "<------------>" if sent else "<------------->"
        lines = [way, *text.split("\r\n"), end]
        out += [f"[Jul 29 12:00:{second:02d}] {line}" for line in lines]
    return "\n".join(out) + "\n"


def chan_sip_file(steps, apart=False):
    """The same in its log file. What Asterisk sends by itself, and sends again, is announced without an arrow. apart: the
    line before has the time."""
    out, ways = [], ("Reliably Transmitting (no NAT) to {}:", "Retransmitting #2 (NAT) to {}:", "Transmitting (NAT) to {}:")
    for second, (sent, other, text) in enumerate(steps):
        way = ways[second % 3].format(other) if sent else f"<--- SIP read from UDP:{other} --->"
        head = f"[2014-07-29 12:00:{second:02d}] VERBOSE[2312] chan_sip.c: "
        out += [*([head, way] if apart else [head + way]), *text.split("\r\n"), "---" if sent else "<------------->"]
    return "\n".join(out) + "\n"


def freeswitch(steps, indent=3):
    """FreeSWITCH with `sofia global siptrace on`."""
    dashes = "   " + "-" * 72
    out = ["2014-07-29 12:00:00.000000 [DEBUG] sofia.c:1 starting"]
    for second, (sent, other, text) in enumerate(steps):
        address, port = other.split(":")
        way = f"send {len(text)} bytes to" if sent else f"recv {len(text)} bytes from"
        out += [f"{way} tls/[{address}]:{port} at 12:00:{second:02d}.250000:", dashes,
                *(" " * indent + line for line in text.split("\r\n")), dashes]
    return "\n".join(out) + "\n"


def sipe(steps):
    """The debug log of sipe."""
    out = ["(12:00:00) sipe: something else"]
    for second, (sent, _, text) in enumerate(steps):
        marker = ">" * 10 if sent else "<" * 10
        stamp = f"2014-07-29T12:00:{second:02d}.250000Z"
        out += ["(12:00:00) sipe: ", f"MESSAGE START {marker} SIP - {stamp}", text.replace("\r\n", "\n"),
                f"MESSAGE END {marker} SIP - {stamp}"]
    return "\n".join(out) + "\n"


def expressway(steps, indent=1, zone="+02:00", action=True, closed="\n |"):
    """The diagnostic log of Cisco's Expressway (VCS). closed: what stands behind the last line of a message."""
    out = ['2014-07-29T14:00:00.100+02:00 vcse tvcs: UTCTime="2014-07-29 12:00:00,100" Module="network.ldap" Level="INFO":  '
           'Detail="LDAP server connected"']
    for second, (sent, other, text) in enumerate(steps):
        (address, port), hour, side = other.split(":"), 12 + int(zone[1:3]), "Dst" if sent else "Src"
        head = (f'2014-07-29T{hour}:00:{second:02d}.250{zone} vcse tvcs: UTCTime="2014-07-29 12:00:{second:02d},250" '
                'Module="network.sip" Level="{}":  ')
        ends = (f'Action="{"Sent" if sent else "Received"}"  Local-ip="10.1.1.1"  Local-port="5061"  ' if action else "")
        ends += f'{side}-ip="{address}"  {side}-port="{port}"  '
        blank = " " * indent
        lines = text.split("\r\n")
        lines[0] = "|" + lines[0]
        out += [head.format("INFO") + ends + 'Detail="Sending Request Method=INVITE, To=sip:a@example.com, Call-ID=x"',
                head.format("DEBUG") + ends + 'Msg-Hash="13707918855517357847"', blank + "SIPMSG:"]
        if not lines[-1] and closed[0] == "\n":
            lines.pop()
        out.append("\n".join(blank + line for line in lines) + closed)
    return "\n".join(out) + "\n"


def ios(steps, addresses=False, head="0075{0:02d}: Jul 29 12:00:{0:02d}.046: ", between="\n"):
    """`debug ccsip messages` of a Cisco router (CUBE). between: what stands behind a message."""
    out = ["0075: Jul 29 11:59:59.001: //-1/xxxxxxxxxxxx/SIP/Info/verbose/5120/sipSPIGetContactHost: x"]
    for second, (sent, other, text) in enumerate(steps):
        ends = ("10.1.1.1:5061", other) if sent else (other, "10.1.1.1:5061")
        way = ("Sent:" if sent else "Received:") + (f" SIP TLS message from {ends[0]} to {ends[1]} " if addresses else "")
        out += [head.format(second) + "//-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:", way, text.replace("\r\n", "\n") + between.format(second)]
    return "\n".join(out) + "\n"


def kamailio(steps, end="#015#012"):
    """xlog of kamailio or OpenSIPS in syslog, with the buffer of the message."""
    return "".join(f"Jul 29 12:00:{second:02d} sbc1 /usr/sbin/kamailio[6140]: INFO: <script>: message: "
                   + text.replace("\r\n", end) + "\n" for second, (_, _, text) in enumerate(steps))


def journal(steps, words="INFO: <script>: Sent out tm request: "):
    """The same as journalctl shows it: with real line ends, and indented by what stands in front of the first line."""
    out = []
    for second, (_, _, text) in enumerate(steps):
        head = f"Jul 29 12:00:{second:02d} sbc1 /usr/sbin/kamailio[6140]: "
        out += [head + "INFO: <script>: about to relay INVITE sip:x@example.com SIP/2.0",
                head + words + text.replace("\r\n", "\n" + " " * (len(head) + 8)), head + "DEBUG: something else"]
    return "\n".join(out) + "\n"


def sonus(steps):
    """What a Sonus SBC writes of the messages that it receives."""
    out = []
    for second, (sent, _, text) in enumerate(steps):
        if not sent:
            out += [f"339 07292014 1200{second:02d}.570846:1.01.00.38344.Info .SIPCM: SipFeSocketRecvMsg - msg = "
                    + text.replace("\r\n", "\n"), f", msgLen = {len(text)}."]
        out.append("150 07292014 120000.572939:1.01.00.38374.Info .SIPFE: *FindRegistrationBlock: RCB not found")
    return "\n".join(out) + "\n"


# Forms: (the log, whether it has directions, times and addresses).
def by_service(build, program, prefix="Jul 29 12:00:{:02d} pbx {}: "):
    """A form as the journal or syslog has it, which write each line for themselves."""
    def lines(steps):
        for second in range(len(steps)):
            before = build(steps[:second]).splitlines() if second else []
            for line in build(steps[:second + 1]).splitlines()[len(before):]:
                yield prefix.format(second, program) + line + "\n"
    return lambda steps: "".join(lines(steps))


FORMS = {
    "audiocodes": (audiocodes, True, True, True),
    "audiocodes, #012": (lambda steps: audiocodes(steps, "#012"), True, True, True),
    "audiocodes, #015#012": (lambda steps: audiocodes(steps, "#015#012"), True, True, True),
    "audiocodes, \\n": (lambda steps: audiocodes(steps, "\\n"), True, True, True),
    "audiocodes, in parts": (lambda steps: audiocodes(steps, limit=400), True, True, True),
    "audiocodes, in parts, #012": (lambda steps: audiocodes(steps, "#012", 333), True, True, True),
    "audiocodes, bare": (lambda steps: audiocodes(steps, prefix=""), True, True, True),
    "audiocodes, old session": (lambda steps: audiocodes(steps, session="1034099026").replace("[SID=", "[SID:"), True,
                                True, True),
    "audiocodes, joined": (joined, True, True, True),
    "audiocodes, joined, real": (lambda steps: joined(steps, "\n"), True, True, True),
    "audiocodes, joined, \\n": (lambda steps: joined(steps, "\\n"), True, True, True),
    "audiocodes, joined, apart": (lambda steps: joined(steps, apart=1), True, True, True),
    "audiocodes, joined, apart, \\n": (lambda steps: joined(steps, "\\n", apart=1), True, True, True),
    "audiocodes, joined, two": (lambda steps: joined(steps, together=2), True, False, True),
    "audiocodes, the collector's time": (lambda steps: audiocodes(steps, time=False), True, True, True),
    "audiocodes, no time": (lambda steps: audiocodes(steps, "#012", prefix="", time=False).replace(" [Time:29-07@12:00", " ["),
                            True, False, True),
    "pjsip": (lambda steps: pjsip(steps, "[2014-07-29 12:00:{:02d}.250] VERBOSE[7] res_pjsip_logger.c: "), True, True,
              True),
    "pjsip, console": (pjsip, True, False, True),
    "chan_sip": (chan_sip, True, True, True),
    "chan_sip, file": (chan_sip_file, True, True, True),
    "chan_sip, file, time before": (lambda steps: chan_sip_file(steps, True), True, True, True),
    "FreeSWITCH": (freeswitch, True, True, True),
    "FreeSWITCH, flush left": (lambda steps: freeswitch(steps, 0), True, True, True),
    "pjsip, journal": (by_service(pjsip, "asterisk[812]"), True, True, True),
    "pjsip, journal, ISO": (by_service(pjsip, "asterisk[812]", "2014-07-29T12:00:{:02d}+0000 pbx {}: "), True, True, True),
    "chan_sip, journal": (by_service(chan_sip, "asterisk[812]"), True, True, True),
    "FreeSWITCH, journal": (by_service(freeswitch, "freeswitch[77]"), True, True, True),
    "Expressway": (expressway, True, True, True),
    "Expressway, flush left": (lambda steps: expressway(steps, 0), True, True, True),
    "Expressway, old": (lambda steps: expressway(steps, zone="+00:00", action=False), True, True, True),
    "Expressway, bar behind the last line": (lambda steps: expressway(steps, closed="|"), True, True, True),
    "IOS": (ios, True, True, False),
    "IOS, clock not set": (lambda steps: ios(steps, head="*Jul 29 12:00:{:02d}.046: "), True, True, False),
    "IOS, year and zone": (lambda steps: ios(steps, head="0: .Jul 29 2014 12:00:{:02d}.046 UTC: "), True, True, False),
    "IOS, VoIP trace": (lambda steps: ios(steps, True, "{0}: *Jul 29 12:00:{0:02d}.583: ",
                                          "\n0: *Jul 29 12:00:{:02d}.583: //1/1CE9/CUBE_VT/SIP/API: x"), True, True, True),
    "sipe": (sipe, True, True, False),
    "kamailio": (kamailio, False, True, False),
    "kamailio, blanks for LF": (lambda steps: kamailio(steps, "#015 "), False, True, False),
    "kamailio, journalctl": (journal, False, True, False),
    "opensips": (lambda steps: kamailio(steps, "\\r\\n"), False, True, False),
}


SBC, COLLECTOR = ("10.1.1.1", 514), ("10.1.1.2", 514)


def foreign():
    """The messages of a call that has nothing to do with Teams."""
    return [(sent, other, text.replace("inner1", "foreign1")) for sent, other, text in call() if other == INNER]


# Forms in datagrams.
RECORDS = {
    "plain": lambda steps: audiocodes(steps, "#012", prefix=""),
    "joined": lambda steps: joined(steps, prefix=""),
    "joined, real": lambda steps: joined(steps, "\n", prefix=""),
    "apart": lambda steps: joined(steps, apart=1, prefix=""),
    "apart, in parts": lambda steps: joined(steps, apart=1, prefix="", limit=150),
    "three in one": lambda steps: joined(steps, together=3, prefix=""),
}


def datagrams(text):
    """The records of a log as datagrams; lines without a head belong to the one before."""
    out = []
    for line in text.rstrip("\n").split("\n"):
        if "[S=" in line[:40]:
            out.append(line)
        else:
            out[-1] += "\n" + line
    return out


def syslog():
    """A whole call with both legs, its messages in parts of 700 bytes, and beside it one of others, to the collector."""
    capture = Capture()
    mine = audiocodes(call(), limit=700, prefix="")
    others = audiocodes(foreign(), prefix="", session="2ed1c8:96:6", first=500)
    for text in (mine, others):
        for datagram in datagrams(text):
            capture.udp(SBC, COLLECTOR, b"<134>" + datagram.encode())
    return capture


def captures():
    yield "sbc-syslog.pcap", syslog()
