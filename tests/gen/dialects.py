# SPDX-License-Identifier: GPL-2.0-or-later
"""How the clients of three generations write their messages to the relay and to each other.

Teams: MS-Version 6, nothing padded, HMAC-SHA256, a session id, checks of Implementation Version 7 with a fingerprint.
Lync and Skype for Business: MS-Version 4, HMAC-SHA1, RFC 5389 checks of Implementation Version 3. Communicator: no
cookie of RFC 5389 anywhere, checks of draft 6.
"""
import base64
import hashlib
import struct
import zlib

from . import turn_messages as turn
from .turn_messages import addr, att, num, padded

AUDIO, VIDEO, DATA = 1, 2, 4
OWN, PEER = b"kZ4w", b"Tq9x"  # user fragments
CONTROLLING, CONTROLLED = 0x802A, 0x8029
UNSIGNED = b"The request did not contain a Message-Integrity attribute"


def some_bytes(seed, size):
    """Bytes that look random and are always the same."""
    return hashlib.sha512(seed.encode()).digest()[:size]


def signed_check(kind, ident, *parts):
    """A check with message integrity and fingerprint, in the way of these clients: the length in the header is that
    of the whole message for both."""
    body = b"".join(parts)
    text = struct.pack(">HH", kind, len(body) + 32) + ident + body
    key = b"password-of-the-other-end"
    text += att(0x0008, turn.hmac.new(key, text + bytes(-len(text) % 64), hashlib.sha1).digest())
    return text + num(0x8028, zlib.crc32(text) ^ 0x5354554E)


