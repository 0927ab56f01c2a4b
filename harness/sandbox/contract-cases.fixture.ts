/** What every sandbox must do, as cases that run under vitest and in a bare child process alike (sandbox.test.ts). */
import assert from "node:assert/strict";
import type { Box, BoxLimits, CommandResult, Sandbox } from "../core/contract.ts";
import { SandboxError } from "../core/errors.ts";

export interface Case {
  readonly name: string;
  readonly run: (sandbox: Sandbox) => Promise<void>;
}

export const testLimits: BoxLimits = {
  memoryMb: 512,
  diskMb: 32,
  processes: 64,
  cpuSeconds: 20,
  outputBytes: 10_000,
  wallSeconds: 120,
};

export function sh(box: Box, command: string, timeoutMs = 20_000): Promise<CommandResult> {
  return box.exec(command, { timeoutMs });
}

/** Runs a command that must succeed and gives its stdout. */
export async function output(box: Box, command: string, timeoutMs?: number): Promise<string> {
  const result = await sh(box, command, timeoutMs);
  assert.equal(result.exitCode, 0, `${command}\n${result.boxDied ?? ""}${result.stderr}`);
  return result.stdout;
}

function withBox(name: string, run: (box: Box, sandbox: Sandbox) => Promise<void>, limits: Partial<BoxLimits> = {}): Case {
  return {
    name,
    run: async (sandbox) => {
      await using box = await sandbox.open({ limits: { ...testLimits, ...limits } });
      await run(box, sandbox);
    },
  };
}

const skill = [
  { path: "SKILL.md", bytes: Buffer.from("# A skill\n"), mode: 0o644 },
  { path: "scripts/run.sh", bytes: Buffer.from("#!/bin/bash\necho ran\n"), mode: 0o755 },
  {
    path: "scripts/versions.mjs",
    bytes: Buffer.from("import * as x from 'xlsx'; import e from 'exceljs'; console.log(x.version, typeof e.Workbook)"),
    mode: 0o644,
  },
];

