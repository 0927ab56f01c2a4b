/** Every form an author can be asked to answer in. Workers look forms up here by the name in a call's spec. */
import type { ReplyForm } from "./author.ts";
import { repairForm, synthesisForm, translateForm } from "./consolidate/edit-forms.ts";
import { mergeForm } from "./consolidate/merge-form.ts";
import { draftForm } from "./draft/draft-form.ts";
import { programAnalysisForm } from "./program/program-analysis-form.ts";
import { errorAnalysisForm, successAnalysisForm } from "./propose/analysis-forms.ts";
import { patchForm } from "./propose/patch-form.ts";
import { consolidationForm } from "./sequential/consolidation-form.ts";

const forms: readonly ReplyForm<unknown>[] = [
  errorAnalysisForm,
  successAnalysisForm,
  patchForm,
  draftForm,
  mergeForm,
  synthesisForm,
  translateForm,
  repairForm,
  consolidationForm,
  programAnalysisForm,
  // One line a form.
];

/** By id. */
export const allForms: Readonly<Record<string, ReplyForm<unknown>>> = Object.fromEntries(forms.map((form) => [form.id, form]));
