"""The attacks of attacks.py against real nginx, HAProxy and Caddy. HAProxy
serves no files: there the backend tells what got through."""

from attack_paths import PATHS, backend_paths, path_tricks
from attacks import (
    forged_headers,
    forged_variables,
    methods,
    records_in_body,
    too_much,
)
from lib_fronts import Caddy, Daemon, Haproxy, Nginx, caddy_policy
from lib_http import fetch
from lib_lab import Lab
from lib_report import Report

FORGED_URI = [
    ("X-Forwarded-Uri", "/public/x"),
    ("X-Forwarded-Method", "GET"),
    ("X-Ask-Uri", "/public/x"),
    ("X-Original-Method", "GET"),
]


def paths_to_backend(report, lab, server):
    """Nothing below /admin or /private reaches the backend for a user who may
    not, in any spelling; what does is what was judged."""
    for target in PATHS:
        reply = fetch(lab.pki, server.port, target, None)
        seen = reply.json().get("path", "")
        report.check(
            f"{server.name}: nobody {target}",
            reply.status != 200 or seen.startswith("/public/"),
            f"{reply} {seen}",
        )
    reply = fetch(lab.pki, server.port, "/admin/f", "admin")
    report.equal(f"{server.name}: admin /admin/f", reply.status, 200)


def forged_uri(report, lab, server):
    reply = fetch(
        lab.pki, server.port, "/app/admin/x", "user", headers=FORGED_URI
    )
    report.equal(f"{server.name}: forged URI", reply.status, 403)
    reply = fetch(
        lab.pki,
        server.port,
        "/deploy/x",
        "service",
        method="DELETE",
        headers=FORGED_URI,
    )
    report.equal(f"{server.name}: forged method", reply.status, 403)


COMMON = [
    backend_paths,
    forged_headers,
    forged_variables,
    forged_uri,
    methods,
    records_in_body,
    too_much,
]


def main():
    report = Report()
    with Lab() as lab:
        gate = Daemon(lab)
        caddy_gate = Daemon(lab, "gate-caddy", caddy_policy(lab))
        for server, attacks in (
            (Nginx(lab, gate), [path_tricks]),
            (Haproxy(lab, gate), [paths_to_backend]),
            (Caddy(lab, caddy_gate), [path_tricks]),
        ):
            for attack in attacks + COMMON:
                attack(report, lab, server)
    report.finish()


main()
