"""Under load the policy is swapped for a broken one, a half-written one, an
empty one, and back: every answer stays right, on both servers, and the status
page says what is wrong with the file."""

import threading
import time

from lib_http import fetch
from lib_lab import Lab
from lib_report import Report
from lib_servers import Apache, Lighttpd

# Certificate, page, status. Apache's access checker makes a 403 a 401.
WANTED = [
    ("admin", "/admin/f", (200,)),
    ("admin", "/api/admin/status", (200,)),
    ("user", "/api/profile", (200,)),
    ("user", "/admin/f", (401, 403)),
    ("user", "/api/admin/status", (403,)),
    (None, "/app/x", (401,)),
    (None, "/public/x", (200,)),
]
CLIENTS = 2  # for each server
LOADED = 20  # seconds at most for a change to be noticed


class Load:
    """Clients that ask all the time and note every wrong answer."""

    def __init__(self, lab, servers):
        self.lab = lab
        self.wrong = []
        self.asked = 0
        self.done = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(server,))
            for server in servers
            for _ in range(CLIENTS)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, server):
        while not self.done.is_set():
            for cert, page, statuses in WANTED:
                reply = fetch(self.lab.pki, server.port, page, cert)
                self.asked += 1
                if reply.status not in statuses:
                    self.wrong.append(f"{server.name} {cert} {page}: {reply}")

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join()


def reload_error(lab, server):
    reply = fetch(lab.pki, server.port, "/api/admin/status", "admin")
    return reply.json().get("policy", {}).get("reload_error")


def wait_until(servers, lab, wrong):
    """Until each server says that the file is wrong, or that it is not."""
    until = time.monotonic() + LOADED
    while time.monotonic() < until:
        if all(bool(reload_error(lab, s)) == wrong for s in servers):
            return True
        time.sleep(0.1)
    return False


def overwrite(lab, text):
    """In place, as an editor or a full disk would leave it."""
    with open(lab.policy, "w") as out:
        out.write(text)


def main():
    report = Report()
    with Lab() as lab:
        servers = [Apache(lab), Lighttpd(lab)]
        good = lab.example_policy()
        bad = {
            "broken": good.replace("allow = admin", "allow = adminn"),
            "half-written": good[: len(good) // 2],
            "empty": "",
            "garbage": "\0\x01\x02" * 1000,
        }
        load = Load(lab, servers)
        for name, text in bad.items():
            overwrite(lab, text)
            report.check(
                f"{name} policy is noticed",
                wait_until(servers, lab, True),
                "no reload_error",
            )
            lab.write_policy(good)
            report.check(
                f"good policy after the {name} one",
                wait_until(servers, lab, False),
                "still a reload_error",
            )
        load.stop()
        report.check(
            f"every one of {load.asked} answers was right",
            load.asked > 100 and not load.wrong,
            load.wrong[:5],
        )
    report.finish()


main()
