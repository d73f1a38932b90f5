"""What each front that sends a certificate in headers would send for it, and
plain web servers in which every source has a port of its own. Only for
tests."""

import base64
import http.client
import re
import socket
import ssl
import subprocess
import urllib.parse

from lib_fronts import policy_from
from lib_http import Reply


class Cert:
    """A certificate of the lab in the spellings that fronts use."""

    def __init__(self, lab, name):
        path = f"{lab.pki}/{name}-cert.pem"
        with open(path) as file:
            self.pem = file.read()
        self.der = ssl.PEM_cert_to_DER_cert(self.pem)
        self.base64 = base64.b64encode(self.der).decode()
        self.sha256 = lab.sha256(name)
        self.path = path

    def x509(self, *options):
        """A line of openssl x509, what stands behind its first "="."""
        argv = ["openssl", "x509", "-in", self.path, "-noout", *options]
        done = subprocess.run(argv, check=True, capture_output=True)
        text = done.stdout.decode("latin-1").replace("\\\n", "")
        return text.strip().split("=", 1)[1]

    def escaped(self, safe=""):
        return urllib.parse.quote(self.pem, safe=safe)

    @property
    def subject(self):
        return self.x509("-subject", "-nameopt", "RFC2253,-esc_msb")

    @property
    def issuer(self):
        return self.x509("-issuer", "-nameopt", "RFC2253,-esc_msb")

    @property
    def serial(self):
        return self.x509("-serial")

    def date(self, which):
        return self.x509(f"-{which}", "-dateopt", "iso_8601").replace(" ", "T")


def aws_alb(cert):
    validity = f"NotBefore={cert.date('startdate')};"
    return {
        "X-Amzn-Mtls-Clientcert-Leaf": cert.escaped(safe="+=/"),
        "X-Amzn-Mtls-Clientcert-Serial-Number": cert.serial,
        "X-Amzn-Mtls-Clientcert-Issuer": cert.issuer,
        "X-Amzn-Mtls-Clientcert-Subject": cert.subject,
        "X-Amzn-Mtls-Clientcert-Validity": validity
        + f"NotAfter={cert.date('enddate')}",
    }


def api_gateway(cert):
    return {
        "X-Clientcert-Subject-Dn": cert.subject,
        "X-Clientcert-Issuer-Dn": cert.issuer,
        "X-Clientcert-Serial-Number": cert.serial,
        "X-Clientcert-Not-Before": cert.x509("-startdate"),
        "X-Clientcert-Not-After": cert.x509("-enddate"),
    }


def gateway_pem(cert):
    pem = cert.pem.strip().replace("\n", " ")
    return {"X-Clientcert-Pem": pem, **api_gateway(cert)}


# Name of a source, what its front sends, and its lines in the policy.
SOURCES = {
    "rfc9440": (lambda c: {"Client-Cert": f":{c.base64}:"}, []),
    "aws-alb": (aws_alb, []),
    "aws-alb passthrough": (
        lambda c: {"X-Amzn-Mtls-Clientcert": c.escaped(safe="+=/")},
        ["alb_mode = passthrough", "verify = chain"],
    ),
    "api-gateway": (api_gateway, []),
    "api-gateway pem": (gateway_pem, ["header.cert = X-Clientcert-Pem"]),
    "envoy-xfcc": (
        lambda c: {
            "X-Forwarded-Client-Cert": "By=spiffe://mesh/gate;"
            f'Hash={c.sha256};Cert="{c.escaped()}"'
        },
        [],
    ),
    "nginx": (
        lambda c: {
            "X-SSL-Client-Cert": c.escaped(),
            "X-SSL-Client-Verify": "SUCCESS",
        },
        [],
    ),
    "traefik": (lambda c: {"X-Forwarded-Tls-Client-Cert": c.base64}, []),
    "haproxy": (
        lambda c: {"X-SSL-Client-Cert": c.base64, "X-SSL-Client-Verify": "0"},
        [],
    ),
    "cloudflare": (
        lambda c: {
            "Cf-Client-Cert-Der-Base64": c.base64,
            "Cf-Client-Cert-Sha256": c.sha256,
            "Cf-Cert-Verified": "true",
        },
        [],
    ),
    "azure": (lambda c: {"X-ARR-ClientCert": c.base64}, ["verify = chain"]),
    "gcp": (
        lambda c: {
            "X-Client-Cert-Leaf": f":{c.base64}:",
            "X-Client-Cert-Present": "true",
            "X-Client-Cert-Chain-Verified": "true",
        },
        [
            "header.leaf = X-Client-Cert-Leaf",
            "header.present = X-Client-Cert-Present",
            "header.verify = X-Client-Cert-Chain-Verified",
        ],
    ),
    "header": (
        lambda c: {"X-Our-Cert": c.escaped()},
        ["header.cert = X-Our-Cert", "front_verifies = yes"],
    ),
}


def source_policy(lab, name, *lines, trusted="127.0.0.2"):
    own = SOURCES[name][1]
    more = [f"source = {name.split()[0]}", f"trusted_proxy = {trusted}"]
    if "verify = chain" in own:
        more.append(f"ca = {lab.pki}/ca-cert.pem")
    text = policy_from(lab, *more, *own, *lines)
    return words_only(text) if name == "api-gateway" else text


def words_only(text):
    """The policy without what needs the certificate itself."""
    text = re.sub(r"(?m)^(purpose|warn_expiring|pin|email = san).*\n", "", text)
    return re.sub(r"(?m)^\[pin .*\nsha256.*\n", "", text)


def ask(port, target, headers, source="127.0.0.2", method="GET"):
    """One plain request from an address of this machine, with the headers
    exactly as they are given: pairs of name and value."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers]
    if not any(name == "Connection" for name, _ in headers):
        lines.append("Connection: close")
    with socket.socket() as client:
        client.settimeout(20)
        client.bind((source, 0))
        client.connect(("127.0.0.1", port))
        client.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        answer = http.client.HTTPResponse(client, method=method)
        try:
            answer.begin()
            return Reply(answer.status, answer.getheaders(), answer.read())
        except (OSError, http.client.HTTPException):
            return Reply(error="closed")
