#!/usr/bin/env bash
#SBATCH --job-name=t2s
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=16G
#SBATCH --time=12:00:00
# One part of an experiment for each task of a Slurm job array, each in a results folder of its own below the given one; when all have ended, their stores are joined:
#   sbatch --wait --array=1-16 scripts/slurm-array.sh table1-spreadsheet /scratch/me/table1
#   npx t2s store merge /scratch/me/table1/shard-* --results /scratch/me/table1
# A part goes as far as it can without the others' work. The two lines are repeated, each array beginning with what is joined, until every part says that nothing is left for
# other shards; then the tables:
#   npx t2s run table1-spreadsheet --results /scratch/me/table1
# Submit it from the project's folder. Keys of endpoints come from the environment, as everywhere.
set -euo pipefail

if [ $# -lt 2 ]; then
  echo "usage: sbatch --array=1-N scripts/slurm-array.sh CONFIG RESULTS [options of t2s run]" >&2
  exit 2
fi
config=$1
results=$2
shift 2
first=${SLURM_ARRAY_TASK_MIN:-1}
shard=$((SLURM_ARRAY_TASK_ID - first + 1))
own="$results/shard-$shard"

if [ -d "$results/.store" ]; then
  node harness/t2s.mjs store merge "$results" --results "$own"
fi
exec node harness/t2s.mjs run "$config" --shard "$shard/$SLURM_ARRAY_TASK_COUNT" --results "$own" "$@"
