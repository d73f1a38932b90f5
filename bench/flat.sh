# The size of the policy.
says "A warm decision in one process, with a policy of 10 and of many" \
	"sections, none of which is about the request but the last. Rules are" \
	"paths with and without wildcards in turn."

# policy_of NAME OPTION...
policy_of() {
	policy_name=$1
	shift
	python3 "$here/make_policy.py" --path '/reports/*' \
		--line '[audit]' --line 'log = /dev/null' "$@" \
		> "$work/$policy_name.ini"
}

# flat NAME FEW MANY OPTION: few and many in turn
flat() {
	policy_of "$1.few" "$4" "$2"
	policy_of "$1.many" "$4" "$3"
	for round in $(seq "$rounds"); do
		for side in few many; do
			measure "$1.$side" on_one_cpu "$bin/gate_bench" warm \
				"$work/$1.$side.ini" "$work/cert.pem" 1
		done
	done
	report "$1.few" warm_us "$2 $1, us"
	report "$1.many" warm_us "$3 $1, us"
	compare "$3 $1, of $2" '<= 1.2' "$1.many" warm_us "$1.few" warm_us
}

make_cert "$work"
flat rules 10 10000 --rules
flat pins 10 100000 --pins
flat blocks 10 100000 --blocks
flat roles 10 1000 --roles
