# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong in a scenario: each function is called with the Lab before anything runs, or, where its docstring
says so, in the middle of the call."""
import asyncio


MEDIA = "50000-59999"


def each(*parts):
    """Several faults, one behind the other."""
    async def all_of_them(lab):
        for part in parts:
            await part(lab)
    return all_of_them


def rule(text, place="firewall"):
    """A rule of nftables, before all others. {edge}, {peer} … are addresses of places."""
    async def add(lab):
        names = {"edge2": "0.0.0.0"} | lab.at | {"wan": lab.wire.names[0], "peerwan": "peerwall"}
        getattr(lab, place).nft(f"insert rule inet lab way {text.format(**names)}")
    return add


def at_computer(place, chain, *texts):
    """Rules on a computer itself: its security software."""
    async def add(lab):
        from .net import Filter
        wall = Filter(place)
        for text in texts:
            wall.add(text.format(**lab.at), chain)
    return add


DROP_UDP_TO_RELAY = "ip daddr {edge} udp dport 3478 drop"


def udp_blocked(how="drop"):
    """Nothing over UDP leaves the client's network, but names."""
    return rule(f'oifname "{{wan}}" meta l4proto udp udp dport != 53 {how}')


def only_relays(place="firewall", device="wan"):
    """Outside, only the relay's service ports are open."""
    return each(rule(f'oifname "{{{device}}}" udp dport != {{{{ 53, 3478 }}}} drop', place),
                rule(f'oifname "{{{device}}}" tcp dport {MEDIA} drop', place))


# TCP passes, and what is said behind the handshake does not.
swallow_443 = rule("tcp dport 443 ct original packets > 2 ct original bytes > 150 drop")
reset_data_443 = rule("tcp dport 443 tcp flags & psh == psh reject with tcp reset")
drop_443 = rule("tcp dport 443 drop")


def refuse_443(how="tcp reset"):
    return rule(f"tcp dport 443 reject with {how}")


def redirect_443(port):
    async def add(lab):
        lab.firewall.add(f"ip daddr {lab.at['edge']} tcp dport 443 redirect to :{port}", "turn")
    return add


SQUID = """
{ports}
pid_filename {folder}/squid.pid
coredump_dir {folder}
cache_log /dev/null
access_log none
cache deny all
netdb_filename none
{rules}
"""


def squid(place, ports, rules):
    async def add(lab):
        path = lab.folder / "squid.conf"
        path.write_text(SQUID.format(ports=ports, folder=lab.folder, rules=rules), encoding="utf-8")
        lab.start(place, "squid", "-N", "-f", str(path))
        await asyncio.sleep(2)
    return add


# Of an intercepting proxy: it takes HTTP only.
intercept = each(squid("firewall", "http_port 3129 intercept\nhttp_port 3128", "http_access allow all"), redirect_443(3129))


def forward_proxy(rules):
    """The client's programs go through a proxy that stands on the firewall, and only through it."""
    async def add(lab):
        await squid("firewall", "http_port 3128", rules)(lab)
        await drop_443(lab)
        lab.client_words["proxy"] = f"{lab.networks['client']}.1:3128"
    return add


OPEN_PROXY = "http_access allow all"
REFUSING_PROXY = "acl edges port 443\nhttp_access deny all"
AUTHENTICATING_PROXY = ("auth_param basic program /usr/lib/squid/basic_fake_auth\nacl known proxy_auth REQUIRED\n"
                        "http_access allow known\nhttp_access deny all")


async def inspect(lab):
    """openssl s_server in the place of the relay."""
    key, certificate = lab.folder / "key.pem", lab.folder / "certificate.pem"
    from .net import run_in
    run_in("firewall", "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
           str(certificate), "-subj", "/CN=inspection.example.com", stderr=-3)
    lab.start("firewall", "openssl", "s_server", "-quiet", "-accept", "8443", "-key", str(key), "-cert", str(certificate))
    await redirect_443(8443)(lab)


def web_filter(answer):
    """Something that answers whatever comes."""
    async def add(lab):
        import socket
        from .net import inside
        with inside("firewall"):
            sock = socket.create_server(("0.0.0.0", 8080))

        async def serve(reader, writer):
            if await reader.read(1024):
                writer.write(answer)
            writer.close()
        await asyncio.start_server(serve, sock=sock)
        await redirect_443(8080)(lab)
    return add


BLOCKED_PAGE = (b"HTTP/1.1 403 Forbidden\r\nServer: filter\r\nContent-Type: text/html\r\nContent-Length: 14\r\n"
                b"Connection: close\r\n\r\n<b>Blocked</b>")
LOGIN_PAGE = b"HTTP/1.1 302 Found\r\nLocation: http://login.example.com/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

SILENT_DNS = rule("udp dport 53 drop")


def no_route(kind):
    """The client's router knows neither the peer's network nor the relay's, and the peer's not the client's."""
    async def add(lab):
        for place in ("peer", "edge"):
            lab.net.no_route("firewall", kind, lab.networks[place])
        lab.net.no_route("peerwall", kind, lab.networks["client"])
    return add


