import { agentPrompts } from "../../agent/agent-prompts.ts";
import { act, promptTexts } from "../../agent/episode.fixture.ts";
import { reactAgent } from "../../agent/react-agent.ts";
import { resolveReactOptions } from "../../agent/react-options.ts";
import { type ScriptedModel, type ScriptedReply, scriptedModel } from "../../agent/scripted-model.ts";
import type { Blobs, Recheck, Sandbox } from "../../core/contract.ts";
import type { AnalysisResult } from "../../core/evolution.ts";
import { canonicalJson, hashJson } from "../../core/json.ts";
import { type Step, type Submission, type Task, type TrajectoryRecord, trajectorySchema } from "../../core/record.ts";
import type { Sealed } from "../../core/sealed.ts";
import { limitsSpecSchema, reactSpecSchema } from "../../core/spec.ts";
import { type ArmRecord, armKey } from "../../evaluate/arm.ts";
import { readJsonBlob } from "../../store/blobs.ts";
import { readCase } from "./analysis-case.ts";
import { type AnalysisSpec, analysisSpec, analystRecord, episodeRecordSchema } from "./analysis-record.ts";
import { type AnalysisDeps, analysisKind } from "./analysis-unit.ts";
import { type Certificate, certifyFix } from "./certify-fix.ts";
import { numbers, sumRechecks, sums, sumTask } from "./sums.fixture.ts";

const react = reactSpecSchema.parse({ kind: "react" });
const box = { memoryMb: 512, diskMb: 64, processes: 48, cpuSeconds: 30, outputBytes: 65_536, wallSeconds: 120 };
const usage = { calls: 1, promptTokens: 1, completionTokens: 1, reasoningTokens: 0, cachedTokens: 0 };

export interface CaseOptions {
  readonly form?: "file" | "words";
  readonly maxTurns?: number;
  readonly rechecks?: readonly Recheck[];
  readonly task?: { readonly task: Task; readonly sealed: Sealed };
  readonly runSeconds?: number;
}

/** The spec of an analysis of the fixture's failed episode: an agent that added up only the first three of four numbers. */
export async function sumSpec(blobs: Blobs, sandbox: Sandbox, options: CaseOptions = {}): Promise<AnalysisSpec> {
  const form = options.form ?? "file";
  const limits = limitsSpecSchema.parse({ max_turns: options.maxTurns ?? 12, command_timeout_s: 20 });
  const resolved = resolveReactOptions(react, limits);
  const toolchain = await sandbox.manifest();
  const put = (value: unknown) => blobs.put(Buffer.from(typeof value === "string" ? value : canonicalJson(value)));
  const prompts: Record<string, string> = {};
  for (const [name, text] of Object.entries({ ...(await promptTexts(react, limits)), task: "{{instruction}} For the shop {{shop}}." }))
    prompts[name] = await put(text);
  const skillText = "---\nname: sums\ndescription: Adding up.\n---\n# Adding up\n\nAdd with care.\n";
  const skill = [{ path: "SKILL.md", blob: await put(skillText), bytes: skillText.length }];
  const solver: ArmRecord = {
    v: 1,
    agent: { id: reactAgent.id, rev: reactAgent.rev, options: resolved },
    prompts,
    skill: null,
    model: { name: "solver" },
    sampling: {},
    box,
    toolchain,
    harvest: form === "file" ? [{ path: "output.txt", maxBytes: 1000 }] : [],
  };
  const { key: analyst } = await analystRecord(blobs, {
    agent: { agent: reactAgent, options: resolved, prompts: agentPrompts(resolved, { skill: false }) },
    identity: { name: "analyst" },
    sampling: {},
    box,
    toolchain,
    maxLessons: 3,
    runSeconds: options.runSeconds ?? 10,
  });
  const { task, sealed } = options.task ?? (await sumTask(blobs, numbers, form));
  const all = await sumRechecks(blobs);
  const submission: Submission =
    form === "file"
      ? { files: [{ path: "output.txt", blob: await put("total=35\n"), bytes: 9 }], exit: "completed" }
      : { answer: "35", files: [], exit: "completed" };
  await put(solver);
  return analysisSpec(blobs, {
    benchmark: "sums",
    scorer: { id: "exact", rev: 3, toolchain: hashJson({ reader: "sums" }) },
    recalculate: null,
    task: await put(task),
    sealed: await put(sealed),
    trajectory: await put(failedEpisode(form)),
    submission,
    solverArm: armKey(solver),
    rechecks: options.rechecks ?? (form === "file" ? [all.sibling, all.remark, all.changed] : []),
    skill,
    analyst,
    seed: 41,
  });
}

