"""What a wire test needs: the records and the client (records.py),
certificates (made by the openssl command), and the program to talk to.
"""

import json
import os
import signal
import random
import socket
import subprocess
import tempfile
import time

from records import (AUTHORIZER, BEGIN, FILTER, GET_VALUES, PARAMS, RESPONDER,
                     STDIN, Connection, Failure, Reply, begin, check, equal,
                     length, pairs, record, request_bytes, stream, to_bytes)

__all__ = ["AUTHORIZER", "BEGIN", "FILTER", "GET_VALUES", "PARAMS", "POLICY",
           "RESPONDER", "STDIN", "Bench", "Certs", "Connection", "Failure",
           "Gate", "Reply", "authorizer", "begin", "check", "equal",
           "free_port", "length", "pairs", "record", "request_bytes",
           "responder", "stream", "write_whole"]

POLICY = """\
[certificate]
source = server
verify = server

[identity]
id = subject.CN

[role admin]
subject.OU = Administrators

[role user]
default = yes

[access admin-area]
path = /admin/*
path = /api/admin/*
allow = admin

[access public]
path = /public/*
allow = anyone

[access api]
path = /api/*
path = /app/*
allow = *
"""


# --- certificates ----------------------------------------------------------

class Certs:
    """Self-signed certificates as PEM text, made once for all tests."""

    def __init__(self, directory):
        self.directory = directory
        self.made = {}

    def get(self, subject):
        if subject not in self.made:
            base = os.path.join(self.directory, "cert%d" % len(self.made))
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                 base + ".key", "-out", base + ".pem", "-days", "60",
                 "-subj", subject, "-addext", "extendedKeyUsage=clientAuth"],
                check=True, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with open(base + ".pem") as f:
                self.made[subject] = f.read()
        return self.made[subject]

    @property
    def admin(self):
        return self.get("/CN=alice/OU=Administrators/O=Example")

    @property
    def user(self):
        return self.get("/CN=bob/OU=Sales/O=Example")


def responder(path, cert=None, **more):
    """The parameters of a request for one of the program's own pages."""
    params = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": path, "PATH_INFO": "",
              "REQUEST_URI": path, "REMOTE_ADDR": "192.0.2.1"}
    if cert:
        params.update(SSL_CLIENT_CERT=cert, SSL_CLIENT_VERIFY="SUCCESS")
    params.update(more)
    return params


def authorizer(path, cert=None, **more):
    """The parameters of a request that asks for a grant."""
    params = responder(path, cert, **more)
    del params["SCRIPT_NAME"], params["PATH_INFO"]
    return params


# --- the program -----------------------------------------------------------

def write_whole(path, text):
    """Replaces a file in one step."""
    with open(path + ".new", "wb") as f:
        f.write(to_bytes(text))
    os.rename(path + ".new", path)


class Gate:
    """One running program. Use with `with`."""

    def __init__(self, binary, directory, policy=POLICY, args=None, env=None,
                 wait=True, **popen):
        self.directory = directory
        self.policy_file = os.path.join(directory, "policy.ini")
        self.socket = os.path.join(directory, "gate.sock")
        self.log_file = os.path.join(directory, "stderr.log")
        if policy is not None:
            write_whole(self.policy_file, policy)
        if args is None:
            args = ["--socket", self.socket]
        command = [binary, "--policy", self.policy_file] + args
        environment = {k: v for k, v in os.environ.items()
                       if not k.startswith(("MTLSGATE_", "LISTEN_"))
                       and k != "GATEWAY_INTERFACE"}
        environment.update(env or {})
        self.log = open(self.log_file, "wb")
        self.process = subprocess.Popen(
            popen.pop("wrap", []) + command, env=environment,
            stdin=popen.pop("stdin", subprocess.DEVNULL),
            stdout=self.log, stderr=self.log, **popen)
        if wait:
            self.wait_for("serving with")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()
        if kind is None:
            text = self.text()
            for bad in ("AddressSanitizer", "runtime error:",
                        "ThreadSanitizer"):
                check(bad not in text, "sanitizer:", text[-2000:])

    def text(self):
        with open(self.log_file, errors="replace") as f:
            return f.read()

    def wait_for(self, words, seconds=10, after=0):
        until = time.monotonic() + seconds
        while words not in self.text()[after:]:
            code = self.process.poll()
            check(code is None, "the program ended with", code, "before",
                  repr(words), self.text()[-500:])
            check(time.monotonic() < until, "the log never says",
                  repr(words), self.text()[-500:])
            time.sleep(0.02)

    def connect(self, address=None):
        return Connection(address or self.socket)

    def ask(self, role, params, **options):
        with self.connect() as c:
            return c.request(role, params, **options)

    def signal(self, number):
        self.process.send_signal(number)

    def reload(self):
        """SIGHUP, and waits until the policy was taken."""
        mark = len(self.text())
        self.signal(signal.SIGHUP)
        self.wait_for("is in force", after=mark)

    def stop(self, seconds=10):
        """SIGTERM; returns the exit status."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def audit_lines(self, path=None):
        """Every audit line of a file (or of stderr), parsed."""
        out = []
        with open(path or self.log_file, "rb") as f:
            for line in f.read().split(b"\n"):
                if line.startswith(b"{") or (path and line):
                    out.append(json.loads(line.decode("utf-8")))
        return out


class Bench:
    """What a test gets: the binary, certificates, and a fresh directory."""

    def __init__(self, binary, certs):
        self.binary = binary
        self.certs = certs
        self.temp = tempfile.TemporaryDirectory(prefix="wire-")
        self.directory = self.temp.name

    def gate(self, *args, **options):
        return Gate(self.binary, self.directory, *args, **options)

    def path(self, name):
        return os.path.join(self.directory, name)

    def run(self, args, env=None, **options):
        """Runs the program to its end."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run([self.binary] + args, env=env or {},
                              stderr=subprocess.PIPE, timeout=20, **options)

    def close(self):
        self.temp.cleanup()


def free_port():
    """A port that nobody has, below those that the system gives to clients."""
    for _ in range(100):
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")
