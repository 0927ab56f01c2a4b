import { beforeAll, describe, expect, it } from "vitest";
import { noUsage, type TrajectoryRecord } from "../../core/record.ts";
import { type FindSecrets, openSecretFinder } from "./find-secrets.ts";
import { redactRun, redactText } from "./redact-run.ts";

let find: FindSecrets;
beforeAll(async () => {
  find = await openSecretFinder();
});

/** Random as keys are; no key of anybody. */
const key = "aB3dE5gH7jK9mN1pQ3sT5vX7z";
const block = ["-----BEGIN OPENSSH PRIVATE KEY-----", key, key, "-----END OPENSSH PRIVATE KEY-----"];

describe("a text", () => {
  it.each([
    [`OPENAI_API_KEY=sk-proj-${key}${key}`, "sk-proj"],
    [`sk-ant-api03-${key}`, key],
    [`remote: ghp_${key}${key.slice(0, 11)}`, key],
    [`github_pat_${key}_${key}`, key],
    ["id AKIAQWERTYUIOPASDFGH here", "AKIA"],
    ["aws_secret_access_key = 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", "wJalr"],
    ["xoxb-123456789012-abcdefghij", "xoxb"],
    ["export DB_PASSWORD='hunter22'", "hunter22"],
    ['"password": "two words"', "words"],
    ["password: correcthorse", "correct"],
    [`{"token": "${key}"}`, key],
    [`{\\"api_key\\": \\"${key}\\"}`, key],
    [`Authorization: Bearer ${key}`, key],
    ['curl -H "Authorization: Basic dXNlcjpwYXNzd29yZA=="', "dXNl"],
    ["cookie eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_123;", "eyJ"],
    ["git clone https://bob:s3cretpw@host/x", "s3cret"],
    ["MY_SERVICE_KEY: Zx9Qw8Er7Ty6Ui5Op4", "Zx9Q"],
    [block.join("\n"), key],
    [block.join("\\n"), key],
    [block.slice(0, 3).join("\n"), key],
  ])("loses the secret of %s", async (text, secret) => {
    const clean = await redactText(text, find);
    expect(clean).not.toContain(secret);
    expect(clean).toMatch(/\[redacted: [^\]]+\]/);
    expect(await redactText(clean, find)).toBe(clean);
  });

  it.each([
    "max_tokens: 4096, prompt_tokens=1200",
    "token = tokens[i]; const token = getToken();",
    `password = os.environ["DB"]; password: $${"{DB_PASSWORD}"}; token: <your-token>`,
    "PRIMARY_KEY=customer_id, SORT_KEY = lambda row: row[1]",
    "secret: string, the key: value pairs, row.token = item.token",
    "Bearer authentication is used by sk-learn for task-12345678901234567890",
    "https://host:8080/a@b 2e4f6b8a0c1d3e5f7a9b1c3d5e7f9a0b1c2d3e4f",
  ])("keeps what is no secret: %s", async (text) => {
    expect(await redactText(text, find)).toBe(text);
  });

  it("made to take long does not", async () => {
    const begun = performance.now();
    for (const part of ["-----BEGIN RSA PRIVATE KEY-----\n", "eyJaaaaaaaa1.", "A_KEY_", "token=", "://a:", "sk-a1-", "\n"])
      await find(part.repeat(200_000 / part.length));
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe("a run", () => {
  const step = { turn: 1, reply: "", finishReason: "", usage: noUsage };
  const run: TrajectoryRecord = {
    v: 1,
    agent: "a",
    system: `use ${key}`,
    user: "Do it.",
    steps: [
      {
        ...step,
        thought: "I log in.",
        action: { tool: "login", arguments: { user: "bob", password: "hunter2", list: [{ api_key: `x${key}` }] } },
      },
      {
        ...step,
        turn: 2,
        reply: "Done",
        reasoning: `MY_TOKEN=${key}`,
        observation: `${"x".repeat(130_000)} ghp_${key}${key} ${"y".repeat(130_000)}`,
      },
    ],
  };

  it("loses secrets everywhere, also where they stand by themselves, and tells them once with their kind", async () => {
    const { trajectory, secrets } = await redactRun(run, find);
    const text = JSON.stringify(trajectory);
    expect(text).not.toContain(key);
    expect(text).not.toContain("hunter2");
    expect(trajectory.system).toMatch(/^use \[redacted: /);
    expect(trajectory.steps[0]?.action?.arguments).toMatchObject({ user: "bob", password: "[redacted: password]" });
    expect(trajectory.steps[1]?.observation).toMatch(/^x+ \[redacted: GitHub token\] y+$/);
    expect([...secrets]).toEqual([
      ["hunter2", "password"],
      [`x${key}`, "token or key by its name"],
      [key, "token or key by its name"],
      [`ghp_${key}${key}`, "GitHub token"],
    ]);
  });

  it("with more secrets than it can have loses them all the same, in time", async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `token=${key}${i}`).join("\n");
    const again = `${many.replaceAll("token=", "seen ")}\n`.repeat(20);
    const begun = performance.now();
    const { trajectory, secrets } = await redactRun({ ...run, system: many, user: again, steps: [] }, find);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(secrets.size).toBe(3000);
    expect(JSON.stringify(trajectory).includes(key)).toBe(false);
  });

  it("without secrets stays what it is", async () => {
    const plain: TrajectoryRecord = { ...run, system: "", steps: run.steps.slice(0, 0) };
    expect(await redactRun(plain, find)).toEqual({ trajectory: plain, secrets: new Map() });
  });
});
