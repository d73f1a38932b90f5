#!/usr/bin/env python3
"""Fails each allocation in turn, of the program and of all its libraries,
through whole requests over a real socket, and looks at what is answered.
Usage: oom.py PROGRAM INTERPOSE WORK"""

import collections
import hashlib
import ssl
import sys
from pathlib import Path

import fcgi
import gate
import kinds

MODES = {"one": 0, "all": gate.FOREVER}


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


class Audit:
    """The lines that were added to the audit log since the last look."""

    def __init__(self, path):
        self.path = path
        self.at = 0

    def new(self):
        with open(self.path, "rb") as file:
            file.seek(self.at)
            text = file.read()
        self.at += len(text)
        return text.splitlines()


class Sweep:
    """Allocation after allocation of one kind of request."""

    def __init__(self, target, audit, request):
        self.gate, self.audit, self.request = target, audit, request
        self.outcomes = collections.Counter()
        self.owners = collections.Counter()
        self.faults = []
        self.good = self.good_lines = None

    def ask(self):
        return fcgi.ask(self.gate.socket, self.request)

    def revive(self):
        """Restarts a program that has ended and warms it up."""
        self.gate.start()
        self.ask()
        self.audit.new()

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
        """What failed for a passing reason is forgotten."""
        try:
            answer = self.ask()
        except (ConnectionRefusedError, FileNotFoundError):
            answer = fcgi.Answer()
        self.audit.new()
        if not answer.ended and self.gate.has_ended(2):
            self.outcomes["ended"] += 1
            self.revive()
        elif kinds.plain(answer.stdout) != kinds.plain(self.good):
            self.fail(f"not as before afterwards: {answer.stdout!r}")

    def step(self, first, last):
        """Fails allocations first to last; False: there were not so many."""
        self.audit.new()
        self.gate.control.arm(gate.OTHERS, first, last)
        answer = self.ask()
        _, failed = self.gate.control.disarm()
        if not failed:
            return False
        self.owners[self.gate.control.owner()] += 1
        self.judge(answer)
        self.recover()
        return True

    def run(self, span):
        first = 1
        while self.step(first, max(first, span)) and len(self.faults) < 5:
            first += 1
        return first - 1


def sweep_warm(report, target, audit, label, kind):
    status, request = kind
    for mode, span in MODES.items():
        sweep = Sweep(target, audit, request)
        count = sweep.run(span) if sweep.take_good(status) else 0
        report.owners.update(sweep.owners)
        if not count and not sweep.faults:
            sweep.faults.append("no allocation was made to fail")
        note = ", ".join(f"{number} x {word}" for word, number in
                         sorted(sweep.outcomes.items()))
        report.line(f"{label}, {mode} of {count} allocations fails",
                    "; ".join(sweep.faults), note)


def write_policy(work, certs, level):
    der = ssl.PEM_cert_to_DER_cert(certs["admin"])
    path = work / f"{level}.ini"
    path.write_text(kinds.POLICY.format(
        pin=hashlib.sha256(der).hexdigest(), log=work / "audit.log",
        level=level))
    return path


def main():
    program, preload, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    report = Report()
    certs = gate.make_certificates(work)
    table = kinds.make_kinds(certs)
    target = gate.Gate(program, work, write_policy(work, certs, "info"),
                       preload)
    target.start()
    audit = Audit(work / "audit.log")
    for name, kind in table.items():
        sweep_warm(report, target, audit, name, kind)
    target.stop()
    print(report.owners, target.starts)
    sys.exit(1 if report.failures else 0)


main()
