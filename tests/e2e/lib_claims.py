"""What the examples of both servers claim, looked at from outside."""

import ssl

from lib_http import Connection, fetch

FORGED = [
    ("Remote-User", "evil"),
    ("remote_user", "evil"),
    ("Remote-Email", "evil"),
    ("Remote_Email", "evil"),
    ("Remote-Groups", "admin"),
    ("Remote_Groups", "admin"),
    ("Forwarded", 'remote_user=evil, for=1.2.3.4;remote_user="evil"'),
    ("forwarded", "remote_user=evil"),
]
IDENTITY = {name.lower().replace("_", "-") for name, _ in FORGED}


class Claims:
    def __init__(self, report, lab, server):
        self.report = report
        self.lab = lab
        self.server = server

    def ask(self, target, cert=None, **request):
        return fetch(self.lab.pki, self.server.port, target, cert, **request)

    def probes(self, prefixes):
        """.mtlsgate-deny is denied below every guarded prefix, to all."""
        for prefix in prefixes:
            for cert in ("admin", None):
                reply = self.ask(f"{prefix}/.mtlsgate-deny", cert)
                self.report.check(
                    f"probe below {prefix}, {cert}",
                    reply.status in (401, 403)
                    and reply.reason == "deny_probe",
                    reply,
                )

    def grants(self, wanted):
        """Rows of certificate, page, status."""
        for cert, page, status in wanted:
            self.report.equal(
                f"{cert} {page}", self.ask(page, cert).status, status
            )

    def identity(self, reply):
        """What a backend may take for the user's name, in any spelling."""
        pairs = reply.json().get("headers", [])
        return sorted(
            (name.lower(), value)
            for name, value in pairs
            if name.lower().replace("_", "-") in IDENTITY
        )

    def forgery(self, page, cert, wanted):
        """The backend sees exactly the wanted names, whatever is sent."""
        tricks = {
            "nothing": [],
            "headers": FORGED,
            "Connection": [("Connection", "Remote-User, Forwarded")],
            "Connection 2": [
                ("Connection", "close, remote-user,REMOTE-EMAIL"),
                ("Connection", "Remote-Groups, forwarded"),
            ],
        }
        for name, headers in tricks.items():
            reply = self.ask(page, cert, headers=headers)
            self.report.check(
                f"{cert} {page}: forged {name}, status",
                reply.status == 200,
                reply,
            )
            self.report.equal(
                f"{cert} {page}: forged {name}", self.identity(reply), wanted
            )

    def no_variables(self, pages):
        """Variable-NAME headers are between mtlsgate and the server."""
        for page in pages:
            for cert in ("admin", "user", None):
                reply = self.ask(page, cert)
                leaks = [
                    name
                    for name, _ in reply.headers
                    if name.startswith(("variable-", "mtlsgate"))
                ]
                self.report.equal(f"{cert} {page}: variables", leaks, [])

    def heads(self, wanted):
        """HEAD has GET's status and reason, and no body."""
        for cert, page in wanted:
            get = self.ask(page, cert)
            head = self.ask(page, cert, method="HEAD")
            self.report.equal(
                f"{cert} HEAD {page}",
                (head.status, head.reason, head.body),
                (get.status, get.reason, b""),
            )

    def json_denial(self, page, cert, status, reason):
        """A denial in mtlsgate's own words."""
        reply = self.ask(page, cert)
        body = reply.json()
        self.report.equal(
            f"{cert} {page}: denial",
            (reply.status, reply.reason, body.get("reason")),
            (status, reason, reason),
        )
        self.report.check(
            f"{cert} {page}: decision id",
            body.get("decision_id")
            and body["decision_id"] == reply.header("X-Mtlsgate-Decision"),
            body,
        )

    def tls(self):
        """TLS 1.1 and ciphers without AEAD get nowhere, TLS 1.2 does."""
        one_one = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
        one_two = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
        gcm = "ECDHE-ECDSA-AES128-GCM-SHA256"
        cbc = "ECDHE-ECDSA-AES128-SHA"
        self.handshake("TLS 1.1", one_one, "ALL", False)
        self.handshake("TLS 1.2 with CBC", one_two, cbc, False)
        self.handshake("TLS 1.2 with GCM", one_two, gcm, True)

    def handshake(self, name, versions, ciphers, wanted):
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ctx.minimum_version, ctx.maximum_version = versions
        ctx.set_ciphers(f"{ciphers}:@SECLEVEL=0")
        ctx.load_verify_locations(f"{self.lab.pki}/ca-cert.pem")
        try:
            Connection(ctx, self.server.port).close()
            done = True
        except OSError:
            done = False
        self.report.equal(f"{name} is taken", done, wanted)
