"""Faults in the client's files and certificate: before four kinds of servers,
each of which refuses in its own way."""

import datetime
import socket

import lib_doctor
from lib_doctor import Ward
from lib_lab import Lab
from lib_pki import CA, CLIENT, Pki, run
from lib_report import Report
from lib_sites import Sites

LAST_CA = CA.replace("TRUE", "TRUE,pathlen:0")


def make_cas(pki):
    pki.ca("ca", "/O=Test/CN=Test CA")
    pki.ca("int", "/O=Test/CN=Test Intermediate CA", "ca")
    pki.ca("int2", "/O=Test/CN=Test Sub CA 2", "int")
    pki.ca("old-int", "/O=Test/CN=Old Intermediate CA", "ca", days=-1,
           start=-90)
    pki.ca("other", "/O=Elsewhere/CN=Other CA")
    pki.ca("twin", "/O=Test/CN=Test CA")
    pki.ca("no-aki-twin", "/O=Test/CN=Test CA", key="rsa")
    pki.ca("rsa-ca", "/C=GB/CN=RSA CA", key="rsa")
    pki.make("no-ca", "/CN=No CA", "ca", "basicConstraints=CA:FALSE")
    pki.make("short-ca", "/CN=Short CA", "ca", LAST_CA)
    pki.ca("too-deep", "/CN=Too Deep CA", "short-ca")
    pki.make("servers-ca", "/CN=Servers CA", "ca",
             f"{CA}\nextendedKeyUsage=serverAuth")


def make_clients(pki):
    pki.server("server")
    pki.server("server-rsa", key="rsa")
    pki.client("good")
    pki.client("good2")
    pki.client("rsa", key="rsa")
    pki.client("expired", start=-90, days=-1)
    pki.client("early", start=2, days=90)
    pki.client("wrong-eku", ext=CLIENT.replace("clientAuth", "serverAuth"))
    pki.client("code-eku", ext=CLIENT.replace("clientAuth", "codeSigning"))
    pki.client("no-eku", ext="basicConstraints=CA:FALSE")
    pki.client(
        "wrong-usage", ext="keyUsage=keyEncipherment\n" + CLIENT, key="rsa"
    )
    pki.client("self", None)
    pki.client("self-ca", None, ext="basicConstraints=critical,CA:TRUE")
    pki.client("stranger", "other")
    pki.client("twin-client", "twin")
    pki.client("no-aki", "no-aki-twin", aki=False)
    pki.client("below", "int")
    pki.client("far-below", "int2")
    pki.client("below-old", "old-int")
    pki.client("weak", key="rsa1024")
    pki.client("sha1", md="sha1", issuer="rsa-ca", key="rsa")
    pki.client("revoked")
    pki.client("ed25519", key="ed25519")
    pki.client("of-no-ca", "no-ca")
    pki.client("of-too-deep", "too-deep")
    pki.client("of-servers-ca", "servers-ca")
    pki.client("p224", key="p224")
    pki.client("critical", ext="1.2.3.4=critical,ASN1:NULL\n" + CLIENT)
    pki.client("ns-server", ext="nsCertType=server\n" + CLIENT)


def make_files(pki):
    """Files that are not what they should be."""
    good, key = pki.cert("good"), pki.key("good")
    run("openssl", "x509", "-in", good, "-outform", "DER",
        "-out", pki.path("der.crt"))
    run("openssl", "pkey", "-in", key, "-outform", "DER",
        "-out", pki.path("der.key"))
    run("openssl", "pkcs12", "-export", "-in", good, "-inkey", key,
        "-passout", "pass:x", "-out", pki.path("both.p12"))
    run("openssl", "pkey", "-in", key, "-aes256", "-passout", "pass:x",
        "-out", pki.path("locked.pem"))
    run("openssl", "rsa", "-in", pki.key("rsa"), "-aes128", "-traditional",
        "-passout", "pass:x", "-out", pki.path("locked-old.pem"))
    run("openssl", "pkey", "-in", key, "-pubout", "-out", pki.path("pub.pem"))
    run("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER",
        "-out", pki.path("pub.der"))
    run("openssl", "ec", "-in", key, "-outform", "DER",
        "-out", pki.path("ec.der"))
    with open(pki.path("utf16.pem"), "wb") as out:
        out.write(pki.read("good-cert.pem").encode("utf-16-le"))
    run("openssl", "crl2pkcs7", "-nocrl", "-certfile", good,
        "-out", pki.path("both.p7b"))
    pki.write("empty.pem", "")
    pki.write("cut.pem", pki.read("good-cert.pem")[:300])
    pki.write("words.pem", "please find attached\n")
    pki.join("wrong-order.pem", "int", "below")
    pki.join("below-full.pem", "below", "int")
    pki.join("far-full.pem", "far-below", "int2", "int")
    pki.join("below-old-full.pem", "below-old", "old-int")
    pki.join("below-other.pem", "below", "other")
    pki.join("of-no-ca-full.pem", "of-no-ca", "no-ca")
    pki.join("of-too-deep-full.pem", "of-too-deep", "too-deep", "short-ca")
    pki.join("of-servers-ca-full.pem", "of-servers-ca", "servers-ca")
    pki.join("cas.pem", "ca", "int")
    pki.join("all-cas.pem", "ca", "int", "int2", "rsa-ca")
    pki.join("only-int.pem", "int")
    pki.crl("crl", "ca", ["revoked"])
    pki.crl("old-crl", "ca", days=-1)
    pki.crl("other-crl", "other")