def edge(**values):
    """Settings of the relay."""
    async def change(lab):
        for name, value in values.items():
            setattr(lab.edge, name, value)
    return change


async def unknown_user(lab):
    del lab.edge.credentials[lab.credentials]


async def dead_alternate(lab):
    lab.edge.alternate = lab.at["edge"].rsplit(".", 1)[0] + ".222", 3478
    await rule("ip daddr " + lab.edge.alternate[0] + " drop")(lab)


async def service_down(lab):
    lab.edge_serves = False, False


async def only_udp_service(lab):
    lab.edge_serves = True, False


async def mras_refuses(lab):
    lab.mras_refused = True


async def no_relay_named(lab):
    lab.relay_name = None


def names(*words):
    """What dnsmasq is told."""
    async def add(lab):
        lab.serve_names(*[word.format(**lab.at) for word in words])
    return add


async def wrong_address(lab):
    """The name leads to a computer that is not there."""
    nobody = lab.at["edge"].rsplit(".", 1)[0] + ".233"
    lab.serve_names(f"--address=/av.example.com/{nobody}")
    await rule(f"ip daddr {nobody} drop")(lab)


def wire(**values):
    """Of the long wire: delay, jitter, loss; the same in both directions."""
    async def change(lab):
        for name, value in values.items():
            setattr(lab.wire, name, [value, value])
    return change


async def overtaking(lab):
    """Packets overtake each other: a queue would hide how late they are."""
    lab.wire.ordered = False


# In the middle of the call.

def after(seconds, *events):
    """Media flow, then something happens, and media would flow on."""
    async def happen(lab):
        await asyncio.sleep(seconds)
        for event in events[:-1]:
            await event(lab)
        await asyncio.sleep(events[-1])
    return happen


def pause(seconds):
    async def wait(lab):
        await asyncio.sleep(seconds)
    return wait


def cut(out=True, into=True):
    async def change(lab):
        lab.wire.cut = [out, into]
    return change


async def mute_both(lab):
    for agent in (lab.a, lab.b):
        agent.tell("mute")


async def mute_caller(lab):
    lab.a.tell("mute")


async def speak_again(lab):
    for agent in (lab.a, lab.b):
        agent.tell("talk", lab.row.every, lab.row.size, *lab.row.payload)


async def relay_dies(lab):
    lab.edge.silent = True


async def relay_forgets(lab):
    """The relay no longer knows its clients, and refuses what they ask."""
    for client in list(lab.edge.clients):
        lab.edge.forget(client)
    lab.edge.refuse = 500


def forget_flows(seconds):
    """The client's firewall forgets flows that are silent for so long."""
    async def change(lab):
        from .net import run_in
        for name in ("udp_timeout", "udp_timeout_stream"):
            run_in("firewall", "sysctl", "-qw", f"net.netfilter.nf_conntrack_{name}={seconds}")
    return change


async def fill_connections(lab):
    """Other media of the client's have connections to the relay already."""
    other = lab.agent("client", True, {"media": "tcp", "extra": 2, "udp": None}, lab.at["edge"])
    await lab.gather(other)
    lab.others.append(other)


async def audio_goes_along(lab):
    """A second medium of the client's allocates over UDP."""
    other = lab.agent("client", True, {"media": "udp", "tls": None}, lab.at["edge"])
    await lab.gather(other)
    lab.others.append(other)


# The client's VPN: a second address, whose packets leave by a gateway of its own.

def vpn(*texts):
    """A tunnel beside the network, and rules of its gateway, a place of its own."""
    async def add(lab):
        from .net import Filter, Link, run_in
        network = f"172.{lab.random.randrange(16, 32)}.{lab.random.randrange(1, 250)}"
        outside = f"198.19.{lab.random.randrange(1, 250)}"
        if outside in lab.networks.values():
            outside = "198.18.251"
        lab.net.add("gateway")
        lab.net.connect(Link("gateway", "internet", outside, 9))
        lab.net.tunnel("client", "gateway", network)
        run_in("client", "ip", "rule", "add", "from", f"{network}.2", "lookup", "7")
        run_in("client", "ip", "route", "add", "default", "via", f"{network}.1", "table", "7")
        wall = Filter("gateway")
        lab.hide(wall, "gateway", "symmetric")
        for text in texts:
            wall.nft(f"insert rule inet lab way {text.format(**lab.at)}")
        lab.client_words["second"] = f"{network}.2"
        lab.recorded["client"].append("tunnel")
    return add


async def invite_again(lab):
    """A re-INVITE with what was agreed, as clients send for a hold or a change of media."""
    await lab.agree("2")


def small_mtu(told):
    """A link on the way takes small packets only; told: who sends larger ones hears of it."""
    async def add(lab):
        from .net import Filter, ip
        for place, name in zip(lab.wire.ends, lab.wire.names):
            ip("-n", place, "link", "set", name, "mtu", "800")
        if not told:
            for port in ("dport", "sport"):     # of the signalling
                await rule(f"tcp {port} 5060 tcp flags & syn == syn tcp option maxseg size set 500")(lab)
            for place in ("firewall", "internet"):
                Filter(place).add("icmp type destination-unreachable icmp code frag-needed drop", "out")
    return add
