"""mtlsgatectl doctor and the policy: what refuses a certificate that has
arrived, with the section and line; other URLs to the same page; HAProxy and
Caddy."""

import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lib_doctor import Ward  # noqa: E402
from lib_fronts import Caddy, Daemon, Haproxy, caddy_policy  # noqa: E402
from lib_gate import (  # noqa: E402
    GateLab,
    sited_policy,
    start_lighttpd,
    start_nginx,
)
from lib_lab import Lab, free_port  # noqa: E402
from lib_pki import CLIENT, Pki  # noqa: E402
from lib_report import Report  # noqa: E402

# Path, certificate, cause, and the section that decides.
DENIED = [
    ("/admin/f", "user", "policy_role", "access admin-area"),
    ("/deploy/f", "admin", "policy_pin", "access deploy"),
    ("/limits/f", "admin", "policy_condition", "access limits"),
    ("/past/f", "admin", "policy_rule_expired", "access past"),
    ("/posted/f", "admin", "policy_method", "access posted"),
    ("/norule/f", "admin", "policy_no_rule", None),
    ("/checker/f", "ten-years", "policy_blocked", None),
    ("/checker/f", "two-cn", "policy_identity", None),
    ("/checker/f", "sixty-sans", "policy_role_expired", None),
    ("/checker/f", "empty-subject", "policy_identity", None),
    ("/checker/f", "other-ca", "client_ca_unknown", None),
    ("/checker/f", "rsa-1024", "client_cert_weak", None),
    ("/checker/.mtlsgate-deny", "admin", "policy_probe", None),
    ("/api/admin/status", "user", "policy_role", "access admin-area"),
    ("/api/nowhere", "admin", "gate_responder", None),
]
HIDDEN = [
    ("/admin/f", "user", "policy_role", "access admin-area"),
    ("/deploy/f", "admin", "policy_pin", "access deploy"),
    ("/norule/f", "admin", "policy_no_rule", None),
    ("/checker/f", "empty-subject", "policy_identity", None),
]


def lines_of(lab, section):
    """Where the section stands, and its settings."""
    with open(lab.policy) as file:
        lines = file.read().split("\n")
    first = lines.index(f"[{section}]")
    return range(first + 1, lines.index("", first) + 1)


def denied(ward, lab, name, rows):
    for path, cert, cause, section in rows:
        url = lab.url("main", path)
        who = lab.client(cert)
        if name == "lighttpd":
            ward.sick(f"{name} {path} {cert}", cause, url, *who)
        got = ward.sick(
            f"{name} {path} {cert} --policy",
            cause,
            *[url, *who, "--policy", lab.policy],
        )
        seen = " ".join(step["seen"] for step in got.steps("FAIL"))
        if ": 401 " in seen:
            ward.report.check(
                f"doctor blames no rule for {name} {path} {cert}",
                "[access" not in seen,
                seen,
            )
        if section:
            ward.report.check(
                f"doctor names {section} for {name} {path}",
                f"[{section}]" in seen
                and any(
                    f"{lab.policy}:{line}: " in seen
                    for line in lines_of(lab, section)
                ),
                seen,
            )


def unverified(ward, lab):
    """lighttpd lets them through to mtlsgate, and tells nobody why it could
    not verify them."""
    pki = Pki(f"{lab.dir}/odd-pki")
    for kind in ("cert", "key"):
        shutil.copy(f"{lab.pki}/ca-{kind}.pem", pki.path(f"ca-{kind}.pem"))
    pki.client("critical", ext="1.2.3.4=critical,ASN1:NULL\n" + CLIENT)
    pki.client("ns-server", ext="nsCertType=server\n" + CLIENT)
    for name, cause in (
        ("critical", "client_cert_extension"),
        ("ns-server", "client_cert_purpose"),
    ):
        who = ["--cert", pki.cert(name), "--key", pki.key(name)]
        url = lab.url("main", "/checker/f")
        ward.sick(f"unverified {name}", cause, url, *who, *lab.client(None))


