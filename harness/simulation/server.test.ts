import { connect } from "node:net";
import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import type { Brain, BrainReply, BrainRequest } from "./contract.ts";
import { recoverableFaults } from "./faults.ts";
import { type SimulatedServer, type SimulatedServerOptions, startSimulatedServer } from "./server.ts";

const seen: BrainRequest[] = [];
function brainSaying(reply: BrainReply | ((r: BrainRequest) => BrainReply)): Brain {
  return {
    models: ["sim"],
    reply: (r) => {
      seen.push(r);
      return typeof reply === "function" ? reply(r) : reply;
    },
    embed: (_, text) => [text.length, 1],
  };
}
const servers: SimulatedServer[] = [];
async function start(options: Partial<SimulatedServerOptions> = {}): Promise<SimulatedServer> {
  const server = await startSimulatedServer({ brain: brainSaying({ text: "hello", finishReason: "stop" }), ...options });
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((s) => s.close()));
  seen.length = 0;
});

async function post(server: SimulatedServer, body: unknown, path = "/chat/completions", headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const res = await fetch(`${server.url}${path}`, {
    method: "POST",
    body: text,
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: res.status, headers: res.headers, text: await res.text() };
}
async function chat(server: SimulatedServer, extra: Record<string, unknown> = {}) {
  const res = await post(server, { model: "sim", messages: [{ role: "user", content: "hi" }], ...extra });
  return { status: res.status, json: JSON.parse(res.text) };
}

describe("chat completions", () => {
  it("hands the brain the conversation and the knobs, and answers like an OpenAI server", async () => {
    const server = await start({ fingerprint: "fp-1" });
    const { status, json } = await chat(server, {
      messages: [
        { role: "system", content: "be kind" },
        {
          role: "user",
          content: [
            { type: "text", text: "look" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "a.txt" },
      ],
      tools: [{ type: "function", function: { name: "bash", parameters: {} } }],
      seed: 41,
      temperature: 0.5,
      chat_template_kwargs: { enable_thinking: false },
      top_k: 40,
    });
    expect(status).toBe(200);
    expect(seen).toEqual([
      {
        model: "sim",
        system: "be kind",
        messages: [
          { role: "user", text: "look", images: ["data:image/png;base64,AA"], toolCalls: [] },
          { role: "assistant", text: "", images: [], toolCalls: [{ id: "c1", name: "bash", arguments: '{"command":"ls"}' }] },
          { role: "tool", text: "a.txt", images: [], toolCalls: [], toolCallId: "c1" },
        ],
        tools: ["bash"],
        toolsForbidden: false,
        seed: 41,
        temperature: 0.5,
        topP: undefined,
        maxTokens: undefined,
        thinking: false,
      },
    ]);
    expect(json).toMatchObject({
      object: "chat.completion",
      model: "sim",
      system_fingerprint: "fp-1",
      choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
      usage: { completion_tokens: 2 },
    });
    expect(json.usage.total_tokens).toBe(json.usage.prompt_tokens + 2);
  });

  it("cuts at the earliest stop string, drops tool calls behind it, and at max_tokens with finish_reason length", async () => {
    const call = { name: "bash", arguments: { command: "ls" } };
    const server = await start({
      brain: brainSaying({ text: "Action: x\nObservation: made up", toolCalls: [call], finishReason: "tool_calls" }),
    });
    const stopped = await chat(server, { stop: ["nowhere", "Observation:", "up"] });
    expect(stopped.json.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "Action: x\n" } });
    expect(stopped.json.choices[0].message.tool_calls).toBeUndefined();
    const cut = await chat(server, { max_tokens: 2 });
    expect(cut.json.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "Action: " } });
    expect(cut.json.usage.completion_tokens).toBe(2);
    const both = await chat(server, { max_completion_tokens: 100, stop: "Observation:" });
    expect(both.json.choices[0].finish_reason).toBe("stop");
    const whole = await chat(server);
    expect(whole.json.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ type: "function", function: { name: "bash", arguments: '{"command":"ls"}' } }] },
    });
  });

  it("counts reasoning against max_tokens first", async () => {
    const server = await start({ brain: brainSaying({ text: "answer", reasoning: "x".repeat(40), finishReason: "stop" }) });
    const { json } = await chat(server, { max_tokens: 5 });
    expect(json.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "", reasoning_content: "x".repeat(20) } });
    expect(json.usage.completion_tokens_details.reasoning_tokens).toBe(5);
  });

  it("streams the same reply in chunks, with usage when asked", async () => {
    const text = "Grüße 👋🏽 ".repeat(20);
    const server = await start({
      brain: brainSaying({
        text,
        reasoning: "think",
        toolCalls: [{ name: "bash", arguments: { command: "ls -la" } }],
        finishReason: "tool_calls",
      }),
    });
    const res = await post(server, {
      model: "sim",
      messages: [{ role: "user", content: "hi" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(res.headers.get("content-type")).toContain("text/event-stream");
    const lines = res.text.trim().split("\n\n");
    expect(lines.at(-1)).toBe("data: [DONE]");
    const chunks = lines.slice(0, -1).map((l) => JSON.parse(l.slice("data: ".length)));
    const deltas = chunks.flatMap((c) => c.choices.map((x: { delta: Record<string, unknown> }) => x.delta));
    expect(deltas.map((d) => d.content ?? "").join("")).toBe(text);
    expect(deltas.map((d) => d.reasoning_content ?? "").join("")).toBe("think");
    const calls = deltas.flatMap((d) => d.tool_calls ?? []);
    expect(calls.map((c: { function: { arguments: string } }) => c.function.arguments).join("")).toBe('{"command":"ls -la"}');
    expect(chunks.at(-2).choices[0].finish_reason).toBe("tool_calls");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    const plain = await post(server, { model: "sim", messages: [{ role: "user", content: "hi" }], stream: true });
    expect(plain.text).not.toContain('"usage"');
  });

  it.each([
    ["unknown model", { model: "gpt" }, 404, "does not exist"],
    ["n > 1", { n: 2 }, 400, "n=1"],
    ["no messages", { messages: [] }, 400, "messages"],
    ["temperature out of range", { temperature: 3 }, 400, "temperature"],
    [
      "past tool arguments that are no JSON",
      { messages: [{ role: "assistant", tool_calls: [{ id: "1", function: { name: "bash", arguments: "{" } }] }] },
      400,
      "not valid JSON",
    ],
  ])("refuses %s with an OpenAI-like error", async (_, extra, status, words) => {
    const server = await start();
    const res = await chat(server, extra);
    expect(res.status).toBe(status);
    expect(res.json.error.message).toContain(words);
  });

  it("passes a brain's refusal on, and shows a brain that throws as a 500 nobody should retry", async () => {
    const refusing = await start({ brain: brainSaying({ error: { status: 400, message: "unknown role: poet" } }) });
    expect((await chat(refusing)).json.error.message).toBe("unknown role: poet");
    const throwing = await start({
      brain: brainSaying(() => {
        throw new Error("boom");
      }),
    });
    const res = await post(throwing, { model: "sim", messages: [{ role: "user", content: "hi" }] });
    expect([res.status, res.headers.get("x-should-retry"), res.text.includes("boom")]).toEqual([500, "false", true]);
  });

  it("refuses prompts beyond the context window in the chosen server's words and shortens what still fits", async () => {
    const long = { messages: [{ role: "user", content: "x".repeat(4000) }] };
    const said: string[] = [];
    for (const overflowWording of ["vllm", "openai", "ollama", "llamacpp", "sglang"] as const) {
      const server = await start({ contextTokens: { sim: 500 }, overflowWording });
      const res = await chat(server, long);
      expect(res.status).toBe(400);
      said.push(res.json.error?.message ?? res.json.message);
    }
    expect(said.map((s) => s.replace(/\d+/g, "N"))).toMatchInlineSnapshot(`
      [
        "This model's maximum context length is N tokens. However, your request has N input tokens. Please reduce the length of the input messages. (parameter=input_tokens, value=N)",
        "This model's maximum context length is N tokens. However, you requested N tokens (N in the messages, N in the completion). Please reduce the length of the messages or completion.",
        "the input length exceeds the context length",
        "the request exceeds the available context size, try increasing it",
        "The input (N tokens) is longer than the model's context length (N tokens).",
      ]
    `);
    const small = await start({ contextTokens: 20, brain: brainSaying({ text: "y".repeat(400), finishReason: "stop" }) });
    const { json } = await chat(small);
    expect(json.choices[0].finish_reason).toBe("length");
    expect(json.usage.total_tokens).toBe(20);
    expect((await chat(small, { max_tokens: 19 })).json.error.message).toContain("plus 19 'max_tokens'");
  });
});

describe("the official SDK", () => {
  it("reads streams, tool calls and usage as it does from any provider", async () => {
    const call = { name: "bash", arguments: { command: "ls -la /work && echo done" } };
    const server = await start({
      brain: brainSaying({ text: "I look around first. ".repeat(5), toolCalls: [call], finishReason: "tool_calls" }),
    });
    const client = new OpenAI({ baseURL: server.url, apiKey: "any", maxRetries: 0 });
    const stream = client.chat.completions.stream({
      model: "sim",
      messages: [{ role: "user", content: "hi" }],
      stream_options: { include_usage: true },
    });
    const whole = await stream.finalChatCompletion();
    expect(whole.choices[0]?.message.content).toBe("I look around first. ".repeat(5));
    expect(whole.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "bash", arguments: JSON.stringify(call.arguments) },
    });
    const plain = await client.chat.completions.create({ model: "sim", messages: [{ role: "user", content: "hi" }] });
    expect(whole.usage).toMatchObject({ prompt_tokens: plain.usage?.prompt_tokens, completion_tokens: plain.usage?.completion_tokens });
    const listed = await client.models.list();
    expect(listed.data.map((m) => m.id)).toEqual(["sim"]);
    const vectors = await client.embeddings.create({ model: "sim", input: "abcd" });
    expect(vectors.data[0]?.embedding).toEqual([4, 1]);
  });
});

