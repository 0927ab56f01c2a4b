import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { writeAtif } from "../exchange/atif/write-atif.ts";
import type { TidyFormat } from "../exchange/tidy/columns.ts";
import { writeTidy } from "../exchange/tidy/write-tidy.ts";
import { requireExperiment } from "../experiment/experiment-names.ts";
import { oneLine } from "../report/plain-text.ts";
import { swapFolder } from "../skill/swap-folder.ts";
import { openStore } from "../store/store.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

const tidyFormats = ["csv", "jsonl", "parquet"] as const satisfies readonly TidyFormat[];
const formats = ["atif", ...tidyFormats] as const;

/** `t2s export EXPERIMENT`: trajectories in an interchange format, or everything as tidy tables, in a folder of its own. Exit code 1 when the store no longer has something. */
export async function exportCommand(
  experiment: string,
  options: { readonly results: string; readonly format: string; readonly out?: string },
  context: CliContext,
): Promise<number> {
  const format = formats.find((one) => one === options.format);
  if (format === undefined) throw new UsageError(`t2s export has no format "${options.format}"; choose one of ${formats.join(", ")}`);
  const experimentDir = await requireExperiment(options.results, experiment);
  const out = resolve(context.cwd, options.out ?? `${experiment}-${format}`);
  let missing: readonly string[] = [];
  const fill = async (folder: string): Promise<string> => {
    if (format === "atif") {
      const store = openStore(options.results);
      const made = await writeAtif(folder, { experiment, experimentDir, store, version: context.version });
      missing = made.missing;
      return `${made.documents} trajectories, ${made.pictures} pictures, ${made.without} rows without a trajectory`;
    }
    const counts = await writeTidy(folder, { experiment, experimentDir, format });
    return Object.entries(counts)
      .map(([table, rows]) => `${rows} ${table}`)
      .join(", ");
  };
  let said = "";
  const written = await swapFolder(
    out,
    async (fresh) => {
      said = await fill(fresh);
    },
    { replace: false },
  );
  if (!written) throw new UsageError(`${out} is there already and is not written over; remove it, or choose another folder with --out`);
  context.out(`${oneLine(out)}: ${said}\n`);
  for (const one of missing.slice(0, 20)) context.err(`missing: ${oneLine(one)}\n`);
  if (missing.length > 20) context.err(`… and ${missing.length - 20} more\n`);
  return missing.length === 0 ? exitCodes.ok : exitCodes.incomplete;
}
