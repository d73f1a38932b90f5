#!/bin/sh
# run.sh - replays the corpus of every target: BUILD_DIR is where the library
# was built, with sanitizers or without. Needs no clang. Prints a line ok or
# FAIL for each target.
set -u
here=$(cd "$(dirname "$0")" && pwd)
library=${BUILD_DIR:?set BUILD_DIR to the directory of libmtlsgate.a}/libmtlsgate.a
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags='-std=c17 -D_GNU_SOURCE -O1 -g'
if nm "$library" | grep -q __asan_; then
	flags="$flags -fsanitize=address,undefined"
fi
libs=$(pkg-config --libs openssl jansson inih)
failed=0

# replay TARGET
replay() {
	# shellcheck disable=SC2086
	${CC:-gcc} $flags -I"$here/../src" -I"$here" "$here/$1.c" \
		"$here/fuzz_env.c" "$here/standalone.c" "$library" \
		-o "$work/$1" $libs -lpthread || return 1
	"$work/$1" "$here/corpus/$1"/*
}

for file in "$here"/fuzz_*.c; do
	name=$(basename "$file" .c)
	[ "$name" != fuzz_env ] || continue
	if replay "$name" > "$work/out" 2>&1; then
		echo "ok $name ($(find "$here/corpus/$name" -type f | wc -l) inputs)"
	else
		echo "FAIL $name: $(tail -3 "$work/out" | tr '\n' ' ')"
		failed=1
	fi
done
exit $failed
