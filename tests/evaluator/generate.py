"""Random policies and requests: what run.py asks the program, explain and the
evaluator."""

from cryptography.hazmat.primitives.serialization import Encoding

import facts
from policies import METHODS, PATHS, SITES, Writer
from pool import EXTENSION

OWN = ["subject.CN", "subject.OU", "subject.O", "subject.emailAddress",
       "subject", "issuer", "issuer.CN", "san.dns", "san.email", "san.uri",
       "san.ip", "san.upn", "serial", "sha256", "spki", "eku", "key.type",
       "key.bits", "ext." + EXTENSION]
CHAIN = ["anchor.subject.CN", "anchor.sha256", "ca.subject.CN", "ca.spki"]
ROLES = ["admin", "service", "auditor", "user", "guest"]
PINS = ["laptop", "server", "break-glass"]


class PolicyMaker(Writer):
    def make(self):
        r = self.random
        self.verify = r.choice(["server", "server", "server", "chain", "both"])
        self.own = OWN + (CHAIN if self.verify != "server" else ["policy"])
        self.sites = self.chance(0.4)
        self.roles = r.sample(ROLES, r.randint(1, 5))
        self.pins = r.sample(PINS, r.randint(0, 3))
        self.named = r.sample(["first", "second"], r.randint(0, 2))
        self.certificate()
        for name in self.named:
            self.identity(name)
        self.identity("")
        for name in self.pins:
            self.pin(name)
        for number in range(r.choice([0, 0, 1, 2])):
            self.block(number)
        for name in self.roles:
            self.role(name)
        for number in range(r.randint(2, 7)):
            self.access(number)
        self.rest()
        return "\n".join(self.lines) + "\n"

    def certificate(self):
        self.put("[certificate]\nsource = server\nverify = " + self.verify)
        optional = [(0.2, "issuer.O = Trusted*"), (0.4, "purpose = any"),
                    (0.1, "purpose = serverAuth"), (0.1,
                                                    "issuer.CN = *A"),
                    (0.2, "min_rsa_bits = 2048"), (0.1,
                                                   "max_lifetime = 400d")]
        seen = set()
        for share, line in optional:
            key = line.partition(" ")[0]
            if key not in seen and self.chance(share):
                seen.add(key)
                self.put(line)
        if self.verify != "server":
            self.chains()

    def chains(self):
        self.put("ca = ca-a.pem")
        if self.chance(0.6):
            self.put("ca = ca-b.pem")
        if self.chance(0.7):
            self.put("intermediates = between.pem")
        if self.chance(0.3):
            self.put("ca_as_client = allow")
        if self.chance(0.6):
            self.put("crl = " + self.random.choice(
                ["crl.pem", "crl.pem", "crl-late.pem", "crl-some.pem"]))
            if self.chance(0.6):
                self.put("crl_check = leaf")
            if self.chance(0.3):
                self.put("crl_stale = warn")

    def identity(self, name):
        self.put("\n[identity %s]" % name if name else "\n[identity]")
        if name:
            self.conditions(self.own, 1, 2)
        choices = ["subject.CN", "serial", "sha256", "spki", "san.email", "san.upn", "serial", "sha256",
                   "subject.emailAddress", "san.uri",
                   "subject.CN ~ *.(##########)", "subject.CN ~ (*)",
                   "san.uri ~ spiffe://*/ns/(*)", "subject.OU"]
        self.put_all("id", self.random.sample(choices, self.random.choice(
            [1, 1, 2])))
        if self.chance(0.3):
            self.put("prefix = x:")
        if self.chance(0.3):
            self.put("email = san.email")
        self.dates(0.15 if name else 0.05)

    def pin(self, name):
        self.put("\n[pin %s]" % name)
        for _ in range(self.random.randint(1, 3)):
            self.put("sha256 = " + facts.sha256(self.cert()))
        if self.chance(0.4):
            self.put("spki = " + facts.spki(self.cert()))
        if name == "break-glass":
            self.put("chain = no")
        self.dates()

    def block(self, number):
        self.put("\n[block b%d]" % number)
        late = ["id"] + (["identity"] if len(self.named) == 2 else [])
        self.conditions(self.own + late, 1, 2)
        self.dates(0.3, until=False)

    def role(self, name):
        self.put("\n[role %s]" % name)
        if name == "guest" or self.chance(0.1):
            self.put("default = yes")
        else:
            late = ["id"] + (["identity"] if len(self.named) == 2 else [])
            self.conditions(self.own + late, 1, 2)
            if self.pins and self.chance(0.25):
                self.put("pin = " + ", ".join(self.random.sample(
                    self.pins, self.random.randint(1, len(self.pins)))))
        self.dates()

    def allow(self, key):
        kind = self.random.random()
        if kind < 0.6:
            self.put(key + " = *")
        else:
            self.put("%s = %s" % (key, ", ".join(self.random.sample(
                self.roles, self.random.randint(1, len(self.roles))))))

    def access(self, number):
        r = self.random
        self.put("\n[access a%d]" % number)
        self.put_all("path", r.sample(PATHS, r.randint(1, 3)))
        if self.sites:
            self.put("site = " + r.choice(["*", "one", "one, two",
                                           "three.example"]))
        if self.chance(0.15):
            self.put("allow = anyone")
            self.dates(0.2)
            return
        self.methods()
        if self.pins and self.chance(0.2):
            self.put("pin = " + r.choice(self.pins))
        if self.chance(0.25):
            self.conditions(self.own + ["id"], 1, 2)
        self.dates(0.2)

    def methods(self):
        chosen = self.random.sample(METHODS, self.random.randint(1, 3))
        if self.chance(0.3):
            self.put("method = " + ", ".join(chosen))
        if self.chance(0.5):
            for method in chosen[:2]:
                self.allow("allow." + method)
            if self.chance(0.5):
                return
        self.allow("allow")

    def rest(self):
        if self.chance(0.3):
            self.put("\n[endpoints]\nadmin_role = " + self.roles[0])
        self.put("\n[audit]\nlog = audit.log")


