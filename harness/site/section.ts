import type { ExperimentInput, SiteInput } from "./site-input.ts";
import type { DataWriter } from "./write-data.ts";

/** What a section is made from, and where to. */
export interface SectionTask {
  readonly experiment: ExperimentInput;
  /** Prefix of its data files: `writer.write(`${id}/skills`, …)` becomes data/<id>/skills.js. */
  readonly id: string;
  readonly input: SiteInput;
  readonly writer: DataWriter;
}

/** A further kind of data of the report: written beside tables and episodes, shown by a page of app/pages.ts that names it in `needs`. */
export interface Section {
  readonly id: string;
  /** Writes the section's files; false when the experiment has nothing of the kind, and nothing was written. */
  readonly write: (task: SectionTask) => Promise<boolean>;
}
