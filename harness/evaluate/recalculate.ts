import type { Box, BoxLimits, Sandbox } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";

/** LibreOffice takes about 250 MB and 20 threads; large real workbooks reach 800 MB. */
const limits: BoxLimits = {
  memoryMb: 3_072,
  diskMb: 512,
  processes: 128,
  cpuSeconds: 600,
  outputBytes: 65_536,
  wallSeconds: 900,
};
const MAX_WORKBOOK_BYTES = 128 * 1024 * 1024;
/** Waiting for the process after its time is up would tell nothing more. */
const defaultTimeoutMs = 60_000;

/**
 * A profile whose only content is: recalculate every file on loading (0 = always). Left to itself LibreOffice trusts the values a file carries and computes
 * only those that are missing. Property names: LibreOffice's officecfg, Calc.xcs, group Formula/Load.
 */
const profile = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
`;

/** Relative to the current directory, /work: in an absolute file URL the paths of an unisolated box would not be seen. */
const command =
  'soffice "-env:UserInstallation=file://$PWD/profile" --headless --norestore --nolockcheck --convert-to "xlsx:Calc MS Excel 2007 XML" --outdir out input.xlsx';

export type Recalculated =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly libreoffice: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Opens a workbook in LibreOffice inside a fresh box, has every formula computed, and gives it back as .xlsx. The file is hostile: it may hang, crash or fill
 * LibreOffice, which gives `ok: false` with a sentence, as does a sandbox without LibreOffice. Throws SandboxError when the box itself failed, and the
 * signal's reason when aborted. `timeoutMs` (60 s) is for the whole conversion.
 */
export async function recalculate(
  sandbox: Sandbox,
  bytes: Uint8Array,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Recalculated> {
  const { libreoffice } = await sandbox.manifest();
  if (libreoffice === undefined) return { ok: false, reason: `the ${sandbox.id} sandbox has no LibreOffice` };
  const { timeoutMs = defaultTimeoutMs, signal } = options;
  await using box = await sandbox.open({ limits, signal });
  await box.put("/work/input.xlsx", bytes);
  await box.put("/work/profile/user/registrymodifications.xcu", Buffer.from(profile));
  const result = await box.exec(command, { timeoutMs, signal });
  if (result.boxDied !== undefined) throw new SandboxError(`the sandbox of a recalculation ended: ${result.boxDied}`);
  if (result.timedOut) return { ok: false, reason: `LibreOffice did not finish within ${timeoutMs / 1000} seconds` };
  return await take(box, libreoffice, result.stderr, result.exitCode);
}

async function take(box: Box, libreoffice: string, stderr: string, exitCode: number | null): Promise<Recalculated> {
  const got = await box.harvest("/work/out/input.xlsx", MAX_WORKBOOK_BYTES);
  if ("refused" in got) return { ok: false, reason: `LibreOffice's result was not taken: ${got.refused}` };
  if ("missing" in got) {
    // It ends with code 0 also when it could not load the file; what went wrong is only on stderr.
    const said = stderr.trim().split("\n").at(-1) ?? "";
    return {
      ok: false,
      reason: `LibreOffice could not convert the workbook (exit code ${exitCode ?? "none, killed"})${said === "" ? "" : `: ${said}`}`,
    };
  }
  return { ok: true, bytes: got.bytes, libreoffice };
}
