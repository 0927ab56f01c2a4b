import { mkdtemp, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../core/json.ts";
import { noUsage } from "../../core/record.ts";
import type { AskedCompletion } from "./read-chat-body.ts";
import { refusal } from "./refusal.ts";
import { type bounds, serveModel } from "./serve-model.ts";

let home: string;
let sockets = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "t2s-proxy-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A model that says how many messages it was sent. */
async function open(limits: Partial<typeof bounds> = {}) {
  const socket = join(home, `${++sockets}.sock`);
  const asked: AskedCompletion[] = [];
  const images: Uint8Array[] = [];
  const served = await serveModel(
    socket,
    {
      name: "the-model",
      answer: async (one) => {
        asked.push(one);
        if (one.messages.some(({ content }) => content === "too much")) return refusal(403, "max_turns", "No more.");
        if (one.messages.some(({ content }) => content === "break")) throw new Error("secret detail");
        const calls = one.tools === undefined ? [] : [{ id: "a", name: one.tools[0]?.name ?? "", arguments: "{}" }];
        const reply = {
          text: `heard ${one.messages.length}`,
          toolCalls: calls,
          finishReason: "stop",
          usage: { ...noUsage, promptTokens: 7, completionTokens: 2 },
        } as const;
        return { id: `chatcmpl-${asked.length}`, model: "the-model", reply: { ...reply, call: { ms: 0, attempts: 1, endpoint: "e" } } };
      },
      keepImage: async (bytes) => {
        images.push(bytes);
        return sha256(bytes);
      },
    },
    limits,
  );
  return { socket, asked, images, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() };
}

/** What comes back for raw bytes, until the other side closes; `wait` closes from here after a while. */
function raw(socket: string, bytes: string, wait = 400): Promise<string> {
  return new Promise((resolve) => {
    const wire = connect(socket);
    let text = "";
    const timer = setTimeout(() => wire.destroy(), wait);
    wire.on("data", (chunk) => {
      text += chunk;
    });
    wire.on("error", () => {});
    wire.on("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
    wire.write(bytes);
  });
}

async function post(
  socketPath: string,
  body: unknown,
  path = "/v1/chat/completions",
): Promise<{ status: number; text: string; code?: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method: "POST" }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, code: /"code":"(\w+)"/.exec(text)?.[1] }));
    });
    sent.on("error", reject);
    sent.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

