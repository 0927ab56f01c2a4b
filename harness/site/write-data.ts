import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onDisk } from "../store/durable.ts";
import { dataName } from "./site-data.ts";

/** Writes data files below the `data` folder of a report. */
export interface DataWriter {
  /** `name` as `dataName` allows it; `value` plain JSON. Returns bytes written. */
  write(name: string, value: unknown): Promise<number>;
  /** The same for JSON text that is there already. */
  writeText(name: string, json: string): Promise<number>;
  /** Any other file of the report, relative to index.html. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
}

/** A data file: a script that hands its JSON over as text. JSON.parse takes `__proto__` as an ordinary name, an object literal would not. */
export function dataScript(name: string, json: string): string {
  if (!dataName.test(name)) throw new TypeError(`"${name}" is not a name for a data file`);
  return `t2sData("${name}",'${json.replace(/[\\']/g, "\\$&")}');\n`;
}

/** Writes below `root`, the report's folder. */
export function openDataWriter(root: string): DataWriter {
  const made = new Set<string>();
  const put = async (path: string, content: string | Uint8Array): Promise<void> => {
    const file = join(root, path);
    if (!made.has(dirname(file))) {
      await mkdir(dirname(file), { recursive: true });
      made.add(dirname(file));
    }
    await onDisk(file, () => writeFile(file, content));
  };
  const writeText = async (name: string, json: string): Promise<number> => {
    const script = dataScript(name, json);
    await put(`data/${name}.js`, script);
    return script.length;
  };
  return { writeText, write: (name, value) => writeText(name, JSON.stringify(value)), writeFile: put };
}
