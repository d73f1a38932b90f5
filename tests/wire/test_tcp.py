"""Over TCP any program on the machine can connect."""

import socket
import sys

from wire import (AUTHORIZER, FILTER, POLICY, RESPONDER, authorizer, check,
                  equal, free_port, responder)

SECRET = POLICY + "\n[server]\nsecret = open-sesame\n"


def tcp_gate(bench, policy=POLICY, more=(), env=None, host="127.0.0.1"):
    port = free_port()
    gate = bench.gate(policy=policy, env=env, args=[
        "--listen", "%s:%d" % (host, port)] + list(more))
    gate.address = ("127.0.0.1", port)
    return gate


def ask(gate, role, params):
    with gate.connect(gate.address) as c:
        return c.request(role, params)


def test_authorizer_needs_no_secret(bench):
    with tcp_gate(bench) as gate:
        equal(ask(gate, AUTHORIZER,
                  authorizer("/app/x", bench.certs.user)).status, 200,
              "authorizer")


def test_everything_else_needs_a_secret(bench):
    admin = bench.certs.admin
    with tcp_gate(bench) as gate:
        for role, params in (
                (RESPONDER, responder("/api/profile", admin)),
                (RESPONDER, responder("/api/profile", admin,
                                      MTLSGATE_SECRET="")),
                (RESPONDER, responder("/app/x", admin,
                                      MTLSGATE_MODE="authorizer")),
                (FILTER, responder("/api/profile", admin))):
            reply = ask(gate, role, params)
            check(not reply.granted, "granted")
        reply = ask(gate, RESPONDER, responder("/api/profile", admin))
        equal(reply.reason(), "secret_required", "reason")


def test_secret(bench):
    admin = bench.certs.admin
    with tcp_gate(bench, SECRET) as gate:
        for secret, wanted in (("open-sesame", 200), ("open-sesam", 403),
                               ("open-sesame ", 403), ("", 403),
                               ("Open-Sesame", 403)):
            for role, params in (
                    (RESPONDER, responder("/api/profile", admin)),
                    (AUTHORIZER, authorizer("/app/x", admin))):
                params["MTLSGATE_SECRET"] = secret
                equal(ask(gate, role, params).status, wanted, secret)
        reply = ask(gate, RESPONDER, responder("/api/profile", admin))
        equal(reply.status, 403, "no secret")


def test_unix_socket_needs_no_secret(bench):
    with bench.gate() as gate:
        equal(gate.ask(RESPONDER, responder("/api/profile",
                                            bench.certs.user)).status, 200,
              "status")


def test_backlog_of_the_policy(bench):
    """As the kernel tells of a listening socket: tcpi_sacked."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(50)
        with bench.gate(args=[], stdin=s,
                        policy=POLICY + "[server]\nbacklog = 7\n"):
            info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
            equal(int.from_bytes(info[28:32], sys.byteorder), 7, "backlog")


def test_inherited_tcp_socket_needs_the_secret_too(bench):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(8)
        with bench.gate(args=[], stdin=s) as gate:
            gate.address = s.getsockname()
            reply = ask(gate, RESPONDER, responder("/api/profile",
                                                   bench.certs.admin))
            equal(reply.reason(), "secret_required", "reason")
            reply = ask(gate, AUTHORIZER, authorizer("/app/x",
                                                     bench.certs.admin))
            equal(reply.status, 200, "authorizer")


def test_address_off_loopback_needs_a_peer(bench):
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
        done = bench.run(["--listen", address])
        equal(done.returncode, 1, address)
        check(b"--allow-peer" in done.stderr, done.stderr)


def test_bad_addresses(bench):
    for address in ("localhost:80", "127.0.0.1", "127.0.0.1:", ":80",
                    "127.0.0.1:99999", "127.0.0.1:x", "::1:80", "[::1]",
                    "[]:80", "[::1:80"):
        done = bench.run(["--listen", address])
        equal(done.returncode, 1, address)
        check(b"--listen" in done.stderr, done.stderr)
    done = bench.run(["--listen", "127.0.0.1:0", "--allow-peer", "host"])
    equal(done.returncode, 1, "peer")


def test_peers(bench):
    params = authorizer("/app/x", bench.certs.user)
    with tcp_gate(bench, more=["--allow-peer", "127.0.0.2"],
                  host="0.0.0.0") as gate:
        with gate.connect(gate.address) as c:
            check(c.at_end(), "a peer that is not allowed was served")
        gate.wait_for("127.0.0.1 was refused")
    with tcp_gate(bench, more=["--allow-peer", "127.0.0.2", "--allow-peer",
                               "127.0.0.1"], host="0.0.0.0") as gate:
        equal(ask(gate, AUTHORIZER, params).status, 200, "allowed peer")


def test_web_server_addresses_of_the_environment(bench):
    params = authorizer("/app/x", bench.certs.user)
    with tcp_gate(bench, env={"FCGI_WEB_SERVER_ADDRS":
                              "192.0.2.1,127.0.0.2"}) as gate:
        with gate.connect(gate.address) as c:
            check(c.at_end(), "served all the same")
    with tcp_gate(bench, env={"FCGI_WEB_SERVER_ADDRS":
                              "192.0.2.1,127.0.0.1"}) as gate:
        equal(ask(gate, AUTHORIZER, params).status, 200, "listed")


def test_body_left_unread_does_not_cost_the_answer(bench):
    """Closing a TCP socket with input left would reset the connection."""
    with tcp_gate(bench, SECRET) as gate:
        params = responder("/api/profile", bench.certs.user,
                           MTLSGATE_SECRET="open-sesame")
        for keep in (False, True):
            with gate.connect(gate.address) as c:
                c.send(b"")
                reply = c.request(RESPONDER, params, stdin=b"x" * (2 << 20),
                                  keep=keep)
                check(reply.ended and reply.status == 200, reply.raw[:80])
