/**
 * Hostile inputs through the real program: `node --import tsx scripts/acceptance-grading.ts [count]` (default 100,000, one in a thousand above 1 MB). They go to `t2s grade` of
 * mathematics, WikiTableQuestions and DocVQA as raw bytes, unreadable UTF-8 and NUL bytes among them. Every line must get one readable result in its place, none may take long,
 * the program must end by itself, and nothing may have been run.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { hostilePairs, oversizedPairs } from "../benchmarks/math/score/hostile.fixture.ts";

const root = resolve(import.meta.dirname, "..");
const count = Number(process.argv[2] ?? 100_000);
const oversized = Math.max(3, Math.round(count / 1000));
/** A single result that takes longer than this counts as hanging. */
const longestMs = 60_000;
const home = await mkdtemp(join(tmpdir(), "t2s-hostile-"));
let failed = 0;

/** Tricks that only do harm to a program that evaluates what it reads. Each would leave a file behind. */
const tricks = ["import", "evaluate", "parse", "createUnit", "simplify", "constructor.constructor"].flatMap((name, i) => {
  const act = `require("fs").writeFileSync(${JSON.stringify(join(home, `run-${i}`))}, "")`;
  return [`${name}("${act}")`, `$${name}({a: f(x) = ${act}})$`, `cos.constructor(${JSON.stringify(act)})()`, `\${${act}}`];
});

type Shape = (gold: string, text: string, id: number) => object;
const shapes: Readonly<Record<string, readonly Shape[]>> = {
  math: [
    (gold, pred, id) => ({ id, gold, pred }),
    (gold, response, id) => ({ id, gold, response }),
    (gold, pred, id) => ({ id, gold, pred, match_types: ["latex", "expr", "string"], precision: 6, strict: true }),
    (gold, pred, id) => ({ id, gold: [gold], pred: { text: pred } }),
  ],
  wikitq: [
    (gold, text, id) => ({ id, targetValue: [gold], targetCanon: [gold], prediction: [text] }),
    (gold, text, id) => ({ id, targetValue: gold, targetCanon: null, prediction: text.split(" ").slice(0, 50) }),
    (_, text, id) => ({ id, input: text }),
  ],
  docvqa: [
    (gold, text, id) => ({ id, golds: [gold, gold.slice(0, 20)], prediction: text }),
    (gold, text, id) => ({ id, golds: gold, prediction: [text] }),
  ],
};

/** One line as bytes: JSON, by turns damaged. */
function lineOf(shape: Shape, gold: string, text: string, id: number): Buffer {
  const bytes = Buffer.from(JSON.stringify(shape(gold, text, id)));
  if (id % 11 === 3)
    return Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from([0xff, 0xc3, 0x28, 0x00]), bytes.subarray(bytes.length / 2)]);
  if (id % 13 === 5) return bytes.subarray(0, Math.ceil(bytes.length / 3));
  return bytes;
}

function* linesFor(benchmark: string, own: number): Generator<Buffer> {
  const forms = shapes[benchmark] ?? [];
  const share = Math.ceil(oversized / Object.keys(shapes).length);
  const big = oversizedPairs(own, share);
  const pairs = hostilePairs(own, own - share);
  let id = 0;
  for (const { gold, pred } of pairs) {
    const shape = forms[id % forms.length];
    if (shape === undefined) return;
    const trick = tricks[id % tricks.length] ?? "";
    yield lineOf(shape, id % 7 === 2 ? trick : gold, id % 5 === 1 ? trick : pred, id);
    id++;
  }
  for (const { gold, pred } of big) {
    const shape = forms[id % forms.length];
    if (shape === undefined) return;
    yield lineOf(shape, gold, pred, id);
    id++;
  }
}

for (const [benchmark, share] of [
  ["math", 0.6],
  ["wikitq", 0.2],
  ["docvqa", 0.2],
] as const) {
  const own = Math.round(count * share);
  const child = spawn(process.execPath, [join(root, "harness/t2s.mjs"), "grade", benchmark], {
    cwd: home,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let results = 0;
  let unreadable = 0;
  let last = performance.now();
  let slowest = 0;
  const watch = setInterval(() => {
    if (performance.now() - last > longestMs) {
      console.log(`${benchmark}: no result for ${longestMs / 1000} s after ${results}`);
      child.kill("SIGKILL");
    }
  }, 1000);
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      slowest = Math.max(slowest, performance.now() - last);
      last = performance.now();
      results++;
      try {
        JSON.parse(line);
      } catch {
        unreadable++;
      }
    }
  })();
  let sent = 0;
  child.stdin.on("error", () => undefined);
  for (const line of linesFor(benchmark, own)) {
    // A line feed inside would be two lines; JSON has none.
    sent++;
    if (!child.stdin.write(Buffer.concat([line, Buffer.from("\n")])) && child.exitCode === null)
      await Promise.race([once(child.stdin, "drain"), ended]);
  }
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  await reading;
  clearInterval(watch);
  const left = (await readdir(home)).length;
  const ok = code === 0 && results === sent && unreadable === 0 && left === 0;
  if (!ok) failed++;
  console.log(
    `${ok ? "ok  " : "FAIL"} ${benchmark}: ${sent} lines, ${results} results, ${unreadable} unreadable, exit ${code}, slowest ${(slowest / 1000).toFixed(1)} s, files left behind ${left}`,
  );
}
await rm(home, { recursive: true, force: true });
console.log(failed === 0 ? "hostile grading: all ok" : `hostile grading: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
