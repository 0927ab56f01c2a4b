import { evolutionFolders } from "../../store/evolution-folders.ts";
import type { Section } from "../section.ts";
import { readEvolution } from "./read-evolution.ts";
import type { SkillSummary } from "./skill-data.ts";

/** Evolved skills with their lineage, and how they were merged. */
export const skillsSection: Section = {
  id: "skills",
  async write({ experiment, id, writer }) {
    const skills: SkillSummary[] = [];
    for (const [n, folder] of (await evolutionFolders(experiment.dir)).entries()) {
      const { skill, merge } = await readEvolution(folder, experiment.dir);
      const row = experiment.evolution?.rows.find(({ arm, seed }) => arm === folder.arm && seed === folder.seed);
      await writer.write(`${id}/skill-${n}`, skill);
      if (merge !== undefined) await writer.write(`${id}/merge-${n}`, merge);
      skills.push({
        n,
        arm: folder.arm,
        seed: folder.seed,
        kind: row?.kind ?? null,
        selected: row?.selected ?? false,
        simulated: row?.simulated ?? false,
        files: skill.files.length,
        lines: skill.files.reduce((sum, file) => sum + file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0), 0),
        edits: skill.edits.length,
        patches: skill.patches.length,
        merged: merge !== undefined,
      });
    }
    if (skills.length === 0) return false;
    await writer.write(`${id}/skills`, { skills });
    return true;
  },
};
