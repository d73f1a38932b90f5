"""Asks a running mtlsgate many things and expects a complete answer to each.

    python3 ask_many.py SOCKET PKI-DIR REQUESTS PID

PID gets SIGHUP now and then. Some connections are kept, some are new. Prints
one line at the end; exit status 1 when an answer was none or a wrong one.
"""
import os
import signal
import socket
import struct
import sys
import time

BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6
RESPONDER, AUTHORIZER = 1, 2


def record(kind, content):
    head = struct.pack(">BBHHBx", 1, kind, 1, len(content), 0)
    return head + content


def pair(name, value):
    name, value = name.encode(), value.encode("latin-1")
    return struct.pack(">II", len(name) | 1 << 31,
                       len(value) | 1 << 31) + name + value


def request(role, keep, params):
    text = b"".join(pair(*item) for item in params.items())
    out = record(BEGIN, struct.pack(">HB5x", role, keep))
    for i in range(0, len(text), 32768):
        out += record(PARAMS, text[i:i + 32768])
    return out + record(PARAMS, b"") + record(STDIN, b"")


def read_exactly(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise OSError("closed in the middle of an answer")
        data += more
    return data


def read_reply(sock):
    out = b""
    while True:
        _, kind, _, length, padding = struct.unpack(
            ">BBHHBx", read_exactly(sock, 8))
        content = read_exactly(sock, length + padding)[:length]
        if kind == STDOUT:
            out += content
        elif kind == END:
            return out


class Client:
    """One connection, opened again when it is not kept."""

    def __init__(self, path):
        self.path = path
        self.sock = None

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        for _ in range(600):
            try:
                return self.sock.connect(self.path)
            except OSError:
                time.sleep(0.1)
        raise OSError("nobody listens on " + self.path)

    def ask(self, role, keep, params):
        if self.sock is None:
            self.connect()
        self.sock.sendall(request(role, keep, params))
        reply = read_reply(self.sock)
        if not keep:
            self.sock.close()
            self.sock = None
        return reply


def questions(pki):
    """(role, expected status, parameters) of every kind of request."""
    def read(name):
        with open(os.path.join(pki, name + "-cert.pem")) as file:
            return file.read()

    def ask(role, status, path, cert=None, method="GET", **more):
        params = {"REQUEST_METHOD": method, "REQUEST_URI": path,
                  "SCRIPT_NAME": path, "REMOTE_ADDR": "192.0.2.1"}
        if cert:
            params.update(SSL_CLIENT_CERT=cert, SSL_CLIENT_VERIFY="SUCCESS")
        params.update(more)
        return role, status, params

    admin, user, service = read("admin"), read("user"), read("service")
    expired = read("expired")
    tricky = [read(name[:-len("-cert.pem")])
              for name in sorted(os.listdir(pki))
              if name.endswith("-cert.pem")]
    return [
        ask(AUTHORIZER, 200, "/admin/x", admin),
        ask(AUTHORIZER, 403, "/admin/x", user),
        ask(AUTHORIZER, 401, "/admin/x", expired),
        ask(AUTHORIZER, 401, "/admin/x"),
        ask(AUTHORIZER, 200, "/deploy", service, "POST"),
        ask(AUTHORIZER, 200, "/public/x"),
        ask(AUTHORIZER, 403, "/nowhere", user),
        ask(AUTHORIZER, 400, "/admin/%2e%2e/x", admin),
        ask(AUTHORIZER, 401, "/page", "x" * 60000),
        ask(AUTHORIZER, 401, "/page", user, SSL_CLIENT_VERIFY="NONE"),
        ask(RESPONDER, 200, "/api/profile", user),
        ask(RESPONDER, 200, "/api/cert-info", admin),
        ask(RESPONDER, 200, "/api/admin/status", admin),
        ask(RESPONDER, 200, "/api/health"),
        ask(RESPONDER, 404, "/api/nothing", user),
        ask(RESPONDER, 405, "/api/profile", user, "DELETE"),
    ] + [ask(AUTHORIZER, None, "/page", cert) for cert in tricky]


def check(reply, status, params):
    line = reply.split(b"\r\n", 1)[0].decode("latin-1")
    if not line.startswith("Status: ") or b"\r\n\r\n" not in reply:
        raise ValueError("no complete answer to %s: %r"
                         % (params["REQUEST_URI"], reply[:200]))
    if status is not None and line.split()[1] != str(status):
        raise ValueError("%s %s: %s instead of %d: %r" % (
            params["REQUEST_METHOD"], params["REQUEST_URI"], line, status,
            reply[-400:]))


def main():
    path, pki, count, pid = sys.argv[1:]
    asked = questions(pki)
    clients = [Client(path) for _ in range(3)]
    for i in range(int(count)):
        role, status, params = asked[i % len(asked)]
        keep = i % 7 != 0
        reply = clients[i % len(clients)].ask(role, keep, params)
        check(reply, status, params)
        if i % 1000 == 500:
            os.kill(int(pid), signal.SIGHUP)
    print("%s requests of %d kinds, each answered" % (count, len(asked)))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        print(error)
        sys.exit(1)
