#!/bin/sh
# The NIST PKITS rows through mtlsgatectl explain and the FastCGI authorizer:
# sh tests/pkits/run.sh. The data is in the folder that MTLSGATE_PKITS names,
# else in shared/pkits beside the checkout; exit status 77: it is not there.
# MTLSGATE and MTLSGATECTL name the programs, else build/ is looked into.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${MTLSGATE:=$top/build/mtlsgate}"
: "${MTLSGATECTL:=$top/build/mtlsgatectl}"

# A copy of the tree may be deep below the checkout: look upwards.
find_data() {
	if [ -n "${MTLSGATE_PKITS:-}" ]; then
		echo "$MTLSGATE_PKITS"
		return
	fi
	from=$top
	while [ "$from" != / ]; do
		from=$(dirname "$from")
		if [ -f "$from/shared/pkits/manifest.jsonl" ]; then
			echo "$from/shared/pkits"
			return
		fi
	done
}

data=$(find_data)
if [ ! -f "$data/manifest.jsonl" ]; then
	echo "skip pkits: there is neither ../shared/pkits nor a folder" \
		"in MTLSGATE_PKITS"
	exit 77
fi
for program in "$MTLSGATE" "$MTLSGATECTL"; do
	[ -x "$program" ] || {
		echo "FAIL pkits: $program is not there: build first, or set" \
			"MTLSGATE and MTLSGATECTL"
		exit 1
	}
done
command -v python3 >/dev/null || {
	echo "skip pkits: python3 is not installed"
	exit 77
}
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/pkits.py" "$MTLSGATE" \
	"$MTLSGATECTL" "$data"
