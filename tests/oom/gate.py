"""A running mtlsgate under interpose.c, and the certificates and policies that
the tests of this directory give it."""

import mmap
import os
import re
import resource
import signal
import struct
import subprocess
import time
from pathlib import Path

import fcgi

SITE_TEXT = 4096
FIELDS = struct.Struct("=7Q")
MAIN, OTHERS = 1, 2
FOREVER = 2 ** 62


class Control:
    """The shared file of interpose.c; its struct control is laid out so."""

    def __init__(self, path):
        path.write_bytes(bytes(FIELDS.size + SITE_TEXT))
        self.path = path
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), FIELDS.size + SITE_TEXT)

    def arm(self, who, first, last, pieces=False):
        """Allocations first to last of those threads are to fail; pieces:
        only what arena_each.c asks for is counted."""
        self.map[FIELDS.size:FIELDS.size + 1] = b"\0"
        FIELDS.pack_into(self.map, 0, 0, who, pieces, first, last, 0, 0)
        struct.pack_into("=Q", self.map, 0, 1)

    def disarm(self):
        """How many allocations were asked for since arm, how many failed."""
        struct.pack_into("=Q", self.map, 0, 0)
        return FIELDS.unpack_from(self.map, 0)[5:7]

    def frames(self):
        """The stack of the first that failed: (object, name, offset)."""
        text = self.map[FIELDS.size:].split(b"\0")[0].decode()
        return [tuple(line.rsplit(" ", 2)) for line in text.splitlines()]

    def objects(self):
        """The names of those in whose calls the first failed."""
        return {Path(frame[0]).name for frame in self.frames()}

    def stack(self):
        """The same for people, with lines where there is debug information."""
        return " < ".join(where(*frame) for frame in self.frames()[:12])


def where(path, name, offset):
    if name == "?":
        run = subprocess.run(["addr2line", "-fse", path, offset],
                             capture_output=True, text=True)
        name = " ".join(run.stdout.split()) or offset
    return f"{Path(path).name}:{name}"


class Gate:
    """The program on a UNIX socket. Its stderr goes to a file."""

    def __init__(self, program, work, policy, preload=None, threads=1):
        self.socket = str(work / "gate.sock")
        self.log = work / "gate.log"
        self.args = [program, "--policy", str(policy), "--socket",
                     self.socket, "--threads", str(threads)]
        self.preload = preload
        self.control = Control(work / "control") if preload else None
        self.process = None
        self.starts = 0

    def launch(self, prepare=None):
        """Starts the program and does not wait for it."""
        env = {"PATH": os.environ.get("PATH", "")}
        if self.preload:
            env["LD_PRELOAD"] = str(self.preload)
            env["OOM_CONTROL"] = str(self.control.path)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, preexec_fn=prepare or no_core)
        self.starts += 1

    def start(self, prepare=None):
        self.launch(prepare)
        if not self.wait_for_log("serving with"):
            raise RuntimeError("it does not start: " + self.log_text())

    def log_text(self, since=0):
        with open(self.log, errors="replace") as file:
            file.seek(since)
            return file.read()

    def wait_for_log(self, text, since=0, seconds=20):
        return self.wait_for_match(re.compile(re.escape(text)), since, seconds)

    def wait_for_match(self, pattern, since=0, seconds=20):
        """False: the program has ended, or does not say so."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            ended = self.process.poll() is not None
            if pattern.search(self.log_text(since)):
                return True
            if ended:
                return False
            time.sleep(0.0005)
        return False

    def ask(self, request):
        """An answer without anything where nobody listens any more."""
        try:
            return fcgi.ask(self.socket, request)
        except (ConnectionRefusedError, FileNotFoundError):
            return fcgi.Answer()

    def has_ended(self, seconds=0.0):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self, number=signal.SIGTERM):
        """Its exit status, or None if it had to be killed."""
        if not self.process:
            return None
        self.process.send_signal(number)
        ended = self.has_ended(20)
        if not ended:
            self.process.kill()
            self.process.wait()
        return self.process.returncode if ended else None


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(*args):
    subprocess.run(args, check=True, capture_output=True)


def make_key(name):
    run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-out", name)


def make_certificate(work, name, subject, serial):
    """An EC certificate of a CA that is made with the first."""
    ca_key, ca = work / "ca.key", work / "ca.pem"
    if not ca.exists():
        make_key(ca_key)
        run("openssl", "req", "-x509", "-new", "-key", ca_key, "-days", "30",
            "-subj", "/O=Trusted CA Inc/CN=Test CA", "-out", ca)
    key, wish, cert = (work / (name + end) for end in (".key", ".csr", ".pem"))
    extensions = work / "extensions"
    extensions.write_text(
        "basicConstraints = critical,CA:FALSE\n"
        "extendedKeyUsage = clientAuth\n"
        f"subjectAltName = email:{name}@example.org,DNS:{name}.example.org\n")
    make_key(key)
    run("openssl", "req", "-new", "-key", key, "-subj", subject, "-out", wish)
    run("openssl", "x509", "-req", "-in", wish, "-CA", ca, "-CAkey", ca_key,
        "-set_serial", serial, "-days", "10", "-extfile", extensions, "-out",
        cert)
    return cert.read_text()


def make_certificates(work):
    """name -> PEM: admin, user, and one that the policy blocks."""
    subjects = {
        "admin": ("/O=Example/OU=Administrators/CN=admin", "0x1001"),
        "user": ("/O=Example/OU=Staff/CN=user", "0x1002"),
        "stolen": ("/O=Example/OU=Administrators/CN=stolen", "0x1003"),
    }
    return {name: make_certificate(work, name, *rest)
            for name, rest in subjects.items()}
