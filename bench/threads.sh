# Two threads, of one.
more_rounds
says "A known certificate over a socket with as many connections as threads," \
	"and in one process without any; on $cores processors that the client" \
	"of the socket needs a share of. $rounds rounds."
make_cert "$work"
make_policy "$work/policy.ini" /dev/null
for count in 1 2; do
	start_gate "$work/$count" "$work/policy.ini" $count
done
for round in $(seq "$rounds"); do
	for count in 1 2; do
		measure "process$count" "$bin/gate_bench" warm \
			"$work/policy.ini" "$work/cert.pem" $count
		measure "socket$count" load "$work/$count" \
			--certs "$work/cert.pem" --connections $count
	done
done
compare 'in one process: 2 threads, of 1' '>= 1.7' \
	process2 decisions_per_second process1 decisions_per_second
compare 'over a socket: 2 connections and threads, of 1 and 1' '' \
	socket2 requests_per_second socket1 requests_per_second
