import { describe, expect, it } from "vitest";
import { describeModel, endpointLabel } from "./describe-model.ts";
import { readErrorBody } from "./read-error-body.ts";
import { completionAloneOverflows, isContextOverflow } from "./recognise-overflow.ts";
import { redactor } from "./redact.ts";
import { resolveEndpoints } from "./resolve-endpoints.ts";
import { retryAfterMs } from "./retry-after.ts";
import { splitReasoning } from "./split-reasoning.ts";
import { specFor, variable } from "./test-endpoint.ts";

describe("splitReasoning", () => {
  it.each([
    ["plain", { text: "plain" }],
    ["", { text: "" }],
    ["  <think>a</think>\n\nb </think> c", { text: "b </think> c", reasoning: "a" }],
    ["a\n</think>\nb", { text: "b", reasoning: "a" }],
    ["</think>b", { text: "b", reasoning: "" }],
    ["<think>\nnever ends", { text: "", reasoning: "never ends" }],
    ["I write <think>x</think> into the cell", { text: "I write <think>x</think> into the cell" }],
    ["a line\nwith <think> only", { text: "a line\nwith <think> only" }],
  ])("%j", (text, expected) => {
    expect(splitReasoning(text)).toEqual(expected);
  });
});

describe("readErrorBody", () => {
  it.each([
    ['{"error":{"message":"m","type":"t","code":400}}', { message: "m", type: "t", code: "400" }],
    ['{"error":{"message":"m","metadata":{"raw":"upstream said no"}}}', { message: "m (upstream said no)" }],
    ['{"error":"plain"}', { message: "plain" }],
    ['{"object":"error","message":"m","code":400}', { message: "m", code: "400" }],
    ['{"detail":"Not Found"}', { message: "Not Found" }],
    ['[{"error":{"message":"gemini","status":"X"}}]', { message: "gemini" }],
    ['{"odd":1}', { message: '{"odd":1}' }],
    ["", { message: "no message" }],
    ["<html><script>var a</script><h1>502</h1> Bad</html>", { message: "502 Bad" }],
    ['{"error":{"message":', { message: '{"error":{"message":' }],
  ])("%s", (raw, expected) => {
    expect(readErrorBody(raw)).toEqual(expected);
  });
  it("is bounded", () => {
    expect(readErrorBody("x".repeat(1_000_000)).message).toMatch(/^x{1000} … \(999000 more characters\)$/);
  });
});

describe("context overflow", () => {
  it.each([
    "Rate limit reached for tokens per min",
    "temperature exceeds the allowed maximum",
    "max_tokens=200000 cannot be greater than max_model_len=4096. Please request fewer output tokens.",
    "The model does not support a context parameter",
    "Invalid 'stop': maximum length is 4",
  ])("is not seen in: %s", (message) => {
    expect(isContextOverflow({ message })).toBe(false);
  });
  it("is told from a completion that alone fills the window", () => {
    const vllm = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens";
    expect(completionAloneOverflows(vllm, 4096)).toBe(true);
    expect(completionAloneOverflows(vllm, 1024)).toBe(false);
    expect(completionAloneOverflows(vllm, undefined)).toBe(false);
    expect(completionAloneOverflows("the input length exceeds the context length", 9999)).toBe(false);
  });
});

describe("retryAfterMs", () => {
  const read = (headers: Record<string, string>): number | undefined =>
    retryAfterMs((name) => headers[name], Date.parse("2026-01-01T00:00:00Z"));
  it("reads seconds, dates and OpenAI's milliseconds; dates gone by are 0; nonsense is nothing", () => {
    expect(read({ "retry-after": "3" })).toBe(3000);
    expect(read({ "retry-after": "0.5" })).toBe(500);
    expect(read({ "retry-after": "Thu, 01 Jan 2026 00:00:10 GMT" })).toBe(10_000);
    expect(read({ "retry-after": "Wed, 31 Dec 2025 00:00:10 GMT" })).toBe(0);
    expect(read({ "retry-after-ms": "250", "retry-after": "9" })).toBe(250);
    expect(read({ "retry-after": "-5" })).not.toBe(-5000);
    expect(read({ "retry-after": "whenever" })).toBeUndefined();
    expect(read({})).toBeUndefined();
  });
});

