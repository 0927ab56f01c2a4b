/**
 * Where the real data comes from and what it must look like; harness/data/manifest.ts has the schema and tree-digest.ts the digest. `wikitq` is the packed archive
 * that circulates with this project; `release` is a checkout or download of the authors' repository, of which the loader reads the same files.
 */
const commit = "7d455a5a707b96341ef72aff9428749d443d8aa9";

export const datasets = {
  benchmark: "wikitq",
  sets: [
    {
      set: "wikitq",
      title: "WikiTableQuestions 1.0.2 (four splits, 2,108 tables), packed",
      licence: "CC BY-SA 4.0",
      provenance: `github.com/ppasupat/WikiTableQuestions, commit ${commit}; <split>.jsonl hold the same rows with their escapes undone`,
      index: "pristine-unseen-tables.jsonl",
      folders: ["wikitq"],
      archives: ["727eb886f7a6cda0447dd8bcb1af17d935425bd17fba11b738771c17718bbea8"],
      sources: [],
      trees: [
        { label: "complete", files: 2119, bytes: 15_245_915, digest: "4e35cc283b774f2139743f5b0c161e6c1fbe4d20033909a9e2ec3fa7058be197" },
      ],
      maxFiles: 20_000,
      maxBytes: 500_000_000,
    },
    {
      set: "release",
      title: "WikiTableQuestions, the authors' repository",
      licence: "CC BY-SA 4.0",
      provenance: `github.com/ppasupat/WikiTableQuestions, commit ${commit}`,
      index: "evaluator.py",
      folders: ["WikiTableQuestions", `WikiTableQuestions-${commit}`],
      archives: [],
      sources: [{ url: `https://codeload.github.com/ppasupat/WikiTableQuestions/tar.gz/${commit}` }],
      // Nobody here had the whole repository in hands: these are the files the packed archive took from it.
      trees: [{ label: "at least the questions, the tagged files and the tables", files: 2114 }],
      maxFiles: 50_000,
      maxBytes: 2_000_000_000,
    },
  ],
} as const;
