"""OCSP end to end: what the authorizer answers, and how soon."""

import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "wire"))

from lib_ocsp import (ERIN, FAY, Fake, Pki, Responder,  # noqa: E402
                      free_port)
from lib_report import Report  # noqa: E402
from wire import AUTHORIZER, Gate, authorizer  # noqa: E402

POLICY = """\
[certificate]
source = server
verify = chain
ca = %(ca)s
ocsp = %(mode)s
ocsp_timeout = 1s
%(responder)s

[identity]
id = subject.CN

[role user]
default = yes

[access all]
path = /*
allow = user
"""

report = Report()
pki = None


def policy(mode, responder, ca):
    return POLICY % {
        "ca": pki.path(ca), "mode": mode,
        "responder": "ocsp_responder = " + responder if responder else ""}


class Lab:
    """A running program with that policy. Use with `with`."""

    def __init__(self, mode, responder, ca="ca.pem", **options):
        self.temp = tempfile.TemporaryDirectory(prefix="ocsp-gate-")
        self.gate = Gate(os.environ["MTLSGATE"], self.temp.name,
                         policy(mode, responder, ca), **options)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.gate.__exit__(*why)
        self.temp.cleanup()

    def ask(self, name):
        """(status, reason, seconds)."""
        params = authorizer("/x", pki.read(name + ".pem"))
        began = time.monotonic()
        reply = self.gate.ask(AUTHORIZER, params)
        line = self.gate.audit_lines()[-1]
        return reply.status, line["reason"], time.monotonic() - began

    def last(self):
        return self.gate.audit_lines()[-1]

    def expect(self, case, name, status, reason, detail=None):
        got = self.ask(name)
        report.equal(case, got[:2], (status, reason))
        if detail:
            text = self.last()["detail"] or ""
            report.check(case + ": detail", detail in text, text)
        return got[2]


def unavailable(case, responder, detail, ca="ca.pem"):
    """require refuses, prefer grants and says so."""
    with Lab("require", responder, ca) as lab:
        took = lab.expect(case + ", require", "alice", 401,
                          "ocsp_unavailable", detail)
        report.check(case + ", in time", took < 2.3, took)
    with Lab("prefer", responder, ca) as lab:
        lab.expect(case + ", prefer", "alice", 200, "granted")
        warning = lab.last()["warning"] or ""
        report.check(case + ", prefer: warning", detail in warning,
                     repr(warning))


def answers():
    for signer in ("ca", "signer"):
        for mode in ("prefer", "require"):
            case = "%s signs, %s: " % (signer, mode)
            with Responder(pki, signer) as responder, \
                    Lab(mode, responder.url) as lab:
                lab.expect(case + "good", "alice", 200, "granted")
                report.equal(case + "no warning", lab.last()["warning"],
                             None)
                lab.expect(case + "revoked", "bob", 401, "revoked",
                           "2026-01-01T00:00:00Z, reason keyCompromise")
                lab.expect(case + "unknown", "carol", 401, "ocsp_unknown")


def signer_named_by_key():
    with Responder(pki, "signer", more=("-ndays", "1", "-resp_key_id")) \
            as responder, Lab("require", responder.url) as lab:
        lab.expect("signer named by its key", "alice", 200, "granted")


def signers():
    cases = (("other", "not from the CA"), ("stranger", "not from the CA"),
             ("plain", "not for OCSPSigning"))
    for signer, detail in cases:
        with Responder(pki, signer) as responder:
            unavailable("signed by " + signer, responder.url, detail,
                        "both.pem")
    with Responder(pki, "signer", more=("-resp_no_certs",)) as responder:
        unavailable("signer left out", responder.url, "not signed by the")


def no_responder():
    unavailable("nobody listens", "http://127.0.0.1:%d/" % free_port(),
                "refused")
    unavailable("no responder is named", None, "names no responder")


def bodies():
    changed = bytearray(pki.answer("alice"))
    changed[changed.index(b"\x18\x0f") + 15] ^= 1  # when it was made
    for case, body, detail in (
            ("answer about another", pki.answer("erin"), "not speak of"),
            ("stale answer", pki.stale_answer("alice", 86400 + 400),
             "out of date"),
            ("changed answer", bytes(changed), "changed since"),
            ("try later", bytes.fromhex("30030a0103"), "trylater"),
            ("no answer at all", b"<html>hello</html>", ""),
            ("empty answer", b"", "")):
        with Fake(body) as fake:
            unavailable(case, fake.url, detail)
    with Fake(pki.stale_answer("alice", 60)) as fake, \
            Lab("require", fake.url) as lab:
        lab.expect("answer of a minute ago", "alice", 200, "granted")


def transfers():
    huge = b"\x30\x83\x9f\xff\xfb" + bytes(10 * 1024 * 1024 - 5)
    with Fake(huge) as fake:
        unavailable("10 MB", fake.url, "")
        report.check("10 MB: not read", fake.sent < 8 * 1024 * 1024,
                     fake.sent)
    good = pki.answer("alice")
    with Fake(good, media_type="text/html") as fake:
        unavailable("media type", fake.url, "content type")
    with Fake(good, status="500 Oops") as fake:
        unavailable("status 500", fake.url, "")
    with Fake(good) as target, \
            Fake(good, status="302 Found\r\nLocation: " + target.url) as fake:
        unavailable("redirect", fake.url, "")
        report.equal("redirect: not followed", target.asked, 0)


