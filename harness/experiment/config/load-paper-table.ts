import path from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type PaperTableSpec, paperTableSpecSchema } from "../../core/table-spec.ts";
import { suggestion } from "./nearest-name.ts";
import { parseConfig } from "./parse-config.ts";
import { exists, namesIn } from "./read-models.ts";
import { configError, readSource, shortPath } from "./source.ts";

const tables = path.resolve(import.meta.dirname, "../../../configs/tables");

/** Loads configs/tables/<name>.yaml. Throws UsageError with file, line and key of every mistake. */
export async function loadPaperTable(name: string, folder = tables): Promise<PaperTableSpec> {
  const file = path.join(folder, `${name}.yaml`);
  if (!(await exists(file)))
    throw new UsageError(`There is no published table "${name}" (expected ${shortPath(file)})${suggestion(name, await namesIn(folder))}`);
  const source = await readSource(file);
  const spec = parseConfig(source, paperTableSpecSchema, () => false);
  const labels = Object.keys(spec.columns);
  const problems = [
    ...(spec.name === name ? [] : [{ path: ["name"], message: `expected "${name}", the name of the file, found "${spec.name}"` }]),
    ...(spec.average?.groups ?? []).flatMap((group, i) =>
      group.flatMap((label, j) =>
        labels.includes(label)
          ? []
          : [{ path: ["average", "groups", i, j], message: `there is no column "${label}"${suggestion(label, labels)}` }],
      ),
    ),
  ];
  if (problems.length > 0) throw configError(source, problems);
  return spec;
}
