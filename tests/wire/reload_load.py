"""200 reloads under load: python3 tests/wire/reload_load.py BINARY [RELOADS]

Eight clients ask without pause while two policies take turns. Every answer
must be right under one of the two, none an error, none a grant that neither
gives; and each client sees both policies at work.
"""

import os
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from wire import (AUTHORIZER, POLICY, RESPONDER, Bench, Certs, Failure,
                  authorizer, check, equal, responder, write_whole)  # noqa

CLIENTS = 8
# Under the one policy users may go to /red, under the other to /blue; under
# neither may they go to /admin, and under both to /api.
RED = POLICY.replace("path = /app/*", "path = /red/*")
BLUE = POLICY.replace("path = /app/*", "path = /blue/*")


class Client(threading.Thread):
    def __init__(self, gate, cert, kept):
        super().__init__()
        self.gate = gate
        self.kept = kept
        self.cert = cert
        self.stop = False
        self.asked = 0
        self.seen = set()
        self.why = None

    def run(self):
        try:
            while not self.stop:
                self.work()
        except Exception as why:  # told by the main thread
            self.why = why

    def work(self):
        with self.gate.connect() as c:
            for _ in range(50 if self.kept else 1):
                self.one(c)
                if self.stop:
                    return

    def one(self, c):
        number = self.asked % 4
        self.asked += 1
        if number == 3:
            reply = c.request(RESPONDER, responder("/api/profile",
                                                   self.cert),
                              keep=self.kept)
            check(reply.ended, "no answer")
            equal(reply.status, 200, "/api/profile")
            equal(reply.json()["user"]["id"], "bob", "id")
            return
        path = ("/red/x", "/blue/x", "/admin/x")[number]
        reply = c.request(AUTHORIZER, authorizer(path, self.cert),
                          keep=self.kept)
        check(reply.ended, "no answer")
        wanted = (403,) if number == 2 else (200, 403)
        check(reply.status in wanted, path, reply.status, reply.raw[:200])
        if reply.status == 403:
            wanted = "role_required" if number == 2 else "no_rule"
            equal(reply.reason(), wanted, path)
        self.seen.add((path, reply.status))


def alternate(gate, reloads):
    for i in range(reloads):
        before = gate.text().count(" is in force")
        write_whole(gate.policy_file, (BLUE, RED)[i % 2])
        gate.signal(signal.SIGHUP)
        until = time.monotonic() + 10
        while gate.text().count(" is in force") == before:
            check(time.monotonic() < until, "reload", i, "never came")
            time.sleep(0.002)


def run(binary, reloads, directory):
    bench = Bench(binary, Certs(directory))
    log = "\n[audit]\nlog = /dev/null\n"
    global RED, BLUE
    RED, BLUE = RED + log, BLUE + log
    with bench.gate(policy=RED) as gate:
        clients = [Client(gate, bench.certs.user, n % 2 == 0)
                   for n in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            alternate(gate, reloads)
        finally:
            for client in clients:
                client.stop = True
            for client in clients:
                client.join()
        for client in clients:
            check(client.why is None, "a client:", client.why)
            for path in ("/red/x", "/blue/x"):
                for status in (200, 403):
                    check((path, status) in client.seen, "never saw", path,
                          status)
        check("error:" not in gate.text(), gate.text()[-500:])
        equal(gate.stop(), 0, "exit status")
    bench.close()
    return sum(client.asked for client in clients)


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: reload_load.py BINARY [RELOADS]")
    reloads = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wire-") as directory:
        try:
            asked = run(os.path.abspath(sys.argv[1]), reloads, directory)
        except Failure as why:
            print("FAIL reload_load: %s" % why)
            print("0 passed, 1 failed")
            sys.exit(1)
    print("ok reload_load: %d reloads, %d requests, %.1f s" %
          (reloads, asked, time.monotonic() - began))
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
