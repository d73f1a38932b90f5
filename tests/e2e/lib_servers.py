"""Real web servers on free ports with the files of examples/, as they are
except for settings.conf. Only for tests."""

import os
import shutil

from lib_lab import TOP, free_port

MODULES = "/usr/lib/apache2/modules"
APACHE_MODULES = """mpm_event authn_core authz_core authz_user authz_host
    auth_basic access_compat authnz_fcgi alias dir mime headers setenvif env
    rewrite fcgid cgid proxy proxy_http ssl socache_shmcb"""

APACHE = """
ServerRoot {dir}/apache
DefaultRuntimeDir {dir}/run
PidFile {dir}/run/apache.pid
ErrorLog {dir}/apache.log
ServerName localhost
User www-data
Group www-data
{modules}
TypesConfig /etc/mime.types
ScriptSock {dir}/run/cgid.sock
FcgidIPCDir {dir}/run/fcgid
FcgidProcessTableFile {dir}/run/fcgid.shm
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{cgi_port}
Include mtlsgate/settings.conf
{before}
Include mtlsgate/site.conf
<VirtualHost 127.0.0.1:{cgi_port}>
Include mtlsgate/tls.conf
Include mtlsgate/cgi.conf
</VirtualHost>
"""

APACHE_SETTINGS = """
Define MTLSGATE_PROGRAM {dir}/mtlsgate
Define MTLSGATE_POLICY {dir}/policy.ini
Define MTLSGATE_CERTS {dir}/pki
Define MTLSGATE_LISTEN 127.0.0.1:{port}
Define MTLSGATE_NAME localhost
Define MTLSGATE_ROOT {dir}/www
Define MTLSGATE_BACKEND http://127.0.0.1:{backend}
Define MTLSGATE_AUTHNZ fcgi://127.0.0.1:{authnz}/
"""

LIGHTTPD = """
server.modules = ( "mod_rewrite" )
server.document-root = "{dir}/www"
server.bind = "127.0.0.1"
server.port = {plain_port}
server.errorlog = "{dir}/{name}.log"
index-file.names = ( "index.html" )
{user}
include "mtlsgate/settings.conf"
include "mtlsgate/mtlsgate.conf"
{after}
"""

LIGHTTPD_USER = """
server.username = "www-data"
server.groupname = "www-data"
"""

LIGHTTPD_SETTINGS = """
var.mtlsgate_program = "{dir}/mtlsgate"
var.mtlsgate_policy = "{dir}/policy.ini"
var.mtlsgate_certs = "{dir}/pki"
var.mtlsgate_listen = "127.0.0.1:{port}"
var.mtlsgate_sockets = "{dir}/run/{name}"
var.mtlsgate_backend_host = "127.0.0.1"
var.mtlsgate_backend_port = {backend}
"""


def write(path, text):
    with open(path, "w") as out:
        out.write(text)


class Apache:
    """Apache httpd. in_site goes into the virtual host of the examples,
    before stands in front of it."""

    name = "apache"

    def __init__(self, lab, in_site="", before=""):
        self.port, self.cgi_port = free_port(), free_port()
        self.authnz_port = free_port()
        places = {
            "dir": lab.dir,
            "port": self.port,
            "cgi_port": self.cgi_port,
            "backend": lab.backend_port,
            "authnz": self.authnz_port,
            "before": before,
            "modules": self.modules(),
        }
        conf = f"{lab.dir}/apache/mtlsgate"
        shutil.copytree(f"{TOP}/examples/apache", conf)
        write(f"{conf}/settings.conf", APACHE_SETTINGS.format(**places))
        if in_site:
            self.insert(f"{conf}/site.conf", in_site)
        write(f"{lab.dir}/apache.conf", APACHE.format(**places))
        self.daemon = lab.start(
            [lab.program, "--policy", lab.policy]
            + ["--listen", f"127.0.0.1:{self.authnz_port}"],
            "daemon",
            self.authnz_port,
        )
        command = ["apache2", "-f", f"{lab.dir}/apache.conf", "-DFOREGROUND"]
        self.process = lab.start(command, "apache", self.port)

    @staticmethod
    def modules():
        return "\n".join(
            f"LoadModule {name}_module {MODULES}/mod_{name}.so"
            for name in APACHE_MODULES.split()
        )

    @staticmethod
    def insert(path, text):
        with open(path) as file:
            whole = file.read()
        write(path, whole.replace("</VirtualHost>", text + "</VirtualHost>"))


class Lighttpd:
    """lighttpd. Lines in after follow mtlsgate.conf; edit changes a file of
    the example: (file name, old text, new text)."""

    name = "lighttpd"

    def __init__(self, lab, name="lighttpd", after="", edit=None):
        self.port, self.plain_port = free_port(), free_port()
        places = {
            "dir": lab.dir,
            "name": name,
            "port": self.port,
            "plain_port": self.plain_port,
            "backend": lab.backend_port,
            "user": LIGHTTPD_USER if os.getuid() == 0 else "",
            "after": after,
        }
        conf = f"{lab.dir}/{name}/mtlsgate"
        shutil.copytree(f"{TOP}/examples/lighttpd", conf)
        write(f"{conf}/settings.conf", LIGHTTPD_SETTINGS.format(**places))
        if edit:
            self.edit(conf, *edit)
        os.makedirs(f"{lab.dir}/run/{name}")
        os.chmod(f"{lab.dir}/run/{name}", 0o1777)
        write(f"{lab.dir}/{name}/lighttpd.conf", LIGHTTPD.format(**places))
        write(f"{lab.dir}/{name}.log", "")
        os.chmod(f"{lab.dir}/{name}.log", 0o666)
        command = ["lighttpd", "-D", "-f", f"{lab.dir}/{name}/lighttpd.conf"]
        self.process = lab.start(command, name, self.port)

    @staticmethod
    def edit(conf, name, old, new):
        with open(f"{conf}/{name}") as file:
            text = file.read()
        if old not in text:
            raise RuntimeError(f"{name} does not contain: {old}")
        write(f"{conf}/{name}", text.replace(old, new))


def lighttpd_cgi(lab):
    """lighttpd whose /api/ is cgi.conf, as its first lines say."""
    return Lighttpd(
        lab,
        "lighttpd-cgi",
        after='include "mtlsgate/cgi.conf"\n',
        edit=("gate.conf", '\t"/api/" => ( var.mtlsgate_responder ),\n', ""),
    )
