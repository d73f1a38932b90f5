#!/usr/bin/env python3
"""Fails each allocation in turn, of the program and of all its libraries,
through whole requests over a real socket, and looks at what is answered.

Usage: oom.py PROGRAM EACH INTERPOSE WORK
EACH is the program linked with an arena that asks for each piece."""

import hashlib
import ssl
import sys
from pathlib import Path

import endings
import gate
import kinds
import reload
import sweep

COLD_STRIDE = 23
MUST_FAIL = ["mtlsgate", "libcrypto", "libjansson"]
PIECE_KINDS = ["granted by pin", "granted to anyone", "profile", "cert-info",
             "admin/status", "denied by role", "denied by block"]


def write_policy(work, certs, name, level, cache=0):
    der = ssl.PEM_cert_to_DER_cert(certs["admin"])
    path = work / name
    path.write_text(kinds.POLICY.format(
        pin=hashlib.sha256(der).hexdigest(), log=work / "audit.log",
        level=level, cache=cache))
    return path


def check_owners(report):
    """The interposer reaches the program and its libraries."""
    for prefix in MUST_FAIL:
        count = sum(number for name, number in report.owners.items()
                    if name.startswith(prefix))
        report.line(f"allocations of {prefix} were made to fail",
                    "" if count else f"none: {dict(report.owners)}",
                    str(count))


def sweep_requests(report, program, preload, work, certs):
    table = kinds.make_kinds(certs)
    target = gate.Gate(program, work,
                       write_policy(work, certs, "info.ini", "info"), preload)
    audit = sweep.Audit(work / "audit.log")
    target.start()
    for name, kind in table.items():
        sweep.warm(report, target, audit, name, kind)
    check_owners(report)
    sweep.cold(report, target, audit, "granted, first request",
               table["granted"], COLD_STRIDE)
    target.stop()


def sweep_cache(report, program, preload, work, certs):
    """The first request of each certificate, with a cache."""
    target = gate.Gate(program, work,
                       write_policy(work, certs, "cache.ini", "info", 1000),
                       preload)
    target.start()
    sweep.unseen(report, target, sweep.Audit(work / "audit.log"),
                 "granted and kept",
                 lambda number: kinds.first_time(certs, number))
    target.stop()


def sweep_pieces(report, program, preload, work, certs):
    """What the arena is asked for, piece by piece, with a trace."""
    table = kinds.make_kinds(certs)
    target = gate.Gate(program, work,
                       write_policy(work, certs, "debug.ini", "debug"),
                       preload)
    audit = sweep.Audit(work / "audit.log")
    target.start()
    for name in PIECE_KINDS:
        sweep.warm(report, target, audit, f"{name}, piece by piece",
                   table[name], True)
    target.stop()


def main():
    program, each, preload, work = sys.argv[1:5]
    work = Path(work)
    report = sweep.Report()
    certs = gate.make_certificates(work)
    endings.check(report, program, work, certs)
    reload.check(report, program, each, preload, work, certs)
    sweep_pieces(report, each, preload, work, certs)
    sweep_requests(report, program, preload, work, certs)
    sweep_cache(report, program, preload, work, certs)
    sys.exit(1 if report.failures else 0)


main()
