"""One line a decision, well-formed whatever a client sends."""

import json
import os
import threading

from wire import (AUTHORIZER, POLICY, RESPONDER, authorizer, check, equal,
                  responder, write_whole)

MEMBERS = ["time", "decision", "decision_id", "status", "reason", "detail",
           "verified_by", "warning", "spoofed_header", "rule", "line",
           "method", "path", "site", "peer", "role_of_request", "source",
           "id", "role", "roles", "serial", "sha256", "days_left",
           "policy_sha256"]


def to_file(name, more=""):
    return POLICY + "\n[audit]\nlog = %s\n%s" % (name, more)


def test_members_in_order(bench):
    with bench.gate(policy=to_file("audit.log")) as gate:
        gate.ask(AUTHORIZER, authorizer("/admin/x", bench.certs.admin))
        with open(bench.path("audit.log")) as f:
            text = f.read()
        check(text.endswith("\n"), "no newline")
        line = json.loads(text)
        equal(list(line), MEMBERS, "members")
        for name, value in (("decision", "granted"), ("status", 200),
                            ("reason", "granted"), ("rule", "admin-area"),
                            ("method", "GET"), ("path", "/admin/x"),
                            ("peer", "192.0.2.1"), ("id", "alice"),
                            ("role_of_request", "authorizer"),
                            ("source", "server"), ("role", "admin"),
                            ("roles", ["admin"])):
            equal(line[name], value, name)
        check(58 <= line["days_left"] <= 60, line["days_left"])
        equal(len(line["sha256"]), 64, "sha256")
        equal(os.stat(bench.path("audit.log")).st_mode & 0o777 & ~0o640, 0,
              "mode")


def test_line_matches_the_answer(bench):
    with bench.gate() as gate:
        wanted = []
        for path in ("/app/x", "/admin/x", "/none", "/a/../b", "/public/x",
                     "/x/.mtlsgate-deny"):
            for cert in (None, bench.certs.user, "rubbish"):
                reply = gate.ask(AUTHORIZER, authorizer(path, cert))
                wanted.append((reply.status, reply.status == 200,
                               reply.headers.get("x-mtlsgate-decision") or
                               reply.headers["variable-mtlsgate_decision"]))
        lines = [(x["status"], x["decision"] == "granted", x["decision_id"])
                 for x in gate.audit_lines()]
        equal(lines, wanted, "lines")


def test_status_of_a_mirrored_denial(bench):
    """What was sent stands there, also where 400 was turned into 403."""
    with bench.gate() as gate:
        reply = gate.ask(RESPONDER, responder(
            "/a/../b", bench.certs.user, MTLSGATE_MODE="authorizer"))
        equal(gate.audit_lines()[-1]["status"], reply.status, "status")


def test_hostile_bytes(bench):
    nasty = [b"/\n{\"decision\":\"granted\"}", b"/\xff\xfe\xc0\x80",
             b"/\x1b[2J", b"/\r\n\r\n", b"/\"\\",
             "/\u202e\u0085\u2028".encode(), b"/" + b"\x7f" * 5000,
             bytes(range(1, 256))]
    with bench.gate(policy=to_file("audit.log")) as gate:
        for raw in nasty:
            for name in ("REQUEST_URI", "REQUEST_METHOD", "MTLSGATE_SITE",
                         "REMOTE_ADDR", "MTLSGATE_METHOD", "MTLSGATE_URI"):
                params = authorizer("/app/x", bench.certs.user)
                params[name] = raw
                reply = gate.ask(AUTHORIZER, params)
                check(reply.ended and reply.status, name, raw)
        equal(len(gate.audit_lines(bench.path("audit.log"))),
              len(nasty) * 6, "lines")
        with open(bench.path("audit.log"), "rb") as f:
            text = f.read()
        for byte in text.replace(b"\n", b""):
            check(byte >= 0x20 and byte != 0x7f, "control character in log")


def test_refused_path_is_shown(bench):
    with bench.gate() as gate:
        gate.ask(AUTHORIZER, authorizer("/admin/..;/x\x01",
                                        bench.certs.user))
        line = gate.audit_lines()[-1]
        equal(line["reason"], "bad_path", "reason")
        check(line["path"].startswith("/admin/..;/x"), line["path"])


