#!/bin/sh
# fuzz.sh TARGET SECONDS [DIRECTORY] - builds a target and the library with
# clang and libFuzzer, and runs it. New inputs and findings go to DIRECTORY
# (default: a new one in /tmp), never into the tree.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:?usage: fuzz.sh TARGET SECONDS [DIRECTORY]}
seconds=${2:?usage: fuzz.sh TARGET SECONDS [DIRECTORY]}
work=${3:-$(mktemp -d)}
flags="-std=c17 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer"
sanitize=address,undefined
mkdir -p "$work/objects" "$work/inputs"
for file in "$here"/../src/*.c; do
	name=$(basename "$file" .c)
	case $name in
	main | ctl*) continue ;;
	esac
	[ -n "$(find "$work/objects/$name.o" -newer "$file" 2> /dev/null)" ] ||
		clang $flags -fsanitize=fuzzer-no-link,$sanitize \
			-fno-sanitize-recover=undefined -c "$file" \
			-o "$work/objects/$name.o"
done
clang $flags -fsanitize=fuzzer,$sanitize -fno-sanitize-recover=undefined \
	-I"$here/../src" -I"$here" "$here/$target.c" "$here/fuzz_env.c" \
	"$work"/objects/*.o -o "$work/$target" \
	$(pkg-config --libs openssl jansson inih) -lpthread
cd "$work"
mkdir -p "inputs/$target"
exec nice "./$target" -max_total_time="$seconds" -timeout=10 \
	-rss_limit_mb=1024 -max_len=16384 -print_final_stats=1 \
	"inputs/$target" "$here/corpus/$target"
