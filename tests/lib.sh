# Sourced by the checks and by run.sh: one line a result, counted at the end.
# A check calls ok, fail or skip for each thing that it looked at, and then
# finish. Nothing looked at is a failure.

lib_passed=0
lib_failed=0
lib_skipped=0

ok() {
	lib_passed=$((lib_passed + 1))
	printf 'ok %s\n' "$1"
}

fail() {
	lib_failed=$((lib_failed + 1))
	printf 'FAIL %s: %s\n' "$1" "$2"
}

skip() {
	lib_skipped=$((lib_skipped + 1))
	printf 'skip %s: %s\n' "$1" "$2"
}

# Ends a check; its argument names it.
finish() {
	if [ $((lib_passed + lib_failed + lib_skipped)) -eq 0 ]; then
		fail "$1" 'found nothing to look at'
	fi
	[ "$lib_failed" -eq 0 ]
	exit
}

# need NAME FILE: an input that is not there is a failure of the check.
need() {
	[ -e "$2" ] && return 0
	fail "$1" "$2 not found"
	exit 1
}

# The files of the tree: what git tracks or would track; without git, what is
# not made by the build. Names have no spaces or newlines.
tree_files() {
	if [ -e .git ] && command -v git > /dev/null; then
		git -c safe.directory='*' ls-files -co --exclude-standard
	else
		find . -name .git -prune -o -path ./build -prune -o \
			-type f -print | sed 's|^\./||' | unmade_files
	fi | sort -u | while read -r lib_file; do
		[ ! -f "$lib_file" ] || printf '%s\n' "$lib_file"
	done
}

# Drops from a list of names what autoreconf and make leave in the tree; the
# same as .gitignore says.
unmade_files() {
	grep -v -e '^configure$' -e '^aclocal\.m4$' -e '^Makefile$' \
		-e '^Makefile\.in$' -e '^build-aux/' -e '^autom4te' \
		-e '^config\.' -e '^sources\.new$' -e '\.[oa]$' -e '\.log$' -e '\.trs$' \
		-e '/\.deps/' -e '/\.dirstamp$' -e '__pycache__' -e '~$' \
		-e '^mtlsgate$' -e '^mtlsgatectl$' -e '^tests/tools/[a-z_]*$' \
		-e '^tests/unit/test_[a-z0-9_]*$' -e '^mtlsgate-[0-9]' \
		-e '^etc/systemd/.*\.service$' -e '^etc/systemd/.*\.socket$'
}
