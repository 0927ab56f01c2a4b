import { join, resolve } from "node:path";
import pLimit from "p-limit";
import { benchmarks } from "../../benchmarks/index.ts";
import { agentPrompts } from "../agent/agent-prompts.ts";
import { commandAgent } from "../agent/command/command-agent.ts";
import { resolveCommandOptions } from "../agent/command/command-options.ts";
import { readProgram } from "../agent/command/read-program.ts";
import { reactAgent } from "../agent/react-agent.ts";
import { resolveReactOptions } from "../agent/react-options.ts";
import type { Agent, Blobs, Sandbox } from "../core/contract.ts";
import { anyKind, type UnitKinds } from "../engine/executor.ts";
import { recalculateKind } from "../evaluate/recalculate-submission.ts";
import { nopKind, oracleKind } from "../evaluate/reference-agents.ts";
import { rolloutKind } from "../evaluate/rollout.ts";
import { scoreKind } from "../evaluate/score.ts";
import { analysisKind } from "../evolve/analysis/analysis-unit.ts";
import { embedKind } from "../evolve/bank/embed-unit.ts";
import { callKind } from "../evolve/call/call-unit.ts";
import { allForms } from "../evolve/forms.ts";
import type { ConfiguredModel, Parts } from "../experiment/parts.ts";
import { readSkill } from "../skill/read-skill.ts";
import { openStore } from "../store/store.ts";
import { type CliContext, commitOf, dataDir } from "./context.ts";

export const agents: Readonly<Record<string, Agent>> = { [reactAgent.id]: reactAgent, [commandAgent.id]: commandAgent };

/** Puts the program's implementations together for one results folder. */
export function openParts(
  context: CliContext,
  options: { readonly resultsDir: string; readonly sandbox: Sandbox; readonly models: ReadonlyMap<string, ConfiguredModel> },
): Parts {
  const programs = new Map<string, ReturnType<Parts["readProgram"]>>();
  return {
    store: openStore(options.resultsDir),
    resultsDir: options.resultsDir,
    projectRoot: context.projectRoot,
    version: context.version,
    commit: commitOf(context.projectRoot),
    benchmarks,
    dataDir: (benchmark) => dataDir(context, benchmark),
    sandbox: options.sandbox,
    agents,
    configureAgent(spec, limits, guidance, program = []) {
      if (spec.kind === "command") return { agent: commandAgent, options: resolveCommandOptions(spec, limits, program), prompts: {} };
      const resolved = resolveReactOptions(spec, limits);
      return { agent: reactAgent, options: resolved, prompts: agentPrompts(resolved, guidance) };
    },
    models: options.models,
    readProgram: (path) => {
      const folder = resolve(context.projectRoot, path);
      // Read once a run: all arms and solvers are measured with the same bytes.
      const found = programs.get(folder) ?? readProgram(folder);
      programs.set(folder, found);
      return found;
    },
    readSkill: (path) => readSkill(resolve(context.projectRoot, path)),
  };
}

/** The unit kinds this program can run, over a store, a sandbox and models. `slots` bounds the episodes that hold a sandbox at once. */
export function unitKinds(
  parts: Pick<Parts, "sandbox" | "models" | "benchmarks"> & { readonly store: { readonly blobs: Blobs } },
  slots: number,
): UnitKinds {
  const { blobs } = parts.store;
  const { benchmarks: known } = parts;
  const slot = pLimit(slots);
  const recalculations = pLimit(2);
  const recalculation = recalculateKind({ blobs, sandbox: parts.sandbox, timeoutMs: 60_000 });
  const configured = (name: string) => {
    const found = parts.models.get(name);
    if (found === undefined) throw new TypeError(`model ${name} is not configured in this process`);
    return found;
  };
  const model = (name: string) => configured(name).model;
  const identity = (name: string) => configured(name).identity;
  const kinds = [
    anyKind(rolloutKind({ blobs, sandbox: parts.sandbox, agents, model, identity, slot })),
    anyKind(analysisKind({ blobs, sandbox: parts.sandbox, agents, benchmarks: known, model, identity, slot })),
    anyKind(callKind({ blobs, model, identity, forms: allForms })),
    anyKind(embedKind({ blobs, model, identity })),
    anyKind(oracleKind({ blobs, benchmarks: known })),
    anyKind(nopKind({ blobs, benchmarks: known })),
    anyKind(scoreKind({ blobs, benchmarks: known })),
    anyKind({ ...recalculation, run: (spec, signal) => recalculations(() => recalculation.run(spec, signal)) }),
  ];
  return new Map(kinds.map((kind) => [kind.kind, kind]));
}

/** Paths an agent must not see even when they lie below a folder that its sandbox shows. */
export function hiddenPaths(context: CliContext, results: string): string[] {
  return [
    context.projectRoot,
    results,
    ...Object.keys(benchmarks).map((id) => dataDir(context, id)),
    join(context.projectRoot, "benchmarks"),
  ];
}
