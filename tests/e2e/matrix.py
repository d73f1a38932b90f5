"""The same certificate gets the same decision, reason and id behind every
server that lets it through. Prints the whole table.

A cell is "id" when granted, with "+admin" when the administrators' page is
granted as well; else the reason. "tls": the server ended the handshake.
"server": the server itself answered, without asking or in spite of it.
"kept": the server refused the certificate and told us only that. "front": what
stands in front would have; it is the test itself where only a cloud has it.
(OpenSSL does not even load a certificate with two SAN extensions: no cell for
that.)"""

import re

from lib_fronts import Caddy, Daemon, Haproxy, Nginx, caddy_policy
from lib_http import fetch
from lib_lab import Lab
from lib_plain import HaproxyFront, NginxFront, PlainNginx, source_daemons
from lib_report import Report
from lib_servers import Apache, Lighttpd, lighttpd_cgi
from lib_sources import SOURCES, Cert, ask

# Certificate, and what every cell must be.
GOOD = {
    "admin": "admin+admin",
    "user": "user1",
    "service": "deploy-bot",
    "two-ou": "two-ou+admin",
    "two-cn": "identity_ambiguous",
    "multi-rdn": "multi+admin",
    "cn-comma": "bob, OU=Administrators",
    "cn-slash": "bob/OU=Administrators",
    "cn-quote": 'bob";remote_user="admin',
    "cn-nul": "unclean_attribute",
    "cn-newline": "unclean_attribute",
    "sixty-sans": "sixty",
    "utf8-name": "Zoë 北京",
    "bmp-name": "Zoë",
    "empty-subject": "identity_missing",
    "negative-serial": "negative",
    "huge-serial": "huge",
    "ten-years": "decade",
    "pinned": "pinned",
    "bulk-16k": "bulky+admin",
    "bulk-64k": "certificate_malformed",
    None: "certificate_missing",
}
# These the servers do not verify: nobody may see more than that.
REFUSED = [
    "expired",
    "not-yet-valid",
    "wrong-eku",
    "other-ca",
    "same-name",
    "self-signed",
    "rsa-1024",
    "bulk-1m",
]
# What a server cannot hand over, it must not grant: mod_authnz_fcgi drops a
# variable of more than 16 KiB, Apache and lighttpd refuse larger ones.
# HAProxy drops what does not fit into its buffer of 16 KiB.
SMALL = ["apache authnz", "haproxy lua", "haproxy responder", "haproxy front"]
LOST = {
    (cert, name): "certificate_missing"
    for cert in ("bulk-16k", "bulk-64k")
    for name in SMALL
}
# The gateway hands over words and no certificate.
LOST["cn-nul", "api-gateway"] = "certificate_malformed"
LOST["empty-subject", "api-gateway"] = "certificate_missing"
LOST["bulk-64k", "api-gateway"] = "bulk+admin"
# Go ends a handshake with so large a certificate, and takes so small a key;
# nginx as a front refuses what it does not verify by itself.
OWN = {
    ("bulk-64k", "caddy forward_auth"): ["tls", "closed"],
    ("bulk-64k", "caddy responder"): ["tls", "closed"],
    ("rsa-1024", "caddy forward_auth"): ["weak"],
    ("rsa-1024", "caddy responder"): ["weak"],
} | {(cert, "nginx front"): ["server"] for cert in REFUSED}


class Column:
    """One way to plug in: a port, a page for all and one for admins."""

    def __init__(self, name, port, page, admin_page, read_id):
        self.name = name
        self.port = port
        self.page = page
        self.admin_page = admin_page
        self.read_id = read_id

    def cell(self, pki, cert):
        reply = fetch(pki, self.port, self.page, cert)
        admin = fetch(pki, self.port, self.admin_page, cert)
        if reply.status != 200:
            return verdict(reply)
        who = self.read_id(reply)
        if admin.status == 200:
            return f"{who}+admin"
        return who if admin.reason == "role_required" else str(admin)


