/** Global set-up of the tests: one folder for what several test files need and none changes, gone when the run ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

export default async function shareTestFolder({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "t2s-shared-"));
  provide("sharedFolder", folder);
  return () => rm(folder, { recursive: true, force: true });
}
