"""What each host's kernel counted, and with which peer."""

import json
import os
import re
import tempfile
import threading
from collections import Counter

from network import PREFIX, run, spawn_thread
from traffic import WEB_PORT

# Bytes of a segment on a network of 1500, with timestamps.
FULL = 1448

# Linux's own names (Documentation/networking/snmp_counter.rst) and those of the recordings.
WANTED = {
    ("Tcp", "RetransSegs"): "retransmissions",
    ("TcpExt", "TCPTimeouts"): "timeouts",
    ("IpExt", "OutOctets"): "bytes",
    ("Tcp", "OutSegs"): "segments_out",
}


class KernelCounters:
    """A /proc/net file shows the namespace that it was opened in, so it is opened once and read again and again."""

    def __init__(self, hosts):
        self.files = {}
        for host in hosts:
            spawn_thread(host, self.open, host).join()

    def open(self, host):
        paths = ("/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat")
        self.files[host] = [open(path, "rb", buffering=0) for path in paths]

    def read(self):
        return {host: self.parse(files) for host, files in self.files.items()}

    @staticmethod
    def parse(files):
        values = {}
        for file in files:
            lines = os.pread(file.fileno(), 65536, 0).decode().splitlines()
            for names, numbers in zip(lines[::2], lines[1::2]):
                group, names = names.split(":")
                for name, number in zip(names.split(), numbers.split(":")[1].split()):
                    if (group, name) in WANTED:
                        values[WANTED[group, name]] = int(number)
        return values


class PeerEvents:
    """
    Retransmissions and timeouts by sender and peer, from the kernel's own trace points. tcp_retransmit_skb stands
    where the agent's BPF_SOCK_OPS_RETRANS_CB is called (net/ipv4/tcp_output.c); a retransmission timeout puts the
    connection into state 4, TCP_CA_Loss (tcp_enter_loss).

    Also the smoothed round-trip time of who asks a web server, when the last segment of the answer arrives: the only
    one that is not full (net/ipv4/tcp_input.c, tcp_rcv_established).
    """

    FILTERS = {
        "tcp_retransmit_skb": "0",
        "tcp_retransmit_synack": "0",
        "tcp_cong_state_set": "cong_state == 4",
        "tcp_probe": f"dport == {WEB_PORT} && data_len > 0 && data_len < {FULL}",
    }
    LINE = re.compile(r"(tcp_\w+): .*? saddr=(\S+) daddr=(\S+)")
    PROBE = re.compile(r"tcp_probe: .*? src=([^:]+):\d+ dest=([^:]+):\d+ .*? srtt=(\d+) ")

    def __enter__(self):
        self.retransmissions, self.timeouts = Counter(), Counter()
        self.answers, self.micros = Counter(), Counter()
        self.root = tempfile.mkdtemp(prefix="nfm-lab-trace-")
        run("mount", "-t", "tracefs", "nodev", self.root)
        # An instance of its own: no other user of tracing on this machine notices.
        self.instance = f"{self.root}/instances/{PREFIX}trace"
        os.mkdir(self.instance)
        for event, wanted in self.FILTERS.items():
            self.write(f"events/tcp/{event}/filter", wanted)
        self.switch("1")
        self.pipe = os.open(f"{self.instance}/trace_pipe", os.O_RDONLY | os.O_NONBLOCK)
        return self

    def __exit__(self, *_):
        os.close(self.pipe)
        self.switch("0")
        os.rmdir(self.instance)
        run("umount", self.root)
        os.rmdir(self.root)

    def switch(self, value):
        for event in self.FILTERS:
            self.write(f"events/tcp/{event}/enable", value)

    def write(self, path, value):
        with open(f"{self.instance}/{path}", "w") as file:
            file.write(value)

    def read(self):
        """Of every (sender, peer) so far: retransmissions, timeouts, answers, and the sum of their round-trip times."""
        chunks = []
        while True:
            try:
                chunk = os.read(self.pipe, 65536)
            except BlockingIOError:
                break
            if not chunk:
                break
            chunks.append(chunk)
        text = b"".join(chunks).decode()
        for event, sender, peer in self.LINE.findall(text):
            counter = self.timeouts if event == "tcp_cong_state_set" else self.retransmissions
            counter[sender, peer] += 1
        for sender, peer, micros in self.PROBE.findall(text):
            self.answers[sender, peer] += 1
            self.micros[sender, peer] += int(micros)
        return tuple(Counter(counter) for counter in (self.retransmissions, self.timeouts, self.answers, self.micros))


class PeerBytes:
    """Bytes by peer, for a host that sends to several: nftables counts them where they leave."""

    def __init__(self, net, host, peers):
        self.host, self.peers = host, peers
        name = {peer: peer.replace("-", "_") for peer in peers}
        counters = "".join(f"counter {name[p]} {{ }}\n" for p in peers)
        rules = "".join(f"ip daddr {net.hosts[p]} counter name {name[p]}\n" for p in peers)
        chain = f"chain out {{\n type filter hook output priority 0\n {rules} }}\n"
        net.nft({host: f"table ip sent {{\n {counters} {chain} }}\n"})

    def read(self):
        answer = run("ip", "netns", "exec", PREFIX + self.host, "nft", "-j", "list", "counters")
        counters = [item["counter"] for item in json.loads(answer)["nftables"] if "counter" in item]
        return {counter["name"].replace("_", "-"): counter["bytes"] for counter in counters}


class RoundTrips:
    """Smoothed round-trip times, one a request: nginx logs its own, the workers hand theirs in."""

    def __init__(self, logs):
        self.logs = {host: open(path) for host, path in logs.items()}
        self.given = {}
        self.lock = threading.Lock()

    def give(self, host, micros):
        with self.lock:
            self.given.setdefault(host, []).append(micros)

    def take(self):
        """Means since the last time."""
        with self.lock:
            samples, self.given = self.given, {}
        for host, log in self.logs.items():
            samples[host] = [int(line) for line in log.read().split()]
        return {host: round(sum(s) / len(s), 1) for host, s in samples.items() if s}
