"""Namespaces, one a host, joined by a bridge that has a namespace of its own: nothing appears outside of them."""

import ctypes
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

from relay import READY

PREFIX = f"nfmlab{os.getpid()}-"
FABRIC = PREFIX + "fabric"
NFT = ("ip", "netns", "exec", FABRIC, "nft", "-f", "-")
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def enter(host):
    """Puts the calling thread, and only it, into a host's namespace."""
    with open(f"/run/netns/{PREFIX}{host}") as namespace:
        if LIBC.setns(namespace.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {host}")


def spawn_thread(host, work, *args):
    def body():
        enter(host)
        work(*args)

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    return thread


class Network:
    def __init__(self, hosts):
        """hosts: name -> address"""
        self.hosts = hosts
        self.ports = {host: f"port{i}" for i, host in enumerate(hosts)}
        self.processes = []
        self.made = []

    def build(self):
        for namespace in [FABRIC, *(PREFIX + host for host in self.hosts)]:
            run("ip", "netns", "add", namespace)
            self.made.append(namespace)
        run("ip", "-n", FABRIC, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", FABRIC, "link", "set", "br0", "up")
        for host, address in self.hosts.items():
            self.plug(PREFIX + host, address, self.ports[host])

    def plug(self, namespace, address, port):
        run("ip", "link", "add", "eth0", "netns", namespace, "type", "veth", "peer", "name", port, "netns", FABRIC)
        run("ip", "-n", FABRIC, "link", "set", port, "master", "br0", "up")
        # One segment a packet: what is dropped is then one segment, as on a wire, and not a bundle of 64 KB.
        run("ip", "-n", namespace, "link", "set", "eth0", "gso_max_segs", "1", "up")
        run("ip", "-n", namespace, "link", "set", "lo", "up")
        run("ip", "-n", namespace, "addr", "add", f"{address}/16", "dev", "eth0")
        # The one that a namespace may always choose (others can be restricted): recordings do not depend on the machine's.
        control = "/proc/sys/net/ipv4/tcp_congestion_control"
        run("ip", "netns", "exec", namespace, "sh", "-c", f"echo reno > {control}")

    def spawn(self, host, *command):
        # `ip netns exec` becomes the command, so the process ID is the command's own.
        process = subprocess.Popen(["ip", "netns", "exec", PREFIX + host, *command])
        self.processes.append(process)

    def nft(self, rules):
        """rules: host -> ruleset, loaded in all of them at once."""
        loading = []
        for host, ruleset in rules.items():
            command = ["ip", "netns", "exec", PREFIX + host, "nft", "-f", "-"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
            process.stdin.write(ruleset)
            process.stdin.close()
            loading.append(process)
        if any(process.wait() for process in loading):
            raise RuntimeError("nft refused a ruleset")

    def lose(self, senders, receivers, percent, background=0.0):
        """Drops a share of the senders' segments where they arrive, so that the sender's kernel retransmits."""
        rules = []
        if senders and percent:
            addresses = ", ".join(self.hosts[sender] for sender in senders)
            rules.append(f"ip saddr {{ {addresses} }} ip protocol tcp numgen random mod 1000 < {round(percent * 10)} drop")
        if background:
            rules.append(f"ip protocol tcp numgen random mod 100000 < {round(background * 1000)} drop")
        body = "\n".join(rules)
        chain = f"chain loss {{\n type filter hook prerouting priority -300\n {body}\n }}\n"
        table = f"table ip loss\ndelete table ip loss\ntable ip loss {{\n {chain} }}\n"
        everyone = self.hosts if background else receivers
        self.nft({host: table for host in everyone})

    @contextmanager
    def relayed(self, host, millis, percent):
        """
        What the host sends goes through relay.py, what it receives does not: the relay reads its port and writes to
        another of the bridge, and the port itself lets nothing of it in.
        """
        port = self.ports[host]
        fabric = ("ip", "-n", FABRIC, "link")
        run(*fabric, "add", "late", "type", "veth", "peer", "name", "relay")
        # The host stays where its port is; the bridge would look for it where its frames come from.
        run(*fabric, "set", "late", "master", "br0", "up")
        run(*fabric, "set", "relay", "up")
        run("bridge", "-n", FABRIC, "link", "set", "dev", "late", "learning", "off", "flood", "off", "mcast_flood", "off")
        address = run("ip", "netns", "exec", PREFIX + host, "cat", "/sys/class/net/eth0/address").strip()
        run("bridge", "-n", FABRIC, "fdb", "replace", address, "dev", port, "master", "static")
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "relay.py")
        command = ["ip", "netns", "exec", FABRIC, sys.executable, script, port, "relay", str(millis), str(percent), "1"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        if process.stdout.readline().strip() != READY:
            raise RuntimeError("relay.py did not start")
        chain = f"chain in {{\n type filter hook ingress device {port} priority 0\n drop\n }}\n"
        try:
            run(*NFT, text=f"table netdev relayed {{\n {chain} }}\n")
            yield
        finally:
            process.terminate()
            said = process.communicate(timeout=3)[0].strip()
            run(*NFT, text="delete table netdev relayed\n")
            run(*fabric, "del", "relay")
        print(f"relay of {host}: {said}", flush=True)

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.kill()
        for namespace in self.made:
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True)


@contextmanager
def network(hosts):
    made = Network(hosts)
    try:
        made.build()
        yield made
    finally:
        made.close()
