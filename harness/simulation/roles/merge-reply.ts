import type { SkillEdit } from "../../core/evolution.ts";

/** What the edit coordinator answers. */
export interface MergeReply {
  readonly reasoning: string;
  readonly edits: readonly (SkillEdit & { readonly from: readonly string[] })[];
  readonly dropped: readonly { readonly id: string; readonly reason: string }[];
  readonly changelog_entries: readonly string[];
}
