import type { Blobs } from "../../core/contract.ts";
import { canonicalJson, type Hash, type Json } from "../../core/json.ts";
import type { Sampling } from "../../core/record.ts";
import { type Engine, resultOf } from "../../engine/engine.ts";
import { unitKey } from "../../engine/unit.ts";
import type { Answer, Asking, Author, ReplyForm } from "../author.ts";
import { askProgram } from "../program/ask-program.ts";
import { type CallInput, type CallSpec, callResultSchema, callRev } from "./call-record.ts";

export interface AuthorOptions {
  readonly engine: Engine;
  readonly blobs: Blobs;
  /** Model and sampling of a role, settled by the experiment. */
  readonly role: (role: Asking<unknown>["role"]) => {
    readonly identity: { readonly name: string; readonly [key: string]: Json | undefined };
    readonly sampling: Sampling;
  };
  readonly seed: number;
  /** Replies to one call in all, first included (`reply_rounds`). */
  readonly rounds: number;
  /** Forms the workers know; asking for another is a mistake in the program, found before anything is spent. */
  readonly forms: Readonly<Record<string, ReplyForm<unknown>>>;
  /** Somebody else's program that plays a role in the model's place: the blob of its record. Default: none does. */
  readonly program?: (role: Asking<unknown>["role"]) => Promise<Hash> | undefined;
}

/** An Author whose every question is a memoised unit. Asking the same again costs nothing, also in another process; any number of questions may be under way. */
export function openAuthor(options: AuthorOptions): Author {
  return {
    seed: options.seed,
    async ask<V>(asking: Asking<V>): Promise<Answer<V>> {
      const program = options.program?.(asking.role);
      if (program !== undefined && asking.question !== undefined) {
        refuseUnknown(options, asking.form);
        return askProgram(options, await program, { ...asking, question: asking.question() });
      }
      const spec = await specOf(options, asking);
      const settled = await options.engine.run(spec);
      const key = unitKey(spec);
      if (settled.state === "errored") return { state: "errored", problem: settled.error.message, key };
      const result = resultOf(settled, callResultSchema);
      const { usage } = result;
      const { costUsd } = settled.record.volatile;
      if (result.state !== "read") return { state: result.state, problem: result.problem, key, usage, costUsd };
      const checked = asking.form.check(result.value, asking.context);
      if (!checked.ok)
        throw new TypeError(
          `form ${asking.form.id} no longer takes the stored answer ${key} (${checked.problem}); its revision must be raised`,
        );
      return { state: "read", value: checked.value, key, usage, costUsd };
    },
  };
}

async function specOf(options: AuthorOptions, asking: Asking<unknown>): Promise<CallSpec> {
  const { form } = asking;
  refuseUnknown(options, form);
  const { identity, sampling } = options.role(asking.role);
  const put = (value: unknown): Promise<string> => options.blobs.put(Buffer.from(canonicalJson(value)));
  const input: CallInput = { v: 1, system: asking.system, user: asking.user, context: asking.context };
  return {
    kind: "call",
    rev: callRev,
    role: asking.role,
    form: form.id,
    formRev: form.rev,
    model: await put(identity),
    sampling,
    seed: options.seed,
    input: await put(input),
    rounds: options.rounds,
  };
}

/** The worker takes the form from the register by its name, so it has to be this very one. */
function refuseUnknown({ forms }: AuthorOptions, form: ReplyForm<unknown>): void {
  const known = Object.hasOwn(forms, form.id) ? forms[form.id] : undefined;
  if (known !== form)
    throw new TypeError(
      `form ${form.id} revision ${form.rev} is not registered${known === undefined ? "" : ", another one has its name"}; see harness/evolve/forms.ts`,
    );
}
