#!/usr/bin/env bash
# Sourced by quickstart.sh and test.sh: `want PROGRAM PACKAGE…` notes a missing program; `install_wanted` gets the packages through apt
# when this is root on Debian or Ubuntu, else says what is missing and what that means. T2S_NO_APT=1 leaves the system alone.
missing_packages=()
want() {
  local test_command=$1; shift
  if ! bash -c "$test_command" >/dev/null 2>&1; then missing_packages+=("$@"); fi
}
install_wanted() {
  [ ${#missing_packages[@]} -eq 0 ] && return 0
  if [ "${T2S_NO_APT:-}" != 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${missing_packages[*]} (apt; T2S_NO_APT=1 prevents this)"
    if apt-get update -qq >/tmp/t2s-apt-$$.log 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing_packages[@]}" >>/tmp/t2s-apt-$$.log 2>&1; then
      rm -f /tmp/t2s-apt-$$.log
      return 0
    fi
    tail -5 /tmp/t2s-apt-$$.log >&2
  fi
  echo "not installed: ${missing_packages[*]} ($1)"
}

# Node and the npm packages of this checkout.
need_node() {
  if ! command -v node >/dev/null || ! node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)'; then
    echo "Node 20.19 or later is needed; found $(node -v 2>/dev/null || echo none). Get it from nodejs.org or your package manager, then run this again." >&2
    exit 2
  fi
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "installing npm packages"
    npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
  fi
}
