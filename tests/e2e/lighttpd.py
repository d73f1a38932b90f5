"""What examples/lighttpd/README.md says, on a real lighttpd."""

import http.client

from lib_claims import Claims
from lib_http import fetch
from lib_lab import Lab
from lib_report import Report
from lib_servers import Lighttpd, lighttpd_cgi


def plain_port(report, server):
    """The port without TLS knows no certificate: nothing guarded is there."""
    for page, status in (
        ("/private/f", 401),
        ("/app/page", 401),
        ("/api/profile", 401),
        ("/public/page", 200),
    ):
        connection = http.client.HTTPConnection(
            "127.0.0.1", server.plain_port, timeout=20
        )
        connection.request("GET", page, headers={"Forwarded": "remote_user=x"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        report.equal(f"without TLS {page}", answer.status, status)
        report.check(f"without TLS {page}: body", b"remote_user" not in body)


def cgi(report, lab):
    server = lighttpd_cgi(lab)
    for query in ("", "?--policy=/etc/passwd", "?--help", "?--listen+:1"):
        reply = fetch(lab.pki, server.port, f"/api/profile{query}", "user")
        report.equal(
            f"CGI /api/profile{query}",
            reply.json().get("user", {}).get("id"),
            "user1",
        )
    reply = fetch(lab.pki, server.port, "/api/profile")
    report.equal(
        "CGI without a certificate",
        (reply.status, reply.json().get("reason")),
        (401, "certificate_missing"),
    )


def wrong_order(report, lab):
    """The README's warning: with mod_proxy before mod_fastcgi nobody is asked,
    and the probe shows it."""
    server = Lighttpd(
        lab,
        "wrong-order",
        edit=(
            "mtlsgate.conf",
            '"mod_fastcgi", "mod_proxy"',
            '"mod_proxy", "mod_fastcgi"',
        ),
    )
    reply = fetch(lab.pki, server.port, "/app/.mtlsgate-deny")
    report.check(
        "mod_proxy first does not ask, and the probe shows it",
        reply.status == 200 and reply.json().get("backend"),
        reply,
    )


def no_slash(report, claims):
    """The prefix /app/ does not cover /app, and nothing is served there."""
    for page in ("/app", "/deploy", "/public", "/api"):
        reply = claims.ask(page)
        report.equal(f"{page} without a slash", reply.status, 404)
    reply = claims.ask("/private")
    report.check(
        "/private without a slash shows nothing",
        reply.status == 301 and b"SECRET" not in reply.body,
        reply,
    )


GUARDED = ["/private", "/admin", "/app", "/deploy", "/public"]
ANSWERS = [
    ("user", "/private/f", 200),
    ("user", "/private/", 200),
    ("user", "/private/none", 404),
    ("user", "/app/page", 200),
    ("user", "/admin/f", 403),
    ("admin", "/admin/f", 200),
    (None, "/private/f", 401),
    (None, "/public/page", 200),
    ("service", "/deploy/page", 200),
    ("pinned", "/deploy/page", 403),
    ("expired", "/private/f", 401),
]
VISIBLE = """/private/f /app/page /public/page /api/profile /admin/f
    /private/.mtlsgate-deny""".split()
HEADS = [
    ("admin", "/private/f"),
    (None, "/private/f"),
    ("admin", "/app/page"),
    ("user", "/admin/f"),
    ("user", "/api/profile"),
    ("user", "/api/admin/status"),
]


def main():
    report = Report()
    with Lab() as lab:
        server = Lighttpd(lab)
        claims = Claims(report, lab, server)
        claims.probes(GUARDED + ["/api"])
        claims.grants(ANSWERS)
        admin = [("forwarded", 'remote_user="admin"')]
        claims.forgery("/app/page", "admin", admin)
        claims.forgery("/public/page", None, [])
        claims.no_variables(VISIBLE)
        claims.heads(HEADS)
        for page in ("/api/profile", "/private/f", "/app/page"):
            claims.json_denial(page, None, 401, "certificate_missing")
        for page in ("/api/admin/status", "/admin/f", "/app/admin/page"):
            claims.json_denial(page, "user", 403, "role_required")
        claims.tls()
        no_slash(report, claims)
        plain_port(report, server)
        cgi(report, lab)
        wrong_order(report, lab)
    report.finish()


main()
