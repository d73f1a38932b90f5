# A policy of 10,000 rules that is loaded again every second, under load.
says "A policy of 10,000 rules is touched every second, and loaded again;" \
	"$cores connections, in turn with the same server left alone. No" \
	"answer may be missing or wrong."
make_cert "$work"
python3 "$here/make_policy.py" --rules 10000 --path '/reports/*' \
	--line '[audit]' --line "log = $work/audit.log" > "$work/policy.ini"
start_gate "$work/gate" "$work/policy.ini" "$cores"
gate=$started
secs=4
[ "$rounds" -gt 1 ] || secs=2

reload_every_second() {
	while :; do
		sleep 1
		kill -HUP "$gate"
	done
}

# What is wrong or missing is a figure here, and not the end.
load_all() {
	load "$work/gate" --certs "$work/cert.pem" \
		--connections "$cores" || true
}

for round in $(seq "$rounds"); do
	measure quiet load_all
	reload_every_second &
	reloader=$!
	started_pids="$started_pids $reloader"
	measure reload load_all
	stop $reloader
done
loads=$(grep -c 'is in force' "$work/gate.log" || true)
row 'times it was loaded' "$loads" '' ''
row 'failed requests' "$(cat "$work/quiet.out" "$work/reload.out" |
	awk '/^(wrong|broken) / { sum += $2 } END { print sum + 0 }')" \
	"of $(cat "$work/quiet.out" "$work/reload.out" |
	awk '/^requests / { sum += $2 } END { print sum }')" '0'
report quiet p99_us 'p99 left alone, us'
report reload p99_us 'p99 while it is loaded, us'
compare 'p99, of that left alone' '<= 2' reload p99_us quiet p99_us
compare 'requests a second, of those left alone' '' \
	reload requests_per_second quiet requests_per_second
