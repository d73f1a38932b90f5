#!/bin/sh
# sources.am, the lists of files for make, against the directories, both ways.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
need lists sources.am
need lists Makefile.am
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# items FILE: "VARIABLE file", one a line.
items() {
	awk '/ =/ { name = $1; next_line = 1 }
		/^\t/ { print name, $1 }' "$1" | sort
}

sh tests/tools/lists.sh > "$work/wanted.am"
items sources.am > "$work/have"
items "$work/wanted.am" > "$work/wanted"
for name in $(awk '/ =/ { print $1 }' "$work/wanted.am"); do
	missing=$(comm -13 "$work/have" "$work/wanted" |
		awk -v name="$name" '$1 == name { printf "%s ", $2 }')
	extra=$(comm -23 "$work/have" "$work/wanted" |
		awk -v name="$name" '$1 == name { printf "%s ", $2 }')
	if ! grep -q "\$($name)" Makefile.am; then
		fail "list $name" 'not used in Makefile.am'
	elif [ -n "$missing$extra" ]; then
		fail "list $name" "not listed: ${missing:-none }not there: ${extra:-none }(make lists)"
	else
		ok "list $name"
	fi
done
if cmp -s sources.am "$work/wanted.am"; then
	ok 'sources.am is as written'
else
	fail 'sources.am is as written' 'differs: make lists'
fi
finish lists
