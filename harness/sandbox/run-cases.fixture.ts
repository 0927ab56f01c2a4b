/**
 * Runs the contract and escape cases against bubblewrap as whoever started this process, and prints one line of JSON a case: {name, error?}.
 * Argument: folder for staged files. sandbox.test.ts starts it as an unprivileged user.
 */
import { fileURLToPath } from "node:url";
import { bubblewrapSandbox } from "./bubblewrap.ts";
import { contractCases } from "./contract-cases.fixture.ts";
import { escapeCases } from "./escape-cases.fixture.ts";

const sandbox = await bubblewrapSandbox({ hidden: [fileURLToPath(new URL("../..", import.meta.url))], stageDir: process.argv[2] });
for (const { name, run } of [...contractCases, ...escapeCases]) {
  let error: string | undefined;
  try {
    await run(sandbox);
  } catch (cause) {
    error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  }
  process.stdout.write(`${JSON.stringify({ name, error })}\n`);
}
process.stdout.write(`${JSON.stringify({ name: "user", error: `uid ${process.getuid?.()}` })}\n`);
