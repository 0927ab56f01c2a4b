import type { TidyRow } from "./columns.ts";

/** Where the bytes of a table go; whoever writes waits until they are taken. */
export interface ByteSink {
  write(piece: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A table that is written piece by piece; `close` ends it and its file. */
export interface TableFile {
  write(rows: readonly TidyRow[]): Promise<void>;
  close(): Promise<void>;
}
