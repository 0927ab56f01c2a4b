/** A persona: every rate by which a simulated model differs from another, read from configs/personas/<name>.yaml. */
import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { messageOf, UsageError } from "../core/errors.ts";
import { type Hash, hashJson } from "../core/json.ts";
import type { World } from "../core/world.ts";
import { type Persona, personaSchema } from "./persona-schema.ts";

/** Bump when the same persona and worlds would now speak or act otherwise; part of every simulated model's identity. */
export const brainRev = 3;

export type { Persona } from "./persona-schema.ts";

/** Reads a persona file. Throws a UsageError naming the file, and the line where there is one, when it is missing or malformed. */
export async function loadPersona(path: string): Promise<Persona> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`The persona file ${path} cannot be read (${messageOf(error)}): name one that exists under configs/personas.`, {
      cause: error,
    });
  }
  return parsePersona(text, path);
}

export function parsePersona(text: string, path: string): Persona {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new UsageError(`${path}:${lines.linePos(broken.pos[0]).line}: not valid YAML: ${broken.message.split("\n")[0]}`);
  const parsed = personaSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const keys = issue?.path ?? [];
  const node = keys.length > 0 ? document.getIn(keys, true) : undefined;
  const range = node !== null && typeof node === "object" && "range" in node ? (node.range as readonly number[] | undefined) : undefined;
  const line = range?.[0] === undefined ? "" : `:${lines.linePos(range[0]).line}`;
  throw new UsageError(`${path}${line}: ${keys.length > 0 ? `${keys.join(".")}: ` : ""}${issue?.message ?? "not a persona"}.`);
}

/** What tells this simulated model from any other: its persona, the brain's revision and the worlds it knows. Part of rollout keys. */
export function personaHash(persona: Persona, worlds: readonly World[]): Hash {
  return hashJson({
    brain: brainRev,
    persona,
    worlds: worlds.map(({ playbook: _, ...data }) => data),
  });
}