class Dialect:
    """What Lync does; the others differ."""

    name, version, lifetime = "Lync", 4, 600
    cookie, sha256 = True, False
    implementation = 3
    # Fixed times at which a request without an answer is sent again, [MS-TURN] 3.2.2, and so is a check.
    allocate_interval, allocate_repeats = 0.65, 9
    check_waits = (0.1, 0.2, 0.4, 0.8, 1.6, 1.6)

    def head(self, stream):
        return [num(0x8008, self.version), num(0x8055, stream << 16)]

    def first(self, ident, stream):
        """An Allocate request without credentials."""
        return self.message(0x0003, ident, *self.head(stream))

    def message(self, kind, ident, *parts, key=None):
        return turn.message(kind, ident, *parts, key=key, sha256=bool(key) and self.sha256)

    def credentials(self, nonce):
        return [att(0x0006, turn.USERNAME), att(0x0014, nonce), att(0x0015, turn.REALM)]

    def signed(self, ident, stream, nonce, session, *more):
        """An Allocate request with credentials; more: lifetime, sequence number."""
        return self.message(0x0003, ident, *self.head(stream), *more, *self.credentials(nonce), key=turn.LONG_TERM)

    def refused(self, ident, code, reason, nonce=None, *more):
        """An Allocate error response; with a nonce it is a challenge."""
        error = att(0x0009, struct.pack(">HBB", 0, code // 100, code % 100) + reason)
        again = [att(0x0014, nonce), att(0x0015, turn.REALM)] if nonce else []
        return self.message(0x0113, ident, num(0x8008, self.version), error, *more, *again)

    def challenge(self, ident, nonce, server, relayed, reflexive, session):
        return self.refused(ident, 401, b"Unauthorized", nonce, att(0x000E, addr(server)))

    def success(self, ident, relayed, reflexive, number=0, lifetime=None):
        return self.message(0x0103, ident, num(0x000D, self.lifetime if lifetime is None else lifetime),
                            att(0x0001, addr(relayed)), num(0x8008, self.version),
                            att(0x8020, addr(reflexive, ident)), turn.sequence(number), num(0x0010, 750),
                            key=turn.LONG_TERM)

    def release(self, ident, nonce, number):
        """Lifetime 0: the client needs the allocation no more."""
        return self.message(0x0003, ident, *self.head(AUDIO), num(0x000D, 0), turn.sequence(number),
                            *self.credentials(nonce), key=turn.LONG_TERM)

    def send(self, ident, to, data, number):
        return self.message(0x0004, ident, att(0x0006, turn.USERNAME), att(0x0011, addr(to)), turn.sequence(number),
                            att(0x0013, data), key=turn.LONG_TERM)

    def indication(self, ident, remote, data):
        return self.message(0x0115, ident, att(0x0012, addr(remote)), att(0x0013, data))

    def user(self, ours):
        return padded(0x0006, PEER + b":" + OWN if ours else OWN + b":" + PEER)

    def identifier(self):
        return [padded(0x8054, b"1")]

    def check(self, ident, ours, nominated=False, role=None):
        """A check of the client's (ours) or the peer's. The client is controlling."""
        role = role or (CONTROLLING if ours else CONTROLLED)
        return signed_check(0x0001, ident, self.user(ours), num(0x0024, 0x6EFFFEFF),
                            att(role, some_bytes("tie%d" % ours, 8)), *self.identifier(),
                            num(0x8070, self.implementation), *([att(0x0025)] if nominated else []))

    def answer(self, ident, ours, seen):
        """The answer to a check (ours: the client's); seen: where it came from."""
        return signed_check(0x0101, ident, self.user(ours), att(0x0020, addr(seen, ident)),
                            num(0x8070, self.implementation))

    def conflict(self, ident):
        return signed_check(0x0111, ident, padded(0x0009, b"\0\0\x04\x57Role Conflict"),
                            num(0x8070, self.implementation))


class Teams(Dialect):
    name, version, lifetime = "Teams", 6, 60
    sha256 = True
    implementation = 7

    def head(self, stream):
        return [num(0x8037, 2), num(0x8008, self.version), num(0x8006, 1), num(0x0010, 12000),
                num(0x8055, stream << 16 | 2)]

    def credentials(self, nonce):
        return [att(0x0014, nonce), att(0x0015, turn.REALM), att(0x0006, turn.USERNAME)]

    def signed(self, ident, stream, nonce, session, *more):
        return super().signed(ident, stream, nonce, session, att(0x8095, session), *more)

    def challenge(self, ident, nonce, server, relayed, reflexive, session):
        error = att(0x0009, b"\0\0\x04\x01" + UNSIGNED)
        return self.message(0x0113, ident, num(0x8008, self.version), error, att(0x000E, addr(server)),
                            att(0x0014, nonce), att(0x0015, turn.REALM), att(0x0001, addr(relayed)),
                            att(0x8095, session), att(0x8020, addr(reflexive, ident)))

    def success(self, ident, relayed, reflexive, number=0, lifetime=None):
        return self.message(0x0103, ident, num(0x000D, self.lifetime if lifetime is None else lifetime),
                            att(0x0001, addr(relayed)), num(0x8008, self.version),
                            att(0x8020, addr(reflexive, ident)), turn.sequence(number), att(0x8022, b"2.0.1.211"),
                            num(0x0010, 12000), key=turn.LONG_TERM)

    def release(self, ident, nonce, number):
        """Its sequence number has four bytes, without a connection id: seen in a call in which all is well."""
        return self.message(0x0003, ident, num(0x8008, self.version), num(0x000D, 0),
                            att(0x8050, struct.pack(">I", number)), *self.credentials(nonce), key=turn.LONG_TERM)

    def identifier(self):
        return []


class Communicator(Dialect):
    name, version = "Communicator", 1
    cookie = False

    def check(self, ident, ours, nominated=False, role=None):
        receiver, sender = turn.IDS if ours else reversed(turn.IDS)
        return turn.old_request(ident, receiver, sender, nominated=nominated)

    def answer(self, ident, ours, seen):
        receiver, sender = turn.IDS if ours else reversed(turn.IDS)
        return turn.old_response(ident, seen, receiver, sender)


TEAMS, LYNC, COMMUNICATOR = Teams(), Dialect(), Communicator()

# What tells one call from another, besides addresses and transaction ids.
NAMES = [OWN, PEER, turn.USERNAME[12:32], turn.CONNECTION, *(base64.b64decode(text + "=") for text in turn.IDS)]
