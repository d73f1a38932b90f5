"""CRLs that openssl ca does not make: DER by hand, signed by openssl."""

import subprocess
import time


def tlv(tag, *contents):
    body = b"".join(contents)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 128 + size]) + len(body).to_bytes(size, "big") + body


def integer(n):
    return tlv(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def oid(dotted):
    first, second, *rest = (int(n) for n in dotted.split("."))
    out = bytes([first * 40 + second])
    for n in rest:
        piece = [n & 127]
        while n > 127:
            n >>= 7
            piece.insert(0, 128 | n & 127)
        out += bytes(piece)
    return tlv(0x06, out)


def seq(*contents):
    return tlv(0x30, *contents)


def when(seconds_from_now):
    text = time.strftime("%y%m%d%H%M%SZ",
                         time.gmtime(time.time() + seconds_from_now))
    return tlv(0x17, text.encode())


def extension(dotted, value, critical=False):
    return seq(oid(dotted), tlv(0x01, b"\xff") if critical else b"",
               tlv(0x04, value))


def read(der, at=0):
    """(tag, start of the contents, end) of what is at this place."""
    size = der[at + 1]
    at += 2
    if size > 127:
        count = size - 128
        size = int.from_bytes(der[at:at + count], "big")
        at += count
    return at, at + size


def subject_of(cert):
    """The subject of a certificate file as DER."""
    der = subprocess.run(["openssl", "x509", "-in", cert.path, "-outform",
                          "DER"], stdout=subprocess.PIPE, check=True).stdout
    at = read(der, read(der)[0])[0]  # into the TBSCertificate
    parts = []
    while len(parts) < 6:  # version serial algorithm issuer validity subject
        end = read(der, at)[1]
        parts.append(der[at:end])
        at = end
    return parts[5]


def entry(serial, *extensions):
    return seq(integer(serial), when(-7200),
               seq(*extensions) if extensions else b"")


def certificate_issuer(cert):
    """The entry extension of an indirect CRL."""
    names = seq(tlv(0xa4, subject_of(cert)))
    return extension("2.5.29.29", names, True)


IDP = "2.5.29.28"
INDIRECT = extension(IDP, seq(tlv(0x84, b"\xff")), True)
ONLY_USER = extension(IDP, seq(tlv(0x81, b"\xff")), True)
ONLY_CA = extension(IDP, seq(tlv(0x82, b"\xff")), True)
UNKNOWN = extension("1.3.6.1.4.1.99999.1", b"\x05\x00", True)


def crl(pki, signer, entries=(), extensions=(), until=86400, issuer=None):
    """Signs a CRL with an EC key and gives its file's name. until None:
    without nextUpdate."""
    algorithm = seq(oid("1.2.840.10045.4.3.2"))
    tbs = seq(integer(1), algorithm, subject_of(issuer or signer),
              when(-3600), when(until) if until is not None else b"",
              seq(*entries) if entries else b"",
              tlv(0xa0, seq(*extensions)) if extensions else b"")
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", signer.key], input=tbs,
        stdout=subprocess.PIPE, check=True).stdout
    return pki.write(seq(tbs, algorithm, tlv(0x03, b"\0", signature)), ".crl")
