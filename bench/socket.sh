# Authorizer over one UNIX socket, a certificate that is known: the no-op of
# libfcgi and mtlsgate take turns.
threads=$((cores * 2))
[ $threads -ge 4 ] || threads=4
more_rounds
says "Requests as lighttpd makes them, over kept connections. With one" \
	"connection client and server share one processor, so that the figure" \
	"is work done and not how fast processors wake each other; with" \
	"$cores connections nothing is tied. All programs have $threads" \
	"threads. \"Without audit\" is \`log = /dev/null\`. Beside the no-op" \
	"stands one that writes a fixed line, as long as a line of the audit" \
	"log and to the same file system, and does nothing else: what it loses" \
	"is the write alone. $rounds rounds of $secs s for each."

one_round() {
	for side in noop line plain audit; do
		measure "one.$side" load_tied "$work/one.$side" \
			--certs "$work/cert.pem"
		measure "all.$side" load "$work/all.$side" \
			--certs "$work/cert.pem" --connections "$cores"
	done
}

# count_calls SERVER_PID SOCKET NAME: system calls of one request, and which.
count_calls() {
	strace -c -f -S calls -o "$work/strace.$3" -p "$1" 2> /dev/null &
	tracer=$!
	sleep 1
	load "$2" --certs "$work/cert.pem" --warm 0 --requests 5000 \
		> "$work/strace.out"
	kill "$tracer"
	wait "$tracer" || true
	awk '$NF == "total" { printf "%.2f", $4 / 5000 }' \
		"$work/strace.$3" > "$work/calls.$3"
	# % time, seconds, usecs/call, calls, [errors,] name
	awk '$4 >= 500 && $NF != "total" && $4 ~ /^[0-9]+$/ {
		printf "%s%s %.2f", sep, $NF, $4 / 5000; sep = ", " }' \
		"$work/strace.$3" > "$work/names.$3"
}

# figures CONNECTIONS PREFIX RATE RATE_WITH_AUDIT
figures() {
	report "$2.noop" requests_per_second "$1: no-op, requests a second"
	report "$2.plain" requests_per_second "$1: mtlsgate without audit"
	report "$2.audit" requests_per_second "$1: mtlsgate with audit"
	compare "$1: without audit, of the no-op's" ">= $3" \
		"$2.plain" requests_per_second "$2.noop" requests_per_second
	compare "$1: with audit, of the no-op's" ">= $4" \
		"$2.audit" requests_per_second "$2.noop" requests_per_second
	compare "$1: the no-op with a line written, of the no-op's" '' \
		"$2.line" requests_per_second "$2.noop" requests_per_second
	compare "$1: with audit, of the no-op with a line" '' \
		"$2.audit" requests_per_second "$2.line" requests_per_second
	compare "$1: p99, of the no-op's" '<= 1.3' \
		"$2.plain" p99_us "$2.noop" p99_us
	compare "$1: p99 with audit, of the no-op's" '<= 1.3' \
		"$2.audit" p99_us "$2.noop" p99_us
	compare "$1: p99 with audit, of the no-op with a line" '' \
		"$2.audit" p99_us "$2.line" p99_us
}

make_cert "$work"
make_policy "$work/plain.ini" /dev/null
make_policy "$work/audit.ini" "$work/audit.log"
for side in plain audit; do
	start_gate "$work/one.$side" "$work/$side.ini" "$threads" taskset -c 0
	eval "${side}_pid=$started"
	start_gate "$work/all.$side" "$work/$side.ini" "$threads"
done
load "$work/all.audit" --certs "$work/cert.pem" --warm 0 --requests 1 \
	> "$work/first.out"
length=$(tail -n 1 "$work/audit.log" | wc -c)
start "$work/one.noop" taskset -c 0 "$bin/noop_authorizer" "$work/one.noop" \
	"$threads"
start "$work/all.noop" "$bin/noop_authorizer" "$work/all.noop" "$threads"
start "$work/one.line" taskset -c 0 "$bin/noop_authorizer" "$work/one.line" \
	"$threads" "$work/line.log" "$length"
start "$work/all.line" "$bin/noop_authorizer" "$work/all.line" "$threads" \
	"$work/line.log" "$length"
for round in $(seq "$rounds"); do
	one_round
done
figures '1 connection' one 0.97 0.95
figures "$cores connections" all 0.90 0.80
count_calls "$plain_pid" "$work/one.plain" plain
count_calls "$audit_pid" "$work/one.audit" audit
row 'system calls a request (strace -c -f)' "$(cat "$work/calls.plain")" \
	"$(cat "$work/names.plain")" '2'
row 'with audit' "$(cat "$work/calls.audit")" \
	"$(cat "$work/names.audit")" '3'
