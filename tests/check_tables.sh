#!/bin/sh
# check_tables.sh BUILDDIR - the tables inside the program against the manual
# pages, both ways, and the causes of doctor against docs/troubleshooting.md. The pages mark what they describe with .TP (or .TQ) and .B:
# settings below ".SS [SECTION ...]" of SETTINGS, and attributes and sources,
# in mtlsgate.ini(5); reasons and endpoints in mtlsgate(8); causes that doctor
# names in mtlsgatectl(8). A name that takes a parameter ends in a dot in the
# table and in ".X" or the like in the page.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
build=${1:?usage: check_tables.sh BUILDDIR}
need tables "$build/tests/tools/tables"
need tables man/mtlsgate.ini.5
need tables man/mtlsgate.8
need tables man/mtlsgatectl.8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# documented HEADING WORD FILE: "WORD name", for settings "WORD SECTION name".
# One .SS may name several sections: ".SS [role NAME], [block NAME]".
documented() {
	awk -v heading="$1" -v word="$2" '
	function emit(name,   i) {
		gsub(/\\-/, "-", name); gsub(/\\&/, "", name)
		gsub(/"/, "", name); sub(/[ \t,].*/, "", name)
		sub(/\.(\\fI)?[A-Z]+(\\fR|\\fP)?$/, ".", name)
		if (word != "setting") print word, name
		else for (i = 1; i <= sections; i++)
			print word, section[i], name
	}
	function read_sections(text) {
		sections = 0
		gsub(/\\-/, "-", text); gsub(/\\f[BIRP]/, "", text)
		while (match(text, /\[[a-z]+/)) {
			section[++sections] = substr(text, RSTART + 1,
				RLENGTH - 1)
			text = substr(text, RSTART + RLENGTH)
		}
	}
	/^\.SH/ {
		text = $0; sub(/^\.SH[ \t]+/, "", text); gsub(/"/, "", text)
		inside = text == heading; sections = 0; tag = 0; next
	}
	!inside { next }
	/^\.SS/ { read_sections($0); tag = 0; next }
	/^\.T[PQ]/ { tag = 1; next }
	tag && /^\.(B|BI|BR)[ \t]/ {
		sub(/^\.(B|BI|BR)[ \t]+/, ""); gsub(/\. +/, ".")
		emit($0)
	}
	{ tag = 0 }' "$3"
}

# told: a cause once more, in the document for those who look for causes
need tables docs/troubleshooting.md
"$build/tests/tools/tables" | sed -e p -e 's/^cause /told /' |
	sort -u > "$work/tables"
{
	documented SETTINGS setting man/mtlsgate.ini.5
	documented ATTRIBUTES attribute man/mtlsgate.ini.5
	documented SOURCES source man/mtlsgate.ini.5
	documented REASONS reason man/mtlsgate.8
	documented ENDPOINTS endpoint man/mtlsgate.8
	documented CAUSES cause man/mtlsgatectl.8
	sed -n 's/^| `\([a-z0-9_]*\)` | .* | .* |$/told \1/p' \
		docs/troubleshooting.md
} | sort -u > "$work/pages"

for word in setting attribute source reason endpoint cause told; do
	grep "^$word " "$work/tables" > "$work/table" || true
	grep "^$word " "$work/pages" > "$work/page" || true
	if [ ! -s "$work/table" ] || [ ! -s "$work/page" ]; then
		fail "$word rows" 'none found in the table or in the page'
		continue
	fi
	comm -12 "$work/table" "$work/page" > "$work/both"
	comm -23 "$work/table" "$work/page" > "$work/undocumented"
	comm -13 "$work/table" "$work/page" > "$work/unknown"
	while read -r row; do
		ok "table $row"
	done < "$work/both"
	while read -r row; do
		fail "table $row" 'not in the page'
	done < "$work/undocumented"
	while read -r row; do
		fail "table $row" 'in the page, but not in the table'
	done < "$work/unknown"
done
finish tables