describe("redactor", () => {
  it("removes secrets, longest first, and bearer values, but no ordinary words", () => {
    const redact = redactor(["sk-abc", "sk-abcdef", "", "no"]);
    expect(redact("key sk-abcdef and sk-abc, no more")).toBe("key [secret] and [secret], no more");
    expect(redact("Authorization: Bearer zzzzzzzz")).toBe("Authorization: Bearer [secret]");
  });
});

describe("resolveEndpoints", () => {
  const resolve = (endpoint: Record<string, unknown>, env: Record<string, string> = {}) =>
    resolveEndpoints(specFor(["http://h/v1"], {}, endpoint), env)[0];
  it("expands variables anywhere and takes credentials out of the URL", () => {
    expect(resolve({ base_url: `http://${variable("HOST")}:8000/v1/` }, { HOST: "gpu" })?.baseUrl).toBe("http://gpu:8000/v1");
    const e = resolve(
      { base_url: "https://u:p%40ss@h:9/v1?key=0123456789abcdef&v=2", headers: { "X-T": `a-${variable("T")}` } },
      { T: "tttt" },
    );
    expect(e).toMatchObject({
      label: "h:9",
      baseUrl: "https://h:9/v1",
      query: { key: "0123456789abcdef", v: "2" },
      headers: { authorization: `Basic ${Buffer.from("u:p@ss").toString("base64")}`, "x-t": "a-tttt" },
    });
    expect(e?.secrets).toEqual(expect.arrayContaining(["tttt", "p@ss", "0123456789abcdef"]));
    expect(e?.secrets).not.toContain("2");
  });
  it.each([
    [{ api_key: variable("NOPE") }, /environment variable NOPE, used by endpoints\[0\]\.api_key of model "m", is not set; set it/],
    [{ base_url: variable("EMPTY") }, /EMPTY, used by endpoints\[0\]\.base_url/],
    [{ base_url: "localhost:8000/v1" }, /base_url of model "m" is not a URL/],
    [{ base_url: "ftp://h/v1" }, /starts with http/],
    [{ base_url: "http://h/v1/chat/completions" }, /ends in \/chat\/completions; write only the part before it/],
    [{ headers: { "x-a": variable("NEWLINE") } }, /line break/],
  ])("refuses %j in one sentence", (endpoint, words) => {
    expect(() => resolve(endpoint, { EMPTY: "", NEWLINE: "a\r\nb: c" })).toThrow(words);
  });
});

describe("identity of a model", () => {
  it("is name, revision and template; never where it runs or what it costs", () => {
    const here = specFor(
      ["http://u:p@here/v1"],
      { revision: "abc", chat_template: "t", prices: { prompt: 1, completion: 1 } },
      { api_key: "k" },
    );
    const there = specFor(["http://there/v1"], { revision: "abc", chat_template: "t", served_name: "other" });
    expect(describeModel(here)).toEqual(describeModel(there));
    expect(describeModel(here)).not.toEqual(describeModel(specFor(["http://there/v1"], { revision: "abd", chat_template: "t" })));
    const sim = specFor([], { provider: "simulated", persona: "p" });
    expect(describeModel(sim, "a".repeat(64))).not.toEqual(describeModel(sim, "b".repeat(64)));
    expect(() => describeModel(sim)).toThrow(/no persona hash/);
  });
  it("labels endpoints without credentials", () => {
    expect(endpointLabel("https://user:pass@h:8443/v1?sig=1")).toBe("h:8443");
    expect(endpointLabel("what")).toBe("(unreadable URL)");
  });
});
