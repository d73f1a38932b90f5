"""What is the same for every server in front of a daemon: methods, bodies,
kept connections, and nobody to ask. Only for tests."""

from lib_http import Connection, context

WANTED = {"admin": "admin", "user": "user1", "service": "deploy-bot"}


def methods(report, claims):
    """The method that is judged is the client's own."""
    for method, status in (
        ("POST", 200),
        ("GET", 200),
        ("HEAD", 200),
        ("DELETE", 403),
        ("PUT", 403),
        ("post", 400),
    ):
        reply = claims.ask("/deploy/x", "service", method=method)
        report.check(
            f"{method} /deploy/x",
            reply.status == status or (status == 400 and reply.status >= 400),
            reply,
        )


def kept(report, lab, server, count=1000):
    """Many requests on few connections, in turn from three certificates: each
    is answered for itself."""
    connections = {
        cert: Connection(context(lab.pki, cert), server.port)
        for cert in WANTED
    }
    wrong = []
    for i in range(count):
        cert = list(WANTED)[i % len(WANTED)]
        page = ("/api/profile", "/app/page")[i % 2]
        try:
            reply = connections[cert].send(page)
        except OSError:
            connections[cert] = Connection(context(lab.pki, cert), server.port)
            reply = connections[cert].send(page)
        if i % 2:
            seen = reply.seen("Remote-User")
        else:
            seen = [reply.json().get("user", {}).get("id")]
        if seen != [WANTED[cert]]:
            wrong.append((i, cert, page, str(reply), seen))
    for connection in connections.values():
        connection.close()
    report.check(f"{count} requests on kept connections", not wrong, wrong[:3])


def bodies(report, lab, server):
    """Bodies of any size between requests on one connection: the next answer
    is that of the next request."""
    connection = Connection(context(lab.pki, "user"), server.port)
    for size in (0, 1, 8191, 8192, 8193, 65535, 300_000):
        connection.send("/api/profile", "POST", body=b"x" * size)
        try:
            reply = connection.send("/api/profile")
        except OSError:
            connection = Connection(context(lab.pki, "user"), server.port)
            reply = connection.send("/api/profile")
        report.equal(
            f"after a body of {size} bytes",
            reply.json().get("user", {}).get("id"),
            "user1",
        )
    connection.close()


def gate_down(report, lab, claims, daemon):
    """Nobody to ask: nobody gets in."""
    lab.stop(daemon.process)
    for page in ("/private/f", "/app/page", "/public/page", "/api/profile"):
        reply = claims.ask(page, "admin")
        report.check(
            f"mtlsgate is down: {page}",
            reply.status in (403, 500, 502, 503),
            reply,
        )
