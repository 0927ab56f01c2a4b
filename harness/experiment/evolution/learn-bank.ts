import { join } from "node:path";
import type { Hash } from "../../core/json.ts";
import { all } from "../../engine/all.ts";
import { type Bank, buildBank, renderBank } from "../../evolve/bank/bank.ts";
import { endpointEmbedder } from "../../evolve/bank/endpoint-embedder.ts";
import { lexicalEmbedder } from "../../evolve/bank/lexical-embedder.ts";
import { queryText } from "../../evolve/bank/query-text.ts";
import { renderNotes } from "../../evolve/bank/render-notes.ts";
import { retrieve } from "../../evolve/bank/retrieve.ts";
import { replaceFile } from "../../store/durable.ts";
import type { ResolvedTask } from "../resolve-tasks.ts";
import { playRole } from "./author-roles.ts";
import type { Evolution } from "./evolution.ts";
import { joinStudies } from "./join-studies.ts";
import type { Learning, Outcome } from "./learning.ts";
import type { TrajectorySpec } from "./settings.ts";
import type { Study } from "./study.ts";
import { studyEpisodes } from "./study-episodes.ts";
import { evolutionDir } from "./write-artifacts.ts";

type BankSpec = Extract<TrajectorySpec, { kind: "bank" }>;

/** A bank of the lessons of all trajectories; every task gets those of the trajectories whose tasks are most like it. Throws StoreError when there is no lesson at all. */
export async function learnBank(learning: Learning, guidance: BankSpec): Promise<Outcome> {
  const { evolution } = learning;
  const { context } = evolution;
  const studies = await all(await studyEpisodes(learning));
  const { joined, id } = await joinStudies(
    evolution,
    studies.map((study) => ({ study, settled: study.state !== "errored" })),
    ["error-analyst", "success-analyst"],
  );
  const items = studies.filter((study) => joined.has(study.episode)).flatMap(itemOf);
  if (items.length === 0) {
    const nothing = await context.parts.store.blobs.put(new Uint8Array());
    return {
      ...common(studies),
      guidance: { kind: "none" },
      result: nothing,
      state: "unchanged",
      note: "no analysis gave a lesson to remember",
    };
  }
  const embedder =
    guidance.embedder === "lexical"
      ? lexicalEmbedder
      : endpointEmbedder({
          engine: context.engine.near(id),
          blobs: context.parts.store.blobs,
          identity: playRole(context.experiment, evolution.settings, "embedder", context.parts).identity,
        });
  const bank = await buildBank(items, embedder);
  for (const [name, text] of Object.entries(renderBank(bank))) await replaceFile(join(evolutionDir(evolution), name), text);
  const texts = await retrieveAll(evolution, bank, embedder, guidance.top_k);
  return {
    ...common(studies),
    guidance: {
      kind: "notes",
      notes: { kind: "lessons", source: bank.hash, retrieval: { topK: guidance.top_k, embedder: bank.embedder } },
      textOf: (task) => {
        const text = texts.get(task.publicHash);
        if (text === undefined) throw new TypeError(`nothing was looked up in the bank for task ${task.task.id}`);
        return text;
      },
    },
    result: bank.hash,
    state: "evolved",
  };
}

const common = (studies: readonly Study[]) => ({ studies, patches: 0, editsProposed: 0, editsApplied: 0 });

function itemOf(study: Study) {
  if (study.state !== "accepted" || study.result?.outcome.state !== "accepted") return [];
  const { position, task, episode, source } = study;
  const { lessons } = study.result.outcome;
  const remembered = lessons.some(({ type }) => type !== "failure-cause");
  if (!remembered) return [];
  return [
    {
      position,
      task: task.id,
      cluster: task.cluster,
      taskText: queryText(task),
      episode,
      source,
      lessons,
    },
  ];
}

/** Blob of the notes for every task that is measured or validated on, by public hash. */
async function retrieveAll(
  { context, validation }: Evolution,
  bank: Bank,
  embedder: Parameters<typeof buildBank>[1],
  topK: number,
): Promise<ReadonlyMap<Hash, Hash>> {
  const tasks: ResolvedTask[] = [...context.measured.flatMap((one) => one.tasks), ...validation];
  const vectors = await embedder.embed(
    tasks.map(({ task }) => queryText(task)),
    bank.entries.map((entry) => entry.text),
  );
  const found = new Map<Hash, Hash>();
  for (const [i, { task, publicHash }] of tasks.entries()) {
    const entries = retrieve(bank, { task: task.id, cluster: task.cluster, vector: vectors[i] ?? [] }, topK).map(({ entry }) => entry);
    found.set(publicHash, await context.parts.store.blobs.put(Buffer.from(renderNotes(entries))));
  }
  return found;
}
