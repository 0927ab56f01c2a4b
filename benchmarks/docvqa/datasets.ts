/** Where the real data comes from and what it must look like; harness/data/manifest.ts has the schema and tree-digest.ts the digest. */
export const datasets = {
  benchmark: "docvqa",
  sets: [
    {
      set: "val",
      title: "SP-DocVQA validation (5,349 questions on 1,286 pages)",
      licence: "research use only; pages from the UCSF Industry Documents Library; not redistributable here",
      provenance:
        "the Robust Reading Competition (rrc.cvc.uab.es, challenge 17, Downloads of task 1; free registration): put val_v1.0.json (or val_v1.0_withQT.json) and the folder documents into one folder",
      index: "val_v1.0.json",
      otherIndexes: ["val_v1.0_withQT.json"],
      folders: ["val", "val_v1.0", "docvqa", "docvqa_val", "docvqa_val_sample", "spdocvqa", "spdocvqa_qas"],
      archives: ["bafe8f1275a457d9304b3df7eeeea27c94a2cd47fa6f833266bb3877d27518b3"],
      // Behind a registration: nothing to download from.
      sources: [],
      trees: [
        // Nobody here had the complete set in hands: 1,286 pages and one annotation file; its digest is not known.
        { label: "complete", files: 1287 },
        {
          label: "ten questions of 5,349",
          files: 12,
          bytes: 9_847_245,
          digest: "d3d4036738782f8bec61120d1af9dfc788e4f0370477aad76f658c23aa32743c",
        },
      ],
      maxFiles: 60_000,
      maxBytes: 20_000_000_000,
    },
  ],
} as const;
