"""A TLS client that sends exactly what it is given: no normalisation of
paths, methods or headers. Only for tests."""

import http.client
import json
import socket
import ssl


class Reply:
    """What came back. A status of 0: no HTTP answer, and error says why:
    "tls" (the server ended the handshake) or "closed"."""

    def __init__(self, status=0, headers=(), body=b"", error=""):
        self.status = status
        self.headers = [(k.lower(), v) for k, v in headers]
        self.body = body
        self.error = error

    def header(self, name):
        values = [v for k, v in self.headers if k == name.lower()]
        return ", ".join(values) if values else None

    @property
    def reason(self):
        return self.header("X-Mtlsgate-Reason")

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def seen(self, name):
        """All values of a header as the echoing backend saw it."""
        pairs = self.json().get("headers", [])
        return [v for k, v in pairs if k.lower() == name.lower()]

    def __str__(self):
        return f"{self.status or self.error} {self.reason or ''}".strip()


def context(pki, cert):
    """A client context that trusts the test CA and shows certificate cert
    (a name in pki), or none."""
    ctx = ssl.create_default_context(cafile=f"{pki}/ca-cert.pem")
    ctx.set_ciphers("DEFAULT@SECLEVEL=0")
    if cert:
        ctx.load_cert_chain(f"{pki}/{cert}-cert.pem", f"{pki}/{cert}-key.pem")
    return ctx


class Connection:
    """One TLS connection, kept as long as the server keeps it."""

    def __init__(self, ctx, port):
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.tls = ctx.wrap_socket(plain, server_hostname="localhost")

    def send(self, target, method="GET", headers=(), body=b"", host=None):
        lines = [f"{method} {target} HTTP/1.1"]
        lines.append(f"Host: {host or 'localhost'}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body or method not in ("GET", "HEAD"):
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.tls.sendall(head.encode("latin-1") + body)
        answer = http.client.HTTPResponse(self.tls, method=method)
        answer.begin()
        return Reply(answer.status, answer.getheaders(), answer.read())

    def close(self):
        self.tls.close()


def fetch(pki, port, target, cert=None, **request):
    """One request on a connection of its own."""
    ctx = context(pki, cert)
    try:
        connection = Connection(ctx, port)
    except ssl.SSLError:
        return Reply(error="tls")
    except OSError:
        return Reply(error="closed")
    headers = list(request.pop("headers", ())) + [("Connection", "close")]
    try:
        return connection.send(target, headers=headers, **request)
    except ssl.SSLError:
        return Reply(error="tls")
    except (OSError, http.client.HTTPException):
        return Reply(error="closed")
    finally:
        connection.close()
