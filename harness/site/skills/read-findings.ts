/** What commands of the harness found out about the parts of a skill, out of the files they leave in an experiment's report folder. */
import { join } from "node:path";
import { z } from "zod";
import { readRecord } from "../../store/evolution-records.ts";
import type { LeakFinding, PartUse, SectionEffect } from "./skill-data.ts";

/** The skill whose findings are wanted; `hash` undefined where no lineage tells it. */
export interface FoundSkill {
  readonly arm: string;
  readonly seed: number;
  readonly hash: string | undefined;
}

const effectsSchema = z.object({
  format: z.literal("t2s-attribution"),
  effects: z.array(
    z.looseObject({
      parts: z.array(z.looseObject({ kind: z.string(), title: z.string(), file: z.string(), from: z.number(), to: z.number() })),
      benchmark: z.string(),
      split: z.string(),
      solver: z.string(),
      effect: z.number().nullable(),
      interval: z.looseObject({ low: z.number(), high: z.number() }).nullable(),
      conclusion: z.string(),
    }),
  ),
});

/** From `t2s attribute`; none when it was not asked. */
export async function readEffects(experimentDir: string, { arm }: FoundSkill, problems: string[]): Promise<SectionEffect[]> {
  const name = `attribution-${arm}.json`;
  const found = await readRecord(join(experimentDir, "report"), name, effectsSchema, (what) => problems.push(what));
  return (found?.effects ?? []).flatMap(({ parts, benchmark, split, solver, effect, interval, conclusion }) =>
    parts.map(({ kind, title, file, from, to }) => ({
      kind,
      title,
      file,
      from,
      to,
      benchmark: `${benchmark} ${split}`,
      solver,
      effect,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      conclusion,
    })),
  );
}

const useSchema = z.object({
  format: z.literal("t2s-section-use"),
  arms: z.array(
    z.looseObject({
      arm: z.string(),
      solver: z.string(),
      benchmark: z.string(),
      split: z.string(),
      skill: z.string(),
      episodes: z.number(),
      items: z.array(
        z.looseObject({
          kind: z.enum(["file", "section"]),
          file: z.string(),
          title: z.string(),
          from: z.number(),
          to: z.number(),
          displayed: z.number(),
          used: z.number(),
          passedUsed: z.number(),
          passedUnused: z.number(),
          association: z.looseObject({ difference: z.number(), low: z.number(), high: z.number() }).nullable(),
        }),
      ),
    }),
  ),
});

/** From `t2s use`; none when it was not asked. */
export async function readUse(experimentDir: string, { arm, hash }: FoundSkill, problems: string[]): Promise<PartUse[]> {
  const name = "section-use.json";
  const found = await readRecord(join(experimentDir, "report"), name, useSchema, (what) => problems.push(what));
  return (found?.arms ?? [])
    .filter((one) => (hash === undefined ? one.arm === arm : one.skill === hash))
    .flatMap(({ items, benchmark, split, solver, episodes }) =>
      items.map(({ kind, title, file, from, to, displayed, used, passedUsed, passedUnused, association }) => ({
        title: kind === "file" ? "" : title,
        file,
        from,
        to,
        benchmark: `${benchmark} ${split}`,
        solver,
        episodes,
        displayed,
        used,
        passedUsed,
        passedUnused,
        difference: association?.difference ?? null,
        low: association?.low ?? null,
        high: association?.high ?? null,
      })),
    );
}

const auditSchema = z.object({
  format: z.literal("t2s-audit"),
  skills: z.array(
    z.looseObject({
      arm: z.string(),
      seed: z.string(),
      findings: z.array(
        z.looseObject({
          severity: z.string(),
          file: z.string(),
          line: z.number(),
          found: z.string(),
          why: z.string(),
          tasks: z.array(z.looseObject({ task: z.string(), relation: z.string() })),
        }),
      ),
    }),
  ),
});

/** From `t2s audit`, which every run that evolves does at its end; null when the skill was not audited. */
export async function readLeaks(experimentDir: string, { arm, seed }: FoundSkill, problems: string[]): Promise<LeakFinding[] | null> {
  const name = "audit.json";
  const found = await readRecord(join(experimentDir, "report"), name, auditSchema, (what) => problems.push(what));
  const own = found?.skills.find((one) => one.arm === arm && one.seed === `s${seed}`);
  if (own === undefined) return null;
  return own.findings.map(({ severity, file, line, found, why, tasks }) => ({
    severity,
    file,
    line,
    found,
    why,
    tasks: tasks.map(({ task, relation }) => `${task} (${relation})`),
  }));
}
