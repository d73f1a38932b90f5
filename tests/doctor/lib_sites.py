"""Many small sites on few servers: each server kind is started once, with all
the sites that were asked of it, each on a port of its own. Only for tests."""

import os
import shutil
import socket
import threading

import lib_doctor  # noqa: F401 - finds tests/e2e
from lib_lab import free_port
from lib_servers import APACHE_MODULES, MODULES, write

APACHE = """
ServerRoot {dir}
DefaultRuntimeDir {dir}
PidFile {dir}/apache.pid
ErrorLog {dir}/sites-apache.log
LogLevel ssl:info
ServerName localhost
User www-data
Group www-data
{modules}
TypesConfig /etc/mime.types
DocumentRoot {dir}/www
<Directory {dir}/www>
Require all granted
</Directory>
SSLSessionCache none
{sites}
"""

NGINX = """
pid {dir}/nginx.pid;
error_log {dir}/sites-nginx.log info;
events {{ worker_connections 64; }}
http {{
access_log off;
root {dir}/www;
client_body_temp_path {dir}/nginx-body;
proxy_temp_path {dir}/nginx-proxy;
fastcgi_temp_path {dir}/nginx-fastcgi;
uwsgi_temp_path {dir}/nginx-uwsgi;
scgi_temp_path {dir}/nginx-scgi;
{sites}
}}
"""

LIGHTTPD = """
server.modules = ( "mod_openssl" )
server.document-root = "{dir}/www"
server.bind = "127.0.0.1"
server.port = {port}
server.errorlog = "{dir}/sites-lighttpd.log"
index-file.names = ( "index.html" )
{user}
{sites}
"""


class Sites:
    """lab is a lib_lab.Lab. Sites are told first, then start() is called."""

    def __init__(self, lab):
        self.lab = lab
        self.dir = f"{lab.dir}/sites"
        self.apache_sites = []
        self.nginx_sites = []
        self.lighttpd_sites = []
        self.used = set()
        self.sockets = []
        os.makedirs(f"{self.dir}/www/private")
        os.chmod(self.dir, 0o755)
        for place in ("", "private/"):
            write(f"{self.dir}/www/{place}index.html", "<p>here</p>\n")
            write(f"{self.dir}/www/{place}f", "here\n")

    def port(self):
        """One that no site was given before; the server is started later."""
        while True:
            port = free_port()
            if port not in self.used:
                self.used.add(port)
                return port

    def apache(self, text, before="", more=""):
        """A virtual host with TLS of these lines. before: outside of it;
        more: a second host on the same port, with {port} in it."""
        port = self.port()
        self.apache_sites.append(
            f"Listen 127.0.0.1:{port}\n{before}\n"
            f"<VirtualHost 127.0.0.1:{port}>\nSSLEngine on\n{text}\n"
            f"</VirtualHost>\n{more.replace('{port}', str(port))}\n"
        )
        return port

    def nginx(self, text, more=""):
        port = self.port()
        self.nginx_sites.append(
            f"server {{ listen 127.0.0.1:{port} ssl; {text} }}\n"
            f"{more.replace('{port}', str(port))}\n"
        )
        return port

    def lighttpd(self, text):
        port = self.port()
        self.lighttpd_sites.append(
            f'$SERVER["socket"] == "127.0.0.1:{port}" {{\n'
            f'ssl.engine = "enable"\n{text}\n}}\n'
        )
        return port

    def s_server(self, *options, www=True):
        """openssl s_server, which has no configuration to share."""
        port = self.port()
        command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}"]
        command += ["-quiet"] + (["-www"] if www else []) + list(options)
        self.lab.start(command, f"s_server-{port}", port)
        return port

    def raw(self, behave):
        """A listener that calls behave(connection) for each one."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.sockets.append(listener)

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(
                    target=self.serve_one, args=(behave, connection), daemon=True
                ).start()

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    @staticmethod
    def serve_one(behave, connection):
        try:
            behave(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def start(self):
        if self.apache_sites:
            self.start_apache()
        if self.nginx_sites:
            self.start_nginx()
        if self.lighttpd_sites:
            self.start_lighttpd()

    def first_port(self, sites):
        return int(sites[0].split("127.0.0.1:")[1].split()[0].strip('">'))

    def start_apache(self):
        modules = "\n".join(
            f"LoadModule {name}_module {MODULES}/mod_{name}.so"
            for name in APACHE_MODULES.split()
        )
        conf = f"{self.dir}/apache.conf"
        sites = "".join(self.apache_sites)
        write(conf, APACHE.format(dir=self.dir, modules=modules, sites=sites))
        self.lab.start(
            ["apache2", "-f", conf, "-DFOREGROUND"],
            "sites-apache-out",
            self.first_port(self.apache_sites),
        )

    def start_nginx(self):
        conf = f"{self.dir}/nginx.conf"
        sites = "".join(self.nginx_sites)
        write(conf, NGINX.format(dir=self.dir, sites=sites))
        command = ["nginx", "-c", conf, "-g", "daemon off;", "-p", self.dir]
        self.lab.start(
            command, "sites-nginx-out", self.first_port(self.nginx_sites)
        )

    def start_lighttpd(self):
        conf = f"{self.dir}/lighttpd.conf"
        root = os.getuid() == 0
        user = 'server.username = "www-data"\nserver.groupname = "www-data"\n'
        log = f"{self.dir}/sites-lighttpd.log"
        write(log, "")
        os.chmod(log, 0o666)
        write(
            conf,
            LIGHTTPD.format(
                dir=self.dir,
                port=self.port(),
                user=user if root else "",
                sites="".join(self.lighttpd_sites),
            ),
        )
        self.lab.start(
            ["lighttpd", "-D", "-f", conf],
            "sites-lighttpd-out",
            self.first_port(self.lighttpd_sites),
        )

    def close(self):
        for listener in self.sockets:
            listener.close()
        if not os.environ.get("MTLSGATE_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)
