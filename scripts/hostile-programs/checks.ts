import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { coverageSchema, mergeTreeSchema } from "../../harness/core/evolution.ts";
import { type LedgerEpisode, trajectorySchema } from "../../harness/core/record.ts";
import { readJsonBlob } from "../../harness/store/blobs.ts";
import { openStore } from "../../harness/store/store.ts";
import { analyst, episodesIn, merge, type Trial } from "./trial.ts";

const hostile = resolve(import.meta.dirname);

/** Agents that try the network, other episodes, and to spend more than they may. */
export async function hostileAgents({ at, check, run, rowsOf }: Trial): Promise<void> {
  const name = `t2s-${process.pid}`;
  const servers = [0, `\0${name}`, join(tmpdir(), `${name}.sock`)].map((where) => createServer((wire) => wire.end("host")).listen(where));
  await Promise.all(servers.map((server) => new Promise((done) => server.once("listening", done))));
  const hidden = [at(), resolve("."), resolve("benchmarks/spreadsheetbench/data"), join(tmpdir(), `${name}.sock`)];
  const places = JSON.stringify({ port: portOf(servers[0]), socket: join(tmpdir(), `${name}.sock`), abstract: name, hidden });
  const env = `env: { PLACES: ${JSON.stringify(places)} }`;
  const arm = (arm: string, command: string, more: string): string =>
    `{ name: ${arm}, agent: { command: [${command}], files: ${hostile}, ${env} }${more} }`;
  const arms = [
    arm("network", "python3, network.py", ""),
    arm("neighbours", "node, neighbours.mjs", ""),
    arm("calls", "python3, greedy.py", ", limits: { max_turns: 3 }"),
    arm("tokens", "python3, greedy.py", ", limits: { max_tokens: 500 }"),
  ];
  const values = [
    "name=hostile",
    `arms=[${arms.join(", ")}]`,
    "baseline=network",
    "benchmarks.0.limit=4",
    "solvers=[sim-large]",
    "seeds.rollout=[41]",
  ];
  const finished = await run("hostile", values, "--concurrency", "6");
  for (const server of servers) server.close();
  check(
    finished.code === 0,
    `an experiment with hostile agents ends with ${finished.code}${finished.code === 0 ? "" : `: ${finished.err.slice(-500)}`}`,
  );
  const rows = episodesIn(await rowsOf("hostile", "hostile"));
  const { blobs } = openStore(at("hostile"));
  const of = (one: string): LedgerEpisode[] => rows.filter((row) => row.arm === one);
  const said = async (row: LedgerEpisode): Promise<string> =>
    trajectorySchema
      .parse(await readJsonBlob(blobs, row.trajectory ?? ""))
      .steps.map(({ observation }) => observation ?? "")
      .join("\n");
  const network = await Promise.all(of("network").map(said));
  const met = /\{"the world".*\}/.exec(network[0] ?? "")?.[0] ?? "nothing was printed";
  check(network.length === 4 && network.every((text) => text.includes('"the world"') && !text.includes("reached")), `no network: ${met}`);
  const neighbours = await Promise.all(of("neighbours").map(said));
  const times = rows.map(({ volatile }) => [Date.parse(volatile?.startedAt ?? ""), volatile?.ms ?? 0] as const);
  const together = Math.max(...times.map(([start]) => times.filter(([other, ms]) => other <= start && start < other + ms).length));
  check(
    neighbours.length === 4 && together > 1 && neighbours.every((text) => text.includes('"found":[]') && text.includes('"marks":1')),
    `no other episode (${together} at once), nothing the harness keeps: ${/\{"found".*\}/.exec(neighbours[0] ?? "")?.[0] ?? neighbours[0]}`,
  );
  const calls = of("calls");
  check(
    calls.length === 4 && calls.every(({ exit, usage }) => exit === "turn-limit" && usage?.calls === 3),
    `beyond its calls: ${calls.map(({ exit, usage }) => `${exit} after ${usage?.calls}`).join(", ")}`,
  );
  const spent = of("tokens");
  const largest = Math.max(...spent.map(({ usage }) => (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0)));
  check(
    spent.length === 4 && spent.every(({ exit }) => exit === "token-budget"),
    `beyond its tokens: ${spent.map(({ exit }) => exit).join(", ")}, ${largest} of 500 tokens`,
  );
  check(
    rows.every(
      ({ state, outcomes }) => state === "graded" && outcomes.every(({ outcome }) => outcome.state === "graded" && !outcome.score.passed),
    ),
    "all of them are scored, and none passes",
  );
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Analysts and merge steps that fail, each in a way of its own. */
export async function hostileSteps({ at, check, run }: Trial): Promise<void> {
  const base = [
    "evolution.limit=6",
    "benchmarks.0.limit=1",
    "solvers=[sim-large]",
    "seeds.rollout=[41]",
    "evolution.reply_rounds=2",
    "evolution.select.by=first",
  ];
  const step = (way: string, more = ""): string => `{ command: [node, step.mjs, ${way}], files: ${hostile}${more} }`;
  const greedy = `{ command: [python3, greedy.py], files: ${hostile}, max_calls: 2, minutes: 1 }`;
  const ways: readonly (readonly [string, string, RegExp])[] = [
    [
      "network",
      step("network"),
      /^program-failed: the program ended with exit code 7; its standard error ended:\nwithout the network \(E\w+\) there is nothing/,
    ],
    ["flood", step("flood"), /^program-failed: the program printed \d+ bytes more than the 1024 KB that are taken/],
    ["babble", step("babble"), /^unreadable-reply: what the program printed is no JSON \(/],
    ["misplaced edit", step("misplace"), /^unreadable-reply: edits\[0\] does not fit the skill: SKILL\.md has no heading "## Nowhere"/],
    ["greed", greedy, /^program-failed: the program was ended, since it went on asking the model after its budget was spent/],
  ];
  for (const [what, program, wanted] of ways) {
    const name = what.replace(" ", "-");
    const finished = await run("steps", [`name=${name}`, ...base, `evolution.analyst=${program}`]);
    const { episodes } = coverageSchema.parse(
      JSON.parse(await readFile(at("steps", name, "evolutions/evolved/s41/coverage.json"), "utf8")),
    );
    const notes = episodes.map(({ reason, note }) => `${reason}: ${note}`);
    check(
      finished.code === 0 && notes.length === 6 && notes.every((note) => wanted.test(note)),
      `an analyst with ${what}: ${notes[0]?.replaceAll("\n", " ").slice(0, 130)}`,
    );
  }
  const inventive = `evolution.merge={ command: [node, step.mjs, invent], files: ${hostile}, batch_size: 4 }`;
  const finished = await run("steps", ["name=inventive", ...base, analyst, inventive]);
  const { nodes } = mergeTreeSchema.parse(
    JSON.parse(await readFile(at("steps", "inventive", "evolutions/evolved/s41/merge-tree.json"), "utf8")),
  );
  const unread = nodes.filter(({ state }) => state === "unreadable");
  check(
    finished.code === 0 && unread.length > 0 && unread.every(({ edits, departures }) => edits.length > 0 && departures.length === 0),
    `a merge step that makes up ids: ${unread.length} pairs kept as they were, ${unread[0]?.reasoning.slice(0, 130)}`,
  );
}

/** What is refused before anything is spent. `python`: the override with the stand-in agent. */
export async function refusals({ check, run }: Trial, python: string): Promise<void> {
  const words = [
    "name=words",
    "benchmarks=[{ id: math, split: sample/test, limit: 1 }]",
    python,
    "evolution.split=sample/evolve",
    "evolution.start={ skill: skills/math-parametric }",
  ];
  const refused = async (what: string, values: readonly string[], wanted: RegExp): Promise<void> => {
    const { code, err } = await run("refused", values);
    check(code === 2 && wanted.test(err), `${what}: ${err.trim().split("\n").at(-1)?.slice(0, 160)}`);
  };
  await refused(
    "agentic analysts of answers in words by a program",
    words,
    /cannot be; set analysts\.error: single-call, or name an analyst of your own/,
  );
  await refused(
    "a merge step without a sandbox",
    ["name=loose", merge, "sandbox=none"],
    /merge step, which needs a sandbox that can keep it to its task/,
  );
  await refused(
    "a program that is not there",
    ["name=gone", "evolution.limit=1", "evolution.analyst={ command: [no-such-program] }"],
    /"no-such-program" of an evolution could not be started/,
  );
}
