"""admin/metrics through a real nginx: clean for promtool, and its numbers are
those of what was asked."""

import os
import re
import signal
import subprocess
import time

from lib_fronts import Daemon, Nginx
from lib_http import fetch
from lib_lab import Lab
from lib_report import Report

PAGE = "/api/admin/metrics"
DENIED = 'mtlsgate_decisions_total{decision="denied",reason="%s"}'
GRANTED = 'mtlsgate_decisions_total{decision="granted",reason="granted"}'
LOADS = 'mtlsgate_policy_loads_total{result="%s"}'
TOOK = "mtlsgate_decision_duration_seconds"


class Metrics:
    def __init__(self, report, lab, server):
        self.report, self.lab, self.server = report, lab, server

    def ask(self, target, cert):
        return fetch(self.lab.pki, self.server.port, target, cert)

    def scrape(self):
        reply = self.ask(PAGE, "admin")
        if reply.status != 200:
            raise RuntimeError(f"{PAGE}: {reply}")
        return reply

    def numbers(self):
        """Sample, with its labels, to number."""
        lines = self.scrape().body.decode().splitlines()
        return {
            line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in lines
            if not line.startswith("#")
        }

    def grown(self, name, before, after, by):
        got = after[name] - before[name]
        self.report.check(f"{name} counts", got == by, f"{got}, not {by}")


def check_form(report, metrics):
    reply = metrics.scrape()
    report.equal(
        "the content type",
        reply.header("Content-Type"),
        "text/plain; version=0.0.4; charset=utf-8",
    )
    checked = subprocess.run(
        ["promtool", "check", "metrics"],
        input=reply.body,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    report.check(
        "promtool finds nothing",
        checked.returncode == 0 and not checked.stdout,
        checked.stdout.decode(),
    )
    for cert, status in (("user", 403), (None, 401)):
        reply = metrics.ask(PAGE, cert)
        report.equal(f"metrics as {cert}", reply.status, status)


def check_documented(report, metrics):
    """Every name stands in the manual page, and the other way."""
    page = f"{os.path.dirname(__file__)}/../../man/mtlsgate.8"
    with open(page) as file:
        manual = set(re.findall(r"^\.B (mtlsgate_\w+)$", file.read(), re.M))
    body = metrics.scrape().body.decode()
    names = set(re.findall(r"^# TYPE (\w+) ", body, re.M))
    report.equal("names of the manual", sorted(manual), sorted(names))


def check_decisions(report, metrics):
    """What nginx asks for one request: the question, and for a denial the
    words; a scrape counts with the next one."""
    before = metrics.numbers()
    for _ in range(3):
        report.equal("granted", metrics.ask("/app/page", "user").status, 200)
    metrics.ask("/admin/f", "user")
    metrics.ask("/private/f", None)
    after = metrics.numbers()
    metrics.grown(GRANTED, before, after, 3 + 1)
    metrics.grown(DENIED % "role_required", before, after, 2)
    metrics.grown(DENIED % "certificate_missing", before, after, 2)
    metrics.grown(DENIED % "expired", before, after, 0)
    metrics.grown(f"{TOOK}_count", before, after, 3 + 1 + 2 + 2)
    buckets = [v for k, v in after.items() if k.startswith(f"{TOOK}_bucket")]
    report.equal("buckets rise", buckets, sorted(buckets))
    report.equal("the last holds all", buckets[-1], after[f"{TOOK}_count"])
    took = after[f"{TOOK}_sum"] - before[f"{TOOK}_sum"]
    report.check("time was counted", 0 < took < 60, took)
    report.equal("the scrape is busy", after["mtlsgate_connections_busy"], 1)
    opened = after["mtlsgate_connections_accepted_total"]
    report.check("connections were counted", opened > 0, opened)


def check_cache(metrics):
    """The same certificate under the same policy is judged once."""
    metrics.ask("/app/page", "two-ou")
    before = metrics.numbers()
    for _ in range(3):
        metrics.ask("/app/page", "two-ou")
    after = metrics.numbers()
    metrics.grown("mtlsgate_cache_hits_total", before, after, 3 + 1)
    metrics.grown("mtlsgate_cache_misses_total", before, after, 0)
    metrics.grown("mtlsgate_cache_entries", before, after, 0)
    full = after["mtlsgate_cache_entries"] > 0 < after["mtlsgate_cache_bytes"]
    metrics.report.check("something is remembered", full)


def check_loads(report, metrics, daemon):
    """A good policy, a broken one that is tried again, and the good one."""
    with open(daemon.policy) as file:
        good = file.read()
    before = metrics.numbers()
    metrics.lab.write_policy(good + "[nonsense]\n")
    time.sleep(3.5)
    during = metrics.numbers()
    report.equal("the failure shows", during["mtlsgate_policy_reload_failed"],
                 1)
    metrics.lab.write_policy(good)
    daemon.process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    after = metrics.numbers()
    report.equal("and goes", after["mtlsgate_policy_reload_failed"], 0)
    metrics.grown(LOADS % "bad", before, during, 1)
    metrics.grown(LOADS % "good", before, during, 0)
    metrics.grown(LOADS % "good", before, after, 1)
    loaded = "mtlsgate_policy_loaded_timestamp_seconds"
    report.check("the load has a time", after[loaded] > before[loaded])


def main():
    report = Report()
    with Lab() as lab:
        daemon = Daemon(lab)
        metrics = Metrics(report, lab, Nginx(lab, daemon))
        check_form(report, metrics)
        check_documented(report, metrics)
        check_decisions(report, metrics)
        check_cache(metrics)
        check_loads(report, metrics, daemon)
    report.finish()


main()
