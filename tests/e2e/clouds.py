"""Fronts that no package has: an AWS load balancer, API Gateway, Traefik and
Envoy. The test sends what they send, through real web servers with the files
of examples/; and Apache with mtlsgate on a TCP port."""

import os
import re
import shutil
import subprocess

from lib_fronts import NGINX, Daemon, edit, policy_from
from lib_http import fetch
from lib_lab import TOP, Lab, free_port
from lib_report import Report
from lib_servers import MODULES, Apache, write
from lib_sources import SOURCES, Cert, api_gateway, ask, aws_alb, source_policy

FRONT = "127.0.0.2"
STRANGER = "127.0.0.1"
SECRET = "change-me-to-something-long-and-random"
ALICE = "/C=US/O=Acme, Inc/OU=Engineering/OU=Administrators/CN=alice"
WANTED_NAME = [
    ("countryName", "US"),
    ("organizationName", "Acme, Inc"),
    ("organizationalUnitName", "Engineering"),
    ("organizationalUnitName", "Administrators"),
    ("commonName", "alice"),
    ("emailAddress", "alice@example.com"),
]


def make_alice(lab):
    """The certificate of handed-over names: a comma, and two OUs."""
    base = f"{lab.pki}/alice"
    run = ["openssl", "req", "-new", "-newkey", "ec", "-nodes", "-utf8"]
    run += ["-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{base}.csr"]
    run += ["-keyout", f"{base}-key.pem"]
    run += ["-subj", f"{ALICE}/emailAddress=alice@example.com"]
    subprocess.run(run, check=True, capture_output=True)
    run = ["openssl", "x509", "-req", "-in", f"{base}.csr", "-days", "30"]
    run += ["-CA", f"{lab.pki}/ca-cert.pem", "-CAkey"]
    run += [f"{lab.pki}/ca-key.pem", "-out", f"{base}-cert.pem"]
    subprocess.run(run, check=True, capture_output=True)
    return Cert(lab, "alice")


def start_nginx(lab, name, daemon, files, port, http=""):
    """nginx with examples/nginx and the given files of examples/ as they are
    but for addresses: FILE: {OLD: NEW}."""
    conf = f"{lab.dir}/{name}"
    shutil.copytree(f"{TOP}/examples/nginx", f"{conf}/mtlsgate")
    for file, changes in files.items():
        own = f"{conf}/mtlsgate/{os.path.basename(file)}"
        shutil.copy(f"{TOP}/examples/{file}", own)
        edit(own, changes)
        http += f"include {own};\n"
    user = "user www-data;" if os.getuid() == 0 else ""
    text = NGINX.format(dir=lab.dir, name=name, user=user, http=http)
    write(f"{conf}/nginx.conf", text)
    argv = ["nginx", "-e", f"{lab.dir}/{name}.log"]
    lab.start(argv + ["-c", f"{conf}/nginx.conf"], name, port)


def start_balanced(lab, name, policy):
    """A server behind the load balancer."""
    port = free_port()
    daemon = Daemon(lab, f"gate-{name}", policy)
    changes = {
        "/run/mtlsgate.sock": daemon.socket,
        "127.0.0.1:8080": f"127.0.0.1:{lab.backend_port}",
        "listen 8443": f"listen 127.0.0.1:{port}",
        "/var/www/html": f"{lab.dir}/www",
    }
    start_nginx(lab, name, daemon, {"aws-alb/nginx.conf": changes}, port)
    return port


def example_policy(name, *changes):
    with open(f"{TOP}/examples/{name}/policy.ini") as file:
        text = file.read()
    for old, new in (("10.0.1.0/24, 10.0.2.0/24", FRONT),) + changes:
        if old not in text:
            raise RuntimeError(f"{name}/policy.ini does not contain: {old}")
        text = text.replace(old, new)
    return text


def attributes(name):
    return [
        (ava["type"], ava["value"])
        for rdn in name["rdnSequence"]
        for ava in rdn
    ]


