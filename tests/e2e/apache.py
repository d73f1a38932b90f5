"""What examples/apache/README.md says, on a real Apache httpd: also that the
combinations it warns of do not ask at all."""

from lib_claims import Claims
from lib_http import fetch
from lib_lab import Lab
from lib_report import Report
from lib_servers import Apache

# The README's list of combinations that never ask, each below its own prefix;
# the last column of the table there.
SKIPPED = {
    "granted-first": """
        AuthnzFcgiCheckAuthnProvider mtlsgate \\
            Authoritative On RequireBasicAuth Off \\
            UserExpr "%{reqenv:REMOTE_USER}"
        Require all granted""",
    "user-name": """
        SSLUserName SSL_CLIENT_S_DN_CN
        AuthnzFcgiCheckAuthnProvider mtlsgate \\
            Authoritative On RequireBasicAuth Off \\
            UserExpr "%{reqenv:REMOTE_USER}"
        Require valid-user""",
    "authorizer": """
        SSLUserName SSL_CLIENT_S_DN_CN
        FcgidAuthorizer ${MTLSGATE_PROGRAM}
        Require valid-user""",
    "satisfy-any": """
        FcgidAccessChecker ${MTLSGATE_PROGRAM}
        Require all granted
        Satisfy Any""",
    "not-authoritative": """
        FcgidAccessChecker ${MTLSGATE_PROGRAM}
        FcgidAccessCheckerAuthoritative off
        Require all granted""",
}

OTHERS = """
<Location "/user-and-provider">
	SSLUserName SSL_CLIENT_S_DN_CN
	AuthnzFcgiCheckAuthnProvider mtlsgate \\
		Authoritative On RequireBasicAuth Off \\
		UserExpr "%{reqenv:REMOTE_USER}"
	Require mtlsgate
	ProxyPass "${MTLSGATE_BACKEND}/x"
</Location>
<Location "/valid-user">
	AuthnzFcgiCheckAuthnProvider mtlsgate \\
		Authoritative On RequireBasicAuth Off \\
		UserExpr "%{reqenv:REMOTE_USER}"
	Require valid-user
	ProxyPass "${MTLSGATE_BACKEND}/x"
</Location>
Alias "/also" "${MTLSGATE_ROOT}/private"
"""


def skipping_locations():
    return OTHERS + "".join(
        f'<Location "/{name}">{lines}\n'
        f'        ProxyPass "${{MTLSGATE_BACKEND}}/{name}"\n'
        "</Location>\n"
        for name, lines in SKIPPED.items()
    )


def skipped(report, claims):
    """The probe shows it: whoever gets the page there was never asked."""
    for name in SKIPPED:
        reply = claims.ask(f"/{name}/.mtlsgate-deny", "user")
        report.check(
            f"{name} does not ask, and the probe shows it",
            reply.status == 200 and reply.json().get("backend"),
            reply,
        )
    reply = claims.ask("/also/f")
    report.equal("an Alias beside a Location is open", reply.status, 200)
    for name in ("valid-user", "user-and-provider"):
        reply = claims.ask(f"/{name}/.mtlsgate-deny", "user")
        report.check(f"{name} asks", reply.status in (401, 403), reply)


def cgi(report, lab, server):
    """Plain CGI, where the query string comes as arguments as well."""

    def ask(target, cert=None):
        return fetch(lab.pki, server.cgi_port, target, cert)

    for query in ("", "?--policy=/etc/passwd", "?--help", "?--listen+:1"):
        reply = ask(f"/api/profile{query}", "user")
        report.equal(
            f"CGI /api/profile{query}",
            reply.json().get("user", {}).get("id"),
            "user1",
        )
    reply = ask("/api/profile")
    report.equal(
        "CGI without a certificate",
        (reply.status, reply.json().get("reason")),
        (401, "certificate_missing"),
    )


def html_denial(report, claims):
    """mod_fcgid makes every denial a 401 with its own page; our headers
    stay."""
    reply = claims.ask("/admin/f", "user")
    report.equal(
        "access checker: denial", (reply.status, reply.reason),
        (401, "role_required"),
    )
    report.check(
        "access checker: decision id",
        reply.header("X-Mtlsgate-Decision"),
        reply.headers,
    )


GUARDED = ["/private", "/admin", "/app", "/deploy", "/public", "/team"]
ANSWERS = [
    ("user", "/private/f", 200),
    ("user", "/private/", 200),
    ("user", "/private/none", 404),
    ("user", "/app/page", 200),
    ("user", "/team/page", 200),
    ("user", "/admin/f", 401),
    ("user", "/admin", 401),
    ("admin", "/admin/f", 200),
    ("admin", "/admin/", 200),
    (None, "/private/f", 401),
    (None, "/public/page", 200),
    ("service", "/deploy/page", 200),
    ("pinned", "/deploy/page", 401),
]
ADMIN = [
    ("remote-email", "admin@example.com"),
    ("remote-groups", "admin"),
    ("remote-user", "admin"),
]
# No email in that certificate: no header, and not an empty one.
TWO_OU = [("remote-groups", "admin"), ("remote-user", "two-ou")]
VISIBLE = """/private/f /app/page /public/page /team/page /api/profile
    /admin/f /private/.mtlsgate-deny""".split()
HEADS = [
    ("admin", "/private/f"),
    (None, "/private/f"),
    ("admin", "/app/page"),
    ("user", "/team/admin/page"),
    ("user", "/api/profile"),
    ("user", "/api/admin/status"),
]


def main():
    report = Report()
    with Lab() as lab:
        server = Apache(lab, skipping_locations())
        claims = Claims(report, lab, server)
        claims.probes(GUARDED + ["/api"])
        claims.grants(ANSWERS)
        for page in ("/app/page", "/team/page"):
            claims.forgery(page, "admin", ADMIN)
        claims.forgery("/app/page", "two-ou", TWO_OU)
        claims.forgery("/public/page", None, [])
        claims.no_variables(VISIBLE)
        claims.heads(HEADS)
        for page in ("/api/profile", "/team/page"):
            claims.json_denial(page, None, 401, "certificate_missing")
        for page in ("/api/admin/status", "/team/admin/page"):
            claims.json_denial(page, "user", 403, "role_required")
        claims.tls()
        html_denial(report, claims)
        skipped(report, claims)
        cgi(report, lab, server)
    report.finish()


main()
