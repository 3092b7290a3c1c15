# SPDX-License-Identifier: GPL-2.0-or-later
"""Plays one scenario in the namespaces of this process, and leaves its recordings and what really happened in a folder.

    play.py NAME SEED FOLDER
"""
import asyncio
import base64
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from gen.logs import client_log                      # noqa: E402
from gen.signalling import token, token_bytes        # noqa: E402
from lab import sip                                  # noqa: E402
from lab.edge import Edge                            # noqa: E402
from lab.net import Filter, Link, Net, run_in        # noqa: E402
from lab.scenarios import ROWS                       # noqa: E402
from lab.wire import Wire                            # noqa: E402

RELAY_NAME = "av.example.com"
GATHER, FOUND, END = 12, 40, 0.6    # seconds: at most for candidates, for a path, and for the last packets
GRACE = 6
READY, FAILED = "4", "5"            # NiceComponentState
AGENT = Path(os.environ["BUILD_DIR"]) / "tests" / "lab-agent"
EVERY = 20                          # milliseconds between two packets of media


class Agent:
    """A running lab-agent, and what it has said."""

    def __init__(self, place, words):
        self.place, self.words = place, words
        self.local, self.candidates, self.pair = None, [], None
        self.gathered, self.settled = asyncio.Event(), asyncio.Event()
        self.ready, self.heard, self.heard_at = False, 0, []

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            "ip", "netns", "exec", self.place, str(AGENT), *[f"{name}={value}" for name, value in self.words.items()],
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        self.reading = asyncio.create_task(self.read())

    async def read(self):
        while line := (await self.process.stdout.readline()).decode().split():
            kind, *words = line
            if kind == "local":
                self.local = words
            elif kind == "candidate":
                self.candidates.append(words)
            elif kind == "gathered":
                self.gathered.set()
            elif kind == "state":
                self.state = words[0]
                if self.state == READY:
                    self.ready = True
                    self.settled.set()
                elif self.state == FAILED:
                    self.late = asyncio.create_task(self.give_up())
            elif kind == "pair":
                self.pair = words
            elif kind == "heard":
                self.heard = int(words[0])
                self.heard_at.append(asyncio.get_running_loop().time())

    async def give_up(self):
        """The other's checks may still make a path."""
        await asyncio.sleep(GRACE)
        if self.state == FAILED:
            self.settled.set()

    def tell(self, *words):
        self.process.stdin.write((" ".join(str(word) for word in words) + "\n").encode())

    def meet(self, other):
        """The other's candidates, as its offer or answer has them."""
        self.tell("remote", *other.local)
        for words in other.candidates:
            self.tell("candidate", *words)
        self.tell("check")

    def site(self, *kinds):
        for words in self.candidates:
            if words[0] in kinds and words[4] != "0":
                return f"{words[3]}:{words[4]}"
        return None

    async def stop(self):
        if self.process.returncode is None:
            self.tell("quit")
            try:
                await asyncio.wait_for(self.process.wait(), 3)
            except asyncio.TimeoutError:
                self.process.kill()
        await self.reading


