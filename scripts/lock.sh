#!/bin/sh
# Makes requirements/run.lock and requirements/dev.lock from pyproject.toml: exact versions with
# the SHA-256 of every file of each, no address. A maintainer runs it; `make run` only reads them.
# Usage: sh scripts/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-/usr/bin/python3}" -m venv "$tools"

# The public index alone: a mirror's extra files must not enter the hashes.
export PIP_CONFIG_FILE=/dev/null
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL || true
"$tools/bin/pip" install --quiet pip-tools

lock() { # lock FILE [option…]
  file=$1
  shift
  echo "requirements/$file"
  CUSTOM_COMPILE_COMMAND="sh scripts/lock.sh" "$tools/bin/pip-compile" --quiet \
    --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
    --no-emit-trusted-host --no-emit-find-links --no-emit-options \
    --constraint requirements/constraints.txt \
    --output-file "requirements/$file" "$@" pyproject.toml requirements/build.in
}

lock run.lock "$@"
lock dev.lock --extra dev --constraint requirements/run.lock "$@"
