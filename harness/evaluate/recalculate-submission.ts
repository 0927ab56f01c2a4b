import { z } from "zod";
import type { Blobs, Sandbox } from "../core/contract.ts";
import { UsageError } from "../core/errors.ts";
import { hashSchema } from "../core/record.ts";
import type { UnitKind } from "../engine/unit.ts";
import { recalculate } from "./recalculate.ts";

/** One submitted workbook, recalculated. The LibreOffice version is part of the key because its functions differ. */
export const recalculateSpecSchema = z.strictObject({
  kind: z.literal("recalculate"),
  rev: z.number().int(),
  file: hashSchema,
  libreoffice: z.string(),
});
export type RecalculateSpec = z.infer<typeof recalculateSpecSchema>;
export const recalculateRev = 1;

export const recalculateResultSchema = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), file: hashSchema, bytes: z.number().int() }),
  /** The workbook could not be recalculated; it is scored as it was handed in. */
  z.object({ ok: z.literal(false), reason: z.string() }),
]);
export type RecalculateResult = z.infer<typeof recalculateResultSchema>;

/** Runs LibreOffice over a submission inside the sandbox. Never used on reference answers. */
export function recalculateKind(deps: {
  readonly blobs: Blobs;
  readonly sandbox: Sandbox;
  readonly timeoutMs: number;
}): UnitKind<RecalculateSpec, RecalculateResult> {
  return {
    kind: "recalculate",
    rev: recalculateRev,
    spec: recalculateSpecSchema,
    result: recalculateResultSchema,
    async run(spec, signal) {
      const { libreoffice } = await deps.sandbox.manifest();
      if (libreoffice !== spec.libreoffice)
        throw new UsageError(
          `the plan recalculates with LibreOffice ${spec.libreoffice}, this machine's sandbox has ${libreoffice ?? "none"}`,
        );
      const done = await recalculate(deps.sandbox, await deps.blobs.get(spec.file), { timeoutMs: deps.timeoutMs, signal });
      if (!done.ok) return { result: { ok: false, reason: done.reason }, blobs: [spec.file] };
      const file = await deps.blobs.put(done.bytes);
      return { result: { ok: true, file, bytes: done.bytes.length }, blobs: [spec.file, file] };
    },
  };
}
