"""What examples/haproxy/README.md says, on a real HAProxy."""

import os

from lib_claims import Claims
from lib_fronts import Daemon, Haproxy
from lib_kept import bodies, gate_down, kept, methods
from lib_lab import Lab
from lib_report import Report

GUARDED = ["/private", "/admin", "/app", "/deploy", "/public", "/api", "/else"]
ANSWERS = [
    ("user", "/app/page", 200),
    ("user", "/app/page?a=b", 200),
    ("user", "/app/p%20age", 200),
    ("user", "/app/p%2fage", 403),
    ("user", "/app/../app/admin/x", 403),
    ("user", "/admin/f", 403),
    ("user", "/admin", 403),
    ("admin", "/admin/f", 200),
    ("admin", "/app/admin/x", 200),
    (None, "/private/f", 401),
    (None, "/public/page", 200),
    ("service", "/deploy/page", 200),
    ("pinned", "/deploy/page", 403),
    ("admin", "/else/where", 403),
    ("expired", "/app/page", 0),
    ("other-ca", "/app/page", 0),
    # Larger than HAProxy's buffer: not handed on, so nobody.
    ("bulk-16k", "/app/page", 401),
    (None, "/api/health", 200),
]
ADMIN = [
    ("remote-email", "admin@example.com"),
    ("remote-groups", "admin"),
    ("remote-user", "admin"),
]
TWO_OU = [("remote-groups", "admin"), ("remote-user", "two-ou")]
VISIBLE = """/app/page /public/page /api/profile /admin/f
    /private/.mtlsgate-deny""".split()
HEADS = [
    ("admin", "/app/page"),
    ("user", "/admin/f"),
    (None, "/private/f"),
    ("user", "/api/profile"),
    ("user", "/api/admin/status"),
]


def lookalikes(report, claims):
    """Headers like those that the Lua action writes change nothing."""
    headers = [
        ("X-Ask-Uri", "%2Fpublic%2Fx"),
        ("X-Ask-Method", "GET"),
        ("X-Ask-Peer", "127.0.0.1"),
        ("X-Ask-Verify", "0"),
        ("SSL-Client-Verify", "0"),
        ("MTLSGATE-URI", "/public/x"),
    ]
    for cert, status in ((None, 401), ("user", 403)):
        reply = claims.ask("/admin/f", cert, headers=headers)
        report.equal(f"{cert} with X-Ask headers", reply.status, status)
    for page in ("/API/profile", "/api", "//api/profile", "/api/../admin/f"):
        reply = claims.ask(page)
        report.check(f"{page} opens nothing", reply.status >= 400, reply)


def broken_lua(report, lab, daemon):
    """An error in Lua, or nobody at the socket, lets nobody in."""
    for name, old, new in (
        ("error", "local text =", "local text = nil .."),
        ("no socket", "connect(SOCKET)", 'connect("unix@/nowhere")'),
        ("cut answer", 'receive("*a")', "receive(20)"),
    ):
        own = "haproxy-" + name.replace(" ", "-")
        server = Haproxy(lab, daemon, own, lua={old: new})
        claims = Claims(report, lab, server)
        for page in ("/app/page", "/public/page"):
            reply = claims.ask(page, "admin")
            report.equal(f"Lua: {name}, {page}", reply.status, 403)
        lab.stop(server.process)
        # Lua's "runtime error:" is no sanitizer's
        os.remove(f"{lab.dir}/{own}.log")


def main():
    report = Report()
    with Lab() as lab:
        daemon = Daemon(lab)
        server = Haproxy(lab, daemon)
        claims = Claims(report, lab, server)
        claims.probes(GUARDED)
        claims.grants(ANSWERS)
        claims.forgery("/app/page", "admin", ADMIN)
        claims.forgery("/app/page", "two-ou", TWO_OU)
        claims.forgery("/public/page", None, [])
        claims.no_variables(VISIBLE)
        claims.heads(HEADS)
        for page in ("/api/profile", "/private/f", "/app/page"):
            claims.json_denial(page, None, 401, "certificate_missing")
        for page in ("/api/admin/status", "/admin/f", "/app/admin/page"):
            claims.json_denial(page, "user", 403, "role_required")
        claims.tls()
        lookalikes(report, claims)
        methods(report, claims)
        bodies(report, lab, server)
        kept(report, lab, server)
        broken_lua(report, lab, daemon)
        gate_down(report, lab, claims, daemon)
    report.finish()


main()