describe("the rest of the surface", () => {
  it("lists models, embeds, checks the key, knows no other paths", async () => {
    const server = await start({ apiKey: "sesame", contextTokens: 1000 });
    const auth = { authorization: "Bearer sesame" };
    const list = await fetch(`${server.url}/models`, { headers: auth });
    expect(await list.json()).toMatchObject({ object: "list", data: [{ id: "sim", max_model_len: 1000 }] });
    expect((await fetch(`${server.url}/models`)).status).toBe(401);
    expect((await post(server, {}, "/chat/completions", { authorization: "Bearer wrong" })).status).toBe(401);
    const floats = await post(server, { model: "sim", input: ["ab", "abc"] }, "/embeddings", auth);
    expect(JSON.parse(floats.text).data).toEqual([
      { object: "embedding", index: 0, embedding: [2, 1] },
      { object: "embedding", index: 1, embedding: [3, 1] },
    ]);
    const base64 = JSON.parse((await post(server, { model: "sim", input: "abcd", encoding_format: "base64" }, "/embeddings", auth)).text);
    expect([...new Float32Array(Uint8Array.from(Buffer.from(base64.data[0].embedding, "base64")).buffer)]).toEqual([4, 1]);
    expect((await post(server, {}, "/completions", auth)).status).toBe(404);
    expect((await fetch(`${server.url}/chat/completions`, { headers: auth })).status).toBe(405);
  });

  it("bounds the request body and survives one that is no JSON or never ends", async () => {
    const server = await start({ maxBodyBytes: 2000 });
    expect((await post(server, "x".repeat(300_000))).status).toBe(413);
    expect(await post(server, "{")).toMatchObject({ status: 400 });
    const { port } = new URL(server.url);
    const socket = connect(Number(port), "127.0.0.1");
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.on("error", () => undefined);
      socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{", () => socket.destroy());
    });
    expect((await chat(server)).status).toBe(200);
    await expect.poll(() => server.stats().inFlight).toBe(0);
  });

  it("says which port is taken", async () => {
    const server = await start();
    const port = Number(new URL(server.url).port);
    await expect(start({ port })).rejects.toThrow(/port is taken.*choose another port/);
  });

  it("close ends hanging requests, waits and repeats", async () => {
    const server = await start({ faults: { seed: 1, rates: { hang: 1 } } });
    const slow = await start({ latency: { kind: "fixed", ms: 60_000 } });
    const pending = [chat(server), chat(slow)].map((p) =>
      p.then(
        () => "answered",
        () => "dropped",
      ),
    );
    await expect.poll(() => server.stats().inFlight + slow.stats().inFlight).toBe(2);
    await Promise.all([server.close(), server.close(), slow.close()]);
    expect(await Promise.all(pending)).toEqual(["dropped", "dropped"]);
  });

  it("turns requests away beyond maxInFlight", async () => {
    const server = await start({ maxInFlight: 2, latency: { kind: "fixed", ms: 50 } });
    const statuses = (await Promise.all(Array.from({ length: 6 }, () => chat(server)))).map((r) => r.status);
    expect(statuses.filter((s) => s === 429)).toHaveLength(4);
    expect(server.stats()).toMatchObject({ requests: 6, overloaded: 4, perModel: { sim: 2 } });
  });

  it("never lets a fault alter a reply: what comes through is what comes without faults", async () => {
    const brain = brainSaying((r) => ({ text: `you said ${r.messages[0]?.text}`, finishReason: "stop" }));
    const server = await start({ brain, faults: recoverableFaults(7, 0.6) });
    const results = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const abort = AbortSignal.timeout(1500);
        const body = JSON.stringify({ model: "sim", messages: [{ role: "user", content: `n${i}` }] });
        try {
          const res = await fetch(`${server.url}/chat/completions`, { method: "POST", body, signal: abort });
          const json = JSON.parse(await res.text());
          const message = json.choices?.[0]?.message.content;
          // An empty message is a fault of its own kind, for the client to see through.
          return res.ok && message ? message === `you said n${i}` : undefined;
        } catch {
          return undefined;
        }
      }),
    );
    const through = results.filter((r) => r !== undefined);
    const faults = Object.values(server.stats().faultsInjected).reduce((a, b) => a + b, 0);
    expect(through.every(Boolean)).toBe(true);
    expect(through.length + faults).toBe(60);
    expect(faults).toBeGreaterThan(20);
  });
});
