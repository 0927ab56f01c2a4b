import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBwrap } from "./bubblewrap.ts";
import { contractCases } from "./contract-cases.fixture.ts";
import { escapeCases } from "./escape-cases.fixture.ts";

const worker = fileURLToPath(new URL("./run-cases.fixture.ts", import.meta.url));
/** nobody: what sandbox.test.ts checks as root must hold as well when the harness itself has no rights to give away. */
const ordinary = 65_534;

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return "the tests themselves run as an ordinary user";
  if (findBwrap() === undefined) return "bubblewrap is not installed";
  for (let at = worker; at !== "/"; at = dirname(at)) {
    if ((statSync(at).mode & 0o005) === 0) return `an ordinary user cannot read ${at}`;
  }
  return undefined;
}
const reason = whyNot();

describe(`bubblewrap, started by an ordinary user${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const results = new Map<string, string | undefined>();
  let stage: string;

  beforeAll(async () => {
    if (reason !== undefined) return;
    stage = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "t2s-ordinary-"));
    chmodSync(stage, 0o755);
    chownSync(stage, ordinary, ordinary);
    const child = spawn(process.execPath, ["--import", "tsx", worker, stage], {
      uid: ordinary,
      gid: ordinary,
      env: { PATH: "/usr/bin:/bin", HOME: stage, T2S_TEST_SECRET: "do-not-tell" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) throw new Error(err);
    for (const line of out.trim().split("\n")) {
      const { name, error } = JSON.parse(line);
      results.set(name, error);
    }
  }, 120_000);

  afterAll(() => {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
  });

  it.skipIf(reason !== undefined)("is really an ordinary user", () => {
    expect(results.get("user")).toBe(`uid ${ordinary}`);
  });
  for (const { name } of [...contractCases, ...escapeCases])
    it.skipIf(reason !== undefined)(name, () => {
      expect(results.has(name)).toBe(true);
      const error = results.get(name);
      if (error !== undefined) throw new Error(error);
    });
});
