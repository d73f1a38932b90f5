#!/bin/sh
# No empty reply and none without a Status leaves the program: not when an
# allocation fails, whichever it is, nor on a full disk, nor on a signal.
#
#   sh tests/oom/run.sh [PROGRAM]
#
# BUILD_DIR holds the library libmtlsgate.a that the program was built from.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
program=${1:-${MTLSGATE:-$top/build/gcc/mtlsgate}}
library=${BUILD_DIR:-$(dirname "$program")}/libmtlsgate.a
cc=${CC:-cc}

for input in "$program" "$library"; do
	[ -e "$input" ] || {
		echo "FAIL oom: $input is not there: build first, or set" \
			"MTLSGATE and BUILD_DIR"
		exit 1
	}
done
for tool in python3 openssl addr2line "$cc"; do
	command -v "$tool" > /dev/null || {
		echo "skip oom: $tool is not installed"
		exit 77
	}
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
flags='-std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g'
# shellcheck disable=SC2086
{
	$cc $flags -fPIC -shared -o "$work/interpose.so" "$here/interpose.c"
	$cc $flags -I"$top/src" -DPACKAGE_VERSION='"0"' \
		-DPOLICY_DEFAULT_FILE='"none"' -o "$work/mtlsgate_each" \
		"$here/arena_each.c" "$top/src/main.c" "$library" \
		-lcrypto -ljansson -linih -lpthread
}
status=0
PYTHONDONTWRITEBYTECODE=1 python3 "$here/oom.py" "$program" \
	"$work/mtlsgate_each" "$work/interpose.so" "$work" || status=$?
exit $status
