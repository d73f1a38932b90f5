#!/bin/sh
# run.sh [STEP...] - every test of the tree; the last line is "N passed, N
# failed". Installs what it needs on Debian, builds below build/run/ from a copy
# of the tree, and touches nothing else. With CI=true a skipped test is a
# failed one, unless tests/allowed_skips names it. STEP: one or more of the
# words of all_steps, to run only those, after the build with gcc.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
top=$PWD
build=$top/build/run
logs=$build/logs
results=$build/results
jobs=$(nproc 2> /dev/null || echo 2)
all_steps='gcc unit layout programs clang sanitizers distcheck e2e valgrind'
steps=${*:-$all_steps}
started=$(date +%s)

heading() {
	printf '\n== %s (after %s s)\n' "$1" $(($(date +%s) - started))
}

# result LINE: shown and kept for the sum.
result() {
	printf '%s\n' "$1"
	printf '%s\n' "$1" >> "$results"
}

show_tail() {
	echo "-- the end of $1"
	tail -n 40 "$1" | sed 's/^/   /'
	echo '--'
}

# quiet NAME COMMAND...: one result for the whole; its output goes to a log.
quiet() {
	quiet_name=$1
	quiet_log=$logs/$(echo "$1" | tr -c 'A-Za-z0-9\n' '-').log
	shift
	quiet_status=0
	"$@" > "$quiet_log" 2>&1 || quiet_status=$?
	if [ $quiet_status -eq 0 ]; then
		result "ok $quiet_name"
		return 0
	fi
	show_tail "$quiet_log"
	result "FAIL $quiet_name: exit status $quiet_status, see $quiet_log"
	return 1
}

# script NAME COMMAND...: a test that prints lines ok, FAIL and skip. All of
# its output is shown; one that fails or says nothing is a failure.
script() {
	script_name=$1
	script_log=$logs/$(echo "$1" | tr -c 'A-Za-z0-9\n' '-').log
	shift
	script_status=0
	timeout -k 10 600 "$@" > "$script_log" 2>&1 || script_status=$?
	cat "$script_log"
	grep -e '^ok ' -e '^FAIL ' -e '^skip ' "$script_log" \
		> "$logs/lines" || true
	cat "$logs/lines" >> "$results"
	if grep -q '^FAIL ' "$logs/lines"; then
		return 1
	elif [ $script_status -eq 77 ] && grep -q '^skip ' "$logs/lines"; then
		return 0
	elif [ $script_status -ne 0 ]; then
		result "FAIL $script_name: exit status $script_status"
		return 1
	elif [ ! -s "$logs/lines" ]; then
		result "FAIL $script_name: it says nothing"
		return 1
	fi
}

# A check: the same, but of what is in order only the number is shown.
check() {
	check_name=$1
	shift
	script "$check_name" "$@" > "$logs/shown" || true
	grep -v '^ok ' "$logs/shown" || true
	printf '%s: %s in order\n' "$check_name" \
		"$(grep -c '^ok ' "$logs/shown" || true)"
}

# What is tested is a copy of the tree, so that no build in the tree is in the
# way and none is left there.
copy_tree() {
	rm -rf "$build"
	mkdir -p "$logs" "$build/tree"
	: > "$results"
	tree_files > "$build/files"
	tar cf - -T "$build/files" | tar xf - -C "$build/tree"
}

# make_build DIR FLAG...: configures and builds, tests included.
make_build() {
	mkdir -p "$build/$1"
	(cd "$build/$1" && shift && ../tree/configure "$@") || return 1
	make -C "$build/$1" -j"$jobs" all || return 1
	make -C "$build/$1" -j"$jobs" check TESTS=
}

# unit_tests DIR: a result for each program of make check.
unit_tests() {
	if timeout -k 10 600 make -C "$build/$1" -k -j"$jobs" check \
		> "$logs/unit-$1.log" 2>&1; then
		unit_status=0
	else
		unit_status=1
	fi
	sed -n -e "s|^PASS: tests/unit/|ok unit $1 |p" \
		-e "s|^[XEF][A-Z]*: tests/unit/\([a-z0-9_]*\).*|FAIL unit $1 \1: see build/run/$1/tests/unit/\1.log|p" \
		"$logs/unit-$1.log" > "$logs/lines"
	cat "$logs/lines" >> "$results"
	grep -v '^ok ' "$logs/lines" || true
	for unit_log in $(sed -n 's/^FAIL .* see //p' "$logs/lines"); do
		show_tail "$unit_log"
	done
	printf 'unit %s: %s in order\n' "$1" \
		"$(grep -c '^ok ' "$logs/lines" || true)"
	if [ $unit_status -ne 0 ] && ! grep -q '^FAIL ' "$logs/lines" ||
	    [ ! -s "$logs/lines" ]; then
		show_tail "$logs/unit-$1.log"
		result "FAIL unit $1: make check"
	fi
}

