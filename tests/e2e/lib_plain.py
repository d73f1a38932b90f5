"""Web servers without TLS in which every source of lib_sources.py has a port
of its own, and real fronts in front of such a port. Only for tests."""

import os
import shutil

from lib_fronts import NGINX, Daemon, edit
from lib_lab import TOP, free_port
from lib_servers import APACHE_MODULES, MODULES, write
from lib_sources import SOURCES, source_policy


class Plain:
    """One web server without TLS: a port for each daemon, each of them
    answering /api/ and guarding /app/."""

    def __init__(self, lab, daemons, more=""):
        self.ports = {name: free_port() for name in daemons}
        self.dir = f"{lab.dir}/plain-{self.name}{more}"
        os.makedirs(self.dir)
        servers = [
            self.server(self.ports[name], daemon.socket, lab.backend_port)
            for name, daemon in daemons.items()
        ]
        write(f"{self.dir}/conf", self.whole(lab, "\n".join(servers)))
        argv = [word.format(dir=self.dir) for word in self.argv]
        # the last port that is opened answers when all do
        name = f"plain-{self.name}{more}"
        self.process = lab.start(argv, name, list(self.ports.values())[-1])


class PlainNginx(Plain):
    name = "nginx"
    argv = ["nginx", "-e", "{dir}/log", "-c", "{dir}/conf"]

    @staticmethod
    def server(port, gate, backend):
        return f"""
server {{
	listen 127.0.0.1:{port};
	large_client_header_buffers 4 128k;
	location /api/ {{
		include fastcgi.conf;
		fastcgi_param SCRIPT_NAME $uri;
		fastcgi_pass unix:{gate};
	}}
	location = /.ask {{
		internal;
		include fastcgi.conf;
		fastcgi_param MTLSGATE_MODE authorizer;
		fastcgi_param MTLSGATE_URI $request_uri;
		fastcgi_pass unix:{gate};
	}}
	location ~ ^/(app|public)/ {{
		auth_request /.ask;
		proxy_pass http://127.0.0.1:{backend};
	}}
}}"""

    def whole(self, lab, servers):
        write(
            f"{self.dir}/fastcgi.conf",
            "".join(
                f"fastcgi_param {name} {value};\n"
                for name, value in {
                    "REQUEST_METHOD": "$request_method",
                    "REQUEST_URI": "$request_uri",
                    "REMOTE_ADDR": "$remote_addr",
                    "CONTENT_LENGTH": '""',
                }.items()
            )
            + "fastcgi_pass_request_body off;\n",
        )
        user = "user www-data;" if os.getuid() == 0 else ""
        name = "plain-nginx"
        return NGINX.format(dir=lab.dir, name=name, user=user, http=servers)


class PlainApache(Plain):
    name = "apache"
    argv = ["apache2", "-f", "{dir}/conf", "-DFOREGROUND"]

    @staticmethod
    def server(port, gate, _backend):
        return f"""
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
	<Location "/api">
		ProxyPass "unix:{gate}|fcgi://localhost/"
	</Location>
	ProxyFCGISetEnvIf "true" SCRIPT_NAME "%{{REQUEST_URI}}"
	ProxyFCGISetEnvIf "true" PATH_INFO ""
</VirtualHost>"""

    def whole(self, lab, servers):
        names = APACHE_MODULES.split() + ["proxy_fcgi"]
        modules = "\n".join(
            f"LoadModule {name}_module {MODULES}/mod_{name}.so"
            for name in names
        )
        return f"""
ServerRoot {self.dir}
DefaultRuntimeDir {self.dir}
PidFile {self.dir}/pid
ErrorLog {self.dir}/../plain-apache.log
ServerName localhost
User www-data
Group www-data
LimitRequestFieldSize 65536
{modules}
TypesConfig /etc/mime.types
FcgidIPCDir {self.dir}/fcgid
FcgidProcessTableFile {self.dir}/fcgid.shm
{servers}
"""


class PlainLighttpd(Plain):
    name = "lighttpd"
    argv = ["lighttpd", "-D", "-f", "{dir}/conf"]

    @staticmethod
    def server(port, gate, backend):
        gate = f'"socket" => "{gate}", "check-local" => "disable"'
        return f"""
$SERVER["socket"] == "127.0.0.1:{port}" {{
	fastcgi.server = (
		"/api/" => (( {gate} )),
		"/app/" => (( {gate}, "mode" => "authorizer" )),
		"/public/" => (( {gate}, "mode" => "authorizer" ))
	)
	proxy.server = (
		"/app/" => (( "host" => "127.0.0.1", "port" => {backend} )),
		"/public/" => (( "host" => "127.0.0.1", "port" => {backend} ))
	)
}}"""

    def whole(self, lab, servers):
        return f"""
server.modules = ( "mod_fastcgi", "mod_proxy" )
server.document-root = "{lab.dir}/www"
server.bind = "127.0.0.1"
server.port = {free_port()}
server.errorlog = "{self.dir}/log"
server.max-request-field-size = 65536
{servers}
"""


class NginxFront:
    """nginx with examples/nginx/front.conf in front of a port, which it
    reaches from 127.0.0.2."""

    name = "nginx front"

    def __init__(self, lab, behind):
        self.port = free_port()
        conf = f"{lab.dir}/nginx-front"
        shutil.copytree(f"{TOP}/examples/nginx", f"{conf}/mtlsgate")
        http = f"""
server {{
	listen 127.0.0.1:{self.port} ssl;
	ssl_certificate {lab.pki}/server-cert.pem;
	ssl_certificate_key {lab.pki}/server-key.pem;
	ssl_client_certificate {lab.pki}/ca-cert.pem;
	include mtlsgate/tls.conf;
	location / {{
		include mtlsgate/front.conf;
		proxy_bind 127.0.0.2;
		proxy_pass http://127.0.0.1:{behind};
	}}
}}"""
        user = "user www-data;" if os.getuid() == 0 else ""
        places = {"dir": lab.dir, "name": "nginx-front", "user": user}
        write(f"{conf}/nginx.conf", NGINX.format(http=http, **places))
        argv = ["nginx", "-e", f"{lab.dir}/nginx-front.log"]
        argv += ["-c", f"{conf}/nginx.conf"]
        self.process = lab.start(argv, "nginx-front", self.port)


class HaproxyFront:
    """HAProxy with examples/haproxy/front.cfg, likewise."""

    name = "haproxy front"

    def __init__(self, lab, behind):
        self.port = free_port()
        conf = f"{lab.dir}/haproxy-front"
        shutil.copytree(f"{TOP}/examples/haproxy", conf)
        with open(f"{conf}/server.pem", "w") as out:
            for part in ("cert", "key"):
                with open(f"{lab.pki}/server-{part}.pem") as file:
                    out.write(file.read())
        changes = {
            "127.0.0.1:8080": f"127.0.0.1:{behind} source 127.0.0.2",
            "bind :443": f"bind 127.0.0.1:{self.port}",
            "/etc/haproxy/certs/server.pem": f"{conf}/server.pem",
            "/etc/haproxy/certs/ca-cert.pem": f"{lab.pki}/ca-cert.pem",
        }
        edit(f"{conf}/front.cfg", changes)
        argv = ["haproxy", "-db", "-f", f"{conf}/front.cfg"]
        self.process = lab.start(argv, "haproxy-front", self.port)


def source_daemons(lab):
    """A daemon for each source."""
    return {
        name: Daemon(
            lab,
            "gate-" + name.replace(" ", "-"),
            source_policy(lab, name),
        )
        for name in SOURCES
    }
