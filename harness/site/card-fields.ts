import type { CardField } from "./site-data.ts";
import type { ProtocolCard } from "./site-input.ts";

/** The protocol card as lines: what must be equal before two numbers may be compared, and where the numbers were made. */
export function cardFields(card: ProtocolCard): CardField[] {
  const fields: CardField[] = [];
  const add = (section: string, field: string, value: string | number | null | undefined): void => {
    if (value !== undefined && value !== null && value !== "") fields.push({ section, field, value: String(value) });
  };
  for (const one of card.benchmarks) {
    const section = `${one.id} ${one.split}`;
    add(section, "split", one.splitLabel);
    add(section, "tasks", `${one.tasks} in ${one.clusters} clusters${one.synthetic ? ", generated" : ""}`);
    add(section, "part", one.subset);
    add(section, "form", one.form);
    add(section, "benchmark revision", one.rev);
    add(section, "data", one.dataDigest);
    add(section, "deciding scorer", one.primary);
    for (const scorer of one.scorers)
      add(section, `scorer ${scorer.id}`, `revision ${scorer.rev}, toolchain ${scorer.toolchain.slice(0, 16)}`);
    add(section, "recalculated by", one.recalculate);
    add(section, "attempts", one.attempts);
  }
  add("sampling", "rollout seeds", card.seeds.join(", "));
  add("sampling", "attempts", card.attempts);
  add("sampling", "replicas", card.replicas);
  add("made with", "sandbox", card.sandbox);
  add("made with", "program", `${card.made.version}${card.made.commit === undefined ? "" : `, commit ${card.made.commit}`}`);
  add("made with", "Node", card.made.node);
  for (const arm of card.arms) {
    const section = `arm ${arm.label} · ${arm.solver}`;
    add(section, "guidance", arm.guidance);
    add(section, "skill", arm.skill);
    add(section, "record", arm.record === undefined ? undefined : JSON.stringify(arm.record));
    if (arm.simulated) add(section, "model", "simulated");
  }
  return fields;
}