# programs_of DIR: the tests that talk to the programs of that build.
programs_of() {
	MTLSGATE=$build/$1/mtlsgate
	MTLSGATECTL=$build/$1/mtlsgatectl
	BUILD_DIR=$build/$1
	RUN_CASE=$build/$1/tests/tools/run_case
	export MTLSGATE MTLSGATECTL BUILD_DIR RUN_CASE
}

# each_script DIR LABEL FILE...: runs those of the files that there are.
each_script() {
	programs_of "$1"
	label=$2
	shift 2
	for each_file in "$@"; do
		case $each_file in
		*/with_* | */lib*) continue ;; # what tests call
		esac
		[ -f "$each_file" ] || continue
		echo "-- $each_file ($label)"
		case $each_file in
		*.py) each_shell=python3 ;;
		*) each_shell='sh' ;;
		esac
		script "$each_file ($label)" $each_shell "$each_file" \
			"$MTLSGATE" || true
	done
}

step_gcc() {
	quiet 'build with gcc' make_build gcc CC=gcc --enable-werror
}

step_unit() {
	unit_tests gcc
}

step_layout() {
	for name in includes length mirror lists words; do
		check "check $name" sh tests/check_$name.sh
	done
	for name in pure tables policies install; do
		check "check $name" sh tests/check_$name.sh "$build/gcc"
	done
}

step_programs() {
	each_script gcc gcc tests/cases/run.sh tests/cli/*.sh \
		tests/pkits/run.sh \
		tests/decoders/run.sh fuzz/run.sh \
		tests/evaluator/run.sh \
		tests/wire/run.py tests/wire/reload_load.py tests/oom/run.sh
}

step_clang() {
	quiet 'build with clang' make_build clang CC=clang --enable-werror
}

step_sanitizers() {
	ASAN_OPTIONS=log_path=$logs/sanitizer:allocator_may_return_null=1
	UBSAN_OPTIONS=print_stacktrace=1
	export ASAN_OPTIONS UBSAN_OPTIONS
	if quiet 'build with sanitizers' make_build sanitizers CC=gcc \
		--enable-werror --enable-sanitizers; then
		unit_tests sanitizers
		each_script sanitizers sanitizers tests/cases/run.sh \
			tests/cli/*.sh \
			tests/decoders/run.sh fuzz/run.sh tests/wire/run.py
	fi
	unset ASAN_OPTIONS UBSAN_OPTIONS
	for report in "$logs"/sanitizer.*; do
		# a refused allocation alone is a warning, and may be a test
		if [ -f "$report" ] &&
		    grep -q -e ERROR: -e 'runtime error' "$report"; then
			show_tail "$report"
			result "FAIL sanitizers: a report in $report"
		fi
	done
}

step_distcheck() {
	if quiet 'make distcheck' timeout -k 10 600 \
		make -C "$build/gcc" -j"$jobs" distcheck; then
		check 'check dist' sh tests/check_dist.sh \
			"$(ls "$build"/gcc/mtlsgate-*.tar.gz)"
	fi
}

step_e2e() {
	each_script gcc gcc tests/e2e/*.sh tests/doctor/*.sh \
		tests/browser/run.sh tests/docs/run.sh
}

step_valgrind() {
	each_script gcc gcc tests/valgrind/run.sh tests/tsan/run.sh
}

# The sum of all results; the last line.
sum_up() {
	if [ "${CI:-}" = true ]; then
		sed -n 's/^skip //p' "$results" | awk -F ': ' '
			NR == FNR { allowed[$0] = 1; next }
			!($1 in allowed)' tests/allowed_skips - > "$logs/lines"
		while read -r line; do
			result "FAIL skipped $line"
		done < "$logs/lines"
	fi
	passed=$(grep -c '^ok ' "$results" || true)
	failed=$(grep -c '^FAIL ' "$results" || true)
	skipped=$(grep -c '^skip ' "$results" || true)
	heading 'the end'
	grep '^FAIL ' "$results" || true
	if [ "$skipped" -gt 0 ]; then
		echo "$passed passed, $failed failed, $skipped skipped"
	else
		echo "$passed passed, $failed failed"
	fi
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

heading 'packages'
if ! sh tests/install_deps.sh; then
	echo 'FAIL packages: could not be installed'
	echo '0 passed, 1 failed'
	exit 1
fi
copy_tree
heading 'gcc'
quiet 'autoreconf' autoreconf -fi "$build/tree" || true
step_gcc || steps=
for step in $steps; do
	case " $all_steps " in
	*" $step "*) ;;
	*) result "FAIL $step: there is no such step" && continue ;;
	esac
	[ "$step" != gcc ] || continue
	heading "$step"
	"step_$step" || true
done
sum_up