function failedEpisode(form: "file" | "words"): TrajectoryRecord {
  const step = (turn: number, part: Partial<Step>): Step => ({ turn, reply: "", finishReason: "stop", usage, ...part });
  const ran = (turn: number, command: string, observation: string): Step =>
    step(turn, {
      reply: act(command),
      thought: "next",
      action: { tool: "bash", arguments: { command } },
      observation,
      command: { exitCode: 0, timedOut: false, droppedBytes: 0, elidedChars: 0 },
    });
  const sum = "head -3 input.txt | paste -sd+ | bc";
  return trajectorySchema.parse({
    v: 1,
    agent: "react",
    system: "You work with files.",
    user: "Add up the numbers in input.txt. For the shop Acme.",
    steps: [
      ran(1, "head -3 input.txt | tee seen.txt", "10\n20\n5"),
      ran(
        2,
        form === "file" ? `echo total=$(${sum}) > output.txt` : sum,
        form === "file" ? "[The command ended without any output]" : "35",
      ),
      step(3, { reply: form === "file" ? "Done.\nACTION: TASK_COMPLETE" : "35\nACTION: TASK_COMPLETE", event: "completed" }),
    ],
    exit: "completed",
  });
}

export interface Analysed {
  readonly result: AnalysisResult;
  readonly analyst: ScriptedModel;
  readonly solver: ScriptedModel;
}

export function analysisDeps(blobs: Blobs, sandbox: Sandbox, models: Readonly<Record<string, ScriptedModel>>): AnalysisDeps {
  return {
    blobs,
    sandbox,
    agents: { react: reactAgent },
    benchmarks: { sums },
    model: (name) => models[name] ?? scriptedModel([]),
    identity: (name) => ({ name }),
    slot: (work) => work(),
  };
}

/** Runs one analysis against what analyst and solver say. */
export async function analyse(
  blobs: Blobs,
  sandbox: Sandbox,
  said: { readonly analyst: readonly ScriptedReply[]; readonly solver?: readonly ScriptedReply[] },
  options: CaseOptions = {},
): Promise<Analysed> {
  const spec = await sumSpec(blobs, sandbox, options);
  const models = { analyst: scriptedModel(said.analyst), solver: scriptedModel(said.solver ?? []) };
  const { result } = await analysisKind(analysisDeps(blobs, sandbox, models)).run(spec, new AbortController().signal);
  return { result, ...models };
}

/** Certifies a fix of the fixture's task as a reviewer would, without an analyst. */
export async function certify(blobs: Blobs, sandbox: Sandbox, fix: string, options: CaseOptions = {}): Promise<Certificate> {
  const { episode } = await sumSpec(blobs, sandbox, options);
  const given = await readCase(episodeRecordSchema.parse(await readJsonBlob(blobs, episode)), { sums }, blobs);
  const { skill, solver, recalculate } = given;
  const place = { sandbox, blobs, limits: box, runSeconds: options.runSeconds ?? 10, skill, harvest: solver.harvest, recalculate };
  return certifyFix(Buffer.from(`${fix}\n`), given, place, new AbortController().signal);
}

const lesson = (content: string) => ({ title: "Read all lines", description: "When a sum is asked for.", content, relation: "missing" });

/** A report in good order; parts may be replaced. */
export function report(part: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    causes: [lesson("Only the top of the file was read, and the number of lines was never looked at.")],
    lessons: [lesson("Count the lines of a file before adding up, and read it to its end.")],
    fix: "It reads the whole file.",
    ...part,
  };
}

export const honestFix = "grep -v '^#' input.txt | paste -sd+ | sed 's/^/echo $((/; s/$/))/' | bash | sed 's/^/total=/' > output.txt";
export const done = "It is all there.\nACTION: TASK_COMPLETE";

/** A turn that writes the report, and the fix when there is one. */
export function hand(fix: string | undefined, handedIn: Readonly<Record<string, unknown>> | string = report()): string {
  const text = typeof handedIn === "string" ? handedIn : JSON.stringify(handedIn);
  const script = fix === undefined ? "" : `cat > fix.sh <<'END_OF_FIX'\n${fix}\nEND_OF_FIX\n`;
  return act(`${script}cat > report.json <<'END_OF_REPORT'\n${text}\nEND_OF_REPORT`);
}
