"""Under load the policy is swapped for a broken one, a half-written one, an
empty one, and back. Whoever runs already goes on with the old one: every
answer stays right. mod_fcgid starts further programs whenever it likes; one
that starts while the file is broken denies everything, and never grants."""

import threading
import time

from lib_http import fetch
from lib_lab import Lab
from lib_report import Report
from lib_servers import Apache, Lighttpd

# Certificate, page, status. Apache's access checker makes a 403 a 401.
LIGHTTPD = [
    ("admin", "/admin/f", (200,)),
    ("admin", "/api/admin/status", (200,)),
    ("user", "/api/profile", (200,)),
    ("user", "/admin/f", (403,)),
    ("user", "/api/admin/status", (403,)),
    (None, "/app/x", (401,)),
    (None, "/public/x", (200,)),
]
APACHE = [
    ("admin", "/team/admin/x", (200,)),
    ("user", "/team/x", (200,)),
    ("user", "/team/admin/x", (403,)),
    (None, "/team/x", (401,)),
    ("admin", "/admin/f", (200, "policy_invalid")),
    ("user", "/admin/f", (401, "policy_invalid")),
    ("user", "/api/profile", (200, "policy_invalid")),
    (None, "/public/x", (200, "policy_invalid")),
]
CLIENTS = 4  # for each server
NOTICED = 2.2  # seconds until a change of the file is noticed, and a bit


class Load:
    """Clients that ask all the time and note every wrong answer."""

    def __init__(self, lab, servers):
        self.lab = lab
        self.wrong = []
        self.asked = 0
        self.done = threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(server, wanted))
            for server, wanted in servers
            for _ in range(CLIENTS)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, server, wanted):
        while not self.done.is_set():
            for cert, page, allowed in wanted:
                reply = fetch(self.lab.pki, server.port, page, cert)
                self.asked += 1
                if not {reply.status, reply.reason} & set(allowed):
                    self.wrong.append(f"{server.name} {cert} {page}: {reply}")

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join()


def reload_error(lab, server):
    reply = fetch(lab.pki, server.port, "/api/admin/status", "admin")
    return reply.json().get("policy", {}).get("reload_error")


def overwrite(lab, text):
    """In place, as an editor or a full disk would leave it."""
    with open(lab.policy, "w") as out:
        out.write(text)


def main():
    report = Report()
    with Lab() as lab:
        lighttpd, apache = Lighttpd(lab), Apache(lab)
        good = lab.example_policy()
        bad = {
            "broken": good.replace("allow = admin", "allow = adminn"),
            "half-written": good[: len(good) // 2],
            "empty": "",
        }
        load = Load(lab, [(lighttpd, LIGHTTPD), (apache, APACHE)])
        for name, text in bad.items():
            overwrite(lab, text)
            time.sleep(NOTICED)
            error = reload_error(lab, lighttpd)
            report.check(f"{name} policy is noticed", error, error)
            lab.write_policy(good)
            time.sleep(NOTICED)
            error = reload_error(lab, lighttpd)
            report.check(f"good after {name} is noticed", not error, error)
        load.stop()
        report.check(
            f"every one of {load.asked} answers was right",
            load.asked > 100 and not load.wrong,
            load.wrong[:5],
        )
    report.finish()


main()
