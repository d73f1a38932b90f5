"""Allocation after allocation of one kind of request: each fails once, and
what is answered is looked at."""

import collections

import fcgi
import gate
import kinds

MODES = {"one": 0, "all": gate.FOREVER}
RECOVER_EVERY = 10
DENSE, STRIDE = 100, 7  # where all later ones fail as well
MOST_FAULTS = 5


class Report:
    def __init__(self):
        self.failures = 0
        self.owners = collections.Counter()

    def line(self, name, why="", note=""):
        if why:
            self.failures += 1
            print(f"FAIL {name}: {why}", flush=True)
        else:
            print(f"ok {name}{note and ': ' + note}", flush=True)

    def summary(self, name, count, faults, outcomes):
        """The line of a sweep."""
        if not count and not faults:
            faults = ["no allocation was made to fail"]
        note = ", ".join(f"{number} x {word}" for word, number in
                         sorted(outcomes.items()))
        self.line(f"{name} (to the {count}.)", "; ".join(faults[:2]), note)


class Audit:
    """The lines that were added to the audit log since the last look."""

    def __init__(self, path):
        self.path = path
        self.at = 0

    def new(self):
        try:
            with open(self.path, "rb") as file:
                file.seek(self.at)
                text = file.read()
        except FileNotFoundError:
            return []
        self.at += len(text)
        return text.splitlines()


class Sweep:
    def __init__(self, target, audit, request, pieces=False):
        self.gate, self.audit, self.request = target, audit, request
        self.pieces = pieces
        self.outcomes = collections.Counter()
        self.owners = collections.Counter()
        self.faults = []
        self.good = self.good_lines = None

    def ask(self):
        return fcgi.ask(self.gate.socket, self.request)

    def take_good(self, status):
        """False: the answer is not what the sweep is about."""
        for _ in range(3):
            self.audit.new()
            answer = self.ask()
            self.good, self.good_lines = answer.stdout, self.audit.new()
        found, _, _, fault = kinds.parse(self.good)
        if not answer.ended or fault or found != status:
            self.faults.append(f"without failures: {fault} {self.good!r}")
        return not self.faults

    def judge(self, answer):
        fault = kinds.fault_of(answer, self.good) or kinds.lines_fault(
            self.audit.new(), answer, self.good_lines)
        self.outcomes[kinds.outcome_of(answer)] += 1
        if fault:
            self.fail(fault)

    def fail(self, why):
        self.faults.append(f"{why} at {self.gate.control.stack()}")

    def recover(self):
        """What failed for a passing reason is forgotten. A program that has
        ended is started again and warmed up."""
        answer = self.gate.ask(self.request)
        if not answer.ended and self.gate.has_ended(2):
            self.outcomes["program ended"] += 1
            self.gate.start()
            self.ask()
        elif kinds.plain(answer.stdout) != kinds.plain(self.good):
            self.fail(f"not as before afterwards: {answer.stdout!r}")
        self.audit.new()

    def step(self, first, last):
        """Fails allocations first to last; False: there were not so many."""
        self.audit.new()
        self.gate.control.arm(gate.OTHERS, first, last, self.pieces)
        answer = self.ask()
        _, failed = self.gate.control.disarm()
        if not failed:
            return False
        self.owners.update(self.gate.control.objects())
        self.judge(answer)
        if not answer.ended or first % RECOVER_EVERY == 0:
            self.recover()
        return True

    def run(self, span):
        """The number of the last allocation that was made to fail."""
        at, last = 1, 0
        while len(self.faults) < MOST_FAULTS and \
                self.step(at, max(at, span)):
            last = at
            at += STRIDE if span and at > DENSE else 1
        self.recover()
        return last


class Unseen(Sweep):
    """Each failure meets a certificate that nothing is known of, and nothing
    that failed is kept."""

    def __init__(self, target, audit, make):
        super().__init__(target, audit, make(0))
        self.make = make

    def step(self, first, last):
        self.request = self.make(first)
        more = super().step(first, last)
        self.recover()
        return more


def unseen(report, target, audit, name, make):
    sweep = Unseen(target, audit, make)
    count = sweep.run(0) if sweep.take_good(200) else 0
    report.summary(f"{name}, one of its allocations fails", count,
                   sweep.faults, sweep.outcomes)


def warm(report, target, audit, name, kind, pieces=False):
    """All of a request of a program that has answered such before."""
    status, request = kind
    for mode, span in MODES.items():
        if pieces and span:
            break
        sweep = Sweep(target, audit, request, pieces)
        count = sweep.run(span) if sweep.take_good(status) else 0
        report.owners.update(sweep.owners)
        report.summary(f"{name}, {mode} of its allocations fails", count,
                       sweep.faults, sweep.outcomes)


def cold(report, target, audit, name, kind, stride):
    """The first request of a program, when its libraries are made ready."""
    status, request = kind
    sweep = Sweep(target, audit, request)
    sweep.take_good(status)
    at, last, more = 1, 0, not sweep.faults
    while more and len(sweep.faults) < MOST_FAULTS:
        target.stop()
        target.start()
        more = sweep.step(at, at)
        sweep.recover()
        last = at if more else last
        at += stride
    report.summary(name, last, sweep.faults, sweep.outcomes)
