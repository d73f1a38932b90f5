#!/bin/sh
# bench/run.sh [--quick] [SECTION...] - builds the programs as they are
# installed, measures, and prints a table; without arguments it measures
# everything and writes bench/RESULTS.md (and the table of the README). Both
# sides of a ratio take turns in a number of rounds; the figure is the median
# of the rounds' ratios. Installs what it needs on Debian. --quick: one short
# round, to try. A section that fails is named, and the others go on.
set -eu
LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
all_sections='socket inprocess nginx flat cache idle threads reload cgi crl'
rounds=7
secs=0.7
full=yes
if [ "${1:-}" = --quick ]; then
	shift
	rounds=1
	secs=0.3
	full=no
fi
sections=${*:-$all_sections}
[ $# -eq 0 ] || full=no
top_work=$(mktemp -d)
trap 'rm -rf "$top_work"' EXIT
trap 'exit 130' INT TERM
bin=$top_work/bin
started=$(date +%s)

# The programs with the flags of a plain configure, and what measures them.
# BENCH_BUILD names a directory where they were built already.
build() {
	mkdir "$bin"
	if [ -n "${BENCH_BUILD:-}" ]; then
		build=$BENCH_BUILD
	else
		build=$top_work/build
		build_programs
	fi
	cp "$build/mtlsgate" "$bin"
	flags='-std=c17 -D_GNU_SOURCE -O2 -g'
	for tool in make_crl make_certs; do
		gcc $flags -o "$bin/$tool" "$here/$tool.c" -lcrypto
	done
	gcc $flags -I"$top/src" -o "$bin/gate_bench" "$here"/gate_bench*.c \
		"$build/libmtlsgate.a" -lfcgi -lcrypto -ljansson -linih \
		-lpthread
	gcc $flags -o "$bin/fcgi_load" "$here/fcgi_load.c" \
		"$here/load_wire.c" -lpthread
	gcc $flags -o "$bin/noop_authorizer" "$here/noop_authorizer.c" \
		-lfcgi -lpthread
	gcc $flags -o "$bin/cgi_time" "$here/cgi_time.c"
}

build_programs() {
	mkdir "$top_work/tree" "$top_work/build"
	(cd "$top" && . tests/lib.sh && tree_files > "$top_work/files" &&
		tar cf - -T "$top_work/files" | tar xf - -C "$top_work/tree")
	autoreconf -fi "$top_work/tree"
	cd "$top_work/build"
	"$top_work/tree/configure"
	make -j"$(nproc)" mtlsgate
	cd "$top"
}

# What a section needs beside what building needs.
packages() {
	echo 'build-essential autoconf automake pkg-config binutils
		libfcgi-dev libssl-dev libinih-dev libjansson-dev openssl
		python3 strace util-linux'
	case " $sections " in
	*' nginx '*)
		echo 'nginx-light wrk curl python3-fastapi uvicorn
			python3-uvloop python3-httptools
			python3-cryptography' ;;
	esac
}

# measure_section NAME: its rows are left in $top_work/NAME.rows.
measure_section() {
	section=$1
	work=$top_work/$section
	rows=$top_work/$section.rows
	mkdir "$work"
	: > "$rows"
	: > "$rows.text"
	export section work rows rounds secs top here bin
	printf '\n== %s (after %s s)\n' "$section" \
		$(($(date +%s) - started))
	if ! timeout -k 10 300 sh -euc '. "$here/lib.sh"
		. "$here/$section.sh"' section 2> "$rows.errors"; then
		cat "$rows.errors" >&2
		echo "section $section failed" >&2
		printf '| %s | | | |\n' \
			"this section failed: $(tail -n 1 "$rows.errors" |
				tr '|' ' ')" >> "$rows"
		failed="$failed $section"
	fi
	rm -rf "$work"
}

table() {
	printf '| what | median | smallest to largest | wanted |\n'
	printf '| --- | --- | --- | --- |\n'
	cat "$1"
}

versions() {
	printf '%s, %s processors (%s), Linux %s, OpenSSL %s, libfcgi %s, %s' \
		"$(date -u +%Y-%m-%d)" "$(nproc)" \
		"$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
		"$(uname -r)" \
		"$(dpkg-query -W -f '${Version}' libssl-dev)" \
		"$(dpkg-query -W -f '${Version}' libfcgi-dev)" \
		"$(gcc --version | head -n 1)"
	command -v nginx > /dev/null && printf ', %s' \
		"$(nginx -v 2>&1 | sed 's/.*: //')"
	dpkg-query -W -f ', ${Package} ${Version}' python3-fastapi uvicorn \
		wrk 2> /dev/null || true
	printf '\n'
}

results() {
	printf '# Measured by `sh bench/run.sh`\n\n'
	versions
	printf '\nMedians of %s rounds in which the sides take turns, and the' \
		"$rounds"
	printf ' smallest and the\nlargest of them. A ratio is the median of'
	printf ' the ratios of the rounds.\n'
	for section in $sections; do
		printf '\n## `sh bench/run.sh %s`\n\n' "$section"
		fold -s -w 78 "$top_work/$section.rows.text" | sed 's/ *$//'
		printf '\n'
		table "$top_work/$section.rows"
	done
}

# The rows that say most, of all sections.
headlines() {
	cat "$top_work"/*.rows > "$top_work/all"
	while read -r headline; do
		grep -F "| $headline |" "$top_work/all" || true
	done << 'END'
1 connection: without audit, of the no-op's
1 connection: with audit, of the no-op's
1 connection: the no-op with a line written, of the no-op's
warm decision, us
cold decision, of the bare calls
/api/profile by mtlsgate, of FastAPI
auth_request to mtlsgate, of auth_request to FastAPI
auth_request to mtlsgate, of nginx alone
10000 rules, of 10
100000 blocks, of 10
8 busy beside idle and dripping ones, of their rate alone
CGI: a process, of one that prints a header
END
}

# put_table MARK ROWS: in the README, between the two comments of that name.
put_table() {
	mark="<!-- bench/run.sh $1 -->"
	grep -qxF "$mark" "$top/README.md" || return 0
	table "$2" > "$top_work/table"
	awk -v mark="$mark" -v table="$top_work/table" '
		$0 == mark && !inside { print; inside = 1
			while ((getline line < table) > 0) print line
			next }
		$0 == mark { inside = 0 }
		!inside' "$top/README.md" > "$top_work/README"
	cat "$top_work/README" > "$top/README.md"
}

refresh_readme() {
	headlines > "$top_work/headlines"
	put_table headlines "$top_work/headlines"
	for section in $sections; do
		put_table "$section" "$top_work/$section.rows"
	done
}

failed=
# shellcheck disable=SC2046 # a list of words
sh "$top/tests/install_deps.sh" $(packages)
build > "$top_work/build.log" 2>&1 || {
	tail -n 30 "$top_work/build.log" >&2
	exit 1
}
for section in $sections; do
	[ -f "$here/$section.sh" ] || {
		echo "run.sh: there is no section $section" >&2
		exit 2
	}
	measure_section "$section"
done
results > "$top_work/RESULTS.md"
if [ $full = yes ]; then
	cat "$top_work/RESULTS.md" > "$here/RESULTS.md"
	refresh_readme
fi
printf '\n'
cat "$top_work/RESULTS.md"
printf '\nafter %s s\n' $(($(date +%s) - started))
[ -z "$failed" ] || {
	echo "run.sh: failed:$failed" >&2
	exit 1
}
