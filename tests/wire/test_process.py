"""Start, signals, sockets, and policies that come and go."""

import os
import signal
import socket
import stat
import time

from wire import (AUTHORIZER, PARAMS, POLICY, RESPONDER, STDIN, authorizer,
                  begin, check, equal, pairs, record, request_bytes,
                  responder, stream, write_whole)

CLOSED = POLICY.replace("path = /app/*\n", "")
BROKEN = POLICY + "[rolle x]\nsubject.OU = x\n"


def status(bench, gate):
    """What a user gets on /app/x: 200 under POLICY, 403 under CLOSED."""
    return gate.ask(AUTHORIZER,
                    authorizer("/app/x", bench.certs.user)).status


def becomes(bench, gate, wanted, seconds=2.5):
    until = time.monotonic() + seconds
    while status(bench, gate) != wanted:
        check(time.monotonic() < until, "never became", wanted)
        time.sleep(0.05)


# --- the end ---------------------------------------------------------------

def test_sigterm_with_a_request_in_hand(bench):
    with bench.gate() as gate, gate.connect() as c, gate.connect() as idle:
        data = pairs(authorizer("/app/x", bench.certs.user))
        c.send(begin(AUTHORIZER, keep=True) + record(PARAMS, data))
        time.sleep(0.2)
        gate.signal(signal.SIGTERM)
        time.sleep(0.2)
        check(gate.process.poll() is None, "it did not wait")
        check(idle.at_end(), "an idle connection is left open")
        c.send(record(PARAMS) + record(STDIN))
        reply = c.read_reply()
        check(reply.ended and reply.status == 200, reply.raw[:100])
        check(c.at_end(), "still open")
        equal(gate.process.wait(5), 0, "exit status")
        check(not os.path.exists(gate.socket), "the socket file is left")


def test_no_new_connections_while_stopping(bench):
    with bench.gate() as gate, gate.connect() as c:
        c.send(begin(AUTHORIZER))
        time.sleep(0.2)
        gate.signal(signal.SIGTERM)
        time.sleep(0.3)
        try:
            with gate.connect() as late:
                check(late.at_end(), "a new connection was served")
        except (ConnectionRefusedError, FileNotFoundError):
            pass
        c.close()
        equal(gate.process.wait(5), 0, "exit status")


def test_other_signals_to_stop(bench):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
        with bench.gate() as gate:
            gate.signal(number)
            equal(gate.process.wait(5), 0, "exit status")


# --- reload ----------------------------------------------------------------

def test_sighup_reloads(bench):
    with bench.gate() as gate:
        equal(status(bench, gate), 200, "before")
        write_whole(gate.policy_file, CLOSED)
        gate.signal(signal.SIGHUP)
        becomes(bench, gate, 403, 0.9)


def test_change_is_noticed(bench):
    with bench.gate() as gate:
        for text, wanted in ((CLOSED, 403), (POLICY, 200)):
            write_whole(gate.policy_file, text)
            becomes(bench, gate, wanted)


def test_change_in_place_is_noticed(bench):
    with bench.gate() as gate:
        with open(gate.policy_file, "w") as f:
            f.write(CLOSED)
        becomes(bench, gate, 403)


def test_change_of_a_list_file_is_noticed(bench):
    names = bench.path("names")
    write_whole(names, "bob\n")
    text = POLICY.replace("path = /app/*\n", "") + \
        "[access app]\npath = /app/*\nallow = *\nsubject.CN = @names\n"
    with bench.gate(policy=text) as gate:
        equal(status(bench, gate), 200, "listed")
        write_whole(names, "carol\n")
        becomes(bench, gate, 403)
        os.unlink(names)
        gate.wait_for("stays in force")
        equal(status(bench, gate), 403, "list removed")
        write_whole(names, "bob\n")
        becomes(bench, gate, 200)


def stays(bench, gate, wanted, seconds=1.6):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        equal(status(bench, gate), wanted, "meanwhile")
        time.sleep(0.1)


def test_broken_policy_keeps_the_old_one(bench):
    with bench.gate() as gate:
        write_whole(gate.policy_file, BROKEN)
        gate.wait_for("stays in force", 3)
        stays(bench, gate, 200)
        reply = gate.ask(RESPONDER, responder("/api/admin/status",
                                              bench.certs.admin))
        check(reply.json()["policy"]["reload_error"], "no reload_error")
        equal(gate.text().count("stays in force"), 1, "said once")
        write_whole(gate.policy_file, CLOSED)
        becomes(bench, gate, 403)


