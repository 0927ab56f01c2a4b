import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../harness/core/json.ts";
import { comparableRow, readLedger } from "../harness/store/ledger.ts";
import { openStore } from "../harness/store/store.ts";

/** What must be equal between runs of one config, by name: results of units, ledger rows, files of skills, tables. */
export async function contentOf(results: string): Promise<ReadonlyMap<string, string>> {
  const content = new Map<string, string>();
  const store = openStore(results);
  for await (const key of store.units.keys()) content.set(`unit ${key}`, sha256(JSON.stringify((await store.units.get(key))?.result)));
  for (const experiment of (await readdir(results)).filter((name) => !name.startsWith("."))) {
    const dir = join(results, experiment);
    if (!existsSync(join(dir, "ledger.jsonl"))) continue;
    const rows: string[] = [];
    for await (const row of readLedger(join(dir, "ledger.jsonl"))) rows.push(comparableRow(row));
    for (const row of rows) content.set(`row ${sha256(row)}`, "");
    for (const file of await readdir(dir, { recursive: true })) {
      if (!/^evolutions\/.*\/skill\/|^report\/tables\.(csv|md)$/.test(file)) continue;
      const bytes = await readFile(join(dir, file)).catch(() => undefined);
      // Which commit made it may change while this runs.
      if (bytes !== undefined)
        content.set(`file ${experiment}/${file}`, sha256(bytes.toString("latin1").replace(/^\| made with .*$/m, "")));
    }
  }
  return content;
}

/** Prints how two of them differ, and gives how many things do. */
export function compareContent(what: string, one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): number {
  const differing = [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
  console.log(`${differing.length === 0 ? "ok  " : "FAIL"} ${what}: ${one.size} rows, units and files, ${differing.length} differ`);
  for (const name of differing.slice(0, 10)) console.log(`     ${name}`);
  return differing.length;
}
