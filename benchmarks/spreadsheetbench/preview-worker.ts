/** Child process of preview-pool.ts: one workbook in, one preview out. Ends with its parent. */
import { previewOf } from "./preview.ts";

process.on("message", (job: { readonly id: number; readonly bytes: Uint8Array }) => {
  process.send?.({ kind: "preview", id: job.id, text: previewOf(job.bytes) });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ kind: "ready" });