def files(ward, pki, url):
    good, key = pki.cert("good"), pki.key("good")
    rows = (
        ("missing", "client_file_unreadable", "none.pem", key, 2),
        ("directory", "client_file_unreadable", "", key, 2),
        ("empty", "client_file_empty", "empty.pem", key, 1),
        ("empty key", "client_file_empty", good, "empty.pem", 1),
        ("DER", "client_cert_format", "der.crt", key, 1),
        ("DER key", "client_key_format", good, "der.key", 1),
        ("PKCS#12", "client_cert_pkcs12", "both.p12", key, 1),
        ("PKCS#12 key", "client_cert_pkcs12", good, "both.p12", 1),
        ("PKCS#7", "client_cert_format", "both.p7b", key, 1),
        ("key as certificate", "client_cert_is_key", key, key, 1),
        ("certificate as key", "client_key_is_cert", good, good, 1),
        ("request", "client_cert_is_csr", "good.csr", key, 1),
        ("public key as key", "client_key_is_public", good, "pub.pem", 1),
        ("DER public key as key", "client_key_is_public", good, "pub.der", 1),
        ("request as key", "client_key_is_public", good, "good.csr", 1),
        ("PKCS#7 as key", "client_key_is_cert", good, "both.p7b", 1),
        ("short DER key as certificate", "client_cert_is_key", "ec.der", key,
         1),
        ("UTF-16", "client_cert_format", "utf16.pem", key, 1),
        ("text", "client_cert_format", "words.pem", key, 1),
        ("cut", "client_cert_format", "cut.pem", key, 1),
        ("locked key", "client_key_encrypted", good, "locked.pem", 1),
        ("locked old key", "client_key_encrypted", pki.cert("rsa"),
         "locked-old.pem", 1),
        ("other key", "client_key_mismatch", good, pki.key("good2"), 1),
        ("other kind of key", "client_key_mismatch", good, pki.key("rsa"), 1),
        ("wrong order", "client_cert_order", "wrong-order.pem",
         pki.key("below"), 1),
    )
    for name, cause, cert, key, status in rows:
        cert = cert if cert.startswith("/") else pki.path(cert)
        key = key if key.startswith("/") else pki.path(key)
        ward.sick(
            *[f"file {name}", cause, url, "--cert", cert, "--key", key],
            *["--cacert", pki.cert("ca")],
            status=status,
        )


