import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { looksSecret, secretsIn } from "./environment-references.ts";
import { readModels } from "./read-models.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "models-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const variable = (name: string): string => `$${"{"}${name}}`;
const endpoint = (rest: string): string => `name: m\nendpoints:\n  - base_url: http://localhost:8000/v1\n    ${rest}\n`;

async function read(text: string) {
  await writeFile(path.join(dir, "m.yaml"), text);
  const spec = (await readModels(["m"], [dir])).get("m");
  if (spec === undefined) throw new Error("no model");
  return spec;
}
async function complaint(text: string): Promise<string> {
  const error = await read(text).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message.replaceAll(`${dir}/`, "");
}

describe("readModels", () => {
  it("keeps references unresolved and lists them", async () => {
    const spec = await read(
      `name: m\nendpoints:\n  - base_url: ${variable("URL_A")}/v1\n    api_key: ${variable("KEY_A")}\n    headers: { x-team: "a", authorization: "Bearer ${variable("TOKEN")}" }\n  - base_url: http://b/v1\n    api_key: ${variable("KEY_A")}\n`,
    );
    expect(spec.endpoints[0]?.api_key).toBe(variable("KEY_A"));
    expect(spec.endpoints[1]?.concurrency).toBe(16);
    expect(secretsIn(spec)).toEqual(["KEY_A", "TOKEN", "URL_A"]);
  });

  it("looks into the folders in their order", async () => {
    const mine = path.join(dir, "mine");
    await mkdir(mine, { recursive: true });
    await read("name: m\nprovider: simulated\npersona: shared\n");
    await writeFile(path.join(mine, "m.yaml"), "name: m\nprovider: simulated\npersona: mine\n");
    expect((await readModels(["m"], [mine, dir])).get("m")?.persona).toBe("mine");
    expect((await readModels(["m", "m"], [path.join(dir, "absent"), dir])).get("m")?.persona).toBe("shared");
  });

  it.each([
    [
      "a written key",
      endpoint("api_key: sk-proj-abcdefgh12345678"),
      /^m\.yaml:4:14: endpoints\.0\.api_key: this looks like a secret; .*environment variable instead/,
    ],
    ["any other written key", endpoint("api_key: 8f3d2c1b9a"), /m\.yaml:4:14: endpoints\.0\.api_key: this looks like a secret/],
    [
      "a written token",
      endpoint("headers: { Authorization: Bearer abc }"),
      /endpoints\.0\.headers\.Authorization: this looks like a secret/,
    ],
    [
      "a password in the URL",
      endpoint("rpm: 1").replace("http://localhost", "http://user:pass@localhost"),
      /m\.yaml:3:15: endpoints\.0\.base_url: this looks like a secret/,
    ],
    ["a key in the URL", endpoint("rpm: 1").replace("/v1", "/v1?api_key=abc"), /endpoints\.0\.base_url: this looks like a secret/],
    ["a key that is a number", endpoint("api_key: 12345678"), /m\.yaml:4:14: endpoints\.0\.api_key: expected a text, found a number\.$/],
    [
      "a reference elsewhere",
      `${endpoint("rpm: 1")}served_name: ${variable("X")}\n`,
      /m\.yaml:5:14: served_name: environment variables may be used only/,
    ],
    [
      "a reference as a number",
      endpoint(`concurrency: ${variable("N")}`),
      /m\.yaml:4:18: endpoints\.0\.concurrency: environment variables may be used only/,
    ],
    ["a reference with a default", endpoint(`api_key: "$${"{"}KEY:-abc}"`), /endpoints\.0\.api_key: .*begin a reference/],
    ["a reference left open", endpoint(`api_key: "$${"{"}KEY"`), /endpoints\.0\.api_key: .*begin a reference/],
    [
      "another name inside",
      endpoint("rpm: 1").replace("name: m", "name: n"),
      /^m\.yaml:1:7: name: expected "m", the name of the file, found "n"/,
    ],
    ["no endpoint", "name: m\n", /m\.yaml:1:1: endpoints: at least one endpoint with a base_url is needed\.$/],
    ["no persona", "name: m\nprovider: simulated\n", /persona: a simulated model needs a persona\.$/],
    [
      "a bad name of a sampling",
      `${endpoint("rpm: 1")}sampling:\n  "a b": {}\n`,
      /m\.yaml:6:3: sampling\.a b: this name cannot be used: expected letters/,
    ],
    [
      "a temperature out of bounds",
      `${endpoint("rpm: 1")}sampling: { default: { temperature: 3 } }\n`,
      /m\.yaml:5:37: sampling\.default\.temperature: expected at most 2, found 3\.$/,
    ],
    [
      "a price left out",
      `${endpoint("rpm: 1")}prices: { prompt: 1 }\n`,
      /m\.yaml:5:1: prices\.completion: this key is missing; expected a number\.$/,
    ],
    [
      "a field that belongs into extra_body",
      `${endpoint("rpm: 1")}sampling: { default: { top_k: 3 } }\n`,
      /m\.yaml:5:24: sampling\.default\.top_k: unknown key; did you mean "top_p"\?$/,
    ],
  ])("refuses %s without repeating it", async (_, text, expected) => {
    const message = await complaint(text);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(/abcdefgh|8f3d|12345678|pass@|Bearer abc|=abc/);
    expect(message).not.toContain("\n");
  });

  it.each(["EMPTY", "ollama", "none"])("lets a server without keys have %s", async (word) => {
    expect((await read(endpoint(`api_key: ${word}`))).endpoints[0]?.api_key).toBe(word);
  });

  it("suggests near names for a missing file", async () => {
    await read(endpoint("rpm: 1"));
    await writeFile(path.join(dir, "qwen3.5-35b-a3b.yaml"), "x");
    await expect(readModels(["qwen35-35b"], [dir])).rejects.toThrow(/There is no model "qwen35-35b" .*; did you mean "qwen3\.5-35b-a3b"\?/);
    await expect(readModels(["other"], [dir])).rejects.toThrow(/; there are: m, qwen3\.5-35b-a3b\./);
  });
});

describe("looksSecret", () => {
  it.each(["sk-proj-AbCdEf123456", "use hf_abcdefghijklmnop", "ghp_abcdefghijklmnop1234", "AIzaSyA1234567890abcdefghijklmnopqrst"])(
    "%s",
    (text) => {
      expect(looksSecret(text)).toBe(true);
    },
  );
  it.each(["task-list-of-many-things", "skills/xlsx-human", "qwen3.5-122b-a10b", "sk-", "risk-averse-behaviour-model"])(
    "not %s",
    (text) => {
      expect(looksSecret(text)).toBe(false);
    },
  );
});
