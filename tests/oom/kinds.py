"""The policy and the requests of the tests with failing allocations, and what
may be answered to them."""

import json
import re

import fcgi

POLICY = """\
[certificate]
source = server
verify = server
issuer.O = Trusted CA Inc
purpose = clientAuth
min_rsa_bits = 2048
max_lifetime = 100d
warn_expiring = 30d

[identity]
id = san.email ~ (*)@example.org
email = san.email
department = subject.OU

[role admin]
subject.OU = Administrators

[role mail]
san.email = *@example.org

[role strong]
key.type = EC
key.bits = 256
eku = clientAuth

[role odd]
spki = {pin}
policy = 1.2.3.4
ext.1.2.3.4 = 0500
san.uri = urn:x
san.ip = 192.0.2.9
san.upn = x@example.org

[role user]
default = yes

[pin box]
sha256 = {pin}

[block stolen]
serial = 1003
issuer.CN = Test CA
key.bits = 256

[access admin]
path = /admin/*
path = /api/admin/*
allow = admin

[access pinned]
path = /pinned/*
allow.GET = admin
pin = box
san.dns = admin.*.org

[access public]
path = /public/*
allow = anyone

[access members]
path = /*
allow = *

[server]
cache = {cache}

[audit]
log = {log}
level = {level}
"""

ID = re.compile(rb"[0-9a-f]{20}")
CHANGES = [
    (ID, b"ID"),
    (re.compile(rb'"(time|timestamp|since|loaded_at)":"[^"]*"'),
     rb'"\1":"T"'),
    (re.compile(rb'"(granted|denied)":\d+'), rb'"\1":0'),
    (re.compile(rb'"(expires_in_days|days_left)":\d+'), rb'"\1":0'),
    (re.compile(rb"Content-Length: \d+"), b"Content-Length: 0"),
    # a step of the trace may be lost
    (re.compile(rb',"steps":\[.*\]'), b""),
]
STATUS_LINE = re.compile(rb"Status: (\d{3}) [A-Z][A-Za-z ]+\Z")
HEADER_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9_-]*): ?([^\0-\x1f\x7f]*)\Z")


def authorizer(path, pem=None, **more):
    env = {"REQUEST_METHOD": "GET", "REQUEST_URI": path,
           "REMOTE_ADDR": "192.0.2.1"}
    if pem:
        env.update(SSL_CLIENT_VERIFY="SUCCESS", SSL_CLIENT_CERT=pem)
    env.update(more)
    return fcgi.AUTHORIZER, env


def responder(path, pem=None, **more):
    _, env = authorizer(path, pem, SCRIPT_NAME=path, **more)
    return fcgi.RESPONDER, env


def make_kinds(certs, keep=False):
    """name -> (status when all is well, the bytes of the request)."""
    admin, user = certs["admin"], certs["user"]
    kinds = {
        "granted": (200, authorizer("/app/x", admin)),
        "granted by pin": (200, authorizer("/pinned/x", admin)),
        "granted to nobody": (200, authorizer("/public/x")),
        "granted to anyone": (200, authorizer("/public/x", admin)),
        "granted in plain headers":
            (200, responder("/x", admin, MTLSGATE_MODE="authorizer")),
        "profile": (200, responder("/api/profile", admin)),
        "cert-info": (200, responder("/api/cert-info", admin)),
        "admin/status": (200, responder("/api/admin/status", admin)),
        "health": (200, responder("/api/health")),
        "denied by role": (403, authorizer("/admin/x", user)),
        "denied by pin": (403, authorizer("/pinned/x", user)),
        "denied by block": (401, authorizer("/app/x", certs["stolen"])),
        "denied without certificate": (401, authorizer("/app/x")),
        "endpoint denied": (403, responder("/api/admin/status", user)),
        "page of a denial":
            (403, authorizer("/admin/x", user, HTTP_ACCEPT="text/html")),
        "page of a profile":
            (200, responder("/api/profile", admin, HTTP_ACCEPT="text/html")),
    }
    return {name: (status, fcgi.request(*what, keep))
            for name, (status, what) in kinds.items()}


def first_time(certs, number):
    """A request that is granted, with something beside the certificate that
    nothing was kept under before."""
    beside = {"SSL_CLIENT_CERT_CHAIN_0": str(number)}
    return fcgi.request(*authorizer("/app/x", certs["admin"], **beside), False)


def plain(data):
    """data without what differs from one request to the next."""
    for pattern, text in CHANGES:
        data = pattern.sub(text, data)
    return data


def parse(stdout):
    """(status, headers, body, fault); fault is "" for a whole reply."""
    head, gap, body = stdout.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    first = STATUS_LINE.match(lines[0])
    if not gap or not first:
        return 0, {}, b"", f"no whole head: {stdout[:200]!r}"
    headers = {}
    for line in lines[1:]:
        match = HEADER_LINE.match(line)
        if not match:
            return 0, {}, b"", f"no header: {line!r}"
        headers[match[1].decode()] = match[2]
    return int(first[1]), headers, body, body_fault(headers, body)


def body_fault(headers, body):
    length = headers.get("Content-Length")
    if length is not None and int(length) != len(body):
        return f"{len(body)} bytes of body, not {length.decode()}"
    if "Content-Type" not in headers:
        return "a body of no type" if body else ""
    if headers["Content-Type"].startswith(b"text/html"):
        return "" if body.endswith(b"</html>\n") else f"cut: {body[-200:]!r}"
    try:
        json.loads(body)
    except ValueError:
        return f"the body is no JSON: {body[:200]!r}"
    return ""


def fault_of(answer, good):
    """What must not be in an answer; good is the one without failures. A
    denial, a 5xx, the good answer, or a close without END_REQUEST may be."""
    if answer.odd:
        return answer.odd
    if not answer.ended:
        return ""
    status, headers, _, fault = parse(answer.stdout)
    if fault:
        return fault
    if plain(answer.stdout) == plain(good):
        return ""
    if status in (401, 403) or 500 <= status <= 599:
        named = headers.get("X-Mtlsgate-Reason", b"")
        return "" if named else "a denial without a reason"
    return f"not the good answer: {answer.stdout!r}"


def outcome_of(answer):
    """A word for the summary."""
    if not answer.ended:
        return "closed"
    status, headers, _, _ = parse(answer.stdout)
    return f"{status} {headers.get('X-Mtlsgate-Reason', b'').decode()}".strip()


def lines_fault(lines, answer, good_lines):
    """What must not be in the audit lines of one request. A grant has one, as
    without failures; a denial is not called a grant."""
    if not answer.ended:
        return ""
    status, headers, _, _ = parse(answer.stdout)
    granted = [line for line in lines if b'"decision":"granted"' in line]
    if status < 300:
        same = [plain(line) for line in lines] == \
            [plain(line) for line in good_lines]
        return "" if same else f"a grant in the log as {lines!r}"
    if granted:
        return f"a denial in the log as {lines!r}"
    ident = headers.get("X-Mtlsgate-Decision")
    if ident and not any(ident in line for line in lines):
        return f"a denial that is not in the log: {lines!r}"
    return ""
