/** Problems from a file of JSON lines `{id, problem, answer}`: read as a stream, because the largest published file has more than a million rows. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { z } from "zod";
import { UsageError } from "../../harness/core/errors.ts";
import { isJson, type Json } from "../../harness/core/json.ts";

export interface Problem {
  readonly id: string;
  readonly problem: string;
  readonly answer: string;
  /** Every other field of the row. */
  readonly extra: Readonly<Record<string, Json>>;
  /** Number of the line in the file, from 1, and where its bytes are: the truth is read again from there. */
  readonly place: Place;
}

export interface Place {
  readonly line: number;
  readonly at: number;
  readonly bytes: number;
}

/** No row of a data set comes near this; a file without line ends would be taken for one row. */
const maxLineBytes = 8 * 2 ** 20;

const rowSchema = z.looseObject({
  id: z
    .union([z.string().min(1), z.number().int()])
    .transform(String)
    .optional(),
  problem: z.string().regex(/\S/, "is empty"),
  answer: z
    .union([z.string().regex(/\S/, "is empty"), z.number()])
    .refine(
      (v) => typeof v === "string" || !Number.isInteger(v) || Number.isSafeInteger(v),
      "is too large for a JSON number; write it as text",
    )
    .transform(String),
});

/**
 * The problems of a file in its order; a row without an id is called by the number of its line. Blank lines are passed over.
 * Throws UsageError naming file and line for a row that is no problem, ending with `hint`.
 */
export async function* readProblems(path: string, hint: string): AsyncGenerator<Problem> {
  for await (const { text, place } of linesOf(path, hint)) if (text.trim() !== "") yield parseRow(text, place, path, hint);
}

/** The problem at a place that readProblems gave. Throws UsageError when the file has gone or there is no problem any more. */
export async function readProblemAt(path: string, place: Place, hint: string): Promise<Problem> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw unreadable(path, hint, error);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(place.bytes), 0, place.bytes, place.at);
    return parseRow(buffer.toString("utf8", 0, bytesRead), place, path, hint);
  } finally {
    await file.close();
  }
}

async function* linesOf(path: string, hint: string): AsyncGenerator<{ text: string; place: Place }> {
  let held: Buffer = Buffer.alloc(0);
  let at = 0;
  let line = 0;
  const take = (bytes: number): { text: string; place: Place } => {
    line += 1;
    // A byte order mark belongs to no row.
    const text = held.toString("utf8", 0, bytes).replace(/^\uFEFF/, "");
    return { text, place: { line, at, bytes } };
  };
  try {
    for await (const chunk of createReadStream(path)) {
      held = Buffer.concat([held, chunk]);
      for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
        yield take(end);
        held = held.subarray(end + 1);
        at += end + 1;
      }
      if (held.length > maxLineBytes)
        throw new UsageError(
          `${path}, line ${line + 1}: the line is longer than ${maxLineBytes} bytes, so this is no file of problems; ${hint}.`,
        );
    }
  } catch (error) {
    throw unreadable(path, hint, error);
  }
  if (held.length > 0) yield take(held.length);
}

function unreadable(path: string, hint: string, error: unknown): unknown {
  if (error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR", "EISDIR", "EACCES"].includes(String(error.code)))
    return new UsageError(`${path} cannot be read (${String(error.code)}); ${hint}.`, { cause: error });
  return error;
}

function parseRow(text: string, place: Place, path: string, hint: string): Problem {
  const where = `${path}, line ${place.line}`;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new UsageError(
      `${where}: this is no JSON object on one line (${error instanceof Error ? error.message : String(error)}); ${hint}.`,
      {
        cause: error,
      },
    );
  }
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path[0] === undefined ? "" : `field "${String(issue.path[0])}": `;
    throw new UsageError(`${where}: ${field}${issue?.message ?? "unreadable"}; a row needs "problem" and "answer"; ${hint}.`);
  }
  const { id, problem, answer, ...rest } = parsed.data;
  const extra: Record<string, Json> = {};
  for (const [name, field] of Object.entries(rest)) if (isJson(field)) extra[name] = field;
  return { id: id ?? String(place.line), problem, answer, extra, place };
}
