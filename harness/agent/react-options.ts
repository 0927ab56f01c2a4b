import { z } from "zod";
import type { LimitsSpec, ReactSpec } from "../core/spec.ts";
import { imageLibrary } from "./pictures/image-library.ts";

/**
 * Every switch of the ReAct loop, flat. This JSON is AgentInput.options and part of the arm's key, so it holds no preset name:
 * two ways of writing the same settings share their episodes. Only what changes a prompt, the reply format or a score is a switch.
 */
export const reactOptionsSchema = z.strictObject({
  /** `text`: Thought/Action/Observation in plain messages. `tools`: native tool calls. */
  protocol: z.enum(["text", "tools"]),
  /** `tokens`: `Action:` stands at a line start, JSON is really tokenised, an action outranks a completion signal in the same reply. `as-released`: marker and signal anywhere, braces counted blindly, the signal outranks the action. */
  reply_parser: z.enum(["tokens", "as-released"]),
  /** `explicit`: only the signal ends an episode; empty, cut and filtered replies are told apart. `any-reply-without-action`: whatever carries no action ends it. */
  completion: z.enum(["explicit", "any-reply-without-action"]),
  /** Text protocol: try unreadable JSON again with every ' turned into ". */
  quote_swap: z.boolean(),
  /** `arguments` that are not an object: a format error, or the end of the episode. */
  bad_arguments: z.enum(["format-error", "end-episode"]),
  /** Whether an unreadable reply uses up a turn. */
  format_errors_burn_turns: z.boolean(),
  /** Text protocol: `exact` names problem and position; `generic` repeats the format (with the release's doubled braces). */
  format_feedback: z.enum(["exact", "generic"]),
  /** Unreadable replies since the last usable one before exit `format-errors`; null: no bound but the turns. */
  max_format_errors: z.number().int().min(1).nullable(),
  /** Empty replies since the last usable one before exit `empty-replies`; null where an empty reply completes. */
  max_empty_replies: z.number().int().min(1).nullable(),
  /** Replies cut by the model's output limit since the last usable one before exit `reply-too-long`; null where finish reasons are ignored. */
  max_cut_replies: z.number().int().min(1).nullable(),
  /** Code points of an observation shown; a longer one keeps its first and its last half of this many. */
  observation_chars: z.number().int().min(2),
  /** What stands in the gap: the number of missing characters, with or without how to read them. */
  cut_notice: z.enum(["with-hint", "count-only"]),
  /** What a timed-out command printed so far. */
  timeout_output: z.enum(["keep", "discard"]),
  /** A request beyond the context window: shorten the oldest observations once and ask again, or end. */
  context_overflow: z.enum(["shorten-once", "end"]),
  max_turns: z.number().int().min(1),
  command_timeout_s: z.number().positive(),
  episode_minutes: z.number().positive(),
  /** Prompt plus completion tokens after which no further call is made; null: unlimited. */
  max_tokens: z.number().int().positive().nullable(),
  /** Absent: bash in a sandbox. `none`: no sandbox, and without `view` the first reply is the answer. */
  tools: z.literal("none").optional(),
  /** Absent: no tool `view`. */
  view: z.literal(true).optional(),
  /** Longest side of a picture as it is sent, in pixels; absent: pictures are sent as they are. */
  image_max_side: z.number().int().positive().optional(),
  /** What crops and resizes pictures, with its version; absent where nothing does. */
  image_library: z.string().optional(),
});
export type ReactOptions = z.infer<typeof reactOptionsSchema>;

/** Names of the tools that act; completion is not among them. Empty: the first reply is the answer. */
export function toolsOf({ tools, view }: Pick<ReactOptions, "tools" | "view">): readonly ("bash" | "view")[] {
  return [...(tools === "none" ? [] : (["bash"] as const)), ...(view === true ? (["view"] as const) : [])];
}

type Preset = Omit<
  ReactOptions,
  | "protocol"
  | "max_empty_replies"
  | "max_cut_replies"
  | "max_turns"
  | "command_timeout_s"
  | "episode_minutes"
  | "max_tokens"
  | "tools"
  | "view"
  | "image_max_side"
  | "image_library"
>;

const unreadableRepliesInARow = 5;
const speechlessRepliesInARow = 3;

const presets: Readonly<Record<ReactSpec["preset"], Preset>> = {
  mended: {
    reply_parser: "tokens",
    completion: "explicit",
    quote_swap: false,
    bad_arguments: "format-error",
    format_errors_burn_turns: false,
    format_feedback: "exact",
    max_format_errors: unreadableRepliesInARow,
    observation_chars: 6000,
    cut_notice: "with-hint",
    timeout_output: "keep",
    context_overflow: "shorten-once",
  },
  "as-released": {
    reply_parser: "as-released",
    completion: "any-reply-without-action",
    quote_swap: true,
    bad_arguments: "end-episode",
    format_errors_burn_turns: true,
    format_feedback: "generic",
    max_format_errors: null,
    observation_chars: 6000,
    cut_notice: "count-only",
    timeout_output: "discard",
    context_overflow: "end",
  },
};

/**
 * The options of an arm: its preset, then the keys written beside it, then the limits. An episode always ends: where unreadable replies are free
 * or replies may be neither action nor completion, a bound in a row is put in even when the preset has none.
 */
export function resolveReactOptions(spec: ReactSpec, limits: LimitsSpec): ReactOptions {
  const preset = presets[spec.preset];
  const completion = spec.completion ?? preset.completion;
  const burn = spec.format_errors_burn_turns ?? preset.format_errors_burn_turns;
  const speechless = completion === "explicit" ? speechlessRepliesInARow : null;
  const pictures = spec.view === true || spec.image_max_side !== undefined;
  return {
    ...preset,
    // Without tools nothing is called either way: both spellings are the same arm.
    protocol: spec.tools === "none" && spec.view !== true ? "text" : spec.protocol,
    completion,
    quote_swap: spec.quote_swap ?? preset.quote_swap,
    format_errors_burn_turns: burn,
    max_format_errors: spec.max_format_errors ?? preset.max_format_errors ?? (burn ? null : unreadableRepliesInARow),
    max_empty_replies: speechless,
    max_cut_replies: speechless,
    observation_chars: spec.observation_chars ?? preset.observation_chars,
    max_turns: limits.max_turns,
    command_timeout_s: limits.command_timeout_s,
    episode_minutes: limits.episode_minutes,
    max_tokens: limits.max_tokens ?? null,
    ...(spec.tools === "none" ? { tools: "none" } : {}),
    ...(spec.view === true ? { view: true } : {}),
    ...(spec.image_max_side === undefined ? {} : { image_max_side: spec.image_max_side }),
    ...(pictures ? { image_library: imageLibrary } : {}),
  };
}
