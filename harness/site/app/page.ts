import type { SiteExperiment, SiteManifest } from "../site-data.ts";
import type { Child } from "./element.ts";

/** What a page is given. */
export interface PageContext {
  readonly manifest: SiteManifest;
  /** The experiment the address names, else the first one. */
  readonly experiment: SiteExperiment;
  readonly params: Readonly<Record<string, string>>;
  /** Says something to people who listen to the page: the count of a filter's hits, what was loaded. */
  readonly announce: (text: string) => void;
  /** Puts other settings into the address without going anywhere: what a page shows stays, and has a link. */
  readonly remember: (params: Readonly<Record<string, string | undefined>>) => void;
}

/** One page of the report. It is one file in app/pages/ and one line in app/pages.ts. */
export interface Page {
  /** Name in the address: lower-case letters and hyphens. */
  readonly id: string;
  /** In the navigation; absent: reached by links only. */
  readonly nav?: string;
  readonly title: (context: PageContext) => string;
  /** Kind of data (SiteExperiment.sections) without which the page is not offered. */
  readonly needs?: string;
  /** Without it one experiment is shown, and the page has a choice of experiments above it. */
  readonly everyExperiment?: boolean;
  readonly render: (context: PageContext) => Promise<Child>;
}
