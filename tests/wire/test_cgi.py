"""Plain CGI: the environment is the request, standard output the reply."""

import os

from wire import POLICY, Reply, check, equal, responder, write_whole


def cgi(bench, params, args=(), policy=POLICY, **options):
    if policy is not None:
        write_whole(bench.path("policy.ini"), policy)
    env = dict(params, GATEWAY_INTERFACE="CGI/1.1",
               MTLSGATE_POLICY=bench.path("policy.ini"),
               PATH=os.environ["PATH"])
    return bench.run(list(args), env=env, **options)


def reply_of(done):
    equal(done.returncode, 0, "exit status; %r" % done.stderr[-300:])
    return Reply(done.stdout, True)


def test_grant(bench):
    reply = reply_of(cgi(bench, responder("/api/profile",
                                          bench.certs.admin)))
    equal(reply.status, 200, "status")
    equal(reply.json()["user"]["id"], "alice", "id")


def test_denial(bench):
    reply = reply_of(cgi(bench, responder("/api/profile")))
    equal(reply.status, 401, "status")


def test_arguments_are_ignored(bench):
    for args in (["--version"], ["--help"], ["--policy=/nonexistent"],
                 ["--policy", "/dev/null"], ["--listen", "0.0.0.0:1"],
                 ["--socket", bench.path("s")], ["stray", "words"],
                 ["--nonsense"]):
        reply = reply_of(cgi(bench, responder("/api/profile",
                                              bench.certs.user), args))
        equal(reply.status, 200, args)
        check(not os.path.exists(bench.path("s")), "made a socket")


def test_bad_policy(bench):
    for policy in ("[nonsense]\nx = y\n", "", None):
        if policy is None:
            os.unlink(bench.path("policy.ini"))
        for path in ("/api/profile", "/public/x"):
            reply = reply_of(cgi(bench, responder(path, bench.certs.admin),
                                 policy=policy))
            equal(reply.status, 500, path)
            equal(reply.reason(), "policy_invalid", "reason")


def test_client_headers_name_no_policy(bench):
    write_whole(bench.path("evil.ini"), POLICY.replace(
        "allow = admin", "allow = anyone"))
    reply = reply_of(cgi(bench, responder(
        "/api/admin/status", HTTP_MTLSGATE_POLICY=bench.path("evil.ini"),
        HTTP_SSL_CLIENT_CERT=bench.certs.admin,
        HTTP_SSL_CLIENT_VERIFY="SUCCESS")))
    equal(reply.status, 401, "status")


def test_output_that_cannot_be_written(bench):
    with open("/dev/full", "wb") as full:
        done = cgi(bench, responder("/api/profile", bench.certs.admin),
                   stdout=full)
    equal(done.returncode, 1, "exit status")


def test_body_is_not_needed(bench):
    reply = reply_of(cgi(bench, responder("/api/profile", bench.certs.admin,
                                          CONTENT_LENGTH="4")))
    equal(reply.status, 200, "status")


def test_status_first(bench):
    for path in ("/api/profile", "/a/../b", "", "/%zz"):
        done = cgi(bench, responder(path))
        check(done.stdout.startswith(b"Status: "), done.stdout[:60])


def test_same_answer_as_the_daemon(bench):
    """A process for one request makes little of OpenSSL ready; what it says
    of keys and of chains is the same all the same."""
    write_whole(bench.path("ca.pem"), bench.certs.admin)
    verify = POLICY.replace("verify = server", "verify = both\nca = ca.pem\n"
                            "partial_chain = yes\nca_as_client = allow")
    plain = POLICY.replace("verify = server", "verify = server\n%s")
    for policy in (POLICY, verify, plain % "min_rsa_bits = 2048",
                   POLICY.replace("subject.OU = Administrators",
                                  "key.type = EC\nkey.bits = 256"),
                   POLICY.replace("subject.OU = Administrators",
                                  "key.type = RSA")):
        for cert in (bench.certs.admin, bench.certs.user):
            for path in ("/api/profile", "/api/admin/status",
                         "/api/cert-info"):
                alone = reply_of(cgi(bench, responder(path, cert),
                                     policy=policy))
                with bench.gate(policy=policy) as gate:
                    asked = gate.ask(1, responder(path, cert))
                equal((alone.status, alone.reason()),
                      (asked.status, asked.reason()), policy + path)
                if path != "/api/admin/status" and alone.status == 200:
                    equal(alone.body, asked.body, policy + path)
