"""For every source that is read from headers: what a client could send, alone
or through a front that is trusted, against real nginx, Apache and lighttpd.
It is denied or ignored, and never believed. Each attack has an honest twin
that succeeds."""

import json

from lib_fronts import Daemon
from lib_http import fetch
from lib_lab import Lab
from lib_plain import (
    HaproxyFront,
    NginxFront,
    PlainApache,
    PlainLighttpd,
    PlainNginx,
    source_daemons,
)
from lib_report import Report
from lib_sources import SOURCES, Cert, ask, source_policy

STRANGER = "127.0.0.1"  # the policies trust 127.0.0.2
SECRET = "a-secret-between-front-and-gate"
LOOKS = [
    ("X-Forwarded-For", "127.0.0.2"),
    ("X-Real-IP", "127.0.0.2"),
    ("Forwarded", "for=127.0.0.2"),
    ("Remote-Addr", "127.0.0.2"),
    ("REMOTE_ADDR", "127.0.0.2"),
]


def who(reply):
    return reply.json().get("user", {}).get("id")


def underscores(pairs):
    return [(name.replace("-", "_"), value) for name, value in pairs]


class Attack:
    """One source on one server."""

    def __init__(self, report, name, server, certs, daemon):
        self.report, self.daemon, self.name = report, daemon, name
        self.label = f"{name}, {server.name}"
        self.port = server.ports[name]
        make = SOURCES[name][0]
        self.admin = list(make(certs["admin"]).items())
        self.user = list(make(certs["user"]).items())
        self.pages = ["/api/admin/status"]
        if server.name != "apache":
            self.pages.append("/app/admin/x")

    def honest(self):
        """What the front itself sends is believed."""
        for pairs, id in ((self.admin, "admin"), (self.user, "user1")):
            reply = ask(self.port, "/api/profile", pairs)
            self.report.equal(f"{self.label}: honest {id}", who(reply), id)
        reply = ask(self.port, "/api/profile", [])
        self.report.equal(
            f"{self.label}: honest nobody",
            reply.reason,
            "certificate_missing",
        )

    def refused(self, name, pairs, reasons, source="127.0.0.2"):
        for page in self.pages:
            reply = ask(self.port, page, pairs, source)
            self.report.check(
                f"{self.label}: {name} {page}",
                reply.status in (400, 401, 403)
                and reply.reason in reasons + [None],
                reply,
            )

    def stranger(self):
        """Straight from a client: ignored, and noted."""
        for name, pairs in (
            ("client", self.admin),
            ("client with addresses", self.admin + LOOKS),
            ("client with underscores", underscores(self.admin)),
            ("client, twice", self.admin + self.admin),
        ):
            missing = ["certificate_missing", "source_conflict"]
            self.refused(name, pairs, missing, STRANGER)
        spoofed = [
            line
            for line in self.daemon.log().splitlines()
            if line.startswith("{") and json.loads(line).get("spoofed_header")
        ]
        self.report.check(
            f"{self.label}: the audit line says so", spoofed, "no such line"
        )

    def anyone(self):
        """Where everybody is let in, a forger is not."""
        if len(self.pages) > 1:
            reply = ask(self.port, "/public/x", [], STRANGER)
            self.report.equal(f"{self.label}: public", reply.status, 200)
            reply = ask(self.port, "/public/x", self.admin, STRANGER)
            # nginx keeps the reason of auth_request to itself
            self.report.check(
                f"{self.label}: public, forged",
                reply.status == 401
                and reply.reason in ("spoofed_header", None),
                reply,
            )

    def relayed(self):
        """The trusted front lets the client's copy through beside its own."""
        for name, pairs in (
            ("client's copy first", self.admin + self.user),
            ("client's copy last", self.user + self.admin),
            ("the same twice", self.admin + self.admin),
            ("underscores first", underscores(self.admin) + self.user),
            ("underscores last", self.user + underscores(self.admin)),
        ):
            reply = ask(self.port, "/api/profile", pairs)
            self.report.check(
                f"{self.label}: {name}",
                reply.status in (400, 401, 403) or who(reply) == "user1",
                f"{reply} {who(reply)}",
            )
            self.not_admin(name, pairs)
        if self.name == "api-gateway":
            self.longer_name()

    def longer_name(self):
        """Servers join headers of one name with a comma: a name as text would
        become longer by what the client sent."""
        for name, _ in self.user:
            pairs = self.user + [(name, "OU=Administrators")]
            self.not_admin(f"{name} continued", pairs)
            pairs = [(name, "OU=Administrators")] + self.user
            self.not_admin(f"{name} begun", pairs)

    def not_admin(self, name, pairs):
        for page in self.pages:
            reply = ask(self.port, page, pairs)
            self.report.check(
                f"{self.label}: {name} {page}", reply.status >= 400, reply
            )

    def hop_by_hop(self):
        """Connection names the headers: the front's word may get lost, and
        then there is nobody."""
        for name, _ in self.user:
            pairs = self.user + [("Connection", f"close, {name}")]
            self.not_admin(f"Connection: {name}", pairs)
            reply = ask(self.port, "/api/profile", pairs)
            self.report.check(
                f"{self.label}: Connection: {name}",
                reply.status in (401, 403) or who(reply) == "user1",
                reply,
            )

    def run(self):
        self.honest()
        self.stranger()
        self.anyone()
        self.relayed()
        self.hop_by_hop()


