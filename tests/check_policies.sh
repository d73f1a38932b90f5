#!/bin/sh
# check_policies.sh BUILDDIR - every policy that an administrator may copy from
# this tree loads: files called *.ini, the example in etc/, and the whole
# policies shown in the documents (```ini with a [certificate] section).
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

tree_files | grep '\.md$' | while read -r file; do
	awk -v dir="$work" -v name="$(echo "$file" | tr / _)" '
	/^```/ {
		if (text ~ /(^|\n)\[certificate\]\n/)
			printf "%s", text > (dir "/" name "-" ++n ".shown")
		text = ""; inside = /^```ini/; next
	}
	inside { text = text $0 "\n" }' "$file"
done
# what they name, for those that judge chains
lab=tests/policies/valid/chain-all
need policies $lab/roots/bundle.pem
cp $lab/roots/bundle.pem "$work/ca.pem"
cp -r $lab/crls "$work/crl"
for file in "$work"/*.shown; do
	[ ! -f "$file" ] || loads "in $(basename "$file" .shown)" "$file"
done
finish policies
