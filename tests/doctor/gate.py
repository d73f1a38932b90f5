"""mtlsgatectl doctor looks at Apache, lighttpd and nginx with mtlsgate behind
them: it must name each planted fault first, and find none where there is
none."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lib_doctor import Ward  # noqa: E402
from lib_fronts import Daemon  # noqa: E402
from lib_gate import (  # noqa: E402
    GateLab,
    believing_policy,
    start_apache,
    start_lighttpd,
    start_nginx,
)
from lib_report import Report  # noqa: E402

# Port, path, and the cause; None: healthy.
APACHE = [
    ("main", "/api/profile", None),
    ("main", "/checker/f", None),
    ("main", "/checker/", None),
    ("main", "/page/f", None),
    ("main", "/public/f", None),
    ("main", "/authnz/f", None),
    ("main", "/authnz-valid-user/f", None),
    ("main", "/authz/f", None),
    ("main", "/authorizer-fake/f", None),
    ("tls12", "/checker/f", None),
    ("main", "/authnz-user-gate/f", "closed_by_server"),
    ("main", "/denied/f", "closed_by_server"),
    ("main", "/authz-no-user/f", "gate_unreachable"),
    ("main", "/authorizer-user-name/f", "open_with_cert"),
    ("main", "/authnz-user-name/f", "open_with_cert"),
    ("tls12", "/authnz-user-name/f", "open_with_cert"),
    ("main", "/authnz-granted/f", "open_never_asked"),
    ("main", "/satisfy/f", "open_overruled"),
    ("main", "/satisfy/index.html", "open_overruled"),
    ("main", "/satisfy-proxied/f", "open_overruled"),
    ("main", "/satisfy-fallback/f", "open_overruled"),
    ("main", "/checker/leak.html", "open_overruled"),
    ("main", "/not-authoritative/f", "open_overruled"),
    ("main", "/not-authoritative-dead/f", "open_never_asked"),
    ("main", "/free/f", "open_never_asked"),
    ("main", "/also/f", "open_never_asked"),
    ("main", "/some/f", "open_never_asked"),
    ("main", "/some/index.html", "open_beside"),
    ("main", "/limit/f", "open_method"),
    ("main", "/basic/f", "gate_password"),
    ("main", "/satisfy-password/f", "open_overruled"),
    ("main", "/anonymous/f", "spoof_password"),
    ("main", "/endings/f", "open_beside"),
    ("main", "/files/index.html", "open_beside"),
    ("main", "/either/f", None),
    ("main", "/either/local/f", "open_never_asked"),
    ("main", "/either/verified/f", "open_with_cert"),
    ("main", "/twice/f", "pha_needed"),
    ("dots", "/checker/f", None),
    ("front", "/checker/f", "handoff_other_cert"),
    ("main", "/dead/f", "gate_unreachable"),
    ("main", "/not-executable/f", "gate_unreachable"),
    ("main", "/broken-policy/f", "gate_policy_invalid"),
    ("main", "/dead-daemon/f", "gate_unreachable"),
    ("main", "/dead-socket/f", "gate_unreachable"),
    ("main", "/dead-backend/f", "backend_error"),
    ("main", "/secret/profile", "gate_secret"),
    ("nothing", "/api/profile", "handoff_apache_responder"),
    ("nothing", "/checker/f", "handoff_apache_authorizer"),
    ("nothing", "/authnz/f", "handoff_apache_authorizer"),
    ("no_verify", "/api/profile", "handoff_no_verify"),
    ("no_verify", "/checker/f", "handoff_no_verify"),
    ("no_ca", "/checker/f", "handoff_not_verified"),
    ("pass_header", "/checker/f", "spoof_header"),
    ("sites", "/checker/f", "open_host"),
]
LIGHTTPD = [
    ("main", "/api/profile", None),
    ("main", "/checker/f", None),
    ("main", "/public/f", None),
    ("main", "/proxied/f", None),
    ("main", "/dead/f", "gate_unreachable"),
    ("main", "/dead-api/f", "gate_unreachable"),
    ("main", "/responder/f", "gate_responder"),
    ("main", "/also/f", "open_never_asked"),
    ("main", "/free/f", "open_never_asked"),
    ("no_export", "/api/profile", "handoff_lighttpd"),
    ("no_export", "/checker/f", "handoff_lighttpd"),
    ("replaced", "/checker/f", "open_never_asked"),
    ("main", "/slash/", "open_slash"),
    ("enforced", "/checker/f", None),
    ("enforced", "/free/f", "open_never_asked"),
    ("get", "/checker/f", "open_method"),
    ("sites", "/checker/f", "open_host"),
    ("believes", "/checker/f", "spoof_header"),
]
NGINX = [
    ("main", "/api/profile", None),
    ("main", "/checker/f", None),
    ("main", "/public/f", None),
    ("main", "/page/f", None),
    ("main", "/off/f", "open_never_asked"),
    ("main", "/off-hidden/f", "open_never_asked"),
    ("main", "/any/f", "open_never_asked"),
    ("main", "/return/f", "open_never_asked"),
    ("main", "/other/f", "open_never_asked"),
    ("main", "/checker/leak.html", "open_url"),
    ("main", "/some/index.html", "open_url"),
    ("main", "/post/f", "open_method"),
    ("main", "/dead/f", "gate_unreachable"),
    ("main", "/dead-api/f", "gate_unreachable"),
    ("main", "/no-mode/f", "gate_unreachable"),
    ("main", "/no-cert/f", "handoff_nginx"),
    ("main", "/uri/f", "spoof_uri"),
    ("no_cert", "/api/profile", "handoff_nginx"),
    ("no_verify", "/api/profile", "handoff_no_verify"),
    ("name", "/api/profile", "handoff_malformed"),
    ("no_ca", "/api/profile", "handoff_not_verified"),
    ("success", "/api/profile", "handoff_stranger"),
    ("header", "/api/profile", "spoof_header"),
    ("front", "/api/profile", "handoff_other_cert"),
    ("front", "/checker/f", "handoff_other_cert"),
    ("sites", "/checker/f", "open_host"),
    ("no_api", "/checker/f", None),
    ("no_api", "/off/f", "open_never_asked"),
    ("main", "/softened/f", "open_overruled"),
    ("main", "/sent-away/f", None),
    ("main", "/password/f", "open_overruled"),
    ("location", "/checker/f", "handoff_stranger"),
    ("on", "/checker/f", None),
    ("on", "/free/f", "open_never_asked"),
    ("below", "/below/f", "open_beside"),
    ("below", "/below/open/f", "open_never_asked"),
    ("raw", "/api/profile", "handoff_malformed"),
]


def look(ward, lab, server, rows):
    for port, path, cause in rows:
        name = f"{server} {port} {path}"
        if cause:
            ward.sick(name, cause, lab.url(port, path), *lab.client())
        else:
            ward.healthy(name, lab.url(port, path), *lab.client())


def main():
    report = Report()
    ward = Ward(report)
    wanted = sys.argv[1:] or ["apache", "lighttpd", "nginx"]
    with GateLab() as lab:
        gate = Daemon(lab)
        believing = Daemon(lab, "believing", believing_policy(lab))
        if "apache" in wanted:
            start_apache(lab)
            look(ward, lab, "apache", APACHE)
        if "lighttpd" in wanted:
            lab.ports = {}
            start_lighttpd(lab, gate, believing=believing)
            look(ward, lab, "lighttpd", LIGHTTPD)
            lab.ports = {}
            start_lighttpd(lab, gate, "order", True)
            url = lab.url("main", "/proxied/f")
            name = "lighttpd with mod_proxy first"
            ward.sick(name, "open_never_asked", url, *lab.client())
        if "nginx" in wanted:
            lab.ports = {}
            start_nginx(lab, gate)
            look(ward, lab, "nginx", NGINX)
    report.finish()


main()
