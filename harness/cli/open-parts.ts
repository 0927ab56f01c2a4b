import { join, resolve } from "node:path";
import pLimit from "p-limit";
import { benchmarks } from "../../benchmarks/index.ts";
import { agentPrompts } from "../agent/agent-prompts.ts";
import { commandAgent } from "../agent/command/command-agent.ts";
import { resolveCommandOptions } from "../agent/command/command-options.ts";
import { readProgram } from "../agent/command/read-program.ts";
import { reactAgent } from "../agent/react-agent.ts";
import { resolveReactOptions } from "../agent/react-options.ts";
import type { Agent, Blobs, Model, Sandbox } from "../core/contract.ts";
import { anyKind, type UnitKinds } from "../engine/executor.ts";
import { interruptible } from "../engine/interruptible-kind.ts";
import { recalculateKind } from "../evaluate/recalculate-submission.ts";
import { nopKind, oracleKind } from "../evaluate/reference-agents.ts";
import { rolloutKind } from "../evaluate/rollout.ts";
import { scoreKind } from "../evaluate/score.ts";
import { analysisKind } from "../evolve/analysis/analysis-unit.ts";
import { embedKind } from "../evolve/bank/embed-unit.ts";
import { callKind } from "../evolve/call/call-unit.ts";
import { allForms } from "../evolve/forms.ts";
import { programKind } from "../evolve/program/program-unit.ts";
import type { ConfiguredModel, Parts } from "../experiment/parts.ts";
import { readSkill } from "../skill/read-skill.ts";
import type { Journals } from "../store/journals.ts";
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
    readProgram: (path, whose) => {
      const folder = resolve(context.projectRoot, path);
      // Read once a run: all arms and solvers are measured with the same bytes.
      const found = programs.get(folder) ?? readProgram(folder, whose);
      programs.set(folder, found);
      return found;
    },
    readSkill: (path) => readSkill(resolve(context.projectRoot, path)),
  };
}

/** The unit kinds this program can run, over a store, a sandbox and models. `slots` bounds the episodes that hold a sandbox at once. */
export function unitKinds(
  parts: Pick<Parts, "sandbox" | "models" | "benchmarks"> & { readonly store: { readonly blobs: Blobs; readonly journals: Journals } },
  slots: number,
): UnitKinds {
  const { blobs, journals } = parts.store;
  const { benchmarks: known } = parts;
  const slot = pLimit(slots);
  const recalculations = pLimit(2);
  const recalculation = recalculateKind({ blobs, sandbox: parts.sandbox, timeoutMs: 60_000 });
  const configured = (name: string) => {
    const found = parts.models.get(name);
    if (found === undefined) throw new TypeError(`model ${name} is not configured in this process`);
    return found;
  };
  const identity = (name: string) => configured(name).identity;
  const { sandbox } = parts;
  /** What kinds that call models need, over models used as they are told. */
  const through = (keep: (model: Model) => Model) => ({ blobs, identity, model: (name: string) => keep(configured(name).model) });
  const kinds = [
    anyKind(interruptible(journals, (keep) => rolloutKind({ ...through(keep), sandbox, agents, slot }))),
    anyKind(interruptible(journals, (keep) => analysisKind({ ...through(keep), sandbox, agents, benchmarks: known, slot }))),
    anyKind(interruptible(journals, (keep) => callKind({ ...through(keep), forms: allForms }))),
    anyKind(interruptible(journals, (keep) => programKind({ ...through(keep), sandbox, forms: allForms, slot }))),
    anyKind(interruptible(journals, (keep) => embedKind(through(keep)))),
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
