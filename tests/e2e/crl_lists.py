"""What CRLs do: each case makes CAs of its own."""

import os

import crl_der
from crl_lab import policy, wire

FRESHEST = "freshestCRL = URI:http://127.0.0.1:9/delta\n"
DELTA = "2.5.29.27 = critical,DER:0201%02X\n"


class Pair:
    """A root, an intermediate, and a certificate of each."""

    def __init__(self, lab):
        self.root = lab.pki.authority("/O=Test/CN=Root")
        self.middle = lab.pki.authority("/O=Test/CN=Middle", self.root)
        self.of_root = self.root.issue("/CN=of root")
        self.leaf = self.middle.issue("/CN=alice")
        self.other = self.middle.issue("/CN=bob")
        self.base = ["ca = " + self.root.cert.path,
                     "intermediates = " + self.middle.cert.path]

    def policy(self, *crls, more=()):
        return policy(self.base + ["crl = " + c for c in crls] + list(more))


def case_revoked_leaf(lab):
    p = Pair(lab)
    p.middle.revoke(p.leaf, "keyCompromise")
    text = p.policy(p.root.crl(), p.middle.crl())
    report = lab.expect("revoked", text, p.leaf)
    wire.check("alice" in report["detail"], report["detail"])
    lab.expect("granted", text, p.other)
    lab.expect("granted", text, p.of_root)


def case_revoked_intermediate(lab):
    p = Pair(lab)
    p.root.revoke(p.middle.cert)
    crls = p.root.crl(), p.middle.crl()
    report = lab.expect("revoked", p.policy(*crls), p.leaf)
    wire.check("Middle" in report["detail"], report["detail"])
    lab.expect("revoked", p.policy(*crls, more=["crl_check = chain"]), p.leaf)
    lab.expect("granted", p.policy(*crls, more=["crl_check = leaf"]), p.leaf)


def case_expired_crl(lab):
    p = Pair(lab)
    crls = p.root.crl(), p.middle.crl(this=-7200, until=-600)
    for setting, wanted in (("crl_stale = deny", "crl_expired"),
                            ("crl_stale = warn", "granted"),
                            ("crl_stale = grace 9m", "crl_expired"),
                            ("crl_stale = grace 11m", "granted"),
                            ("max_depth = 5", "crl_expired")):
        lab.expect(wanted, p.policy(*crls, more=[setting]), p.leaf,
                   what=setting)
    report = lab.explain(p.policy(*crls, more=["crl_stale = warn"]), p.leaf)
    wire.check(any("out of date" in w for w in report["warnings"]) or
               any(s["result"] == "warn" for s in report["steps"]),
               "no warning in", report)


def case_expired_crl_still_revokes(lab):
    p = Pair(lab)
    p.middle.revoke(p.leaf)
    crls = p.root.crl(), p.middle.crl(this=-7200, until=-600)
    for setting in ("warn", "grace 1h"):
        lab.expect("revoked", p.policy(*crls, more=["crl_stale = " + setting]),
                   p.leaf)


def case_crl_of_tomorrow(lab):
    p = Pair(lab)
    lab.expect("crl_invalid", p.policy(p.root.crl(),
                                       p.middle.crl(this=3600)), p.leaf)


def case_crl_signed_by_someone_else(lab):
    p = Pair(lab)
    other = lab.pki.authority("/O=Test/CN=Evil")
    forged = crl_der.crl(lab.pki, other.cert, issuer=p.middle.cert)
    lab.expect("crl_invalid", p.policy(p.root.crl(), forged), p.leaf)
    # beside the right one it changes nothing, whichever comes first
    p.middle.revoke(p.leaf)
    right = p.middle.crl(this=-9000)
    for crls in ((forged, right), (right, forged)):
        text = p.policy(p.root.crl(), *crls)
        lab.expect("revoked", text, p.leaf)
        lab.expect("granted", text, p.other)


