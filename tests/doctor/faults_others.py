"""HAProxy and Caddy, which refuse in their own ways; clocks that go wrong; and
servers that are broken or hostile: whatever they send, an end comes soon."""

import email.utils
import ssl
import time

import lib_doctor
from lib_doctor import Ward
from lib_lab import Lab
from lib_pki import CLIENT, Pki
from lib_report import Report
from lib_servers import write
from lib_sites import Sites

HAPROXY = """
global
    ssl-server-verify none
defaults
    mode http
    timeout client 20s
    timeout server 20s
    timeout connect 5s
{sites}
"""

CADDY = """
{{
    admin off
    auto_https off
    storage file_system {dir}/caddy
}}
{sites}
"""


def make_pki(lab):
    pki = Pki(f"{lab.dir}/doctor-pki")
    pki.ca("ca", "/CN=Test CA")
    pki.ca("other", "/CN=Other CA")
    pki.ca("int", "/CN=Test Intermediate CA", "ca")
    pki.server("server")
    pki.client("good", subject="/CN=good")
    pki.client("rsa", subject="/CN=rsa", key="rsa")
    pki.client("expired", start=-90, days=-1)
    pki.client("early", start=0.5, days=90)
    pki.client("stranger", "other")
    pki.client("below", "int")
    pki.client("self", None)
    pki.client("wrong-eku", ext=CLIENT.replace("clientAuth", "serverAuth"))
    pki.client("revoked")
    pki.crl("crl", "ca", ["revoked"])
    pki.write("both.pem", pki.read("server-cert.pem") +
              pki.read("server-key.pem"))
    return pki


def start_haproxy(lab, sites, pki):
    ports = {}
    text = ""
    for name, options in (
        ("required", "verify required"),
        ("crl", f"verify required crl-file {pki.path('crl.pem')}"),
        ("optional", "verify optional"),
        ("none", ""),
        ("strict", "verify required strict-sni"),
    ):
        ports[name] = sites.port()
        ca = f"ca-file {pki.cert('ca')}" if options else ""
        text += (
            f"listen {name}\n    bind 127.0.0.1:{ports[name]} ssl crt "
            f"{pki.path('both.pem')} {ca} {options}\n"
            "    http-request return status 200 content-type text/plain "
            'string "here"\n'
        )
    write(f"{sites.dir}/haproxy.cfg", HAPROXY.format(sites=text))
    lab.start(
        ["haproxy", "-db", "-f", f"{sites.dir}/haproxy.cfg"],
        "sites-haproxy",
        ports["required"],
    )
    return ports


def start_caddy(lab, sites, pki):
    ports = {}
    text = ""
    for name, mode in (
        ("required", "require_and_verify"),
        ("optional", "verify_if_given"),
        ("none", None),
    ):
        ports[name] = sites.port()
        ask = (
            f"client_auth {{\nmode {mode}\n"
            f"trusted_ca_cert_file {pki.cert('ca')}\n}}\n"
        )
        text += (
            f"https://localhost:{ports[name]} {{\nbind 127.0.0.1\n"
            f"tls {pki.cert('server')} {pki.key('server')} {{\n"
            f"{ask if mode else ''}}}\nrespond \"here\"\n}}\n"
        )
    write(f"{sites.dir}/Caddyfile", CADDY.format(dir=sites.dir, sites=text))
    lab.start(
        ["caddy", "run", "--adapter", "caddyfile"]
        + ["--config", f"{sites.dir}/Caddyfile"],
        "sites-caddy",
        ports["required"],
    )
    return ports


