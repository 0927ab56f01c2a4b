#!/usr/bin/env bash
# From a fresh clone to a finished experiment on the embedded simulated model: no key, no GPU, no data set. Another experiment than
# quickstart may be named first (`./scripts/quickstart.sh table1-sim`); further arguments go to `t2s run`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install-system-packages.sh
need_node
want "command -v bwrap" bubblewrap
install_wanted "the simulated model's own commands then run unsandboxed; real models are refused, see \`t2s doctor\`"
case "${1:-}" in "" | -*) set -- quickstart "$@" ;; esac
exec node harness/t2s.mjs run "$@"
