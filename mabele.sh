#!/bin/sh
# Mabele from a bare machine. Usage: sh mabele.sh run|stop|test|bench|lint|setup|clean
#
# Installs what is missing, and nothing that is there: PostgreSQL with PostGIS, python3-venv, the
# environment in .venv with the versions of requirements/*.lock. Then it hands over to `mabele`.
#   PORT=8080      port of the web page
#   PYTHON=…       a Python ≥ 3.11 other than the system's
#   DATABASE_URL=… an existing PostGIS server instead of a private cluster
set -eu
cd "$(dirname "$0")"

ENVIRONMENT=.venv
LOG=var/log/setup.log
SERVERS=/usr/lib/postgresql
CLUSTER_DROP_IN=/etc/postgresql-common/createcluster.d/mabele.conf

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 7
}

# --- steps: said when there is something to do, with the seconds that it took ---------------

begin() { # begin NUMBER TEXT
  printf '[%s/6] %s …\n' "$1" "$2"
  STEP_START=$(date +%s)
}

finish() { # finish TEXT
  printf '      %s (%s s)\n' "$1" "$(($(date +%s) - STEP_START))"
}

logged() { # logged WHAT COMMAND…: its output goes to the log, its failure is told
  what=$1
  shift
  mkdir -p var/log
  if ! "$@" >>"$LOG" 2>&1 </dev/null; then
    tail -n 15 "$LOG" >&2
    fail "$what failed. The whole report is in $LOG; run the same again once the cause is gone."
  fi
}

# --- 1. packages of the system --------------------------------------------------------------

has_postgis() {
  for server in "$SERVERS"/*/bin/postgres; do
    version=${server#"$SERVERS"/}
    version=${version%%/*}
    if [ -x "$server" ] && [ -f "/usr/share/postgresql/$version/extension/postgis.control" ]; then
      return 0
    fi
  done
  [ ! -d "$SERVERS" ] && command -v pg_config >/dev/null 2>&1 &&
    [ -f "$(pg_config --sharedir)/extension/postgis.control" ]
}

has_chromium() {
  [ -n "${MABELE_CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 || has_own_chromium
}

has_own_chromium() { # the one that Playwright fetches where the distribution has no package
  ls -d "${HOME:-/}"/.cache/ms-playwright/chromium-* >/dev/null 2>&1
}

can_make_environments() {
  "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

choose_python() {
  if [ -n "${PYTHON:-}" ]; then
    is_new_enough "$PYTHON" && echo "$PYTHON"
    return
  fi
  for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
    if is_new_enough "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

install_packages() { # install_packages run|test
  wanted=$(missing_packages "$1")
  [ -n "$wanted" ] || return 0
  command -v apt-get >/dev/null 2>&1 || elsewhere
  wanted=$(echo $wanted)
  begin 1 "System packages: $wanted"
  become_root "$wanted"
  apt update
  names=
  for name in $wanted; do
    names="$names $(package_of "$name")"
  done
  without_main_cluster apt install -y --no-install-recommends $names
  [ -n "${DATABASE_URL:-}" ] || has_postgis || fail "no PostGIS package was found; see $LOG"
  choose_python >/dev/null || fail "the system's Python is older than 3.11. Install a newer one and
  name it: PYTHON=/path/to/python3.12 sh mabele.sh run"
  finish "installed$names"
}

missing_packages() { # missing_packages run|test: in our words
  if ! has_postgis && { [ -z "${DATABASE_URL:-}" ] || [ "$1" = test ]; }; then echo postgis; fi
  if ! python=$(choose_python); then
    [ -n "${PYTHON:-}" ] && fail "PYTHON=$PYTHON is no Python 3.11 or later."
    is_new_enough /usr/bin/python3 || echo python3 python3-venv
  elif [ ! -x "$ENVIRONMENT/bin/python" ] && ! can_make_environments "$python"; then
    echo python3-venv
  fi
  if [ "$1" = test ] && ! has_chromium && [ "$(distribution)" != ubuntu ]; then echo chromium; fi
}

distribution() {
  sed -n 's/^ID=//p' /etc/os-release 2>/dev/null | tr -d '"'
}

package_of() { # package_of NAME: in the distribution's words
  if [ "$1" = postgis ]; then postgis_package; else echo "$1"; fi
}

postgis_package() { # for the newest PostgreSQL that is installed, else the newest there is
  offered=$(apt-cache --names-only search '^postgresql-[0-9]+-postgis-3$' | cut -d' ' -f1 |
    sort -t- -k2,2n)
  fitting=$(for server in "$SERVERS"/*/bin/postgres; do
    [ -x "$server" ] || continue
    version=${server#"$SERVERS"/}
    echo "$offered" | grep "^postgresql-${version%%/*}-postgis-3\$" || true
  done | sort -t- -k2,2n | tail -n 1)
  echo "${fitting:-$(echo "$offered" | tail -n 1)}"
}

become_root() { # become_root WANTED
  ROOT=
  [ "$(id -u)" = 0 ] && return 0
  if ! command -v sudo >/dev/null 2>&1; then
    fail "missing: $1. This user has no sudo. Ask an administrator to run
  apt-get update && apt-get install -y --no-install-recommends$(for_administrator "$1")
and then run this again."
  fi
  ROOT=sudo
  if ! sudo -n true 2>/dev/null; then
    [ -t 0 ] || fail "missing: $1. sudo wants a password: run this in a terminal."
    printf '      sudo asks for your password to install: %s\n' "$1"
    sudo -v || fail "sudo was refused; nothing was installed."
  fi
}

