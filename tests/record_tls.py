#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Records genuine TLS on port 443 over the loopback interface: record_tls.py FOLDER (as root).

Real programs on both ends, so that a capture of ordinary traffic is ordinary: OpenSSL's server and client (TLS 1.2
and 1.3, with session resumption), nghttpd and curl (HTTP/2), Python's web server with objects to export. The secrets go into the capture files. What comes out differs from run to run, therefore these
captures are recorded once and kept in pcaps/; variants with other orders of packets are made from them.

Needs dumpcap, editcap, openssl, curl, nghttp2-server; port 443 of the address 127.0.0.43 has to be free.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HOST = "127.0.0.43"
PORT = "443"


def wait_for_port():
    """Waits until somebody listens."""
    import socket
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, int(PORT))) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("the server does not start")


class Recorder:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="record-tls-"))
        self.key, self.cert = self.work / "key.pem", self.work / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out",
                        self.cert, "-subj", "/CN=web.example.com", "-days", "7300"], check=True,
                       stderr=subprocess.DEVNULL)
        (self.work / "index.html").write_text("<html><body>" + "An ordinary page. " * 200 + "</body></html>\n")
        (self.work / "data.txt").write_text("".join(f"line {number}\n" for number in range(1200)))

    def record(self, name, server, clients):
        """Captures what the clients (shell lines) do with the server; writes name with the secrets in it."""
        raw, keys = self.work / "raw.pcapng", self.work / "keys"
        keys.write_text("")
        running = subprocess.Popen(server, cwd=self.work, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            wait_for_port()
            capture = subprocess.Popen(["dumpcap", "-q", "-i", "lo", "-f", f"host {HOST} and tcp port {PORT}",
                                        "-w", raw], stderr=subprocess.PIPE)
            while b"File:" not in capture.stderr.readline():
                pass
            for client in clients:
                subprocess.run(client, shell=True, cwd=self.work, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30, check=False,
                               env=dict(os.environ, SSLKEYLOGFILE=str(keys)))
            time.sleep(1.5)  # dumpcap writes in batches
            capture.terminate()
            capture.wait()
        finally:
            running.terminate()
            running.wait()
        subprocess.run(["editcap", "--inject-secrets", f"tls,{keys}", raw, self.folder / name], check=True)

    def openssl(self, name, *options):
        """OpenSSL's own web server; requests for two files, the second in a resumed session."""
        target = f"-connect {HOST}:{PORT} -servername web.example.com -keylogfile keys {' '.join(options)}"
        def request(file, more):
            return (f"(printf 'GET /{file} HTTP/1.0\\r\\nHost: web.example.com\\r\\n\\r\\n'; sleep 0.5) | "
                    f"openssl s_client {target} {more} -ign_eof")
        self.record(name, ["openssl", "s_server", "-accept", f"{HOST}:{PORT}", "-cert", self.cert, "-key", self.key,
                           "-WWW", "-quiet"],
                    [request("index.html", "-sess_out session"), request("data.txt", "-sess_in session")])

    def http2(self, name):
        self.record(name, ["nghttpd", "-a", HOST, "-d", str(self.work), PORT, str(self.key), str(self.cert)],
                    [f"curl -sk --http2 https://{HOST}:{PORT}/index.html https://{HOST}:{PORT}/data.txt"])

    def objects(self, name):
        """HTTP/1.0 with Content-Length: what File > Export Objects finds."""
        server = ("import http.server,ssl;"
                  f"s=http.server.ThreadingHTTPServer(('{HOST}',{PORT}),http.server.SimpleHTTPRequestHandler);"
                  "c=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);"
                  f"c.load_cert_chain('{self.cert}','{self.key}');"
                  "s.socket=c.wrap_socket(s.socket,server_side=True);s.serve_forever()")
        self.record(name, ["/usr/bin/python3", "-c", server],
                    [f"curl -sk --http1.1 https://{HOST}:{PORT}/{file}" for file in ("index.html", "data.txt")])


def main():
    recorder = Recorder(sys.argv[1])
    recorder.openssl("tls12-443.pcapng", "-tls1_2")
    recorder.openssl("tls13-443.pcapng", "-tls1_3")
    recorder.http2("tls-http2-443.pcapng")
    recorder.objects("tls-objects-443.pcapng")


if __name__ == "__main__":
    main()
