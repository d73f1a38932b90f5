"""A directory with certificates, a policy, files to guard and a backend that
tells what it saw; and the processes that a test started. Only for tests."""

import glob
import hashlib
import http.server
import json
import os
import re
import shutil
import random
import socket
import ssl
import subprocess
import tempfile
import threading
import time

TOP = os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
)
SECRETS = {"admin": "SECRET-OF-ADMIN", "private": "SECRET-OF-PRIVATE"}


def free_port():
    """A port that nobody has, below those that the system gives to clients."""
    for _ in range(100):
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers every request with what it received, as JSON."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps(
            {
                "backend": True,
                "method": self.command,
                "path": self.path,
                "headers": self.headers.items(),
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer
    do_PATCH = do_OPTIONS = do_FOO = do_post = answer

    def log_message(self, *args):
        pass


class Lab:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="mtlsgate-e2e.")
        os.chmod(self.dir, 0o755)
        self.pki = f"{self.dir}/pki"
        self.policy = f"{self.dir}/policy.ini"
        self.processes = []
        self.make_pki()
        self.program = f"{self.dir}/mtlsgate"
        shutil.copy(os.environ["MTLSGATE"], self.program)
        self.make_files()
        self.write_policy(self.example_policy())
        self.backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        # proxies reset connections that they no longer need
        self.backend.handle_error = lambda *_: None
        self.backend_port = self.backend.server_address[1]
        threading.Thread(target=self.backend.serve_forever).start()

    def make_pki(self):
        script = f"{TOP}/tests/pki/make.sh"
        subprocess.run(["sh", script, self.pki], check=True)

    def make_files(self):
        """Under www: admin/f and private/f, and sockets for the servers."""
        for name, secret in SECRETS.items():
            os.makedirs(f"{self.dir}/www/{name}")
            for file in ("f", "index.html"):
                with open(f"{self.dir}/www/{name}/{file}", "w") as out:
                    out.write(secret + "\n")
        os.makedirs(f"{self.dir}/run")
        os.chmod(f"{self.dir}/run", 0o1777)

    def sha256(self, cert):
        with open(f"{self.pki}/{cert}-cert.pem") as file:
            der = ssl.PEM_cert_to_DER_cert(file.read())
        return hashlib.sha256(der).hexdigest()

    def example_policy(self):
        """The policy of the examples, with the service certificate pinned."""
        with open(f"{TOP}/examples/policy.ini") as file:
            text = file.read()
        pin = f"sha256 = {self.sha256('service')}"
        return re.sub(r"(?m)^sha256 = .*$", pin, text)

    def write_policy(self, text):
        """Puts a policy in place, whole or not at all."""
        with open(self.policy + ".new", "w") as out:
            out.write(text)
        os.rename(self.policy + ".new", self.policy)

    def start(self, argv, name, port):
        """Starts a program of which port will answer; its output goes to
        NAME.log."""
        log = open(f"{self.dir}/{name}.log", "ab")
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        log.close()
        self.processes.append(process)
        self.wait_for_port(name, process, port)
        return process

    def wait_for_port(self, name, process, port):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                time.sleep(0.05)
            if process.poll() is not None:
                break
        raise RuntimeError(f"{name} did not start:\n{self.log(name)}")

    def log(self, name):
        with open(f"{self.dir}/{name}.log", errors="replace") as file:
            return file.read()

    def no_sanitizer_report(self):
        """Programs built with sanitizers complain in the servers' logs."""
        for name in glob.glob(f"{self.dir}/*.log"):
            with open(name, errors="replace") as file:
                text = file.read()
            if "Sanitizer: " in text or "runtime error: " in text:
                raise RuntimeError(f"{name}:\n{text[-4000:]}")

    def stop(self, process):
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.processes.remove(process)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for process in list(self.processes):
            self.stop(process)
        self.backend.shutdown()
        self.backend.server_close()
        self.no_sanitizer_report()
        if os.environ.get("MTLSGATE_KEEP"):
            print(f"kept {self.dir}")
        else:
            shutil.rmtree(self.dir)