def facts(report, label, port, cert, more=()):
    """profile and cert-info say what the reference guide wants: subject,
    issuer, serial, validity, id."""
    headers = list(more)
    profile = ask(port, "/api/profile", headers).json()
    user = profile.get("user", {})
    report.equal(
        f"{label}: profile",
        [user.get(k) for k in ("id", "email", "department", "cert_serial")],
        ["alice", "alice@example.com", "Engineering", cert.serial],
    )
    report.equal(f"{label}: role", user.get("role"), "admin")
    info = ask(port, "/api/cert-info", headers).json()
    subject = attributes(info.get("subject", {"rdnSequence": []}))
    if subject != WANTED_NAME:
        subject = subject[::-1]
    report.equal(f"{label}: subject", subject, WANTED_NAME)
    report.check(
        f"{label}: subject_dn",
        r"O=Acme\, Inc" in info.get("subject_dn", ""),
        info.get("subject_dn"),
    )
    report.equal(f"{label}: issuer", info.get("issuer_dn"), cert.issuer)
    report.equal(f"{label}: serial", info.get("serial"), cert.serial)
    report.equal(
        f"{label}: validity",
        info.get("validity"),
        {
            "not_before": cert.date("startdate"),
            "not_after": cert.date("enddate"),
        },
    )


def refused(report, label, port, headers, reasons, source=FRONT):
    """nginx behind the balancer has error pages with mtlsgate's words."""
    for page in ("/api/profile", "/app/page"):
        reply = ask(port, page, headers, source)
        report.check(
            f"{label} {page}", reply.reason in reasons, f"{reply}"
        )


def multi_valued(report, label, port, headers):
    """Two names in one, CN and OU: both count."""
    info = ask(port, "/api/cert-info", headers).json()
    sequence = info.get("subject", {}).get("rdnSequence", [])
    report.equal(
        f"{label}: multi-valued name",
        [sorted(ava["value"] for ava in rdn) for rdn in sequence],
        [["Administrators", "multi"]],
    )
    reply = ask(port, "/api/admin/status", headers)
    report.equal(f"{label}: multi-valued role", reply.status, 200)


def balancer(report, lab, alice):
    port = start_balanced(lab, "alb", example_policy("aws-alb"))
    headers = list(aws_alb(alice).items())
    facts(report, "alb", port, alice, headers)
    multi = list(aws_alb(Cert(lab, "multi-rdn")).items())
    multi_valued(report, "alb", port, multi)
    reply = ask(port, "/app/page", headers)
    report.equal("alb: backend", reply.seen("Remote-User"), ["alice"])
    leaf = "X-Amzn-Mtls-Clientcert-Leaf"
    report.equal("alb: backend sees no certificate", reply.seen(leaf), [])
    reply = ask(port, "/private/.mtlsgate-deny", headers)
    report.equal("alb: probe", reply.reason, "deny_probe")
    refused(report, "alb: nobody", port, [], ["certificate_missing"])
    refused(report, "alb: stranger", port, headers, ["certificate_missing"],
            STRANGER)
    for name, value in headers:
        if name == leaf:
            continue
        other = dict(aws_alb(Cert(lab, "user")))[name]
        if name.endswith("Issuer"):
            other = "CN=Other CA"
        if name.endswith("Validity"):
            other = re.sub("=20..", "=2019", value)
        changed = [(n, other if n == name else v) for n, v in headers]
        refused(report, f"alb: another {name}", port, changed,
                ["source_conflict"])


