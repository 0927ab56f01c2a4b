import type { TrajectoryAccount } from "./site-data.ts";
import type { ExperimentInput } from "./site-input.ts";

/** What a reader of an experiment's pages should know before anything else, most important first. */
export function siteWarnings({ tables, rows }: ExperimentInput, account: TrajectoryAccount): string[] {
  const simulated = rows.filter((row) => row.simulated.length > 0).length;
  const incomplete = new Set(tables.flatMap((table) => table.notes.filter(({ kind }) => kind === "incomplete").map(({ text }) => text)));
  return [
    ...(simulated > 0
      ? [
          `SIMULATED: ${simulated} of ${rows.length} ledger rows come from a simulated model or generated tasks; they show that the program works and measure nothing.`,
        ]
      : []),
    ...incomplete,
    ...trajectoryWarnings(account),
  ];
}

/** What is not in the report of the trajectories that there are; empty when everything is. */
export function trajectoryWarnings(account: TrajectoryAccount): string[] {
  const megabytes = (account.limitBytes / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 });
  return [
    ...(account.notWanted > 0
      ? [`${account.notWanted} trajectories are not in this report (--trajectories ${account.choice}); t2s show prints them.`]
      : []),
    ...(account.beyondLimit > 0
      ? [
          `${account.beyondLimit} trajectories did not fit into ${megabytes} MB and are not in this report, passed ones first; raise --trajectories-limit, or t2s show prints them.`,
        ]
      : []),
    ...(account.unreadable > 0
      ? [`${account.unreadable} trajectories are missing from the store or damaged; t2s store reindex says which.`]
      : []),
  ];
}
