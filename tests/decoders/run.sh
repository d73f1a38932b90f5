#!/bin/sh
# Runs every case of this directory with the program that
# tests/tools/run_decoders.c makes (RUN_DECODERS, or the one of BUILD_DIR); its
# head says what a case is.
set -u
here=$(dirname "$0")
run=${RUN_DECODERS:-${BUILD_DIR:?set BUILD_DIR}/tests/tools/run_decoders}
if [ "$(find "$here" -name '*.case' | wc -l)" -lt 300 ]; then
	echo 'FAIL decoders: cases are missing'
	exit 1
fi
exec "$run" "$here"/*.case
