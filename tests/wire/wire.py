"""A FastCGI client that can misbehave, and the means to start the program.

Stands on the Python standard library and the openssl command alone.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time

(BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA,
 GET_VALUES) = range(1, 10)
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
TIMEOUT = 10

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


class Failure(Exception):
    """What a test saw is not what it must see."""


def check(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what) or "check failed")


def equal(got, wanted, what=""):
    if got != wanted:
        raise Failure("%s: got %.300r, wanted %.300r" % (what, got, wanted))


# --- records ---------------------------------------------------------------

def record(kind, content=b"", request_id=1, padding=0):
    return struct.pack(">BBHHBB", 1, kind, request_id, len(content), padding,
                       0) + content + b"\0" * padding


def begin(role, keep=False, request_id=1):
    return record(BEGIN, struct.pack(">HB5x", role, 1 if keep else 0),
                  request_id)


def length(n):
    return bytes([n]) if n < 128 else struct.pack(">I", n | 0x80000000)


def to_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def pairs(params):
    """params: a dict, or a list of pairs where a name may come twice."""
    items = params.items() if isinstance(params, dict) else params
    out = b""
    for name, value in items:
        name, value = to_bytes(name), to_bytes(value)
        out += length(len(name)) + length(len(value)) + name + value
    return out


def stream(kind, data, request_id=1, piece=65528):
    out = b""
    for i in range(0, len(data), piece):
        out += record(kind, data[i:i + piece], request_id)
    return out + record(kind, b"", request_id)


def request_bytes(role, params, stdin=b"", keep=False, request_id=1,
                  send_stdin=True):
    out = begin(role, keep, request_id)
    out += stream(PARAMS, pairs(params), request_id)
    if send_stdin:
        out += stream(STDIN, stdin, request_id)
    return out


# --- the client ------------------------------------------------------------

class Reply:
    """raw: the bytes of STDOUT; ended: END_REQUEST came."""

    def __init__(self, raw, ended, protocol_status=None):
        self.raw = raw
        self.ended = ended
        self.protocol_status = protocol_status
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.lines = head.split(b"\r\n")
        self.headers = {}
        for line in self.lines:
            name, _, value = line.partition(b": ")
            self.headers[name.decode("latin-1").lower()] = \
                value.decode("latin-1")

    @property
    def status(self):
        if not self.raw.startswith(b"Status: "):
            return None
        return int(self.raw[8:11])

    @property
    def granted(self):
        """A server would let this pass: lighttpd takes even an empty or
        Status-less reply that ends in order as a grant."""
        return self.ended and (self.status is None or self.status == 200)

    def json(self):
        return json.loads(self.body)

    def reason(self):
        return self.headers.get("x-mtlsgate-reason")


class Connection:
    def __init__(self, address, timeout=TIMEOUT):
        family = socket.AF_UNIX if isinstance(address, str) else \
            socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(address)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, raw):
        self.sock.sendall(raw)

    def try_send(self, raw):
        """Sends what the other side takes; it may close meanwhile."""
        try:
            self.sock.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _fill(self, n):
        while len(self.buffer) < n:
            try:
                more = self.sock.recv(65536)
            except ConnectionResetError:
                return False
            if not more:
                return False
            self.buffer += more
        return True

    def read_record(self):
        """(type, request id, content), or None at the end."""
        if not self._fill(8):
            return None
        _, kind, rid, size, padding, _ = struct.unpack(
            ">BBHHBB", self.buffer[:8])
        if not self._fill(8 + size + padding):
            return None
        content = self.buffer[8:8 + size]
        self.buffer = self.buffer[8 + size + padding:]
        return kind, rid, content

    def read_reply(self, request_id=1):
        raw = b""
        while True:
            got = self.read_record()
            if got is None:
                return Reply(raw, False)
            kind, rid, content = got
            if rid != request_id:
                continue
            if kind == STDOUT:
                raw += content
            elif kind == END:
                return Reply(raw, True, content[4])

    def request(self, role, params, **options):
        self.send(request_bytes(role, params, **options))
        return self.read_reply(options.get("request_id", 1))

    def at_end(self):
        """True if the other side has closed, and sent nothing more."""
        return not self.buffer and self.read_record() is None \
            and not self.buffer

    def is_silent(self, seconds=0.2):
        """True if it is open and sends nothing."""
        self.sock.settimeout(seconds)
        try:
            return self.sock.recv(1, socket.MSG_PEEK) is None
        except (socket.timeout, BlockingIOError):
            return True
        finally:
            self.sock.settimeout(TIMEOUT)


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
        self.log = open(self.log_file, "ab")
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
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
