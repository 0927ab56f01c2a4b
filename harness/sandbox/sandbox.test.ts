import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import type { Sandbox } from "../core/contract.ts";
import { bubblewrapSandbox } from "./bubblewrap.ts";
import { contractCases } from "./contract-cases.fixture.ts";
import { dockerProblem, dockerSandbox } from "./docker.ts";
import { escapeCases } from "./escape-cases.fixture.ts";
import { unsandboxed } from "./unsandboxed.ts";

/** Looked for by the cases about environments. */
process.env.T2S_TEST_SECRET = "do-not-tell";
const root = process.getuid?.() === 0;
const isolated = [...contractCases, ...escapeCases];

/** The sandbox, or why it is not here. */
async function attempt(open: () => Promise<Sandbox>): Promise<{ sandbox?: Sandbox; why: string }> {
  try {
    return { sandbox: await open(), why: "" };
  } catch (error) {
    return { why: ` (skipped: ${error instanceof Error ? error.message : error})` };
  }
}

const bubblewrap = await attempt(() => bubblewrapSandbox({ hidden: [fileURLToPath(new URL("../..", import.meta.url))] }));
const none = await attempt(() => unsandboxed({}));
const problem = dockerProblem();
const docker = problem === undefined ? await attempt(() => dockerSandbox({})) : { why: ` (skipped: ${problem})` };

describe(`bubblewrap, started by ${root ? "root" : "an ordinary user"}${bubblewrap.why}`, () => {
  for (const { name, run } of isolated)
    it.skipIf(bubblewrap.sandbox === undefined)(name, async () => {
      if (bubblewrap.sandbox !== undefined) await run(bubblewrap.sandbox);
    });
});

describe(`docker${docker.why}`, () => {
  for (const { name, run } of isolated)
    it.skipIf(docker.sandbox === undefined)(name, async () => {
      if (docker.sandbox !== undefined) await run(docker.sandbox);
    });
});

describe(`none${none.why}`, () => {
  for (const { name, run } of contractCases)
    it.skipIf(none.sandbox === undefined)(name, async () => {
      if (none.sandbox !== undefined) await run(none.sandbox);
    });
});
