"""What is recorded: who loses what, and what an honest investigation would conclude."""

POD = "web-b-2"

# Name: (family, place, percent lost, background loss in percent, verdict while AWS's indicator is healthy)
SCENARIOS = {
    "quiet": ("quiet", None, 0, 0, "no-impairment"),
    "quiet-noisy": ("quiet", None, 0, 0.05, "no-impairment"),
    "pod-0.5": ("pod", POD, 0.5, 0, "workload"),
    "pod-1": ("pod", POD, 1, 0, "workload"),
    "pod-3": ("pod", POD, 3, 0, "workload"),
    "pod-3-noisy": ("pod", POD, 3, 0.05, "workload"),
    "pod-10": ("pod", POD, 10, 0, "workload"),
    "pod-20": ("pod", POD, 20, 0, "workload"),
    "zone-2": ("zone", "zone-b", 2, 0, "inconclusive"),
    "zone-5": ("zone", "zone-b", 5, 0, "inconclusive"),
    "zone-5-lb-zone": ("zone", "zone-a", 5, 0, "inconclusive"),
    "recovered": ("recovered", POD, 3, 0, "workload"),
    "db-5": ("db", "db", 5, 0, "inconclusive"),
    "lb-3": ("lb", "lb", 3, 0, "inconclusive"),
    "client-5": ("client", "client", 5, 0, "inconclusive"),
    "pod-3-lb-zone": ("pod", "web-a-1", 3, 0, "workload"),
    "worker-3": ("pod", "worker-b-1", 3, 0, "workload"),
    "pod-20-100ms": ("pod", POD, 20, 0, "workload"),
}

# Milliseconds by which the place sends late while it loses: the second field report's condition (relay.py).
DELAYS = {"pod-20-100ms": 100}

# (quiet?, intervals) one after the other.
PHASES = {"recovered": [(True, 16), (False, 12), (True, 12)]}
DEFAULT_PHASES = [(True, 20), (False, 20)]
QUIET_PHASES = [(True, 30)]


def phases_of(name):
    return QUIET_PHASES if SCENARIOS[name][0] == "quiet" else PHASES.get(name, DEFAULT_PHASES)


def truth_of(name):
    family, place, percent, background, verdict = SCENARIOS[name]
    return {
        "family": family,
        "zone": place.split("-")[1] if family in ("pod", "zone", "recovered") else None,
        "pod": place if family in ("pod", "recovered") else None,
        "loss_percent": percent,
        **({"delay_ms": DELAYS[name]} if name in DELAYS else {}),
        "background_percent": background,
        "verdict": verdict,
    }