def proxies(ward, pki, haproxy, caddy):
    def run(kind, ports, site, client, cause, host="localhost"):
        ward.sick(
            f"{kind} {site} {client}",
            cause,
            f"https://{host}:{ports[site]}/",
            *["--cert", pki.cert(client), "--key", pki.key(client)],
            *["--cacert", pki.cert("ca")],
        )

    rows = (
        ("required", "expired", "client_cert_expired"),
        ("required", "stranger", "client_ca_unknown"),
        ("required", "below", "client_chain_incomplete"),
        ("required", "self", "client_cert_self_signed"),
        ("required", "wrong-eku", "client_cert_purpose"),
        ("none", "good", "cert_not_requested"),
        ("optional", "good", "cert_optional"),
    )
    for row in rows:
        run("HAProxy", haproxy, *row)
        run("Caddy", caddy, *row)
    run("HAProxy", haproxy, "crl", "revoked", "client_cert_revoked")
    run("HAProxy", haproxy, "strict", "good", "sni_needed", "127.0.0.1")
    run("Caddy", caddy, "required", "good", "sni_needed", "127.0.0.1")


def tls_server(sites, pki, speak, **more):
    """A listener that shakes hands and then calls speak(tls)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.cert("server"), pki.key("server"))
    context.load_verify_locations(pki.cert("ca"))
    context.verify_mode = more.get("verify", ssl.CERT_REQUIRED)

    def serve(connection):
        try:
            with context.wrap_socket(connection, server_side=True) as tls:
                speak(tls)
        except ssl.SSLError:
            pass

    return sites.raw(serve)


def dated(offset):
    """Answers by a clock that is that many seconds wrong."""

    def speak(tls):
        tls.recv(4096)
        date = email.utils.formatdate(time.time() + offset, usegmt=True)
        tls.sendall(
            f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n".encode()
        )

    return speak


def endless(head, piece):
    def speak(tls):
        tls.recv(4096)
        tls.sendall(head)
        while True:
            tls.sendall(piece)

    return speak


def drip(tls):
    """A byte at a time, as long as somebody waits."""
    tls.recv(4096)
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
        tls.sendall(bytes([byte]))
        time.sleep(0.2)


def garbage(tls):
    tls.recv(4096)
    tls.sendall(b"\x00\xff\x1b[2J nonsense\r\n\r\n" * 50)


def noise(connection):
    """Looks like TLS, and is none."""
    connection.recv(4096)
    connection.sendall(b"\x16\x03\x03\x40\x00" + b"\x02" + b"\xff" * 5000)


OK = b"HTTP/1.1 200 OK\r\n"


def strange(ward, sites, pki):
    who = ["--cert", pki.cert("good"), "--key", pki.key("good")]
    who += ["--cacert", pki.cert("ca")]
    early = ["--cert", pki.cert("early"), "--key", pki.key("early")]
    early += ["--cacert", pki.cert("ca")]
    for name, cause, speak, files in (
        ("clock behind", "clock_skew", dated(-3600), who),
        ("clock ahead", "clock_skew", dated(7200), who),
        ("client's clock behind", "clock_skew", dated(86400), early),
        ("garbage", "http_garbage", garbage, who),
        ("endless head", "http_garbage", endless(OK, b"X-A: bbbb\r\n" * 99),
         who),
        ("drip", ("http_garbage", "http_no_answer"), drip, who),
    ):
        # who insists does not tell the time to those whom it refuses
        verify = ssl.CERT_OPTIONAL if files is early else ssl.CERT_REQUIRED
        port = tls_server(sites, pki, speak, verify=verify)
        ward.sick(name, cause, f"https://localhost:{port}/", *files)
    for name, head, piece in (
        ("endless body", OK + b"\r\n", b"z" * 9999),
        ("endless chunks", OK + b"Transfer-Encoding: chunked\r\n\r\n",
         b"1\r\nz\r\n" * 999),
        ("endless 100", OK + b"\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ):
        port = tls_server(sites, pki, endless(head, piece))
        ward.ends(name, f"https://localhost:{port}/", *who)
    ward.ends("noise", f"https://localhost:{sites.raw(noise)}/", *who)


def main():
    report = Report()
    ward = Ward(report)
    with Lab() as lab:
        pki = make_pki(lab)
        sites = Sites(lab)
        try:
            haproxy = start_haproxy(lab, sites, pki)
            caddy = start_caddy(lab, sites, pki)
            proxies(ward, pki, haproxy, caddy)
            strange(ward, sites, pki)
        finally:
            sites.close()
    report.finish()


if __name__ == "__main__":
    main()
