"""A FastCGI client that can misbehave, on the standard library alone."""

import json
import socket
import struct

(BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA,
 GET_VALUES) = range(1, 10)
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3
TIMEOUT = 10


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
        except ConnectionResetError:
            return False
        finally:
            self.sock.settimeout(TIMEOUT)
