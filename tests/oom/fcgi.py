"""A FastCGI client (FastCGI 1.0) that looks at every record it gets."""

import socket
import struct

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
RESPONDER, AUTHORIZER = 1, 2
HEADER = struct.Struct("!BBHHBB")


def record(kind, data, ident=1):
    return HEADER.pack(1, kind, ident, len(data), 0, 0) + data


def stream(kind, data, ident=1):
    """The records of a stream, its end included."""
    parts = [record(kind, data[i:i + 65535], ident)
             for i in range(0, len(data), 65535)]
    return b"".join(parts) + record(kind, b"", ident)


def size(number):
    return bytes([number]) if number < 128 else \
        struct.pack("!I", number | 1 << 31)


def request(role, env, keep=False, body=b""):
    pairs = b""
    for name, value in env.items():
        value = value.encode("latin-1")
        pairs += size(len(name)) + size(len(value)) + name.encode() + value
    begin = struct.pack("!HB5x", role, 1 if keep else 0)
    return record(BEGIN, begin) + stream(PARAMS, pairs) + stream(STDIN, body)


class Answer:
    """What came back: stdout, ended (END_REQUEST was seen), odd (what should
    not have come), and whether the connection was closed."""

    def __init__(self):
        self.stdout = b""
        self.ended = False
        self.closed = False
        self.odd = ""

    def take(self, kind, data):
        if self.ended:
            self.odd = f"a record of type {kind} after END_REQUEST"
        elif kind == STDOUT:
            self.stdout += data
        elif kind == END:
            self.ended = True
            if data[:5] != bytes(5):
                self.odd = f"END_REQUEST says {data!r}"
        elif kind != STDERR:
            self.odd = f"a record of type {kind}"


def whole_records(data, answer):
    """Takes the whole records at the beginning; returns the rest."""
    while len(data) >= HEADER.size:
        _, kind, _, length, padding, _ = HEADER.unpack_from(data)
        end = HEADER.size + length + padding
        if len(data) < end:
            break
        answer.take(kind, data[HEADER.size:HEADER.size + length])
        data = data[end:]
    return data


def read_answer(sock, keep=False):
    """Reads to the end of the answer, or of the connection where it is not
    kept."""
    answer = Answer()
    data = b""
    while not (keep and answer.ended):
        try:
            more = sock.recv(65536)
        except ConnectionResetError:
            more = b""
        except TimeoutError:
            answer.odd = "neither the answer nor the connection ends"
            break
        if not more:
            answer.closed = True
            break
        data = whole_records(data + more, answer)
    return answer


def connect(path, timeout=10):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(timeout)
    try:
        sock.connect(path)
    except OSError:
        sock.close()
        raise
    return sock


def ask(path, data, timeout=10):
    """One request, not kept, on a connection of its own."""
    with connect(path, timeout) as sock:
        try:
            sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_answer(sock)
