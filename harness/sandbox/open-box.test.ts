import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Box } from "../core/contract.ts";
import { testLimits } from "./contract-cases.fixture.ts";
import { openBox } from "./open-box.ts";

/** Stands in the supervisor's place and says what `script` says: an agent can take that place. Scripts that hang say so, so that only they wait little. */
function rogue(script: string): Promise<Box> {
  const child = spawn("/bin/bash", ["-c", script], { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const kill = (): void => {
    try {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    } catch {
      // already gone
    }
  };
  return openBox({ child, kill }, { id: "test", limits: testLimits, graceMs: script.includes("hang") ? 300 : 5_000 });
}

const token = "0123456789abcdef0123456789abcdef";
const greet = `echo '{"boot":0,"token":"${token}","node":"20.0.0"}'; read -r head;`;
const run = (box: Box) => box.exec("true", { timeoutMs: 50 });

describe("a box whose supervisor cannot be trusted", () => {
  it.each([
    ["says nothing", "sleep 60 # hang", "its supervisor stopped answering"],
    ["sends garbage", "echo garbage; sleep 60", "its supervisor broke the protocol: it sent something that is not a reply"],
    ["sends another form", `echo '{"id":1,"extra":2}'; sleep 60`, "its supervisor broke the protocol: it sent a reply of the wrong form"],
    ["answers another question", `echo '{"id":7}'; sleep 60`, "its supervisor broke the protocol: it answered what was not asked"],
    [
      "announces more than was asked for",
      `echo '{"id":1,"code":0,"timedOut":false,"dropped":[0,0],"bytes":[999999999,0]}'; sleep 60`,
      "its supervisor broke the protocol: it announced 999999999 bytes where 24096 are allowed",
    ],
    [
      "never ends its line",
      "head -c 1000000 /dev/zero | tr '\\0' x; sleep 60",
      "its supervisor broke the protocol: it sent a line that is too long",
    ],
    ["never sends what it announced", `echo '{"id":1,"bytes":[5,0]}'; printf ab; sleep 60 # hang`, "its supervisor stopped answering"],
    ["ends", "echo oh no >&2; exit 3", "it ended by itself (exit code 3): oh no"],
  ])("%s", async (_, script, reason) => {
    await using box = await rogue(`${greet} ${script}`);
    expect(await run(box)).toMatchObject({ boxDied: reason, exitCode: null });
    expect(await run(box), "and stays dead").toMatchObject({ boxDied: reason });
    expect(await box.exists("/work/x")).toBe(false);
  });

  it("cannot be started", async () => {
    await expect(rogue("echo no such thing >&2; exit 1")).rejects.toThrow(
      "the test sandbox could not be started: it ended by itself (exit code 1): no such thing",
    );
  });

  it("floods stderr", async () => {
    await using box = await rogue(`yes error >&2 & ${greet} sleep 0.1; exit 1`);
    const { boxDied } = await run(box);
    expect(boxDied?.length).toBeLessThan(5_000);
  });

  it("was killed and started again: a harvest is asked again, a command is reported", async () => {
    const again = `echo '{"boot":1,"token":"${token}"}'; read -r sync;`;
    const answered = `read -r head2; echo '{"id":2,"bytes":[3]}'; printf abc;`;
    await using box = await rogue(`${greet} ${again} [ "$sync" = "#sync ${token}" ] && ${answered} sleep 60`);
    expect(await box.harvest("/work/a", 3)).toEqual({ path: "/work/a", bytes: Buffer.from("abc") });
    await using other = await rogue(`${greet} ${again} sleep 60`);
    const result = await run(other);
    expect(result).toMatchObject({ exitCode: null, signal: "SIGKILL", stderr: expect.stringContaining("killed from inside") });
    expect(result.boxDied).toBeUndefined();
  });

  it("cannot pass a harvest larger than allowed", async () => {
    await using box = await rogue(`${greet} echo '{"id":1,"bytes":[11]}'; printf 01234567890; sleep 60`);
    expect(await box.harvest("/work/a", 10)).toMatchObject({ refused: expect.stringContaining("announced 11 bytes where 10 are allowed") });
  });
});
