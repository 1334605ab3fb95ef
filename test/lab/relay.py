"""
Holds what a host sends and drops a share of it, as `tc qdisc add dev eth0 root netem delay 100ms loss 20%` does where
the kernel has netem: every frame, acknowledgements and ARP too, in the order in which they came, at most 1000 held.

    python3 relay.py FROM TO MILLIS PERCENT SEED

Takes what arrives on one interface and sends it on another, until it is told to stop; what it holds then is lost, as
with `tc qdisc del`. Sums are left to the kernel (PACKET_VNET_HDR): between namespaces a frame's is not filled in.
"""

import os
import random
import select
import signal
import socket
import sys
import time
from collections import deque

# linux/if_packet.h, linux/if_ether.h; Python has no names for them.
SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING, ETH_P_ALL = 263, 15, 23, 3
LIMIT = 1000  # of netem by itself (tc-netem(8))
READY = "relaying"


def packets(interface, protocol):
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    opened.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    opened.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    opened.bind((interface, protocol))
    return opened


def frames(taken):
    while True:
        try:
            yield taken.recv(1 << 17)
        except BlockingIOError:
            return


def relay(taken, given, delay, loss, chance, told):
    held, counts = deque(), {"taken": 0, "lost": 0, "too many": 0, "latest": 0.0}
    while not told:
        wait = max(0.0, held[0][0] - time.monotonic()) if held else 1.0
        if select.select([taken], [], [], wait)[0]:
            now = time.monotonic()
            for frame in frames(taken):
                counts["taken"] += 1
                if chance.random() < loss:
                    counts["lost"] += 1
                elif len(held) == LIMIT:
                    counts["too many"] += 1
                else:
                    held.append((now + delay, frame))
        while held and held[0][0] <= (now := time.monotonic()):
            due, frame = held.popleft()
            counts["latest"] = max(counts["latest"], now - due)
            given.send(frame)
    return counts


def main(source, target, millis, percent, seed):
    told = []
    # On a busy machine it would add a delay of its own.
    os.nice(-10)
    signal.signal(signal.SIGTERM, lambda *_: told.append(True))
    # Ctrl-C reaches the lab's whole group; the lab itself says when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    taken, given = packets(source, ETH_P_ALL), packets(target, 0)
    print(READY, flush=True)
    chance = random.Random(int(seed))
    counts = relay(taken, given, float(millis) / 1000, float(percent) / 100, chance, told)
    print(
        f"{counts['taken']} frames, {counts['lost']} dropped, {counts['too many']} too many,"
        f" at most {counts['latest'] * 1000:.1f} ms late",
        flush=True,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