def passthrough(report, lab, alice):
    changes = (
        ("verify = server\n", "alb_mode = passthrough\nverify = chain\n"
         f"ca = {lab.pki}/ca-cert.pem\n"),
    )
    policy = example_policy("aws-alb", *changes)
    port = start_balanced(lab, "alb-passthrough", policy)
    make = SOURCES["aws-alb passthrough"][0]

    def headers(cert):
        return list(make(cert).items())

    facts(report, "passthrough", port, alice, headers(alice))
    for name, reason in (
        ("other-ca", "untrusted_issuer"),
        ("same-name", "untrusted_issuer"),
        ("self-signed", "untrusted_issuer"),
        ("expired", "expired"),
        ("wrong-eku", "wrong_purpose"),
    ):
        reply = ask(port, "/api/profile", headers(Cert(lab, name)))
        report.equal(
            f"passthrough: {name}", (reply.status, reply.reason), (401, reason)
        )
    both = headers(alice) + list(aws_alb(alice).items())
    refused(report, "passthrough: both modes", port, both,
            ["source_conflict"])
    text = SOURCES["nginx"][0](alice)["X-SSL-Client-Cert"]
    text = text.replace("MII", "!!!", 1) + text
    refused(report, "passthrough: broken first block", port,
            [("X-Amzn-Mtls-Clientcert", text)], ["certificate_malformed"])


def gateway(report, lab, alice):
    """Words only, through lighttpd."""
    port = free_port()
    daemon = Daemon(lab, "gate-gateway", example_policy("api-gateway"))
    conf = f"{lab.dir}/gateway.conf"
    shutil.copy(f"{TOP}/examples/api-gateway/lighttpd.conf", conf)
    changes = {
        "server.port = 8443": 'server.bind = "127.0.0.1"\n'
        f"server.port = {port}\n"
        f'server.document-root = "{lab.dir}/www"',
        "/run/mtlsgate.sock": daemon.socket,
        '"port" => 8080': f'"port" => {lab.backend_port}',
    }
    edit(conf, changes)
    lab.start(["lighttpd", "-D", "-f", conf], "gateway", port)
    secret = [("X-Mtlsgate-Proxy-Secret", SECRET)]
    headers = list(api_gateway(alice).items()) + secret
    facts(report, "gateway", port, alice, headers)
    multi = list(api_gateway(Cert(lab, "multi-rdn")).items()) + secret
    multi_valued(report, "gateway", port, multi)
    reply = ask(port, "/app/page", headers)
    report.equal(
        "gateway: backend", reply.seen("Forwarded"), ['remote_user="alice"']
    )
    reply = ask(port, "/app/.mtlsgate-deny", headers)
    report.equal("gateway: probe", reply.reason, "deny_probe")
    missing = ["certificate_missing"]
    refused(report, "gateway: nobody", port, secret, missing)
    refused(report, "gateway: no secret", port, headers[:-1], missing)
    refused(report, "gateway: stranger", port, headers, missing, STRANGER)
    liar = dict(headers)
    liar["X-Clientcert-Subject-Dn"] = r"CN=bob\, OU=Administrators,OU=Users"
    reply = ask(port, "/api/profile", liar.items())
    user = reply.json().get("user", {})
    report.equal(
        "gateway: a name that looks like two",
        (user.get("id"), user.get("role")),
        ("bob, OU=Administrators", "user"),
    )
    late = dict(headers)
    late["X-Clientcert-Not-After"] = "Aug  5 09:36:04 2021 GMT"
    refused(report, "gateway: expired", port, late.items(), ["expired"])