for_administrator() {
  for name in $1; do
    name=$(package_of "$name")
    printf ' %s' "${name:-postgresql-postgis}"
  done
}

apt() {
  logged "apt-get $1" $ROOT env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@"
}

without_main_cluster() { # where PostgreSQL comes anew, Debian is told to make no cluster of its own
  if command -v pg_createcluster >/dev/null 2>&1; then
    "$@"
    return
  fi
  $ROOT mkdir -p "${CLUSTER_DROP_IN%/*}"
  echo "create_main_cluster = false" | $ROOT tee "$CLUSTER_DROP_IN" >/dev/null
  "$@"
  $ROOT rm -f "$CLUSTER_DROP_IN"
}

elsewhere() {
  fail "this machine has no apt-get, so nothing can be installed here for you. Either install
  PostgreSQL 14 or later with PostGIS 3 and Python 3.11 or later and run this again with
  DATABASE_URL=postgresql://user:password@host/database; or, with Docker: docker compose up
  (compose.yaml holds PostGIS and Mabele)."
}

# --- 2. the environment ----------------------------------------------------------------------

checksum() {
  cksum "$@" | cksum
}

require_environment() { # require_environment run|dev
  lock=requirements/$1.lock
  libraries="$(checksum "$lock") $PWD"
  project="$(checksum pyproject.toml) $PWD"
  if [ "$(cat "$ENVIRONMENT/$1.stamp" 2>/dev/null)" != "$libraries" ]; then
    begin 2 "Python environment: $(grep -c '^[a-z0-9]' "$lock") libraries of $lock"
    make_environment "$lock"
    note_stamps "$1" "$libraries"
    rm -f "$ENVIRONMENT/project.stamp"
    finish "$("$ENVIRONMENT/bin/python" -V) in $ENVIRONMENT"
  fi
  if [ "$(cat "$ENVIRONMENT/project.stamp" 2>/dev/null)" != "$project" ]; then
    logged "installing the project" "$ENVIRONMENT/bin/python" -m pip install --quiet \
      --disable-pip-version-check --no-deps --no-build-isolation --editable .
    printf '%s' "$project" >"$ENVIRONMENT/project.stamp"
  fi
}

make_environment() { # tests add to the environment of a run; anything else begins anew
  run_stamp="$(checksum requirements/run.lock) $PWD"
  if [ "$(cat "$ENVIRONMENT/run.stamp" 2>/dev/null)" != "$run_stamp" ]; then
    python=$(choose_python) || fail "no Python 3.11 or later was found. Name one with PYTHON=…"
    can_make_environments "$python" ||
      fail "$python cannot make environments: install its venv module."
    logged "making the environment" "$python" -m venv --clear "$ENVIRONMENT"
  fi
  logged "fetching the libraries" "$ENVIRONMENT/bin/python" -m pip install --quiet \
    --disable-pip-version-check --only-binary :all: --require-hashes --no-deps --requirement "$1"
}

note_stamps() { # the development lock holds everything of the other
  printf '%s' "$2" >"$ENVIRONMENT/$1.stamp"
  if [ "$1" = dev ]; then
    printf '%s' "$(checksum requirements/run.lock) $PWD" >"$ENVIRONMENT/run.stamp"
  fi
}

# --- what can be asked -----------------------------------------------------------------------

set_up() { # set_up run|dev [test]
  if [ "$(uname -s)" != Linux ] && [ -z "${DATABASE_URL:-}" ]; then elsewhere; fi
  install_packages "${2:-run}"
  require_environment "$1"
  if [ "${2:-}" = test ] && ! has_chromium; then
    logged "fetching Chromium" "$ENVIRONMENT/bin/playwright" install --with-deps chromium
  fi
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
run)
  set_up run
  exec "$ENVIRONMENT/bin/mabele" up "$@"
  ;;
stop)
  [ -x "$ENVIRONMENT/bin/mabele" ] || fail "Mabele was never started in this folder."
  exec "$ENVIRONMENT/bin/mabele" down
  ;;
test)
  set_up dev test
  if [ $# -eq 0 ]; then set -- -n 2 --dist loadfile; fi
  exec "$ENVIRONMENT/bin/python" -m pytest "$@"
  ;;
bench)
  set_up dev
  exec "$ENVIRONMENT/bin/python" benchmarks/run.py "$@"
  ;;
lint)
  set_up dev
  "$ENVIRONMENT/bin/ruff" check .
  "$ENVIRONMENT/bin/ruff" format --check .
  exec "$ENVIRONMENT/bin/mypy"
  ;;
setup)
  set_up "${1:-run}"
  ;;
clean)
  [ ! -x "$ENVIRONMENT/bin/mabele" ] || "$ENVIRONMENT/bin/mabele" db remove-test-cluster
  rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
  ;;
*)
  sed -n '2,8s/^# \{0,1\}//p' "$0"
  [ "$command" = help ] || exit 2
  ;;
esac