def make_servers(sites, pki):
    """The same demands of four servers: name to URL."""
    cert, key = pki.cert("server"), pki.key("server")
    cas = pki.path("cas.pem")
    ca = pki.cert("ca")
    pair = f"SSLCertificateFile {cert}\nSSLCertificateKeyFile {key}\n"
    nginx = f"ssl_certificate {cert}; ssl_certificate_key {key};"
    lighttpd = (
        f'ssl.pemfile = "{cert}"\nssl.privkey = "{key}"\n'
        'ssl.verifyclient.activate = "enable"\n'
        'ssl.verifyclient.enforce = "enable"\n'
    )
    s_server = ["-cert", cert, "-key", key, "-CAfile", ca, "-Verify", "3"]
    strict = s_server + ["-verify_return_error"]
    ports = {
        "apache": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLVerifyDepth 5\n"
            f"SSLCACertificateFile {ca}"
        ),
        "apache-crl": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {ca}\n"
            f"SSLCARevocationCheck chain\nSSLCARevocationFile "
            f"{pki.path('crl.pem')}\nSSLProtocol TLSv1.2"
        ),
        "apache-old-crl": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {ca}\n"
            f"SSLCARevocationCheck chain\nSSLCARevocationFile "
            f"{pki.path('old-crl.pem')}"
        ),
        "apache-no-crl": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {ca}\n"
            "SSLCARevocationCheck chain\nSSLCARevocationFile "
            f"{pki.path('other-crl.pem')}"
        ),
        "apache-leaf-crl": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {ca}\n"
            "SSLVerifyDepth 5\nSSLCARevocationCheck chain\n"
            f"SSLCARevocationFile {pki.path('crl.pem')}"
        ),
        "apache-ocsp": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {ca}\n"
            "SSLOCSPEnable on\nSSLOCSPOverrideResponder on\n"
            "SSLOCSPDefaultResponder http://127.0.0.1:1/"
        ),
        "apache-depth-0": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {ca}\n"
            "SSLVerifyDepth 0"
        ),
        "apache-depth": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLCACertificateFile {cas}"
        ),
        "apache-int": sites.apache(
            f"{pair}SSLVerifyClient require\nSSLVerifyDepth 5\n"
            f"SSLCACertificateFile {pki.path('only-int.pem')}"
        ),
        "nginx": sites.nginx(
            f"{nginx} ssl_verify_client on; ssl_client_certificate {ca};"
            "ssl_verify_depth 4;"
        ),
        "nginx-depth": sites.nginx(
            f"{nginx} ssl_verify_client on; ssl_client_certificate {ca};"
        ),
        "nginx-crl": sites.nginx(
            f"{nginx} ssl_verify_client on; ssl_client_certificate {ca};"
            f"ssl_crl {pki.path('crl.pem')};"
        ),
        "nginx-all": sites.nginx(
            f"{nginx} ssl_verify_client on; ssl_verify_depth 4;"
            f"ssl_client_certificate {pki.path('all-cas.pem')};"
        ),
        "lighttpd": sites.lighttpd(
            f'{lighttpd}ssl.verifyclient.ca-file = "{ca}"'
        ),
        "s_server": sites.s_server(*strict),
        "s_server-12": sites.s_server(*strict, "-tls1_2"),
        "s_server-no-ticket": sites.s_server(*strict, "-no_ticket"),
        "s_server-mute": sites.s_server(*strict, www=False),
        "s_server-lax": sites.s_server(*s_server),
        "s_server-rsa": sites.s_server(*strict, "-client_sigalgs",
                                       "RSA-PSS+SHA256"),
        "s_server-rsa-12": sites.s_server(*strict, "-client_sigalgs",
                                          "RSA+SHA256", "-tls1_2"),
        "s_server-level-3": sites.s_server(
            *strict, "-cipher", "DEFAULT@SECLEVEL=3"
        ),
        "s_server-all": sites.s_server(
            *["-cert", cert, "-key", key, "-CAfile", pki.path("all-cas.pem")],
            *["-Verify", "4", "-verify_return_error"],
        ),
    }
    sites.start()
    ports["mute"] = sites.raw(mute(ports["nginx"]))
    return {n: f"https://localhost:{port}/" for n, port in ports.items()}


def mute(port):
    """Hangs up when the client has shown its certificate to the server behind
    it: some servers do that in place of an alert."""

    def behave(connection):
        with socket.create_connection(("127.0.0.1", port)) as server:
            server.sendall(connection.recv(65536))
            connection.sendall(server.recv(65536))
            server.sendall(connection.recv(65536))

    return behave


EVERYWHERE = (
    ("expired", "client_cert_expired"),
    ("early", "client_cert_not_yet_valid"),
    ("wrong-eku", "client_cert_purpose"),
    ("self", "client_cert_self_signed"),
    ("stranger", "client_ca_unknown"),
    ("below", "client_chain_incomplete"),
    ("twin-client", "client_ca_namesake"),
    ("weak", "client_cert_weak"),
)