class Source:
    """A header source: the test is the front, a real nginx asks."""

    def __init__(self, lab, name, port):
        self.lab = lab
        self.name = name
        self.port = port

    def cell(self, pki, cert):
        if cert in REFUSED:
            return "front"
        headers = []
        if cert:
            headers = SOURCES[self.name][0](Cert(self.lab, cert)).items()
        reply = ask(self.port, "/api/profile", headers)
        admin = ask(self.port, "/api/admin/status", headers)
        if reply.status != 200:
            return verdict(reply)
        who = id_of_profile(reply)
        if admin.status == 200:
            return f"{who}+admin"
        return who if admin.reason == "role_required" else str(admin)


def verdict(reply):
    if reply.reason == "not_verified":
        return "kept"
    if reply.reason:
        return reply.reason
    return reply.error or "server"


def id_of_profile(reply):
    return reply.json().get("user", {}).get("id")


def id_of_remote_user(reply):
    return ", ".join(reply.seen("Remote-User")).encode("latin-1").decode()


def id_of_forwarded(reply):
    text = ", ".join(reply.seen("Forwarded"))
    inner = re.fullmatch(r'remote_user="((?:[^"\\]|\\.)*)"', text, re.S)
    if not inner:
        return f"not one remote_user: {text}"
    return re.sub(r"\\(.)", r"\1", inner[1]).encode("latin-1").decode()


API = ("/api/profile", "/api/admin/status", id_of_profile)
APP = ("/app/page", "/app/admin/page")


def own_columns(lab):
    """Servers that ask about certificates which they have verified."""
    apache, lighttpd = Apache(lab), Lighttpd(lab)
    gate = Daemon(lab)
    nginx, haproxy = Nginx(lab, gate), Haproxy(lab, gate)
    caddy = Caddy(lab, Daemon(lab, "gate-caddy", caddy_policy(lab)))
    team = ("/team/page", "/team/admin/page", id_of_remote_user)
    return [
        Column("apache checker", apache.port, *APP, id_of_remote_user),
        Column("apache authnz", apache.port, *team),
        Column("apache responder", apache.port, *API),
        Column("apache cgi", apache.cgi_port, *API),
        Column("lighttpd authorizer", lighttpd.port, *APP, id_of_forwarded),
        Column("lighttpd responder", lighttpd.port, *API),
        Column("lighttpd cgi", lighttpd_cgi(lab).port, *API),
        Column("nginx auth_request", nginx.port, *APP, id_of_remote_user),
        Column("nginx responder", nginx.port, *API),
        Column("haproxy lua", haproxy.port, *APP, id_of_remote_user),
        Column("haproxy responder", haproxy.port, *API),
        Column("caddy forward_auth", caddy.port, *APP, id_of_remote_user),
        Column("caddy responder", caddy.port, *API),
    ]


def header_columns(lab):
    """Two real fronts that send headers, and a column for each source."""
    plain = PlainNginx(lab, source_daemons(lab))
    nginx = NginxFront(lab, plain.ports["nginx"])
    haproxy = HaproxyFront(lab, plain.ports["haproxy"])
    return [
        Column("nginx front", nginx.port, *API),
        Column("haproxy front", haproxy.port, *API),
    ] + [Source(lab, name, plain.ports[name]) for name in SOURCES]


def show(rows, names):
    """The table, each column as wide as it must be."""
    table = [["certificate"] + names]
    table += [[str(cert)] + cells for cert, cells in rows.items()]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print(
            " | ".join(text.ljust(width) for text, width in zip(row, widths))
        )


def judge(report, names, rows):
    for cert, cells in rows.items():
        for name, cell in zip(names, cells):
            allowed = ["tls", "kept", "closed", "front"]
            if cert in GOOD:
                want = LOST.get((cert, name), GOOD[cert])
                allowed = [want]
                if cert == "bulk-64k":
                    allowed.append("server")
            allowed += OWN.get((cert, name), [])
            report.check(
                f"{cert}: {name}", cell in allowed, f"{cell}, not {allowed}"
            )


def main():
    report = Report()
    with Lab() as lab:
        cols = own_columns(lab) + header_columns(lab)
        names = [column.name for column in cols]
        rows = {
            cert: [column.cell(lab.pki, cert) or "" for column in cols]
            for cert in list(GOOD) + REFUSED
        }
    show(rows, names)
    judge(report, names, rows)
    report.finish()


main()
