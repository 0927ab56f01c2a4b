import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { chooseSandbox } from "./choose-sandbox.ts";
import { testLimits } from "./contract-cases.fixture.ts";
import { defaultImage, dockerArguments, dockerProblem } from "./docker.ts";
import { probeHost } from "./probe-host.ts";

const path = process.env.PATH;
afterAll(() => {
  process.env.PATH = path;
});

describe("chooseSandbox", () => {
  it("does not run a real model's commands without a sandbox", async () => {
    await expect(chooseSandbox({ kind: "none", hidden: [], unsandboxed: false })).rejects.toThrow(UsageError);
    await expect(chooseSandbox({ kind: "none", hidden: [], unsandboxed: false })).rejects.toThrow(/--unsandboxed/);
  });

  it("says so when commands run without a sandbox", async () => {
    const { sandbox, notes } = await chooseSandbox({ kind: "none", hidden: [], unsandboxed: true });
    expect(sandbox.id).toBe("none");
    expect(notes).toEqual([expect.stringContaining("commands run as you on this machine")]);
  });

  it("takes the best there is, or names what is missing", async () => {
    const found = await chooseSandbox({ kind: "auto", hidden: [], unsandboxed: false }).catch((error: unknown) => error);
    if (found instanceof UsageError) expect(found.message).toMatch(/^no sandbox works here \(bubblewrap: .*; docker: .*\); `t2s doctor`/);
    else expect(found).toMatchObject({ sandbox: { id: expect.stringMatching(/^(bubblewrap|docker)$/) }, notes: [] });
  });

  it("says why Docker cannot be had", async () => {
    process.env.PATH = "/nowhere";
    expect(dockerProblem()).toBe("the docker program is not installed");
    await expect(chooseSandbox({ kind: "docker", hidden: [], unsandboxed: true })).rejects.toThrow(
      /the docker sandbox does not work here: the docker program is not installed; `t2s doctor`/,
    );
    process.env.PATH = path;
  });
});

describe("dockerArguments", () => {
  const args = dockerArguments({
    image: defaultImage,
    staged: { folder: "/stage/key", base: "/stage", node: "/usr/bin/node", packages: {} },
    limits: testLimits,
    name: "t2s-1-abc",
    program: "/stage/programs/key",
    door: "/stage/doors/a",
  });
  const line = args.join(" ");

  it("gives the container no network, no capabilities, no writable root and bounded everything", () => {
    for (const words of [
      "run --name t2s-1-abc --rm --interactive",
      "--network none",
      "--read-only",
      "--cap-drop ALL",
      "--security-opt no-new-privileges",
      "--user 1000:1000",
      "--pids-limit 80",
      "--memory 800m --memory-swap 800m",
      "--tmpfs /work:rw,exec,nosuid,nodev,size=32m,mode=1777",
      "--tmpfs /tmp:rw,exec,nosuid,nodev,size=32m,mode=1777",
      "--mount type=bind,source=/stage/key/node_modules,target=/node_modules,readonly",
      "--mount type=bind,source=/stage/key/supervisor.cjs,target=/opt/box/supervisor.cjs,readonly",
      "--mount type=bind,source=/stage/programs/key,target=/agent,readonly",
      "--mount type=bind,source=/stage/doors/a,target=/task,readonly",
      `--entrypoint /bin/bash ${defaultImage} -c`,
    ])
      expect(line).toContain(words);
    expect(args[2]).toBe("t2s-1-abc");
    expect(line).not.toMatch(/--privileged|--volume|docker\.sock|:rw,readonly/);
  });

  it("mounts nothing writable and nothing but what was staged", () => {
    const mounts = args.filter((_, i) => args[i - 1] === "--mount");
    expect(mounts).toHaveLength(4);
    expect(mounts.every((mount) => mount.includes("source=/stage/") && mount.endsWith(",readonly"))).toBe(true);
  });
});

describe("probeHost", () => {
  it("has a state for everything, and tells how to mend what is not there", async () => {
    const findings = await probeHost();
    const ids = findings.map(({ id }) => id);
    for (const id of ["node", "bubblewrap", "docker", "python", "libreoffice"]) expect(ids).toContain(id);
    expect(findings.find(({ id }) => id === "node")?.state).toBe("ok");
    for (const { id, state, found, meaning, fix } of findings) {
      expect(found, id).not.toBe("");
      if (state !== "ok") {
        expect(meaning, id).toBeTruthy();
        expect(fix, id).toBeTruthy();
      }
    }
  });
});
