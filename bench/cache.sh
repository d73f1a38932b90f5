# Many certificates.
says "One process asks itself. 100,000 different certificates (P-256) in" \
	"turn, and after each ten of them a regular one, with the default" \
	"size of the cache; then all of them once more. Times of cold" \
	"decisions are of the processor. Memory: what the process grew by," \
	"with a cache that has room for all of them."
make_cert "$work"
for_any_certificate
make_policy "$work/policy.ini" /dev/null
make_policy "$work/large.ini" /dev/null '[server]' 'cache = 200000'
count=100000
[ "$rounds" -gt 1 ] || count=10000
"$bin/make_certs" $count > "$work/many.pem"
for round in $(seq "$rounds"); do
	[ "$round" -le 5 ] || break
	measure usual on_one_cpu "$bin/gate_bench" turn "$work/policy.ini" \
		"$work/cert.pem" "$work/many.pem"
	[ "$round" -gt 1 ] || measure large on_one_cpu "$bin/gate_bench" turn \
		"$work/large.ini" "$work/cert.pem" "$work/many.pem"
done
report usual again_hits "hit rate of $count in turn, the second time"
report large again_hits 'with room for all of them'
row 'memory of an entry, bytes' "$(values large grown_kib |
	awk -v count=$count '{ printf "%.0f", $1 * 1024 / count }')" '' ''
report usual cold_us 'a cold decision, us'
compare 'the slowest of them, of the median' '<= 3' \
	usual cold_max_us usual cold_us
compare 'the slowest of a thousand, of the median' '<= 3' \
	usual cold_p999_us usual cold_us
report usual regular_hits 'hit rate of the regular one while the cache is full'
report usual regular_us 'a decision on the regular one before, us'
compare 'its rate with the cache full, of that before' '>= 0.9' \
	usual regular_us usual regular_full_us
