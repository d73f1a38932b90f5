"""What examples/caddy/README.md says, on a real Caddy."""

from lib_claims import Claims
from lib_fronts import Caddy, Daemon, caddy_policy
from lib_kept import bodies, gate_down, kept, methods
from lib_lab import Lab
from lib_report import Report

GUARDED = ["/private", "/admin", "/app", "/deploy", "/public", "/api", "/else"]
ANSWERS = [
    ("user", "/private/f", 200),
    ("user", "/private/", 200),
    ("user", "/private/none", 404),
    ("user", "/app/page", 200),
    ("user", "/admin/f", 403),
    ("user", "/admin", 403),
    ("admin", "/admin/f", 200),
    (None, "/private/f", 401),
    (None, "/public/page", 200),
    ("service", "/deploy/page", 200),
    ("pinned", "/deploy/page", 403),
    ("admin", "/else/where", 403),
    ("expired", "/app/page", 0),
    ("other-ca", "/app/page", 0),
    (None, "/api/health", 200),
]
ADMIN = [
    ("remote-email", "admin@example.com"),
    ("remote-groups", "admin"),
    ("remote-user", "admin"),
]
TWO_OU = [("remote-groups", "admin"), ("remote-user", "two-ou")]
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


def placeholder(report, lab):
    """Without client_auth no certificate is asked for; Caddy leaves the
    placeholder empty or as it is: nobody, and not a broken certificate."""
    daemon = Daemon(lab, "gate-off", caddy_policy(lab))
    server = Caddy(lab, daemon, "caddy-off", client_auth=False)
    claims = Claims(report, lab, server)
    claims.json_denial("/app/page", "admin", 401, "certificate_missing")
    claims.grants([("admin", "/public/page", 200)])


def required(report, lab):
    """require_and_verify ends the handshake of those without one."""
    daemon = Daemon(lab, "gate-require", caddy_policy(lab))
    server = Caddy(lab, daemon, "caddy-require", mode="require_and_verify")
    claims = Claims(report, lab, server)
    claims.grants(
        [
            (None, "/public/page", 0),
            ("other-ca", "/public/page", 0),
            ("user", "/app/page", 200),
        ]
    )


def unverified(report, lab):
    """The mode request verifies nothing: a policy that does not say
    front_verifies = yes is an error, and nobody gets in."""
    policy = caddy_policy(lab).replace("front_verifies = yes\n", "")
    daemon = Daemon(lab, "gate-request", policy)
    server = Caddy(lab, daemon, "caddy-request", mode="request")
    claims = Claims(report, lab, server)
    for cert in ("admin", "other-ca"):
        claims.json_denial("/app/page", cert, 500, "policy_invalid")


def main():
    report = Report()
    with Lab() as lab:
        daemon = Daemon(lab, policy=caddy_policy(lab))
        server = Caddy(lab, daemon)
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
        methods(report, claims)
        bodies(report, lab, server)
        kept(report, lab, server)
        placeholder(report, lab)
        required(report, lab)
        unverified(report, lab)
        gate_down(report, lab, claims, daemon)
    report.finish()


main()
