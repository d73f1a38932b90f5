"""Runs mtlsgatectl doctor and judges what it names. Only for tests."""

import json
import os
import subprocess
import sys

sys.path.insert(
    0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e")
)

# what only a site with mtlsgate passes
GATE_STEPS = ("reached", "asked")
# longer than any number of waits that one run may have
PATIENCE = 120


class Diagnosis:
    """What one run of doctor said."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err
        try:
            self.json = json.loads(out)
        except ValueError:
            self.json = {"steps": [], "cause": None}

    @property
    def cause(self):
        return (self.json["cause"] or {}).get("name")

    def steps(self, result):
        return [s for s in self.json["steps"] if s["result"] == result]

    def __str__(self):
        lines = [
            f"[{s['result']} {s['name']}: {s['seen']}]"
            for s in self.json["steps"]
            if s["result"] != "ok"
        ]
        return f"status {self.status} {self.cause} {' '.join(lines)} {self.err}"


def doctor(url, *options):
    """One run. options: as on the command line."""
    command = [os.environ["MTLSGATECTL"], "doctor", "--json", *options, url]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE
    )
    return Diagnosis(done.returncode, done.stdout, done.stderr.strip())


class Ward:
    """Plants faults and looks what doctor names; report is a
    lib_report.Report."""

    def __init__(self, report):
        self.report = report
        self.planted = set()

    def sick(self, name, cause, url, *options, status=1):
        """The planted cause (one of several, if it is a tuple) is named."""
        causes = cause if isinstance(cause, tuple) else (cause,)
        got = doctor(url, *options)
        good = got.cause in causes and got.status == status
        self.planted.add(name)
        self.report.check(
            f"doctor {name}: {causes[0]}", good, f"not {cause}: {got}"
        )
        return got

    def ends(self, name, url, *options):
        """Something is found, whatever it is, and doctor lives to tell it."""
        got = doctor(url, *options)
        good = got.status == 1 and got.cause
        self.report.check(f"doctor ends {name}", good, str(got))
        return got

    def sound(self, name, url, *options):
        """Nothing is found in files, connection and certificates; but that no
        mtlsgate is behind a server that has none must be said."""
        got = doctor(url, *options)
        bad = [s for s in got.steps("FAIL") if s["name"] not in GATE_STEPS]
        good = got.status == 1 and not bad and got.steps("FAIL")
        self.report.check(f"doctor sound {name}", good, str(got))
        return got

    def healthy(self, name, url, *options):
        """Nothing is found."""
        got = doctor(url, *options)
        good = got.status == 0 and not got.cause and not got.steps("FAIL")
        self.report.check(f"doctor healthy {name}", good, str(got))
        return got
