"""Allocations that fail while a policy is loaded: at the start all is denied,
later the old policy stays; never is a part of a policy in force."""

import collections
import os
import re
import signal
import time

import gate
import kinds

# What each of two policies says where the other says something else.
CHANGES = [
    ("allow = *\n", "allow = strong\n"),
    ("[role mail]", "[role post]"),
    ("serial = 1003", "serial = 1004"),
    ("warn_expiring = 30d", "warn_expiring = 3d"),
]
LISTED = "[role listed]\nid = @names.list\n\n[role user]"
SAYS = re.compile(r"policy \S+ is (?:in force|not usable)")
RELOAD_ERROR = re.compile(rb'"reload_error":(null|"[^"]*")')
START_STRIDE = 61
START_PIECES_STRIDE = 7


def texts(work):
    """The two policies; every kind of section has its probe."""
    first = kinds.POLICY.format(pin="00" * 32, cache=100,
                                log=work / "reload.log", level="info")
    first = first.replace("[role user]", LISTED)
    second = first
    for old, new in CHANGES:
        second = second.replace(old, new)
    return first, second


class Loads:
    """Reloads one of two policies after the other."""

    def __init__(self, program, preload, work, table, pieces):
        (work / "names.list").write_text("admin\nsomebody else\n")
        self.path = work / "reload.ini"
        self.texts = texts(work)
        self.probes = [request for _, request in table.values()]
        self.gate = gate.Gate(program, work, self.path, preload)
        self.pieces = pieces
        self.at = 0
        self.good = []
        self.faults = []
        self.outcomes = collections.Counter()

    def write(self, which):
        new = self.path.with_suffix(".new")
        new.write_text(self.texts[which])
        # a file that was written just now is waited for
        before = time.time() - 60
        os.utime(new, (before, before))
        os.replace(new, self.path)

    def answers(self):
        found = []
        for probe in self.probes:
            answer = self.gate.ask(probe)
            found.append(RELOAD_ERROR.sub(b"", kinds.plain(answer.stdout))
                         if answer.ended else None)
        return found

    def prepare(self):
        for which in (1, 0):
            self.write(which)
            self.gate.start()
            self.good.insert(0, self.answers())
            self.gate.stop()
        self.gate.start()
        if self.good[0] == self.good[1] or None in self.good[0]:
            self.faults.append("the two policies give the same answers")

    def in_force(self):
        """0 or 1, or None for neither of the two. A failed load is tried
        again within a second, also between two probes."""
        for _ in range(2):
            found = self.answers()
            if found in self.good:
                return self.good.index(found)
        return None

    def fail(self, why):
        self.faults.append(f"{why} at {self.gate.control.stack()}")

    def step(self, first, last):
        """False: there were not so many allocations."""
        target = self.gate
        since = target.log.stat().st_size
        self.write(1 - self.at)
        target.control.arm(gate.MAIN, first, last, self.pieces)
        target.process.send_signal(signal.SIGHUP)
        said = target.wait_for_match(SAYS, since)
        _, failed = target.control.disarm()
        now = self.in_force()
        if not said or now is None:
            self.fail(f"neither policy: {target.log_text(since)!r}")
            return False
        taken = "is in force" in target.log_text(since)
        if (now != self.at) != taken:
            self.fail(f"the log says: {target.log_text(since)!r}")
        self.outcomes["new" if now != self.at else "old stays"] += 1
        self.at = now
        return failed > 0

    def run(self, span):
        at = 1
        while not self.faults and self.step(at, max(at, span)):
            at += 1
        return at - 1


def reloads(report, name, loads):
    loads.prepare()
    for mode, span in (("one", 0), ("all", gate.FOREVER)):
        loads.outcomes.clear()
        count = loads.run(span)
        report.summary(f"{name}, {mode} of its allocations fails", count,
                       loads.faults, loads.outcomes)
    loads.gate.stop()


def start_step(loads, first, last):
    """One start; False: there were not so many allocations."""
    target = loads.gate
    target.control.arm(gate.MAIN, first, last, loads.pieces)
    target.launch()
    runs = target.wait_for_log("serving with")
    _, failed = target.control.disarm()
    if not runs:
        loads.outcomes["does not start"] += 1
        target.has_ended(5)
        if target.process.returncode == 0:
            loads.fail("exit status 0 of a program that does not start")
        return failed > 0
    found = loads.answers()
    denied = all(answer and kinds.parse(answer)[0] >= 400 for answer in found)
    if found == loads.good[0]:
        loads.outcomes["policy in force"] += 1
    elif denied or loads.in_force() == 0:
        loads.outcomes["denies all"] += 1
    else:
        loads.fail(f"neither: {found!r}")
    recover(loads)
    return failed > 0


def recover(loads):
    since = loads.gate.log.stat().st_size
    loads.gate.process.send_signal(signal.SIGHUP)
    loads.gate.wait_for_match(SAYS, since)
    if loads.in_force() != 0:
        loads.fail(f"not right afterwards: {loads.answers()!r}")
    loads.gate.stop()


def starts(report, name, loads, stride):
    loads.prepare()
    loads.gate.stop()
    at, last = 1, 0
    while len(loads.faults) < 3 and start_step(loads, at, at):
        last = at
        at += stride
    report.summary(name, last, loads.faults, loads.outcomes)


def check(report, program, each, preload, work, certs):
    table = kinds.make_kinds(certs)
    reloads(report, "reload", Loads(program, preload, work, table, False))
    reloads(report, "reload, piece by piece",
            Loads(each, preload, work, table, True))
    starts(report, "start, some allocations fail",
           Loads(program, preload, work, table, False), START_STRIDE)
    starts(report, "start, piece by piece",
           Loads(each, preload, work, table, True), START_PIECES_STRIDE)
