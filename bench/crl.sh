# What a large CRL and a chain cost.
says "A policy with \`verify = chain\`: 10 and 1,000,000 revoked" \
	"certificates, and a chain of 3 certificates beside the same work in" \
	"plain OpenSSL calls. Nothing is known from before."

# chain_policy DIR LINE...: a policy that judges chains itself.
chain_policy() {
	policy_dir=$1
	shift
	{
		printf '[certificate]\nverify = chain\nca = ca.pem\n'
		printf '%s\n' "$@"
		printf '\n[identity]\nid = subject.CN\n'
		printf '\n[access all]\npath = /*\nallow = *\n'
	} > "$policy_dir/policy.ini"
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
	chain_policy . 'max_depth = 5'
	cd "$top"
}

for entries in 10 1000000; do
	mkdir "$work/$entries"
	"$bin/make_crl" "$work/$entries" $entries
	chain_policy "$work/$entries" 'crl = crl.der'
done
make_chain
for round in $(seq "$rounds"); do
	for entries in 10 1000000; do
		measure gate$entries on_one_cpu "$bin/gate_bench" gate \
			"$work/$entries/policy.ini" "$work/$entries/good.pem"
		measure once$entries on_one_cpu "$bin/gate_bench" once \
			"$work/$entries/policy.ini" "$work/$entries/good.pem"
	done
	measure chain on_one_cpu "$bin/gate_bench" gate \
		"$work/chain/policy.ini" \
		"$work/chain/leaf.pem" "$work/chain/middle.pem"
	measure plain on_one_cpu "$bin/gate_bench" plain \
		"$work/chain/ca.pem" \
		"$work/chain/leaf.pem" "$work/chain/middle.pem"
done
for name in gate10 gate1000000 chain; do
	[ "$(values $name reason | sort -u)" = granted ] ||
		die "$name was not granted"
done
report gate1000000 load_seconds \
	'loading a policy with a CRL of 1,000,000 entries, s'
report gate1000000 load_peak_kib 'the same, peak memory, KiB'
report gate10 load_peak_kib 'with a CRL of 10 entries, peak memory, KiB'
report gate10 decide_us 'a decision with 10 entries, us'
report gate1000000 decide_us 'a decision with 1,000,000 entries, us'
compare 'ratio of the two' '' gate1000000 decide_us gate10 decide_us
report once1000000 load_seconds \
	'a process of its own for one request: loading 1,000,000, s'
report once1000000 first_us 'and its one decision, us'
report once10 load_seconds 'the same with 10 entries: loading, s'
report once10 first_us 'and its one decision, us'
report chain decide_us 'a decision on a chain of 3 certificates, us'
report plain decide_us 'the same chain in plain OpenSSL calls, us'
compare 'ratio of the two' '<= 1.15' chain decide_us plain decide_us