def test_half_written_policy_keeps_the_old_one(bench):
    with bench.gate() as gate:
        for cut in (0, 1, 40, len(POLICY) // 2, len(POLICY) - 1):
            write_whole(gate.policy_file, POLICY[:cut])
            gate.signal(signal.SIGHUP)
            stays(bench, gate, 200, 0.3)


def test_removed_policy_keeps_the_old_one(bench):
    with bench.gate() as gate:
        os.unlink(gate.policy_file)
        gate.wait_for("stays in force", 3)
        stays(bench, gate, 200)
        write_whole(gate.policy_file, CLOSED)
        becomes(bench, gate, 403)


def no_policy(bench, text):
    with bench.gate(policy=text) as gate:
        reply = gate.ask(AUTHORIZER, authorizer("/public/x",
                                                bench.certs.admin))
        equal(reply.status, 500, "status")
        equal(reply.reason(), "policy_invalid", "reason")
        reply = gate.ask(RESPONDER, responder("/api/health"))
        equal(reply.status, 503, "health")
        check("everything is denied" in gate.text(), "no word of it")
        write_whole(gate.policy_file, POLICY)
        becomes(bench, gate, 200)


def test_start_without_a_policy(bench):
    no_policy(bench, None)


def test_start_with_a_broken_policy(bench):
    no_policy(bench, BROKEN)


def test_requests_in_flight_keep_their_policy(bench):
    """200 reloads while a request is open change nothing of it, and leave
    nothing behind."""
    with bench.gate() as gate, gate.connect() as c:
        whole = request_bytes(AUTHORIZER,
                              authorizer("/app/x", bench.certs.user))
        c.send(whole[:60])
        for i in range(200):
            write_whole(gate.policy_file, (CLOSED, POLICY)[i % 2])
            gate.signal(signal.SIGHUP)
        becomes(bench, gate, 200)
        c.send(whole[60:])
        equal(c.read_reply().status, 200, "status")


# --- sockets ---------------------------------------------------------------

def test_stale_socket_is_replaced(bench):
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(bench.path("gate.sock"))
        s.listen(1)
    with bench.gate() as gate:
        equal(status(bench, gate), 200, "status")


def test_killed_program_leaves_a_stale_socket(bench):
    with bench.gate() as gate:
        gate.process.kill()
        gate.process.wait()
        check(os.path.exists(gate.socket), "no file left")
    with bench.gate() as gate:
        equal(status(bench, gate), 200, "status")


def test_live_socket_is_an_error(bench):
    with bench.gate() as gate:
        done = bench.run(["--policy", gate.policy_file, "--socket",
                          gate.socket])
        equal(done.returncode, 1, "exit status")
        check(b"another process" in done.stderr, done.stderr)
        equal(status(bench, gate), 200, "the first one")


def test_file_that_is_no_socket_is_an_error(bench):
    write_whole(bench.path("file"), "precious\n")
    done = bench.run(["--socket", bench.path("file")])
    equal(done.returncode, 1, "exit status")
    with open(bench.path("file")) as f:
        equal(f.read(), "precious\n", "the file")


def test_socket_mode(bench):
    for args, wanted in (([], 0o660), (["--socket-mode", "0600"], 0o600),
                         (["--socket-mode=666"], 0o666)):
        path = bench.path("gate.sock")
        with bench.gate(args=["--socket", path] + args) as gate:
            equal(stat.S_IMODE(os.stat(path).st_mode), wanted, args)
            equal(gate.stop(), 0, "exit status")


def test_other_programs_socket_is_not_removed(bench):
    with bench.gate() as gate:
        os.unlink(gate.socket)
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(gate.socket)
            equal(gate.stop(), 0, "exit status")
            check(os.path.exists(gate.socket), "removed another's socket")


def listening(path):
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen(8)
    return s


def test_socket_on_descriptor_0(bench):
    with listening(bench.path("gate.sock")) as s:
        with bench.gate(args=[], stdin=s) as gate:
            equal(status(bench, gate), 200, "status")
            equal(gate.stop(), 0, "exit status")
            check(os.path.exists(gate.socket), "removed another's file")


def test_socket_on_descriptor_0_with_cgi_environment(bench):
    with listening(bench.path("gate.sock")) as s:
        with bench.gate(args=[], stdin=s,
                        env={"GATEWAY_INTERFACE": "CGI/1.1"}) as gate:
            equal(status(bench, gate), 200, "status")


def test_socket_from_systemd(bench):
    with listening(bench.path("gate.sock")) as s:
        number = s.fileno()
        script = 'exec 3<&%d; export LISTEN_PID=$$; exec "$@"' % number
        with bench.gate(args=[], env={"LISTEN_FDS": "1"},
                        pass_fds=(number,),
                        wrap=["bash", "-c", script, "sh"]) as gate:
            equal(status(bench, gate), 200, "status")


def test_socket_for_another_process_is_not_taken(bench):
    with listening(bench.path("gate.sock")) as s:
        number = s.fileno()
        script = 'exec 3<&%d; exec "$@"' % number
        with bench.gate(args=[], wait=False, pass_fds=(number,),
                        env={"LISTEN_FDS": "1", "LISTEN_PID": "1"},
                        wrap=["bash", "-c", script, "sh"]) as gate:
            equal(gate.process.wait(5), 2, "exit status")


# --- the command line ------------------------------------------------------

def test_usage_errors(bench):
    for args in ([], ["--nonsense"], ["--threads", "0"],
                 ["--threads", "1025"], ["--threads", "x"],
                 ["--threads", "-1"], ["--threads"], ["--socket"],
                 ["--socket="], ["--help=x"], ["stray"],
                 ["--socket", "a", "--listen", "127.0.0.1:1"],
                 ["--socket-mode", "0660"], ["--socket-group", "root"]):
        done = bench.run(args)
        equal(done.returncode, 2, args)
        check(done.stderr, args, "no word")
        equal(done.stdout, b"", args)


def test_bad_socket_options(bench):
    path = bench.path("s")
    for args in (["--socket", path, "--socket-mode", "0999"],
                 ["--socket", path, "--socket-mode", "7777"],
                 ["--socket", path, "--socket-mode", "rw"],
                 ["--socket", path, "--socket-group", "no such group"],
                 ["--socket", bench.path("x" * 120)],
                 ["--socket", bench.path("no/such/s")]):
        done = bench.run(args)
        equal(done.returncode, 1, args)
        check(done.stderr, args, "no word")
        check(not os.path.exists(path), args, "left a socket")


def test_help_and_version(bench):
    done = bench.run(["--help"])
    equal(done.returncode, 0, "help")
    check(b"--socket PATH" in done.stdout, done.stdout)
    done = bench.run(["--version"])
    equal(done.returncode, 0, "version")
    check(done.stdout.startswith(b"mtlsgate "), done.stdout)
