"""A random PKI: certificates with every attribute that policies ask for, of
good and bad issuers, in and out of their dates."""

import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from facts import UPN, USAGES

COMMON = ["alice", "bob", "carol", "d*ve", "ev\u00e9", "a, b", "al?ce",
          "alice.0123456789", "x.1234567890", "bob ", "no\u0001ne"]
UNITS = ["Administrators", "Services", "Sales", "Sales/North", "\u00dcnits"]
ORGANISATIONS = ["Example", "Acme, Inc", "Example Ltd"]
HOSTS = ["a.example.com", "B.example.com", "a.b.example.com", "example.org"]
MAILS = ["alice@Example.COM", "bob@example.com", "Bob@example.com",
         "carol@sales.example.com"]
URIS = ["spiffe://example.org/ns/a/sa/b", "spiffe://example.org/ns/a",
        "urn:x:1"]
ADDRESSES = ["192.0.2.1", "2001:db8::1"]
UPNS = ["alice@corp.example", "bob@corp.example"]
POLICY_OIDS = ["1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2"]
EXTENSION = "1.3.6.1.4.1.99999.7"
DAY = datetime.timedelta(days=1)


def attributes(pairs):
    kinds = {"CN": NameOID.COMMON_NAME, "O": NameOID.ORGANIZATION_NAME,
             "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
             "serialNumber": NameOID.SERIAL_NUMBER,
             "emailAddress": NameOID.EMAIL_ADDRESS}
    return x509.Name([x509.NameAttribute(kinds[k], v) for k, v in pairs])


class Authority:
    def __init__(self, pool, name, parent=None, dates=(-400, 400), ca=True):
        self.key = pool.new_key()
        self.name = attributes([("O", "Trusted CA Inc"), ("CN", name)])
        self.cert = pool.sign(self.name, self.key.public_key(),
                              parent or self, dates, [
            (x509.BasicConstraints(ca, None), True)])


class Pool:
    def __init__(self, random, now):
        self.random = random
        self.now = datetime.datetime.utcfromtimestamp(now)
        self.keys = [ec.generate_private_key(ec.SECP256R1())
                     for _ in range(12)]
        self.short_key = rsa.generate_private_key(65537, 1024)
        self.long_key = rsa.generate_private_key(65537, 2048)
        self.serials = iter(range(0x1000, 0x100000, 7))
        self.issued = {}
        self.root_a = Authority(self, "Root A")
        self.root_b = Authority(self, "Root B")
        self.namesake = Authority(self, "Root A")
        self.between = Authority(self, "Issuing A", self.root_a)
        self.ended = Authority(self, "Ended A", self.root_a, (-400, -2))
        self.leaf_ca = Authority(self, "Client A", self.root_a)
        self.leaves = [self.leaf() for _ in range(110)]
        self.leaves.append(self.leaf_ca.cert)

    def new_key(self):
        return self.random.choice(self.keys)

    def sign(self, name, public, issuer, dates, extensions):
        builder = x509.CertificateBuilder(
            issuer.name, name, public, next(self.serials),
            self.now + DAY * dates[0], self.now + DAY * dates[1])
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer.key, hashes.SHA256())

    def some(self, values, most):
        return self.random.sample(values, self.random.randint(0, most))

    def subject(self):
        pairs = [("O", o) for o in self.some(ORGANISATIONS, 1)]
        pairs += [("OU", u) for u in self.some(UNITS, 2)]
        pairs += [("CN", c) for c in self.some(COMMON, 1) or
                  self.some(COMMON, 2)]
        pairs += [("emailAddress", m) for m in self.some(MAILS, 1)]
        return pairs or [("CN", "alone")]

    def alternatives(self):
        names = [x509.DNSName(n) for n in self.some(HOSTS, 2)]
        names += [x509.RFC822Name(n) for n in self.some(MAILS, 2)]
        names += [x509.UniformResourceIdentifier(n)
                  for n in self.some(URIS, 1)]
        names += [x509.IPAddress(ipaddress.ip_address(n))
                  for n in self.some(ADDRESSES, 1)]
        names += [x509.OtherName(ObjectIdentifier(UPN), bytes(
            [12, len(n)]) + n.encode()) for n in self.some(UPNS, 1)]
        return [(x509.SubjectAlternativeName(names), False)] if names else []

    def usage(self):
        r = self.random
        out = []
        if r.random() < 0.6:
            wanted = self.some(sorted(USAGES), 2) or ["clientAuth"]
            if r.random() < 0.7:
                wanted = list(dict.fromkeys(wanted + ["clientAuth"]))
            out.append((x509.ExtendedKeyUsage(
                [ObjectIdentifier(USAGES[w]) for w in wanted]), False))
        if r.random() < 0.4:
            out.append((x509.KeyUsage(r.random() < 0.8, False, True, False,
                                      r.random() < 0.3, False, False, False,
                                      False), True))
        return out

    def other(self):
        r = self.random
        out = []
        claimed = self.some(POLICY_OIDS, 2)
        if claimed:
            out.append((x509.CertificatePolicies(
                [x509.PolicyInformation(ObjectIdentifier(p), None)
                 for p in claimed]), False))
        if r.random() < 0.2:
            out.append((x509.UnrecognizedExtension(
                ObjectIdentifier(EXTENSION), bytes([12, 1, 0x41])), False))
        if r.random() < 0.3:
            out.append((x509.BasicConstraints(False, None), True))
        return out

    def leaf(self):
        r = self.random
        dates = r.choice([(-30, 300)] * 20 + [(-30, -1), (2, 300), (-30, 3),
                                              (-1500, 1500)])
        key = r.choice(self.keys + [self.short_key, self.long_key])
        issuer = r.choice([self.root_a] * 5 + [self.root_b] * 2 +
                          [self.between] * 4 + [self.namesake, self.ended])
        cert = self.sign(attributes(self.subject()), key.public_key(), issuer,
                         dates, self.alternatives() + self.usage() +
                         self.other())
        self.issued.setdefault(issuer, []).append(cert)
        return cert

    def revocations(self, authority, dates, share):
        builder = x509.CertificateRevocationListBuilder(
            authority.name, self.now + DAY * dates[0],
            self.now + DAY * dates[1])
        issued = self.issued.get(authority, [])
        for cert in self.random.sample(issued, len(issued) // share):
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder(
                    cert.serial_number, self.now - DAY).build())
        return builder.sign(authority.key, hashes.SHA256())

    def write(self, directory):
        """The files that policies name."""
        # of a CA out of its dates nothing else is to be found fault with
        ended = [self.revocations(self.ended, (-5, 30), 1000)]
        three = (self.root_a, self.root_b, self.between)
        lists = ended + [self.revocations(a, (-5, 30), 4) for a in three]
        late = ended + [self.revocations(a, (-5, -1), 4) for a in three]
        files = {"ca-a.pem": [self.root_a.cert], "ca-b.pem": [
            self.root_b.cert], "between.pem": [self.between.cert,
                                               self.ended.cert],
                 "crl.pem": lists, "crl-late.pem": late,
                 "crl-some.pem": lists[:2]}
        for name, blocks in files.items():
            with open(os.path.join(directory, name), "wb") as f:
                f.write(b"".join(b.public_bytes(Encoding.PEM)
                                 for b in blocks))
        with open(os.path.join(directory, "names.txt"), "w",
                  encoding="utf-8") as f:
            f.write("alice\nd*ve\nev\u00e9\n")
