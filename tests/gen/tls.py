# SPDX-License-Identifier: GPL-2.0-or-later
"""A TLS 1.2 session that can be made again byte for byte, with its key log.

The handshake is the short one of a resumed session, so that no certificate is needed. (RFC 5246, RFC 5288)
"""
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_128_GCM_SHA256 = 0x009C
HANDSHAKE, CHANGE_CIPHER, APPLICATION = 22, 20, 23


def prf(secret, label, seed, size):
    """The pseudo-random function of TLS 1.2."""
    seed = label + seed
    block, out = seed, b""
    while len(out) < size:
        block = hmac.digest(secret, block, "sha256")
        out += hmac.digest(secret, block + seed, "sha256")
    return out[:size]


def handshake(kind, body):
    """A handshake message."""
    return struct.pack("!B", kind) + len(body).to_bytes(3, "big") + body


class TlsSession:
    """TLS over a Stream of wire.py; does its handshake at once. seed: bytes that all secrets come from."""

    def __init__(self, stream, seed, alpn=b""):
        self.stream = stream
        self.client_random = hashlib.sha256(b"client" + seed).digest()
        server_random = hashlib.sha256(b"server" + seed).digest()
        session = hashlib.sha256(b"session" + seed).digest()
        self.master = hashlib.sha384(b"master" + seed).digest()
        keys = prf(self.master, b"key expansion", server_random + self.client_random, 40)
        self.keys = (AESGCM(keys[0:16]), AESGCM(keys[16:32]))
        self.salts = (keys[32:36], keys[36:40])
        self.counts = [0, 0]
        session_id = bytes([len(session)]) + session
        suite = struct.pack("!H", AES_128_GCM_SHA256)
        self._extensions = b""
        if alpn:
            names = bytes([len(alpn)]) + alpn
            body = struct.pack("!H", len(names)) + names
            self._extensions = struct.pack("!HH", 16, len(body)) + body
        extensions = struct.pack("!H", len(self._extensions)) + self._extensions if alpn else b""
        self._record(0, HANDSHAKE, handshake(
            1, b"\x03\x03" + self.client_random + session_id + b"\x00\x02" + suite + b"\x01\x00" + extensions))
        self._record(1, HANDSHAKE, handshake(
            2, b"\x03\x03" + server_random + session_id + suite + b"\x00" + extensions))
        for side in (1, 0):
            self._record(side, CHANGE_CIPHER, b"\x01")
            verify = hashlib.sha256(b"finished" + seed + bytes([side])).digest()[:12]
            self._record(side, HANDSHAKE, self._seal(side, HANDSHAKE, handshake(20, verify)))

    def _record(self, side, kind, body, sizes=None):
        self.stream.send(side, struct.pack("!BHH", kind, 0x0303, len(body)) + body, sizes)

    def _seal(self, side, kind, data):
        explicit = struct.pack("!Q", self.counts[side])
        extra = explicit + struct.pack("!BHH", kind, 0x0303, len(data))
        self.counts[side] += 1
        return explicit + self.keys[side].encrypt(self.salts[side] + explicit, data, extra)

    def send(self, side, data, sizes=None):
        """Sends data from side 0 (client) or 1 (server), in records of up to 16 KiB; sizes cut the segments."""
        for start in range(0, len(data), 16384):
            self._record(side, APPLICATION, self._seal(side, APPLICATION, data[start:start + 16384]), sizes)

    def key_log(self):
        """The session's line for a key log file, as bytes."""
        return f"CLIENT_RANDOM {self.client_random.hex()} {self.master.hex()}\n".encode()
