#!/bin/sh
# Pages as a browser shows them: headless Chromium with a client certificate
# that a policy of the browser selects, against real servers. MTLSGATE names
# the program, BUILD_DIR where packages of npm and screenshots go
# (BUILD_DIR/browser). Exit status 77: what it needs is not installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
: "${BUILD_DIR:=$top/build}"
: "${MTLSGATE:=$BUILD_DIR/mtlsgate}"
export MTLSGATE PATH

for tool in python3 openssl cc lighttpd apache2 nginx node npm certutil \
	pk12util chromium; do
	command -v $tool > /dev/null || {
		echo "skip browser: $tool is not installed"
		exit 77
	}
done
mkdir -p "$BUILD_DIR/browser"
BROWSER_DIR=$(cd "$BUILD_DIR/browser" && pwd)
export BROWSER_DIR

# The packages, as package-lock.json has them; no script of theirs is run.
cd "$BROWSER_DIR"
if ! cmp -s "$here/package-lock.json" installed; then
	cp "$here/package.json" "$here/package-lock.json" .
	npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || {
		echo "FAIL browser: npm: $(tail -3 npm.log | tr '\n' ' ')"
		exit 1
	}
	cp package-lock.json installed
fi
cp "$here"/*.mjs .
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$here/pages.py"
