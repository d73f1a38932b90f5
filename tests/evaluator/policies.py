"""Random policies without an error, over the attributes of pool.py."""

import datetime

import facts
from pool import (ADDRESSES, COMMON, EXTENSION, HOSTS, MAILS, ORGANISATIONS,
                  POLICY_OIDS, UNITS, UPNS, URIS)

METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"]
SITES = ["one", "two", "three.example"]
PATHS = ["/admin/*", "/admin/users", "/api/*", "/api/profile", "/api/admin/*",
         "/api/cert-info", "/app/**", "/app/*/edit", "/app/?/x", "/files/*.txt",
         "/files/**.html", "/d/\\*", "/d/\u00fc*", "/*", "/app", "/x/*/y/*",
         "/a//".rstrip("/"), "/deploy", "/public/*"]


def escape(text):
    """As a literal pattern."""
    return "".join("\\" + c if c in "*?\\" else c for c in text)


def rfc4514(cert_name):
    kinds = {oid: kind for kind, oid in facts.TYPES.items()}
    parts = ["%s=%s" % (kinds[oid], "".join(
        "\\" + c if c in ",+\"\\<>;" else c for c in value))
        for oid, value in reversed(facts.avas(cert_name))]
    return ",".join(parts)


class Writer:
    def __init__(self, random, pool, now):
        self.random = random
        self.pool = pool
        self.now = now
        self.lines = []
        self.counter = 0

    def chance(self, share):
        return self.random.random() < share

    def put(self, text):
        self.lines.append(text)

    def put_all(self, key, values):
        for value in values:
            self.put("%s = %s" % (key, value))

    def day(self, offset):
        moment = datetime.datetime.fromtimestamp(
            self.now + 86400 * offset, datetime.timezone.utc)
        if self.chance(0.5):
            return moment.strftime("%Y-%m-%d")
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def dates(self, share=0.3, until=True):
        if not self.chance(share):
            return
        start, end = self.random.choice([(-9, 9), (-9, -4), (4, 9), (-20, 20)])
        if self.chance(0.8) or not until:
            self.put("from = " + self.day(start))
        if until and self.chance(0.8):
            self.put("until = " + self.day(end))

    def plain(self, text, wild):
        """A pattern for a value: itself, or with something left open."""
        text = text.strip()
        if any(ord(c) < 32 for c in text) or not text:
            text = "none"
        if not wild or self.chance(0.5):
            return escape(text)
        cut = self.random.randint(0, len(text) - 1)
        return self.random.choice([
            escape(text[:cut]) + "*", escape(text[:cut]) + "**",
            escape(text[:cut]) + "?" + escape(text[cut + 1:]),
            "*" + escape(text[cut + 1:])])

    def mail(self):
        local, _, domain = self.random.choice(MAILS).partition("@")
        return self.random.choice([
            local + "@" + domain, "*@" + domain.upper(), local + "@*"])

    def cert(self):
        return self.random.choice(self.pool.leaves)

    def pattern(self, attribute):
        r = self.random
        values = {"subject.CN": COMMON, "subject.OU": UNITS,
                  "subject.O": ORGANISATIONS, "san.dns": HOSTS,
                  "san.uri": URIS, "san.upn": UPNS,
                  "issuer.CN": ["Root A", "Root B", "Issuing A"],
                  "anchor.subject.CN": ["Root A", "Root B"],
                  "ca.subject.CN": ["Root A", "Issuing A", "Root B"]}
        if attribute in values:
            return self.plain(r.choice(values[attribute]), True)
        if attribute in ("san.email", "subject.emailAddress"):
            return self.mail()
        makers = {
            "subject": lambda: rfc4514(self.clean_cert().subject),
            "issuer": lambda: rfc4514(self.cert().issuer),
            "serial": lambda: r.choice(["", "0"]) + "%x" %
            self.cert().serial_number,
            "sha256": lambda: facts.sha256(self.cert()).upper(),
            "spki": lambda: facts.spki(self.cert()),
            "anchor.sha256": lambda: facts.sha256(self.pool.root_a.cert),
            "ca.spki": lambda: facts.spki(self.pool.between.cert),
            "san.ip": lambda: r.choice(ADDRESSES + ["2001:0DB8::0:1"]),
            "eku": lambda: r.choice(sorted(facts.USAGES) + list(
                facts.USAGES.values())),
            "policy": lambda: r.choice(POLICY_OIDS),
            "key.type": lambda: r.choice(["RSA", "EC", "E*"]),
            "key.bits": lambda: r.choice(["256", "2048", "1024"]),
            "ext." + EXTENSION: lambda: "0c0141",
            "identity": lambda: r.choice(["first", "second"]),
            "id": lambda: r.choice(["alice", "x:alice", "*bob*", "x:*"]),
        }
        return makers[attribute]()

    def clean_cert(self):
        while True:
            cert = self.cert()
            text = "".join(v for _, v in facts.avas(cert.subject))
            if not any(ord(c) < 32 for c in text) and \
                    "bob " not in text and len(text) < 60:
                return cert

    def conditions(self, names, least, most=3):
        for name in self.random.sample(names, self.random.randint(
                least, most)):
            if name in ("subject.CN", "id") and self.chance(0.1):
                self.put(name + " = @names.txt")
                continue
            for _ in range(self.random.choice([1, 1, 2])):
                self.put("%s = %s" % (name, self.pattern(name)))
