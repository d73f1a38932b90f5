# The same question behind the same nginx.
says "wrk with 16 connections to one nginx: a file that it serves by itself," \
	"the same file with auth_request to mtlsgate, mtlsgate's answer to" \
	"/api/profile, and the same page and the same question from FastAPI" \
	"under uvicorn: as" \
	"Debian installs and starts it (one process), and at its best (uvloop," \
	"httptools, as many processes as processors); neither writes a log," \
	"mtlsgate does. Plain HTTP, with one certificate as a parameter: TLS" \
	"would cost all of them the same, and wrk sends no certificates."
make_cert "$work"
make_policy "$work/policy.ini" "$work/audit.log"
port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir "$work/www" "$work/tmp"
chmod 755 "$work" "$work/www"
head -c 200 /dev/zero | tr '\0' x > "$work/www/file.txt"
escaped=$(python3 -c 'import sys, urllib.parse
print(urllib.parse.quote(open(sys.argv[1]).read()))' "$work/cert.pem")
user=
[ "$(id -u)" -ne 0 ] || user='user root;'

cat > "$work/params.conf" << END
fastcgi_pass gate;
fastcgi_keep_conn on;
fastcgi_pass_request_body off;
fastcgi_param SERVER_PROTOCOL \$server_protocol;
fastcgi_param SERVER_NAME \$server_name;
fastcgi_param SERVER_ADDR \$server_addr;
fastcgi_param SERVER_PORT \$server_port;
fastcgi_param REMOTE_ADDR \$remote_addr;
fastcgi_param REQUEST_METHOD \$request_method;
fastcgi_param REQUEST_URI \$request_uri;
fastcgi_param CONTENT_LENGTH "";
fastcgi_param SSL_CLIENT_VERIFY SUCCESS;
fastcgi_param SSL_CLIENT_CERT "$(cat "$work/cert.pem")
";
END
cat > "$work/nginx.conf" << END
daemon off; $user pid $work/nginx.pid; error_log $work/error.log;
worker_processes auto;
events { worker_connections 512; }
http {
	access_log off; default_type text/plain; keepalive_requests 1000000;
	client_body_temp_path $work/tmp; proxy_temp_path $work/tmp;
	fastcgi_temp_path $work/tmp; uwsgi_temp_path $work/tmp;
	scgi_temp_path $work/tmp;
	upstream gate { server unix:$work/gate; keepalive 16; }
	upstream app { server unix:$work/app; keepalive 16; }
	upstream best { server unix:$work/best; keepalive 16; }
	server {
		listen 127.0.0.1:$port; root $work/www;
		location = /file.txt { }
		location = /asked { auth_request /ask; alias $work/www/file.txt; }
		location = /ask { internal; include $work/params.conf;
			fastcgi_param MTLSGATE_MODE authorizer; }
		location = /gate/api/profile { include $work/params.conf;
			fastcgi_param SCRIPT_NAME /api/profile; }
		proxy_http_version 1.1;
		proxy_set_header Connection "";
		proxy_set_header X-SSL-Client-Verify SUCCESS;
		proxy_set_header X-SSL-Client-Cert "$escaped";
		location = /asked-app { auth_request /ask-app;
			alias $work/www/file.txt; }
		location = /ask-app { internal;
			proxy_pass_request_body off;
			proxy_pass http://app/api/profile; }
		location = /app/api/profile { proxy_pass http://app/api/profile; }
		location = /best/api/profile { proxy_pass http://best/api/profile; }
	}
}
END
start_gate "$work/gate" "$work/policy.ini" $((cores * 2))
# start_app NAME OPTION...: Debian's packages are those of Debian's Python
start_app() {
	app=$1
	shift
	start "$work/$app" /usr/bin/python3 -m uvicorn --app-dir "$here" \
		--uds "$work/$app" --no-access-log --log-level warning "$@" \
		fastapi_app:app
}
start_app app --loop asyncio --http h11
start_app best --loop uvloop --http httptools --workers "$cores"
/usr/sbin/nginx -p "$work" -c "$work/nginx.conf" > "$work/nginx.log" 2>&1 &
started_pids="$started_pids $!"

# ready PATH TEXT: answers, and with that in it
ready() {
	for _ in $(seq 100); do
		if curl -s "http://127.0.0.1:$port$1" | grep -q "$2"; then
			return 0
		fi
		sleep 0.1
	done
	curl -si "http://127.0.0.1:$port$1" >&2 || true
	tail -n 5 "$work/error.log" >&2 || true
	die "$1 does not answer"
}

# ask NAME PATH
ask() {
	wrk -t "$cores" -c 16 -d "${wrk_secs}s" --latency \
		"http://127.0.0.1:$port$2" > "$work/wrk.out"
	if grep -q -e 'Non-2xx' -e 'Socket errors' "$work/wrk.out"; then
		cat "$work/wrk.out" >&2
		die "$1 had errors"
	fi
	awk '$1 == "Requests/sec:" { print "requests_per_second " $2 }
		$1 == "99%" {
			t = $2 + 0
			if ($2 ~ /ms$/) t *= 1000
			else if ($2 !~ /us$/) t *= 1000000
			print "p99_us " t }' "$work/wrk.out" >> "$work/$1.out"
}

ready /file.txt xxx
ready /asked xxx
ready /gate/api/profile '"id": *"alice"'
ready /app/api/profile '"id": *"alice"'
ready /asked-app xxx
ready /best/api/profile '"id": *"alice"'
wrk_secs=1
for round in $(seq "$rounds"); do
	ask alone /file.txt
	ask asked /asked
	ask page /gate/api/profile
	ask app /app/api/profile
	ask asked_app /asked-app
	ask best /best/api/profile
done
report alone requests_per_second 'nginx alone, requests a second'
report asked requests_per_second 'nginx with auth_request to mtlsgate'
report page requests_per_second 'mtlsgate answers /api/profile'
report app requests_per_second 'FastAPI answers /api/profile'
report asked_app requests_per_second 'nginx with auth_request to FastAPI'
report best requests_per_second 'FastAPI at its best'
compare 'auth_request to mtlsgate, of auth_request to FastAPI' '>= 10' \
	asked requests_per_second asked_app requests_per_second
compare '/api/profile by mtlsgate, of FastAPI' '>= 10' \
	page requests_per_second app requests_per_second
compare '/api/profile by mtlsgate, of FastAPI at its best' '' \
	page requests_per_second best requests_per_second
compare 'auth_request to mtlsgate, of nginx alone' '' \
	asked requests_per_second alone requests_per_second
compare 'p99: auth_request to mtlsgate, of that to FastAPI' '' \
	asked p99_us asked_app p99_us
