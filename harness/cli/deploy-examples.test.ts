import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { loadModels } from "../experiment/config/load-experiment.ts";
import { readContext } from "./context.ts";
import { program } from "./program.ts";
import { projectRoot } from "./run-t2s.fixture.ts";

const deploy = join(projectRoot, "configs/deploy");
const text = (name: string): Promise<string> => readFile(join(deploy, name), "utf8");

/** What an example starts in a container, and what that may do. */
interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** It may make the namespaces that sandboxes need. */
  readonly opened: boolean;
}

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      command: z.array(z.string()),
      environment: z.record(z.string(), z.string()).optional(),
      security_opt: z.array(z.string()).optional(),
    }),
  ),
});

/** Variables with defaults become these, others what they are. */
const filledIn = (value: string): string => value.replace(/\$\{\w+:-([^}]*)\}/g, "$1").replace(/\$\{\w+:\?[^}]*\}/g, "given");

async function composed(): Promise<readonly Container[]> {
  const { services } = composeSchema.parse(parse(await text("docker-compose.yml"), { merge: true }));
  return Object.entries(services).map(([name, { image, command, environment, security_opt = [] }]) => ({
    name,
    image,
    args: command.map(filledIn),
    env: Object.keys(environment ?? {}),
    opened: ["seccomp", "apparmor", "systempaths"].every((what) => security_opt.includes(`${what}=unconfined`)),
  }));
}

const podSchema = z.looseObject({
  hostUsers: z.boolean().optional(),
  containers: z.array(
    z.looseObject({
      name: z.string(),
      image: z.string(),
      command: z.array(z.string()).optional(),
      args: z.array(z.string()).optional(),
      env: z.array(z.looseObject({ name: z.string() })).optional(),
      securityContext: z.unknown().optional(),
    }),
  ),
});
const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ template: z.looseObject({ spec: podSchema }).optional() }),
});

const openContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "Unconfined" },
  appArmorProfile: { type: "Unconfined" },
  procMount: "Unmasked",
};

async function kubernetes(): Promise<{ readonly containers: readonly Container[]; readonly services: readonly string[] }> {
  const documents = parseAllDocuments(await text("kubernetes.yaml"));
  for (const one of documents) expect(one.errors).toEqual([]);
  const objects = documents.map((one) => objectSchema.parse(one.toJS()));
  const containers = objects.flatMap(({ spec }) => {
    const pod = spec.template?.spec;
    return (pod?.containers ?? []).map(({ name, image, command, args, env = [], securityContext }) => ({
      name,
      image,
      args: args ?? command ?? [],
      env: env.map((one) => one.name),
      opened: pod?.hostUsers === false && JSON.stringify(securityContext) === JSON.stringify(openContext),
    }));
  });
  return { containers, services: objects.filter(({ kind }) => kind === "Service").map(({ metadata }) => metadata.name) };
}

/** Parses a command line with the program's own commands and options; runs nothing. */
async function parseCommandLine(args: readonly string[]): Promise<void> {
  const t2s = program({ ...readContext(), err: () => undefined, out: () => undefined }, () => undefined);
  const idle = (command: Command): void => {
    command.action(() => undefined).exitOverride();
    command.commands.forEach(idle);
  };
  t2s.commands.forEach(idle);
  await t2s.parseAsync([...args], { from: "user" });
}

const ours = (containers: readonly Container[]): readonly Container[] => containers.filter(({ image }) => !image.startsWith("redis"));

describe.each([
  ["docker-compose.yml", composed, async () => (await composed()).map(({ name }) => name)],
  ["kubernetes.yaml", async () => (await kubernetes()).containers, async () => (await kubernetes()).services],
] as const)("%s", (_name, containersOf, hostsOf) => {
  it("starts a coordinator and workers of one image, and a Redis that keeps nothing", async () => {
    const containers = await containersOf();
    expect(containers.map(({ name }) => name)).toEqual(expect.arrayContaining(["redis", "coordinator", "worker"]));
    expect(new Set(ours(containers).map(({ image }) => image))).toEqual(new Set(["trace2skill-bench:1"]));
    expect(containers.find(({ name }) => name === "redis")?.args).toEqual(["redis-server", "--save", "", "--appendonly", "no"]);
  });

  it("has command lines of this program only, with options it knows", async () => {
    for (const { args } of ours(await containersOf())) await parseCommandLine(args);
    await expect(parseCommandLine(["run", "quickstart", "--no-such-option"])).rejects.toThrow("unknown option");
  });

  it("names hosts that it starts, and one queue for all", async () => {
    const hosts = await hostsOf();
    const containers = ours(await containersOf());
    const urls = containers.flatMap(({ args }) => args.filter((one) => URL.canParse(one) && one.includes("://")));
    expect(urls.length).toBeGreaterThan(2);
    for (const url of urls) expect(hosts).toContain(new URL(url).hostname);
    expect(new Set(urls.filter((url) => url.startsWith("redis:"))).size).toBe(1);
  });

  it("sets variables that the program reads", async () => {
    const sources = await Promise.all(
      (await readdir(join(projectRoot, "harness/cli")))
        .filter((name) => /(?<!\.test|\.fixture)\.ts$/.test(name))
        .map((name) => readFile(join(projectRoot, "harness/cli", name), "utf8")),
    );
    const image = [...(await text("Dockerfile")).matchAll(/^ENV (.*)$/gm)].flatMap(([, list = ""]) =>
      [...list.matchAll(/(\w+)=/g)].map(([, name = ""]) => name),
    );
    expect(image).toContain("T2S_RESULTS");
    for (const name of [...image, ...(await containersOf()).flatMap(({ env }) => env)])
      expect(
        sources.some((source) => source.includes(`env.${name}`)),
        name,
      ).toBe(true);
    for (const { name, env } of ours(await containersOf())) expect(env.includes("T2S_STORE_TOKEN"), name).toBe(name !== "model");
  });

  it("opens what sandboxes need where units run, and nowhere else", async () => {
    for (const { name, opened } of await containersOf()) expect(opened, name).toBe(name === "coordinator" || name === "worker");
  });
});

describe("the image", () => {
  it("starts this program, and copies what is there", async () => {
    const lines = (await text("Dockerfile")).replace(/\\\n/g, "").split("\n");
    const words = (instruction: string): string[][] =>
      lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(/\s+/).slice(1));
    for (const copied of words("COPY"))
      for (const path of copied.filter((word) => !word.startsWith("--")).slice(0, -1))
        expect(existsSync(join(projectRoot, path)), path).toBe(true);
    const [entry = ""] = lines.filter((line) => line.startsWith("ENTRYPOINT ")).map((line) => line.slice(11));
    const [node, path = ""]: string[] = JSON.parse(entry);
    expect(node).toBe("node");
    expect(existsSync(join(projectRoot, path.replace("/opt/t2s/", "")))).toBe(true);
    await parseCommandLine(JSON.parse(lines.find((line) => line.startsWith("CMD "))?.slice(4) ?? "[]"));
  });

  it("knows the simulated models behind an endpoint of their own", async () => {
    const models = await loadModels(["sim-large", "sim-small"], undefined, [join(deploy, "models")]);
    for (const spec of models.values()) expect(spec.endpoints).toMatchObject([{ base_url: ["$", "{T2S_MODEL_URL}"].join("") }]);
    const compose = await text("docker-compose.yml");
    expect(compose).toContain("/opt/t2s/configs/deploy/models");
    expect(compose).toContain("T2S_MODEL_URL: http://model:8377/v1");
  });
});