def test_full_disk_denies(bench):
    with bench.gate(policy=to_file("/dev/full", "on_error = deny\n")) as gate:
        for role, params in (
                (AUTHORIZER, authorizer("/app/x", bench.certs.user)),
                (RESPONDER, responder("/api/profile", bench.certs.user)),
                (AUTHORIZER, authorizer("/public/x"))):
            reply = gate.ask(role, params)
            equal(reply.status, 500, "status")
            equal(reply.reason(), "internal_error", "reason")
            check(b"Variable-" not in reply.raw, "variables")
        check("audit log cannot be written" in gate.text(), "no word of it")


def test_full_disk_continues(bench):
    with bench.gate(policy=to_file("/dev/full",
                                   "on_error = continue\n")) as gate:
        equal(gate.ask(AUTHORIZER, authorizer("/app/x",
                                              bench.certs.user)).status,
              200, "status")
        equal(gate.ask(AUTHORIZER, authorizer("/admin/x",
                                              bench.certs.user)).status,
              403, "status")
        reply = gate.ask(RESPONDER, responder("/api/admin/status",
                                              bench.certs.admin))
        page = json.loads(reply.body)["audit"]
        equal((page["ok"], page["error"], page["failed_lines"]),
              (False, "No space left on device", 2), "status page")


def test_log_that_cannot_be_opened(bench):
    with bench.gate(policy=to_file("no/such/audit.log",
                                   "on_error = deny\n")) as gate:
        params = authorizer("/app/x", bench.certs.user)
        equal(gate.ask(AUTHORIZER, params).status, 500, "status")
        os.makedirs(bench.path("no/such"))
        gate.reload()
        equal(gate.ask(AUTHORIZER, params).status, 200, "once it opens")
        equal(len(gate.audit_lines(bench.path("no/such/audit.log"))), 1,
              "lines")


def test_rotation(bench):
    log = bench.path("audit.log")
    params = authorizer("/app/x", bench.certs.user)
    with bench.gate(policy=to_file(log)) as gate:
        gate.ask(AUTHORIZER, params)
        os.rename(log, log + ".1")
        gate.ask(AUTHORIZER, params)
        gate.reload()
        gate.ask(AUTHORIZER, params)
        equal(len(gate.audit_lines(log + ".1")), 2, "old file")
        equal(len(gate.audit_lines(log)), 1, "new file")


def test_change_of_target(bench):
    with bench.gate(policy=to_file("one.log")) as gate:
        write_whole(gate.policy_file, to_file("two.log"))
        gate.reload()
        gate.ask(AUTHORIZER, authorizer("/app/x"))
        equal(len(gate.audit_lines(bench.path("two.log"))), 1, "lines")


def test_debug_has_steps(bench):
    with bench.gate(policy=to_file("audit.log", "level = debug\n")) as gate:
        gate.ask(AUTHORIZER, authorizer("/app/x", bench.certs.user))
        line = gate.audit_lines(bench.path("audit.log"))[0]
        equal(list(line), MEMBERS + ["steps"], "members")
        check(line["steps"], "no steps")
        for step in line["steps"]:
            equal(list(step), ["stage", "name", "result", "value"], "step")


def test_many_threads_one_line_each(bench):
    log = bench.path("audit.log")
    long_uri = "/app/" + "y" * 6000

    def client(gate, number):
        with gate.connect() as c:
            for _ in range(100):
                c.request(AUTHORIZER, authorizer(
                    long_uri, bench.certs.user,
                    REMOTE_ADDR="192.0.2.%d" % number), keep=True)

    bench.certs.user  # made before the threads ask for it
    with bench.gate(policy=to_file(log)) as gate:
        threads = [threading.Thread(target=client, args=(gate, n))
                   for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = gate.audit_lines(log)
        equal(len(lines), 600, "lines")
        equal(len({x["decision_id"] for x in lines}), 600, "ids")


def test_expiring_certificate_is_warned_of_once(bench):
    text = POLICY.replace("verify = server\n",
                          "verify = server\nwarn_expiring = 90d\n")
    with bench.gate(policy=text) as gate:
        for _ in range(5):
            reply = gate.ask(AUTHORIZER, authorizer("/app/x",
                                                    bench.certs.user))
            equal(reply.status, 200, "status")
        gate.ask(AUTHORIZER, authorizer("/app/x", bench.certs.admin))
        warnings = [x for x in gate.text().split("\n") if "expires in" in x]
        equal(len(warnings), 2, "warnings")
