import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../core/json.ts";
import { bash, call, openProxy, type ProxyForClients, picture, refusedWith } from "./clients.fixture.ts";
import { refusal } from "./refusal.ts";

/** The maker's own client against the proxy: what it takes for a reply is one. */
let proxy: ProxyForClients;
let anthropic: Anthropic;
beforeEach(async () => {
  proxy = await openProxy();
  anthropic = new Anthropic({ baseURL: proxy.base, apiKey: "unused", maxRetries: 0 });
});
afterEach(() => proxy[Symbol.asyncDispose]());

describe("Anthropic's Messages API", () => {
  const ask = { model: "the-model", max_tokens: 100, messages: [{ role: "user" as const, content: "hello" }] };

  it("is answered with text and tools, whole and streamed", async () => {
    proxy.replies.push(
      { text: "I look.", toolCalls: [call], finishReason: "tool_calls" },
      { text: "I look.", toolCalls: [call], finishReason: "tool_calls" },
      { text: "cut", finishReason: "length" },
    );
    const tools = [{ name: "bash", description: "Runs", input_schema: bash }];
    const thinking = { type: "enabled" as const, budget_tokens: 1024 };
    const whole = await anthropic.messages.create({
      ...ask,
      max_tokens: 2000,
      tools,
      thinking,
      system: [{ type: "text", text: "Be brief." }],
      stop_sequences: ["END"],
    });
    const expected = {
      type: "message",
      role: "assistant",
      model: "the-model",
      content: [
        { type: "text", text: "I look." },
        { type: "tool_use", id: "call_a", name: "bash", input: { command: "ls" } },
      ],
      stop_reason: "tool_use",
      usage: { input_tokens: 60, cache_read_input_tokens: 10, output_tokens: 20 },
    };
    expect(whole).toMatchObject(expected);
    expect(proxy.asked[0]).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hello" },
      ],
      tools: [{ name: "bash", description: "Runs", parameters: bash }],
      stop: ["END"],
      sampling: { max_tokens: 2000 },
    });
    expect(await anthropic.messages.stream({ ...ask, tools }).finalMessage()).toMatchObject(expected);
    expect(await anthropic.messages.create(ask)).toMatchObject({ content: [{ type: "text", text: "cut" }], stop_reason: "max_tokens" });
  });

  it("is read with what tools gave, pictures and thoughts", async () => {
    await anthropic.messages.create({
      ...ask,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "see" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: picture } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "s" },
            { type: "text", text: "I look." },
            { type: "tool_use", id: "call_a", name: "bash", input: { command: "ls" } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "call_a",
              content: [
                { type: "text", text: "a" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: picture } },
              ],
              is_error: false,
            },
            { type: "text", text: "go on" },
          ],
        },
      ],
    });
    const image = { type: "image", mediaType: "image/png", blob: sha256("picture") };
    expect(proxy.asked[0]?.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "see" }, image] },
      { role: "assistant", content: "I look.", toolCalls: [call] },
      { role: "tool", toolCallId: "call_a", content: "a" },
      { role: "user", content: [image, { type: "text", text: "go on" }] },
    ]);
  });

  it("is refused in its own form where it cannot be kept to", async () => {
    proxy.replies.push(refusal(403, "max_turns", "No more."), refusal(400, "context_length_exceeded", "131,072 tokens at most."));
    expect(await refusedWith(anthropic.messages.create(ask))).toContain(
      '403 {"type":"error","error":{"type":"permission_error","message":"No more. (max_turns)"}}',
    );
    expect(await refusedWith(anthropic.messages.create(ask))).toContain("prompt is too long: 131,072 tokens at most.");
    const no = (more: object) => refusedWith(anthropic.messages.create({ ...ask, ...more }));
    expect(await no({ tool_choice: { type: "any" } })).toMatch(/^400 .*tool_choice\.type: expected \\"auto\\" or \\"none\\"/);
    expect(await no({ tools: [{ type: "web_search_20250305", name: "web_search" }] })).toMatch(
      /^400 .*tools\.0\.type: expected a tool of the program's own/,
    );
    expect(
      await no({ messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url: "http://x/y.png" } }] }] }),
    ).toMatch(/^400 .*messages\.0\.content/);
    expect(await no({ top_k: 5 })).toMatch(/^400 .*top_k: expected none/);
    expect(proxy.asked).toHaveLength(2);
  });
});
