import type { Json } from "../../core/json.ts";
import { noUsage, type Step, type TrajectoryRecord } from "../../core/record.ts";

/** A tool's use as a log has it. */
export interface LoggedCall {
  readonly id?: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, Json>>;
}

/** One message of the agent. */
export interface LoggedReply {
  readonly text: string;
  readonly reasoning?: string;
  readonly calls: readonly LoggedCall[];
  readonly event?: Step["event"];
}

/** Turns as they are read, one after the other. A reply with several calls becomes as many turns: each has an action and what came back. */
export interface Turns {
  reply(reply: LoggedReply): void;
  /** What a call gave back. One whose call is not known belongs to the first call that still waits, else to the last turn. */
  result(id: string | undefined, text: string): void;
  /** What the user, or the program in the user's place, said later. */
  told(text: string): void;
  readonly steps: readonly Step[];
  /** Results and messages that came before any turn and so belong to none. */
  readonly homeless: number;
}

type OpenStep = { -readonly [K in keyof Step]: Step[K] };

/** Begins with no turn. */
export function openTurns(): Turns {
  const steps: OpenStep[] = [];
  const waiting = new Map<string, OpenStep>();
  let homeless = 0;
  const add = (step: Partial<OpenStep>): OpenStep => {
    const made: OpenStep = { turn: steps.length + 1, reply: "", finishReason: "", usage: noUsage, ...step };
    steps.push(made);
    return made;
  };
  const observe = (step: OpenStep | undefined, text: string): void => {
    if (step === undefined) homeless += 1;
    else step.observation = step.observation === undefined ? text : `${step.observation}\n\n${text}`;
  };
  return {
    reply({ text, reasoning, calls, event }) {
      const said = {
        reply: text,
        ...(reasoning === undefined || reasoning === "" ? {} : { reasoning }),
        ...(event === undefined ? {} : { event }),
      };
      if (calls.length === 0 && (text.trim() !== "" || reasoning !== undefined || event !== undefined)) add(said);
      for (const [i, call] of calls.entries()) {
        const { action, aside } = actionOf(call);
        const thought = [i === 0 ? thoughtOf(text) : "", aside].filter((one) => one !== "").join("\n\n");
        const made = add({ ...(i === 0 ? said : {}), ...(thought === "" ? {} : { thought }), action });
        waiting.set(call.id ?? `turn ${made.turn}`, made);
      }
    },
    result(id, text) {
      const own = id === undefined ? undefined : waiting.get(id);
      const next = own ?? steps.find((step) => step.action !== undefined && step.observation === undefined) ?? steps.at(-1);
      observe(next, text);
    },
    told: (text) => observe(steps.at(-1), `[The user said:]\n${text}`),
    steps,
    get homeless() {
      return homeless;
    },
  };
}

/** The words before the call, where a reply of the text protocol repeats it. */
function thoughtOf(text: string): string {
  const call = /^[ \t>*_#`-]*action[ \t]*:/im.exec(text);
  return (call === null ? text : text.slice(0, call.index)).replace(/^\s*thought:\s*/i, "").trim();
}

const shells = /^(?:bash|shell|sh|terminal|exec_command|execute_bash|run_command|run_shell_command|local_shell)$/i;

/** A shell goes by many names; analysts read a command best as a command. What an agent wrote beside it for people is told as its words. */
function actionOf({ tool, arguments: given }: LoggedCall): { readonly action: NonNullable<Step["action"]>; readonly aside: string } {
  const { command, description, ...others } = given;
  const text = typeof command === "string" ? command : commandLine(command);
  if (!shells.test(tool) || text === undefined || (description !== undefined && typeof description !== "string"))
    return { action: { tool, arguments: { ...given } }, aside: "" };
  return { action: { tool: "bash", arguments: { command: text, ...others } }, aside: description ?? "" };
}

/** `["bash", "-lc", "ls"]` is `ls`. */
function commandLine(words: Json | undefined): string | undefined {
  if (!Array.isArray(words)) return undefined;
  const parts = words.filter((word): word is string => typeof word === "string");
  if (parts.length === 0 || parts.length !== words.length) return undefined;
  const [shell = "", flag = "", script] = parts;
  return parts.length === 3 && /(?:^|\/)(?:ba|z)?sh$/.test(shell) && /^-l?c$/.test(flag) ? script : parts.join(" ");
}

/** A trajectory of turns. A log that ends with words and no call ended by itself; of any other it is not known how it ended. */
export function trajectoryOf(agent: string, system: string, user: string, steps: readonly Step[]): TrajectoryRecord {
  const last = steps.at(-1);
  const ended = last !== undefined && last.action === undefined && last.event === undefined;
  return { v: 1, agent, system, user, steps: [...steps], ...(ended ? { exit: "completed-implicit" as const } : {}) };
}
