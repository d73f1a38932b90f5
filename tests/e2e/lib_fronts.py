"""nginx, HAProxy and Caddy on free ports with the files of examples/, in which
only addresses and paths are replaced; and mtlsgate as a daemon behind them.
Only for tests."""

import os
import re
import shutil
import socket
import subprocess
import time

from lib_lab import TOP, free_port
from lib_servers import write

NGINX = """
{user}
daemon off;
worker_processes 1;
pid {dir}/run/{name}.pid;
error_log {dir}/{name}.log;
events {{ }}
http {{
access_log off;
client_body_temp_path {dir}/{name}/t1;
proxy_temp_path {dir}/{name}/t2;
fastcgi_temp_path {dir}/{name}/t3;
uwsgi_temp_path {dir}/{name}/t4;
scgi_temp_path {dir}/{name}/t5;
{http}
}}
"""


def edit(path, changes):
    """Replaces texts in a file of the examples; each must be there."""
    with open(path) as file:
        text = file.read()
    for old, new in changes.items():
        if old not in text:
            raise RuntimeError(f"{path} does not contain: {old}")
        text = text.replace(old, new)
    write(path, text)


def wait_for(name, process, log, ready):
    for _ in range(200):
        try:
            if ready():
                return
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"{name} did not start:\n{log(name)}")


def policy_from(lab, *lines):
    """The policy of the examples with another source."""
    text = lab.example_policy()
    old = "source = server\nverify = server\n"
    if old not in text:
        raise RuntimeError("the policy of the examples has changed")
    return text.replace(old, "".join(f"{line}\n" for line in lines))


def caddy_policy(lab):
    return policy_from(lab, "source = caddy", "front_verifies = yes")


class Daemon:
    """mtlsgate on a UNIX socket of its own; its audit lines are in
    NAME.log."""

    def __init__(self, lab, name="gate", policy=None):
        self.lab, self.name = lab, name
        self.socket = f"{lab.dir}/run/{name}.sock"
        self.policy = lab.policy
        if policy:
            self.policy = f"{lab.dir}/{name}.ini"
            write(self.policy, policy)
        argv = [lab.program, "--policy", self.policy]
        argv += ["--socket", self.socket, "--socket-mode", "0666"]
        with open(f"{lab.dir}/{name}.log", "ab") as log:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        lab.processes.append(self.process)
        wait_for(name, self.process, lab.log, self.answers)

    def answers(self):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(self.socket)
        return True

    def log(self):
        return self.lab.log(self.name)


class Nginx:
    """nginx with http as the inside of its http { }; site: examples/nginx
    in front of the daemon, with in_site in its server { }."""

    name = "nginx"

    def __init__(self, lab, daemon, name="nginx", in_site="", http=""):
        self.port = free_port()
        self.conf = f"{lab.dir}/{name}"
        places = {"dir": lab.dir, "name": name}
        places["user"] = "user www-data;" if os.getuid() == 0 else ""
        shutil.copytree(f"{TOP}/examples/nginx", f"{self.conf}/mtlsgate")
        changes = {
            "/run/mtlsgate.sock": daemon.socket,
            "127.0.0.1:8080": f"127.0.0.1:{lab.backend_port}",
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "www.example.com": "localhost",
            "/var/www/html": f"{lab.dir}/www",
            "/etc/nginx/mtlsgate/certs": lab.pki,
            "include mtlsgate/tls.conf;": in_site
            + "\ninclude mtlsgate/tls.conf;",
        }
        edit(f"{self.conf}/mtlsgate/site.conf", changes)
        http = "include mtlsgate/site.conf;\n" + http
        write(f"{self.conf}/nginx.conf", NGINX.format(http=http, **places))
        argv = ["nginx", "-e", f"{lab.dir}/{name}.log"]
        argv += ["-c", f"{self.conf}/nginx.conf"]
        self.process = lab.start(argv, name, self.port)


class Haproxy:
    """HAProxy with examples/haproxy in front of the daemon."""

    name = "haproxy"

    def __init__(self, lab, daemon, name="haproxy", lua=None):
        self.port = free_port()
        conf = f"{lab.dir}/{name}"
        shutil.copytree(f"{TOP}/examples/haproxy", conf)
        with open(f"{conf}/server.pem", "w") as out:
            for part in ("cert", "key"):
                with open(f"{lab.pki}/server-{part}.pem") as file:
                    out.write(file.read())
        changes = {
            "/run/mtlsgate.sock": daemon.socket,
            "127.0.0.1:8080": f"127.0.0.1:{lab.backend_port}",
            "bind :443": f"bind 127.0.0.1:{self.port}",
            "/etc/haproxy/certs/server.pem": f"{conf}/server.pem",
            "/etc/haproxy/certs/ca-cert.pem": f"{lab.pki}/ca-cert.pem",
            "/etc/haproxy/mtlsgate.lua": f"{conf}/mtlsgate.lua",
            "/run/haproxy/mtlsgate": f"{lab.dir}/run/{name}-ask",
        }
        edit(f"{conf}/haproxy.cfg", changes)
        edit(f"{conf}/mtlsgate.lua", lua or {})
        argv = ["haproxy", "-db", "-f", f"{conf}/haproxy.cfg"]
        self.process = lab.start(argv, name, self.port)


class Caddy:
    """Caddy with examples/caddy in front of the daemon."""

    name = "caddy"

    def __init__(
        self,
        lab,
        daemon,
        name="caddy",
        mode="verify_if_given",
        client_auth=True,
    ):
        self.port = free_port()
        conf = f"{lab.dir}/{name}"
        shutil.copytree(f"{TOP}/examples/caddy", conf)
        changes = {
            "/run/mtlsgate.sock": daemon.socket,
            "127.0.0.1:8080": f"127.0.0.1:{lab.backend_port}",
            "https://www.example.com": f"https://localhost:{self.port}",
            "/etc/caddy/certs": lab.pki,
            "/var/www/html": f"{lab.dir}/www",
            "mode verify_if_given": f"mode {mode}",
        }
        edit(f"{conf}/Caddyfile", changes)
        if not client_auth:
            with open(f"{conf}/Caddyfile") as file:
                text = file.read()
            text = re.sub(r"(?s)client_auth \{.*?\}\n", "", text)
            write(f"{conf}/Caddyfile", text)
        argv = ["env", f"HOME={conf}", f"XDG_DATA_HOME={conf}"]
        argv += [f"XDG_CONFIG_HOME={conf}", "caddy", "run"]
        argv += ["--config", f"{conf}/Caddyfile", "--adapter", "caddyfile"]
        self.process = lab.start(argv, name, self.port)
