import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sha256 } from "../core/json.ts";
import type { ChatRequest } from "../core/record.ts";
import type { CallEvent } from "./call-event.ts";
import { createModel } from "./create-model.ts";
import { canned, echo, failure, quick, say, simulated } from "./test-calls.ts";
import { answerWith, completion, specFor, variable } from "./test-endpoint.ts";

describe("what goes over the wire", () => {
  it("sends messages, sampling, extra_body, stop, tools and seed, and nothing of this host", async () => {
    const server = await canned(answerWith(200, completion({ content: "ok" })));
    const spec = specFor(
      [server.url],
      { served_name: "served/m", max_tokens_field: "max_completion_tokens" },
      { api_key: variable("KEY"), headers: { "X-Org": "lab" } },
    );
    const model = createModel(spec, { env: { KEY: "sk-secret" } });
    await model.complete({
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "u" },
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "bash", arguments: "{broken" }] },
        { role: "tool", toolCallId: "c1", content: "out" },
      ],
      tools: [{ name: "bash", description: "runs", parameters: { type: "object" } }],
      stop: ["Observation:"],
      seed: 41,
      sampling: {
        temperature: 1,
        top_p: 0.95,
        presence_penalty: 1.5,
        max_tokens: 99,
        extra_body: { top_k: 20, chat_template_kwargs: { enable_thinking: true } },
      },
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).toEqual({
      model: "served/m",
      messages: [
        { role: "system", content: "s" },
        { role: "user", content: "u" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "bash", arguments: '{"unreadable_arguments":"{broken"}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "out" },
      ],
      tools: [{ type: "function", function: { name: "bash", description: "runs", parameters: { type: "object" } } }],
      stop: ["Observation:"],
      seed: 41,
      temperature: 1,
      top_p: 0.95,
      presence_penalty: 1.5,
      max_completion_tokens: 99,
      top_k: 20,
      chat_template_kwargs: { enable_thinking: true },
    });
    const { headers, path } = server.requests[0] ?? {};
    expect(path).toBe("/v1/chat/completions");
    expect(Object.keys(headers ?? {}).sort()).toEqual([
      "accept",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-org",
    ]);
    expect(headers).toMatchObject({ authorization: "Bearer sk-secret", "x-org": "lab" });
  });

  it("leaves out what is not set, and the seed where the provider takes none", async () => {
    const server = await canned(answerWith(200, completion({ content: "ok" })));
    await createModel(specFor([server.url], { send_seed: false }), { env: {} }).complete(say("u", { seed: 7, stop: [], tools: [] }));
    expect(server.requests[0]?.body).toEqual({ model: "m", messages: [{ role: "user", content: "u" }] });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it("takes nothing from OPENAI_* variables", async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      OPENAI_CUSTOM_HEADERS: "x-leak: 1",
      OPENAI_ORG_ID: "org",
      OPENAI_API_KEY: "sk-env",
      OPENAI_BASE_URL: "http://127.0.0.1:1",
    });
    try {
      const server = await canned(answerWith(200, completion({ content: "ok" })));
      await createModel(specFor([server.url]), { env: {} }).complete(say("u"));
      expect(JSON.stringify(server.requests[0]?.headers)).not.toMatch(/leak|org|sk-env/);
    } finally {
      process.env = before;
    }
  });

  it("sends images as data URLs, and refuses them before anything is sent to a model without vision", async () => {
    const server = await simulated({
      brain: { ...echo, reply: (r) => ({ text: r.messages[0]?.images.join() ?? "", finishReason: "stop" }) },
    });
    const bytes = Uint8Array.from([137, 80, 78, 71]);
    const request = say("", { images: async (blob) => (blob === sha256(bytes) ? bytes : Promise.reject(new Error("no such blob"))) });
    const withImage: ChatRequest = {
      ...request,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "look" },
            { type: "image", blob: sha256(bytes), mediaType: "image/png" },
          ],
        },
      ],
    };
    const reply = await createModel(specFor([server.url], { vision: true }), { env: {} }).complete(withImage);
    expect(reply.text).toBe(`data:image/png;base64,${Buffer.from(bytes).toString("base64")}`);
    const error = await failure(createModel(specFor([server.url]), { env: {} }).complete(withImage));
    expect(error.errorClass).toBe("no-vision");
    expect(error.message).toContain("vision: true");
    expect(server.stats().requests).toBe(1);
  });

  it("refuses extra_body members that would override the harness", () => {
    const spec = specFor(["http://localhost/v1"], { sampling: { default: { extra_body: { stream: true } } } });
    expect(() => createModel(spec, { env: {} })).toThrow(/extra_body.stream.*not passed through/);
  });
});

