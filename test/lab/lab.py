"""
Records network faults on real TCP: see README.md beside this file.

    python3 lab.py record ZONES NAME...   ZONES: 2 or 3; NAME: of scenarios.py, or 'all'
    python3 lab.py live FILE              one minute: half of it quiet, half with 5 % loss on one pod
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time

from counters import KernelCounters, PeerBytes, PeerEvents, RoundTrips
from network import network
from scenarios import POD, SCENARIOS, phases_of, truth_of
from traffic import REQUESTS, start_clients, start_db, start_lb, start_web, start_worker

INTERVAL = 2.0
WEBS, WORKERS = 3, 2
# The trace points know no namespaces: labs that run side by side need addresses of their own.
NETS = {"2": "10.77", "3": "10.78", "live": "10.79"}
HERE = os.path.dirname(os.path.abspath(__file__))


def pods_of(zones, net):
    pods = {
        "client": {"ip": f"{net}.0.10", "az": None, "role": "client", "remote": "lb"},
        "lb": {"ip": f"{net}.0.20", "az": "a", "role": "lb", "remote": "client"},
        "db": {"ip": f"{net}.1.20", "az": "a", "role": "db", "remote": None},
    }
    for i, az in enumerate(zones, 1):
        for n in range(1, WEBS + 1):
            pods[f"web-{az}-{n}"] = {"ip": f"{net}.{i}.{10 + n}", "az": az, "role": "web", "remote": "lb"}
        for n in range(1, WORKERS + 1):
            pods[f"worker-{az}-{n}"] = {"ip": f"{net}.{i}.{30 + n}", "az": az, "role": "worker", "remote": "db"}
    return pods


class Lab:
    def __init__(self, net, pods, folder, events, stop):
        self.net, self.pods, self.events = net, pods, events
        webs, workers = self.named("web"), self.named("worker")
        logs = {web: start_web(net, folder, web) for web in webs}
        logs["lb"] = start_lb(net, folder, "lb", [pods[web]["ip"] for web in webs])
        self.round_trips = RoundTrips(logs)
        start_db("db", pods["db"]["ip"], stop)
        time.sleep(1)
        for worker in workers:
            start_worker(worker, pods["db"]["ip"], stop, self.round_trips)
        start_clients("client", pods["lb"]["ip"], REQUESTS * len(webs), stop)
        self.kernel = KernelCounters(pods)
        # Only the load balancer talks to several.
        self.sent = PeerBytes(net, "lb", ["client", *webs])
        time.sleep(2)

    def named(self, role):
        return [name for name, pod in self.pods.items() if pod["role"] == role]

    def lose(self, place, percent, background):
        if place is None:
            senders, receivers = [], list(self.pods)
        else:
            zone = place.removeprefix("zone-") if place.startswith("zone-") else None
            apps = self.named("web") + self.named("worker")
            senders = [name for name in apps if self.pods[name]["az"] == zone] if zone else [place]
            receivers = sorted({peer for sender in senders for peer in self.peers(sender)})
        self.net.lose(senders, receivers, percent, background)

    def peers(self, name):
        role = self.pods[name]["role"]
        if role == "lb":
            return ["client", *self.named("web")]
        return self.named("worker") if role == "db" else [self.pods[name]["remote"]]

    def sample(self):
        return time.monotonic(), self.kernel.read(), self.events.read(), self.sent.read()

    def record(self, phases, place, percent, background):
        intervals = []
        self.lose(None, 0, background)
        self.round_trips.take()
        before = self.sample()
        for quiet, count in phases:
            if intervals or not quiet:
                self.lose(place, 0 if quiet else percent, background)
            for _ in range(count):
                time.sleep(max(0.0, before[0] + INTERVAL - time.monotonic()))
                after = self.sample()
                fault = None if quiet else {"where": place, "loss_percent": percent}
                intervals.append({"fault": fault, **self.difference(before, after, self.round_trips.take())})
                before = after
        self.lose(place, 0, 0)
        return {"pods": self.pods, "interval_s": INTERVAL, "intervals": intervals}

    def difference(self, before, after, round_trips):
        pods = {}
        for name in self.pods:
            counted = {key: value - before[1][name][key] for key, value in after[1][name].items()}
            pods[name] = {**counted, "rtt_us": round_trips.get(name)}
        address = self.pods["lb"]["ip"]
        events = [after[2][i] - before[2][i] for i in (0, 1)]
        pods["lb"]["peers"] = {
            peer: {
                "bytes": sent - before[3][peer],
                "retransmissions": events[0][address, self.pods[peer]["ip"]],
                "timeouts": events[1][address, self.pods[peer]["ip"]],
            }
            for peer, sent in after[3].items()
        }
        return {"seconds": round(after[0] - before[0], 3), "pods": pods}


def traced(recording):
    """Both must be equal; a second lab with the same addresses, or one that has just ended, adds its own."""
    hosts = [interval["pods"]["lb"] for interval in recording["intervals"]]
    counted = sum(host["retransmissions"] for host in hosts)
    by_peer = sum(peer["retransmissions"] for host in hosts for peer in host["peers"].values())
    return f"{by_peer} retransmissions of lb by peer, {counted} counted"


def with_lab(zones, net, work):
    pods = pods_of(zones, net)
    stop = threading.Event()
    folder = tempfile.mkdtemp(prefix="nfm-lab-")
    os.chmod(folder, 0o755)
    try:
        with network({name: pod["ip"] for name, pod in pods.items()}) as net, PeerEvents() as events:
            try:
                work(Lab(net, pods, folder, events, stop))
            finally:
                stop.set()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def save(path, recording):
    with open(path, "w") as file:
        json.dump(recording, file, separators=(",", ":"))
        file.write("\n")


def record(count, names):
    names = list(SCENARIOS) if names == ["all"] else names

    def work(lab):
        for name in names:
            _, place, percent, background, _ = SCENARIOS[name]
            recording = lab.record(phases_of(name), place, percent, background)
            save(f"{HERE}/recordings/{name}.{count}az.json", {"truth": truth_of(name), **recording})
            print(f"{name} with {count} zones: {traced(recording)}", flush=True)
            time.sleep(3)

    with_lab("abc"[: int(count)], NETS[count], work)


def live(path):
    def work(lab):
        print("One minute of packets: half of it quiet, half with 5 % loss on one pod …", flush=True)
        recording = lab.record([(True, 15), (False, 15)], POD, 5, 0)
        save(path, {"truth": {**truth_of("pod-3"), "loss_percent": 5}, **recording})

    with_lab("ab", NETS["live"], work)


def main(arguments):
    # Ctrl-C and a polite kill both unwind through the clean-up.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    if os.geteuid() != 0:
        print("lab.py needs root: it builds network namespaces.", file=sys.stderr)
        sys.exit(253)
    match arguments:
        case ["record", ("2" | "3") as count, *names] if names:
            record(count, names)
        case ["live", path]:
            live(path)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
