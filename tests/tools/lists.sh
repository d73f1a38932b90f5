#!/bin/sh
# Prints sources.am, the lists of files that Makefile.am includes, from what
# stands in the directories. Run from the top of the tree; "make lists" does.
set -eu
LC_ALL=C
export LC_ALL
. tests/lib.sh

# list NAME < file names: one automake variable.
list() {
	printf '\n%s =' "$1"
	while read -r file; do
		printf ' \\\n\t%s' "$file"
	done
	printf '\n'
}

files=$(mktemp)
trap 'rm -f "$files"' EXIT
tree_files | sort > "$files"

echo '# Written by tests/tools/lists.sh ("make lists"); not edited by hand.'
grep '^src/[^/]*\.c$' "$files" | grep -v -e '^src/main\.c$' \
	-e '^src/ctl\.c$' -e '^src/ctl_' | list GATE_FILES
grep '^src/ctl_[^/]*\.c$' "$files" | list CTL_FILES
grep '^src/[^/]*\.h$' "$files" | list HEADER_FILES
grep '^tests/unit/test_[^/]*\.c$' "$files" | sed 's/\.c$//' | list UNIT_TESTS
grep '^tests/unit/[^/]*\.c$' "$files" | grep -v '/test_' | list TEST_HELPERS
grep '^tests/unit/[^/]*\.h$' "$files" | list TEST_INCLUDES
# make_tricky is built by tests/pki/make.sh, which needs nothing built before
grep '^tests/tools/[^/]*\.c$' "$files" | grep -v '/make_tricky\.c$' |
	sed 's/\.c$//' | list TEST_TOOLS
grep '^man/' "$files" | list MAN_FILES
grep -e '^[A-Z]*\.md$' -e '^NEWS$' -e '^LICENSE$' "$files" | list DOC_FILES
grep -e '^docs/' -e '^examples/' -e '^etc/logrotate/' "$files" | list EXAMPLE_FILES
grep -v -e '^src/[^/]*\.[ch]$' -e '^tests/unit/[^/]*\.[ch]$' -e '^man/' \
	-e '^[A-Z]*\.md$' -e '^docs/[^/]*$' -e '^NEWS$' -e '^LICENSE$' \
	-e '^etc/' -e '^examples/' -e '^configure\.ac$' \
	-e '^Makefile\.am$' "$files" |
	grep -v '^tests/tools/[^/]*\.c$' |
	sed -e 's|^tests/\(cases\|policies\|decoders\)/.*|tests/\1|' \
		-e 's|^fuzz/corpus/.*|fuzz/corpus|' | uniq |
	list TREE_FILES
