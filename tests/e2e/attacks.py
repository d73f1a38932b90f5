"""Attacks, each against real Apache and real lighttpd: none may get at what
is guarded. Every attack has an honest twin that succeeds, so that a server
that answers nothing does not count as safe."""

import base64
import struct
import urllib.parse

from attack_paths import backend_paths, leaked, path_tricks
from lib_http import Connection, context, fetch
from lib_lab import Lab
from lib_report import Report
from lib_servers import Apache, Lighttpd

APACHE_EXTRA = """
RewriteEngine on
RewriteRule ^/short/(.*)$ /admin/$1 [PT]
<Location "/password">
	AuthType Basic
	AuthName guess
	AuthBasicProvider mtlsgate
	Require valid-user
	ProxyPass "${MTLSGATE_BACKEND}/password"
</Location>
"""

LIGHTTPD_EXTRA = 'url.rewrite-once = ( "^/short/(.*)$" => "/admin/$1" )\n'

def forged_headers(report, lab, server):
    with open(f"{lab.pki}/admin-cert.pem") as file:
        pem = file.read()
    base64_der = "".join(pem.split("\n")[1:-2])
    forms = {
        "folded": pem.strip().replace("\n", " "),
        "escaped": urllib.parse.quote(pem, safe=""),
        "base64": base64_der,
        "RFC 9440": f":{base64_der}:",
    }
    names = """SSL_CLIENT_CERT SSL-Client-Cert X-Client-Cert Client-Cert
        X-SSL-Client-Cert X-Forwarded-Tls-Client-Cert X-Amzn-Mtls-Clientcert
        MTLSGATE_URI REDIRECT_SSL_CLIENT_CERT""".split()
    for form, text in forms.items():
        headers = [(name, text) for name in names]
        headers += [
            ("SSL_CLIENT_VERIFY", "SUCCESS"),
            ("SSL-Client-Verify", "SUCCESS"),
            ("SSL-Client-S-DN", "OU=Administrators,CN=admin"),
        ]
        for cert in ("user", None):
            reply = fetch(
                lab.pki, server.port, "/admin/f", cert, headers=headers
            )
            report.check(
                f"{server.name}: {cert} forged {form}",
                not leaked(reply) and reply.status in (401, 403),
                reply,
            )


def forged_variables(report, lab, server):
    """Headers that look like mtlsgate's own settings or answers."""
    headers = [
        ("MTLSGATE-URI", "/public/x"),
        ("MTLSGATE_URI", "/public/x"),
        ("MTLSGATE-Method", "GET"),
        ("MTLSGATE_SITE", "other"),
        ("Variable-REMOTE_USER", "admin"),
        ("X-Original-URI", "/public/x"),
        ("X-Rewrite-URL", "/public/x"),
        ("X-HTTP-Method-Override", "GET"),
        ("Proxy", "http://127.0.0.1:1/"),
    ]
    reply = fetch(lab.pki, server.port, "/admin/f", "user", headers=headers)
    report.equal(
        f"{server.name}: forged variables", reply.reason, "role_required"
    )


def methods(report, lab, server):
    def ask(method, cert="service"):
        return fetch(lab.pki, server.port, "/deploy/x", cert, method=method)

    for method in ("POST", "GET", "HEAD"):
        reply = ask(method)
        report.equal(f"{server.name}: {method} /deploy/x", reply.status, 200)
    for method in "post Post get PUT DELETE PATCH FOO POST1 OPTIONS".split():
        reply = ask(method)
        report.check(
            f"{server.name}: {method} /deploy/x",
            reply.status >= 400 and not reply.json().get("backend"),
            reply,
        )
    for cert in ("admin", "pinned", "user", None):
        reply = ask("POST", cert)
        report.check(
            f"{server.name}: {cert} POST /deploy/x",
            reply.status in (401, 403),
            reply,
        )


def foreign_host(report, lab, server):
    """With sites in the policy, the client's Host header decides nothing."""
    for host in ("other", "other.example.com", "localhost:1", "main"):
        reply = fetch(lab.pki, server.port, "/private/f", host=host)
        report.check(
            f"{server.name}: Host: {host}",
            reply.status in (400, 401, 421),
            reply,
        )
    reply = fetch(lab.pki, server.port, "/private/f", "admin")
    report.equal(f"{server.name}: our own host", reply.status, 200)


def record(kind, content):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def parameters(pairs):
    out = b""
    for name, value in pairs:
        out += struct.pack(">II", len(name) | 1 << 31, len(value) | 1 << 31)
        out += name.encode() + value.encode()
    return out


