/** What the long operations report while they work. Reports are for people: they may be dropped, and nothing depends on them. */
export interface DataProgress {
  readonly phase: "download" | "unpack" | "check";
  /** What is being worked on: a URL, an archive, a set. */
  readonly subject: string;
  readonly bytes: number;
  /** Absent when the size is not known beforehand. */
  readonly totalBytes?: number;
  readonly files?: number;
  /** Something worth a line of its own: a retry, a restart, a source given up. */
  readonly note?: string;
}
export type OnProgress = (progress: DataProgress) => void;
