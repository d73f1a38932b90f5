"""CAs, certificates and CRLs for tests, all of them made by openssl."""

import os
import subprocess
import time

CA_EXT = """basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
"""
LEAF_EXT = """keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
CONFIG = """[ca]
default_ca = this
[this]
dir = %(dir)s
database = %(dir)s/index.txt
crlnumber = %(dir)s/crlnumber
serial = %(dir)s/serial
new_certs_dir = %(dir)s
certificate = %(cert)s
private_key = %(key)s
default_md = sha256
default_crl_days = 1
unique_subject = no
"""


def openssl(*args):
    done = subprocess.run(("openssl",) + args, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError("openssl %s: %s" % (" ".join(args),
                                               done.stderr.decode()))
    return done.stdout


def stamp(seconds_from_now):
    return time.strftime("%Y%m%d%H%M%SZ",
                         time.gmtime(time.time() + seconds_from_now))


class Cert:
    """A certificate and its key, as files."""

    def __init__(self, path, key):
        self.path = path
        self.key = key

    @property
    def pem(self):
        with open(self.path) as f:
            return f.read()

    def sha256(self):
        out = openssl("x509", "-in", self.path, "-noout", "-fingerprint",
                      "-sha256").decode()
        return out.strip().split("=")[1].replace(":", "").lower()

    def spki(self):
        der = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")
        out = subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=der,
                             stdout=subprocess.PIPE, check=True).stdout
        return out.decode().split()[0]

    def serial(self):
        return openssl("x509", "-in", self.path, "-noout",
                       "-serial").decode().strip().split("=")[1]


class Pki:
    """A directory in which all of it is made."""

    def __init__(self, directory):
        self.directory = directory
        self.count = 0

    def path(self, suffix):
        self.count += 1
        return os.path.join(self.directory, "%03d%s" % (self.count, suffix))

    def write(self, text, suffix=".txt"):
        path = self.path(suffix)
        with open(path, "wb" if isinstance(text, bytes) else "w") as f:
            f.write(text)
        return path

    def key(self, kind="ec"):
        path = self.path(".key")
        if kind == "ec":
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-out", path)
        else:
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                    "rsa_keygen_bits:" + kind, "-out", path)
        return path

    def make(self, subject, ext, issuer=None, key=None, days="30",
             serial=None, dates=None, digest="sha256"):
        """Signs a certificate: by issuer, or by itself."""
        key = key or self.key()
        path = self.path(".pem")
        if dates:
            return self.make_dated(subject, ext, issuer, key, dates)
        args = ["-days", days, "-" + digest, "-out", path, "-extfile",
                self.write(ext, ".ext")]
        if issuer:
            args += ["-CA", issuer.cert.path, "-CAkey", issuer.cert.key]
            args += ["-set_serial", serial or "0x%X" % (4096 + self.count)]
        else:
            args += ["-signkey", key]
        request = self.path(".csr")
        openssl("req", "-new", "-key", key, "-subj", subject, "-out", request)
        openssl("x509", "-req", "-in", request, *args)
        return Cert(path, key)

    def make_dated(self, subject, ext, issuer, key, dates):
        """With openssl ca, which alone takes any dates."""
        request = self.path(".csr")
        path = self.path(".pem")
        openssl("req", "-new", "-key", key, "-subj", subject, "-out", request)
        issuer.ca("-in", request, "-out", path, "-notext", "-batch",
                  "-startdate", stamp(dates[0]), "-enddate", stamp(dates[1]),
                  "-extfile", self.write(ext, ".ext"), "-policy", "any",
                  "-preserveDN")
        return Cert(path, key)

    def authority(self, subject, issuer=None, ext="", key=None, **more):
        base = CA_EXT if "basicConstraints" not in ext else ""
        if issuer:
            base += "authorityKeyIdentifier = keyid\n"
        return Authority(self, self.make(subject, base + ext, issuer, key,
                                         **more))


class Authority:
    """A CA with the database that openssl ca keeps."""

    def __init__(self, pki, cert):
        self.pki = pki
        self.cert = cert
        self.directory = pki.path(".ca")
        os.mkdir(self.directory)
        self.config = os.path.join(self.directory, "ca.cnf")
        files = {"index.txt": "", "crlnumber": "01\n", "serial": "7000\n",
                 "index.txt.attr": "unique_subject = no\n",
                 "ca.cnf": CONFIG % {"dir": self.directory,
                                     "cert": cert.path, "key": cert.key} +
                 "[any]\ncommonName = supplied\n"
                 "organizationName = optional\n"
                 "organizationalUnitName = optional\n"}
        for name, text in files.items():
            with open(os.path.join(self.directory, name), "w") as f:
                f.write(text)

    def ca(self, *args):
        openssl("ca", "-config", self.config, *args)

    def issue(self, subject, ext="", **more):
        base = LEAF_EXT if "extendedKeyUsage" not in ext else ""
        return self.pki.make(subject, base + ext, self, **more)

    def revoke(self, cert, reason=None):
        self.ca("-revoke", cert.path,
                *(["-crl_reason", reason] if reason else []))

    def forget(self):
        """Empties the database: nothing is revoked any more."""
        with open(os.path.join(self.directory, "index.txt"), "w"):
            pass

    def crl(self, this=-3600, until=86400, ext="", path=None, form="PEM"):
        """Signs a CRL of what is revoked and gives its file's name."""
        path = path or self.pki.path(".crl")
        made = self.pki.path(".crl")
        with open(self.config) as f:
            config = f.read()
        config += "[exts]\nauthorityKeyIdentifier = keyid\n" + ext
        openssl("ca", "-config", self.pki.write(config, ".cnf"), "-gencrl",
                "-crlexts", "exts", "-crl_lastupdate", stamp(this),
                "-crl_nextupdate", stamp(until), "-out", made + ".new")
        openssl("crl", "-in", made + ".new", "-outform", form, "-out", made)
        os.rename(made, path)
        return path
