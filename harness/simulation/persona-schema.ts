/** The rates of a persona, one block a role. Strict: an unknown or missing rate is a mistake in the file. */
import { z } from "zod";

const rate = z.number().min(0).max(1);

const rollout = z.strictObject({
  /** Chance of springing a trap without any guidance: by trap id, else `default`. */
  slip: z.strictObject({ default: rate, traps: z.record(z.string(), rate).default({}) }),
  /** Share of slips avoided when the lesson stands in SKILL.md and the skill is short. */
  adherence: rate,
  /** The same when it stands only in a reference that was opened. */
  reference_adherence: rate,
  /** Share of the remaining slips avoided when the lesson is said while the work is under way, as a correction. */
  correction_adherence: rate,
  /** Chance of opening each reference that SKILL.md links. */
  open_reference: rate,
  /** References opened in one episode at most. */
  max_references: z.number().int().min(0).max(20),
  /** Chance of taking a careful form over from an earlier trajectory in the prompt. */
  imitation: rate,
  /** Thousand characters of guidance after which adherence has halved. */
  dilution_half_kchars: z.number().positive(),
  /** Chance, per thousand characters of guidance beyond `free_kchars`, of springing a trap out of distraction. */
  distraction_per_kchar: rate,
  free_kchars: z.number().nonnegative(),
  /** Ceiling of that chance. */
  distraction_cap: rate,
  /** Chance per reply of an action that cannot be parsed. */
  format_error: rate,
  /** Chance per episode of signalling completion before the script was run. */
  premature_completion: rate,
});

/** How an analyst puts down what it has understood. */
const writing = {
  /** Chance that a lesson with a condition loses it. */
  sloppy: rate,
};

const errorAnalyst = z.strictObject({
  agentic: z.strictObject({
    /** Chance, per attempt at a fix, of mending what the script really does carelessly instead of something that looks as likely. */
    insight: rate,
    /** Attempts at a fix before it gives up. */
    patience: z.number().int().min(1).max(20),
    /** Chance of naming also an error that is plain to see in the log and did no harm. */
    over_attribution: rate,
    /** Chance per completion of handing in a report that breaks its form. */
    broken_report: rate,
    ...writing,
  }),
  single_call: z.strictObject({
    /** Chance of naming what the script does carelessly. */
    insight: rate,
    /** Chance of blaming an error that is plain to see in the log. */
    over_attribution: rate,
    /** Chance of naming a lesson of a trap that the task only suggests. */
    guess: rate,
    ...writing,
  }),
});

const successAnalyst = z.strictObject({
  /** Chance of naming each good habit that the script shows. */
  habit: rate,
  /** Chance of naming a habit that helped nothing. */
  superstition: rate,
  ...writing,
});

const patchWriter = z.strictObject({
  /** Chance of leaving a lesson out that a short skill states already. */
  notice: rate,
  /** Thousand characters of the skill after which that chance has halved. */
  notice_half_kchars: z.number().positive(),
  /** Chance that a lesson which contradicts a line of SKILL.md takes its place, instead of standing beside it. */
  overrules: rate,
  /** Chance, per thousand characters of SKILL.md beyond `drift_free_kchars`, that the passage a lesson belongs to is rewritten more briefly. */
  drift_per_kchar: rate,
  drift_free_kchars: z.number().nonnegative(),
  drift_cap: rate,
  /** List items in such a passage. */
  drift_items: z.number().int().min(1).max(20),
  /** Chance, per item of it, of not coming through. */
  drift_loss: rate,
  /** Chance of placing an edit behind a certain line instead of at the end of a section. */
  insert_after: rate,
  /** Chance of putting a lesson into a new reference, with its link. */
  reference: rate,
  /** Chance of an anchor that is quoted from memory and does not stand in the file. */
  paraphrased_anchor: rate,
  /** Chance of an edit to a file outside of the skill. */
  out_of_tree: rate,
  /** Chance of a new reference that nothing links. */
  unlinked_reference: rate,
  /** Tidying a skill, chance of seeing each statement that is repeated or lost its condition. */
  tidies: rate,
});

const merger = z.strictObject({
  /** Chance of keeping an edit of one task in a call with a single edit. */
  recall: rate,
  /** Further edits in the call at which that chance has halved; at three times as many it is a quarter, and so on. */
  recall_half_edits: z.number().positive(),
  /** Share of losses that are stated, with a reason. */
  stated_loss: rate,
  /** Told which edits vanished from its reply, chance of leaving one out again. */
  vanishes_again: rate,
  /** Told so, chance of keeping one instead of dropping it with a reason. */
  taken_back: rate,
  /** Chance that a duplicate stays beside its twin. */
  duplicate_failure: rate,
  /** Chance that a rule without its condition wins over its counterpart. */
  conflict_error: rate,
  /** Chance of a reply that names an unknown edit or forgets where one comes from. */
  bad_ids: rate,
  /** Chance, asked about one conflict, of uniting both sides under their conditions. */
  unites: rate,
});

export const personaSchema = z.strictObject({
  /** Served model name and name in keys. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "expected letters, digits, dot, dash or underscore (at most 80)"),
  rollout,
  error_analyst: errorAnalyst,
  success_analyst: successAnalyst,
  patch_writer: patchWriter,
  merger,
  translator: z.strictObject({
    /** Chance of finding the place that was meant. */
    finds: rate,
    /** Chance of changing the content along with the anchor. */
    changes_content: rate,
  }),
  validator: z.strictObject({
    /** Chance per call of mending what the findings name. */
    mends: rate,
  }),
  drafter: z.strictObject({
    /** Chance, per lesson of the world, of knowing it beforehand. */
    knows: rate,
    /** Chance, per lesson that a given log shows, of putting it into the draft. */
    learns: rate,
  }),
  replies: z.strictObject({
    /** Chance per reply to a single call of JSON that cannot be read. */
    unreadable: rate,
  }),
});
export type Persona = z.infer<typeof personaSchema>;