def case_crl_of_a_namesake(lab):
    mine = lab.pki.authority("/O=Test/CN=Same")
    twin = lab.pki.authority("/O=Test/CN=Same")
    leaf = mine.issue("/CN=alice", serial="0x51")
    of_twin = twin.issue("/CN=bob", serial="0x52")
    twin.revoke(of_twin)
    one = ["ca = " + mine.cert.path]
    lab.refused(policy(one + ["crl = " + twin.crl()]), leaf, what="its twin's")
    both = policy(one + ["crl = " + twin.crl(), "crl = " + mine.crl()])
    lab.expect("granted", both, leaf)
    lab.refused(both, of_twin)
    two = one + ["ca = " + twin.cert.path]
    text = policy(two + ["crl = " + twin.crl(), "crl = " + mine.crl()])
    lab.expect("granted", text, leaf)
    lab.expect("revoked", text, of_twin)
    # a serial that the namesake has revoked is not revoked here
    same = mine.issue("/CN=carol", serial="0x52")
    lab.expect("granted", text, same)


def case_delta(lab):
    for freshest in (FRESHEST, ""):
        p = Pair(lab)
        root = p.root.crl()
        base = p.middle.crl(ext=freshest)          # number 1
        p.middle.revoke(p.leaf)
        delta = p.middle.crl(ext=DELTA % 1)        # number 2
        lab.expect("granted", p.policy(root, base), p.leaf)
        for crls in ((base, delta), (delta, base)):
            text = p.policy(root, *crls)
            lab.expect("revoked", text, p.leaf, what="delta" + freshest)
            lab.expect("granted", text, p.other)
        lab.refused(p.policy(root, delta), p.other, what="delta alone")


def case_hold_and_removal(lab):
    p = Pair(lab)
    root = p.root.crl()
    p.middle.revoke(p.leaf, "certificateHold")
    base = p.middle.crl(ext=FRESHEST)
    lab.expect("revoked", p.policy(root, base), p.leaf)
    p.middle.forget()
    p.middle.revoke(p.leaf, "removeFromCRL")
    delta = p.middle.crl(ext=DELTA % 1)
    lab.expect("granted", p.policy(root, base, delta), p.leaf)
    p.middle.forget()
    p.middle.revoke(p.leaf, "keyCompromise")
    final = p.middle.crl(ext=DELTA % 1)
    lab.expect("revoked", p.policy(root, base, delta, final), p.leaf)


def case_removal_that_is_out_of_date(lab):
    p = Pair(lab)
    root = p.root.crl()
    p.middle.revoke(p.leaf, "certificateHold")
    base = p.middle.crl(ext=FRESHEST)
    p.middle.forget()
    p.middle.revoke(p.leaf, "removeFromCRL")
    for this, until in ((-7200, -3600), (3600, 7200)):
        delta = p.middle.crl(this=this, until=until, ext=DELTA % 1)
        lab.refused(p.policy(root, base, delta), p.leaf)


def case_missing_crl(lab):
    p = Pair(lab)
    report = lab.expect("crl_missing", p.policy(p.root.crl()), p.leaf)
    wire.check("CN=Middle,O=Test" in report["detail"], report["detail"])
    report = lab.expect("crl_missing", p.policy(p.middle.crl()), p.leaf)
    wire.check("CN=Root,O=Test" in report["detail"], report["detail"])
    lab.expect("granted", p.policy(p.middle.crl(), more=["crl_check = leaf"]),
               p.leaf)


def case_directory(lab):
    p = Pair(lab)
    p.middle.revoke(p.leaf)
    place = lab.pki.path(".d")
    os.mkdir(place)
    p.root.crl(path=os.path.join(place, "root.crl"), form="DER")
    p.middle.crl(path=os.path.join(place, "middle.pem"))
    lab.expect("revoked", p.policy(place), p.leaf)
    lab.expect("granted", p.policy(place), p.other)
    # a file that is none is an error, not passed over
    with open(os.path.join(place, "notes.txt"), "w") as f:
        f.write("none\n")
    lab.not_loaded(p.policy(place), "notes.txt")


def case_der_and_pem_and_several_in_a_file(lab):
    p = Pair(lab)
    p.middle.revoke(p.leaf)
    for form in ("PEM", "DER"):
        text = p.policy(p.root.crl(form=form), p.middle.crl(form=form))
        lab.expect("revoked", text, p.leaf, what=form)
        lab.expect("granted", text, p.other, what=form)
    with open(p.root.crl()) as one, open(p.middle.crl()) as two:
        both = lab.pki.write("text\n" + one.read() + two.read(), ".pem")
    lab.expect("revoked", p.policy(both), p.leaf)
    lab.expect("granted", p.policy(both), p.other)


