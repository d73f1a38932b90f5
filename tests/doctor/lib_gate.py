"""Apache, lighttpd and nginx with the files of gate/, each started once, and
mtlsgate behind them. Only for tests."""

import os
import re
import shutil
import sys

import lib_doctor  # noqa: F401  (puts the other tests' library in reach)
from lib_fronts import Daemon
from lib_lab import Lab, free_port
from lib_servers import MODULES, Apache, write

HERE = os.path.dirname(os.path.abspath(__file__))
PLACES = """checker page authnz authnz-valid-user authz authorizer-fake
    authnz-user-gate authz-no-user denied authorizer-user-name
    authnz-user-name authnz-granted satisfy satisfy-proxied satisfy-fallback
    not-authoritative not-authoritative-dead some limit basic dead
    not-executable broken-policy dead-daemon dead-socket dead-backend also
    short responder proxied off off-hidden any return other post no-mode
    no-cert uri dead-api free endings files either satisfy-password anonymous
    softened password sent-away below slash twice""".split()
OTHERS = "admin deploy limits past posted public norule".split()
USER = 'server.username = "www-data"\nserver.groupname = "www-data"'
HTPASSWD = (
    "/CN=admin/OU=Administrators/emailAddress=admin@example.com:"
    "$1$OXLyS...$Owx8s2/m9/gfkcRVXzgoE/\n"
)


class GateLab(Lab):
    """A Lab with pages below every prefix that the servers know."""

    def __init__(self):
        super().__init__()
        self.ports = {}
        for place in PLACES + OTHERS:
            os.makedirs(f"{self.dir}/www/{place}", exist_ok=True)
            for file in ("f", "index.html", "leak.html"):
                write(f"{self.dir}/www/{place}/{file}", f"PAGE OF {place}\n")
        write(f"{self.dir}/www/error.html", "<p>Not you.</p>\n")
        write(f"{self.dir}/htpasswd", HTPASSWD)
        write(f"{self.dir}/broken.ini", "this is no policy\n")
        write(f"{self.dir}/not-executable", "x")
        self.write_pages()
        write(f"{self.dir}/broken", "#!/bin/sh\nexit 1\n")
        os.chmod(f"{self.dir}/broken", 0o755)
        shutil.copy(self.program, f"{self.dir}/gate-broken-policy")
        self.write_policy(self.fill("policy.ini"))

    def write_pages(self):
        """Places below others, and a certificate with its key."""
        for place in ("either/local", "either/verified", "below/open"):
            os.makedirs(f"{self.dir}/www/{place}")
            write(f"{self.dir}/www/{place}/f", f"PAGE OF {place}\n")
        pair = ""
        for part in ("cert", "key"):
            with open(f"{self.pki}/service-{part}.pem") as file:
                pair += file.read()
        write(f"{self.dir}/service.pem", pair)

    def fill(self, file_name, **places):
        """A file of gate/ with everything between two @ filled in; port_NAME
        is a port of its own, known as NAME."""
        members = "".join(f"path = /{p}/*\n" for p in PLACES) + "path = /api/*"
        known = {
            "dir": self.dir,
            "backend": self.backend_port,
            "pinned": self.sha256("pinned"),
            "members": members,
            **places,
        }

        def value(match):
            name = match[1]
            if name.startswith("port_"):
                return str(self.ports.setdefault(name[5:], free_port()))
            return str(known[name])

        with open(f"{HERE}/gate/{file_name}") as file:
            return re.sub(r"@(\w+)@", value, file.read())

    def url(self, port, path):
        return f"https://localhost:{self.ports[port]}{path}"

    def client(self, cert="admin", ca="ca"):
        """Options of a client with that certificate, or none."""
        options = ["--cacert", f"{self.pki}/{ca}-cert.pem"]
        if cert:
            options += ["--cert", f"{self.pki}/{cert}-cert.pem"]
            options += ["--key", f"{self.pki}/{cert}-key.pem"]
        return options


def start_apache(lab):
    os.makedirs(f"{lab.dir}/apache")
    more = "".join(
        f"\nLoadModule {name}_module {MODULES}/mod_{name}.so"
        for name in ("authn_file", "authn_anon", "proxy_fcgi")
    )
    text = lab.fill("apache.conf", modules=Apache.modules() + more)
    write(f"{lab.dir}/apache.conf", text)
    port = lab.ports["daemon"]
    argv = [lab.program, "--policy", lab.policy]
    lab.start(argv + ["--listen", f"127.0.0.1:{port}"], "daemon", port)
    argv = ["apache2", "-f", f"{lab.dir}/apache.conf", "-DFOREGROUND"]
    lab.start(argv, "apache", lab.ports["main"])


def start_lighttpd(
    lab, gate, name="lighttpd", proxy_first=False, believing=None, sited=None
):
    """believing and sited: Daemons with such policies."""
    modules = ['"mod_fastcgi"', '"mod_proxy"']
    if proxy_first:
        modules.reverse()
    text = lab.fill(
        "lighttpd.conf",
        name=name,
        order=", ".join(modules),
        socket=gate.socket,
        believing=(believing or gate).socket,
        sited=(sited or gate).socket,
        user=USER if os.getuid() == 0 else "",
    )
    write(f"{lab.dir}/{name}.conf", text)
    write(f"{lab.dir}/{name}.log", "")
    os.chmod(f"{lab.dir}/{name}.log", 0o666)
    argv = ["lighttpd", "-D", "-f", f"{lab.dir}/{name}.conf"]
    lab.start(argv, name, lab.ports["main"])


def start_nginx(lab, gate):
    os.makedirs(f"{lab.dir}/nginx")
    user = "user www-data;" if os.getuid() == 0 else ""
    text = lab.fill("nginx.conf", socket=gate.socket, user=user)
    write(f"{lab.dir}/nginx.conf", text)
    argv = ["nginx", "-e", f"{lab.dir}/nginx.log"]
    lab.start(
        argv + ["-c", f"{lab.dir}/nginx.conf"], "nginx", lab.ports["main"]
    )


def believing_policy(lab):
    """What a policy says that takes certificates from headers of anybody on
    this machine."""
    with open(lab.policy) as file:
        text = file.read()
    lines = "source = server, nginx\ntrusted_proxy = 127.0.0.1\nverify = server\n"
    return text.replace("source = server\nverify = server\n", lines)


def sited_policy(lab):
    """A policy in which every rule is for the site called shop."""
    with open(lab.policy) as file:
        text = file.read()
    return re.sub(r"(?m)^(\[access .*)$", r"\1\nsite = shop", text)
