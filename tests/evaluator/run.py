"""The program, explain and an independent evaluator answer the same random
requests; every difference is a failure.

    run.py [--requests N] [--policies N] [--seed N] [--keep DIR]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "wire"),
                os.path.join(HERE, "..", "e2e")]

from evaluator import Evaluator  # noqa: E402
from generate import PolicyMaker, Request  # noqa: E402
from lib_report import Report  # noqa: E402
from pool import Pool  # noqa: E402
from wire import AUTHORIZER, RESPONDER, Gate  # noqa: E402

SHOWN = 5
CERTS = 12
FIELDS = ("decision", "reason", "status", "rule")
OF_GRANT = ("id", "roles")


def differences(name, got, want):
    fields = FIELDS + (OF_GRANT if want["id"] else ())
    return ["%s: %s is %r, the evaluator says %r" % (name, f, got[f], want[f])
            for f in fields if got[f] != want[f] and not
            (f == "rule" and want["rule"] is None) and not
            (f == "reason" and got[f] in want["reasons"])]


def identity_of(reply):
    """Who the server is told to take the client for, where it is told."""
    if "variable-remote_user" not in reply.headers:
        return {}
    user, roles = (reply.headers[name].encode("latin-1").decode("utf-8")
                   for name in ("variable-remote_user",
                                "variable-mtlsgate_roles"))
    return {"id": user or None, "roles": roles.split(",") if roles else []}


class Round:
    """One policy and its requests."""

    def __init__(self, directory, number, pool, rand, options):
        self.directory = os.path.join(directory, "p%03d" % number)
        os.mkdir(self.directory)
        pool.write(self.directory)
        self.options = options
        self.text = PolicyMaker(rand, pool, time.time()).make()
        self.file = os.path.join(self.directory, "policy.ini")
        with open(self.file, "w", encoding="utf-8") as f:
            f.write(self.text)
        # few certificates, each of which comes more than once
        certs = rand.sample(pool.leaves, CERTS)
        self.requests = [Request(rand, pool, certs) for _ in
                         range(options.requests // options.policies)]
        self.pairs = [request.pairs() for request in self.requests]

    def loads(self):
        """None, or what check says against the policy."""
        done = subprocess.run([os.environ["MTLSGATECTL"], "check", self.file],
                              capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else done.stdout + done.stderr

    def ask_program(self):
        """The audit line of each request, with the status as it came."""
        replies = []
        with Gate(os.environ["MTLSGATE"], self.directory, self.text) as gate:
            for request, pairs in zip(self.requests, self.pairs):
                role = AUTHORIZER if request.role == "authorizer" and \
                    not request.mirror else RESPONDER
                reply = gate.ask(role, pairs)
                replies.append(reply)
            gate.stop()
        lines = {line["decision_id"]: line for line in gate.audit_lines(
            os.path.join(self.directory, "audit.log"))}
        return self.lines_of(replies, lines)

    @staticmethod
    def lines_of(replies, lines):
        rest = iter(lines.values())
        out = []
        for reply in replies:
            line = next(rest)
            decision = reply.headers.get("x-mtlsgate-decision")
            if decision and line["decision_id"] != decision:
                raise RuntimeError("the audit lines are out of order")
            line.update(sent=reply.status)
            line.update(identity_of(reply))
            out.append(line)
        return out

    def ask_explain(self, lines):
        """What explain makes of the same environments, by decision id; those
        with a parameter that comes twice cannot be saved as such."""
        saved = os.path.join(self.directory, "saved.jsonl")
        with open(saved, "w", encoding="utf-8") as f:
            for request, pairs, line in zip(self.requests, self.pairs, lines):
                if request.conflict:
                    continue
                role = "responder" if request.role == "responder" or \
                    request.mirror else "authorizer"
                json.dump({"decision_id": line["decision_id"],
                           "time": line["time"], "role": role,
                           "env": dict(pairs)}, f)
                f.write("\n")
        done = subprocess.run(
            [os.environ["MTLSGATECTL"], "explain", "--policy", self.file,
             "--env", saved, "--json"], capture_output=True, text=True,
            check=False)
        answers = [json.loads(text) for text in done.stdout.splitlines()]
        return {a["decision_id"]: a for a in answers}, done.stderr


class Comparison:
    def __init__(self, report, options):
        self.report = report
        self.options = options
        self.seen = {}
        self.asked = self.explained = 0
        self.wrong = {"program": [], "explain": []}

    def note(self, who, number, decision, request, found):
        if found:
            self.wrong[who].append("policy %d, %s, %s %s: %s" % (
                number, decision, request.method, request.uri if request.role ==
                "authorizer" else request.script, "; ".join(found)))

    def policy(self, number, one):
        refused = one.loads()
        if refused:
            self.report.check("policy %d loads" % number, False, refused)
            return
        lines = one.ask_program()
        explained, errors = one.ask_explain(lines)
        evaluator = Evaluator(one.file)
        for request, line in zip(one.requests, lines):
            want = evaluator.evaluate(request, time.time())
            self.seen[want["reason"]] = self.seen.get(want["reason"], 0) + 1
            self.asked += 1
            found = differences("program", line, want)
            if line["sent"] != line["status"]:
                found.append("sent %s" % line["sent"])
            self.note("program", number, line["decision_id"], request, found)
            if request.conflict:
                continue
            answer = explained.get(line["decision_id"])
            self.explained += answer is not None
            self.note("explain", number, line["decision_id"], request, differences(
                "explain", answer, want) if answer else [
                    "no answer " + errors[:200]])

    def finish(self, name):
        print("# reasons seen: " + ", ".join(
            "%s %d" % pair for pair in sorted(self.seen.items())))
        for who, wrong in self.wrong.items():
            for text in wrong[:SHOWN]:
                print("# " + text)
            self.report.check(
                "%s: %s and the evaluator agree on %d requests" % (
                    name, who, self.asked if who == "program" else
                    self.explained), not wrong, "%d differ" % len(wrong))


def read_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?")
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--policies", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--keep")
    return parser.parse_args()


def main():
    options = read_options()
    report = Report()
    rand = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as made:
        directory = options.keep or made
        pool = Pool(rand, time.time())
        comparison = Comparison(report, options)
        for number in range(options.policies):
            comparison.policy(number, Round(directory, number, pool, rand,
                                            options))
        comparison.finish("seed %d, %d policies" % (options.seed,
                                                    options.policies))
    report.check("enough requests", comparison.asked >= options.requests,
                 comparison.asked)
    report.finish()


main()
