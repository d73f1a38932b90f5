#!/bin/sh
# check_policies.sh BUILDDIR - every policy that an administrator may copy from
# this tree loads: files called *.ini, and the example in etc/. Those that the
# documents show are looked at by tests/docs/run.sh.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
build=${1:?usage: check_policies.sh BUILDDIR}
need policies "$build/mtlsgatectl"
need policies etc/policy.ini.example
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# loads NAME FILE
loads() {
	if "$build/mtlsgatectl" check "$2" > "$work/out" 2>&1; then
		ok "policy $1"
	else
		fail "policy $1" "$(tr '\n' ';' < "$work/out")"
	fi
}

tree_files | grep -e '^examples/.*\.ini$' -e '^docs/.*\.ini$' \
	-e '^etc/.*\.ini$' > "$work/policies" || true
[ -s "$work/policies" ] || fail policies 'no *.ini in examples/'
echo etc/policy.ini.example >> "$work/policies"
while read -r file; do
	loads "$file" "$file"
done < "$work/policies"
finish policies
