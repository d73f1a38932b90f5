"""Refused requests are kept as they came, without their secrets, and mtlsgatectl
gives each of them the same answer again."""

import json
import os
import subprocess
import threading

from wire import (AUTHORIZER, POLICY, RESPONDER, authorizer, check, equal,
                  responder)
from test_tcp import ask as tcp_ask
from test_tcp import tcp_gate

KEEP = "\n[audit]\nlog = audit.log\ncapture = denied\n"
HEADERS = """\
[certificate]
source = nginx
trusted_proxy = 192.0.2.9
proxy_secret = front-door-key-0123
header.secret = X-Front
""" + POLICY.split("verify = server\n")[1] + KEEP


def explained(bench, gate, same=True):
    """What explain makes of the requests that were kept, by decision id."""
    ctl = os.environ.get("MTLSGATECTL") or os.path.join(
        os.path.dirname(bench.binary), "mtlsgatectl")
    done = subprocess.run(
        [ctl, "explain", "--json", "--policy", bench.path("policy.ini"),
         "--env", bench.path("audit.log.captured")],
        capture_output=True, text=True)
    check(done.stderr == "", done.stderr)
    found = {}
    for text in done.stdout.splitlines():
        line = json.loads(text)
        equal(line["same"], same, text)
        found[line["decision_id"]] = line
    return found


def denied(bench, gate):
    """The lines of the audit log about refusals, by decision id."""
    return {line["decision_id"]: line for line in gate.audit_lines(
        bench.path("audit.log")) if line["decision"] == "denied"}


def agree(bench, gate):
    """Every refusal of the audit log was kept, and is refused again so."""
    lines, again = denied(bench, gate), explained(bench, gate)
    check(lines, "nothing was refused")
    equal(sorted(again), sorted(lines), "decisions")
    for number, line in lines.items():
        for member in ("decision", "reason", "status", "rule", "line",
                       "detail"):
            equal(again[number][member], line[member], member)


def requests(certs):
    for cert in (None, certs.user, "rubbish", "a\xff"):
        for path in ("/admin/x", "/app/x", "/none", "/a/../b", "/app/x?a=b#c",
                     "/public/x", "/x/.mtlsgate-deny", "/api/admin/status"):
            yield AUTHORIZER, authorizer(path, cert)
            yield RESPONDER, responder(path, cert)
            yield RESPONDER, responder(path, cert,
                                       MTLSGATE_MODE="authorizer")
            yield AUTHORIZER, authorizer(path, cert, REMOTE_PASSWD="x")
            yield AUTHORIZER, authorizer(path, cert, MTLSGATE_METHOD="get")


def test_the_same_answers_again(bench):
    with bench.gate(policy=POLICY + KEEP) as gate:
        for role, params in requests(bench.certs):
            gate.ask(role, params)
        agree(bench, gate)
        mode = os.stat(bench.path("audit.log.captured")).st_mode
        equal(mode & 0o777, 0o600, "mode")


def test_many_at_a_time(bench):
    def some():
        for role, params in requests(bench.certs):
            gate.ask(role, params)

    with bench.gate(policy=POLICY + KEEP) as gate:
        threads = [threading.Thread(target=some) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        agree(bench, gate)


def test_secrets_stay_out(bench):
    secrets = dict(HTTP_COOKIE="hidden-1", HTTP_AUTHORIZATION="hidden-2",
                   HTTP_PROXY_AUTHORIZATION="hidden-3",
                   REMOTE_PASSWD="hidden-4", MTLSGATE_SECRET="hidden-5",
                   HTTP_X_FRONT="hidden-6", HTTP_X="front-door-key-0123",
                   QUERY_STRING="hidden-7", HTTP_X_API_KEY="hidden-8")
    with bench.gate(policy=HEADERS) as gate:
        gate.ask(AUTHORIZER, authorizer("/app/x?hidden-9", None, **secrets))
        gate.ask(AUTHORIZER, authorizer("/app/x", None,
                                        REMOTE_ADDR="192.0.2.9",
                                        HTTP_X_SSL_CLIENT_CERT="rubbish",
                                        HTTP_X_SSL_CLIENT_VERIFY="SUCCESS",
                                        HTTP_X_FRONT="front-door-key-0123"))
        with open(bench.path("audit.log.captured")) as f:
            text = f.read()
        check("hidden" not in text and "front-door" not in text, text)
        # the one with the right secret is seen as such again
        agree(bench, gate)
        reasons = sorted(x["reason"] for x in denied(bench, gate).values())
        equal(reasons, ["certificate_malformed", "password_not_supported"],
              "reasons")


def test_over_tcp(bench):
    policy = POLICY + "\n[server]\nsecret = open-sesame-and-more\n" + KEEP
    with tcp_gate(bench, policy) as gate:
        for secret in (None, "wrong", "open-sesame-and-more"):
            params = responder("/none", bench.certs.user)
            if secret:
                params["MTLSGATE_SECRET"] = secret
            tcp_ask(gate, RESPONDER, params)
        equal(sorted(x["reason"] for x in denied(bench, gate).values()),
              ["no_rule", "secret_required", "secret_required"], "reasons")
        agree(bench, gate)


def test_what_cannot_be_kept_is_refused_all_the_same(bench):
    os.symlink(bench.path("elsewhere"), bench.path("audit.log.captured"))
    with bench.gate(policy=POLICY + KEEP) as gate:
        equal(gate.ask(AUTHORIZER, authorizer("/admin/x")).status, 401, "no")
        equal(gate.ask(AUTHORIZER, authorizer("/app/x", bench.certs.user))
              .status, 200, "yes")
        gate.wait_for("is not kept in")
    check(not os.path.exists(bench.path("elsewhere")), "the link was followed")


def test_off(bench):
    for policy in (POLICY + "\n[audit]\nlog = audit.log\n",
                   POLICY + "\n[audit]\nlog = audit.log\ncapture = off\n"):
        with bench.gate(policy=policy) as gate:
            gate.ask(AUTHORIZER, authorizer("/admin/x"))
    check(not os.path.exists(bench.path("audit.log.captured")), "it is there")
