#!/bin/sh
# check_dist.sh TARBALL - the tarball holds every file of the tree, and beside
# them only what autoreconf makes.
set -eu
LC_ALL=C
export LC_ALL
tarball=${1:?usage: check_dist.sh TARBALL}
case $tarball in
/*) ;;
*) tarball=$PWD/$tarball ;;
esac
cd "$(dirname "$0")/.."
. tests/lib.sh
need dist "$tarball"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tar tzf "$tarball" | sed 's|^[^/]*/||' | grep -v '/$' | grep . |
	sort > "$work/packed"
tree_files | sort > "$work/tree"
missing=$(comm -13 "$work/packed" "$work/tree" | tr '\n' ' ')
extra=$(comm -23 "$work/packed" "$work/tree" | grep -v -e '^configure$' \
	-e '^aclocal\.m4$' -e '^Makefile\.in$' -e '^build-aux/' | tr '\n' ' ')
if [ -n "$missing" ]; then
	fail 'the tarball has every file' "not in it: $missing"
else
	ok 'the tarball has every file'
fi
if [ -n "$extra" ]; then
	fail 'the tarball has nothing else' "also in it: $extra"
else
	ok 'the tarball has nothing else'
fi
finish dist
