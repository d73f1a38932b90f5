#!/bin/sh
# Runs every case directory through all stages: RUN_CASE is the program that
# tests/tools/run_case.c makes. In a case's expect file a plain line must be a
# whole line of the output, ~TEXT must be somewhere in it, !TEXT nowhere.
set -u
here=$(dirname "$0")
run_case=${RUN_CASE:?set RUN_CASE to the built run_case program}
failed=0
count=0

# One line of expect, against the output in $output.
holds() {
	case $1 in
	"~"*) printf '%s\n' "$output" | grep -qF -e "${1#"~"}" ;;
	"!"*) ! printf '%s\n' "$output" | grep -qF -e "${1#!}" ;;
	*) printf '%s\n' "$output" | grep -qxF -e "$1" ;;
	esac
}

run_one() {
	output=$("$run_case" "$1" 2>&1) || return 1
	output=$(printf '%s\n' "$output" | tr -d '\r')
	[ -s "$1/expect" ] || return 1
	while IFS= read -r line; do
		[ -n "$line" ] || continue
		holds "$line" || {
			missed=$line
			return 1
		}
	done <"$1/expect"
}

for dir in "$here"/*/; do
	dir=${dir%/}
	count=$((count + 1))
	missed="it did not run"
	if run_one "$dir"; then
		echo "ok case $(basename "$dir")"
	else
		echo "FAIL case $(basename "$dir"): $missed"
		failed=1
	fi
done
[ "$count" -gt 0 ] || {
	echo "FAIL cases: no case found"
	failed=1
}
exit "$failed"
