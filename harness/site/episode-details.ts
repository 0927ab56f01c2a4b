import type { LedgerEpisode } from "../core/record.ts";
import { openPictures, type Pictures } from "./pictures.ts";
import { readTrajectory } from "./read-trajectory.ts";
import type { EpisodeDetail, TrajectoryAccount } from "./site-data.ts";
import type { SiteInput, TrajectoryChoice } from "./site-input.ts";
import type { DataWriter } from "./write-data.ts";

/** A details file is closed when it is beyond this: what a click on an episode has to load. */
const bytesPerFile = 256 * 1024;
/** Episodes whose trajectories are read at once. */
const readAtOnce = 8;

type Detail = Omit<EpisodeDetail, "row">;

const without = (absent: EpisodeDetail["absent"]): Detail => ({ trajectory: null, absent, grids: [], stepMs: [], images: {}, pages: [] });

/**
 * Writes data/<id>/details-<n>.js for `ordered` rows and returns the number of every row's file, with an account of what was embedded.
 * Failed and errored episodes come first, so that a limit leaves out passed ones.
 */
export async function writeDetails(
  id: string,
  ordered: readonly LedgerEpisode[],
  input: Pick<SiteInput, "store" | "gridsOf">,
  choice: TrajectoryChoice,
  writer: DataWriter,
): Promise<{ readonly detail: readonly number[]; readonly account: TrajectoryAccount }> {
  const count = { embedded: 0, embeddedBytes: 0, notWanted: 0, beyondLimit: 0, unreadable: 0, without: 0 };
  const pictures = openPictures(id, input.store, writer, (bytes) => {
    if (count.embeddedBytes + bytes > choice.limitBytes) return false;
    count.embeddedBytes += bytes;
    return true;
  });
  const detail = new Array<number>(ordered.length).fill(-1);
  const files = openFiles(id, writer);
  const order = failedFirst(ordered);
  let full = false;
  for (let from = 0; from < order.length; from += readAtOnce) {
    const batch = order.slice(from, from + readAtOnce);
    const found = await Promise.all(batch.map(({ row }) => readDetail(row, input, choice, full)));
    for (const [n, { row, at }] of batch.entries()) {
      let one = found[n] ?? without("not-stored");
      const bytes = one.trajectory === null ? 0 : Buffer.byteLength(JSON.stringify([one.trajectory, one.grids]));
      if (count.embeddedBytes + bytes > choice.limitBytes) {
        full = true;
        one = without("beyond-limit");
      }
      count[accounts[one.absent ?? "embedded"]] += 1;
      if (one.trajectory !== null) {
        count.embeddedBytes += bytes;
        one = await withPictures(one, row, pictures);
      }
      detail[at] = await files.add(JSON.stringify({ row: leanRow(row), ...one }));
    }
  }
  await files.close();
  return { detail, account: { choice: choice.which, limitBytes: choice.limitBytes, ...count } };
}

const accounts = {
  embedded: "embedded",
  "not-stored": "without",
  "not-wanted": "notWanted",
  "beyond-limit": "beyondLimit",
  unreadable: "unreadable",
} as const;

function failedFirst(ordered: readonly LedgerEpisode[]): { readonly row: LedgerEpisode; readonly at: number }[] {
  const all = ordered.map((row, at) => ({ row, at }));
  return [...all.filter(({ row }) => !passed(row)), ...all.filter(({ row }) => passed(row))];
}

/** Passed under every scorer that judged it. */
function passed(row: LedgerEpisode): boolean {
  return row.state === "graded" && row.outcomes.every(({ outcome }) => outcome.state !== "graded" || outcome.score.passed);
}

async function readDetail(
  row: LedgerEpisode,
  { store, gridsOf }: Pick<SiteInput, "store" | "gridsOf">,
  choice: TrajectoryChoice,
  full: boolean,
): Promise<Detail> {
  if (row.trajectory == null) return without("not-stored");
  if (choice.which === "none" || (choice.which === "failed" && passed(row))) return without("not-wanted");
  if (full) return without("beyond-limit");
  const read = await readTrajectory(store, row, row.trajectory);
  return read === undefined ? without("unreadable") : { ...without(null), ...read, grids: (await gridsOf?.(row)) ?? [] };
}

async function withPictures(one: Detail, row: LedgerEpisode, pictures: Pictures): Promise<Detail> {
  const images: Record<string, string | null> = {};
  for (const hash of new Set(one.trajectory?.steps.flatMap((step) => step.images ?? []))) images[hash] = await pictures.file(hash);
  const pages: string[] = [];
  for (const hash of await pictures.ofTask(row)) {
    const file = await pictures.file(hash);
    if (file !== null) pages.push(file);
  }
  return { ...one, images, pages };
}

/** Without names of hosts and the long list of calls: a report may be published. */
function leanRow(row: LedgerEpisode): LedgerEpisode {
  if (row.volatile === undefined) return row;
  const { calls: _calls, endpoints: _endpoints, ...volatile } = row.volatile;
  return { ...row, volatile: { ...volatile, host: "" } };
}

/** Collects texts until a file is full; `add` gives the number of the file a text is in. */
function openFiles(id: string, writer: DataWriter): { add(text: string): Promise<number>; close(): Promise<void> } {
  let number = 0;
  let waiting: string[] = [];
  let size = 0;
  const close = async (): Promise<void> => {
    if (waiting.length === 0) return;
    await writer.writeText(`${id}/details-${number++}`, `{"episodes":[${waiting.join(",")}]}`);
    waiting = [];
    size = 0;
  };
  return {
    close,
    async add(text) {
      if (size > 0 && size + text.length > bytesPerFile) await close();
      waiting.push(text);
      size += text.length;
      return number;
    },
  };
}
