"""What a certificate says, by the names that a policy uses for it. Written
from mtlsgate.ini(5) and RFC 5280, with python3-cryptography."""

import hashlib
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (Encoding,
                                                          PublicFormat)
from cryptography.x509.oid import NameOID

from policyfile import fits, wild

TYPES = {"CN": "2.5.4.3", "OU": "2.5.4.11", "O": "2.5.4.10", "C": "2.5.4.6",
         "L": "2.5.4.7", "serialNumber": "2.5.4.5", "title": "2.5.4.12",
         "emailAddress": "1.2.840.113549.1.9.1"}
USAGES = {"clientAuth": "1.3.6.1.5.5.7.3.2", "serverAuth": "1.3.6.1.5.5.7.3.1",
          "codeSigning": "1.3.6.1.5.5.7.3.3",
          "emailProtection": "1.3.6.1.5.5.7.3.4"}
UPN = "1.3.6.1.4.1.311.20.2.3"


class Unclean(Exception):
    """The attribute is there and cannot be relied on."""


def clean(text):
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise Unclean(text)
    return text


def avas(name):
    return [(a.oid.dotted_string, a.value) for a in name]


def of_type(name, kind):
    oid = TYPES.get(kind, kind)
    return [clean(v) for o, v in avas(name) if o == oid]


def extension(cert, kind):
    try:
        return cert.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def alt_names(cert, kind):
    found = extension(cert, x509.SubjectAlternativeName)
    if found is None:
        return []
    if kind == "upn":
        return [clean(other.value[2:].decode("utf-8"))
                for other in found.get_values_for_type(x509.OtherName)
                if other.type_id.dotted_string == UPN]
    of = {"dns": x509.DNSName, "email": x509.RFC822Name,
          "uri": x509.UniformResourceIdentifier, "ip": x509.IPAddress}[kind]
    return [clean(str(v)) for v in found.get_values_for_type(of)]


def usages(cert):
    found = extension(cert, x509.ExtendedKeyUsage)
    return [oid.dotted_string for oid in found or []]


def policies(cert):
    found = extension(cert, x509.CertificatePolicies)
    return [info.policy_identifier.dotted_string for info in found or []]


def sha256(cert):
    return hashlib.sha256(cert.public_bytes(Encoding.DER)).hexdigest()


def spki(cert):
    return hashlib.sha256(cert.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def key_type(cert):
    key = cert.public_key()
    for kind, name in ((rsa.RSAPublicKey, "RSA"),
                       (ec.EllipticCurvePublicKey, "EC"),
                       (ed25519.Ed25519PublicKey, "ED25519")):
        if isinstance(key, kind):
            return name
    raise Unclean("key")


def name_values(cert, attribute):
    """subject, subject.X, issuer, issuer.X, sha256, spki of any certificate.
    """
    what, _, kind = attribute.partition(".")
    if what in ("subject", "issuer"):
        name = getattr(cert, what)
        if kind:
            return of_type(name, kind)
        for _, value in avas(name):
            clean(value)
        return [avas(name)]
    return [{"sha256": sha256, "spki": spki}[what](cert)]


def values(cert, attribute):
    """The values of an attribute of the certificate itself."""
    what, _, kind = attribute.partition(".")
    if what in ("subject", "issuer", "sha256", "spki"):
        return name_values(cert, attribute)
    if what == "san":
        return alt_names(cert, kind)
    if what == "serial":
        return ["%X" % cert.serial_number]
    if what == "eku":
        return usages(cert)
    if what == "policy":
        return policies(cert)
    if attribute == "key.type":
        return [key_type(cert)]
    if attribute == "key.bits":
        return [str(cert.public_key().key_size)]
    if what == "ext":
        return [e.value.value.hex() for e in cert.extensions
                if e.oid.dotted_string == kind and
                isinstance(e.value, x509.UnrecognizedExtension)]
    raise KeyError(attribute)


def fold_email(text):
    local, at, domain = text.rpartition("@")
    return local + at + domain.lower()


def parse_name(text):
    """RFC 4514 with backslash escapes, to pairs in certificate order."""
    parts, part, escaped = [], "", False
    for c in text:
        if escaped:
            part += c
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == ",":
            parts.append(part)
            part = ""
        else:
            part += c
    parts.append(part)
    pairs = [p.partition("=") for p in parts]
    return [(TYPES[kind], value) for kind, _, value in reversed(pairs)]


def same_address(pattern, value):
    return ipaddress.ip_address(pattern) == ipaddress.ip_address(value)


def matches(attribute, pattern, value):
    """Does one value of the attribute match one pattern of the policy?"""
    base = attribute
    for front in ("anchor.", "ca."):
        if attribute.startswith(front):
            base = attribute[len(front):]
    what, _, kind = base.partition(".")
    if base in ("subject", "issuer"):
        return parse_name(pattern) == value
    if base in ("sha256", "spki"):
        return pattern.replace(":", "").lower() == value.lower()
    if base == "serial":
        return pattern.replace(":", "").lstrip("0").upper() == value
    if what == "ext":
        if not wild(pattern):
            pattern = pattern.replace(":", "").lower()
        return fits(pattern, value)
    if base == "san.dns":
        return fits(pattern.lower(), value.lower(), ".")
    if base == "san.email" or kind == "emailAddress":
        return fits(fold_email(pattern), fold_email(value))
    if base == "san.uri":
        return fits(pattern, value, "/")
    if base == "san.ip" and not wild(pattern):
        return same_address(pattern, value)
    if base == "eku":
        return fits(USAGES.get(pattern, pattern), value)
    return fits(pattern, value)


def literal_matches(attribute, literal, value):
    """The same for a line of a list file, which has no wildcards."""
    escaped = "".join("\\" + c if c in "*?\\" else c for c in literal)
    return matches(attribute, escaped, value)


def common_name(cert):
    found = cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return found[0].value if found else None
