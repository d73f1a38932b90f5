"""What examples/nginx/README.md says, on a real nginx."""

from lib_claims import Claims
from lib_fronts import Daemon, Nginx
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
    ("expired", "/private/f", 401),
    ("expired", "/api/profile", 401),
    ("other-ca", "/public/page", 401),
    ("admin", "/else/where", 403),
    ("admin", "/.mtlsgate-ask", 404),
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
# The README's list of what is not guarded, though it looks like it.
HOLES = """
location = /hole/return { return 200 "open"; }
location /hole/satisfy/ {
	satisfy any;
	allow all;
	proxy_pass http://mtlsgate_backend;
}
location /hole/off/ {
	auth_request off;
	proxy_pass http://mtlsgate_backend;
}
location ~ \\.php$ { proxy_pass http://mtlsgate_backend; }
rewrite ^/short/(.*)$ /admin/$1 last;
"""


def holes(report, claims):
    for page in ("/hole/return", "/hole/satisfy/.mtlsgate-deny",
                 "/hole/off/.mtlsgate-deny"):
        reply = claims.ask(page)
        report.equal(f"{page} does not ask", reply.status, 200)
    for page in ("/private/f.php", "/admin/f.php", "/short/f"):
        reply = claims.ask(page, "user" if "admin" in page else None)
        report.check(f"{page} asks", reply.status in (401, 403), reply)
    reply = claims.ask("/short/f", "admin")
    report.equal("a rewritten URL is judged as sent", reply.status, 403)


def main():
    report = Report()
    with Lab() as lab:
        daemon = Daemon(lab)
        server = Nginx(lab, daemon, in_site=HOLES)
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
            claims.json_denial(page, "expired", 401, "not_verified")
        for page in ("/api/admin/status", "/admin/f", "/app/admin/page"):
            claims.json_denial(page, "user", 403, "role_required")
        claims.tls()
        methods(report, claims)
        holes(report, claims)
        bodies(report, lab, server)
        kept(report, lab, server)
        gate_down(report, lab, claims, daemon)
    report.finish()


main()
