import { sha256 } from "../../core/json.ts";
import { mixOf, type ProtocolCard } from "../../core/protocol-card.ts";

/** A protocol card for tests, of an experiment with one benchmark, one real model and one learned arm. */
export function exampleCard(more: Partial<ProtocolCard> = {}): ProtocolCard {
  const tasks = Array.from({ length: 4 }, (_, i) => ({ cluster: `${i >> 1}`, type: "cell", flags: i === 0 ? ["in-evolve-split"] : [] }));
  const set = {
    benchmark: "bench",
    rev: 1,
    form: "file",
    synthetic: false,
    prompts: { prompt: sha256("p"), role: sha256("r") },
    mix: mixOf(tasks),
  };
  return {
    v: 1,
    experiment: "one",
    measured: [
      {
        ...set,
        split: "sample",
        data: sha256("data"),
        subset: null,
        chosen: "all",
        attempts: 1,
        recalculate: null,
        scorer: "strict",
        scorers: [{ id: "strict", rev: 3, toolchain: sha256("t") }],
      },
    ],
    learnedFrom: [{ ...set, split: "evolve", data: sha256("other data") }],
    arms: [
      { name: "none", guidance: "none", skill: null, start: null, learning: null },
      { name: "evolved", guidance: "evolved by m", skill: sha256("made"), start: sha256("start"), learning: { merge: { batch_size: 32 } } },
    ],
    solvers: [{ name: "m", identity: { name: "m", revision: "1" }, sampling: { temperature: 1 }, simulated: false }],
    roles: { merger: ['m, {"temperature":1}'] },
    agents: [{ id: "react", rev: 2, maxTurns: 100, options: { max_turns: 100, protocol: "text" }, limits: { memoryMb: 2048 } }],
    prompts: { "agent/system-text": sha256("s"), "evolve/consolidate/merge": sha256("m") },
    seeds: { rollout: [41, 42, 43], evolution: [41] },
    replicas: 1,
    sandbox: "bubblewrap",
    toolchain: { node: "20", python: "3.12", packages: {} },
    simulated: { models: [], tasks: [] },
    made: { version: "0.1.0", commit: "abc", node: "v20" },
    ...more,
  };
}
