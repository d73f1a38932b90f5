"""Chains, anchors and pins, and clients that try to get past them."""

import time

from crl_lab import openssl, policy, wire
from crl_pki import Cert

NO_CA = "basicConstraints = critical,CA:FALSE\n"
OID = "1.3.6.1.4.1.99999.1"


class Three:
    def __init__(self, lab):
        self.root = lab.pki.authority("/O=Test/CN=Root")
        self.middle = lab.pki.authority("/O=Test/CN=Middle", self.root)
        self.leaf = self.middle.issue("/CN=alice")
        self.ca = "ca = " + self.root.cert.path
        self.text = policy(self.ca)


def case_chain_from_the_request_or_a_file(lab):
    t = Three(lab)
    lab.expect("granted", t.text, t.leaf, [t.middle.cert])
    lab.expect("untrusted_issuer", t.text, t.leaf)
    lab.expect("granted", policy([t.ca, "intermediates = " +
                                  t.middle.cert.path]), t.leaf)
    offered = policy([t.ca, "intermediates = " + t.middle.cert.path,
                      "intermediates = " + t.root.cert.path])
    lab.expect("granted", offered, t.leaf)


def case_server_word_is_not_asked_for_under_chain(lab):
    t = Three(lab)
    for word in (None, "NONE", "FAILED:x", "SUCCESS"):
        reply = lab.ask(t.text, t.leaf, [t.middle.cert], verify=word)
        wire.check(reply.granted == (word in (None, "SUCCESS")) or
                   reply.granted, word, reply.reason())


def case_both_needs_both(lab):
    t = Three(lab)
    text = policy(["verify = both", t.ca])
    good, bad = [t.middle.cert], []
    for word, chain, wanted in (
            ("SUCCESS", good, "granted"), ("SUCCESS", bad, "untrusted_issuer"),
            ("FAILED:x", good, "not_verified"), (None, good, "not_verified"),
            ("NONE", bad, "not_verified")):
        reply = lab.ask(text, t.leaf, chain, verify=word)
        wire.equal("granted" if reply.granted else reply.reason(), wanted,
                   word)


def case_client_sends_its_own_ca(lab):
    t = Three(lab)
    evil = lab.pki.authority("/O=Test/CN=Evil")
    twin = lab.pki.authority("/O=Test/CN=Root")
    of_evil = evil.issue("/OU=Administrators/CN=alice")
    of_twin = twin.issue("/OU=Administrators/CN=alice")
    for leaf, ca in ((of_evil, evil.cert), (of_twin, twin.cert)):
        for chain in ([], [ca], [ca, t.root.cert], [t.root.cert, ca],
                      [t.middle.cert, ca], [t.leaf, t.middle.cert, ca]):
            lab.refused(t.text, leaf, chain)
    lab.expect("untrusted_issuer", t.text, of_evil, [evil.cert])
    self_made = lab.pki.make("/OU=Administrators/CN=alice", "")
    lab.expect("untrusted_issuer", t.text, self_made)
    lab.expect("untrusted_issuer", t.text, self_made,
               [self_made, t.leaf, t.middle.cert, t.root.cert])


def case_leaf_signs_another(lab):
    t = Three(lab)
    for ext in ("", NO_CA, "basicConstraints = CA:FALSE,pathlen:5\n"):
        leaf = lab.pki.authority("/CN=bob", t.middle, ext or NO_CA)
        below = leaf.issue("/OU=Administrators/CN=alice")
        lab.expect("ca_not_allowed", t.text, below,
                   [leaf.cert, t.middle.cert])


def case_cross_signed_loop(lab):
    t = Three(lab)
    a = lab.pki.authority("/CN=A")
    b = lab.pki.authority("/CN=B", a)
    a_by_b = lab.pki.authority("/CN=A", b, key=a.cert.key)
    leaf = b.issue("/CN=alice")
    lab.refused(t.text, leaf, [b.cert, a_by_b.cert] * 4)
    # and one that leads to the root as well
    b_by_root = lab.pki.authority("/CN=B", t.root, key=b.cert.key)
    lab.expect("granted", t.text, leaf, [b_by_root.cert])


