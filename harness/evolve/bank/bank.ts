/** A bank of memory items, one entry a trajectory, looked up by the likeness of tasks (ReasoningBank). */
import { z } from "zod";
import { StoreError, UsageError } from "../../core/errors.ts";
import { type Lesson, lessonSchema } from "../../core/evolution.ts";
import { type Hash, hashJson } from "../../core/json.ts";
import { type Embedder, roundVector, type Vector, vectorSchema } from "./vector.ts";

/** What one trajectory brings along; `taskText` is `queryText` of its task. */
export interface BankItem {
  /** Of its episode in the plan. */
  readonly position: number;
  readonly task: string;
  readonly cluster?: string;
  readonly taskText: string;
  readonly episode: string;
  readonly source: "error" | "success";
  readonly lessons: readonly Lesson[];
}

export const bankEntrySchema = z.strictObject({
  v: z.literal(1),
  /** `m` and the position of the episode in the plan, three digits or more. */
  id: z.string().regex(/^m\d{3,}$/),
  task: z.string().min(1),
  cluster: z.string().optional(),
  /** Rollout key of the trajectory. */
  episode: z.string(),
  source: z.enum(["error", "success"]),
  lessons: z.array(lessonSchema).min(1),
  /** Id of the embedder that made the entry's vector, and the text it was made from. */
  embedder: z.string(),
  text: z.string(),
});
export type BankEntry = z.infer<typeof bankEntrySchema>;

export interface Bank {
  readonly embedder: string;
  /** In order of ids. */
  readonly entries: readonly BankEntry[];
  /** By entry id, rounded as they are stored. */
  readonly vectors: ReadonlyMap<string, Vector>;
  /** Over entries and vectors: equal for banks that answer every query alike. */
  readonly hash: Hash;
}

/**
 * Embeds the tasks of all trajectories, failed and passed. Memory items are what to remember; causes say why one run failed and stay out. A trajectory that
 * leaves nothing to remember has no entry: `leftOut` names it. Throws UsageError when no entry is left or two trajectories share a position.
 */
export async function buildBank(items: readonly BankItem[], embedder: Embedder): Promise<Bank & { readonly leftOut: readonly BankItem[] }> {
  const memories = items
    .map((item) => ({ item, lessons: item.lessons.filter((lesson) => lesson.type !== "failure-cause") }))
    .sort((a, b) => a.item.position - b.item.position);
  const kept = memories.filter(({ lessons }) => lessons.length > 0);
  if (kept.length === 0) throw new UsageError("there is no memory item to build a bank from; analyse trajectories that give lessons first");
  const twice = kept.find(({ item }, i) => kept[i + 1]?.item.position === item.position);
  if (twice !== undefined)
    throw new UsageError(`two trajectories have position ${twice.item.position}; every episode of the plan has its own`);
  const entries = kept.map(
    ({ item, lessons }): BankEntry => ({
      v: 1,
      id: `m${String(item.position).padStart(3, "0")}`,
      task: item.task,
      ...(item.cluster === undefined ? {} : { cluster: item.cluster }),
      episode: item.episode,
      source: item.source,
      lessons,
      embedder: embedder.id,
      text: item.taskText,
    }),
  );
  const texts = entries.map((entry) => entry.text);
  const vectors = await embedder.embed(texts, texts);
  const bank = bankOf(embedder.id, entries, new Map(entries.map((entry, i) => [entry.id, roundVector(vectors[i] ?? [])])));
  return { ...bank, leftOut: memories.filter(({ lessons }) => lessons.length === 0).map(({ item }) => item) };
}

function bankOf(embedder: string, entries: readonly BankEntry[], vectors: ReadonlyMap<string, Vector>): Bank {
  return { embedder, entries, vectors, hash: hashJson({ v: 1, entries, vectors: Object.fromEntries(vectors) }) };
}

/** Texts of a bank's two files: entries for readers, one a line, and their vectors beside them, one a line too. */
export function renderBank(bank: Bank): { readonly "bank.jsonl": string; readonly "bank.vectors.json": string } {
  const vectors = bank.entries.map((entry) => `${JSON.stringify(entry.id)}: ${JSON.stringify(bank.vectors.get(entry.id))}`);
  return {
    "bank.jsonl": bank.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
    "bank.vectors.json": `{"v": 1, "embedder": ${JSON.stringify(bank.embedder)}, "vectors": {\n${vectors.join(",\n")}\n}}\n`,
  };
}

const vectorsFileSchema = z.strictObject({ v: z.literal(1), embedder: z.string(), vectors: z.record(z.string(), vectorSchema) });

/** The bank that `renderBank` wrote. Throws StoreError, naming file and line, for anything else. */
export function parseBank(files: { readonly "bank.jsonl": string; readonly "bank.vectors.json": string }): Bank {
  const lines = files["bank.jsonl"].split("\n").filter((line) => line.trim() !== "");
  const entries = lines.map((line, i) => readJson(bankEntrySchema, line, `bank.jsonl line ${i + 1}`));
  const { embedder, vectors } = readJson(vectorsFileSchema, files["bank.vectors.json"], "bank.vectors.json");
  const ids = entries.map((entry) => entry.id);
  if (new Set(ids).size !== ids.length) throw new StoreError("bank.jsonl has an entry twice; build the bank again");
  const other = entries.find((entry) => entry.embedder !== embedder || !Object.hasOwn(vectors, entry.id));
  if (entries.length === 0 || other !== undefined || Object.keys(vectors).length !== entries.length)
    throw new StoreError(
      `bank.jsonl and bank.vectors.json do not belong together${other === undefined ? "" : ` (entry ${other.id})`}; build the bank again`,
    );
  return bankOf(embedder, entries, new Map(entries.map((entry) => [entry.id, vectors[entry.id] ?? []])));
}

function readJson<T>(schema: z.ZodType<T>, text: string, where: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new StoreError(`${where} is not JSON; build the bank again`, { cause });
  }
  const read = schema.safeParse(json);
  const issue = read.error?.issues[0];
  if (!read.success)
    throw new StoreError(`${where} is not what a bank holds (${issue?.path.join(".")}: ${issue?.message}); build the bank again`);
  return read.data;
}
