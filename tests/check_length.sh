#!/bin/sh
# Sizes: no file over 400 lines, no function over 60, no line of C over 80
# columns, no block deeper than three inside a function. Prints the largest.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
max_file=400
max_function=60
max_columns=80
max_depth=3

if ! command -v ctags > /dev/null ||
    ! ctags --version | grep -q 'Universal Ctags'; then
	fail length 'Universal Ctags not found: install universal-ctags'
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tree_files | grep -e '^src/' -e '^tests/' -e '^scripts/' -e '^examples/' \
	-e '^fuzz/' | grep -e '\.[ch]$' -e '\.sh$' -e '\.py$' > "$work/files"
grep '\.[ch]$' "$work/files" > "$work/c_files" || true

# report NAME LIMIT COMMAND: of the lines "SIZE WHAT" that the command prints
# the largest, and those over the limit.
report() {
	"$3" | sort -rn > "$work/sizes"
	if [ ! -s "$work/sizes" ]; then
		fail "$1" 'found nothing to measure'
		return
	fi
	over=$(awk -v max="$2" '$1 > max { printf "%s (%s); ", $2, $1 }' \
		"$work/sizes")
	largest=$(awk 'NR <= 3 { printf "%s%s %s", (NR > 1 ? ", " : ""),
		$2, $1 }' "$work/sizes")
	if [ -z "$over" ]; then
		ok "$1: at most $2, largest $largest"
	else
		fail "$1" "over $2: $over"
	fi
}

lines() {
	while read -r file; do
		echo "$(wc -l < "$file") $file"
	done < "$work/files"
}

functions() {
	xargs ctags --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne \
		-f - < "$work/c_files" | awk -F '\t' '!/^!/ {
		start = stop = 0
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) start = substr($i, 6)
			if ($i ~ /^end:/) stop = substr($i, 5)
		}
		if (stop) print stop - start + 1, $2 ":" $1
		else print 999999, $2 ":" $1 ":no-end-found"
	}'
}

columns() {
	while read -r file; do
		expand "$file" | awk -v file="$file" '
			length($0) > max { max = length($0); line = NR }
			END { print max + 0, file ":" line }'
	done < "$work/c_files"
}

# Braces inside a function beyond its own; text, characters and comments are
# taken out first.
depths() {
	while read -r file; do
		awk -v file="$file" '
		{
			gsub(/\\\\/, ""); gsub(/\\["'\'']/, "")
			gsub(/"[^"]*"/, ""); gsub(/'\''[^'\'']*'\''/, "")
			gsub(/\/\*[^*]*\*\//, "")
			if (/^}/) depth = 0
			else if (/^{/) depth = 1
			else if (depth) {
				depth += gsub(/{/, "{") - gsub(/}/, "}")
				if (depth - 1 > max) { max = depth - 1; line = NR }
			}
		}
		END { print max + 0, file ":" line }' "$file"
	done < "$work/c_files"
}

report 'lines of a file' $max_file lines
report 'lines of a function' $max_function functions
report 'columns of a line' $max_columns columns
report 'blocks inside each other' $max_depth depths
finish length
