#!/usr/bin/env bash
# From a fresh clone to a finished experiment on the embedded simulated model: no key, no GPU, no data set.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install-system-packages.sh
need_node
want "command -v bwrap" bubblewrap
install_wanted "the simulated model's own commands then run unsandboxed; real models are refused, see \`t2s doctor\`"
node --import tsx scripts/generate-sample.ts
exec node harness/t2s.mjs run quickstart "$@"
