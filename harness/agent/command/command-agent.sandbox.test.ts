import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ModelError, UsageError } from "../../core/errors.ts";
import { asking, playProgram, realSandbox } from "./command-episode.fixture.ts";
import { taskFileSchema } from "./task-file.ts";

const found = await realSandbox();
const limits = { memoryMb: 512, diskMb: 64, processes: 64, cpuSeconds: 60, outputBytes: 65_536, wallSeconds: 120 };
const sandbox = () => {
  if (found === undefined) throw new Error("no sandbox");
  return found;
};
const listening = (server: Server, where: string | number): Promise<void> =>
  new Promise((resolve) => (typeof where === "number" ? server.listen(where, "127.0.0.1", resolve) : server.listen(where, resolve)));

describe.skipIf(found === undefined)("a program as the agent (skipped where bubblewrap does not work)", { timeout: 60_000 }, () => {
  it("finds its task, asks the arm's model with the arm's sampling and seed, and hands in a file and an answer", async () => {
    const program = `${asking}
      const said = [await ask({ temperature: 2, max_tokens: 99999, seed: 7 }), await ask()];
      writeFileSync("out.txt", said.map(({ text }) => text).join(" "));
      writeFileSync(task.answer.path, "42");
      console.log(JSON.stringify({ task, args: process.argv.slice(2), home: process.env.HOME, cwd: process.cwd(), mine: process.env.MINE }));`;
    const episode = await playProgram(sandbox(), {
      program,
      replies: ["one", "two"],
      spec: { env: { MINE: "yes" } },
      command: ["node", "./main.mjs", "main.md"],
    });
    expect(episode).toMatchObject({ exit: "completed", answer: "42", out: { bytes: Buffer.from("one two") } });
    expect(episode.model.requests.map(({ sampling, seed }) => ({ sampling, seed }))).toEqual([
      { sampling: { temperature: 0.5, max_tokens: 100 }, seed: 41 },
      // The same question again: another draw, the same in every run.
      { sampling: { temperature: 0.5, max_tokens: 100 }, seed: 733_231_039 },
    ]);
    const { task, ...about } = JSON.parse(/\{.*\}/.exec(episode.trajectory.steps[1]?.observation ?? "")?.[0] ?? "{}");
    expect(about).toEqual({ args: ["main.md"], home: "/tmp/home", cwd: "/work", mine: "yes" });
    expect(task).toMatchObject({
      instruction: "Write the sum.",
      role: "You count.",
      outputs: [{ path: "/work/out.txt" }],
      model: { name: "the-model", sampling: { temperature: 0.5, max_tokens: 100 } },
    });
    expect(taskFileSchema.parse(task)).not.toHaveProperty("skill");
    expect(episode.trajectory).toMatchObject({
      agent: "command",
      user: "hello",
      exit: "completed",
      steps: [{ reply: "one" }, { reply: "two", event: "completed" }],
    });
    expect(episode.steps.map(({ steps }) => steps.length)).toEqual([1, 2, 2]);
    await expect(stat(episode.door)).rejects.toThrow("ENOENT");
  });

  it("keeps it to its limits, its model and its API, and ends it when it will not stop asking", async () => {
    const program = `${asking}
      const tried = {
        name: await ask({ model: "gpt-9" }),
        embeddings: await ask({}, "/embeddings"),
        responses: await ask({}, "/../../responses"),
        many: await ask({ n: 50 }),
        huge: await ask({ messages: [{ role: "user", content: "x".repeat(17 * 1024 * 1024) }] }).catch(() => ({ status: 413 })),
      };
      tried.calls = [];
      for (let i = 0; i < 4; i++) tried.calls.push((await ask()).status);
      tried.last = await ask();
      writeFileSync("out.txt", JSON.stringify(Object.fromEntries(Object.entries(tried).map(([k, v]) => [k, v.code ?? v.status ?? v]))));
      for (;;) await ask();`;
    const { exit, model, out, calls } = await playProgram(sandbox(), { program, replies: ["1", "2"], limits: { max_turns: 2 } });
    expect(exit).toBe("turn-limit");
    expect(model.requests).toHaveLength(2);
    expect(calls).toHaveLength(2);
    expect("bytes" in out && JSON.parse(String(out.bytes))).toEqual({
      name: "model_not_found",
      embeddings: "unknown_url",
      responses: "unknown_url",
      many: "invalid_request",
      huge: expect.toBeOneOf([413, "request_too_large"]),
      calls: [200, 200, 403, 403],
      last: "max_turns",
    });
  });

  it("counts tokens, and with sampling: program and model_names: any lets it choose within the arm's limits", async () => {
    const program = `${asking}
      await ask({ model: "gpt-9", temperature: 1, max_tokens: 5000, response_format: { type: "json_object" } });
      await ask({ model: "gpt-9", max_tokens: 5 });
      if ((await ask({ model: "gpt-9" })).code === "max_tokens") process.exit(0);`;
    const usage = { calls: 1, promptTokens: 30, completionTokens: 20, reasoningTokens: 0, cachedTokens: 0 };
    const episode = await playProgram(sandbox(), {
      program,
      replies: [
        { text: "a", usage },
        { text: "b", usage },
      ],
      limits: { max_tokens: 100 },
      spec: { sampling: "program", model_names: "any" },
    });
    expect(episode.exit).toBe("token-budget");
    expect(episode.model.requests.map(({ sampling }) => sampling)).toEqual([
      { temperature: 1, max_tokens: 100, extra_body: { response_format: { type: "json_object" } } },
      { temperature: 0.5, max_tokens: 5 },
    ]);
  });

  it("reaches nothing but its model: no network, no names, no sockets, no files of the host or of another episode", async () => {
    const tcp = createServer((socket) => socket.end("host"));
    const abstract = createServer((socket) => socket.end("host"));
    const unix = createServer((socket) => socket.end("host"));
    const name = `t2s-${process.pid}`;
    const path = join(tmpdir(), `${name}.sock`);
    await Promise.all([listening(tcp, 0), listening(abstract, `\0${name}`), listening(unix, path)]);
    const address = tcp.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await using other = await sandbox().open({ limits, program: {} });
    const otherModel = createServer((socket) => socket.end("other"));
    await listening(otherModel, join(other.door ?? "", "model.sock"));
    const places = { port, path, abstract: name, door: other.door, secret: join(other.door ?? "", "task.json") };
    const program = `${asking}
      import { connect } from "node:net";
      import { createSocket } from "node:dgram";
      import { lookup } from "node:dns/promises";
      import { chmodSync, readdirSync, rmSync } from "node:fs";
      const places = ${JSON.stringify(places)};
      const dial = (where) => new Promise((resolve) => {
        const socket = connect(where);
        socket.setTimeout(1500, () => { socket.destroy(); resolve("silence"); });
        socket.on("data", (data) => resolve("reached " + data));
        socket.on("error", (error) => resolve(error.code));
      });
      const attempt = async (what) => { try { return "reached " + await what(); } catch (error) { return error.code; } };
      const tried = {
        host: await dial({ host: "127.0.0.1", port: places.port }),
        world: await dial({ host: "1.1.1.1", port: 443 }),
        names: await attempt(() => lookup("example.org")),
        datagram: await new Promise((resolve) => createSocket("udp4").send("x", 53, "8.8.8.8", (error) => resolve(error?.code ?? "reached"))),
        abstract: await dial({ path: "\\0" + places.abstract }),
        unix: await dial({ path: places.path }),
        otherModel: await dial({ path: places.door + "/model.sock" }),
        otherTask: await attempt(() => readFileSync(places.secret)),
        shadow: await attempt(() => readFileSync("/etc/shadow")),
        processes: await attempt(() => { process.kill(${process.pid}, 0); return "one"; }),
        task: await attempt(() => writeFileSync("/task/task.json", "{}")),
        socket: await attempt(() => rmSync("/task/model.sock")),
        mode: await attempt(() => chmodSync("/task/model.sock", 0)),
        own: await attempt(() => writeFileSync("/agent/main.mjs", "")),
      };
      writeFileSync("out.txt", JSON.stringify({ ...tried, seen: readdirSync("/task") }));
      process.exit(0);`;
    try {
      const { exit, out } = await playProgram(sandbox(), { program });
      expect(exit).toBe("completed");
      expect("bytes" in out && JSON.parse(String(out.bytes))).toEqual({
        host: "ECONNREFUSED",
        world: "ENETUNREACH",
        names: expect.stringMatching(/^E(AI_AGAIN|NOTFOUND)$/),
        datagram: "ENETUNREACH",
        abstract: "ECONNREFUSED",
        unix: "ENOENT",
        otherModel: "ENOENT",
        otherTask: "ENOENT",
        shadow: expect.stringMatching(/^E(NOENT|ACCES)$/),
        processes: "ESRCH",
        task: "EROFS",
        socket: "EROFS",
        mode: "EROFS",
        own: "EROFS",
        seen: ["images", "launch.json", "model.sock", "relay.cjs", "task.json"],
      });
    } finally {
      for (const server of [tcp, abstract, unix, otherModel]) server.close();
    }
  });

  it("leaves nobody behind who could go on asking: the socket ends with the program", async () => {
    const program = `${asking}
      import { spawn } from "node:child_process";
      const later = 'const h=require("http"),f=require("fs");setTimeout(()=>h.get({socketPath:"/task/model.sock",path:"/v1/models"},()=>f.writeFileSync("/work/late.txt","answered")).on("error",(e)=>f.writeFileSync("/work/late.txt",e.code)),400)';
      spawn("setsid", ["node", "-e", later], { detached: true, stdio: "ignore" }).unref();
      console.log("the answer");`;
    let late = "";
    const { exit, answer, out } = await playProgram(sandbox(), {
      program,
      after: async (box) => {
        const seen = await box.exec("for i in $(seq 40); do [ -s late.txt ] && break; sleep 0.1; done; cat late.txt", { timeoutMs: 6_000 });
        late = seen.stdout;
      },
    });
    expect({ exit, answer, out: "missing" in out }).toEqual({ exit: "completed", answer: "the answer", out: true });
    expect(late).toMatch(/^E(CONNREFUSED|NOENT)$/);
  });

  it.each<[string, string, string, Record<string, number>]>([
    ["an error", 'console.error("oh no"); process.exit(3);', "program-failed", {}],
    ["a signal", "process.kill(process.pid, 'SIGKILL');", "program-failed", {}],
    ["the end of its relay", "process.kill(process.ppid, 'SIGKILL');", "program-failed", {}],
    ["time", "setInterval(() => {}, 1000);", "time-limit", { episode_minutes: 0.05 }],
  ])("ends by %s as a result that is scored like any other", async (_, program, exit, own) => {
    const episode = await playProgram(sandbox(), { program: `${asking}writeFileSync("out.txt", "so far");${program}`, limits: own });
    expect(episode.exit).toBe(exit);
    expect(episode.out).toMatchObject({ bytes: Buffer.from("so far") });
    expect(episode.trajectory).toMatchObject({ user: "Write the sum.", steps: [{ turn: 1, usage: { calls: 0 } }] });
  });

  it("takes what the model turns away for the program's end, and what breaks for an error of the episode", async () => {
    const program = `${asking}const { status, code } = await ask(); console.error(status, code); process.exit(1);`;
    const play = (replies: Parameters<typeof playProgram>[1]["replies"]) => playProgram(sandbox(), { program, replies });
    expect(await play([new ModelError("too long", "overflow")])).toMatchObject({
      exit: "context-overflow",
      trajectory: { steps: [{ observation: expect.stringContaining("400 context_length_exceeded") }] },
    });
    expect((await play([new ModelError("no", "refused")])).exit).toBe("refused");
    await expect(play([new ModelError("bad field", "bad-request")])).rejects.toThrow("bad field");
    await expect(play([new ModelError("down", "connection")])).rejects.toThrow("down");
    // It tries to hide the failure: still no result.
    const patient = `${asking}for (;;) await ask().catch(() => {});`;
    await expect(playProgram(sandbox(), { program: patient, replies: ["fine", new ModelError("down", "server")] })).rejects.toThrow("down");
  });

  it("says so when the program cannot be started, and stops at once when the run is stopped", async () => {
    const missing = playProgram(sandbox(), { command: ["no-such-program", "x"] });
    await expect(missing).rejects.toThrow(UsageError);
    await expect(missing).rejects.toThrow(
      /^the agent's program "no-such-program x" could not be started in the sandbox \(.*ENOENT\); name a program/,
    );
    const run = new AbortController();
    const stopped = new Error("stopped by the user");
    const program = `${asking}await ask();`;
    const replies = [
      async () => {
        run.abort(stopped);
        return "late";
      },
    ];
    await expect(playProgram(sandbox(), { program, replies, input: { signal: run.signal } })).rejects.toBe(stopped);
  });
});
