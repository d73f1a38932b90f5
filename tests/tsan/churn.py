#!/usr/bin/env python3
"""Everything at once: requests on kept connections and on new ones, halves of
requests, idle connections, reloads, a list of revoked certificates that
changes, and at the end SIGTERM among the requests. A good certificate is
always granted, the one that is now and then revoked never gets an error.
Usage: churn.py WORK setup, or churn.py WORK SOCKET PID SECONDS"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "wire"))

from records import (AUTHORIZER, RESPONDER, Connection, Failure,  # noqa: E402
                     request_bytes)

CA = """\
[ca]
default_ca = own
[own]
dir = {work}
database = {work}/index.txt
serial = {work}/serial
new_certs_dir = {work}
certificate = {work}/ca.pem
private_key = {work}/ca.key
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
x509_extensions = client
[any]
commonName = supplied
[client]
extendedKeyUsage = clientAuth
"""
POLICY = """\
[certificate]
source = server
verify = both
ca = ca.pem
crl = list.crl
[identity]
id = subject.CN
[role user]
default = yes
[access app]
path = /app/*
path = /api/*
allow = *
[audit]
log = churn.log
[server]
request_timeout = 2s
max_connections = 60
"""
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(work, *args):
    subprocess.run(["openssl", *args], cwd=work, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def setup(work):
    (work / "ca.cnf").write_text(CA.format(work=work))
    (work / "index.txt").write_text("")
    (work / "serial").write_text("1000\n")
    openssl(work, "req", "-x509", *NEW_KEY, "-keyout", "ca.key", "-out",
            "ca.pem", "-subj", "/CN=CA", "-days", "30", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign")
    for name in ("good", "bad"):
        openssl(work, "req", "-new", *NEW_KEY, "-keyout", name + ".key",
                "-out", name + ".csr", "-subj", "/CN=" + name)
        openssl(work, "ca", "-batch", "-config", "ca.cnf", "-in",
                name + ".csr", "-out", name + ".pem", "-notext")
    openssl(work, "ca", "-config", "ca.cnf", "-gencrl", "-out", "none.crl")
    openssl(work, "ca", "-config", "ca.cnf", "-revoke", "bad.pem")
    openssl(work, "ca", "-config", "ca.cnf", "-gencrl", "-out", "one.crl")
    put(work, "list.crl", (work / "none.crl").read_text())
    put(work, "policy.ini", POLICY)


def put(work, name, text):
    (work / "new").write_text(text)
    os.replace(work / "new", work / name)


def requests(work):
    """(statuses that may come, request) for each kind, kept."""
    out = []
    for name, may in (("good", (200,)), ("bad", (200, 401))):
        params = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/app/x",
                  "REMOTE_ADDR": "192.0.2.1", "SSL_CLIENT_VERIFY": "SUCCESS",
                  "SSL_CLIENT_CERT": (work / (name + ".pem")).read_text()}
        out.append((may, request_bytes(AUTHORIZER, params, keep=True)))
        page = dict(params, SCRIPT_NAME="/api/profile",
                    REQUEST_URI="/api/profile")
        out.append((may, request_bytes(RESPONDER, page, keep=True,
                                       stdin=b"body")))
    return out


class Client(threading.Thread):
    """Asks, leaves halves behind, goes away and comes again. What is closed
    under its hands is no fault: there are more connections than may be."""

    def __init__(self, path, kinds, over, seed):
        super().__init__()
        self.path, self.kinds, self.over = path, kinds, over
        self.random = random.Random(seed)
        self.answered, self.fault = 0, ""

    def ask(self, c):
        may, data = self.random.choice(self.kinds)
        if self.random.random() < 0.2:
            cut = self.random.randrange(len(data))
            c.send(data[:cut])
            if self.random.random() < 0.3:
                raise Failure("the rest is not sent")
            time.sleep(self.random.random() / 50)
            data = data[cut:]
        c.send(data)
        reply = c.read_reply()
        if reply.ended and reply.status not in may:
            self.fault = "%r where %r may be" % (reply.raw[:200], may)
        self.answered += reply.ended

    def run(self):
        while not self.over.is_set() and not self.fault:
            try:
                with Connection(self.path, 60) as c:
                    for _ in range(self.random.randrange(30)):
                        self.ask(c)
                    time.sleep(self.random.random() / 20)
            except (OSError, Failure):
                time.sleep(0.01)


def idle(path, over):
    """More connections than may be, silent or with a byte now and then."""
    held = []
    while not over.is_set():
        try:
            held.append(Connection(path, 60))
            held[-1].try_send(b"\1" * (len(held) % 2))
        except OSError:
            pass
        if len(held) > 80:
            held.pop(0).close()
        time.sleep(0.01)


def churn(work, pid, until):
    changes = 0
    while time.monotonic() < until:
        name = ("one.crl", "none.crl")[changes % 2]
        put(work, "list.crl", (work / name).read_text())
        if changes % 3 == 0:
            os.kill(pid, signal.SIGHUP)
        changes += 1
        time.sleep(0.4)
    return changes


def main():
    work = Path(sys.argv[1])
    if sys.argv[2] == "setup":
        setup(work)
        return
    path, pid, seconds = sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    over = threading.Event()
    clients = [Client(path, requests(work), over, i) for i in range(12)]
    others = clients + [threading.Thread(target=idle, args=(path, over))]
    for thread in others:
        thread.start()
    changes = churn(work, pid, time.monotonic() + seconds)
    os.kill(pid, signal.SIGTERM)
    time.sleep(1)
    over.set()
    for thread in others:
        thread.join()
    faults = [client.fault for client in clients if client.fault]
    answered = sum(client.answered for client in clients)
    for fault in faults[:3]:
        print("wrong: " + fault)
    print("%d answers, %d changes, %d wrong" % (answered, changes,
                                                len(faults)))
    sys.exit(1 if faults or not answered else 0)


main()
