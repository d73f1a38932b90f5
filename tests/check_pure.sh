#!/bin/sh
# check_pure.sh BUILDDIR - the stages (rank 15 and lower) do no I/O, look at no
# clock and no environment, end no process and keep no state: their objects
# need no function for that and have no variable that changes.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
. tests/lib.sh
build=${1:?usage: check_pure.sh BUILDDIR}
last_pure_rank=15
need pure src/ranks
need pure tests/pure_exceptions
need pure "$build/src"

# Names of functions and variables that a stage must not need.
forbidden='
open open64 openat openat64 creat creat64 fopen fopen64 freopen freopen64
fdopen fclose close opendir fdopendir scandir glob mkstemp tmpfile
read pread pread64 readv write pwrite pwrite64 writev fread fwrite fgets
fputs fputc fputs_unlocked putc putchar puts getc getchar getline getdelim
socket connect accept accept4 bind listen send sendto sendmsg recv recvfrom
recvmsg shutdown poll select epoll_create1 epoll_wait ioctl fcntl fcntl64
dup dup2 pipe pipe2 stat stat64 fstat fstat64 lstat lstat64 access unlink
rename mkdir chmod chown realpath readlink
getenv secure_getenv setenv unsetenv putenv environ __environ
time time64 gettimeofday clock clock_gettime localtime localtime_r ctime
mktime tzset
printf vprintf fprintf vfprintf dprintf vdprintf perror syslog vsyslog
openlog stdin stdout stderr err errx warn warnx log_message
exit _exit _Exit quick_exit abort atexit system popen fork vfork execv
execve execvp posix_spawn kill raise signal sigaction __assert_fail
sleep usleep nanosleep rand random srand srandom getrandom arc4random
pthread_create pthread_mutex_lock pthread_rwlock_rdlock
RAND_bytes BIO_new_file BIO_new_fp BIO_s_file ERR_print_errors_fp
X509_cmp_current_time X509_time_adj X509_gmtime_adj
json_dumpf json_dumpfd json_dump_file json_loadf json_loadfd json_load_file
ini_parse ini_parse_file'

# wrong_names OBJECT: forbidden names it needs. The fortified form of a
# function (__read_chk, __open_2) counts as that function.
wrong_names() {
	nm -u "$1" | awk -v list="$forbidden" '
	BEGIN { n = split(list, f); for (i = 1; i <= n; i++) bad[f[i]] = 1 }
	{
		name = $2; sub(/@.*/, "", name); plain = name
		if (plain ~ /^__.*_chk$/ || plain ~ /^__.*_2$/) {
			sub(/^__/, "", plain); sub(/_(chk|2)$/, "", plain)
		}
		if (name in bad || plain in bad) print name
	}'
}

# excused NAME WORD...: those of the words that pure_exceptions does not list.
excused() {
	of=$1
	shift
	for word in "$@"; do
		grep -q "^$of $word " tests/pure_exceptions || echo "$word"
	done
}

# state OBJECT: sections with variables that are not constant.
state() {
	size -A "$1" | awk '$1 ~ /^\.t?(data|bss)(\.|$)/ && $2 > 0 &&
		$1 !~ /^\.data\.rel\.ro/ { print $1 }'
}

check_object() {
	if [ ! -f "$build/src/$1.o" ]; then
		fail "pure $1" "$build/src/$1.o not found"
		return
	fi
	names=$(excused "$1" $(wrong_names "$build/src/$1.o") | tr '\n' ' ')
	sections=$(excused "$1" $(state "$build/src/$1.o") | tr '\n' ' ')
	if [ -n "$names" ]; then
		fail "pure $1" "uses $names"
	elif [ -n "$sections" ]; then
		fail "pure $1" "has variables that change ($sections)"
	else
		ok "pure $1"
	fi
}

for name in $(sed 's/#.*//' src/ranks | awk -v last="$last_pure_rank" '
	$1 <= last { $1 = ""; print }'); do
	[ ! -f "src/$name.c" ] || check_object "$name"
done
finish pure