describe("replies", () => {
  it("carry text, reasoning, usage, cost, fingerprint and the facts of the call", async () => {
    const server = await simulated({ fingerprint: "fp-7" });
    const events: CallEvent[] = [];
    const spec = specFor([server.url], { prices: { prompt: 2, completion: 10 } });
    const reply = await createModel(spec, { env: {}, onCall: (e) => events.push(e) }).complete(say("hello"));
    expect(reply).toMatchObject({ text: "you said: hello", reasoning: "hm", toolCalls: [], finishReason: "stop" });
    const { promptTokens, completionTokens } = reply.usage;
    expect(reply.usage).toMatchObject({ calls: 1, reasoningTokens: 1, cachedTokens: 0 });
    expect(reply.call).toMatchObject({ attempts: 1, fingerprint: "fp-7", servedModel: "m", endpoint: new URL(server.url).host });
    expect(reply.call.costUsd).toBeCloseTo((promptTokens * 2 + completionTokens * 10) / 1e6, 12);
    expect(events).toMatchObject([{ kind: "done", purpose: "chat", attempts: 1, usage: reply.usage, costUsd: reply.call.costUsd }]);
  });

  it("carry native tool calls", async () => {
    const server = await simulated();
    const reply = await createModel(specFor([server.url]), { env: {} }).complete(
      say("call ls -la", { tools: [{ name: "bash", description: "", parameters: {} }] }),
    );
    expect(reply).toMatchObject({ text: "", finishReason: "tool_calls", toolCalls: [{ name: "bash", arguments: '{"command":"ls -la"}' }] });
  });

  it("say when they were cut, and when a stop string ended them", async () => {
    const server = await simulated();
    const model = createModel(specFor([server.url]), { env: {} });
    expect(await model.complete(say("a long story", { sampling: { max_tokens: 3 } }))).toMatchObject({
      text: "you said",
      finishReason: "length",
    });
    expect(await model.complete(say("x Observation: y", { stop: ["Observation:"] }))).toMatchObject({
      text: "you said: x ",
      finishReason: "stop",
    });
  });

  it("pass an empty message on as an empty text only when it comes three times in a row", async () => {
    const server = await simulated({ faults: { seed: 1, rates: { "empty-content": 1 } } });
    const reply = await createModel(specFor([server.url]), quick()).complete(say("x"));
    expect(reply).toMatchObject({ text: "", finishReason: "stop", call: { attempts: 3 } });
    expect(server.stats().requests).toBe(3);
  });

  it("count empty messages anew after another failure", async () => {
    const empty = answerWith(200, completion({ content: "" }));
    const answers = [empty, empty, answerWith(500, {}), empty, empty, answerWith(200, completion({ content: "here" }))];
    const server = await canned((res, n) => answers[n]?.(res));
    const reply = await createModel(specFor([server.url], { max_attempts: 6 }), quick()).complete(say("x"));
    expect(reply).toMatchObject({ text: "here", call: { attempts: 6 } });
  });

  it.each([
    ["think tags", { content: "<think>\nplan\n</think>\n\nanswer" }, { text: "answer", reasoning: "plan" }],
    ["a missing opening tag", { content: "plan</think>answer" }, { text: "answer", reasoning: "plan" }],
    ["a thought that never ended", { content: "<think>plan" }, { text: "", reasoning: "plan" }],
    ["the field `reasoning`", { content: "answer", reasoning: "plan" }, { text: "answer", reasoning: "plan" }],
    [
      "a list of parts",
      {
        content: [
          { type: "thinking", thinking: [] },
          { type: "text", text: "answer" },
        ],
      },
      { text: "answer" },
    ],
    ["null content", { content: null }, { text: "" }],
    ["a refusal", { content: null, refusal: "I cannot" }, { text: "I cannot" }],
    [
      "tool arguments as an object and no id",
      { content: "", tool_calls: [{ function: { name: "bash", arguments: { a: 1 } } }] },
      { toolCalls: [{ id: "call_0", name: "bash", arguments: '{"a":1}' }], finishReason: "tool_calls" },
    ],
  ])("understand %s", async (_, message, expected) => {
    const server = await canned(answerWith(200, completion(message)));
    const reply = await createModel(specFor([server.url]), { env: {} }).complete(say("x"));
    expect(reply).toMatchObject(expected);
    if (!("reasoning" in expected)) expect(reply.reasoning).toBeUndefined();
  });

  it("cost is unknown, not 0, without prices or without token counts; cached tokens have their own price", async () => {
    const prices = { prompt: 2, completion: 10, cached: 0.5 };
    const bare = await canned(answerWith(200, completion({ content: "a" }, { usage: undefined })));
    const counted = await canned(
      answerWith(
        200,
        completion(
          { content: "a" },
          { usage: { prompt_tokens: 100, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 60 } } },
        ),
      ),
    );
    const cost = async (spec: Parameters<typeof createModel>[0]) => (await createModel(spec, { env: {} }).complete(say("x"))).call.costUsd;
    expect(await cost(specFor([bare.url], { prices }))).toBeUndefined();
    expect(await cost(specFor([counted.url]))).toBeUndefined();
    expect(await cost(specFor([counted.url], { prices }))).toBeCloseTo((40 * 2 + 60 * 0.5 + 10 * 10) / 1e6, 12);
  });

  it("are understood under another media type and when a gateway compresses them", async () => {
    const text = JSON.stringify(completion({ content: "ok" }));
    const plain = await canned(answerWith(200, text, { "content-type": "text/plain" }));
    const gzip = await canned((res) =>
      res.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(gzipSync(text)),
    );
    for (const { url } of [plain, gzip]) expect((await createModel(specFor([url]), { env: {} }).complete(say("x"))).text).toBe("ok");
  });
});

