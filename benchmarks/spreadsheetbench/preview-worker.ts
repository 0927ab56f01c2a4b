/** Child process of preview-pool.ts: one workbook in, one preview out. */
import { previewOf } from "./preview.ts";

process.on("message", (job: { readonly id: number; readonly bytes: Uint8Array }) => {
  process.send?.({ id: job.id, text: previewOf(job.bytes) });
});
// The parent is gone: nobody is left to answer.
process.on("disconnect", () => process.exit(0));
