"""Faults in how a server asks for the client's certificate, and servers that
are broken or hostile."""

import time

import lib_doctor
from lib_doctor import Ward
from lib_lab import Lab
from lib_pki import Pki, SERVER
from lib_report import Report
from lib_sites import Sites

NAMES = SERVER.split("subject")[0] + "subjectAltName="


def make_pki(lab):
    pki = Pki(f"{lab.dir}/doctor-pki")
    pki.ca("ca", "/CN=Test CA")
    pki.ca("other", "/CN=Other CA")
    pki.client("good", subject="/CN=good")
    pki.server("server")
    pki.server("one", ext=f"{NAMES}DNS:one.test,DNS:two.test,IP:127.0.0.1")
    pki.join("both.pem", "ca", "other")
    return pki


def apache_sites(sites, pki):
    """The ways of Apache to ask too late, of others, or elsewhere."""
    pair = (
        f"SSLCertificateFile {pki.cert('server')}\n"
        f"SSLCertificateKeyFile {pki.key('server')}\n"
        f"SSLCACertificateFile {pki.cert('ca')}\n"
    )
    for_names = pair.replace(pki.cert("server"), pki.cert("one")).replace(
        pki.key("server"), pki.key("one")
    )
    inside = "<Location /private>\nSSLVerifyClient require\n</Location>"
    other_host = (
        "<VirtualHost 127.0.0.1:{port}>\nServerName two.test\nSSLEngine on\n"
        f"{for_names}SSLVerifyClient require\n</VirtualHost>"
    )
    return {
        "off": sites.apache(pair),
        "pha": sites.apache(f"{pair}SSLProtocol TLSv1.3\n{inside}"),
        "renegotiation": sites.apache(f"{pair}SSLProtocol TLSv1.2\n{inside}"),
        "names": sites.apache(
            f"ServerName one.test\n{for_names}", more=other_host
        ),
        "strict": sites.apache(
            f"ServerName one.test\nSSLStrictSNIVHostCheck on\n{for_names}"
            "SSLVerifyClient require",
            more=other_host,
        ),
        "optional": sites.apache(f"{pair}SSLVerifyClient optional"),
        "require": sites.apache(f"{pair}SSLVerifyClient require"),
        "other-names": sites.apache(
            f"{pair}SSLVerifyClient require\n"
            f"SSLCADNRequestFile {pki.cert('other')}"
        ),
    }


def nginx_sites(sites, pki):
    def pair(name):
        return (
            f"ssl_certificate {pki.cert(name)};"
            f"ssl_certificate_key {pki.key(name)};"
            f"ssl_client_certificate {pki.cert('ca')};"
        )

    second = (
        "server { listen 127.0.0.1:{port} ssl; server_name two.test;"
        f"{pair('one')} ssl_verify_client on; }}"
    )
    named = (
        "server { listen 127.0.0.1:{port} ssl; server_name two.test;"
        f"{pair('one')} ssl_verify_client on; }}"
    )
    return {
        "off": sites.nginx(pair("server")),
        "optional": sites.nginx(pair("server") + "ssl_verify_client optional;"),
        "on": sites.nginx(pair("server") + "ssl_verify_client on;"),
        "names": sites.nginx(f"server_name one.test; {pair('one')}", second),
        "reject": sites.nginx("ssl_reject_handshake on;", named),
    }


def lighttpd_sites(sites, pki):
    pair = (
        f'ssl.pemfile = "{pki.cert("server")}"\n'
        f'ssl.privkey = "{pki.key("server")}"\n'
        f'ssl.verifyclient.ca-file = "{pki.cert("ca")}"\n'
    )
    ask = 'ssl.verifyclient.activate = "enable"\n'
    return {
        "off": sites.lighttpd(pair),
        "optional": sites.lighttpd(
            f'{pair}{ask}ssl.verifyclient.enforce = "disable"'
        ),
        "enforced": sites.lighttpd(f"{pair}{ask}"),
    }


