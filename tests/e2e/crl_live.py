"""CRL files that change under a running program."""

import os
import threading
import time

from crl_lab import policy, wire

CLIENTS = 8
SOON = 2.0   # seconds in which a changed file must count
SLACK = 0.5  # of a busy machine


class Live:
    """A CA with three certificates, and its CRL in a directory."""

    def __init__(self, lab, entries=0):
        self.root = lab.pki.authority("/O=Test/CN=Root")
        self.certs = {name: self.root.issue("/CN=" + name)
                      for name in ("alice", "bob", "carol")}
        self.place = lab.pki.path(".d")
        os.mkdir(self.place)
        self.file = os.path.join(self.place, "root.crl")
        self.root.revoke(self.certs["carol"])
        self.root.crl(path=self.file)
        self.text = policy(["ca = " + self.root.cert.path,
                            "crl = " + self.place],
                           "\n[role admin]\nsubject.CN = bob\n"
                           "\n[role any]\ndefault = yes\n")


class Client(threading.Thread):
    """Asks about one certificate without pause."""

    def __init__(self, lab, gate, cert, kept):
        super().__init__()
        self.gate = gate
        self.kept = kept
        self.params = lab.params(cert)
        self.stop = False
        self.answers = []  # (when asked, when answered, granted, reason)
        self.why = None

    def run(self):
        try:
            while not self.stop:
                self.work()
        except Exception as why:  # told by the main thread
            self.why = why

    def work(self):
        with self.gate.connect() as c:
            for _ in range(100 if self.kept else 1):
                if self.stop:
                    return
                began = time.monotonic()
                reply = c.request(wire.AUTHORIZER, self.params,
                                  keep=self.kept)
                wire.check(reply.ended, "a reply without an end")
                self.answers.append((began, time.monotonic(), reply.granted,
                                     reply.reason()))


