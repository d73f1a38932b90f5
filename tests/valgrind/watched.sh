# Sourced by the tests that run mtlsgate under a tool that finds faults.

# under_load NAME CLIENTS REQUESTS RELOADS COMMAND...: starts the command,
# which is a mtlsgate and gets its arguments, asks it many things, and ends it
# with SIGTERM. What it writes is left in $work/gate.log. The result is that
# of the answers; the exit status of the command is in $gate_status.
under_load() {
	load_name=$1
	load_clients=$2
	load_requests=$3
	load_reloads=$4
	shift 4
	python3 "$load" "$work" setup
	"$@" --policy "$work/policy.ini" --socket "$work/gate.sock" \
		--threads 4 2> "$work/gate.log" &
	pid=$!
	wait_for_start
	if python3 "$load" "$work" "$work/gate.sock" "$pid" "$load_clients" \
		"$load_requests" "$load_reloads" > "$work/load.log" 2>&1; then
		ok "$load_name: $(tail -n 1 "$work/load.log")"
	else
		fail "$load_name: answers" \
			"$(tail -n 4 "$work/load.log" | tr '\n' ';')"
	fi
	kill -TERM "$pid" 2> /dev/null || true
	gate_status=0
	wait "$pid" || gate_status=$?
	pid=
}

wait_for_start() {
	start_left=300
	while [ $start_left -gt 0 ] && kill -0 "$pid" 2> /dev/null &&
	    ! grep -q 'serving with' "$work/gate.log"; do
		start_left=$((start_left - 1))
		sleep 0.1
	done
}

clean_up() {
	[ -z "$pid" ] || kill -KILL "$pid" 2> /dev/null || true
	rm -rf "$work"
}

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
load=tests/valgrind/load.py
pid=
work=$(mktemp -d)
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