def real_front(report, lab, front, source, certs):
    """A client behind a real front: its own headers never get through."""
    admin = list(SOURCES[source][0](certs["admin"]).items())
    names = ", ".join(name for name, _ in admin)
    tricks = {
        "nothing": [],
        "forged": admin,
        "forged twice": admin + admin,
        "underscores": underscores(admin),
        "lower case": [(name.lower(), value) for name, value in admin],
        "Connection": [("Connection", names)],
        "Connection and forged": admin + [("Connection", names)],
    }
    for name, headers in tricks.items():
        for cert, wanted in (("user", "user1"), (None, None)):
            reply = fetch(
                lab.pki, front.port, "/api/profile", cert, headers=headers
            )
            report.check(
                f"{front.name}: {cert} {name}",
                who(reply) == wanted
                or (reply.status in (400, 401) and not who(reply)),
                f"{reply} {who(reply)}",
            )
            reply = fetch(
                lab.pki, front.port, "/api/admin/status", cert, headers=headers
            )
            report.check(
                f"{front.name}: {cert} {name}, admin page",
                reply.status in (400, 401, 403),
                reply,
            )
    reply = fetch(lab.pki, front.port, "/api/profile", "admin")
    report.equal(f"{front.name}: honest admin", who(reply), "admin")


def secret(report, lab, certs):
    """With proxy_secret the address alone is not enough."""
    policy = source_policy(lab, "nginx", f"proxy_secret = {SECRET}")
    gate = Daemon(lab, "gate-secret", policy)
    port = PlainLighttpd(lab, {"nginx": gate}, "-secret").ports["nginx"]
    admin = list(SOURCES["nginx"][0](certs["admin"]).items())
    header = "X-Mtlsgate-Proxy-Secret"
    for name, pairs, source, status in (
        ("right", [(header, SECRET)], "127.0.0.2", 200),
        ("right, from a stranger", [(header, SECRET)], STRANGER, 401),
        ("none", [], "127.0.0.2", 401),
        ("empty", [(header, "")], "127.0.0.2", 401),
        ("wrong", [(header, "x" * len(SECRET))], "127.0.0.2", 401),
        ("shorter", [(header, SECRET[:-1])], "127.0.0.2", 401),
    ):
        reply = ask(port, "/api/profile", admin + pairs, source)
        report.equal(f"proxy_secret: {name}", reply.status, status)


def main():
    report = Report()
    with Lab() as lab:
        certs = {name: Cert(lab, name) for name in ("admin", "user")}
        daemons = source_daemons(lab)
        servers = [
            kind(lab, daemons)
            for kind in (PlainNginx, PlainApache, PlainLighttpd)
        ]
        for server in servers:
            for name in SOURCES:
                Attack(report, name, server, certs, daemons[name]).run()
        apache, lighttpd = servers[1:]
        front = NginxFront(lab, apache.ports["nginx"])
        real_front(report, lab, front, "nginx", certs)
        front = HaproxyFront(lab, lighttpd.ports["haproxy"])
        real_front(report, lab, front, "haproxy", certs)
        secret(report, lab, certs)
    report.finish()


main()
