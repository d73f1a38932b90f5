"""A chain and its revocation lists, for plain PKIs: a certificate has one
issuer by name and key, no constraints beyond basicConstraints. Written from
mtlsgate.ini(5) and RFC 5280."""

import datetime
import os

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from facts import extension


class Refused(Exception):
    """The argument is the set of reasons that there are; which of them is
    named first is nobody's promise."""


def load_all(policy, key):
    out = []
    for name in policy.certificate.keys.get(key, []):
        with open(os.path.join(policy.directory, name), "rb") as f:
            blocks = f.read().split(b"-----END CERTIFICATE-----")
        out += [x509.load_pem_x509_certificate(
            block + b"-----END CERTIFICATE-----\n") for block in blocks[:-1]]
    return out


def load_crls(policy):
    out = []
    for name in policy.certificate.keys.get("crl", []):
        with open(os.path.join(policy.directory, name), "rb") as f:
            blocks = f.read().split(b"-----END X509 CRL-----")
        out += [x509.load_pem_x509_crl(block + b"-----END X509 CRL-----\n")
                for block in blocks[:-1]]
    return out


def signed_by(issued, issuer):
    """The key of issuer made the signature of a certificate."""
    key = issuer.public_key()
    data = issued.tbs_certificate_bytes
    algorithm = issued.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(issued.signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(issued.signature, data, ec.ECDSA(algorithm))
        else:
            key.verify(issued.signature, data)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def is_ca(cert):
    found = extension(cert, x509.BasicConstraints)
    return found is not None and found.ca


class Trust:
    """What [certificate] says of chains."""

    def __init__(self, policy):
        self.roots = load_all(policy, "ca")
        self.between = load_all(policy, "intermediates")
        self.crls = load_crls(policy)
        self.check_all = policy.certificate.one("crl_check",
                                                "chain") == "chain"
        self.lists = "crl" in policy.certificate.keys
        self.late_is_good = policy.certificate.one("crl_stale",
                                                   "deny") == "warn"
        self.ca_clients = policy.certificate.one("ca_as_client",
                                                 "deny") == "allow"

    def issuer_of(self, cert, sent):
        """Who has signed it, else who has the name, else None."""
        named = [c for c in self.roots + sent + self.between
                 if c.subject == cert.issuer]
        return next((c for c in named if signed_by(cert, c)),
                    named[0] if named else None)

    def build(self, leaf, sent, now):
        """The chain, leaf first, root last; or Refused."""
        chain, faults = [leaf], set()
        while chain[-1] not in self.roots:
            issuer = self.issuer_of(chain[-1], sent)
            if issuer is None or issuer in chain:
                faults.add("untrusted_issuer")
                break
            if not signed_by(chain[-1], issuer):
                faults.add("bad_signature")
            chain.append(issuer)
        if is_ca(leaf) and not self.ca_clients:
            faults.add("ca_as_client")
        for ca in chain[1:]:
            if not is_ca(ca):
                faults.add("ca_not_allowed")
            if not dates_hold(ca, now):
                faults.add("ca_expired")
        if self.lists:
            self.look_up(chain, now, faults)
        if faults:
            raise Refused(faults)
        return chain

    def look_up(self, chain, now, faults):
        count = len(chain) if self.check_all else 1
        for cert, issuer in zip(chain[:count], chain[1:] + chain[-1:]):
            found = [crl for crl in self.crls if crl.issuer == cert.issuer and
                     crl.is_signature_valid(issuer.public_key())]
            if not found:
                faults.add("crl_missing")
            for crl in found:
                if crl.get_revoked_certificate_by_serial_number(
                        cert.serial_number) is not None:
                    faults.add("revoked")
                if utc(crl.next_update) < now and not self.late_is_good:
                    faults.add("crl_expired")


def dates_hold(cert, now):
    return utc(cert.not_valid_before) <= now <= utc(cert.not_valid_after)


def utc(naive):
    return naive.replace(tzinfo=datetime.timezone.utc).timestamp()
