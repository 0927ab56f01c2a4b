import type { MergeNode } from "../../core/evolution.ts";
import { detailOf, type Study } from "./study.ts";

/** What somebody else's analyst gave nothing usable for, in a sentence; undefined when it did its work everywhere. */
export function analystTroubles(arm: string, studies: readonly Study[]): string | undefined {
  const useless = studies.filter(
    ({ result }) => result?.outcome.state === "rejected" && ["program-failed", "unreadable-reply"].includes(result.outcome.reason),
  );
  const [first] = useless;
  if (first === undefined) return undefined;
  const asked = studies.filter(({ state }) => state !== "not-asked").length;
  return `note: the analyst of arm ${arm} gave nothing usable for ${useless.length} of ${asked} episodes; first: ${detailOf(first) ?? ""}`;
}

/** The same of somebody else's merge step: groups that were passed on unmerged. */
export function mergeTroubles(arm: string, nodes: readonly MergeNode[]): string | undefined {
  const asked = nodes.filter(({ call }) => call !== null);
  const useless = asked.filter(({ state }) => state === "unreadable");
  const [first] = useless;
  if (first === undefined) return undefined;
  return `note: the merge step of arm ${arm} gave nothing usable for ${useless.length} of ${asked.length} groups, which are left unmerged; first: ${first.reasoning}`;
}
