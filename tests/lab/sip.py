# SPDX-License-Identifier: GPL-2.0-or-later
"""The signalling of a scenario over real sockets: two clients, and a front end that hands messages from one to the other and
answers for the A/V authentication service. What the caller's client sends and gets is kept, for its log."""
import asyncio
import base64
import datetime
import re
import socket

from gen.signalling import LYNC, MRAS, mras_relay, mras_reply, mras_request

from .net import inside

PORT = 5060
CALLER, CALLEE = "sip:ann@example.com", "sip:bob@example.com"
PASSWORD = base64.b64decode("c2VjcmV0LXNlY3JldC1zZWNyZXQ=")    # of the replies that gen.signalling makes
REASONS = {22: "both endpoints are internal", 23: "one endpoint is internal and the other is remote",
           24: "both endpoints are remote"}
PATIENCE = 5     # seconds for an answer


def sdp(address, medium, local, candidates):
    """An offer or answer, of what an agent has gathered. candidates: the words of the agent's lines."""
    tcp = medium == "applicationsharing"
    first = next((words for words in candidates if words[0] == "host"), None)
    port = first[4] if first and first[4] != "0" else "9"
    lines = ["v=0", f"o=- 0 1 IN IP4 {address}", "s=session", f"c=IN IP4 {address}", "b=CT:99980", "t=0 0",
             f"m={medium} {port} " + ("TCP/RTP/SAVP 127" if tcp else "RTP/SAVP 0 8"), f"a=ice-ufrag:{local[0]}",
             f"a=ice-pwd:{local[1]}"]
    for kind, transport, priority, host, at, foundation, base, base_port in candidates:
        related = "" if kind == "host" else f" raddr {base} rport {base_port}"
        lines.append(f"a=candidate:{foundation} 1 {transport} {priority} {host} {at} typ {kind}{related}")
    lines.append("a=rtpmap:127 x-data/90000" if tcp else "a=rtpmap:0 PCMU/8000")
    return "\r\n".join(lines) + "\r\n"


class Messages:
    """Takes SIP messages out of a stream of bytes."""

    def __init__(self, reader):
        self.reader = reader

    async def next(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?im)^Content-Length: *(\d+)", head)[1])
        return (head + await self.reader.readexactly(length)).decode()


async def connect(place, host):
    with inside(place):
        sock = socket.socket()
    sock.setblocking(False)
    await asyncio.wait_for(asyncio.get_running_loop().sock_connect(sock, (host, PORT)), PATIENCE)
    return await asyncio.open_connection(sock=sock)


class FrontEnd:
    """mras: what the A/V authentication service says: relays, "refused" or nothing."""

    def __init__(self, place, address):
        self.place, self.address = place, address
        self.writers = []
        self.mras = None

    async def start(self):
        with inside(self.place):
            sock = socket.create_server((self.address, PORT))
        await asyncio.start_server(self.serve, sock=sock)

    async def serve(self, reader, writer):
        self.writers.append(writer)
        messages = Messages(reader)
        try:
            while True:
                text = await messages.next()
                if re.search(r"(?m)^CSeq: \d+ SERVICE", text):
                    writer.write(self.credentials(text).encode())
                    continue
                for other in self.writers:
                    if other is not writer:
                        other.write(text.encode())
        except (OSError, asyncio.IncompleteReadError):
            pass

    def credentials(self, request):
        kept = re.findall(r"(?m)^(?:Via|From|To|Call-ID|CSeq): .*?\r\n", request)
        return ("SIP/2.0 200 OK\r\n" + "".join(kept) + f"Server: RTC/5.0\r\nContent-Type: {MRAS}\r\n"
                f"Content-Length: {len(self.mras.encode())}\r\n\r\n{self.mras}")


class Client:
    """One end. log: the entries of its log, where it keeps one."""

    def __init__(self, place, address, name, call_id):
        self.place, self.address, self.name, self.call_id = place, address, name, call_id
        self.log = []
        self.conversation = "Ms-Conversation-ID: " + base64.b64encode(call_id.encode()[:22].ljust(22)).decode()

    async def connect(self, front_end):
        reader, self.writer = await connect(self.place, front_end)
        self.port = self.writer.get_extra_info("sockname")[1]
        self.messages = Messages(reader)

    def keep(self, sent, text):
        self.log.append({"time": datetime.datetime.utcnow(), "sent": sent, "text": text, "call": 0, "step": len(self.log)})

    def send(self, start, cseq, headers=(), body="", kind="application/sdp", call_id=None):
        caller, callee = f"<{CALLER}>;tag=a1;epid=0123456789", f"<{CALLEE}>;tag=b1"
        from_caller = self.name == CALLER or start.startswith("SIP/2.0")
        if start.startswith("SIP/2.0 ") and self.name == CALLER:
            from_caller = False
        parties = (caller, callee) if from_caller else (callee, caller)
        lines = [start, f"Via: SIP/2.0/TCP {self.address}:{self.port};branch=z9hG4bK{self.call_id[:6]}{cseq[0]}",
                 "Max-Forwards: 70", f"From: {parties[0]}", f"To: {parties[1]}", f"Call-ID: {call_id or self.call_id}",
                 f"CSeq: {cseq}", LYNC, *headers]
        if body:
            lines.append(f"Content-Type: {kind}")
        text = "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", ""]) + body
        self.keep(True, text)
        self.writer.write(text.encode())

    async def hear(self, limit=PATIENCE):
        text = await asyncio.wait_for(self.messages.next(), limit)
        self.keep(False, text)
        return text

    async def credentials(self, identity):
        self.send("SERVICE sip:edge.example.com@example.com SIP/2.0", "1 SERVICE", (), mras_request(identity), MRAS,
                  self.call_id + "m")
        return await self.hear()


def mras_answer(username, relay_name, refused=False, port=443):
    if refused:
        return mras_reply(result="Request Malformed", relays=[])
    return mras_reply([mras_relay(host=f"<hostName>{relay_name}</hostName>", tcp=str(port))], username)


def diagnostics(number, flags, medium, sites, locations, by="Caller"):
    """The header of a call that found no path. sites: texts ADDRESS:PORT of LocalSite, LocalMR, RemoteSite, RemoteMR;
    None where there is none."""
    label = "application-sharing" if medium == "applicationsharing" else medium
    keys = [f"ICEWarn={flags:#x}"]
    keys += [f"{name}={site}" for name, site in zip(("LocalSite", "LocalMR", "RemoteSite", "RemoteMR"), sites) if site]
    keys += ["PortRange=1025:65000", f"LocalLocation={locations[0]}", f"RemoteLocation={locations[1]}", "FederationType=0"]
    return (f'ms-client-diagnostics: {number}; reason="Call failed to establish due to a media connectivity failure when '
            f'{REASONS[number]}";{by}MediaDebug="{label}:{",".join(keys)}"')
