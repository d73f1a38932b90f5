#!/bin/sh
# Every src/NAME.c has tests/unit/test_NAME.c and the reverse. The exceptions
# are lines "NAME reason" in tests/mirror_exceptions; one that is not needed
# any more is a failure too.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
need mirror tests/mirror_exceptions

# excepted NAME: it has a line with a reason.
excepted() {
	awk -v name="$1" '!/^#/ && $1 == name && NF > 1 { found = 1 }
		END { exit !found }' tests/mirror_exceptions
}

for file in src/*.c; do
	need mirror "$file"
	name=$(basename "$file" .c)
	if [ -f "tests/unit/test_$name.c" ]; then
		ok "mirror $name"
	elif excepted "$name"; then
		ok "mirror $name (excepted)"
	else
		fail "mirror $name" "no tests/unit/test_$name.c"
	fi
done

for file in tests/unit/test_*.c; do
	need mirror "$file"
	name=$(basename "$file" .c | sed 's/^test_//')
	[ -f "src/$name.c" ] || excepted "test_$name" ||
		fail "mirror $file" "no src/$name.c"
done

for name in $(sed 's/#.*//' tests/mirror_exceptions | awk '{ print $1 }'); do
	case $name in
	test_*)
		[ -f "tests/unit/$name.c" ] && [ ! -f "src/${name#test_}.c" ]
		;;
	*)
		[ -f "src/$name.c" ] && [ ! -f "tests/unit/test_$name.c" ]
		;;
	esac || fail "exception $name" 'not needed (any more)'
done
finish mirror
