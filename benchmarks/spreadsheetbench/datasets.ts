/**
 * Where the real data comes from and what it must look like; harness/data/manifest.ts has the schema and tree-digest.ts the digest.
 * The digests were computed over files that equal, blob by blob, those of the Trace2Skill repository at the commit below.
 */
const release = "https://codeload.github.com/Qwen-Applications/Trace2Skill/tar.gz/3d0b52a140f002a512930252b613c49048f7d5ac";
const upstream = "https://raw.githubusercontent.com/RUCKBReasoning/SpreadsheetBench/main/data";

export const datasets = {
  benchmark: "spreadsheetbench",
  sets: [
    {
      set: "verified",
      title: "SpreadsheetBench Verified (400 instances, one test case each)",
      licence: "CC BY-SA 4.0",
      provenance: "github.com/Qwen-Applications/Trace2Skill (data/spreadsheetbench_verified) or github.com/RUCKBReasoning/SpreadsheetBench",
      index: "dataset.json",
      folders: ["spreadsheetbench_verified_400"],
      archives: ["0ceb50833c246f46159465a7b7bf16be5dd5fa9cb1f256c29ab9729df50fabb7"],
      sources: [
        { url: release, folder: "data/spreadsheetbench_verified/spreadsheetbench_verified_400" },
        { url: `${upstream}/spreadsheetbench_verified_400.tar.gz` },
      ],
      trees: [
        { label: "complete", files: 1201, bytes: 21_973_295, digest: "6935d597799a5096f0abb148835af84aafe8684aa938536c6f237909669e3150" },
      ],
      maxFiles: 20_000,
      maxBytes: 1_000_000_000,
    },
    {
      set: "full",
      title: "SpreadsheetBench (912 instances, 2,729 test cases)",
      licence: "CC BY-SA 4.0",
      provenance: "github.com/Qwen-Applications/Trace2Skill (data/all_data_912_v0.1) or github.com/RUCKBReasoning/SpreadsheetBench",
      index: "dataset.json",
      folders: ["all_data_912_v0.1", "all_data_912_v0.1_dev_half", "spreadsheetbench_912_v0.1"],
      archives: [
        "4eb6da9c7b98e0345b9a36404156d7143671b8e1124a07f39b2be742bda11bb0",
        "36eba6c0f7ab7aee5f718a6ab0a167f8f66f2b2990c6cd7a672b7a420906d3ec",
      ],
      sources: [{ url: release, folder: "data/all_data_912_v0.1" }, { url: `${upstream}/spreadsheetbench_912_v0.1.tar.gz` }],
      trees: [
        // Nobody here had the complete set in hands: its number of files is known, its digest is not.
        { label: "complete", files: 5465 },
        {
          label: "466 of the 912 instances",
          files: 2783,
          bytes: 75_634_257,
          digest: "ce4699aea84a09ba67060dd138be1e2e48900677eb1fe3bdbf21420288a3fe88",
        },
      ],
      maxFiles: 50_000,
      maxBytes: 2_000_000_000,
    },
  ],
} as const;
