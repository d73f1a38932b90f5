# Sourced by run.sh and by the sections: what is built, rounds, programs that
# are started and ended, and the one writer of table rows.
#
# From run.sh: $work (a directory of the section's own), $bin (programs), $top,
# $here, $rounds (odd), $secs (of one measurement), $rows (the file of rows).
LC_ALL=C
export LC_ALL
cores=$(nproc)
started_pids=
tied=
environment=$here/lighttpd.env
BENCH_ENV=$environment
export BENCH_ENV

# ---- programs ----

end_programs() {
	for pid in $started_pids; do
		kill "$pid" 2> /dev/null || true
	done
	for pid in $started_pids; do
		wait "$pid" 2> /dev/null || true
	done
	started_pids=
}
trap end_programs EXIT
trap 'exit 130' INT TERM

# start SOCKET COMMAND...: in the background, until SOCKET is there; its pid is
# $started, so that COMMAND is a program and no function. What it says goes to
# SOCKET.log.
start() {
	start_socket=$1
	shift
	"$@" > "$start_socket.log" 2>&1 &
	started=$!
	started_pids="$started_pids $started"
	for _ in $(seq 200); do
		[ ! -S "$start_socket" ] || return 0
		kill -0 "$started" 2> /dev/null || break
		sleep 0.05
	done
	tail -n 5 "$start_socket.log" >&2
	die "$1 did not start"
}

# start_gate SOCKET POLICY THREADS [PREFIX COMMAND]...
start_gate() {
	gate_socket=$1
	gate_policy=$2
	gate_threads=$3
	shift 3
	start "$gate_socket" "$@" "$bin/mtlsgate" --policy "$gate_policy" \
		--socket "$gate_socket" --threads "$gate_threads"
}

stop() {
	kill "$1"
	wait "$1" 2> /dev/null || true
}

die() {
	echo "${section:-run}: $*" >&2
	exit 1
}

# on_one_cpu COMMAND...: both sides on the same processor.
on_one_cpu() {
	taskset -c 0 "$@"
}

# Of what is small beside what a machine does by the way: more and shorter
# rounds.
more_rounds() {
	[ "$rounds" -gt 1 ] || return 0
	rounds=$((rounds * 3))
	secs=0.3
}

# ---- what is measured with ----

# A client certificate as CAs make them, an RSA key of 2048 bits: DIR/cert.pem
make_cert() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 \
		-keyout "$1/key.pem" -out "$1/cert.pem" \
		-subj "/O=Trusted CA Inc/OU=Administrators/CN=${2:-alice}" \
		-addext 'basicConstraints=critical,CA:FALSE' \
		-addext 'keyUsage=critical,digitalSignature' \
		-addext 'extendedKeyUsage=clientAuth' \
		-addext 'subjectAltName=email:alice@example.com' \
		2> /dev/null
}

# make_policy FILE AUDIT [LINE]...: lets every certificate in.
make_policy() {
	policy_file=$1
	printf '[identity]\nid = subject.CN\nemail = san.email\n' \
		> "$policy_file"
	printf '\n[role admin]\nsubject.OU = Administrators\n' \
		>> "$policy_file"
	printf '\n[access all]\npath = /*\nallow = *\n' >> "$policy_file"
	printf '\n[audit]\nlog = %s\n' "$2" >> "$policy_file"
	shift 2
	[ $# -eq 0 ] || printf '%s\n' "$@" >> "$policy_file"
}

# What says nothing of the certificate, for other certificates.
for_any_certificate() {
	grep -v '^SSL_CLIENT_S_DN' "$environment" > "$work/any.env"
	BENCH_ENV=$work/any.env
}

# load SOCKET OPTION...: the environment is the one that lighttpd hands over for
# the certificate of make_cert.
load() {
	load_socket=$1
	shift
	$tied "$bin/fcgi_load" --env "$environment" --seconds "$secs" \
		"$@" "$load_socket"
}

# The same, where the server is on one processor too.
load_tied() {
	tied='taskset -c 0'
	tied_status=0
	load "$@" || tied_status=$?
	tied=
	return $tied_status
}

# ---- figures: a file of "KEY VALUE" lines for each NAME, a round after the
# other ----

# measure NAME COMMAND...
measure() {
	measure_name=$1
	shift
	"$@" >> "$work/$measure_name.out" || {
		tail -n 12 "$work/$measure_name.out" >&2
		die "$measure_name failed"
	}
}

values() {
	sed -n "s/^$2 //p" "$work/$1.out"
}

# Of numbers, one a line: the median, and the smallest to the largest.
middle() {
	sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

ends() {
	sort -g | awk '{ v[NR] = $1 } END { print v[1] " to " v[NR] }'
}

median() {
	values "$1" "$2" | middle
}

# ratios NAME KEY NAME KEY: of each round.
ratios() {
	values "$1" "$2" > "$work/left"
	values "$3" "$4" > "$work/right"
	paste "$work/left" "$work/right" |
		awk 'NF == 2 && $2 > 0 { printf "%.3f\n", $1 / $2 }'
}

# ---- the table ----

# row WHAT MEDIAN SPREAD WANTED
row() {
	printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" "$4" |
		tee -a "$rows"
}

# report NAME KEY TEXT [WANTED]
report() {
	row "$3" "$(median "$1" "$2")" "$(values "$1" "$2" | ends)" "${4:-}"
}

# compare TEXT WANTED NAME KEY NAME KEY: how many times the second the first is
compare() {
	compare_text=$1
	compare_wanted=$2
	shift 2
	ratios "$@" > "$work/ratios"
	[ -s "$work/ratios" ] || die "no ratio for: $compare_text"
	row "$compare_text" "$(middle < "$work/ratios")" \
		"$(ends < "$work/ratios")" "$compare_wanted"
}

# says TEXT...: a sentence above the section's table.
says() {
	printf '%s\n' "$*" >> "$rows.text"
}
