#!/usr/bin/env python3
"""Requests of every kind from several clients at once, on kept connections
and on new ones, and reloads of good and of bad policies among them; every
answer must be right. Usage: load.py WORK setup, or
load.py WORK SOCKET PID CLIENTS REQUESTS RELOADS"""

import hashlib
import os
import signal
import ssl
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oom"))

import fcgi  # noqa: E402
import gate  # noqa: E402
import kinds  # noqa: E402

CERTIFICATES = ("admin", "user", "stolen")
KEPT_OF_FOUR = 3
SMALL_CACHE = 16  # so that its places are fought over
UNSEEN_OF_FIVE = 1


def policy_text(work, level):
    der = ssl.PEM_cert_to_DER_cert((work / "admin.pem").read_text())
    return kinds.POLICY.format(pin=hashlib.sha256(der).hexdigest(),
                               log=work / "audit.log", level=level,
                               cache=SMALL_CACHE)


def put_policy(work, text):
    new = work / "policy.new"
    new.write_text(text)
    os.replace(new, work / "policy.ini")


class Client(threading.Thread):
    def __init__(self, path, certs, tables, count, shift):
        super().__init__()
        self.certs = certs
        self.path, self.count, self.shift = path, count, shift
        self.single, self.kept = tables
        self.names = sorted(self.single)
        self.sock = None
        self.faults = []

    def ask_kept(self, data):
        if not self.sock:
            self.sock = fcgi.connect(self.path, 120)
        self.sock.sendall(data)
        answer = fcgi.read_answer(self.sock, keep=True)
        if answer.closed:
            self.drop()
        return answer

    def drop(self):
        if self.sock:
            self.sock.close()
        self.sock = None

    def ask_one(self, number):
        name = self.names[(number // 4 + self.shift) % len(self.names)]
        if number % 5 < UNSEEN_OF_FIVE:
            name, wanted = "granted, unseen", 200
            data = kinds.first_time(self.certs, f"{self.shift}-{number}")
            answer = fcgi.ask(self.path, data, 120)
        elif number % 4 < KEPT_OF_FOUR:
            wanted, data = self.kept[name]
            answer = self.ask_kept(data)
        else:
            wanted, data = self.single[name]
            answer = fcgi.ask(self.path, data, 120)
        status, _, _, fault = kinds.parse(answer.stdout)
        if fault or answer.odd or not answer.ended or status != wanted:
            self.faults.append(f"{name}: {fault} {answer.odd} "
                               f"{answer.stdout[:300]!r}")

    def run(self):
        try:
            for number in range(self.count):
                self.ask_one(number)
        except OSError as error:
            self.faults.append(repr(error))
        self.drop()


def reload_now_and_then(work, pid, clients, reloads):
    """Good policies of two kinds, and now and then a bad one."""
    good = [policy_text(work, "info"), policy_text(work, "debug")]
    bad = good[0].replace("[role admin]", "[role admin")
    done = 0
    while any(client.is_alive() for client in clients):
        if done < reloads:
            put_policy(work, bad if done % 3 == 2 else good[done % 2])
            os.kill(pid, signal.SIGHUP)
            done += 1
        time.sleep(0.2)
    put_policy(work, good[0])
    return done


def main():
    work = Path(sys.argv[1])
    if sys.argv[2] == "setup":
        gate.make_certificates(work)
        put_policy(work, policy_text(work, "info"))
        return
    path = sys.argv[2]
    pid, count, requests, reloads = map(int, sys.argv[3:7])
    certs = {name: (work / (name + ".pem")).read_text()
             for name in CERTIFICATES}
    tables = kinds.make_kinds(certs), kinds.make_kinds(certs, keep=True)
    clients = [Client(path, certs, tables, requests // count, i)
               for i in range(count)]
    for client in clients:
        client.start()
    done = reload_now_and_then(work, pid, clients, reloads)
    faults = [fault for client in clients for fault in client.faults]
    for fault in faults[:3]:
        print(f"wrong: {fault}")
    print(f"{requests // count * count} requests, {done} reloads, "
          f"{len(faults)} wrong answers")
    sys.exit(1 if faults or not done else 0)


main()