const hello = { model: "the-model", messages: [{ role: "user", content: "hello" }] };
const http = (body: string, line = "POST /v1/chat/completions") =>
  `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe("the model behind a socket", () => {
  it("answers completions in OpenAI's form, whole and as events, with tools and pictures", async () => {
    await using model = await open();
    const whole = JSON.parse((await post(model.socket, hello)).text);
    expect(whole).toMatchObject({
      object: "chat.completion",
      model: "the-model",
      choices: [{ message: { role: "assistant", content: "heard 1" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
    });
    const tools = [{ type: "function", function: { name: "look" } }];
    const { text } = await post(model.socket, { ...hello, tools, stream: true, stream_options: { include_usage: true } });
    const events = text.split("\n\n").filter((line) => line !== "");
    expect(events.at(-1)).toBe("data: [DONE]");
    expect(events.slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)))).toMatchObject([
      { choices: [{ delta: { role: "assistant", content: "heard 1", tool_calls: [{ index: 0, id: "a", function: { name: "look" } }] } }] },
      { choices: [{ delta: {}, finish_reason: "stop" }] },
      { choices: [], usage: { total_tokens: 9 } },
    ]);
    const url = `data:image/png;base64,${Buffer.from("picture").toString("base64")}`;
    const seen = [
      { type: "text", text: "see" },
      { type: "image_url", image_url: { url } },
    ];
    expect(
      (
        await post(model.socket, {
          ...hello,
          messages: [
            { role: "developer", content: seen.slice(0, 1) },
            { role: "user", content: seen },
          ],
        })
      ).status,
    ).toBe(200);
    expect(model.asked.at(-1)?.messages).toEqual([
      { role: "system", content: "see" },
      { role: "user", content: [seen[0], { type: "image", mediaType: "image/png", blob: sha256("picture") }] },
    ]);
    expect(model.images.map(String)).toEqual([String(Buffer.from("picture"))]);
    expect(await raw(model.socket, "GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toContain('"id":"the-model"');
  });

  it.each<[string, unknown, string]>([
    ["no JSON", "{", "invalid_json"],
    [
      "JSON nested ten thousand deep",
      `{"model":"the-model","messages":[],"tools":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
      "invalid_request",
    ],
    ["no messages", { model: "the-model", messages: [] }, "invalid_request"],
    ["several replies", { ...hello, n: 4 }, "invalid_request"],
    ["a forced tool", { ...hello, tool_choice: "required" }, "invalid_request"],
    ["log probabilities", { ...hello, logprobs: true }, "invalid_request"],
    ["a search of the web", { ...hello, web_search_options: {} }, "invalid_request"],
    [
      "a picture from elsewhere",
      { ...hello, messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] }] },
      "invalid_image",
    ],
  ])("refuses %s and asks nobody", async (_, body, code) => {
    await using model = await open();
    expect(await post(model.socket, body)).toMatchObject({ status: 400, code });
    expect(model.asked).toEqual([]);
  });

  it("serves nothing else: no embeddings, no other API, no other address, no tunnel", async () => {
    await using model = await open();
    for (const path of [
      "/v1/embeddings",
      "/v1/completions",
      "/v1/responses/resp_1",
      "/v1/messages/count_tokens",
      "/v1/chat/completions/../../admin",
      "//example.org/v1/chat/completions",
      "/",
    ])
      expect(await post(model.socket, hello, path), path).toMatchObject({ status: 404, code: "unknown_url" });
    const body = JSON.stringify(hello);
    expect(await raw(model.socket, http(body, "POST http://example.org/v1/chat/completions"))).toMatch(/^HTTP\/1.1 404/);
    expect(await raw(model.socket, http("", "CONNECT example.org:443"))).not.toMatch(/ 200 /);
    expect(await raw(model.socket, "GET /v1/models HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")).not.toMatch(
      / 101 /,
    );
    expect(await raw(model.socket, "\x16\x03\x01 not HTTP at all\r\n\r\n")).toMatch(/^HTTP\/1.1 400/);
    expect(model.asked).toEqual([]);
  });

  it("counts pipelined requests one by one, and tells its own failures without their words", async () => {
    await using model = await open();
    const body = JSON.stringify(hello);
    const replies = await raw(model.socket, http(body).repeat(3));
    expect(replies.match(/HTTP\/1.1 200/g)).toHaveLength(3);
    expect(model.asked).toHaveLength(3);
    const said = async (content: string) => await post(model.socket, { ...hello, messages: [{ role: "user", content }] });
    expect(await said("too much")).toMatchObject({ status: 403, code: "max_turns" });
    const broken = await said("break");
    expect(broken.status).toBe(503);
    expect(broken.text).not.toContain("secret");
  });

  it("holds no giant bodies and waits for nobody", async () => {
    await using model = await open({ bodyBytes: 10_000, heldBytes: 15_000, headersMs: 200, requestMs: 300, idleMs: 100 });
    const long = JSON.stringify({ ...hello, pad: "x".repeat(20_000) });
    expect(await raw(model.socket, http(long))).toMatch(/^HTTP\/1.1 413/);
    const endless = `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${`1000\r\n${"x".repeat(4096)}\r\n`.repeat(4)}`;
    expect(await raw(model.socket, endless)).toMatch(/^HTTP\/1.1 413/);
    // Several that are each allowed hold more together than is allowed.
    const half = (n: number) => `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n${"x".repeat(n)}`;
    const together = await Promise.all([raw(model.socket, half(9_000), 900), raw(model.socket, half(9_000), 900)]);
    expect(together.filter((text) => text.startsWith("HTTP/1.1 413"))).toHaveLength(1);
    const started = performance.now();
    for (const text of await Promise.all([raw(model.socket, half(10), 5_000), raw(model.socket, "POST /v1/chat", 5_000)]))
      expect(text).toMatch(/^(HTTP\/1.1 4|$)/);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(model.asked).toEqual([]);
    expect((await post(model.socket, hello)).status).toBe(200);
  });

  it("is gone when it is closed, open connections included, and says when its path is too long", async () => {
    const model = await open();
    const idle = raw(model.socket, "GET /v1/models HTTP/1.1\r\nHost: x\r\n", 5_000);
    await model[Symbol.asyncDispose]();
    await idle;
    await expect(stat(model.socket)).rejects.toThrow("ENOENT");
    await expect(
      serveModel(join(home, "x".repeat(120)), { name: "m", answer: async () => refusal(400, "a", "b"), keepImage: async () => "" }),
    ).rejects.toThrow(/path of more than 107 bytes; set TMPDIR/);
  });
});