def replayed_for_the_revoked():
    with Fake(pki.answer("alice")) as fake, Lab("require", fake.url) as lab:
        lab.expect("replay: alice", "alice", 200, "granted")
        lab.expect("replay: bob", "bob", 401, "ocsp_unavailable",
                   "not speak of")


def cached():
    with Responder(pki) as responder, Lab("require", responder.url) as lab:
        lab.expect("cached: first", "alice", 200, "granted")
        lab.expect("cached: first revoked", "bob", 401, "revoked")
        responder.stop()
        took = lab.expect("cached: responder gone", "alice", 200, "granted")
        report.check("cached: at once", took < 0.3, took)
        lab.expect("cached: revoked, responder gone", "bob", 401, "revoked")
        lab.expect("cached: nothing of others", "erin", 401,
                   "ocsp_unavailable")
        lab.gate.reload()
        lab.expect("cached: after a reload", "alice", 200, "granted")


def not_cached_for_longer():
    """Four minutes and 55 seconds after its nextUpdate an answer counts, by
    the skew, but is asked for again."""
    with Fake(pki.stale_answer("alice", 86400 + 280)) as fake, \
            Lab("require", fake.url) as lab:
        lab.expect("ended answer", "alice", 200, "granted")
        lab.expect("ended answer, again", "alice", 200, "granted")
        report.equal("ended answer: asked again", fake.asked, 2)


def back_off():
    port = free_port()
    with Lab("require", "http://127.0.0.1:%d/" % port) as lab:
        lab.expect("back-off: down", "alice", 401, "ocsp_unavailable")
        with Responder(pki, port=port):
            lab.expect("back-off: too soon", "alice", 401,
                       "ocsp_unavailable")
            time.sleep(5.2)
            lab.expect("back-off: over", "alice", 200, "granted")


def in_threads(count, work):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def silent():
    """Eight at a time ask about a certificate whose responder says nothing;
    those of another one are not held up."""
    slow = []
    with Fake(None) as fake, Responder(pki) as responder:
        for name, serial, url in (("erin", ERIN, fake.url),
                                  ("fay", FAY, responder.url)):
            pki.issue(name, serial, "extendedKeyUsage=clientAuth\n"
                      "authorityInfoAccess=OCSP;URI:" + url)
        with Lab("require", None) as lab:
            threads = in_threads(8, lambda: slow.append(lab.ask("erin")))
            time.sleep(0.6)
            first = lab.ask("fay")
            second = lab.ask("fay")
            for thread in threads:
                thread.join()
            report.equal("silent: others", first[0], 200)
            report.check("silent: others at once", first[2] < 0.4 and
                         second[2] < 0.4, (first[2], second[2]))
            report.check("silent: answered in time", len(slow) == 8 and
                         all(s == 401 and t < 2.3 for s, _, t in slow), slow)
            report.equal("silent: one query", fake.asked, 1)
            lab.expect("silent: remembered", "erin", 401, "ocsp_unavailable")
            report.equal("silent: still one query", fake.asked, 1)


def at_the_same_time():
    """Those who come while the first query is out get its answer."""
    got = []
    with Fake(pki.answer("alice")) as fake, Lab("require", fake.url) as lab:
        for thread in in_threads(12, lambda: got.append(lab.ask("alice"))):
            thread.join()
        # a busy machine may be too slow for those who may not wait long
        report.check("at once: all granted", len(got) == 12 and
                     all(g[0] == 200 or g[2] > 0.2 for g in got), got)
        report.equal("at once: one query", fake.asked, 1)


def proxies():
    with Fake(b"no") as trap, Responder(pki) as responder:
        names = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                 "all_proxy", "ALL_PROXY")
        with Lab("require", responder.url,
                 env={name: trap.url for name in names}) as lab:
            lab.expect("proxy: not used", "alice", 200, "granted")
        report.equal("proxy: never asked", trap.asked, 0)


def explain():
    with Responder(pki) as responder:
        pki.write("explain.ini", policy("require", responder.url, "ca.pem"))
        for name, status, word in (("alice", 0, "granted"),
                                   ("bob", 1, "revoked"),
                                   ("carol", 1, "ocsp_unknown")):
            ran = subprocess.run(
                [os.environ["MTLSGATECTL"], "explain", "--policy",
                 pki.path("explain.ini"), "--cert", pki.path(name + ".pem"),
                 "/x"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=20)
            report.check("explain " + name, ran.returncode == status and
                         word in ran.stdout.decode(),
                         "%d %s" % (ran.returncode,
                                    ran.stdout.decode()[-300:]))


def main():
    global pki
    with tempfile.TemporaryDirectory(prefix="ocsp-pki-") as directory:
        pki = Pki(directory)
        for name, serial in (("erin", ERIN), ("fay", FAY)):
            pki.issue(name, serial, "extendedKeyUsage=clientAuth")
        for case in (answers, signer_named_by_key, signers, no_responder,
                     bodies, transfers, replayed_for_the_revoked, cached,
                     not_cached_for_longer, back_off, at_the_same_time,
                     proxies, explain, silent):
            try:
                case()
            except Exception as why:  # a test that breaks has failed
                report.check(case.__name__, False, repr(why))
    report.finish()


if __name__ == "__main__":
    main()
