"""
Records network faults on real TCP: see README.md beside this file.

    python3 lab.py record ZONES NAME...   ZONES: 2 or 3; NAME: of scenarios.py, or 'all'
    python3 lab.py demo NAME              one for the sandbox, of its topology
    python3 lab.py live FILE              one minute: half of it quiet, half with 5 % loss on one pod
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext

from counters import KernelCounters, PeerBytes, PeerEvents, RoundTrips
from network import network
from scenarios import DELAYS, POD, SCENARIOS, phases_of, truth_of
from traffic import REQUESTS, start_clients, start_db, start_lb, start_web, start_worker

INTERVAL = 2.0
WEBS, WORKERS = 3, 2
# The trace points know no namespaces: labs that run side by side need addresses of their own.
NETS = {"2": "10.77", "3": "10.78", "live": "10.79", "demo": "10.80"}
HERE = os.path.dirname(os.path.abspath(__file__))
SANDBOX = os.path.normpath(f"{HERE}/../../src/sandbox/measure/recordings")


def pods_of(zones, net, single=False):
    pods = {
        "client": {"ip": f"{net}.0.10", "az": None, "role": "client", "remote": "lb"},
        "lb": {"ip": f"{net}.0.20", "az": "a", "role": "lb", "remote": "client"},
        "db": {"ip": f"{net}.1.20", "az": "a", "role": "db", "remote": None},
    }
    for i, az in enumerate(zones, 1):
        for role, count, first, remote in (("web", WEBS, 11, "lb"), ("worker", WORKERS, 31, "db")):
            for n in range(1 if single else count):
                name = f"{role}-{az}" if single else f"{role}-{az}-{n + 1}"
                pods[name] = {"ip": f"{net}.{i}.{first + n}", "az": az, "role": role, "remote": remote}
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

    @contextmanager
    def fault(self, place, percent, delay, background):
        if delay:
            with self.net.relayed(place, delay, percent):
                yield
        else:
            self.lose(place, percent, background)
            yield
            self.lose(place, 0, background)

    def record(self, phases, place, percent, background, delay=0):
        truth = {"where": place, "loss_percent": percent, **({"delay_ms": delay} if delay else {})}
        intervals = []
        self.lose(None, 0, background)
        self.round_trips.take()
        before = self.sample()
        for quiet, count in phases:
            with nullcontext() if quiet else self.fault(place, percent, delay, background):
                for _ in range(count):
                    time.sleep(max(0.0, before[0] + INTERVAL - time.monotonic()))
                    after = self.sample()
                    fault = None if quiet else truth
                    intervals.append({"fault": fault, **self.difference(before, after, self.round_trips.take())})
                    before = after
        self.lose(None, 0, 0)
        return {"pods": self.pods, "interval_s": INTERVAL, "intervals": intervals}

    def difference(self, before, after, round_trips):
        pods = {}
        for name in self.pods:
            counted = {key: value - before[1][name][key] for key, value in after[1][name].items()}
            pods[name] = {**counted, "rtt_us": round_trips.get(name)}
        events = [now - then for now, then in zip(after[2], before[2])]
        pods["lb"]["peers"] = {}
        for peer, sent in after[3].items():
            pair = (self.pods["lb"]["ip"], self.pods[peer]["ip"])
            retransmissions, timeouts, answers, micros = (counter[pair] for counter in events)
            asked = round(micros / answers, 1) if answers else None
            pods["lb"]["peers"][peer] = {
                "bytes": sent - before[3][peer],
                "retransmissions": retransmissions,
                "timeouts": timeouts,
                "rtt_us": pods["lb"]["rtt_us"] if peer == self.pods["lb"]["remote"] else asked,
            }
        return {"seconds": round(after[0] - before[0], 3), "pods": pods}


def traced(recording):
    """Both must be equal; a second lab with the same addresses, or one that has just ended, adds its own."""
    hosts = [interval["pods"]["lb"] for interval in recording["intervals"]]
    counted = sum(host["retransmissions"] for host in hosts)
    by_peer = sum(peer["retransmissions"] for host in hosts for peer in host["peers"].values())
    return f"{by_peer} retransmissions of lb by peer, {counted} counted"


def with_lab(pods, net, work):
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


def record(size, names):
    names = list(SCENARIOS) if names == ["all"] else names

    def work(lab):
        for name in names:
            _, place, percent, background, _ = SCENARIOS[name]
            recording = lab.record(phases_of(name), place, percent, background, DELAYS.get(name, 0))
            save(f"{HERE}/recordings/{name}.{size}az.json", {"truth": truth_of(name), **recording})
            print(f"{name} with {size} zones: {traced(recording)}", flush=True)
            time.sleep(3)

    with_lab(pods_of("abc"[: int(size)], NETS[size]), NETS[size], work)


def demo(name):
    """One web and one worker pod a zone, as the captures have them; short, because it is shipped."""

    def work(lab):
        _, place, percent, background, _ = SCENARIOS[name]
        phases = [(quiet, min(count, 15)) for quiet, count in phases_of(name)]
        recording = lab.record(phases, place and re.sub(r"-\d+$", "", place), percent, background, DELAYS.get(name, 0))
        print(f"{name}: {traced(recording)}", flush=True)
        for interval in recording["intervals"]:
            for pod in interval["pods"].values():
                # Network Flow Monitor does not publish it.
                del pod["segments_out"]
        save(f"{SANDBOX}/{name}.json", recording)

    with_lab(pods_of("ab", NETS["demo"], single=True), NETS["demo"], work)


def live(path):
    def work(lab):
        print("One minute of packets: half of it quiet, half with 5 % loss on one pod …", flush=True)
        recording = lab.record([(True, 15), (False, 15)], POD, 5, 0)
        save(path, {"truth": {**truth_of("pod-3"), "loss_percent": 5}, **recording})

    with_lab(pods_of("ab", NETS["live"]), NETS["live"], work)


def main(arguments):
    # Ctrl-C and a polite kill both unwind through the clean-up.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(130))
    if os.geteuid() != 0:
        print("lab.py needs root: it builds network namespaces.", file=sys.stderr)
        sys.exit(253)
    match arguments:
        case ["record", ("2" | "3") as size, *names] if names:
            record(size, names)
        case ["demo", name] if name in SCENARIOS:
            demo(name)
        case ["live", path]:
            live(path)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
