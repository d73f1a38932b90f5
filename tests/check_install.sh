#!/bin/sh
# check_install.sh BUILDDIR - what "make install" leaves behind: the programs,
# the manual pages, the units with the right paths in them, the example of a
# policy but never a policy; and the programs are built hardened.
set -eu
LC_ALL=C
export LC_ALL
build=$(cd "${1:?usage: check_install.sh BUILDDIR}" && pwd)
cd "$(dirname "$0")/.."
. tests/lib.sh
need install "$build/Makefile"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
prefix=/usr/local
policy=$root$prefix/etc/mtlsgate/policy.ini

# installed: the tree below $root gets what make installs.
install_it() {
	make -s -C "$build" install "DESTDIR=$root" prefix=$prefix \
		> "$root.log" 2>&1
}

there() {
	if [ -s "$root$prefix/$1" ]; then
		ok "installs $1"
	else
		fail "installs $1" 'not there'
	fi
}

# holds FILE TEXT
holds() {
	if grep -q -e "$2" "$root$prefix/$1"; then
		ok "$1 has $2"
	else
		fail "$1 has $2" 'it does not'
	fi
}

# elf NAME PROGRAM OPTION PATTERN: readelf's output has the pattern.
elf() {
	if readelf -W "$3" "$build/$2" | grep -q -e "$4"; then
		ok "$2 is built with $1"
	else
		fail "$2 is built with $1" 'it is not'
	fi
}

mkdir -p "$(dirname "$policy")"
echo '; mine' > "$policy"
if ! install_it; then
	fail 'make install' "$(tail -5 "$root.log" | tr '\n' ';')"
	rm -f "$root.log"
	finish install
fi
rm -f "$root.log"
there sbin/mtlsgate
there bin/mtlsgatectl
there etc/mtlsgate/policy.ini.example
there share/man/man8/mtlsgate.8
there share/man/man8/mtlsgatectl.8
there share/man/man5/mtlsgate.ini.5
there lib/systemd/system/mtlsgate.service
there lib/systemd/system/mtlsgate.socket
there lib/systemd/system/mtlsgate-fetch-crl.service
there lib/systemd/system/mtlsgate-fetch-crl.timer
there share/doc/mtlsgate/README.md
there share/bash-completion/completions/mtlsgate
there share/bash-completion/completions/mtlsgatectl
there share/zsh/site-functions/_mtlsgatectl
units=lib/systemd/system
holds $units/mtlsgate.service "^ExecStart=$prefix/sbin/mtlsgate "
holds $units/mtlsgate.service "^ExecStartPre=$prefix/bin/mtlsgatectl check"
holds $units/mtlsgate.service "$prefix/etc/mtlsgate/policy.ini"
holds $units/mtlsgate.socket '^SocketMode=0660'
if [ "$(cat "$policy")" = '; mine' ]; then
	ok 'a policy is left alone'
else
	fail 'a policy is left alone' 'install wrote over it'
fi
for program in mtlsgate mtlsgatectl; do
	elf 'position independence' $program -h 'Type:.*DYN'
	elf 'read-only relocations' $program -l GNU_RELRO
	elf 'immediate binding' $program -d 'BIND_NOW\|FLAGS.*NOW'
	elf 'a stack without code' $program -l 'GNU_STACK.* RW  *0x'
	elf 'stack protector' $program -s __stack_chk_fail
	elf 'fortified functions' $program -s '__[a-z]*_chk'
done
finish install
