"""Servers, certificates and a policy of the browser for look.mjs, which looks
at the pages. Run by run.sh."""

import json
import os
import signal
import subprocess
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, f"{TESTS}/e2e")

from lib_fronts import Daemon, Nginx
from lib_lab import Lab
from lib_servers import Apache, Lighttpd

POLICIES = "/etc/chromium/policies/managed"
MESSAGES = """
[messages]
contact = IT help desk, telephone 4711, help@example.com
help_url = https://help.example.com/certificates?topic=mtls&lang=en
"""
# Markup, quotes and a character that turns what follows around; 64 characters
# are as many as a certificate takes.
HOSTILE_CN = "<script>alert(1)</script>\"'&<b>\u202eeslaf"
HOSTILE_O = "W" * 64
CLIENTS = ["user", "admin", "hostile", "nobody"]


def run(*argv):
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{argv}: {done.stdout}{done.stderr}")


def make_hostile(lab):
    subject = "".join(
        f"/{key}={value}"
        for key, value in [
            ("CN", HOSTILE_CN.replace("/", "\\/")),
            ("O", HOSTILE_O),
        ]
    )
    name = f"{lab.pki}/hostile"
    with open(f"{name}.ext", "w") as out:
        out.write("extendedKeyUsage = clientAuth\n")
    run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-subj", subject,
        "-keyout", f"{name}-key.pem", "-out", f"{name}.csr")
    run("openssl", "x509", "-req", "-in", f"{name}.csr", "-days", "9",
        "-CA", f"{lab.pki}/ca-cert.pem", "-CAkey", f"{lab.pki}/ca-key.pem",
        "-extfile", f"{name}.ext", "-out", f"{name}-cert.pem")


def make_home(lab, client):
    """A home whose certificate store has the CA, and the client's own."""
    home = f"{lab.dir}/home-{client}"
    store = f"{home}/.pki/nssdb"
    os.makedirs(store)
    run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{store}", "-n", "ca", "-t", "C,,",
        "-i", f"{lab.pki}/ca-cert.pem")
    if client != "nobody":
        p12 = f"{home}/client.p12"
        run("openssl", "pkcs12", "-export", "-passout", "pass:x",
            "-name", client, "-out", p12,
            "-in", f"{lab.pki}/{client}-cert.pem",
            "-inkey", f"{lab.pki}/{client}-key.pem")
        run("pk12util", "-d", f"sql:{store}", "-i", p12, "-W", "x", "-K", "")
    return home


class BrowserPolicy:
    """A managed policy by which the browser picks the one certificate that it
    has for these ports, without asking."""

    def __init__(self, ports):
        picks = [
            json.dumps({"pattern": f"https://localhost:{port}", "filter": {}})
            for port in ports
        ]
        self.text = json.dumps({"AutoSelectCertificateForUrls": picks})
        self.file = f"{POLICIES}/mtlsgate-test-{os.getpid()}.json"
        self.made = []

    def __enter__(self):
        parts = POLICIES.split("/")
        for i in range(2, len(parts) + 1):
            directory = "/".join(parts[:i])
            if not os.path.isdir(directory):
                os.mkdir(directory)
                self.made.append(directory)
        with open(self.file, "w") as out:
            out.write(self.text)

    def __exit__(self, *exc):
        os.unlink(self.file)
        for directory in reversed(self.made):
            try:
                os.rmdir(directory)
            except OSError:
                pass  # somebody else has put something there


def pages(lab, lighttpd, others):
    """What is looked at: name, client, address, status, and texts that must
    be there. The first three are looked at in the dark as well."""
    base = f"https://localhost:{lighttpd.port}"
    known = ["Who you are", "For whoever helps you"]
    help_ = ["What you can do", "IT help desk, telephone 4711"]
    rows = [
        ("denied", "user", f"{base}/admin/f", 403,
         ["Access denied", "A role that you do not have is needed",
          "user1", "GET /admin/f", "role_required"] + known + help_),
        ("profile", "admin", f"{base}/api/profile", 200,
         ["Your profile", "admin", "mTLS", "Administrators"] + known),
        ("status", "admin", f"{base}/api/admin/status", 200,
         ["Status of mtlsgate", "admin", "policy.ini", "Granted"] + known),
        ("nobody", "nobody", f"{base}/private/f", 401,
         ["A client certificate is needed", "none was received",
          "certificate_missing"] + known + help_),
        ("hostile", "hostile", f"{base}/admin/%3Cscript%3Ealert(2)", 403,
         ["<script>alert(1)</script>\"'&<b>\\u202Eeslaf", HOSTILE_O,
          "GET /admin/<script>alert(2)"] + known),
    ]
    for server, path in others:
        rows.append(
            (f"denied-{server.name}", "user",
             f"https://localhost:{server.port}{path}", 403,
             ["Access denied", "user1", "role_required"] + known + help_))
    rows.append(("hostile-profile", "hostile", f"{base}/api/profile", 200,
                 ["<script>alert(1)</script>\"'&<b>\\u202Eeslaf"]))
    keys = ("name", "client", "url", "status", "texts")
    return [dict(zip(keys, row), brief=i > 2) for i, row in enumerate(rows)]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    where = os.environ["BROWSER_DIR"]
    with Lab() as lab:
        lab.write_policy(lab.example_policy() + MESSAGES)
        make_hostile(lab)
        servers = [Lighttpd(lab), Apache(lab), Nginx(lab, Daemon(lab))]
        plan = {
            "homes": {c: make_home(lab, c) for c in CLIENTS},
            "pages": pages(lab, servers[0], [(servers[1], "/team/admin/f"),
                                             (servers[2], "/admin/f")]),
            "out": f"{where}/screenshots",
        }
        with open(f"{where}/plan.json", "w") as out:
            json.dump(plan, out)
        with BrowserPolicy([server.port for server in servers]):
            done = subprocess.run(["node", f"{where}/look.mjs"], cwd=where)
    sys.exit(done.returncode)


main()
