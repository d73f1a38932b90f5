# What idle and slow peers cost those that work.
says "8 busy connections alone, and beside 1,000 kept connections that ask" \
	"nothing and 100 that send a byte a second; the default number of" \
	"threads."
make_cert "$work"
make_policy "$work/policy.ini" "$work/audit.log"
ulimit -n 4096
for side in alone beside; do
	start "$work/$side" "$bin/mtlsgate" --policy "$work/policy.ini" \
		--socket "$work/$side"
done
for round in $(seq "$rounds"); do
	measure alone load "$work/alone" --certs "$work/cert.pem" \
		--connections 8
	measure beside load "$work/beside" --certs "$work/cert.pem" \
		--connections 8 --idle 1000 --drip 100
done
report alone requests_per_second '8 busy connections alone, requests a second'
report beside requests_per_second 'beside 1,000 idle and 100 dripping'
compare '8 busy beside idle and dripping ones, of their rate alone' \
	'>= 0.9' beside requests_per_second alone requests_per_second
compare 'p99, of that alone' '' beside p99_us alone p99_us
