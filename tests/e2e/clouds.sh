#!/bin/sh
# What examples/aws-alb, examples/api-gateway, examples/nginx/forward-auth.conf
# and examples/apache/proxy-fcgi.conf say is so.
exec sh "$(dirname "$0")/with_servers.sh" clouds.py
