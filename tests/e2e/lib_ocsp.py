"""CAs made by the openssl command, its responder, and worse ones."""

import os
import random
import socket
import subprocess
import threading
import time

ALICE, BOB, CAROL, ERIN, FAY = 0x1001, 0x1002, 0x1003, 0x1004, 0x1005
TYPE = "application/ocsp-response"


def openssl(*args, **options):
    return subprocess.run(["openssl"] + list(args), check=True,
                          stdin=options.pop("stdin", subprocess.DEVNULL),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **options).stdout


class Pki:
    """Two CAs; alice is good, bob revoked, carol unknown to the responder;
    erin and fay are good."""

    def __init__(self, directory):
        self.directory = directory
        for ca in ("ca", "other"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                    "30", "-subj", "/CN=" + ca, "-keyout",
                    self.path(ca + ".key"), "-out", self.path(ca + ".pem"),
                    "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-out", self.path("leaf.key"))
        for name, serial in (("alice", ALICE), ("bob", BOB),
                             ("carol", CAROL)):
            self.issue(name, serial, "extendedKeyUsage=clientAuth")
        self.issue("signer", 0x2001, "extendedKeyUsage=OCSPSigning\n"
                   "keyUsage=critical,digitalSignature")
        self.issue("plain", 0x2002, "extendedKeyUsage=clientAuth\n"
                   "keyUsage=critical,digitalSignature")
        self.issue("stranger", 0x2003, "extendedKeyUsage=OCSPSigning",
                   "other")
        self.write("both.pem", self.read("ca.pem") + self.read("other.pem"))
        good = "V\t491231235959Z\t\t%X\tunknown\t/CN=%X\n"
        gone = "R\t491231235959Z\t260101000000Z,keyCompromise\t%X\tunknown" \
            "\t/CN=%X\n"
        self.write("index.txt", gone % (BOB, BOB) +
                   "".join(good % (s, s) for s in (ALICE, ERIN, FAY)))

    def path(self, name):
        return os.path.join(self.directory, name)

    def read(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def write(self, name, text):
        with open(self.path(name), "w") as f:
            f.write(text)

    def issue(self, name, serial, exts, ca="ca"):
        """A certificate of leaf.key, as NAME.pem; returns its text."""
        self.write(name + ".ext", exts + "\n")
        openssl("req", "-new", "-key", self.path("leaf.key"), "-subj",
                "/CN=" + name, "-out", self.path(name + ".csr"))
        openssl("x509", "-req", "-in", self.path(name + ".csr"), "-CA",
                self.path(ca + ".pem"), "-CAkey", self.path(ca + ".key"),
                "-set_serial", "%d" % serial, "-days", "20", "-extfile",
                self.path(name + ".ext"), "-out", self.path(name + ".pem"))
        return self.read(name + ".pem")

    def key_of(self, signer):
        return self.path((signer if signer in ("ca", "other") else "leaf")
                         + ".key")

    def answer(self, name, signer="ca"):
        """What the openssl responder would send about NAME.pem, in DER, for a
        request without a nonce."""
        asked, got = self.path(name + ".req"), self.path(name + ".resp")
        openssl("ocsp", "-issuer", self.path("ca.pem"), "-cert",
                self.path(name + ".pem"), "-no_nonce", "-reqout", asked)
        openssl("ocsp", "-index", self.path("index.txt"), "-CA",
                self.path("ca.pem"), "-rsigner", self.path(signer + ".pem"),
                "-rkey", self.key_of(signer), "-ndays", "1", "-reqin", asked,
                "-respout", got)
        with open(got, "rb") as f:
            return f.read()

    def stale_answer(self, name, age):
        """The same, as it was AGE seconds ago, signed by ca (whose RSA
        signatures are all of one length)."""
        old = self.answer(name)
        at = old.index(bytes.fromhex("06092b0601050507300101")) + 11
        for _ in range(2):  # an OCTET STRING, and the SEQUENCE in it
            at = content_of(old, at)[0]
        begin, end = at, content_of(old, at)[1]
        data = old[begin:end]
        for tag in range(len(data) - 16):
            if data[tag:tag + 2] == b"\x18\x0f":
                data = data[:tag + 2] + older(data[tag + 2:tag + 17], age) \
                    + data[tag + 17:]
        self.sign(data)
        with open(self.path("signature"), "rb") as f:
            signature = f.read()
        after = content_of(old, end)[1]  # behind the algorithm
        at = content_of(old, after)[0] + 1
        return old[:begin] + data + old[end:at] + signature + \
            old[at + len(signature):]

    def sign(self, data):
        with open(self.path("data"), "wb") as f:
            f.write(data)
        openssl("dgst", "-sha256", "-sign", self.path("ca.key"), "-out",
                self.path("signature"), self.path("data"))


def content_of(der, at):
    """Begin and end of what the tag at `at` holds."""
    size, begin = der[at + 1], at + 2
    if size & 0x80:
        begin += size & 0x7f
        size = int.from_bytes(der[at + 2:begin], "big")
    return begin, begin + size


def older(when, age):
    import calendar
    seconds = calendar.timegm(time.strptime(when.decode(), "%Y%m%d%H%M%SZ"))
    return time.strftime("%Y%m%d%H%M%SZ",
                         time.gmtime(seconds - age)).encode()


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


class Responder:
    """`openssl ocsp -port`. Use with `with`."""

    def __init__(self, pki, signer="ca", port=None, more=()):
        self.port = port or free_port()
        self.url = "http://127.0.0.1:%d/" % self.port
        log = pki.path("responder.log")
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                ["openssl", "ocsp", "-index", pki.path("index.txt"), "-CA",
                 pki.path("ca.pem"), "-rsigner", pki.path(signer + ".pem"),
                 "-rkey", pki.key_of(signer), "-port", str(self.port)]
                + list(more or ("-ndays", "1")),
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until = time.monotonic() + 10
        while b"waiting" not in open(log, "rb").read():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError("no responder: " + open(log).read())
            time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Fake:
    """A server that sends one thing to everybody (None: never anything), and
    counts who came. Use with `with`."""

    def __init__(self, body, status="200 OK", media_type=TYPE):
        self.body = body
        self.head = "HTTP/1.0 %s\r\nContent-Type: %s\r\n" \
            "Content-Length: %d\r\n\r\n" % (status, media_type,
                                            len(body or b""))
        self.asked = 0
        self.sent = 0
        self.open = []
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(64)
        self.url = "http://127.0.0.1:%d/" % self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            self.asked += 1
            self.open.append(connection)
            if self.body is not None:
                threading.Thread(target=self.answer, args=(connection,),
                                 daemon=True).start()

    def answer(self, connection):
        try:
            connection.recv(65536)
            connection.sendall(self.head.encode())
            for at in range(0, len(self.body), 65536):
                connection.sendall(self.body[at:at + 65536])
                self.sent = at
        except OSError:
            pass
        connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        for connection in self.open:
            connection.close()
