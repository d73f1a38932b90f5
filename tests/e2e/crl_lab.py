"""A place to ask in: policies, the authorizer and explain, which must agree."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "wire"))

import wire  # noqa: E402
from crl_pki import Pki, openssl  # noqa: E402,F401

MTLSGATE = os.environ["MTLSGATE"]
MTLSGATECTL = os.environ["MTLSGATECTL"]

# chain_incomplete needs an anchor that the loader does not take
REASONS = {"untrusted_issuer", "bad_signature", "weak_key",
           "ca_expired", "ca_not_allowed", "ca_as_client", "path_too_long",
           "policy_required", "name_constraint", "chain_invalid", "revoked",
           "crl_missing", "crl_expired", "crl_invalid"}
seen = set()

POLICY = """\
[certificate]
%s

[identity]
id = subject.CN
%s
[access all]
path = /*
allow = *
"""
ROLE = "\n[role any]\ndefault = yes\n"


def policy(lines, more=ROLE):
    """A policy that lets everybody in who is somebody."""
    if isinstance(lines, str):
        lines = lines.split("\n")
    if not any(line.startswith("verify") for line in lines):
        lines = ["verify = chain"] + list(lines)
    return POLICY % ("\n".join(lines), more)


class Lab:
    def __init__(self, directory):
        self.directory = directory
        self.pki = Pki(os.path.join(directory, "pki"))
        os.mkdir(self.pki.directory)
        self.gates = 0

    def gate(self, text):
        self.gates += 1
        place = os.path.join(self.directory, "gate%d" % self.gates)
        os.mkdir(place)
        return wire.Gate(MTLSGATE, place, text)

    def params(self, cert, chain=(), path="/x", verify=None):
        params = wire.authorizer(path, cert.pem if cert else None)
        params.pop("SSL_CLIENT_VERIFY", None)
        if verify is not None:
            params["SSL_CLIENT_VERIFY"] = verify
        for i, link in enumerate(chain):
            params["SSL_CLIENT_CERT_CHAIN_%d" % i] = \
                link if isinstance(link, str) else link.pem
        return params

    def ask(self, text, cert, chain=(), **more):
        """The authorizer's reply."""
        with self.gate(text) as gate:
            return gate.ask(wire.AUTHORIZER, self.params(cert, chain, **more))

    def explain(self, text, cert, chain=(), at=None, path="/x"):
        """What explain says, as an object."""
        command = [MTLSGATECTL, "explain", "--json", "--policy",
                   self.pki.write(text, ".ini"), "--cert", cert.path]
        for link in chain:
            command += ["--chain", link.path]
        if at:
            command += ["--at", at]
        done = subprocess.run(command + [path], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL)
        wire.check(done.returncode in (0, 1), "explain ended with",
                   done.returncode, done.stderr.decode())
        report = json.loads(done.stdout)
        wire.equal(report["decision"] == "granted", done.returncode == 0,
                   "exit status of explain")
        return report

    def expect(self, wanted, text, cert, chain=(), verify=None, what=""):
        """Both ways give this reason; returns explain's report."""
        reply = self.ask(text, cert, chain, verify=verify)
        got = "granted" if reply.granted else reply.reason()
        wire.equal(got, wanted, "authorizer %s" % what)
        report = self.explain(text, cert, chain)
        if verify in (None, "SUCCESS"):
            wire.equal(report["reason"], wanted, "explain %s: %s" %
                       (what, report["detail"]))
        seen.add(wanted)
        return report

    def refused(self, text, cert, chain=(), what=""):
        """Both ways deny, for whatever reason."""
        reply = self.ask(text, cert, chain)
        wire.check(not reply.granted and reply.ended, what, "was granted")
        report = self.explain(text, cert, chain)
        wire.equal(report["decision"], "denied", what)
        seen.add(report["reason"])
        return report

    def not_loaded(self, text, *words):
        """check refuses the policy and says all of these words."""
        done = subprocess.run(
            [MTLSGATECTL, "check", self.pki.write(text, ".ini")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL)
        out = done.stdout.decode()
        wire.check(done.returncode != 0, "the policy was taken")
        for word in words:
            wire.check(word in out, repr(word), "is not in", out)