class Request:
    """One request, as the evaluator sees it; environment() is how the program
    does."""

    def __init__(self, random, pool, certs):
        r = self.random = random
        self.pool = pool
        self.certs = certs
        self.role = r.choice(["authorizer"] * 4 + ["responder"])
        self.mirror = self.role == "authorizer" and r.random() < 0.2
        self.method = r.choice(METHODS * 8 + ["post", "G T", "PATCH"])
        self.site = r.choice(SITES + [""])
        self.password = r.random() < 0.01
        self.conflict = False
        self.uri = self.target()
        self.script, self.info = "/api", ""
        if self.role == "responder":
            self.method = r.choice(["GET", "HEAD"])
            self.script = "/api/" + r.choice(["profile", "cert-info",
                                              "admin/status"])
            if r.random() < 0.5:
                self.script, self.info = "/api", self.script[4:]
        self.credential()

    def credential(self):
        r = self.random
        self.cert = r.choice(self.certs)
        self.chain = [self.pool.between.cert] if r.random() < 0.4 else []
        self.verify = r.choice(["SUCCESS"] * 30 + ["0", "FAILED:x", "GENEROUS",
                                                   "NONE"])
        if r.random() < 0.04:
            self.cert, self.chain = None, []
            self.verify = r.choice(["NONE", "FAILED:expired"])
        elif r.random() < 0.02:
            self.cert = "malformed"
        elif r.random() < 0.02:
            self.conflict = True

    def target(self):
        r = self.random
        path = r.choice([
            "/admin/", "/admin", "/admin/users", "/api/profile", "/app/1/edit",
            "/app/a/b/edit", "/app/x/x", "/files/a.txt", "/files/a/b.txt",
            "/files/a/b.html", "/d/*", "/d/\u00fcber", "/d/%C3%BCber",
            "/x/1/y/2/3", "/deploy", "/deploy/", "/public/a", "/", "/a",
            "/app", "/application", "/adm%69n/", "/api//profile", "/%61dmin",
            "/app/%2A/edit", "/app/q/edit"])
        odd = ["/admin/../public/a", "/public/%2e%2e/admin", "/a;b", "/a%2fb",
               "/a%00", "/a%zz", "a", "/a#b", "/a\\b", "/%ff", "/a/./b",
               "http://host/admin/", "https://h:1/app/1/edit?x", "/a%",
               "http://", "/deploy?a=/../", "/x%3fy", "/public/...",
               "/admin/.mtlsgate-deny/", "/a%20b", "/a b"]
        if r.random() < 0.1:
            return r.choice(odd)
        return path + r.choice(["", "", "", "?", "?a=b&c=%2e%2e#"[:-1]])

    def pairs(self):
        """The parameters, as a list: one may be there twice."""
        r = self.random
        out = []
        if self.role == "responder":
            out = [("REQUEST_METHOD", self.method), ("PATH_INFO", self.info),
                   ("SCRIPT_NAME", self.script), ("REQUEST_URI", "/other")]
        elif r.random() < 0.2:
            out = [("REQUEST_METHOD", "GET"), ("MTLSGATE_METHOD", self.method),
                   ("REQUEST_URI", "/other"), ("MTLSGATE_URI", self.uri)]
        else:
            out = [("REQUEST_METHOD", self.method), ("REQUEST_URI", self.uri)]
        if self.mirror:
            out.append(("MTLSGATE_MODE", "authorizer"))
        if self.site:
            out.append(("MTLSGATE_SITE", self.site))
        if self.password:
            out.append(("REMOTE_PASSWD", "x"))
        out.append(("SSL_CLIENT_VERIFY", self.verify))
        return out + self.certificates()

    def certificates(self):
        if self.cert is None:
            return []
        if self.cert == "malformed":
            return [("SSL_CLIENT_CERT", "-----BEGIN CERTIFICATE-----\nMIIB\n"
                     "-----END CERTIFICATE-----\n")]
        out = [("SSL_CLIENT_CERT", pem(self.cert))]
        if self.conflict:
            out.append(("SSL_CLIENT_CERT", pem(self.pool.leaves[0]) + "\n"))
        return out + [("SSL_CLIENT_CERT_CHAIN_%d" % i, pem(c))
                      for i, c in enumerate(self.chain)]


def pem(cert):
    return cert.public_bytes(Encoding.PEM).decode()
