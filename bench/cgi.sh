# A whole process for one request.
says "CGI: a process from its start to its end, one after the other on one" \
	"processor. Beside it a program that is linked with the same libraries" \
	"and prints a header."

# The libraries of mtlsgate, by the names that the loader looks for.
libraries() {
	objdump -p "$bin/mtlsgate" | sed -n 's/^  NEEDED  *//p' |
		sed 's/^/-l:/'
}

make_cert "$work"
make_policy "$work/policy.ini" "$work/audit.log"
# shellcheck disable=SC2046 # a list of words
gcc -O2 -fPIE -pie -Wl,-z,relro -Wl,-z,now -Wl,--no-as-needed \
	-o "$work/cgi_noop" "$here/cgi_noop.c" $(libraries)
[ "$(objdump -p "$work/cgi_noop" | grep -c NEEDED)" = \
	"$(objdump -p "$bin/mtlsgate" | grep -c NEEDED)" ] ||
	die 'the libraries are not the same'

# cgi NAME PROGRAM: with an endpoint, which makes the longest answer
cgi() {
	measure "$1" on_one_cpu "$bin/cgi_time" "$count" "$2" \
		GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 \
		REQUEST_METHOD=GET SCRIPT_NAME=/api PATH_INFO=/profile \
		REQUEST_URI=/api/profile SSL_CLIENT_VERIFY=SUCCESS \
		SSL_CLIENT_CERT="@$work/cert.pem" \
		MTLSGATE_POLICY="$work/policy.ini"
}

count=200
for round in $(seq "$rounds"); do
	cgi noop "$work/cgi_noop"
	cgi gate "$bin/mtlsgate"
done
report noop p50_us 'a program that prints a header, us'
report gate p50_us 'mtlsgate answers /api/profile, us'
compare 'CGI: a process, of one that prints a header' '<= 1.5' \
	gate p50_us noop p50_us
