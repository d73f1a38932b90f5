#!/bin/sh
# The order of includes: a file of src/ includes headers of a lower rank, its
# own, and those of its own module (load_access.c may include loader.h of the
# same rank; a .c without a header of its own belongs to one of its rank).
# Libraries are seen only by the files that are there for them.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
need includes src/ranks

# rank NAME: its rank, or nothing.
rank() {
	awk -v name="$1" '!/^#/ { for (i = 2; i <= NF; i++)
		if ($i == name) { print $1; exit } }' src/ranks
}

# same_module A B: one's name up to the first _ begins the other's.
same_module() {
	case ${1%%_*} in "${2%%_*}"*) return 0 ;; esac
	case ${2%%_*} in "${1%%_*}"*) return 0 ;; esac
	return 1
}

# project_includes FILE: the names between quotes.
project_includes() {
	sed -n 's/^[ \t]*#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$1"
}

# check_one FILE HEADER: prints what is wrong with that include, if anything.
check_one() {
	from=$(basename "$1" | sed 's/\.[ch]$//')
	to=${2%.h}
	if [ ! -f "src/$2" ]; then
		echo "includes $2, which is not in src/"
		return
	fi
	[ "$from" != "$to" ] || return 0
	from_rank=$(rank "$from")
	to_rank=$(rank "$to")
	if [ -z "$to_rank" ]; then
		echo "includes $2, which has no rank"
	elif [ "$to_rank" -gt "$from_rank" ]; then
		echo "rank $from_rank includes $2 of rank $to_rank"
	elif [ "$to_rank" -eq "$from_rank" ] && [ -f "src/$from.h" ] &&
	    ! same_module "$from" "$to"; then
		echo "includes $2 of the same rank and another module"
	fi
}

check_file() {
	if [ -z "$(rank "$(basename "$1" | sed 's/\.[ch]$//')")" ]; then
		fail "includes $1" 'no rank in src/ranks'
		return
	fi
	wrong=$(project_includes "$1" | while read -r header; do
		check_one "$1" "$header"
	done)
	if [ -z "$wrong" ]; then
		ok "includes $1"
	else
		fail "includes $1" "$(echo "$wrong" | tr '\n' ';')"
	fi
}

# only HEADER FILES-PATTERN: no other file includes a header like that.
only() {
	others=$(grep -l "^[ 	]*#[ 	]*include[ 	]*<$1" src/*.[ch] |
		grep -v "^src/\($2\)\.[ch]\$" | tr '\n' ' ') || true
	if [ -z "$others" ]; then
		ok "library $1"
	else
		fail "library $1" "included by $others"
	fi
}

for file in src/*.[ch]; do
	need includes "$file"
	check_file "$file"
done

for name in $(sed 's/#.*//' src/ranks | awk '{ $1 = ""; print }'); do
	[ -e "src/$name.h" ] || [ -e "src/$name.c" ] ||
		fail "rank of $name" 'there is no such file in src/'
done

loops=$(for file in src/*.h; do
	project_includes "$file" | sed "s|^|$(basename "$file") |"
done | tsort 2>&1 > /dev/null) || true
if [ -z "$loops" ]; then
	ok 'no include loop'
else
	fail 'no include loop' "$(echo "$loops" | tr '\n' ' ')"
fi

only 'ini\.h' 'inifile'
only 'openssl/x509' '\(cert\|attr\|trust\|chain\|crl\|ocsp\|ctl_crl\|ctl_doctor\|memory\)\(_[a-z0-9_]*\)\{0,1\}'

finish includes
