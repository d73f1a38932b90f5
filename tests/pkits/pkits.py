"""NIST PKITS through the programs: pkits.py MTLSGATE MTLSGATECTL FOLDER

Each row of FOLDER/manifest.jsonl becomes a policy that verifies the chain
with the row's own inputs, and is asked in two ways: mtlsgatectl explain at the
row's time, and an mtlsgate authorizer by the clock. Both once with CA
certificates allowed as clients, and once as a policy is that does not say.
Rows whose answer is not the expected one are listed with the reason in the
file differences; it is compared both ways.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "wire"))

import wire  # noqa: E402

LEAST = 247  # rows that must agree
ROWS = 249
WORKERS = 2

POLICY = """\
[certificate]
verify = chain
crl_check = chain
%s

[identity]
id = sha256

[role any]
default = yes

[access all]
path = /*
allow = *
"""


def settings(row, folder, allow_ca):
    """The [certificate] lines of a row."""
    lines = ["ca = " + os.path.join(folder, f) for f in row["trusted"]]
    lines += ["crl = " + os.path.join(folder, f) for f in row["crls"]]
    opts = list(row["opts"])
    explicit = "-explicit_policy" in opts
    for name, following in zip(opts, opts[1:]):
        if name == "-policy" and following != "anyPolicy":
            lines.append("require_policy = " + following)
    lines.append("explicit_policy = " + ("yes" if explicit else "no"))
    if "-inhibit_map" in opts:
        lines.append("inhibit_policy_mapping = yes")
    if "-inhibit_any" in opts:
        lines.append("inhibit_any_policy = yes")
    if allow_ca:
        lines.append("ca_as_client = allow")
    return "\n".join(lines)


def known_options(row):
    """The inputs that settings() knows, or that hold for every row."""
    known = {"-x509_strict", "-crl_check_all", "-extended_crl", "-use_deltas",
             "-policy_check", "-explicit_policy", "-inhibit_map",
             "-inhibit_any", "-policy"}
    values = set(row["initial_policy_set"]) | {"anyPolicy"}
    return all(o in known or o in values or o[0].isdigit()
               for o in row["opts"])


def rfc3339(seconds):
    when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


class Answer:
    def __init__(self, granted, reason):
        self.granted = granted
        self.reason = reason

    def word(self):
        return "accept" if self.granted else "reject"


def explain(ctl, folder, row, policy):
    command = [ctl, "explain", "--policy", policy, "--json",
               "--at", rfc3339(row["time"]),
               "--cert", os.path.join(folder, row["leaf"])]
    for name in row["untrusted"]:
        command += ["--chain", os.path.join(folder, name)]
    done = subprocess.run(command + ["/x"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60)
    wire.check(done.returncode in (0, 1), "explain ended with",
               done.returncode, done.stderr.decode())
    report = json.loads(done.stdout)
    granted = report["decision"] == "granted"
    wire.equal(granted, done.returncode == 0, "exit status")
    return Answer(granted, report["reason"])


def read(folder, name):
    with open(os.path.join(folder, name)) as f:
        return f.read()


def ask(gate_binary, directory, folder, row, policy):
    params = wire.authorizer("/x", read(folder, row["leaf"]))
    del params["SSL_CLIENT_VERIFY"]
    for i, name in enumerate(row["untrusted"]):
        params["SSL_CLIENT_CERT_CHAIN_%d" % i] = read(folder, name)
    with wire.Gate(gate_binary, directory, policy) as gate:
        reply = gate.ask(wire.AUTHORIZER, params)
    wire.check(reply.ended, "a reply without an end")
    return Answer(reply.granted, reply.reason() or "granted")


def judge(programs, folder, shm, row, allow_ca):
    """The two answers to a row."""
    gate_binary, ctl = programs
    policy = POLICY % settings(row, folder, allow_ca)
    with tempfile.TemporaryDirectory(dir=shm) as directory:
        answers = {"authorizer": ask(gate_binary, directory, folder, row,
                                     policy)}
        answers["explain"] = explain(
            ctl, folder, row, os.path.join(directory, "policy.ini"))
    return answers


def judge_all(programs, folder, rows, allow_ca):
    shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(
            lambda row: judge(programs, folder, shm, row, allow_ca), rows))


def known_differences():
    """The list: id of the row, answer, reason, why."""
    known = {}
    with open(os.path.join(HERE, "differences")) as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                row, answer, reason, _ = line.split(None, 3)
                known[row] = (answer, reason)
    return known


class Report:
    def __init__(self):
        self.failed = 0

    def say(self, good, name, why):
        self.failed += not good
        print("%s %s: %s" % ("ok" if good else "FAIL", name, why))


def compare_expected(report, rows, answers):
    known = known_differences()
    for way in ("explain", "authorizer"):
        found = {}
        wrongly = []
        for row, answer in zip(rows, answers):
            if answer[way].word() == row["expected"]:
                continue
            found[row["id"]] = (answer[way].word(), answer[way].reason)
            if answer[way].granted:
                wrongly.append(row["id"])
        agree = len(rows) - len(found)
        report.say(agree >= LEAST and not wrongly, "pkits " + way,
                   "%d of %d agree, %d wrongly granted%s" %
                   (agree, len(rows), len(wrongly),
                    "".join(" " + name for name in wrongly)))
        report.say(found == known, "pkits %s: differences" % way,
                   "as listed" if found == known else
                   "found %s, listed %s" % (found, known))


def compare_defaults(report, rows, allowed, defaults):
    """A difference is a CA certificate that is no client any more."""
    for way in ("explain", "authorizer"):
        changed = wrong = 0
        for row, before, after in zip(rows, allowed, defaults):
            pair = before[way], after[way]
            if pair[0].granted == pair[1].granted:
                continue
            changed += 1
            good = pair[0].granted and pair[1].reason == "ca_as_client"
            wrong += not good
            if not good:
                print("# %s: %s %s" % (row["id"], way, pair[1].reason))
        report.say(wrong == 0 and changed > 0, "pkits %s: defaults" % way,
                   "%d rows differ by ca_as_client, %d by anything else" %
                   (changed, wrong))


def main():
    gate_binary, ctl, folder = map(os.path.abspath, sys.argv[1:4])
    with open(os.path.join(folder, "manifest.jsonl")) as f:
        rows = [json.loads(line) for line in f]
    report = Report()
    report.say(len(rows) == ROWS, "pkits rows", len(rows))
    odd = [row["id"] for row in rows if not known_options(row)]
    report.say(not odd, "pkits options", "all known" if not odd else odd)
    programs = gate_binary, ctl
    allowed = judge_all(programs, folder, rows, True)
    compare_expected(report, rows, allowed)
    compare_defaults(report, rows, allowed,
                     judge_all(programs, folder, rows, False))
    sys.exit(report.failed > 0)


if __name__ == "__main__":
    main()