def run_clients(lab, gate, live, seconds, change):
    """Eight clients; change() after half the time. When that was, and what
    each of them saw."""
    names = ["alice", "bob", "carol", "alice"] * (CLIENTS // 4)
    clients = [Client(lab, gate, live.certs[name], i % 2 == 0)
               for i, name in enumerate(names)]
    for client in clients:
        client.start()
    time.sleep(seconds / 3)
    changed = change()
    time.sleep(seconds * 2 / 3)
    for client in clients:
        client.stop = True
    for client in clients:
        client.join(20)
        wire.check(client.why is None, repr(client.why))
    return changed, list(zip(names, clients))


def judge(name, answers, changed):
    """carol never, bob always, alice until she is revoked."""
    late = 0.0
    for began, _, granted, reason in answers:
        wanted = {"carol": False, "bob": True}.get(name)
        if wanted is None:
            if granted:
                late = max(late, began - changed)
            wanted = granted if 0 < began - changed <= SOON + SLACK else \
                began <= changed
        wire.equal(granted, wanted, "%s %.2f s after the change: %s" %
                   (name, began - changed, reason))
        wire.check(granted or reason == "revoked", name, "denied:", reason)
    return late


def case_revocation_under_load(lab):
    live = Live(lab)

    def change():
        live.root.revoke(live.certs["alice"])
        live.root.crl(path=live.file)  # renamed over the old one
        return time.monotonic()

    with lab.gate(live.text) as gate:
        changed, seen = run_clients(lab, gate, live, 5.0, change)
    late = max(judge(name, client.answers, changed) for name, client in seen)
    total = sum(len(client.answers) for _, client in seen)
    wire.check(total > 200, "only", total, "requests")
    return "%d requests of %d clients, denied after %.1f s" % (
        total, CLIENTS, late)


def status(gate, lab, cert):
    params = wire.responder("/api/admin/status", cert.pem)
    reply = gate.ask(wire.RESPONDER, params)
    wire.equal(reply.status, 200, "status page: %s" % reply.reason())
    return reply.json()


def wait(gate, lab, cert, wanted, seconds=SOON + SLACK):
    """Until cert is granted or not."""
    until = time.monotonic() + seconds
    while True:
        reply = gate.ask(wire.AUTHORIZER, lab.params(cert))
        if reply.granted == wanted:
            return reply
        wire.check(time.monotonic() < until, "still", reply.reason())
        time.sleep(0.05)


def case_new_file_in_the_directory(lab):
    live = Live(lab)
    with lab.gate(live.text) as gate:
        wait(gate, lab, live.certs["alice"], True, 0)
        live.root.revoke(live.certs["alice"])
        live.root.crl(path=os.path.join(live.place, "newer.crl"))
        reply = wait(gate, lab, live.certs["alice"], False)
        wire.equal(reply.reason(), "revoked")
        crls = status(gate, lab, live.certs["bob"])["crl"]
        wire.equal(len(crls), 2, "CRLs on the status page")
        wire.equal(sorted(c["entries"] for c in crls), [1, 2])
        wire.equal({c["issuer"] for c in crls}, {"CN=Root,O=Test"})


def broken(live, lab):
    """What a CRL file must not become."""
    with open(live.file, "rb") as f:
        good = f.read()
    return {"empty": b"", "junk": b"junk\n", "half": good[:len(good) // 2],
            "a certificate": live.root.cert.pem.encode()}


def case_broken_file_keeps_the_old(lab):
    live = Live(lab)
    with lab.gate(live.text) as gate:
        for what, content in broken(live, lab).items():
            mark = len(gate.text())
            with open(live.file, "rb") as f:
                good = f.read()
            wire.write_whole(live.file, content)
            gate.wait_for("root.crl", seconds=SOON + SLACK, after=mark)
            body = status(gate, lab, live.certs["bob"])
            wire.check("root.crl" in (body["policy"]["reload_error"] or ""),
                       what, body["policy"])
            wait(gate, lab, live.certs["alice"], True, 0)
            reply = wait(gate, lab, live.certs["carol"], False, 0)
            wire.equal(reply.reason(), "revoked", what)
            wire.write_whole(live.file, good)
            until = time.monotonic() + SOON + SLACK
            while status(gate, lab, live.certs["bob"])["policy"][
                    "reload_error"]:
                wire.check(time.monotonic() < until, what, "is remembered")
                time.sleep(0.05)


def case_removed_file_keeps_the_old(lab):
    live = Live(lab)
    with lab.gate(live.text) as gate:
        os.rename(live.file, live.file + ".away")
        os.rename(live.file + ".away", os.path.join(lab.directory, "away"))
        gate.wait_for(live.place, seconds=SOON + SLACK)
        time.sleep(0.2)
        reply = gate.ask(wire.AUTHORIZER, lab.params(live.certs["carol"]))
        wire.equal(reply.reason(), "revoked")
        wait(gate, lab, live.certs["alice"], True, 0)


def case_started_with_a_broken_file(lab):
    live = Live(lab)
    with open(live.file, "rb") as f:
        good = f.read()
    wire.write_whole(live.file, "junk\n")
    place = os.path.join(lab.directory, "gate")
    os.mkdir(place)
    with wire.Gate(os.environ["MTLSGATE"], place, live.text,
                   wait=False) as gate:
        gate.wait_for("root.crl")
        reply = gate.ask(wire.AUTHORIZER, lab.params(live.certs["bob"]))
        wire.equal(reply.reason(), "policy_invalid")
        wire.write_whole(live.file, good)
        wait(gate, lab, live.certs["bob"], True)


def case_crl_that_runs_out(lab):
    """Its end counts without any file that changes."""
    live = Live(lab)
    live.root.crl(path=live.file, until=3)
    with lab.gate(live.text) as gate:
        wait(gate, lab, live.certs["bob"], True, 0)
        reply = wait(gate, lab, live.certs["bob"], False, 6)
        wire.equal(reply.reason(), "crl_expired")
