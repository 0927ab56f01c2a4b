/** An author played by functions, for tests of stage 3. It runs the real forms, sends problems back round by round as a real one does, and can be slow in any order. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { hashJson, type Json } from "../../core/json.ts";
import { jsonSchema, noUsage } from "../../core/record.ts";
import type { Asking, Author } from "../author.ts";

export interface Asked {
  readonly role: string;
  readonly form: string;
  readonly system: string;
  readonly user: string;
  /** What was wrong with the replies so far, oldest first. */
  readonly problems: readonly string[];
}

/** What a role says: a reply, or one of the ways there is none. */
export type Said = Json | { readonly outcome: "too-long" | "errored" | "silent" };

export interface ScriptedAuthor extends Author {
  readonly asked: readonly Asked[];
}

/** `delays`: every answer waits for some milliseconds drawn from this seed, so that calls end in another order than they began. */
export function scriptedAuthor(say: (asked: Asked) => Said, options: { rounds?: number; delays?: number } = {}): ScriptedAuthor {
  const asked: Asked[] = [];
  return {
    seed: 41,
    asked,
    async ask<V>({ role, form, system, user, context }: Asking<V>) {
      const key = hashJson({ role, form: form.id, system, user, context });
      if (options.delays !== undefined) await wait(Number.parseInt(hashJson([options.delays, key]).slice(0, 2), 16) / 16);
      const problems: string[] = [];
      for (let round = 0; round < (options.rounds ?? 2); round++) {
        const one = { role, form: form.id, system, user, problems: [...problems] };
        asked.push(one);
        const said = say(one);
        const ended = z.strictObject({ outcome: z.enum(["too-long", "errored", "silent"]) }).safeParse(said);
        if (ended.success && ended.data.outcome !== "silent")
          return { state: ended.data.outcome, problem: ended.data.outcome, key, usage: noUsage };
        const checked = ended.success
          ? { ok: false as const, problem: "nothing was said" }
          : form.check(jsonSchema.parse(said), jsonSchema.parse(context));
        if (checked.ok) return { state: "read", value: checked.value, key, usage: noUsage };
        problems.push(checked.problem);
      }
      return { state: "unreadable", problem: problems.at(-1) ?? "", key, usage: noUsage };
    },
  };
}

/** Text of the block `<tag …>` of a message; throws when it has none. */
export function block(message: string, tag: string): string {
  const found = new RegExp(`^<${tag}[^>]*>\\n([\\s\\S]*?)\\n?^</${tag}>$`, "m").exec(message)?.[1];
  if (found === undefined) throw new Error(`the message has no <${tag}>`);
  return found;
}

const shownPatches = z.array(
  z.looseObject({ id: z.string(), support: z.number(), edits: z.array(z.looseObject({ id: z.string(), support: z.number() })) }),
);

/** The `<patches>` of a merge message. */
export function patchesIn(message: string): z.infer<typeof shownPatches> {
  return shownPatches.parse(JSON.parse(block(message, "patches")));
}

/** A merger that keeps every edit as it is. */
export function echoMerge(asked: Asked): Json {
  const edits = patchesIn(asked.user).flatMap((patch) => patch.edits);
  return jsonSchema.parse({
    reasoning: "kept all",
    edits: edits.map(({ id, support, ...edit }) => ({ ...edit, from: [id] })),
    dropped: [],
    changelog_entries: [],
  });
}