def with_policy(ward, lab):
    url = lab.url("main", "/checker/f")
    ward.healthy("--policy", url, *lab.client(), "--policy", lab.policy)
    pinned = lab.url("main", "/deploy/f")
    with open(lab.policy) as file:
        text = file.read()
    open_admin = f"{lab.dir}/open-admin.ini"
    with open(open_admin, "w") as out:
        out.write(text.replace("path = /api/admin/*\nallow = admin",
                               "path = /api/admin/*\nallow = *"))
    ward.healthy("pinned", pinned, *lab.client("pinned"))
    ward.healthy(
        *["a page for anyone", lab.url("main", "/api/health")],
        *[*lab.client(None), "--policy", lab.policy],
    )
    got = ward.sick(
        *["a page that wants admin_role", "policy_role"],
        *[lab.url("main", "/api/admin/status"), *lab.client("user")],
        *["--policy", open_admin],
    )
    seen = " ".join(step["seen"] for step in got.steps("FAIL"))
    ward.report.check(
        "doctor says that the page wants it", "needs admin_role" in seen, seen
    )
    with open(lab.policy) as file:
        text = file.read()
    other = f"{lab.dir}/other.ini"
    with open(other, "w") as out:
        out.write(text.replace("[role user]", "; another\n[role user]"))
    who = [*lab.client(), "--policy"]
    ward.sick("another policy", "policy_differs", url, *who, other)
    with open(other, "w") as out:
        out.write(text.replace("path = /checker/*\n", ""))
    ward.sick("another rule", "policy_differs", url, *who, other)
    ward.sick(
        *["another rule, seen by a user", "policy_differs", url],
        *[*lab.client("user"), "--policy", other],
    )
    with open(other, "w") as out:
        out.write(text + "\n[access later]\npath = /norule/*\nallow = admin\n")
    ward.sick(
        *["another reason", "policy_differs", lab.url("main", "/norule/f")],
        *[*lab.client("user"), "--policy", other],
    )
    ward.sick(
        *["no such policy", "policy_invalid", url],
        *[*who, f"{lab.dir}/nowhere.ini"],
        status=2,
    )
    url = lab.url("sited", "/checker/f")
    sited = f"{lab.dir}/sited.ini"
    ward.sick("site", "policy_site", url, *who, sited)
    ward.sick("site, no policy", "policy_no_rule", url, *lab.client())


def other_urls(ward, lab):
    url = lab.url("main", "/checker/f")
    for path in ("/also/f", "/public/short/f", "/free/f"):
        also = lab.url("main", path)
        ward.sick(
            *[f"--also {path}", "open_also", url],
            *[*lab.client(), "--also", also],
        )
    also = lab.url("replaced", "/checker/f")
    ward.sick(
        *["--also on another port", "open_also", url],
        *[*lab.client(), "--also", also],
    )
    also = f"https://localhost:{free_port()}/checker/f"
    got = ward.healthy("--also of nobody", url, *lab.client(), "--also", also)
    seen = " ".join(step["seen"] for step in got.steps("warn"))
    ward.report.check(
        "doctor says that it cannot ask", f"{also} cannot be asked" in seen, seen
    )
    also = lab.url("main", "/checker/f").replace("localhost", "other.invalid")
    ward.healthy("--also by name alone", url, *lab.client(), "--also", also)
    also = lab.url("main", "/page/f")
    ward.healthy("--also", url, *lab.client(), "--also", also)
    ward.healthy("no certificate given", url, *lab.client(None))


def broken_reload(ward, lab):
    """A change that does not load: the old policy stays in force."""
    with open(lab.policy) as file:
        text = file.read()
    lab.write_policy(text + "[nonsense]\n")
    url = lab.url("main", "/checker/f")
    wait_for(lambda: "nonsense" in lab.log("gate"))
    ward.sick("broken reload", "policy_not_loaded", url, *lab.client())
    before = lab.log("gate").count("is in force")
    lab.write_policy(text)
    wait_for(lambda: lab.log("gate").count("is in force") > before)


def wait_for(seen):
    for _ in range(20):
        time.sleep(0.5)
        if seen():
            return


def other_fronts(ward, report):
    with Lab() as lab:
        gate = Daemon(lab)
        trusting = Daemon(lab, "trusting", caddy_policy(lab))
        haproxy = Haproxy(lab, gate)
        deaf = {'"x-ask-cert: " .. cert': '"x-ask-none: " .. cert'}
        mute = Haproxy(lab, gate, "mute", lua=deaf)
        caddy = Caddy(lab, trusting)
        lax = Caddy(lab, trusting, "lax", mode="request")
        who = GateLab.client(lab)
        for server in (haproxy, caddy):
            for path in ("/api/profile", "/app/page"):
                url = f"https://localhost:{server.port}{path}"
                ward.healthy(f"{server.name} {path}", url, *who)
        for server, cause in (
            (mute, "handoff_haproxy"),
            (lax, "handoff_stranger"),
        ):
            url = f"https://localhost:{server.port}/app/page"
            ward.sick(f"{server.name} {cause}", cause, url, *who)
        lab.stop(gate.process)
        url = f"https://localhost:{haproxy.port}/api/profile"
        ward.sick("haproxy alone", "gate_unreachable", url, *who)
        url = f"https://localhost:{haproxy.port}/app/page"
        ward.sick("haproxy's lock", "closed_by_server", url, *who)
        lab.stop(trusting.process)
        url = f"https://localhost:{caddy.port}/app/page"
        ward.sick("caddy alone", "gate_unreachable", url, *who)


def main():
    report = Report()
    ward = Ward(report)
    with GateLab() as lab:
        gate = Daemon(lab)
        sited = Daemon(lab, "sited", sited_policy(lab))
        start_lighttpd(lab, gate, sited=sited)
        denied(ward, lab, "lighttpd", DENIED)
        unverified(ward, lab)
        with_policy(ward, lab)
        other_urls(ward, lab)
        broken_reload(ward, lab)
        lab.ports = {}
        start_nginx(lab, gate)
        denied(ward, lab, "nginx", HIDDEN)
        url = lab.url("main", "/admin/f")
        ward.sick("hidden", "policy_hidden", url, *lab.client("user"))
    other_fronts(ward, report)
    report.finish()


main()