def forward_auth(report, lab, source, question):
    """Traefik and Envoy ask over HTTP. question makes page and headers of a
    method and a URI."""
    port = free_port()
    policy = source_policy(lab, source, trusted=FRONT)
    daemon = Daemon(lab, f"gate-{source}", policy)
    changes = {
        "listen 127.0.0.1:9180": f"listen 127.0.0.1:{port}",
        "allow 127.0.0.1": f"allow {FRONT}",
    }
    http = f"upstream mtlsgate {{ server unix:{daemon.socket}; }}\n"
    files = {"nginx/forward-auth.conf": changes}
    start_nginx(lab, f"ask-{source}", daemon, files, port, http)
    own = {
        name: list(SOURCES[source][0](Cert(lab, name)).items())
        for name in ("admin", "user", "service")
    }
    for cert, method, uri, status in (
        ("admin", "GET", "/app/admin/x", 200),
        ("user", "GET", "/app/x?a=/app/admin", 200),
        ("user", "GET", "/app/admin/x", 403),
        ("user", "GET", "/app/x#/../../public/x", 403),
        ("user", "GET", "/app/.mtlsgate-deny", 403),
        ("service", "POST", "/deploy/x", 200),
        ("service", "DELETE", "/deploy/x", 403),
    ):
        page, headers, sent = question(method, uri)
        reply = ask(port, page, own[cert] + headers, method=sent)
        report.equal(f"{source}: {cert} {method} {uri}", reply.status, status)
    page, headers, sent = question("GET", "/app/x")
    reply = ask(port, page, own["user"] + headers, method=sent)
    report.equal(f"{source}: id", reply.header("Remote-User"), "user1")
    reply = ask(port, page, headers, method=sent)
    report.equal(f"{source}: nobody", reply.reason, "certificate_missing")
    reply = ask(port, page, own["user"] + headers, STRANGER, method=sent)
    report.equal(
        f"{source}: only the proxy may ask",
        (reply.status, reply.reason),
        (403, None),
    )
    reply = ask(port, page.split("/app")[0], own["admin"], method="GET")
    report.check(
        f"{source}: a question without a URL", reply.status != 200, reply
    )


def traefik(method, uri):
    headers = [
        ("X-Forwarded-Method", method),
        ("X-Forwarded-Uri", uri),
        ("X-Forwarded-Host", "www.example.com"),
    ]
    return "/traefik", headers, "GET"


def envoy(method, uri):
    return f"/envoy{uri}", [], method


def over_tcp(report, lab):
    """Apache and mtlsgate on a TCP port, with the secret and without."""
    for name, secret in (("right", SECRET), ("wrong", "x" * 38)):
        gate, port = free_port(), free_port()
        policy = f"{lab.dir}/tcp-{name}.ini"
        write(policy, policy_from(lab, "source = server")
              + f"\n[server]\nsecret = {secret}\n")
        argv = [lab.program, "--policy", policy]
        argv += ["--listen", f"127.0.0.1:{gate}"]
        lab.start(argv, f"gate-tcp-{name}", gate)
        conf = f"{lab.dir}/proxy-fcgi-{name}.conf"
        shutil.copy(f"{TOP}/examples/apache/proxy-fcgi.conf", conf)
        edit(conf, {"127.0.0.1:9010/": f"127.0.0.1:{gate}/"})
        yield name, f"""
LoadModule proxy_fcgi_module {MODULES}/mod_proxy_fcgi.so
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
Include mtlsgate/tls.conf
Include {conf}
</VirtualHost>
""", port


def tcp(report, lab):
    ways = list(over_tcp(report, lab))
    text = ways[0][1] + ways[1][1].replace("LoadModule", "#LoadModule")
    Apache(lab, before=text)
    right, wrong = ways[0][2], ways[1][2]
    for cert, page, status in (
        ("admin", "/api/admin/status", 200),
        ("user", "/api/profile", 200),
        ("user", "/api/profile?a=b", 200),
        ("user", "/api/admin/status", 403),
        ("user", "/api/.mtlsgate-deny", 403),
        (None, "/api/profile", 401),
    ):
        reply = fetch(lab.pki, right, page, cert)
        report.equal(f"tcp: {cert} {page}", reply.status, status)
    reply = fetch(lab.pki, wrong, "/api/profile", "user")
    report.equal("tcp: wrong secret", reply.reason, "secret_required")


def main():
    report = Report()
    with Lab() as lab:
        alice = make_alice(lab)
        balancer(report, lab, alice)
        passthrough(report, lab, alice)
        gateway(report, lab, alice)
        forward_auth(report, lab, "traefik", traefik)
        forward_auth(report, lab, "envoy-xfcc", envoy)
        tcp(report, lab)
    report.finish()


main()