class Lab:
    """A scenario's places and programs."""

    def __init__(self, row, seed, folder):
        self.row, self.folder, self.seed = row, folder, seed
        self.random = random.Random(f"{row.name} {seed}")
        self.net = Net()
        self.programs, self.others = [], []
        self.client_words, self.peer_words = {}, {}
        self.recorded = {place: [place] for place in ("client", "edge", "peer")}    # interfaces
        # Of the client, and of its peer.
        self.credentials, self.peer_credentials = (token_bytes(token(hours + self.random.randrange(5000)))
                                                   for hours in (130000, 140000))
        self.relay_name, self.relay_port = RELAY_NAME, 443
        self.mras_refused = False
        self.notes = {}
        self.first_port = self.random.randrange(20000, 40000, 50)
        self.loop = asyncio.get_running_loop()

    # The network.

    def build(self):
        pick, row = self.random, self.row
        public = [f"198.{pick.choice((18, 19))}.{number}" for number in pick.sample(range(1, 250), 8)]
        homes = [f"192.168.{number}" for number in pick.sample(range(1, 250), 2)]
        inner = [f"10.{pick.randrange(1, 250)}.{number}" for number in pick.sample(range(1, 250), 6)]
        nat = row.topology != "inside"
        self.net.add("internet", "firewall", "client", "edge", "peerwall", "peer", "dns")
        networks = {"client": homes[0] if nat else inner[0], "peer": homes[1] if nat else inner[1],
                    "edge": public[0] if nat else inner[2], "dns": public[1] if nat else inner[3],
                    "peerwall": public[2] if nat else inner[4], "wire": public[3] if nat else inner[5], "edge2": public[4],
                    "proxy": homes[0].rsplit(".", 1)[0] + ".250"}
        self.networks = networks
        link = lambda place, router: self.net.connect(Link(place, router, networks[place], pick.randrange(10, 200)))  # noqa: E731
        self.wire = Wire("firewall", "internet", networks["wire"], pick.random(), pick.uniform(0.004, 0.04))
        for place, router in (("client", "firewall"), ("peerwall", "internet"), ("peer", "peerwall"), ("edge", "internet"),
                              ("dns", "internet")):
            link(place, router)
        if row.topology == "two-edges":
            self.net.add("edge2")
            link("edge2", "internet")
        run_in("firewall", "ip", "route", "add", "default", "via", self.wire.addresses[1])
        self.firewall, self.peerwall = Filter("firewall"), Filter("peerwall")
        if nat:
            self.hide(self.firewall, self.wire.names[0], row.nat)
            self.hide(self.peerwall, "peerwall", row.nat)
        else:
            self.net.route("internet", networks["client"], self.wire.addresses[0])
            self.net.route("internet", networks["peer"], self.net.address["peerwall"])
        self.at = self.net.address

    @staticmethod
    def hide(wall, device, kind):
        """NAT, and nothing that comes in unasked."""
        wall.add("ct state established,related accept")
        wall.add(f'iifname "{device}" ct state new drop')
        # Random ports are other ones to each destination: what one destination sees is of no use to another.
        wall.add(f'oifname "{device}" masquerade' + (" random" if kind == "symmetric" else ""), "hide")

    def edge_of(self, place):
        """The edge knows addresses behind its own network only."""
        users = dict.fromkeys((self.credentials, self.peer_credentials), sip.PASSWORD)
        edge = Edge(place, self.at[place], users, (3478, self.relay_port), seed=self.random.randrange(10000))
        edge.challenges = self.row.mode != "wlm2009"
        return edge

    # Programs.

    def start(self, place, *words, **options):
        process = subprocess.Popen(["ip", "netns", "exec", place, *words], stdin=subprocess.DEVNULL,
                                   stdout=options.pop("stdout", subprocess.DEVNULL), stderr=subprocess.DEVNULL, **options)
        self.programs.append(process)
        return process

    def record(self):
        signalling = f"tcp port {sip.PORT}"
        recordings = (("client", "client", ""), ("client", "client-none", f"not {signalling}"), ("client", "sip", signalling),
                      ("edge", "edge", ""), ("peer", "peer", ""))
        return [self.start(place, "dumpcap", "-q", "-f", what, *(word for device in self.recorded[place] for word in ("-i", device)),
                           "-w", str(self.folder / f"{name}.pcapng")) for place, name, what in recordings]

    def resolver(self):
        """The client's own: the file of the whole machine is covered in this mount namespace."""
        path = self.folder / "resolv.conf"
        path.write_text(f"nameserver {self.at['dns']}\noptions timeout:2 attempts:2\n", encoding="utf-8")
        subprocess.run(["mount", "--bind", str(path), os.path.realpath("/etc/resolv.conf")], check=True)

    def serve_names(self, *more):
        words = more or [f"--address=/{RELAY_NAME}/{self.at['edge']}"]
        self.name_server = self.start("dns", "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--user=root",
                                      "--pid-file=", f"--listen-address={self.at['dns']}", "--bind-interfaces", *words)

    async def resolve(self, name):
        process = await asyncio.create_subprocess_exec("ip", "netns", "exec", "client", "getent", "ahostsv4", name,
                                                       stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        return output.decode().split()[0] if output else None

    # The call.

    def agent(self, place, controlling, words, relay):
        all_words = {"mode": self.row.mode, "local": self.at[place], "controlling": int(controlling),
                     "media": "tcp" if self.row.media == "applicationsharing" else "udp", "first": self.first_port,
                     "last": self.first_port + 40, "username": base64.b64encode(self.peer_credentials if place == "peer" else self.credentials).decode(),
                     "password": base64.b64encode(sip.PASSWORD).decode()}
        if relay:
            ports = {"udp": 3478, "tls": self.relay_port}
            all_words |= {kind: f"{relay}:{ports[kind]}" for kind in self.row.relays}
        all_words |= words
        return Agent(place, {name: value for name, value in all_words.items() if value is not None})

    async def sign_in(self):
        call_id = f"{self.random.getrandbits(128):032x}"
        self.caller = sip.Client("client", self.at["client"], sip.CALLER, call_id)
        self.callee = sip.Client("peer", self.at["peer"], sip.CALLEE, call_id)
        username = base64.b64encode(self.credentials).decode()
        self.front.mras = sip.mras_answer(username, self.relay_name, self.mras_refused, self.relay_port)
        await self.caller.connect(self.at["dns"])
        await self.callee.connect(self.at["dns"])
        if self.relay_name:
            await self.caller.credentials(sip.CALLER)

    async def gather(self, agent):
        await agent.start()
        try:
            await asyncio.wait_for(agent.gathered.wait(), GATHER)
        except asyncio.TimeoutError:
            self.notes["gathering"] = f"{agent.place}: not done"    # a client calls all the same, with what it has
            agent.tell("list")
            await asyncio.sleep(1)

    async def invite(self):
        row, caller, callee = self.row, self.caller, self.callee
        conversation = caller.conversation
        relay = await self.resolve(self.relay_name) if self.relay_name and not self.mras_refused else None
        self.a = self.agent("client", True, self.client_words, relay)
        await self.gather(self.a)
        peer_relay = self.at["edge2" if row.topology == "two-edges" else "edge"] if row.peer_relay else None
        caller.send(f"INVITE {sip.CALLEE} SIP/2.0", "1 INVITE", [conversation],
                    sip.sdp(self.at["client"], row.media, self.a.local, self.a.candidates))
        await callee.hear()
        callee.send("SIP/2.0 180 Ringing", "1 INVITE", [conversation])
        await caller.hear()
        self.b = self.agent("peer", False, self.peer_words, peer_relay)
        await self.gather(self.b)
        await self.answer("1")
        self.b.meet(self.a)
        self.a.meet(self.b)

    async def answer(self, number):
        """The callee takes what was offered, and the caller says that it knows."""
        self.callee.send("SIP/2.0 200 OK", f"{number} INVITE", [self.caller.conversation],
                         sip.sdp(self.at["peer"], self.row.media, self.b.local, self.b.candidates))
        await self.caller.hear(GATHER)
        self.caller.send(f"ACK {sip.CALLEE} SIP/2.0", f"{number} ACK")
        await self.callee.hear()

    async def agree(self, number):
        """Once more the same, in the middle of the call."""
        self.caller.send(f"INVITE {sip.CALLEE} SIP/2.0", f"{number} INVITE", [self.caller.conversation],
                         sip.sdp(self.at["client"], self.row.media, self.a.local, self.a.candidates))
        await self.callee.hear()
        await self.answer(number)

    async def path(self):
        """Waits for the agents to find a path, or to give up."""
        both = asyncio.gather(self.a.settled.wait(), self.b.settled.wait())
        try:
            await asyncio.wait_for(both, FOUND)
        except asyncio.TimeoutError:
            pass
        return self.a.ready and self.b.ready

    async def talk(self):
        row = self.row
        for agent in (self.a, self.b):
            agent.tell("talk", row.every, row.size, *row.payload)
        if row.meanwhile:
            await row.meanwhile(self)
        else:
            await asyncio.sleep(row.talk)

    async def hang_up(self, connected):
        headers = []
        if not connected and self.row.flags is not None:
            locations = (2, 2) if self.row.topology == "inside" else self.row.locations
            sites = self.a.site("host"), self.a.site("relay"), self.b.site("host"), self.b.site("relay")
            number = {4: 22, 3: 23, 2: 24}[sum(locations)]
            headers = [sip.diagnostics(number, self.row.flags, self.row.media, sites, locations)]
        self.caller.send(f"BYE {sip.CALLEE} SIP/2.0", "9 BYE", headers)
        await self.callee.hear()
        self.callee.send("SIP/2.0 200 OK", "9 BYE")
        await self.caller.hear()

    def truth(self, connected):
        """What the programs say of the call: not what the row hopes for."""
        now = self.loop.time()
        hears = [agent.heard > 0 for agent in (self.a, self.b)]
        late = [bool(agent.heard_at) and now - agent.heard_at[-1] < 2 for agent in (self.a, self.b)]
        outcome = "failed" if not connected else "connected" if all(late) else "interrupted" if all(hears) \
            else "one way" if any(hears) else "failed"
        relays = {self.at[place] for place in ("edge", "edge2") if place in self.at}
        return {"outcome": outcome, "pair": self.a.pair, "heard": [self.a.heard, self.b.heard], "notes": self.notes,
                "path": self.path_name(relays), "transport": self.a.pair[2].partition("-")[0] if self.a.pair else None,
                "addresses": self.at, "name": self.row.name, "seed": self.seed}

    def path_name(self, relays):
        pair = self.a.pair
        if not pair:
            return None
        own, peers = pair[0] == "relay", pair[1] == "relay" or pair[3] in relays
        if own or peers:
            return "both relays" if own and peers else "own relay" if own else "peer's relay"
        return "direct" if pair[3] == self.at["peer"] else "through NAT"

    async def play(self):
        row = self.row
        self.build()
        self.resolver()
        self.edge = self.edge_of("edge")
        self.edge2 = self.edge_of("edge2") if row.topology == "two-edges" else None
        self.front = sip.FrontEnd("dns", self.at["dns"])
        self.wire.start(self.loop)
        if row.fault:
            await row.fault(self)
        await self.edge.start(*getattr(self, "edge_serves", (True, True)))
        if self.edge2:
            await self.edge2.start()
        await self.front.start()
        if not getattr(self, "name_server", None):
            self.serve_names()
        recorders = self.record()
        await asyncio.sleep(1.2)
        connected = False
        try:
            await self.sign_in()
            if row.before:
                await row.before(self)
            await self.invite()
            connected = await self.path()
            if connected:
                await self.talk()
            told = self.truth(connected)
            try:
                await self.hang_up(connected)
            except asyncio.TimeoutError:
                self.notes["hang up"] = "the network was cut"
        finally:
            for agent in (getattr(self, "a", None), getattr(self, "b", None), *self.others):
                if agent:
                    await agent.stop()
            await asyncio.sleep(END)
            for recorder in recorders:
                recorder.send_signal(signal.SIGINT)
                recorder.wait()
            self.stop()
        (self.folder / "truth.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
        (self.folder / "client.log").write_text(client_log(self.caller.log, chatter=False), encoding="utf-8", newline="")

    def stop(self):
        for process in self.programs:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(3)
                except subprocess.TimeoutExpired:
                    process.kill()


async def main(name, seed, folder):
    row = next(row for row in ROWS if row.name == name)
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    await Lab(row, seed, folder).play()


if __name__ == "__main__":
    _, scenario, number, where = sys.argv
    asyncio.run(main(scenario, int(number), where))
