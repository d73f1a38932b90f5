#!/bin/sh
# enter.sh DIR SCRIPT - runs SCRIPT as an administrator would on a machine of
# their own: /etc, /usr/local, /var and /run can be changed and nothing of it
# stays, the only network is a loopback, and all that was started ends. In
# "unshare --mount --net --pid --fork". apt-get, systemctl and editor are those
# of bin/; everything else is the real thing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
script=$2

mount --make-rprivate /
mount -t proc proc /proc
mkdir -p "$dir/layers"
mount -t tmpfs tmpfs "$dir/layers"
for place in etc usr/local var; do
	mkdir -p "$dir/layers/$place/upper" "$dir/layers/$place/work"
	mount -t overlay overlay -o "lowerdir=/$place,upperdir=$dir/layers/$place/upper,workdir=$dir/layers/$place/work" "/$place"
done
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 1777 /run/lock
ip link set lo up

# what "make install" leaves behind
install -D "$MTLSGATE" /usr/local/sbin/mtlsgate
install -D "$MTLSGATECTL" /usr/local/bin/mtlsgatectl
install -D -m 644 "$here/../../etc/policy.ini.example" \
	/usr/local/etc/mtlsgate/policy.ini.example
rm -f /usr/local/etc/mtlsgate/policy.ini

# the application that the examples guard
mkdir -p "$dir/application/app" "$dir/application/public"
echo application > "$dir/application/app/page"
echo everybody > "$dir/application/public/page"
(cd "$dir/application" && exec python3 -m http.server -b 127.0.0.1 8080) \
	> "$dir/application.log" 2>&1 &

PATH=$here/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
exec bash "$script"
