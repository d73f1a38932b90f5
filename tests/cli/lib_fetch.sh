# Sourced by fetch_crl.sh: a web server on 127.0.0.1 whose files are in $www, and
# CAs below $work with their CRLs.

# The last part of a path names a file, or a way to misbehave.
start_server() {
	cat > "$work/server.py" <<-'PYTHON'
	import http.server, os, sys, time
	class Handler(http.server.BaseHTTPRequestHandler):
	    def do_GET(self):
	        name = self.path.rsplit("/", 1)[-1]
	        if name.startswith("redirect-"):
	            self.send_response(int(name[9:]))
	            self.send_header("Location", "http://127.0.0.1:1/there")
	            return self.end_headers()
	        try:
	            body = open(os.path.join(sys.argv[1], name), "rb").read()
	        except OSError:
	            return self.send_error(404)
	        self.send_response(200)
	        if name.startswith("long"):
	            self.send_header("Content-Length", str(len(body)))
	        self.end_headers()
	        if not name.startswith("slow"):
	            return self.wfile.write(body)
	        for byte in body:
	            self.wfile.write(bytes([byte]))
	            time.sleep(0.05)
	    def log_message(self, *arguments):
	        pass
	server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
	server.daemon_threads = True
	server.handle_error = lambda *arguments: None
	with open(sys.argv[2] + ".new", "w") as out:
	    out.write(str(server.server_port))
	os.rename(sys.argv[2] + ".new", sys.argv[2])
	server.serve_forever()
	PYTHON
	python3 "$work/server.py" "$www" "$work/port" &
	server=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ ! -s "$work/port" ] || break
		sleep 0.25
	done
	url=http://127.0.0.1:$(cat "$work/port")
}

# ca NAME SUBJECT [EXTENSION]...: a CA and what openssl ca needs to be it.
ca() {
	name=$1
	subject=$2
	shift 2
	mkdir "$work/$name"
	: > "$work/$name/index"
	echo 0A > "$work/$name/number"
	cat > "$work/$name/config" <<-CONFIG
	[ca]
	default_ca = here
	[here]
	database = $work/$name/index
	crlnumber = $work/$name/number
	certificate = $work/$name.pem
	private_key = $work/$name.key
	default_md = sha256
	default_crl_days = 30
	[delta]
	2.5.29.27 = critical,DER:02010a
	[unknown]
	1.2.3.4 = critical,DER:0500
	[part]
	issuingDistributionPoint = critical,@scope
	[scope]
	onlyuser = TRUE
	CONFIG
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/$name.key"
	openssl req -x509 -key "$work/$name.key" -subj "$subject" -days 60 \
		"$@" -out "$work/$name.pem" 2> "$work/log" || cat "$work/log"
}

# client NAME CA [EXTENSION]...: NAME.pem, signed by the CA.
client() {
	name=$1
	issuer=$2
	shift 2
	printf '%s\n' 'extendedKeyUsage=clientAuth' "$@" > "$work/ext"
	openssl req -new -key "$work/client.key" -subj "/CN=$name" \
		-out "$work/csr.pem" 2> "$work/log"
	serials=$((serials + 1))
	openssl x509 -req -in "$work/csr.pem" -CA "$work/$issuer.pem" \
		-CAkey "$work/$issuer.key" -set_serial $serials -days 30 \
		-extfile "$work/ext" -out "$work/$name.pem" \
		2> "$work/log" || cat "$work/log"
}

# crl CA FILE [OPTION]...: the CA's next CRL, in DER.
crl() {
	config=$work/$1/config
	out=$work/$2
	shift 2
	openssl ca -config "$config" -gencrl "$@" -out "$work/crl.pem" \
		2> "$work/log" || cat "$work/log"
	openssl crl -in "$work/crl.pem" -outform DER -out "$out"
}

# What the tests use.
make_all() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/client.key"
	serials=1000
	ca ca '/O=Corp/CN=Test CA'
	ca twin '/O=Corp/CN=Test CA'
	ca other '/O=Corp/CN=Other CA'
	ca unfit '/O=Corp/CN=Unfit CA' -addext 'keyUsage=keyCertSign'
	crl ca 1.crl
	client alice ca "crlDistributionPoints=URI:$url/ca.crl"
	client bob ca "crlDistributionPoints=URI:$url/ca.crl"
	openssl ca -config "$work/ca/config" -revoke "$work/bob.pem" \
		2> "$work/log" || cat "$work/log"
	crl ca 2.crl
	openssl crl -inform DER -in "$work/2.crl" -out "$work/2.pem"
	crl ca expired.crl -crl_lastupdate 20200101000000Z \
		-crl_nextupdate 20200201000000Z
	crl ca future.crl -crl_lastupdate 20400101000000Z \
		-crl_nextupdate 20400201000000Z
	crl ca delta.crl -crlexts delta
	crl ca unknown.crl -crlexts unknown
	crl ca part.crl -crlexts part
	crl twin twin.crl
	crl other other.crl
	crl unfit unfit.crl
	head -c 100 "$work/2.crl" > "$work/half.crl"
	cat "$work/2.crl" "$work/2.crl" > "$work/double.crl"
	cat "$work/2.pem" "$work/2.pem" > "$work/two.pem"
	cat "$work/2.pem" "$work/client.key" > "$work/key.pem"
	: > "$work/nothing"
	cp "$work/2.crl" "$www/ca.crl"
}
