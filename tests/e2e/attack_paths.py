"""Paths that mean one file to the server and another to whoever reads them
carelessly. Part of attacks.py."""

import urllib.parse

from lib_http import fetch
from lib_lab import SECRETS

PATHS = """
    /admin/f
    /admin/..;/admin/f
    /admin/..;/f
    /admin;x/f
    /admin/f;x
    //admin/f
    ///admin//f
    /./admin/f
    /%61dmin/f
    /%2561dmin/f
    /admin%2ff
    /admin%2Ff
    /admin%5cf
    /admin/f%00
    /admin/f%00.png
    /admin/f%0a
    /admin/f%
    /admin/f%2
    /admin/f/
    /admin/f#
    /admin/f#/../../public/x
    /admin/f?/../../public/x
    /ADMIN/f
    /api/../admin/f
    /api/%2e%2e/admin/f
    /api/%2E%2E%2Fadmin/f
    /api/.%2e/admin/f
    /api/profile/../../admin/f
    /private/../admin/f
    /private/%2e%2e/admin/f
    /private/..%2fadmin/f
    /private/..\\admin/f
    /private/..%5cadmin/f
    /private/f#/../../admin/f
    /private/f/../../admin/f
    /public/../admin/f
    /public/%2e%2e/admin/f
    /public/%2e%2e%2fadmin%2ff
    /public/..;/admin/f
    /public/..%2fadmin/f
    /public%00/../admin/f
    /public/%c0%ae%c0%ae/admin/f
    /public/x/../../admin/f
    http://localhost/admin/f
    http://localhost/public/../admin/f
    http://localhost/public/x#/../../admin/f
    HTTP://public/admin/f
    https://user@localhost/admin/f
    http:///admin/f
    http:admin/f
    ftp://localhost/admin/f
    admin/f
    ./admin/f
    ?/admin/f
    #/admin/f
    *
    /.mtlsgate-deny/../admin/f
""".split()

# The page asked for by someone who may: this must work.
ALLOWED = ["/admin/f", "//admin/f", "/%61dmin/f", "/admin/f?x=1"]
SECRET = SECRETS["admin"].encode()


def leaked(reply):
    return SECRET in reply.body


def path_tricks(report, lab, server):
    for target in ALLOWED:
        reply = fetch(lab.pki, server.port, target, "admin")
        report.check(f"{server.name}: admin {target}", leaked(reply), reply)
    for cert in ("user", None):
        for target in PATHS:
            reply = fetch(lab.pki, server.port, target, cert)
            report.check(
                f"{server.name}: {cert} {target}", not leaked(reply), reply
            )


def backend_paths(report, lab, server):
    """What reaches the backend of /public must be a path below /public."""
    tricks = [path for path in PATHS if path.startswith("/public")]
    for target in tricks + ["/public/../app/x", "/public/%2e%2e/app/x"]:
        reply = fetch(lab.pki, server.port, target)
        seen = urllib.parse.unquote(reply.json().get("path", ""))
        good = reply.status != 200 or (
            seen.startswith("/public/") and "/../" not in seen
        )
        report.check(f"{server.name}: proxied {target}", good, seen)
