# SPDX-License-Identifier: GPL-2.0-or-later
"""sharkd, which serves by JSON-RPC what Wireshark's windows show."""
import json
import subprocess

from conftest import drop_privileges


class Sharkd:
    def __init__(self, bench, capture):
        self.process = subprocess.Popen(["sharkd", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=bench.env(), cwd=bench.scratch,
                                        **drop_privileges())
        assert self.ask(method="load", file=bench.capture(capture))["result"]["status"] == "OK"

    def ask(self, method, **parameters):
        """The answer of a method."""
        line = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def tap(self, name):
        """What a statistic says: the first of its answers."""
        return self.ask("tap", tap0=name)["result"]["taps"][0]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