def case_files_that_are_no_crl(lab):
    p = Pair(lab)
    with open(p.root.crl()) as f:
        good = f.read()
    for text in ("", "junk\n", good[:200], good + "-----BEGIN X509 CRL-----\n",
                 p.leaf.pem, good.replace("M", "!", 1)):
        lab.not_loaded(p.policy(lab.pki.write(text, ".crl")), ".crl")
    lab.not_loaded(p.policy("/nowhere/crl.pem"), "/nowhere/crl.pem")


def case_newer_wins(lab):
    p = Pair(lab)
    root = p.root.crl()
    old = p.middle.crl(this=-9000)
    p.middle.revoke(p.leaf)
    new = p.middle.crl(this=-100)
    p.middle.forget()
    oldest = p.middle.crl(this=-99999)
    for crls in ((old, new, oldest), (new, old), (oldest, new)):
        lab.expect("revoked", p.policy(root, *crls), p.leaf)
    lab.expect("granted", p.policy(root, old, oldest), p.leaf)


def case_indirect(lab):
    root = lab.pki.authority("/O=Test/CN=Root")
    signer = lab.pki.authority("/O=Test/CN=CRL signer", root)
    leaf = root.issue("/CN=alice", "crlDistributionPoints = dp\n"
                      "[dp]\nCRLissuer = dirName:signer\n"
                      "[signer]\nO = Test\nCN = CRL signer\n", serial="0x61")
    base = ["ca = " + root.cert.path, "intermediates = " + signer.cert.path,
            "crl_check = leaf"]
    for serial, issuer, wanted in (
            (0x61, root, "revoked"), (0x62, root, "granted"),
            (0x61, signer, "granted")):
        entry = crl_der.entry(serial, crl_der.certificate_issuer(issuer.cert))
        crl = crl_der.crl(lab.pki, signer.cert, [entry], [crl_der.INDIRECT])
        lab.expect(wanted, policy(base + ["crl = " + crl]), leaf,
                   what="%x" % serial)
    # not marked as indirect it speaks for its own issuer alone
    crl = crl_der.crl(lab.pki, signer.cert, [])
    lab.expect("crl_missing", policy(base + ["crl = " + crl]), leaf)


def case_unusual_lists(lab):
    root = lab.pki.authority("/O=Test/CN=Root")
    leaf = root.issue("/CN=alice", serial="0x71")
    base = ["ca = " + root.cert.path]
    mine, other = crl_der.entry(0x71), crl_der.entry(0x72)
    critical = crl_der.entry(0x72, crl_der.UNKNOWN)
    for what, entries, extensions, until, wanted in (
            ("plain", [other], [], 86400, "granted"),
            ("plain, revoked", [other, mine], [], 86400, "revoked"),
            ("no nextUpdate", [other], [], None, "granted"),
            ("no nextUpdate, revoked", [mine], [], None, "revoked"),
            ("unknown critical extension", [], [crl_der.UNKNOWN], 86400,
             "crl_invalid"),
            ("unknown critical extension of an entry", [critical], [], 86400,
             "crl_invalid"),
            ("users only", [other], [crl_der.ONLY_USER], 86400, "granted"),
            ("users only, revoked", [mine], [crl_der.ONLY_USER], 86400,
             "revoked"),
            ("CAs only", [], [crl_der.ONLY_CA], 86400, "crl_missing")):
        crl = crl_der.crl(lab.pki, root.cert, entries, extensions, until)
        lab.expect(wanted, policy(base + ["crl = " + crl,
                                          "crl_check = leaf"]), leaf,
                   what=what)


def case_long_serial(lab):
    """Serials with a longer DER header than others."""
    root = lab.pki.authority("/O=Test/CN=Root")
    for size in (20, 127, 128, 140):
        serial = int("55" * size, 16)
        leaf = root.issue("/CN=alice", serial="0x%X" % serial)
        crl = crl_der.crl(lab.pki, root.cert, [crl_der.entry(serial)])
        lab.refused(policy(["ca = " + root.cert.path, "crl = " + crl]), leaf,
                    what="%d bytes" % size)