def s_servers(sites, pki):
    pair = ["-cert", pki.cert("server"), "-key", pki.key("server")]
    pair += ["-CAfile", pki.cert("ca")]
    two = ["-servername", "two.test", "-cert2", pki.cert("one")]
    two += ["-key2", pki.key("one"), "-servername_fatal"]
    return {
        "off": sites.s_server(*pair),
        "off-12": sites.s_server(*pair, "-tls1_2"),
        "verify": sites.s_server(*pair, "-verify", "2", "-no_ticket"),
        "mute": sites.s_server(*pair, "-Verify", "2", www=False),
        "other": sites.s_server(*pair[:4], "-CAfile", pki.cert("other"),
                                "-chainCAfile", pki.cert("ca"),
                                "-verifyCAfile", pki.path("both.pem"),
                                "-Verify", "2"),
        "fatal-name": sites.s_server(*pair, "-Verify", "2", *two),
    }


def requests(ward, pki, who, apache, nginx, lighttpd, s_server):
    def url(port, path="/", host="localhost"):
        return f"https://{host}:{port}{path}"

    def at(port):
        return ["--connect", f"127.0.0.1:{port}"]

    for kind, port in (("Apache", apache["off"]), ("nginx", nginx["off"]),
                       ("lighttpd", lighttpd["off"]),
                       ("s_server", s_server["off"]),
                       ("s_server TLS 1.2", s_server["off-12"])):
        ward.sick(f"{kind} asks for none", "cert_not_requested", url(port), *who)
    ward.sick("Apache by PHA", "pha_needed",
              url(apache["pha"], "/private/f"), *who)
    ward.sick("Apache by renegotiation", "renegotiation_needed",
              url(apache["renegotiation"], "/private/f"), *who)
    for version in ("pha", "renegotiation"):
        ward.sick(f"Apache other path, {version}", "cert_requested_other_path",
                  url(apache[version], "/f"), *who)
    for kind, port in (("Apache", apache["names"]), ("nginx", nginx["names"])):
        ward.sick(f"{kind} other name", "cert_requested_other_name",
                  "https://one.test/", *who, *at(port))
        ward.sick(f"{kind} by address", "sni_needed",
                  url(port, host="127.0.0.1"), *who)
    for kind, port in (("nginx", nginx["optional"]),
                       ("lighttpd", lighttpd["optional"]),
                       ("s_server", s_server["verify"])):
        ward.sick(f"{kind} optional", "cert_optional", url(port), *who)
    for kind, port in (("Apache", apache["require"]), ("nginx", nginx["on"]),
                       ("lighttpd", lighttpd["enforced"])):
        ward.sick(f"{kind} without --cert", "client_cert_missing", url(port),
                  "--cacert", pki.cert("ca"))
    ward.sick("Apache names others", "issuer_not_advertised",
              url(apache["other-names"]), *who)
    ward.sick("s_server names others", "issuer_not_advertised",
              url(s_server["other"]), *who)
    ward.sick("nginx rejects names", "server_name_unknown",
              "https://three.test/", *who, *at(nginx["reject"]))
    ward.sick("Apache rejects addresses", "sni_needed",
              url(apache["strict"], host="127.0.0.1"), *who)
    ward.sick("nginx rejects addresses", "sni_needed",
              url(nginx["reject"], host="127.0.0.1"), *who)
    ward.sick("s_server fatal name", "server_name_unknown",
              "https://three.test/", *who, *at(s_server["fatal-name"]))
    ward.sick("s_server mute", "http_no_answer", url(s_server["mute"]), *who)


def main():
    report = Report()
    ward = Ward(report)
    with Lab() as lab:
        pki = make_pki(lab)
        sites = Sites(lab)
        who = ["--cert", pki.cert("good"), "--key", pki.key("good")]
        who += ["--cacert", pki.cert("ca")]
        try:
            servers = [
                apache_sites(sites, pki),
                nginx_sites(sites, pki),
                lighttpd_sites(sites, pki),
                s_servers(sites, pki),
            ]
            sites.start()
            requests(ward, pki, who, *servers)
        finally:
            sites.close()
    report.finish()


if __name__ == "__main__":
    main()
