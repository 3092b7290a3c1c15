#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Records MS-TURN on TCP 443 between real TCP stacks over a bad line: record_sharing.py FOLDER (as root).

Client and server are programs of this machine in a network namespace of their own; what they send goes through a
TUN device to this program, which loses, delays and repeats packets by count and writes what a capture at the client
sees: its own packets as it sends them, those of the other side as they arrive. Segmentation (MTU 576),
retransmission and acknowledgement are the kernel's.

One session through the relay, and three that somebody else answers: OpenSSL's server (genuine), an HTTP proxy, a
firewall that stays silent and resets. Times differ from run to run, therefore the captures are recorded once and
kept in pcaps/.
"""
import fcntl
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from gen import tcp443  # noqa: E402

HERE, THERE, PORT = "10.99.0.1", "10.99.0.2", 443
SHARED = [tcp443.rtp(number, tcp443.opaque(f"screen {number}", 100 + number * 37 % 1100)) for number in range(1, 61)]


class Line(threading.Thread):
    """The TUN device: turns every packet round to the other program of this machine, badly when asked to."""

    def __init__(self):
        super().__init__(daemon=True)
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, 0x400454CA, struct.pack("16sH", b"bad0", 0x1001))  # TUNSETIFF: TUN, no extra header
        for command in (["addr", "add", f"{HERE}/24", "dev", "bad0"], ["link", "set", "bad0", "mtu", "576", "up"],
                        ["link", "set", "lo", "up"]):
            subprocess.run(["ip", *command], check=True)
        self.bad, self.out, self.counts, self.held = False, None, [0, 0], {}

    def record(self, packet):
        if self.out:
            now = time.time()
            self.out.write(struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(packet), len(packet)) + packet)

    def deliver(self, packet, from_server):
        if from_server:
            self.record(packet)
        os.write(self.tun, packet)

    def run(self):
        while True:
            packet = os.read(self.tun, 2048)
            if packet[0] >> 4 != 4 or packet[9] != 6:
                continue
            header = (packet[0] & 15) * 4
            from_server = struct.unpack_from(">H", packet, header)[0] == PORT
            if not from_server:
                self.record(packet)
            # Sums do not mind the order of the addresses.
            seen = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
            data = len(packet) > header + (packet[header + 12] >> 4) * 4
            if not self.bad or not data:
                self.deliver(seen, from_server)
                continue
            self.counts[from_server] += 1
            count = self.counts[from_server]
            if count % 11 == 0:
                continue  # lost
            if count % 7 == 0 and from_server not in self.held:
                self.held[from_server] = seen  # overtaken by the next
                continue
            self.deliver(seen, from_server)
            if count % 13 == 0:
                self.deliver(seen, from_server)  # repeated
            if from_server in self.held:
                self.deliver(self.held.pop(from_server), from_server)

    def start_file(self, path, bad):
        self.counts, self.held, self.bad = [0, 0], {}, bad
        out = open(path, "wb")
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        self.out = out

    def end_file(self):
        time.sleep(0.5)
        self.out.close()
        self.out = None


def receive(connection, length):
    data = b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            break
        data += piece
    return data


def listen():
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((HERE, PORT))
    server.listen(1)
    return server


STEPS = ((0, tcp443.ALLOCATE), (1, tcp443.CHALLENGE), (0, tcp443.ALLOCATE_AGAIN), (1, tcp443.ALLOCATED),
         (0, tcp443.DESTINATION), (1, tcp443.DESTINATION_SET))


def converse(connection, side):
    """Both ends of a sharing session: side 0 is the client, 1 the Edge."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    hellos = (tcp443.client_hello(), tcp443.server_hello())
    if side == 1:
        receive(connection, len(hellos[0]))
    connection.sendall(hellos[side])
    if side == 0:
        receive(connection, len(hellos[1]))
    for sender, message in STEPS:
        if sender == side:
            connection.sendall(tcp443.control(message))
        else:
            receive(connection, len(message) + 4)
    frames = b"".join(tcp443.data(packet) for packet in SHARED)
    sender = threading.Thread(target=connection.sendall, args=(frames,))
    sender.start()
    receive(connection, len(frames))
    sender.join()


def serve_edge(server):
    connection, _ = server.accept()
    converse(connection, 1)
    connection.close()


def serve_proxy(server):
    connection, _ = server.accept()
    receive(connection, 50)
    connection.sendall(tcp443.PROXY_407)
    connection.close()


def serve_silence(server):
    connection, _ = server.accept()
    receive(connection, 50)
    time.sleep(2)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def record(line, path, serve, bad=False):
    server = listen()
    line.start_file(path, bad)
    other = threading.Thread(target=serve, args=(server,))
    other.start()
    with socket.create_connection((THERE, PORT)) as connection:
        if serve is serve_edge:
            converse(connection, 0)
        else:
            connection.sendall(tcp443.client_hello())
            try:
                while connection.recv(4096):
                    pass
            except ConnectionResetError:
                pass
    other.join()
    server.close()
    line.end_file()


def record_openssl(line, path):
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{work}/key", "-out",
                        f"{work}/cert", "-subj", "/CN=web.example.com"], check=True, stderr=subprocess.DEVNULL)
        server = subprocess.Popen(["openssl", "s_server", "-accept", f"{HERE}:{PORT}", "-cert", f"{work}/cert", "-key",
                                   f"{work}/key", "-quiet"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(1)
        line.start_file(path, False)
        with socket.create_connection((THERE, PORT)) as connection:
            connection.sendall(tcp443.client_hello())
            while connection.recv(4096):
                pass
        line.end_file()
        server.terminate()
        server.wait()


def main():
    if len(sys.argv) < 3:
        os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv, "inside"])
    folder = pathlib.Path(sys.argv[1])
    line = Line()
    line.start()
    record(line, folder / "tcp443-bad-line.pcap", serve_edge, bad=True)
    record(line, folder / "tcp443-real-proxy.pcap", serve_proxy)
    record(line, folder / "tcp443-real-silence.pcap", serve_silence)
    record_openssl(line, folder / "tcp443-real-openssl.pcap")


if __name__ == "__main__":
    main()