def case_intermediate_in_ca(lab):
    t = Three(lab)
    ca = "ca = " + t.middle.cert.path
    lab.not_loaded(policy(ca), "partial_chain")
    lab.expect("granted", policy([ca, "partial_chain = yes"]), t.leaf)
    lab.expect("granted", policy([ca, "partial_chain = yes"]), t.leaf,
               [t.middle.cert, t.root.cert])
    # the anchor is that one CA: another of the same root is not trusted
    other = lab.pki.authority("/O=Test/CN=Other", t.root)
    for chain in ([other.cert], [other.cert, t.root.cert],
                  [other.cert, t.middle.cert, t.root.cert]):
        lab.refused(policy([ca, "partial_chain = yes"]),
                    other.issue("/CN=alice"), chain)


def case_odd_chain_variables(lab):
    t = Three(lab)
    good = t.middle.cert.pem
    for what, chain, wanted in (
            ("twice", [good, good, good], "granted"),
            ("empty ones", ["", good, "(null)"], "granted"),
            ("leaf again", [t.leaf.pem, good], "granted"),
            ("garbage", [good, "garbage"], "certificate_malformed"),
            ("two in one", [good + good], "certificate_malformed"),
            ("half", [good[:len(good) // 2]], "certificate_malformed"),
            ("ten", [good] * 10, "granted"),
            ("an eleventh", ["(null)"] * 10 + [good], "untrusted_issuer"),
            ("large", [good + "\n" * 70000], "certificate_malformed")):
        reply = lab.ask(t.text, t.leaf, chain)
        got = "granted" if reply.granted else reply.reason()
        wire.equal(got, wanted, what)


def case_chain_variables_that_are_no_numbers(lab):
    t = Three(lab)
    for name in ("SSL_CLIENT_CERT_CHAIN_", "SSL_CLIENT_CERT_CHAIN_00",
                 "SSL_CLIENT_CERT_CHAIN_-1", "SSL_CLIENT_CERT_CHAIN_x",
                 "SSL_CLIENT_CERT_CHAIN_99999999999", "SSL_CLIENT_CERT_CHAIN",
                 "HTTP_SSL_CLIENT_CERT_CHAIN_0"):
        params = lab.params(t.leaf)
        params[name] = t.middle.cert.pem
        with lab.gate(t.text) as gate:
            reply = gate.ask(wire.AUTHORIZER, params)
        wire.check(not reply.granted and reply.ended, name, "was read")


def case_bad_signature(lab):
    t = Three(lab)
    der = bytearray(openssl("x509", "-in", t.leaf.path, "-outform", "DER"))
    der[-1] ^= 1
    path = lab.pki.path(".pem")
    openssl("x509", "-inform", "DER", "-in", lab.pki.write(bytes(der)),
            "-out", path)
    lab.expect("bad_signature", t.text, Cert(path, t.leaf.key),
               [t.middle.cert])


def case_weak_keys(lab):
    root = lab.pki.authority("/O=Test/CN=Root", key=lab.pki.key("2048"))
    ca = "ca = " + root.cert.path
    small = root.issue("/CN=small", key=lab.pki.key("1024"))
    sha1 = root.issue("/CN=sha1", digest="sha1")
    for leaf, level, wanted in (
            (small, 1, "granted"), (small, 2, "weak_key"),
            (sha1, 0, "granted"), (sha1, 1, "weak_key")):
        lab.expect(wanted, policy([ca, "security_level = %d" % level]), leaf)
    weak = lab.pki.authority("/O=Test/CN=Weak", key=lab.pki.key("1024"))
    lab.expect("weak_key", policy(["ca = " + weak.cert.path,
                                   "security_level = 2"]),
               weak.issue("/CN=x"))


def case_expired_ca(lab):
    root = lab.pki.authority("/O=Test/CN=Root")
    middle = lab.pki.authority("/CN=Middle", root, dates=(-7200, -3600))
    later = lab.pki.authority("/CN=Later", root, dates=(3600, 7200))
    text = policy("ca = " + root.cert.path)
    lab.expect("ca_expired", text, middle.issue("/CN=x"), [middle.cert])
    lab.expect("ca_expired", text, later.issue("/CN=x"), [later.cert])


def case_ca_as_client(lab):
    t = Three(lab)
    both = "keyUsage = digitalSignature,keyCertSign\n"
    ca = lab.pki.authority("/CN=x", t.root,
                           "basicConstraints = CA:TRUE\n" + both)
    lab.expect("ca_as_client", t.text, ca.cert)
    lab.expect("granted", policy([t.ca, "ca_as_client = allow"]), ca.cert)
    lab.refused(t.text, t.middle.cert, what="an intermediate")
    lab.refused(t.text, t.root.cert, what="the anchor")


def case_paths_that_are_too_long(lab):
    t = Three(lab)
    none = lab.pki.authority("/CN=None", t.root,
                             "basicConstraints = critical,CA:TRUE,pathlen:0\n"
                             "keyUsage = critical,keyCertSign,cRLSign\n"
                             "subjectKeyIdentifier = hash\n")
    below = lab.pki.authority("/CN=Below", none)
    chain = [below.cert, none.cert]
    lab.expect("path_too_long", t.text, below.issue("/CN=x"), chain)
    lab.expect("granted", t.text, none.issue("/CN=x"), [none.cert])
    for depth, wanted in ((0, "path_too_long"), (1, "granted")):
        lab.expect(wanted, policy([t.ca, "max_depth = %d" % depth]), t.leaf,
                   [t.middle.cert])


def case_policies(lab):
    root = lab.pki.authority("/O=Test/CN=Root")
    ca = "ca = " + root.cert.path
    middle = lab.pki.authority("/CN=M", root,
                               "certificatePolicies = %s\n" % OID)
    good = middle.issue("/CN=good", "certificatePolicies = %s\n" % OID)
    bad = middle.issue("/CN=bad", "certificatePolicies = %s.9\n" % OID)
    plain = middle.issue("/CN=plain")
    chain = [middle.cert]
    for leaf, lines, wanted in (
            (good, [], "granted"), (plain, [], "granted"),
            (good, ["require_policy = " + OID], "granted"),
            (bad, ["require_policy = " + OID], "policy_required"),
            (plain, ["require_policy = " + OID], "policy_required"),
            (plain, ["require_policy = " + OID, "explicit_policy = no"],
             "granted"),
            (good, ["explicit_policy = yes"], "granted"),
            (plain, ["explicit_policy = yes"], "policy_required")):
        lab.expect(wanted, policy([ca] + lines), leaf, chain, what=lines)


def case_validated_policies_as_attribute(lab):
    """policy = OID means the validated set: a claim that the CA above does
    not have is worth nothing."""
    root = lab.pki.authority("/O=Test/CN=Root")
    middle = lab.pki.authority("/CN=M", root,
                               "certificatePolicies = %s\n" % OID)
    bare = lab.pki.authority("/CN=N", root)
    ext = "certificatePolicies = %s\n" % OID
    roles = "\n[role any]\npolicy = %s\n" % OID
    text = policy("ca = " + root.cert.path, roles).replace(
        "allow = *", "allow = any")
    lab.expect("granted", text, middle.issue("/CN=x", ext), [middle.cert])
    claim = ext.replace(OID, OID + ",%s.2" % OID)
    lab.refused(text.replace("policy = " + OID, "policy = %s.2" % OID),
                middle.issue("/CN=x", claim), [middle.cert])
    lab.refused(text, bare.issue("/CN=x", ext), [bare.cert])


def case_name_constraints(lab):
    root = lab.pki.authority("/O=Test/CN=Root")
    middle = lab.pki.authority(
        "/CN=M", root, "nameConstraints = critical,permitted;"
        "DNS:good.example,excluded;DNS:bad.good.example\n")
    text = policy("ca = " + root.cert.path)
    for name, wanted in (("a.good.example", "granted"),
                         ("a.bad.good.example", "name_constraint"),
                         ("evil.example", "name_constraint")):
        leaf = middle.issue("/CN=x", "subjectAltName = DNS:%s\n" % name)
        lab.expect(wanted, text, leaf, [middle.cert], what=name)


def case_unknown_critical_extension(lab):
    t = Three(lab)
    leaf = t.middle.issue("/CN=x", OID + " = critical,DER:0500\n")
    lab.expect("chain_invalid", t.text, leaf, [t.middle.cert])


def case_root_that_did_not_sign_itself(lab):
    root = lab.pki.authority("/O=Test/CN=Root")
    same = lab.pki.authority("/O=Test/CN=Root", root)  # self-issued
    lab.not_loaded(policy("ca = " + same.cert.path), "partial_chain")


def case_only_this_root(lab):
    one = lab.pki.authority("/O=Test/CN=Same")
    two = lab.pki.authority("/O=Test/CN=Same")
    renewed = lab.pki.authority("/O=Test/CN=Same", key=one.cert.key)
    of_one, of_two = one.issue("/CN=a"), two.issue("/CN=b")
    cas = ["ca = " + ca.cert.path for ca in (two, one)]
    for key, value in (("anchor.sha256", one.cert.sha256()),
                       ("anchor.spki", one.cert.spki()),
                       ("ca.sha256", one.cert.sha256()),
                       ("ca.spki", one.cert.spki())):
        text = policy(cas, "\n[role mine]\n%s = %s\n" % (key, value))
        text = text.replace("allow = *", "allow = mine")
        lab.expect("granted", text, of_one, what=key)
        lab.refused(text, of_two, what=key)
        again = text.replace(one.cert.path, renewed.cert.path)
        if key.endswith("spki"):
            lab.expect("granted", again, of_one, what="renewed " + key)
        else:
            lab.refused(again, of_one, what="renewed " + key)
        lab.refused(again, of_two, what="renewed " + key)


def case_block_of_a_ca(lab):
    t = Three(lab)
    other = lab.pki.authority("/O=Test/CN=Other", t.root)
    for key, value in (("ca.sha256", t.middle.cert.sha256()),
                       ("ca.subject.CN", "Middle")):
        text = policy(t.ca, "\n[role any]\ndefault = yes\n\n[block m]\n"
                      "%s = %s\n" % (key, value))
        lab.expect("blocked", text, t.leaf, [t.middle.cert])
        lab.expect("granted", text, other.issue("/CN=b"), [other.cert])


PINNED = """
[role admin]
pin = glass

[role chief]
subject.OU = Administrators

[role user]
default = yes

[pin glass]
sha256 = %s
chain = no
"""


def case_pin_without_chain(lab):
    t = Three(lab)
    ext = ("basicConstraints = critical,CA:TRUE\n"
           "extendedKeyUsage = clientAuth\n")
    mine = lab.pki.make("/OU=Administrators/CN=glass", ext)
    evil = lab.pki.make("/OU=Administrators/CN=glass", ext)
    again = lab.pki.make("/OU=Administrators/CN=glass", ext, key=mine.key)
    text = policy(t.ca, PINNED % mine.sha256())
    admin = text.replace("allow = *", "allow = admin")
    chief = text.replace("allow = *", "allow = chief, user")
    report = lab.expect("granted", admin, mine)
    wire.equal(report["id"], "pin:glass", "id")
    wire.equal(report["roles"], ["admin"], "roles")
    lab.refused(chief, mine, what="roles that do not name the pin")
    for cert in (evil, again):
        for chain in ([], [mine], [mine, t.middle.cert, t.root.cert]):
            for rules in (text, admin, chief):
                lab.refused(rules, cert, chain, what="hostile")
    # by its key alone no certificate comes in without a chain
    spki = text.replace("sha256 = " + mine.sha256(), "spki = " + mine.spki())
    reply = lab.ask(spki, mine)
    wire.check(not reply.granted, "admitted by spki")


def case_pin_that_runs_out(lab):
    """With a chain of its own a certificate that was pinned must not get
    more after the pin's last day."""
    t = Three(lab)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86400))
    rules = PINNED % t.leaf.sha256() + "until = %sT00:00:00Z\n" % day
    rules = rules.replace("subject.OU = Administrators", "subject.CN = alice")
    text = policy(t.ca, rules).replace("allow = *", "allow = chief, user")
    lab.refused(text, t.leaf, [t.middle.cert], what="pinned")
    for at in ("T00:00:00Z", "T00:00:01Z", "T12:00:00Z"):
        report = lab.explain(text, t.leaf, [t.middle.cert], at=day + at)
        wire.equal(report["decision"], "denied", "at " + day + at)


def case_pin_does_not_lend_its_id(lab):
    """A certificate that calls itself as a pin's id would be."""
    t = Three(lab)
    mine = lab.pki.make("/CN=glass", "extendedKeyUsage = clientAuth\n")
    text = policy(t.ca, PINNED % mine.sha256())
    liar = t.middle.issue("/CN=pin:glass")
    reply = lab.ask(text, liar, [t.middle.cert])
    wire.check("variable-remote_user" not in reply.headers or
               reply.headers["variable-remote_user"] != "pin:glass",
               "it is known as pin:glass")


def case_purposes(lab):
    t = Three(lab)
    for ext, wanted in (
            ("extendedKeyUsage = serverAuth\n", "wrong_purpose"),
            ("extendedKeyUsage = anyExtendedKeyUsage\n", "wrong_purpose"),
            ("extendedKeyUsage = clientAuth,serverAuth\n", "granted")):
        leaf = t.middle.issue("/CN=x", ext)
        lab.expect(wanted, t.text, leaf, [t.middle.cert], what=ext)
    server = lab.pki.authority("/CN=S", t.root,
                               "extendedKeyUsage = serverAuth\n")
    lab.expect("ca_not_allowed", t.text, server.issue("/CN=x"), [server.cert])