describe("embeddings", () => {
  it("come back in order over several batches, and fail like calls do", async () => {
    const server = await simulated();
    const model = createModel(specFor([server.url]), { env: {} });
    const texts = Array.from({ length: 150 }, (_, i) => "x".repeat(i));
    expect(await model.embed(texts)).toEqual(texts.map((t) => [t.length, 0.5]));
    expect(server.stats().requests).toBe(3);
    expect(await model.embed([])).toEqual([]);
    const short = await canned(answerWith(200, { data: [{ index: 0, embedding: [1] }] }));
    expect((await failure(createModel(specFor([short.url]), quick()).embed(["a", "b"]))).errorClass).toBe("bad-reply");
    const { embed: _, ...mute } = echo;
    const none = await simulated({ brain: mute });
    expect((await failure(createModel(specFor([none.url]), quick()).embed(["a"]))).errorClass).toBe("bad-request");
  });
});

describe("simulated models", () => {
  it("use the running simulated endpoint and say that they are simulated", async () => {
    const server = await simulated();
    const spec = specFor([], { provider: "simulated", persona: "p" });
    const model = createModel(spec, { env: {}, simulatedUrl: server.url });
    expect([model.simulated, (await model.complete(say("x"))).text]).toEqual([true, "you said: x"]);
    expect(() => createModel(spec, { env: {} })).toThrow(/no simulated endpoint was started/);
  });
});
