import type { LedgerEpisode } from "../core/record.ts";
import { slotName } from "../store/ledger.ts";

/** Rows one data file of the episode list holds at most. */
export const rowsPerChunk = 5000;

/** The rows that count (the last of every slot), those of one benchmark, arm and solver together, then by task and repetition. */
export function orderEpisodes(rows: readonly LedgerEpisode[]): LedgerEpisode[] {
  const last = new Map<string, LedgerEpisode>();
  for (const row of rows) last.set(slotName(row), row);
  const keyed = [...last.values()].map((row) => ({ row, group: groupName(row) }));
  keyed.sort((a, b) => compare(a.group, b.group) || byTask(a.row, b.row));
  return keyed.map(({ row }) => row);
}

/** Names benchmark, split, arm and solver of a row. */
export function groupName(row: LedgerEpisode): string {
  return JSON.stringify([row.benchmark, row.split, row.arm, row.solver]);
}

/** Cuts ordered rows into files of at most `rowsPerChunk`; a group is split only when it is larger than half a file, so that a filter opens few files. */
export function cutIntoChunks(ordered: readonly LedgerEpisode[]): (readonly LedgerEpisode[])[] {
  const chunks: LedgerEpisode[][] = [];
  let current: LedgerEpisode[] = [];
  for (const group of groupsOf(ordered)) {
    if (current.length > 0 && current.length + group.length > rowsPerChunk) {
      chunks.push(current);
      current = [];
    }
    for (let at = 0; at < group.length; at += rowsPerChunk) {
      if (current.length > 0 && current.length + Math.min(rowsPerChunk, group.length - at) > rowsPerChunk) {
        chunks.push(current);
        current = [];
      }
      for (const row of group.slice(at, at + rowsPerChunk)) current.push(row);
    }
  }
  if (current.length > 0) chunks.push(current);
  return chunks;
}

function groupsOf(ordered: readonly LedgerEpisode[]): LedgerEpisode[][] {
  const groups: LedgerEpisode[][] = [];
  let name: string | undefined;
  for (const row of ordered) {
    const own = groupName(row);
    if (own !== name) groups.push([]);
    name = own;
    groups.at(-1)?.push(row);
  }
  return groups;
}

const compare = (a: string | number, b: string | number): number => (a === b ? 0 : a < b ? -1 : 1);

function byTask(a: LedgerEpisode, b: LedgerEpisode): number {
  return (
    compare(a.cluster, b.cluster) ||
    compare(a.task, b.task) ||
    a.rep.seed - b.rep.seed ||
    a.rep.attempt - b.rep.attempt ||
    a.rep.replica - b.rep.replica
  );
}
