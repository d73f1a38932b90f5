# Decisions without any socket.
says "One process asks itself what the fronts ask: the environment of lighttpd in, the" \
	"reply out, no socket and no audit log; times of the processor. Cold:" \
	"2,000 certificates that were never seen (P-256), each once. The bare" \
	"calls of OpenSSL are those that no decision here can do without:" \
	"parse, SHA-256, dates, serial number, CN, OU, key usages and" \
	"alternative names. See crl for \`verify = chain\`."
make_cert "$work"
for_any_certificate
make_policy "$work/policy.ini" /dev/null
"$bin/make_certs" 2000 > "$work/many.pem"
for round in $(seq "$rounds"); do
	measure warm on_one_cpu "$bin/gate_bench" warm "$work/policy.ini" \
		"$work/cert.pem" 1
	measure cold on_one_cpu "$bin/gate_bench" cold "$work/policy.ini" \
		"$work/many.pem"
	measure bare on_one_cpu "$bin/gate_bench" bare "$work/many.pem"
done
report warm warm_us 'warm decision, us' '<= 2'
report cold cold_us 'cold decision, us'
report bare cold_us 'the bare calls of OpenSSL, us'
compare 'cold decision, of the bare calls' '<= 1.15' cold cold_us bare cold_us