export const contractCases: readonly Case[] = [
  withBox("keeps stdout, stderr and the exit code apart", async (box) => {
    const result = await sh(box, "echo out; echo err >&2; exit 7");
    assert.deepEqual(result, {
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 7,
      signal: undefined,
      timedOut: false,
      dropped: { stdout: 0, stderr: 0 },
    });
    assert.equal((await sh(box, "kill -9 $$")).exitCode, null);
    assert.equal((await sh(box, "kill -9 $$")).signal, "SIGKILL");
    assert.equal((await sh(box, "syntax error (")).exitCode, 2);
  }),

  withBox("starts every command in /work with an empty stdin and files kept", async (box) => {
    assert.equal(await output(box, "pwd; cat; cd /tmp; echo kept > /tmp/a; echo kept > b"), "/work\n");
    assert.equal(await output(box, "pwd; cat /tmp/a /tmp/b"), "/work\nkept\nkept\n");
  }),

  withBox("gives commands a constant environment and none of ours", async (box) => {
    const names = (await output(box, "env")).split("\n").map((line) => line.split("=")[0]);
    for (const name of names) assert.match(name ?? "", /^(PATH|HOME|LANG|TMPDIR|USER|TERM|PWD|SHLVL|_|T2S_BOX|)$/);
    assert.equal(await output(box, "echo $HOME $LANG $TMPDIR"), "/work C.UTF-8 /tmp\n");
  }),

  withBox("lets commands reopen their outputs", async (box) => {
    const result = await sh(box, "echo one > /dev/stdout; echo two > /dev/stderr");
    assert.deepEqual([result.stdout, result.stderr], ["one\n", "two\n"]);
  }),

  withBox("ends a command at its time limit and keeps what it wrote", async (box) => {
    const result = await sh(box, "echo begun; (sleep 50; echo never) & sleep 60", 300);
    assert.equal(result.timedOut, true);
    assert.equal(result.exitCode, null);
    assert.equal(result.stdout, "begun\n");
    assert.equal(await output(box, "echo alive"), "alive\n");
  }),

  withBox("does not wait for background children that hold the outputs", async (box) => {
    const before = Date.now();
    assert.equal(await output(box, "sleep 30 & echo first"), "first\n");
    assert.equal(await output(box, "(setsid sleep 30 &); echo second"), "second\n");
    assert.match(await output(box, "(while :; do echo noise; sleep 0.01; done) & sleep 0.05; echo third"), /^third$/m);
    assert.equal(await output(box, "echo fourth"), "fourth\n", "what a background child writes later belongs to no command");
    assert.ok(Date.now() - before < 25_000);
  }),

  withBox("keeps the first bytes of an output and counts the rest", async (box) => {
    const result = await sh(box, "head -c 25000 /dev/zero | tr '\\0' a; head -c 12000 /dev/zero | tr '\\0' b >&2");
    assert.equal(result.stdout, "a".repeat(10_000));
    assert.equal(result.stderr, "b".repeat(10_000));
    assert.deepEqual(result.dropped, { stdout: 15_000, stderr: 2_000 });
    const cut = await sh(box, "for i in $(seq 4000); do printf 'a\u20ac'; done");
    assert.equal(cut.stdout, "a\u20ac".repeat(2500), "a character at the limit is not torn");
    assert.equal((await sh(box, "printf '\\xff\\xfe'")).stdout, "\ufffd\ufffd");
  }),

  withBox("takes commands of any length and content", async (box) => {
    const long = `echo '${"\u00e4x".repeat(150_000)}' | wc -c`;
    assert.equal(await output(box, long), `${150_000 * 3 + 1}\n`);
    assert.equal(await output(box, "cat <<'EOF'\n\"'`$HOME\\\nEOF"), "\"'`$HOME\\\n");
    assert.equal((await sh(box, "echo a\0b")).exitCode, 126);
    assert.equal(await output(box, ""), "");
  }),

  withBox("runs commands one after the other when asked at once", async (box) => {
    const results = await Promise.all([3, 2, 1].map((n) => sh(box, `sleep 0.0${n}; echo ${n} >> log; echo ${n}`)));
    assert.deepEqual(
      results.map((result) => result.stdout),
      ["3\n", "2\n", "1\n"],
    );
    assert.equal(await output(box, "cat log"), "3\n2\n1\n");
  }),

  withBox("puts, finds and harvests files byte by byte", async (box) => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    await box.put("/work/deep/er/file.bin", bytes);
    await box.put("relative.sh", Buffer.from("#!/bin/bash\necho hello\n"), 0o755);
    assert.equal(await output(box, "./relative.sh; wc -c < deep/er/file.bin"), "hello\n100000\n");
    assert.equal(await box.exists("/work/deep/er/file.bin"), true);
    assert.equal(await box.exists("/work/deep/nothing"), false);
    assert.equal(await box.exists("/work/relative.sh/x"), false);
    assert.deepEqual(await box.harvest("/work/deep/er/file.bin", 100_000), { path: "/work/deep/er/file.bin", bytes });
    await box.put("/work/deep/er/file.bin", new Uint8Array());
    assert.deepEqual(await box.harvest("/work/deep/er/file.bin", 10), { path: "/work/deep/er/file.bin", bytes: Buffer.alloc(0) });
    assert.deepEqual(await box.harvest("/work/nothing.xlsx", 10), { path: "/work/nothing.xlsx", missing: true });
    assert.deepEqual(await box.harvest("/work/relative.sh/x", 10), { path: "/work/relative.sh/x", missing: true });
    await assert.rejects(box.put("/work/deep", bytes), SandboxError);
    await assert.rejects(box.put("/etc/new", bytes), SandboxError);
  }),

  withBox("harvests nothing but regular files below /work", async (box) => {
    await output(
      box,
      `echo secret > /tmp/secret; ln -s /tmp/secret link; ln -s /tmp folder; ln -s loop loop; ln -s nowhere dangling; mkfifo fifo; mkdir dir
       ln -s /dev/zero zero; ln -s /etc etc; mkdir inner; echo fine > inner/file; ln -s inner inside; truncate -s 20M sparse; echo x > hard; ln hard harder`,
    );
    const refusal = async (path: string): Promise<string> => {
      const got = await box.harvest(path, 1_000_000);
      return "refused" in got ? got.refused : JSON.stringify(got);
    };
    assert.match(await refusal("/work/link"), /symbolic link/);
    assert.match(await refusal("/work/dangling"), /symbolic link/);
    assert.match(await refusal("/work/loop"), /symbolic link/);
    assert.match(await refusal("/work/zero"), /symbolic link/);
    assert.match(await refusal("/work/folder/secret"), /leads out of/);
    assert.match(await refusal("/work/etc/passwd"), /leads out of/);
    assert.match(await refusal("/work/../tmp/secret"), /leads out of/);
    assert.match(await refusal("/tmp/secret"), /leads out of/);
    assert.match(await refusal("/dev/zero"), /leads out of/);
    assert.match(await refusal("/work/fifo"), /a fifo/);
    assert.match(await refusal("/work/dir"), /a directory/);
    assert.match(await refusal("/work"), /leads out of|a directory/);
    assert.match(await refusal("/work/sparse"), /20971520 bytes, more than the 1000000 allowed/);
    assert.deepEqual(await box.harvest("/work/inside/file", 10), { path: "/work/inside/file", bytes: Buffer.from("fine\n") });
    assert.deepEqual(await box.harvest("/work/harder", 10), { path: "/work/harder", bytes: Buffer.from("x\n") });
  }),

  {
    name: "shows a skill at /skill with execute bits kept, and no /skill without one",
    run: async (sandbox) => {
      await using box = await sandbox.open({ limits: testLimits, skill });
      assert.equal(await output(box, "cat /skill/SKILL.md; /skill/scripts/run.sh"), "# A skill\nran\n");
      assert.match(await output(box, "node /skill/scripts/versions.mjs"), /^\d+\.\d+\.\d+ function\n$/);
      await using bare = await sandbox.open({ limits: testLimits });
      assert.equal(await bare.exists("/skill"), false);
      const climbing = [{ path: "../up", bytes: Buffer.from("x"), mode: 0o644 }];
      await assert.rejects(async () => sandbox.open({ limits: testLimits, skill: climbing }), SandboxError);
    },
  },

  withBox("offers exceljs and xlsx to CommonJS and ES modules", async (box) => {
    const program = "const e = require('exceljs'), x = require('xlsx'); console.log(typeof e.Workbook, typeof x.read)";
    await box.put("/work/sub/a.cjs", Buffer.from(program));
    await box.put(
      "/tmp/b.mjs",
      Buffer.from("import e from 'exceljs'; import * as x from 'xlsx'; console.log(typeof e.Workbook, typeof x.read)"),
    );
    assert.equal(await output(box, `node sub/a.cjs; node /tmp/b.mjs; node -e "${program}"`), "function function\n".repeat(3));
  }),

  withBox("leaves room for what runtimes reserve", async (box) => {
    assert.match(
      await output(box, `node -e 'fetch("http://127.0.0.1:59999").catch((e) => console.log("no", e.cause.code))'`),
      /^no ECONNREFUSED$/m,
    );
    assert.equal(await output(box, "node -e 'new WebAssembly.Memory({ initial: 1, maximum: 65536 }); console.log(1)'"), "1\n");
  }),

  withBox("stops a command on abort and stays usable", async (box) => {
    const stop = new AbortController();
    const running = box.exec("echo begun > begun; sleep 60", { timeoutMs: 60_000, signal: stop.signal });
    const waiting = box.exec("echo never", { timeoutMs: 60_000, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 200);
    await assert.rejects(running, /enough/);
    await assert.rejects(waiting, /enough/);
    assert.equal(await output(box, "cat begun"), "begun\n");
  }),

  {
    name: "gives up opening on abort",
    run: async (sandbox) => {
      await assert.rejects(sandbox.open({ limits: testLimits, signal: AbortSignal.abort(new Error("no more")) }), /no more/);
      const stop = new AbortController();
      const opening = sandbox.open({ limits: testLimits, signal: stop.signal });
      stop.abort(new Error("changed my mind"));
      await assert.rejects(opening, /changed my mind/);
    },
  },

  withBox(
    "ends the whole box at its wall-clock limit",
    async (box) => {
      const result = await sh(box, "sleep 30");
      assert.match(result.boxDied ?? "", /wall-clock limit of 1 seconds/);
      assert.equal((await sh(box, "echo")).boxDied, result.boxDied);
      assert.equal(await box.exists("/work"), false);
      const got = await box.harvest("/work/output.xlsx", 10);
      assert.match("refused" in got ? got.refused : "", /did not survive: its wall-clock limit/);
      await assert.rejects(box.put("/work/a", new Uint8Array()), SandboxError);
    },
    { wallSeconds: 1 },
  ),

  {
    name: "answers after it was closed, and closes twice",
    run: async (sandbox) => {
      const box = await sandbox.open({ limits: testLimits });
      const running = sh(box, "sleep 30");
      await new Promise((resolve) => setTimeout(resolve, 100));
      await box[Symbol.asyncDispose]();
      await box[Symbol.asyncDispose]();
      assert.equal((await running).boxDied, "it was closed");
      assert.equal((await sh(box, "echo")).boxDied, "it was closed");
    },
  },

  {
    name: "names its tools the same way every time",
    run: async (sandbox) => {
      const tools = await sandbox.manifest();
      assert.equal(tools.node, process.versions.node.split(".")[0]);
      assert.deepEqual(Object.keys(tools.packages), ["exceljs", "xlsx"]);
      assert.deepEqual(await sandbox.manifest(), tools);
      await using box = await sandbox.open({ limits: testLimits });
      if (tools.openpyxl !== undefined)
        assert.match(
          await output(box, "python3 -c 'import openpyxl; print(openpyxl.__version__)'; python --version"),
          new RegExp(`^${tools.openpyxl}`),
        );
    },
  },

  {
    name: "holds several boxes at once that share nothing",
    run: async (sandbox) => {
      const boxes = await Promise.all([0, 1, 2, 3].map(() => sandbox.open({ limits: testLimits })));
      try {
        await Promise.all(boxes.map((box, i) => output(box, `echo ${i} > mine; echo ${i} > /tmp/mine`)));
        const seen = await Promise.all(boxes.map((box) => output(box, "cat mine /tmp/mine; ls | wc -l")));
        assert.deepEqual(
          seen,
          [0, 1, 2, 3].map((i) => `${i}\n${i}\n1\n`),
        );
      } finally {
        await Promise.all(boxes.map((box) => box[Symbol.asyncDispose]()));
      }
    },
  },
];
