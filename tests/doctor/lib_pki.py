"""Certificates with one thing wrong with each, made by the openssl command.
Only for tests."""

import datetime
import os
import subprocess

CONFIG = """
[ca]
default_ca = this
[this]
dir = {dir}
database = $dir/{issuer}.index
new_certs_dir = $dir
certificate = $dir/{issuer}-cert.pem
private_key = $dir/{issuer}-key.pem
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = dn
prompt = no
[dn]
CN = none
"""

CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign"
IDS = "subjectKeyIdentifier=hash"
CLIENT = "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth"
SERVER = (
    "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
    "subjectAltName=DNS:localhost,DNS:gate.test,IP:127.0.0.1"
)
KEYS = {
    "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p224": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-224"],
    "rsa": ["-newkey", "rsa:2048"],
    "rsa1024": ["-newkey", "rsa:1024"],
    "ed25519": ["-newkey", "ed25519"],
}


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stderr}")
    return done.stdout


def when(days):
    """A date as openssl ca takes it, so many days from now."""
    time = datetime.datetime.now(datetime.timezone.utc)
    return (time + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


class Pki:
    """NAME-cert.pem and NAME-key.pem of each, in a directory."""

    def __init__(self, directory):
        self.dir = directory
        os.makedirs(directory, exist_ok=True)

    def cert(self, name):
        return f"{self.dir}/{name}-cert.pem"

    def key(self, name):
        return f"{self.dir}/{name}-key.pem"

    def path(self, name):
        return f"{self.dir}/{name}"

    def write(self, name, text):
        with open(self.path(name), "w") as out:
            out.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def join(self, name, *parts):
        """A file NAME of the files of parts (names of certificates)."""
        texts = [self.read(f"{part}-cert.pem") for part in parts]
        return self.write(name, "".join(texts))

    def config(self, issuer):
        path = self.path(f"{issuer}.cnf")
        if not os.path.exists(path):
            self.write(
                f"{issuer}.cnf", CONFIG.format(dir=self.dir, issuer=issuer)
            )
            self.write(f"{issuer}.index", "")
        return path

    def request(self, name, subject, key):
        """key: a kind of KEYS, or the name of one whose key is used again."""
        if key in KEYS:
            how = KEYS[key] + ["-keyout", self.key(name)]
        else:
            how = ["-key", self.key(key)]
        path = self.path(f"{name}.csr")
        run(
            *["openssl", "req", "-new", "-nodes", "-subj", subject],
            *["-config", self.config(name), "-out", path],
            *how,
        )
        if key not in KEYS:
            self.write(f"{name}-key.pem", self.read(f"{key}-key.pem"))
        return path

    def make(self, name, subject, issuer=None, ext="", key="ec", **more):
        """One certificate; issuer None: its own key signs it. more: days,
        start (in days from now), md."""
        request = self.request(name, subject, key)
        signer = issuer or name
        extensions = self.write(f"{name}.ext", f"{IDS}\n{ext}\n")
        sign = ["-selfsign", "-keyfile", self.key(name)] if not issuer else []
        run(
            *["openssl", "ca", "-batch", "-notext", "-preserveDN"],
            *["-config", self.config(signer), "-in", request],
            *["-out", self.cert(name), "-extfile", extensions],
            *["-startdate", when(more.get("start", -1))],
            *["-enddate", when(more.get("days", 365))],
            *["-md", more.get("md", "default" if "25519" in key else "sha256")],
            *sign,
        )
        return self.cert(name)

    def ca(self, name, subject, issuer=None, **more):
        return self.make(name, subject, issuer, CA, **more)

    def client(self, name, issuer="ca", subject=None, ext=CLIENT, **more):
        aki = "\nauthorityKeyIdentifier=keyid" if issuer else ""
        return self.make(
            name,
            subject or f"/O=Test/CN={name}",
            issuer,
            ext + aki if more.pop("aki", True) else ext,
            **more,
        )

    def server(self, name, issuer="ca", ext=SERVER, **more):
        return self.make(name, f"/CN={name}", issuer, ext, **more)

    def crl(self, name, issuer, revoke=(), days=30):
        """A CRL of the issuer as NAME.pem; a negative number of days: one
        that has run out."""
        config = self.config(issuer)
        for cert in revoke:
            run("openssl", "ca", "-config", config, "-revoke", self.cert(cert))
        path = self.path(f"{name}.pem")
        run(
            *["openssl", "ca", "-config", config, "-gencrl", "-out", path],
            *["-crl_lastupdate", when(-60), "-crl_nextupdate", when(days)],
        )
        return path
