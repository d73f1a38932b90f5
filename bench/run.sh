#!/bin/sh
# bench/run.sh - builds what is measured with optimisation, measures it, prints
# a table and writes it to bench/RESULTS.md. Ratios are of medians of five
# rounds in which both sides take turns.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rounds=5

sources=$(sed -n 's/^[[:space:]]*\(src\/[a-z0-9_]*\.c\).*/\1/p' \
	"$top/sources.am" | grep -v -e /main.c -e /options.c -e /ctl | sort -u)

build() {
	(cd "$top" && gcc -std=c17 -D_GNU_SOURCE -O2 -Isrc -o "$work/gate_bench" \
		bench/gate_bench.c $sources -lfcgi -lcrypto -ljansson -linih \
		-lpthread)
	gcc -std=c17 -D_GNU_SOURCE -O2 -o "$work/make_crl" "$here/make_crl.c" -lcrypto
}

# policy DIR LINE...: a policy that judges chains itself.
policy() {
	policy_dir=$1
	shift
	{
		printf '[certificate]\nverify = chain\nca = ca.pem\n'
		printf '%s\n' "$@"
		printf '\n[identity]\nid = subject.CN\n'
		printf '\n[access all]\npath = /*\nallow = *\n'
	} > "$policy_dir/policy.ini"
}

make_crls() {
	for entries in 10 1000000; do
		mkdir "$work/$entries"
		"$work/make_crl" "$work/$entries" $entries
		policy "$work/$entries" 'crl = crl.der'
	done
}

# A root, an intermediate and a leaf.
make_chain() {
	mkdir "$work/chain"
	cd "$work/chain"
	for name in root middle leaf; do
		openssl ecparam -name prime256v1 -genkey -noout -out $name.key
	done
	openssl req -x509 -key root.key -subj '/CN=root' -days 30 -out ca.pem
	printf 'basicConstraints=critical,CA:TRUE\n%s\n' \
		'keyUsage=critical,keyCertSign,cRLSign' > ca.ext
	printf 'basicConstraints=CA:FALSE\n%s\n' \
		'extendedKeyUsage=clientAuth' > leaf.ext
	openssl req -new -key middle.key -subj '/CN=middle' |
		openssl x509 -req -CA ca.pem -CAkey root.key -days 30 \
			-extfile ca.ext -CAcreateserial -out middle.pem \
			2> /dev/null
	openssl req -new -key leaf.key -subj '/CN=leaf' |
		openssl x509 -req -CA middle.pem -CAkey middle.key -days 30 \
			-extfile leaf.ext -CAcreateserial -out leaf.pem \
			2> /dev/null
	policy . 'max_depth = 5'
	cd "$top"
}

# measure NAME COMMAND...: adds a round's lines to the file NAME.
measure() {
	measure_name=$1
	shift
	"$@" >> "$work/$measure_name.out"
}

# median NAME KEY; spread NAME KEY
median() {
	sed -n "s/^$2 //p" "$work/$1.out" | sort -g |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

spread() {
	sed -n "s/^$2 //p" "$work/$1.out" | sort -g |
		awk '{ v[NR] = $1 } END { print v[1] " to " v[NR] }'
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

row() {
	printf '| %s | %s | %s |\n' "$1" "$2" "$3"
}

# report NAME KEY TEXT: a row with median and spread.
report() {
	row "$3" "$(median "$1" "$2")" "$(spread "$1" "$2")"
}

build
make_crls
make_chain
bench=$work/gate_bench
for round in $(seq $rounds); do
	for entries in 10 1000000; do
		measure gate$entries "$bench" gate "$work/$entries/policy.ini" \
			"$work/$entries/good.pem"
		measure once$entries "$bench" once "$work/$entries/policy.ini" \
			"$work/$entries/good.pem"
	done
	measure chain "$bench" gate "$work/chain/policy.ini" \
		"$work/chain/leaf.pem" "$work/chain/middle.pem"
	measure plain "$bench" plain "$work/chain/ca.pem" \
		"$work/chain/leaf.pem" "$work/chain/middle.pem"
done

{
	printf '# Measured by `sh bench/run.sh`\n\n'
	printf '%s, %s cores, %s, %s, %s\n\n' "$(date -u +%Y-%m-%d)" \
		"$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo |
			head -n 1)" "$(openssl version | cut -d' ' -f1-2)" \
		"$(gcc --version | head -n 1)"
	printf 'Medians of %s rounds, and the smallest to the largest.\n\n' \
		$rounds
	row 'what' 'median' 'spread'
	row '---' '---' '---'
	report gate1000000 load_seconds \
		'loading a policy with a CRL of 1,000,000 entries, s'
	report gate1000000 load_peak_kib 'the same, peak memory, KiB'
	report gate10 load_peak_kib 'with a CRL of 10 entries, peak memory, KiB'
	report gate10 decide_us 'a decision with 10 entries, us'
	report gate1000000 decide_us 'a decision with 1,000,000 entries, us'
	row 'ratio of the two' "$(ratio "$(median gate1000000 decide_us)" \
		"$(median gate10 decide_us)")" ''
	report once1000000 load_seconds \
		'a process of its own for one request: loading 1,000,000, s'
	report once1000000 first_us 'and its one decision, us'
	report once10 load_seconds 'the same with 10 entries: loading, s'
	report once10 first_us 'and its one decision, us'
	report chain decide_us 'a decision on a chain of 3 certificates, us'
	report plain decide_us 'the same chain in plain OpenSSL calls, us'
	row 'ratio of the two' "$(ratio "$(median chain decide_us)" \
		"$(median plain decide_us)")" ''
} | tee "$here/RESULTS.md"
for name in gate10 gate1000000 chain; do
	[ "$(median $name reason)" = granted ] || {
		echo "run.sh: $name was not granted" >&2
		exit 1
	}
done
