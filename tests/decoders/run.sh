#!/bin/sh
# Runs every case of this directory: RUN_DECODERS is the program that
# tests/tools/run_decoders.c makes, whose head says what a case is.
set -u
here=$(dirname "$0")
run=${RUN_DECODERS:?set RUN_DECODERS to the built run_decoders program}
if [ "$(find "$here" -name '*.case' | wc -l)" -lt 120 ]; then
	echo 'FAIL decoders: cases are missing'
	exit 1
fi
exec "$run" "$here"/*.case
