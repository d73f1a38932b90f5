#!/bin/sh
# Text of the tree: nothing left to do, no space at the end of a line, every
# file ends in a newline, every C file begins with a comment that names it,
# every script can be parsed.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree_files > "$work/all"
# text files only, and some
xargs grep -Il '' < "$work/all" > "$work/text" || true
[ -s "$work/text" ] || fail words 'no text file found'

# none NAME COMMAND...: fails when the command prints something.
none() {
	name=$1
	shift
	found=$("$@" 2>&1 | head -20 | tr '\n' ' ')
	if [ -z "$found" ]; then
		ok "$name"
	else
		fail "$name" "$found"
	fi
}

# each_not PATTERN COMMAND...: files like PATTERN for which COMMAND fails.
each_not() {
	pattern=$1
	shift
	grep "$pattern" "$work/text" > "$work/some" || true
	[ -s "$work/some" ] || echo "no file like $pattern"
	while read -r file; do
		"$@" "$file" > /dev/null 2>&1 || echo "$file"
	done < "$work/some"
}

has_head() {
	head -1 "$1" | grep -q "^/\* $(basename "${1%.[ch]}")\(\.[ch]\)\{0,1\} - "
}

ends_in_newline() {
	[ -z "$(tail -c 1 "$1")" ]
}

parses_as_python() {
	python3 -c 'import sys; compile(open(sys.argv[1]).read(),
sys.argv[1], "exec")' "$1"
}

# matches PATTERN: places in the text files; the cases hold what others
# may send or write, and that is as it is.
matches() {
	grep -v -e '^tests/\(cases\|policies\)/.*/' -e '^fuzz/corpus/' \
		"$work/text" |
		xargs grep -n "$1" | cut -d: -f1,2
}

words() {
	xargs grep -nw "$1" < "$work/text" | cut -d: -f1,2
}

# in two halves, or this file would be found
none 'nothing left to do' words 'TO''DO\|FIX''ME\|XX''X'
none 'no space at the end of a line' matches '[ 	]$'
none 'no carriage return' matches "$(printf '\r')"
none 'C files of src begin with a comment' each_not '^src/.*\.[ch]$' has_head
none 'C files of tests begin with a comment' \
	each_not '^tests/.*\.[ch]$' has_head
none 'files end in a newline' each_not \
	'\.\([ch]\|sh\|py\|am\|ac\|md\|ini\|conf\|[0-9]\)$' ends_in_newline
none 'shell scripts can be parsed' each_not '\.sh$' sh -n
none 'Python scripts can be parsed' each_not '\.py$' parses_as_python
finish words