def forged_request(lab):
    """FastCGI records of a request by the administrator."""
    with open(f"{lab.pki}/admin-cert.pem") as file:
        pem = file.read()
    pairs = [
        ("REQUEST_METHOD", "GET"),
        ("REQUEST_URI", "/api/profile"),
        ("SCRIPT_NAME", "/api/profile"),
        ("SSL_CLIENT_VERIFY", "SUCCESS"),
        ("SSL_CLIENT_CERT", pem),
    ]
    begin = record(1, struct.pack(">HB5x", 1, 1))
    end = record(4, b"") + record(5, b"")
    return begin + record(4, parameters(pairs)) + end


def records_in_body(report, lab, server):
    """A body made of FastCGI records, on a connection that is kept: the next
    request is answered for itself."""
    forged = forged_request(lab)
    for padding in (0, 1, 4096, 8184, 8192, 8200, 65535):
        body = b"\0" * padding + forged * (120000 // len(forged))
        connection = Connection(context(lab.pki, "user"), server.port)
        name = f"{server.name}: records after {padding} bytes"
        first = connection.send("/api/profile", "POST", body=body)
        report.check(name, b'"admin"' not in first.body, first.body)
        for target in ("/api/profile", "/app/x", "/private/f"):
            try:
                next_one = connection.send(target)
            except OSError:
                connection = Connection(context(lab.pki, "user"), server.port)
                next_one = connection.send(target)
            report.check(
                f"{name}, then {target}",
                next_one.status == 200 and b'"admin"' not in next_one.body,
                next_one.body,
            )
        connection.close()


def passwords(report, lab, server):
    """No password opens anything: neither where the policy lets anyone in,
    asked as a password question, nor in place of a certificate."""
    pages = [(None, "/app/admin/x"), ("user", "/app/admin/x")]
    if server.name == "apache":
        pages += [(cert, "/password/x") for cert in ("admin", None)]
    for login in ("admin:admin", "admin:", ":", "x:y"):
        word = base64.b64encode(login.encode()).decode()
        headers = [("Authorization", f"Basic {word}")]
        for cert, target in pages:
            reply = fetch(
                lab.pki, server.port, target, cert, headers=headers
            )
            report.check(
                f"{server.name}: {cert} {login} {target}",
                reply.status in (401, 403)
                and not reply.json().get("backend")
                and (
                    target != "/password/x"
                    or reply.reason == "password_not_supported"
                ),
                f"{reply} {reply.headers}",
            )


def rewrites(report, lab, server):
    """The URL as requested is judged, and /short has no rule."""
    for cert in ("admin", "user", None):
        reply = fetch(lab.pki, server.port, "/short/f", cert)
        report.check(
            f"{server.name}: {cert} rewritten",
            not leaked(reply) and reply.reason is not None,
            reply,
        )


def too_much(report, lab, server):
    sizes = (10_000, 70_000, 1 << 20)
    for size in sizes:
        for name in ("X-Big", "SSL-Client-Cert", "Cookie"):
            reply = fetch(
                lab.pki,
                server.port,
                "/admin/f",
                "user",
                headers=[(name, "QUFB" * (size // 4))],
            )
            report.check(
                f"{server.name}: {name} of {size} bytes",
                not leaked(reply),
                reply,
            )
    for size in sizes:
        target = "/admin/f?" + "a" * size
        reply = fetch(lab.pki, server.port, target, "user")
        report.check(
            f"{server.name}: URL of {size} bytes", not leaked(reply), reply
        )
    for cert in ("bulk-64k", "bulk-1m"):
        reply = fetch(lab.pki, server.port, "/admin/f", cert)
        report.check(f"{server.name}: {cert}", not leaked(reply), reply)
    garbage = bytes(range(256)) * 4096
    reply = fetch(
        lab.pki, server.port, "/api/admin/status", method="POST", body=garbage
    )
    report.check(
        f"{server.name}: 1 MiB of garbage as body",
        reply.status >= 400 or reply.error,
        reply,
    )


ATTACKS = [
    path_tricks,
    backend_paths,
    forged_headers,
    forged_variables,
    methods,
    records_in_body,
    passwords,
    rewrites,
    too_much,
]

PASSWORD_RULE = """
[access password]
path = /password/*
allow = anyone
"""

SITES = """
[certificate]
source = server
[identity]
id = subject.CN
[role admin]
subject.OU = Administrators
[access other]
site = other
path = /**
allow = anyone
[access main]
site = main
path = /**
allow = admin
"""


def main():
    report = Report()
    with Lab() as lab:
        lab.write_policy(lab.example_policy() + PASSWORD_RULE)
        servers = [
            Apache(lab, APACHE_EXTRA),
            Lighttpd(lab, after=LIGHTTPD_EXTRA),
        ]
        for server in servers:
            for attack in ATTACKS:
                attack(report, lab, server)
    with Lab() as lab:
        lab.write_policy(SITES)
        for server in (Apache(lab), Lighttpd(lab)):
            foreign_host(report, lab, server)
    report.finish()


if __name__ == "__main__":
    main()
