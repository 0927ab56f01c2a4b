import type { Json } from "../../core/json.ts";
import type { Step, TrajectoryRecord } from "../../core/record.ts";
import type { FindSecrets, FoundSecret } from "./find-secrets.ts";

/** A trajectory without secrets, and what was taken out: each secret once, with its kind. Whoever gets them may count them and nothing else. */
export interface Redacted {
  readonly trajectory: TrajectoryRecord;
  readonly secrets: ReadonlyMap<string, string>;
}

/** Secrets at least this long are taken out wherever else they stand in the run, by themselves; shorter ones could be words. */
const telling = 12;

/** Takes secrets out of every text of a run: words, reasoning, arguments, what came back, and what was asked. Each is replaced by `[redacted: KIND]`. */
export async function redactRun(trajectory: TrajectoryRecord, find: FindSecrets): Promise<Redacted> {
  const texts: string[] = [];
  mapTexts(trajectory, (text, name) => {
    texts.push(asWritten(text, name));
    return text;
  });
  const secrets = new Map<string, string>();
  const clean = new Map<string, string>();
  const values = new Map<string, string>();
  // Short texts are looked through together: a call of the linter costs more than reading them. The separator is in no secret, and no pattern goes over it.
  for (const batch of batchesOf([...new Set(texts)])) {
    const joined = batch.join(separator);
    const found = withoutOverlaps(await find(joined));
    let at = 0;
    for (const text of batch) {
      const end = at + text.length;
      const own = found.flatMap(({ from, to, kind }) => {
        const [start, stop] = [Math.max(from, at) - at, Math.min(to, end) - at];
        return stop > start ? [{ from: start, to: stop, kind }] : [];
      });
      if (own.length > 0) clean.set(text, replaced(text, own));
      for (const { from, to, kind } of own) {
        const value = text.slice(from, to);
        if (!secrets.has(value)) secrets.set(value, kind);
        if (value.length >= telling && /\d/.test(value) && !/\s/.test(value)) values.set(value, kind);
      }
      at = end + separator.length;
    }
  }
  const alone = replacerOf(values);
  const redacted = mapTexts(trajectory, (text, name) => {
    const written = asWritten(text, name);
    const known = clean.get(written);
    const out = known === undefined ? text : known.startsWith(asWritten("", name)) ? known.slice(asWritten("", name).length) : known;
    return alone(out);
  });
  return { trajectory: redacted, secrets };
}

const asWritten = (text: string, name: string | undefined): string => (name === undefined ? text : `${name}=${text}`);
/** More secrets than an honest log has: each is then looked for as a word of its own only, which takes no longer the more there are. */
const manySecrets = 200;
const word = /[\w.~+/=:@%!-]{12,}/g;

/** Takes values out wherever they stand. */
function replacerOf(values: ReadonlyMap<string, string>): (text: string) => string {
  if (values.size > manySecrets)
    return (text) =>
      text.replace(word, (found) => {
        const kind = values.get(found);
        return kind === undefined ? found : notice(kind);
      });
  // Longest first, so that a secret that holds another goes as a whole.
  const ordered = [...values].sort(([a], [b]) => b.length - a.length);
  return (text) => ordered.reduce((out, [value, kind]) => (out.includes(value) ? out.replaceAll(value, notice(kind)) : out), text);
}

/** A single text without secrets. */
export async function redactText(text: string, find: FindSecrets): Promise<string> {
  return replaced(text, withoutOverlaps(await find(text)));
}

const notice = (kind: string): string => `[redacted: ${kind}]`;
const separator = "\n\u0000\n";
const batchChars = 64 * 1024;

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    if (chars + text.length > batchChars) {
      batches.push([]);
      chars = 0;
    }
    batches.at(-1)?.push(text);
    chars += text.length;
  }
  return batches;
}

/** In order; of places that overlap one that covers both, under the name of the longer. */
function withoutOverlaps(found: readonly FoundSecret[]): readonly FoundSecret[] {
  const out: FoundSecret[] = [];
  for (const one of [...found].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = out.at(-1);
    if (last === undefined || one.from >= last.to) out.push(one);
    else if (one.to > last.to)
      out[out.length - 1] = { from: last.from, to: one.to, kind: one.to - one.from > last.to - last.from ? one.kind : last.kind };
  }
  return out;
}

function replaced(text: string, found: readonly FoundSecret[]): string {
  let out = "";
  let at = 0;
  for (const { from, to, kind } of found) {
    out += text.slice(at, from) + notice(kind);
    at = to;
  }
  return out + text.slice(at);
}

/** Gives a text anew; `name` is what an argument is called, which says as much of it as the text itself. */
type Change = (text: string, name?: string) => string;

/** The trajectory with every text that an outsider wrote put through `change`. */
function mapTexts(trajectory: TrajectoryRecord, change: Change): TrajectoryRecord {
  return {
    ...trajectory,
    agent: change(trajectory.agent),
    system: change(trajectory.system),
    user: change(trajectory.user),
    steps: trajectory.steps.map((step) => mapStep(step, change)),
  };
}

function mapStep(step: Step, change: Change): Step {
  const { thought, reasoning, observation, action } = step;
  return {
    ...step,
    reply: change(step.reply),
    ...(thought === undefined ? {} : { thought: change(thought) }),
    ...(reasoning === undefined ? {} : { reasoning: change(reasoning) }),
    ...(observation === undefined ? {} : { observation: change(observation) }),
    ...(action === undefined ? {} : { action: { tool: change(action.tool), arguments: mapMembers(action.arguments, change) } }),
  };
}

function mapMembers(given: Readonly<Record<string, Json | undefined>>, change: Change): Record<string, Json> {
  const members = Object.entries(given).flatMap(([name, value]): [string, Json][] =>
    value === undefined ? [] : [[change(name), mapJson(value, change, name)]],
  );
  return Object.fromEntries(members);
}

function mapJson(value: Json, change: Change, name?: string): Json {
  if (typeof value === "string") return change(value, name);
  if (value === null || typeof value !== "object") return value;
  return isList(value) ? value.map((one) => mapJson(one, change, name)) : mapMembers(value, change);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
