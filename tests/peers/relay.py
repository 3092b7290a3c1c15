# SPDX-License-Identifier: GPL-2.0-or-later
"""A small media relay ([MS-TURN] over UDP) on loopback that writes down each datagram it sees."""
import hashlib
import hmac
import errno
import select
import socket
import struct

# No dissector of Wireshark's is registered for a UDP port from here on, and few systems hand one out by themselves.
QUIET_PORTS = range(61000, 65536)

COOKIE = struct.pack(">HHI", 0x000F, 4, 0x72C64BC6)
REALM = b'"rtcmedia"'


def bound(host, ports):
    """A UDP socket on the first port that is free."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in ports:
        try:
            made.bind((host, port))
            return made
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, f"no port is free on {host}")


def attribute(kind, value):
    return struct.pack(">HH", kind, len(value)) + value


def address(where):
    return struct.pack(">BBH", 0, 1, where[1]) + socket.inet_aton(where[0])


def read_address(value):
    return socket.inet_ntoa(value[4:8]), struct.unpack_from(">H", value, 2)[0]


def xored(value, identity):
    return value[:2] + bytes(a ^ b for a, b in zip(value[2:4], identity)) + \
        bytes(a ^ b for a, b in zip(value[4:], identity))


def attributes(message):
    found, at = {}, 20
    while at + 4 <= len(message):
        kind, length = struct.unpack_from(">HH", message, at)
        found[kind] = message[at + 4:at + 4 + length]
        at += 4 + length
    return found


def signed(kind, identity, body, key):
    """A message with its integrity behind it: HMAC-SHA1 over the text padded with zeros to 64 bytes."""
    body = COOKIE + body
    message = struct.pack(">HH", kind, len(body) + (24 if key else 0)) + identity + body
    if key:
        padded = message + bytes(-len(message) % 64)
        message += attribute(0x0008, hmac.new(key, padded, hashlib.sha1).digest())
    return message


class Relay:
    """One server socket, a relayed socket a client. capture: gen.wire.Capture that gets every datagram."""

    def __init__(self, capture, username, password):
        self.capture = capture
        # The key is made of what stands between the realm's quotes.
        self.key = hashlib.md5(username + b":" + REALM.strip(b'"') + b":" + password).digest()
        self.short_term = password  # the key of clients that know no realm
        self.server = self.open()
        self.clients = {}   # address of the client -> its relayed socket
        self.challenged = set()
        self.active = {}    # relayed socket -> active destination
        self.connection = bytes(range(20))
        self.indications = 0
        self.signed_well = 0

    @staticmethod
    def open():
        return bound("127.0.0.1", QUIET_PORTS)

    @property
    def port(self):
        return self.server.getsockname()[1]

    def send(self, sock, data, to):
        # From one relayed address to another it is written down when it comes in.
        if to not in [other.getsockname() for other in self.clients.values()]:
            self.capture.udp(sock.getsockname(), to, data)
        sock.sendto(data, to)

    def serve(self, process):
        """Works until the process ends."""
        while process.poll() is None:
            relayed = {sock: client for client, sock in self.clients.items()}
            for sock in select.select([self.server, *relayed], [], [], 0.1)[0]:
                data, source = sock.recvfrom(65536)
                self.capture.udp(source, sock.getsockname(), data)
                if sock is self.server:
                    self.from_client(data, source)
                else:
                    self.from_peer(sock, relayed[sock], data, source)

    def close(self):
        for sock in [self.server, *self.clients.values()]:
            sock.close()

    def from_peer(self, sock, client, data, source):
        if self.active.get(sock) == source:
            self.send(self.server, data, client)
        else:
            body = COOKIE + attribute(0x0012, address(source)) + attribute(0x0013, data)
            self.indications += 1
            message = struct.pack(">HH", 0x0115, len(body)) + b"indication" + struct.pack(">HI", 0, self.indications) + body
            self.send(self.server, message, client)

    def from_client(self, message, client):
        if message[20:28] != COOKIE:
            if client in self.clients and self.clients[client] in self.active:
                sock = self.clients[client]
                self.send(sock, message, self.active[sock])
            return
        kind, identity, found = struct.unpack_from(">H", message)[0], message[4:20], attributes(message)
        key = self.key if 0x0015 in found or client in self.challenged else self.short_term
        self.signed_well += self.verify(message, found, key)
        if kind == 0x0003 and 0x0008 not in found:
            self.challenged.add(client)
            body = attribute(0x0009, b"\0\0\x04\x01Unauthorized") + attribute(0x0015, REALM) + \
                attribute(0x0014, bytes(range(16)))
            self.send(self.server, signed(0x0113, identity, body, None), client)
        elif kind == 0x0003:
            sock = self.clients.setdefault(client, None) or self.open()
            self.clients[client] = sock
            body = attribute(0x0001, address(sock.getsockname())) + \
                attribute(0x8020, xored(address(client), identity)) + \
                attribute(0x000D, struct.pack(">I", 600)) + attribute(0x8008, struct.pack(">I", 2)) + \
                attribute(0x8050, self.connection + bytes(4))
            self.send(self.server, signed(0x0103, identity, body, key), client)
        elif kind == 0x0004:
            self.send(self.clients[client], found[0x0013], read_address(found[0x0011]))
        elif kind == 0x0006:
            self.active[self.clients[client]] = read_address(found[0x0011])
            self.send(self.server, signed(0x0106, identity, attribute(0x8050, self.connection + bytes(4)), key), client)

    @staticmethod
    def verify(message, found, key):
        """Whether the message is signed with the key."""
        if 0x0008 not in found:
            return False
        text = message[:message.rindex(found[0x0008]) - 4]
        padded = text + bytes(-len(text) % 64)
        return hmac.new(key, padded, hashlib.sha1).digest() == found[0x0008]
