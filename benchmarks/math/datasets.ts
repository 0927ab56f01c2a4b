/**
 * Where the problems come from and what the files must look like (harness/data/manifest.ts has the schema). Each set is one file of JSON lines.
 * The problems of the AIME belong to the MAA and none of these files is part of this repository: apart from MATH-500 a user brings them.
 */
const maa =
  "the repository they were taken from is Apache-2.0; the problems are the MAA's, who keep their rights: not bundled, not fetched";
const mathLicence = "MIT (hendrycks/math); the collection itself has no licence file";
const shape = 'one {"problem", "answer"} a line';

export const datasets = {
  benchmark: "math",
  sets: [
    {
      set: "dapo",
      title: "DAPO-Math-17k (17,398 different problems with integer answers)",
      licence: "Apache-2.0 as published by BytedTsinghua-SIA",
      provenance:
        "huggingface.co/datasets/BytedTsinghua-SIA/DAPO-Math-17k, a parquet file that holds every problem about a hundred times; benchmarks/math/README.md has the command that makes JSON lines of it",
      index: "dapo.jsonl",
      plain: ["dapo-math-17k.jsonl", "dapo_math_17k.jsonl", "dapo_math_sample.jsonl"],
      trees: [
        // Nobody here had the complete set in hands, and its JSON lines differ with the conversion.
        { label: "complete", files: 1 },
        {
          label: "46 problems, copied by hand for trying things out",
          files: 1,
          bytes: 15_383,
          sha256: "ec76d0ea9ec52b23c480023bb626445eb02f47cd04166b917c8209f7e95f714b",
        },
      ],
    },
    {
      set: "math-train",
      title: "3,000 problems of the MATH training split with numeric answers",
      licence: mathLicence,
      provenance: `github.com/yukangZhuu/basic_evaluator, data/math_numeric_3k.jsonl, as ${shape}; of MATH, github.com/hendrycks/math`,
      index: "math-train.jsonl",
      plain: ["math_train_numeric_3k.jsonl", "math_numeric_3k.jsonl"],
      trees: [
        { label: "complete", files: 1, bytes: 2_621_116, sha256: "7c159f1696d4850dac7bbeb0de5626cb900786a29ba6de4d99f513c6e646819f" },
      ],
    },
    {
      set: "aime-2024",
      title: "AIME 2024, I and II (30 problems)",
      licence: maa,
      provenance: `github.com/jianzhnie/LLMEval, data/aime24.jsonl, without its prompt suffix and as ${shape}; or huggingface.co/datasets/HuggingFaceH4/aime_2024`,
      index: "aime-2024.jsonl",
      plain: ["aime_2024.jsonl", "aime2024.jsonl", "aime24.jsonl"],
      trees: [{ label: "complete", files: 1, bytes: 11_856, sha256: "bb148878b6992b6a0887f97c9b4602131896a3e7e11f5c237291ab3ff81fb0ab" }],
    },
    {
      set: "aime-2025",
      title: "AIME 2025, I and II (30 problems)",
      licence: maa,
      provenance: `github.com/jianzhnie/LLMEval, data/aime25.jsonl, without its prompt suffix and as ${shape}`,
      index: "aime-2025.jsonl",
      plain: ["aime_2025.jsonl", "aime2025.jsonl", "aime25.jsonl"],
      trees: [{ label: "complete", files: 1, bytes: 15_362, sha256: "e426fb75a587d0fdae5df6ca12829b21e41adc9b3c362fbfaa069f63a4394597" }],
    },
    {
      set: "aime-2026",
      title: "AIME 2026, I and II (30 problems)",
      licence: maa,
      provenance: `github.com/jianzhnie/LLMEval, data/aime26.jsonl, without its prompt suffix and as ${shape}`,
      index: "aime-2026.jsonl",
      plain: ["aime_2026.jsonl", "aime2026.jsonl", "aime26.jsonl"],
      trees: [{ label: "complete", files: 1, bytes: 14_545, sha256: "f73e1a8afcd6d80a83584933092db72078b0dbde47cecb284c606ae995c5bec0" }],
    },
    {
      set: "math-500",
      title: "MATH-500 (500 problems of the MATH test split)",
      licence: "MIT (hendrycks/math and openai/prm800k)",
      provenance: "github.com/openai/prm800k, prm800k/math_splits/test.jsonl; huggingface.co/datasets/HuggingFaceH4/MATH-500",
      index: "math-500.jsonl",
      plain: ["math_500.jsonl", "math500.jsonl"],
      // The checksum is that of the repository's Git LFS pointer; the file itself lies with GitHub's LFS host.
      sources: [
        {
          url: "https://media.githubusercontent.com/media/openai/prm800k/00811d6de065642a6967b9017d4cee59550c0ef4/prm800k/math_splits/test.jsonl",
          sha256: "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132",
          bytes: 446_564,
        },
      ],
      trees: [
        { label: "complete", files: 1, bytes: 451_064, sha256: "a2a94f97ad28d7d6e9ca9ac60e30c7f42bf2662b63633fc81850e0645b38ded4" },
        {
          label: "complete, as PRM800K has it",
          whole: true,
          files: 1,
          bytes: 446_564,
          sha256: "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132",
        },
      ],
    },
  ],
} as const;
