"""Faults on the way to the server, in its certificate, and in its request for
the client's."""

import socket
import struct
import time

import lib_doctor
from lib_doctor import Ward
from lib_lab import Lab
from lib_pki import Pki, SERVER
from lib_report import Report
from lib_sites import Sites

SHORT_DH = """-----BEGIN DH PARAMETERS-----
MIGHAoGBALzHs9L9PVK2ro0p1bSuu5heQGtPmcPYiWG7t4nSMgdwrSUmEy3tWjlX
UivSwfst8fo3rkTCriXVvSwtg38r/mkpXvwxY0BAy82lcwtjUtrdQqT7g+RS+avb
iGsYWEuSS2PZbbdBJWT0GQSvxyE4MOjOUfFYyONTExNlMXeUuu9/AgEC
-----END DH PARAMETERS-----
"""


def make_pki(lab):
    pki = Pki(f"{lab.dir}/doctor-pki")
    pki.ca("ca", "/O=Test/CN=Test CA")
    pki.ca("int", "/O=Test/CN=Test Intermediate CA", "ca")
    pki.ca("other", "/O=Elsewhere/CN=Other CA")
    pki.ca("twin", "/O=Test/CN=Test CA")
    pki.client("good")
    pki.client("rsa", key="rsa")
    pki.server("server")
    pki.server("server-rsa", key="rsa")
    pki.server("server-old", start=-90, days=-2)
    pki.server("server-early", start=2, days=90)
    pki.server(
        "server-name", ext=SERVER.split("subject")[0] + "subjectAltName=DNS:www.test"
    )
    pki.server("server-below", "int")
    pki.server("server-other", "other")
    pki.server("server-twin", "twin")
    pki.server("server-self", None)
    pki.server("server-weak", key="rsa1024")
    pki.make("no-ca", "/CN=No CA", "ca", "basicConstraints=CA:FALSE")
    pki.server("server-of-no-ca", "no-ca")
    pki.write("dh.pem", SHORT_DH)
    pki.server("server-client", ext=SERVER.replace("serverAuth", "clientAuth"))
    return pki


def plain_http(connection):
    connection.recv(4096)
    connection.sendall(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n"
        b"Connection: close\r\n\r\n"
    )


def uvicorn(connection):
    """Takes a first line of TLS for a bad request and hangs up."""
    if connection.recv(4096).startswith(b"GET "):
        connection.sendall(b"HTTP/1.1 404 Not Found\r\n\r\n")


def ssh(connection):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    connection.recv(4096)


def mail(connection):
    connection.sendall(b"220 mail.test ESMTP ready\r\n")
    connection.recv(4096)


def database(connection):
    """Of MySQL: binary, and it speaks first."""
    connection.sendall(b"\x4a\x00\x00\x00\x0a8.0.32\x00")
    connection.recv(4096)


def reset(connection):
    connection.recv(4096)
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def silence(connection):
    time.sleep(60)


def hang_up(connection):
    connection.recv(1)


def network(ward, sites, who):
    free = sites.port()
    ward.sick(
        "name", "name_not_found", "https://no.such.host.invalid/", *who
    )
    ward.sick("port", "connection_refused", f"https://127.0.0.1:{free}/", *who)
    ward.sick(
        "connect elsewhere",
        "connection_refused",
        "https://gate.test/",
        *who,
        "--connect",
        f"127.0.0.1:{free}",
    )
    for name, cause, behave in (
        ("plain HTTP", "plain_http", plain_http),
        ("plain uvicorn", "plain_http", uvicorn),
        ("ssh", "not_tls", ssh),
        ("mail", "not_tls", mail),
        ("database", "not_tls", database),
        ("reset", "tls_closed", reset),
        ("silence", "tls_timeout", silence),
        ("hang up", "tls_closed", hang_up),
    ):
        port = sites.raw(behave)
        ward.sick(name, cause, f"https://localhost:{port}/", *who)


def handshakes(ward, sites, pki, who):
    def s_server(cert, *options):
        return sites.s_server(
            *["-cert", pki.cert(cert), "-key", pki.key(cert)],
            *["-CAfile", pki.cert("ca"), "-Verify", "2"],
            *["-verify_return_error", *options],
        )

    for name, cause, cert, options in (
        ("TLS 1.0 only", "tls_version", "server-rsa",
         ["-tls1", "-cipher", "ALL:@SECLEVEL=0"]),
        ("TLS 1.1 only", "tls_version", "server-rsa",
         ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]),
        ("no common suite", "tls_cipher", "server",
         ["-ciphersuites", "TLS_AES_128_CCM_8_SHA256", "-tls1_3"]),
        ("suites of the other key", "tls_cipher", "server",
         ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"]),
        ("without encryption", "tls_cipher", "server-rsa",
         ["-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"]),
        ("short DH", "tls_cipher", "server-rsa",
         ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0",
          "-dhparam", pki.path("dh.pem")]),
        ("server of no CA", "server_cert_bad", "server-of-no-ca",
         ["-cert_chain", pki.cert("no-ca")]),
        ("server weak", "server_cert_weak", "server-weak",
         ["-cipher", "DEFAULT:@SECLEVEL=0"]),
        ("server expired", "server_cert_expired", "server-old", []),
        ("server early", "server_cert_not_yet_valid", "server-early", []),
        ("server name", "server_cert_name", "server-name", []),
        ("server CA", "server_ca_unknown", "server-other", ["-tls1_2"]),
        ("server twin", "server_ca_namesake", "server-twin", []),
        ("server self-signed", "server_cert_self_signed", "server-self", []),
        ("server purpose", "server_cert_purpose", "server-client", []),
        ("server chain", "server_chain_incomplete", "server-below", []),
    ):
        port = s_server(cert, *options)
        ward.sick(name, cause, f"https://localhost:{port}/", *who)
    # lighttpd cannot build the chain of its own certificate from this
    other = sites.lighttpd(
        f'ssl.pemfile = "{pki.cert("server")}"\n'
        f'ssl.privkey = "{pki.key("server")}"\n'
        'ssl.verifyclient.activate = "enable"\n'
        f'ssl.verifyclient.ca-file = "{pki.cert("other")}"'
    )
    sites.start()
    ward.sick("server without its own CA", "tls_failed",
              f"https://localhost:{other}/", *who)
    port = s_server("server-self")
    itself = who[:-1] + [pki.cert("server-self")]
    ward.sound("server self-signed and given", f"https://localhost:{port}/",
               *itself)


def main():
    report = Report()
    ward = Ward(report)
    with Lab() as lab:
        pki = make_pki(lab)
        sites = Sites(lab)
        who = ["--cert", pki.cert("good"), "--key", pki.key("good")]
        who += ["--cacert", pki.cert("ca")]
        try:
            network(ward, sites, who)
            handshakes(ward, sites, pki, who)
        finally:
            sites.close()
    report.finish()


if __name__ == "__main__":
    main()
