import type { Guidance as AgentGuidance } from "../agent/agent-prompts.ts";
import type { ProgramFile } from "../agent/command/read-program.ts";
import type { Agent, Benchmark, Model, Sandbox } from "../core/contract.ts";
import type { Json } from "../core/json.ts";
import type { LimitsSpec, ModelAgentSpec, ModelSpec } from "../core/spec.ts";
import type { Skill } from "../skill/read-skill.ts";
import type { Store } from "../store/store.ts";

/** A model as configured, with the identity that enters keys (never a URL or key). */
export interface ConfiguredModel {
  readonly spec: ModelSpec;
  readonly model: Model;
  readonly identity: { readonly name: string; readonly [key: string]: Json | undefined };
}

/** An agent kind, its resolved options and the prompt files they use. */
export interface ConfiguredAgent {
  readonly agent: Agent;
  readonly options: Json;
  /** Absolute paths of prompt templates, by the name the agent asks for. */
  readonly prompts: Readonly<Record<string, string>>;
}

/** The implementations an experiment is made of. cli.ts chooses them; nothing in this folder reads the environment. */
export interface Parts {
  readonly store: Store;
  readonly resultsDir: string;
  readonly projectRoot: string;
  readonly version: string;
  readonly commit: string | undefined;
  readonly benchmarks: Readonly<Record<string, Benchmark>>;
  readonly dataDir: (benchmark: string) => string;
  readonly sandbox: Sandbox;
  readonly agents: Readonly<Record<string, Agent>>;
  /** `program`: paths of the files of an agent that is a program of its own. */
  readonly configureAgent: (
    spec: ModelAgentSpec,
    limits: LimitsSpec,
    guidance: AgentGuidance,
    program?: readonly string[],
  ) => ConfiguredAgent;
  /** Files of somebody else's program, from a folder; `whose` names it and its setting. Throws UsageError for one that cannot be shown to a sandbox. */
  readonly readProgram: (path: string, whose?: string) => Promise<readonly ProgramFile[]>;
  readonly models: ReadonlyMap<string, ConfiguredModel>;
  readonly readSkill: (path: string) => Promise<Skill>;
}
