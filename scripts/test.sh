#!/usr/bin/env bash
# Installs what the tests need, then lints, checks types and runs the suite. Arguments go to vitest.
# T2S_CHROMIUM names a Chromium that lies elsewhere.
# T2S_DATA_DIR (archives of the real data sets) and T2S_GOLDEN_DIR (verdicts of the official scorers) switch further tests on.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/install-system-packages.sh
need_node
want "command -v bwrap" bubblewrap
want "command -v soffice && { ! command -v dpkg-query || dpkg-query -W -f='\${db:Status-Status}' libreoffice-calc | grep -qx installed; }" libreoffice-calc
want "/usr/bin/python3 -c 'import openpyxl'" python3 python3-openpyxl
want "command -v chromium || command -v chromium-browser || command -v google-chrome || test -x \"${T2S_CHROMIUM:-}\"" chromium
want "command -v redis-server" redis-server
want "parallel --version" parallel
want "command -v setpriv && command -v prlimit" util-linux
install_wanted "the suites that need them are skipped and counted below"
if [ $# -eq 0 ]; then
  npx biome check --error-on-warnings .
  npx tsc --noEmit
  npx tsc --noEmit -p harness/site/app
fi
report=$(mktemp)
status=0
npx vitest run --reporter=default --reporter=json --outputFile.json="$report" "$@" || status=$?
node scripts/summarise-tests.mjs "$report" || status=1
rm -f "$report"
exit $status
