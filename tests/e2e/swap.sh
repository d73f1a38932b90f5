#!/bin/sh
# A policy that turns bad under load changes no answer.
exec sh "$(dirname "$0")/with_servers.sh" swap.py
