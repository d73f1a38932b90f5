# Many certificates.
says "One process asks itself. 100,000 different certificates (P-256) in" \
	"turn, and after each ten of them a regular one, with the default" \
	"size of the cache. Times of cold decisions are of the processor," \
	"what interrupts and a virtual machine's host take of it included;" \
	"how much that is, the slowest of the bare OpenSSL calls for the same" \
	"certificates shows, which keep nothing and wait for nobody. What is" \
	"left without them: all are asked three times over, in the same" \
	"order, and the fastest of a certificate's three answers counts." \
	"Memory: what the process grew by, with a cache that has room for" \
	"all of them."
make_cert "$work"
for_any_certificate
make_policy "$work/policy.ini" /dev/null
make_policy "$work/large.ini" /dev/null '[server]' 'cache = 200000'
count=100000
[ "$rounds" -gt 1 ] || count=10000
"$bin/make_certs" $count > "$work/many.pem"
# turn NAME POLICY [again]
turn() {
	measure "$1" on_one_cpu "$bin/gate_bench" turn "$2" \
		"$work/cert.pem" "$work/many.pem" $3
}

for round in $(seq "$rounds"); do
	[ "$round" -le 5 ] || break
	turn usual "$work/policy.ini" ''
	turn thrice "$work/policy.ini" again
	measure bare on_one_cpu "$bin/gate_bench" bare "$work/many.pem"
done
turn large "$work/large.ini" again
report thrice again_hits "hit rate of $count in turn, after the first time"
report large again_hits 'with room for all of them'
row 'memory of an entry, bytes' "$(values large grown_kib |
	awk -v count=$count '{ printf "%.0f", $1 * 1024 / count }')" '' ''
report usual cold_us 'a cold decision, us'
compare 'the slowest of them, of the median' '<= 3' \
	usual cold_max_us usual cold_us
compare 'the slowest of a thousand, of the median' '<= 3' \
	usual cold_p999_us usual cold_us
compare 'the slowest certificate, at the fastest of three answers' '<= 3' \
	thrice fastest_max_us thrice fastest_us
report usual cold_max_us 'the slowest of them, us'
report bare cold_max_us 'the slowest of the bare calls of OpenSSL, us'
compare 'the slowest, of the slowest of the bare calls' '' \
	usual cold_max_us bare cold_max_us
compare 'the slowest, of the median of the bare calls' '<= 3' \
	usual cold_max_us bare cold_us
report usual regular_hits 'hit rate of the regular one while the cache is full'
report usual regular_us 'a decision on the regular one before, us'
compare 'its rate with the cache full, of that before' '>= 0.9' \
	usual regular_us usual regular_full_us
