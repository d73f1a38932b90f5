#!/bin/sh
# What --help says against the tables of options in the source and the manual
# page; and completion, in a real bash and zsh, against --help. The programs are
# $MTLSGATE and $MTLSGATECTL.
set -eu
LC_ALL=C
export LC_ALL
begin=$PWD
cd "$(dirname "$0")/../.."
. tests/cli/lib_cli.sh
gate=${MTLSGATE:-./mtlsgate}
case $gate in /*) ;; *) gate=$begin/$gate ;; esac
need completion "$gate"
for shell in bash zsh; do
	command -v $shell > /dev/null || {
		skip "completion in $shell" 'not installed'
		exit 77
	}
done
need completion /usr/share/bash-completion/bash_completion
mkdir "$work/bin" "$work/files" "$work/files/dir"
ln -s "$ctl" "$work/bin/mtlsgatectl"
ln -s "$gate" "$work/bin/mtlsgate"
: > "$work/files/policy.ini"
: > "$work/files/bob.pem"
tabs=$PWD/tests/cli/lib_tabs.py
top=$PWD

commands() {
	"$ctl" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p'
}

# The options that the help of a command has, sorted.
helped() {
	"$ctl" "$1" --help | grep -o -e '--[a-z][a-z-]*' | sort -u |
		grep -v '^--help$' | tr '\n' ' '
}

# The options in the table of the file that has the usage of a command.
tabled() {
	file=$(grep -l -e "usage: mtlsgatectl $1" src/ctl_*.c)
	sed -n 's/^		{"\([a-z-]*\)", \..*/--\1/p' "$file" |
		sort -u | tr '\n' ' '
}

# What the manual page says of the options of a command.
manual() {
	awk -v command="$1" '
	/^Options of$/ { getline; gsub(/^\.BR? |[ :]+$|\\/, "")
		inside = $0 == command; next }
	/^\.S[HS]/ { inside = 0 }
	inside && /^\.T[PQ]/ { getline; gsub(/\\-/, "-"); print }' \
		man/mtlsgatectl.8 | grep -o -e '--[a-z][a-z-]*' | sort -u |
		tr '\n' ' '
}

# in_manual COMMAND: it stands in SYNOPSIS and has a paragraph of its own.
in_manual() {
	name=$(echo "$1" | sed 's/-/\\\\-/g')
	if grep -q "^\.B mtlsgatectl $name\( \|\$\)" man/mtlsgatectl.8 &&
	    grep -q "^\.BR \"*$name " man/mtlsgatectl.8; then
		ok "the manual has $1"
	else
		fail "the manual has $1" 'it has not'
	fi
}

test_tables() {
	for command in $(commands); do
		in_manual "$command"
		same "the help of $command has its options" \
			"$(helped "$command")" "$(tabled "$command")"
		case $command in
		check) ;; # in its own paragraph
		*) same "the manual has the options of $command" \
			"$(manual "$command")" "$(helped "$command")" ;;
		esac
	done
}

# press SHELL SETUP LINE...: what Tab shows, in $work/shown.
press() {
	(cd "$work/files" && HOME=$work PATH="$work/bin:$PATH" \
		timeout 300 python3 "$tabs" "$@") > "$work/shown" 2>&1 ||
		echo "exit status $?" >> "$work/shown"
}

# offers NAME N WORD...: the N-th line has all of the words.
offers() {
	offers_name=$1
	sed -n "$2p" "$work/shown" | tr ' ' '\n' > "$work/words"
	shift 2
	for word in "$@"; do
		grep -q -x -e "$word" "$work/words" || {
			fail "$offers_name" "no $word: $(cat "$work/shown")"
			return
		}
	done
	ok "$offers_name"
}

# try SHELL SETUP: everything that is completed.
try() {
	press "$1" "$2" 'mtlsgatectl ' 'mtlsgatectl expl' \
		'mtlsgatectl check --color=' 'mtlsgatectl report --color=n' \
		'mtlsgatectl check po' 'mtlsgatectl explain --policy po' \
		'mtlsgatectl explain --cert bo' 'mtlsgate --' \
		'mtlsgatectl fetch-crl --dir di' 'mtlsgatectl check --col'
	# shellcheck disable=SC2046 # words
	offers "$1: commands" 1 $(commands) --help --version
	offers "$1: one command" 2 explain
	offers "$1: the values of an option" 3 always auto never
	offers "$1: one value" 4 --color=never
	offers "$1: a file" 5 policy.ini
	offers "$1: a file behind an option" 6 policy.ini
	offers "$1: another" 7 bob.pem
	# shellcheck disable=SC2046
	offers "$1: options of mtlsgate" 8 $("$gate" --help |
		grep -o -e '--[a-z][a-z-]*')
	offers "$1: a directory" 9 'dir/\(echo\)\?'
	offers "$1: an option that needs a value" 10 '--color=\(echo\)\?'
	test_options "$1" "$2"
}

# test_options SHELL SETUP: those of each command, in one session.
test_options() {
	shell=$1
	for command in $(commands); do
		set -- "$@" "mtlsgatectl $command --"
	done
	press "$@"
	number=0
	for command in $(commands); do
		number=$((number + 1))
		# shellcheck disable=SC2046
		offers "$shell: options of $command" $number --help \
			$(helped "$command" | sed 's/--color/--color=\\?/')
	done
}

# The places in which both shells look for it, by their own loaders.
test_bash() {
	mkdir "$work/user"
	ln -s "$top/completions/bash" "$work/user/completions"
	try bash "BASH_COMPLETION_USER_DIR=$work/user; \
. /usr/share/bash-completion/bash_completion"
}

test_zsh() {
	try zsh "fpath=($top/completions/zsh \$fpath); autoload -U compinit; \
compinit -u -D"
}

test_tables
test_bash
test_zsh
finish completion
