"""The command that examples/*/README.md gives for looking at a server finds
no fault in the server of that example, and finds one where the gate is gone."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import lib_doctor  # noqa: E402, F401
from lib_fronts import (  # noqa: E402
    Caddy,
    Daemon,
    Haproxy,
    Nginx,
    caddy_policy,
)
from lib_lab import TOP, Lab  # noqa: E402
from lib_report import Report  # noqa: E402
from lib_servers import Apache, Lighttpd  # noqa: E402

COMMAND = r"(?m)^cd \S+\nmtlsgatectl (doctor (?:.*\\\n)*.*)$"


def command_of(name):
    """The arguments that the README of an example names."""
    with open(f"{TOP}/examples/{name}/README.md") as file:
        found = re.search(COMMAND, file.read())
    if not found:
        raise RuntimeError(f"examples/{name}/README.md has no doctor in it")
    return found[1].replace("\\\n", " ").split()


def run(lab, name, port):
    args = command_of(name)
    url = re.sub("localhost", f"localhost:{port}", args.pop())
    done = subprocess.run(
        [os.environ["MTLSGATECTL"], *args, url],
        cwd=lab.pki,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def main():
    report = Report()
    with Lab() as lab:
        gate = Daemon(lab)
        trusting = Daemon(lab, "trusting", caddy_policy(lab))
        for server in (
            Apache(lab),
            Lighttpd(lab),
            Nginx(lab, gate),
            Haproxy(lab, gate),
            Caddy(lab, trusting),
        ):
            status, text = run(lab, server.name, server.port)
            report.check(
                f"doctor in the README of {server.name}",
                status == 0 and text.endswith("no fault found\n"),
                text,
            )
        lighttpd = Lighttpd(lab, "open", edit=(
            "gate.conf", '\t"/private/" => ( var.mtlsgate_guard ),\n', "",
        ))
        status, text = run(lab, "lighttpd", lighttpd.port)
        report.check(
            "doctor in the README of lighttpd, without the gate",
            status == 1 and "(open_never_asked)" in text,
            text,
        )
    report.finish()


main()
