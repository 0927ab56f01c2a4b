#!/usr/bin/env bash
# The long forms: full verdict sets, big fuzzes and escape attempts (T2S_ACCEPTANCE=1), then kill storms, a faulty endpoint, workers on several machines and what disturbs them, the deployment examples,
# the orderings of the simulated personas, the stage the role-swap report names, and 100,000 hostile inputs to the scorers. Prints a summary.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/install-system-packages.sh
need_node
want "command -v bwrap" bubblewrap
want "command -v soffice && { ! command -v dpkg-query || dpkg-query -W -f='\${db:Status-Status}' libreoffice-calc | grep -qx installed; }" libreoffice-calc
want "/usr/bin/python3 -c 'import openpyxl'" python3 python3-openpyxl
want "command -v redis-server" redis-server
install_wanted "what needs them is skipped and counted below"
status=0
node harness/t2s.mjs data sample spreadsheetbench || status=1
report=$(mktemp)
T2S_ACCEPTANCE=1 npx vitest run --testTimeout=900000 --reporter=default --reporter=json --outputFile.json="$report" || status=1
node --import tsx scripts/acceptance-storms.ts "$@" || status=1
node --import tsx scripts/acceptance-orderings.ts || status=1
if command -v redis-server >/dev/null; then
  node --import tsx scripts/acceptance-pacing.ts || status=1
  node --import tsx scripts/acceptance-deploy.ts || status=1
  # Network namespaces are root's, and not to be had in every container.
  if ip netns add t2s-probe 2>/dev/null; then
    ip netns del t2s-probe
    node --import tsx scripts/acceptance-workers.ts || status=1
    node --import tsx scripts/acceptance-worker-storms.ts || status=1
  else
    echo "skipped: workers and storms on several machines (no network namespaces may be made here)"
  fi
else
  echo "skipped: pacing, deployment examples, workers (redis-server is not installed)"
fi
node --import tsx scripts/acceptance-own-trajectories.ts || status=1
node --import tsx scripts/acceptance-programs.ts || status=1
node --import tsx scripts/acceptance-role-swap.ts || status=1
node --import tsx scripts/acceptance-attribution.ts || status=1
node --import tsx scripts/acceptance-grading.ts || status=1
node scripts/summarise-tests.mjs "$report"
rm -f "$report"
exit $status