ONCE = (
    ("apache-crl", "revoked", "client_cert_revoked"),
    ("apache-old-crl", "good", "server_crl"),
    ("apache-no-crl", "good", "server_crl"),
    ("apache-depth", "below", "server_verify_depth"),
    ("apache-int", "below", "server_root_missing"),
    ("nginx-crl", "revoked", "client_cert_revoked"),
    ("nginx-depth", "far-full.pem", "server_verify_depth"),
    ("nginx-all", "sha1", "client_cert_weak"),
    ("s_server-all", "sha1", "client_cert_weak"),
    ("apache", "code-eku", "client_cert_purpose"),
    ("nginx", "wrong-usage", "client_cert_purpose"),
    ("lighttpd", "self-ca", "client_cert_self_signed"),
    ("s_server", "ca", "client_cert_is_ca"),
    ("apache", "int", "client_cert_is_ca"),
    ("s_server-12", "no-aki", "client_ca_namesake"),
    ("s_server-no-ticket", "stranger", "client_ca_unknown"),
    ("s_server-12", "far-below", "client_chain_incomplete"),
    ("s_server-mute", "stranger", "client_ca_unknown"),
    ("s_server-lax", "stranger", "client_ca_unknown"),
    ("s_server-lax", "self", "client_cert_self_signed"),
    ("s_server-lax", "expired", "client_cert_expired"),
    ("s_server-rsa", "good", "key_type_not_accepted"),
    ("s_server-rsa-12", "good", "key_type_not_accepted"),
    ("apache", "below-old-full.pem", "client_ca_expired"),
    ("nginx", "below-other.pem", "client_chain_wrong"),
    ("apache", "of-no-ca-full.pem", "client_cert_bad"),
    ("nginx", "of-too-deep-full.pem", "client_cert_bad"),
    ("s_server", "of-servers-ca-full.pem", "client_cert_bad"),
    ("apache-depth-0", "good", "server_verify_depth"),
    ("apache-ocsp", "good", "server_ocsp"),
    ("apache-leaf-crl", "below-full.pem", "server_crl"),
    ("mute", "good", "cert_refused"),
    ("mute", "stranger", "client_ca_unknown"),
    ("apache", "critical", "client_cert_extension"),
    ("nginx", "critical", "client_cert_extension"),
    ("lighttpd", "ns-server", "client_cert_purpose"),
    ("nginx", "p224", "key_type_not_accepted"),
    ("s_server", "p224", "key_type_not_accepted"),
    ("s_server-level-3", "rsa", "client_cert_weak"),
)

SOUND = (
    ("apache", "good"),
    ("apache", "rsa"),
    ("apache", "no-eku"),
    ("apache", "below-full.pem"),
    ("apache-crl", "good"),
    ("nginx", "far-full.pem"),
    ("nginx", "ed25519"),
    ("lighttpd", "good"),
    ("lighttpd", "below-full.pem"),
    ("s_server", "good"),
    ("s_server-12", "rsa"),
    ("s_server-no-ticket", "good"),
)


def who(pki, client):
    """--cert and --key of a client, or of a file with its chain."""
    keys = {"far-full.pem": "far-below"}
    if client.endswith(".pem"):
        name = client.replace("-full.pem", "").replace("-other.pem", "")
        key = pki.key(keys.get(client, name))
        return ["--cert", pki.path(client), "--key", key]
    return ["--cert", pki.cert(client), "--key", pki.key(client)]


def servers(ward, pki, urls):
    cacert = ["--cacert", pki.cert("ca")]
    for server in ("apache", "nginx", "lighttpd", "s_server"):
        for client, cause in EVERYWHERE:
            ward.sick(
                f"{server} {client}", cause, urls[server], *who(pki, client),
                *cacert,
            )
    for server, client, cause in ONCE:
        more = ["--cacert", pki.path("cas.pem")] if client == "below" else cacert
        ward.sick(
            f"{server} {client}", cause, urls[server], *who(pki, client), *more
        )
    # nothing here proves it: the name fits, and the server knows better
    ward.sick(
        *["apache twin-client, no CA at hand", "client_ca_namesake"],
        *[urls["apache"], *who(pki, "twin-client")],
    )
    for server, client in SOUND:
        ward.sound(
            f"{server} {client}", urls[server], *who(pki, client), *cacert
        )


def main():
    report = Report()
    ward = Ward(report)
    with Lab() as lab:
        pki = Pki(f"{lab.dir}/doctor-pki")
        make_cas(pki)
        make_clients(pki)
        make_files(pki)
        sites = Sites(lab)
        try:
            urls = make_servers(sites, pki)
            files(ward, pki, urls["s_server"])
            servers(ward, pki, urls)
        finally:
            sites.close()
    report.finish()


if __name__ == "__main__":
    main()
