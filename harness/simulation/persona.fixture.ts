/** Rates of the tests' own, so that editing a shipped persona breaks no test. */
import type { Persona } from "./persona.ts";

const steady: Persona = {
  name: "m",
  rollout: {
    slip: { default: 0.45, traps: {} },
    adherence: 0.9,
    reference_adherence: 0.7,
    correction_adherence: 0.9,
    open_reference: 0.6,
    max_references: 2,
    imitation: 0.2,
    dilution_half_kchars: 50,
    distraction_per_kchar: 0.002,
    free_kchars: 1,
    distraction_cap: 0.3,
    format_error: 0,
    premature_completion: 0,
  },
  error_analyst: {
    agentic: { insight: 0.7, patience: 3, over_attribution: 0.14, broken_report: 0, sloppy: 0.2 },
    single_call: { insight: 0.3, over_attribution: 0.57, guess: 0.25, sloppy: 0.3 },
  },
  success_analyst: { habit: 0.2, superstition: 0.5, sloppy: 0.3 },
  patch_writer: {
    notice: 0.85,
    notice_half_kchars: 12,
    overrules: 0,
    drift_per_kchar: 0,
    drift_free_kchars: 4,
    drift_cap: 0.3,
    drift_items: 3,
    drift_loss: 0.5,
    insert_after: 0.2,
    reference: 0,
    paraphrased_anchor: 0,
    out_of_tree: 0,
    unlinked_reference: 0,
    tidies: 0.8,
  },
  merger: {
    recall: 0.98,
    recall_half_edits: 80,
    stated_loss: 0.5,
    vanishes_again: 0.1,
    taken_back: 0.3,
    duplicate_failure: 0,
    conflict_error: 0.15,
    bad_ids: 0,
    unites: 0.85,
  },
  translator: { finds: 1, changes_content: 0 },
  validator: { mends: 1 },
  drafter: { knows: 0, learns: 0.35 },
  replies: { unreadable: 0 },
};

/** Rates to change, block by block; the blocks of the error analyst form by form. */
export type PersonaChange = {
  readonly [K in Exclude<keyof Persona, "name" | "error_analyst">]?: Partial<Persona[K]>;
} & {
  readonly error_analyst?: {
    readonly agentic?: Partial<Persona["error_analyst"]["agentic"]>;
    readonly single_call?: Partial<Persona["error_analyst"]["single_call"]>;
  };
};

/** The steady persona with some rates of its own, named "m". */
export function steadyPersona(change: PersonaChange = {}): Persona {
  return {
    name: steady.name,
    rollout: { ...steady.rollout, ...change.rollout },
    error_analyst: {
      agentic: { ...steady.error_analyst.agentic, ...change.error_analyst?.agentic },
      single_call: { ...steady.error_analyst.single_call, ...change.error_analyst?.single_call },
    },
    success_analyst: { ...steady.success_analyst, ...change.success_analyst },
    patch_writer: { ...steady.patch_writer, ...change.patch_writer },
    merger: { ...steady.merger, ...change.merger },
    translator: { ...steady.translator, ...change.translator },
    validator: { ...steady.validator, ...change.validator },
    drafter: { ...steady.drafter, ...change.drafter },
    replies: { ...steady.replies, ...change.replies },
  };
}
