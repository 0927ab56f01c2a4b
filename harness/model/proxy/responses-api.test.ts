import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../core/json.ts";
import { bash, call, openProxy, type ProxyForClients, picture, refusedWith } from "./clients.fixture.ts";
import { refusal } from "./refusal.ts";

/** The maker's own client against the proxy: what it takes for a reply is one. */
let proxy: ProxyForClients;
let openai: OpenAI;
beforeEach(async () => {
  proxy = await openProxy();
  openai = new OpenAI({ baseURL: `${proxy.base}/v1`, apiKey: "unused", maxRetries: 0 });
});
afterEach(() => proxy[Symbol.asyncDispose]());

describe("OpenAI's Responses API", () => {
  const ask = { model: "the-model", input: "hello", store: false } as const;
  const bashTool = { type: "function" as const, name: "bash", description: "Runs", parameters: bash, strict: false };

  it("is answered with text and tools, whole and streamed", async () => {
    const patch = { id: "call_b", name: "patch", arguments: '{"input":"*** Begin"}' };
    const reply = { text: "I look.", toolCalls: [call, patch], finishReason: "tool_calls" } as const;
    proxy.replies.push(reply, reply, { text: "cut", finishReason: "length" });
    const tools = [
      bashTool,
      { type: "custom" as const, name: "patch", format: { type: "grammar" as const, syntax: "lark" as const, definition: "start: x" } },
    ];
    const whole = await openai.responses.create({
      ...ask,
      instructions: "Be brief.",
      tools,
      reasoning: { effort: "low" },
      max_output_tokens: 100,
    });
    const expected = {
      status: "completed",
      output: [
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
        { type: "function_call", call_id: "call_a", name: "bash", arguments: '{"command":"ls"}' },
        { type: "custom_tool_call", call_id: "call_b", name: "patch", input: "*** Begin" },
      ],
      usage: {
        input_tokens: 70,
        input_tokens_details: { cached_tokens: 10 },
        output_tokens: 20,
        output_tokens_details: { reasoning_tokens: 5 },
        total_tokens: 90,
      },
    };
    expect(whole).toMatchObject({ ...expected, output_text: "I look." });
    expect(proxy.asked[0]).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hello" },
      ],
      tools: [
        { name: "bash", parameters: bash },
        { name: "patch", description: expect.stringContaining("start: x"), parameters: { required: ["input"] } },
      ],
      sampling: { max_tokens: 100 },
    });
    const kinds: string[] = [];
    const stream = openai.responses.stream({ ...ask, tools }).on("event", ({ type }) => kinds.push(type));
    expect(await stream.finalResponse()).toMatchObject(expected);
    expect(kinds).toEqual(
      expect.arrayContaining([
        "response.created",
        "response.output_text.delta",
        "response.function_call_arguments.delta",
        "response.completed",
      ]),
    );
    expect(await openai.responses.create(ask)).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output_text: "cut",
    });
  });

  it("is read with calls, what tools gave, pictures and reasoning", async () => {
    await openai.responses.create({
      ...ask,
      text: { format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true } },
      input: [
        { role: "developer", content: "Be brief." },
        {
          type: "message",
          role: "user",
          content: [
            { type: "input_text", text: "see" },
            { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${picture}` },
          ],
        },
        { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "x" },
        {
          type: "message",
          role: "assistant",
          id: "msg_1",
          status: "completed",
          content: [{ type: "output_text", text: "I look.", annotations: [] }],
        },
        { type: "function_call", call_id: "call_a", name: "bash", arguments: '{"command":"ls"}' },
        { type: "custom_tool_call", call_id: "call_b", name: "patch", input: "*** Begin" },
        { type: "function_call_output", call_id: "call_a", output: "a" },
        { type: "custom_tool_call_output", call_id: "call_b", output: [{ type: "input_text", text: "done" }] },
      ],
    });
    expect(proxy.asked[0]?.messages).toEqual([
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "see" },
          { type: "image", mediaType: "image/png", blob: sha256("picture") },
        ],
      },
      { role: "assistant", content: "I look.", toolCalls: [call, { id: "call_b", name: "patch", arguments: '{"input":"*** Begin"}' }] },
      { role: "tool", toolCallId: "call_a", content: "a" },
      { role: "tool", toolCallId: "call_b", content: "done" },
    ]);
    expect(proxy.asked[0]?.responseFormat).toEqual({
      type: "json_schema",
      json_schema: { name: "n", schema: { type: "object" }, strict: true },
    });
  });

  it("is refused where it cannot be kept to", async () => {
    proxy.replies.push(refusal(403, "max_turns", "No more."));
    expect(await refusedWith(openai.responses.create(ask))).toBe("403 No more.");
    const no = (more: object) => refusedWith(openai.responses.create({ ...ask, ...more }));
    expect(await no({ previous_response_id: "resp_1" })).toMatch(
      /^400 previous_response_id: expected none: nothing is kept between requests/,
    );
    expect(await no({ tools: [{ type: "web_search" }] })).toMatch(
      /^400 tools\.0\.type: expected function or custom, found web_search: nobody runs other tools here/,
    );
    expect(await no({ input: [{ role: "user", content: [{ type: "input_image", image_url: "https://x/y.png" }] }] })).toMatch(
      /^400 A picture must be a data: URL/,
    );
    expect(await no({ input: [] })).toMatch(/^400 input: expected at least one message/);
    expect(proxy.asked).toHaveLength(1);
  });
});
