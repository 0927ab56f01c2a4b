import type { Agent, Blobs, Model, Sandbox } from "../../core/contract.ts";
import { UsageError } from "../../core/errors.ts";
import { type Hash, hashJson } from "../../core/json.ts";
import type { CallMeta, Step, Submission } from "../../core/record.ts";
import { openArmBox } from "../../evaluate/open-arm-box.ts";
import { type AnalysisCase, isPass } from "./analysis-case.ts";

export interface RestartPlace {
  readonly sandbox: Sandbox;
  readonly blobs: Blobs;
  readonly agents: Readonly<Record<string, Agent>>;
  readonly model: (name: string) => Model;
  readonly identity: (name: string) => unknown;
  readonly seed: number;
  /** Told of calls and steps of the solver, also of one that is cut off. */
  readonly spend: (calls: readonly CallMeta[], steps: readonly Step[]) => void;
}

/** `how` is a clause for the analyst. */
export type RestartCertificate = { readonly ok: true } | { readonly ok: false; readonly how: string };

const answerChars = 500;

/**
 * Takes the solver back to a turn of its own episode, with the correction as the only thing added, in a clean box without any reference, and has its new answer judged by the
 * benchmark's own scorer. Throws infrastructure errors only.
 */
export async function certifyRestart(
  restart: { readonly turn: number; readonly correction: string },
  given: AnalysisCase,
  place: RestartPlace,
  signal: AbortSignal,
): Promise<RestartCertificate> {
  const { solver, task, trajectory } = given;
  const { blobs } = place;
  const agent = place.agents[solver.agent.id];
  if (agent === undefined || agent.rev !== solver.agent.rev)
    throw new TypeError(`agent ${solver.agent.id} revision ${solver.agent.rev} is not in this program`);
  if (hashJson(solver.model) !== hashJson(place.identity(solver.model.name)))
    throw new UsageError(`model ${solver.model.name} is configured differently here than when the episode was made`);
  const text = async (hash: Hash): Promise<string> => Buffer.from(await blobs.get(hash)).toString("utf8");
  const prompts: Record<string, string> = {};
  for (const [name, hash] of Object.entries(solver.prompts)) prompts[name] = await text(hash);
  await using box = await openArmBox(place, solver, task, signal);
  let seen: { readonly calls: readonly CallMeta[]; readonly steps: readonly Step[] } = { calls: [], steps: [] };
  try {
    const run = await agent.run(
      {
        task,
        prompts,
        options: solver.agent.options,
        harvest: solver.harvest,
        skill: solver.skill === null ? undefined : { name: solver.skill.name, body: await text(solver.skill.body) },
        // The notes themselves stand in the system prompt of the trajectory.
        notes: solver.notes === undefined ? undefined : { kind: solver.notes.kind, text: "" },
        toolchain: solver.toolchain ?? undefined,
        model: place.model(solver.model.name),
        sampling: solver.sampling,
        apiSeed: place.seed,
        box,
        images: (hash) => blobs.get(hash),
        keepImage: (png) => blobs.put(png),
        signal,
        resume: { trajectory, ...restart },
      },
      (partial, calls) => {
        seen = { calls, steps: partial.steps };
      },
    );
    const submission: Submission = { answer: run.answer, files: [], exit: run.exit };
    const outcome = await given.scorer.score(task, given.sealed, submission, blobs, signal);
    if (isPass(outcome)) return { ok: true };
    const answer = run.answer === undefined ? "without an answer" : `with the answer ${JSON.stringify(run.answer.slice(0, answerChars))}`;
    return { ok: false, how: `it ended (${run.exit}) ${answer}, which is not right` };
  } finally {
    place.spend(seen.calls, seen.steps);
  }
}
