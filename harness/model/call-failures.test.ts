import { getEventListeners } from "node:events";
import { createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type FaultKind, recoverableFaults } from "../simulation/faults.ts";
import type { OverflowWording } from "../simulation/protocol-errors.ts";
import type { SimulatedServerOptions } from "../simulation/server.ts";
import type { CallEvent } from "./call-event.ts";
import { createModel } from "./create-model.ts";
import { canned, failure, quick, say, simulated } from "./test-calls.ts";
import { answerWith, completion, specFor, variable } from "./test-endpoint.ts";

describe("faults", () => {
  const hits = (kind: FaultKind): Partial<SimulatedServerOptions> => ({ faults: { seed: 1, rates: { [kind]: 1 }, retryAfterS: 7 } });
  it.each([
    ["rate-limit", "rate-limit", "HTTP 429: Rate limit reached"],
    ["500", "server", "HTTP 500: Internal server error"],
    ["502", "server", "HTTP 502: 502 Bad Gateway"],
    ["503", "server", "HTTP 503"],
    ["hang", "timeout", "did not finish an answer within 0.1 s"],
    ["stall", "timeout", "raise timeout_s"],
    ["cut-json", "bad-reply", "not JSON"],
    ["cut-body", "connection", "closed the connection before its answer was complete"],
    ["empty-body", "bad-reply", "empty body"],
    ["no-choices", "bad-reply", "without a completion"],
    ["reset", "connection", "closed the connection"],
  ] as const)("%s ends as %s after all attempts, in a helpful sentence", async (kind, errorClass, words) => {
    const server = await simulated(hits(kind));
    const events: CallEvent[] = [];
    const error = await failure(
      createModel(specFor([server.url], { timeout_s: kind === "hang" || kind === "stall" ? 0.1 : 10, max_attempts: 3 }), {
        ...quick(),
        onCall: (e) => events.push(e),
      }).complete(say("x")),
    );
    expect(error).toMatchObject({ errorClass, retryable: true, options: { attempts: 3 } });
    expect(error.message).toContain(words);
    expect(error.message).toContain("(3 attempts)");
    expect(server.stats().requests).toBe(3);
    expect(events.map((e) => e.kind)).toEqual(["retry", "retry", "failed"]);
  });

  it("in any mix leave every reply as it is without them", async () => {
    const { seed, rates } = recoverableFaults(5, 0.4);
    // Three empty messages in a row are believed, so they are rare here.
    const server = await simulated({ faults: { seed, rates: { ...rates, "empty-content": 0.005 }, retryAfterS: 0 } });
    const model = createModel(specFor([server.url], { timeout_s: 0.25, max_attempts: 20 }, { concurrency: 16 }), {
      env: {},
      backoff: { baseMs: 1, capMs: 5 },
    });
    const replies = await Promise.all(Array.from({ length: 80 }, (_, i) => model.complete(say(`n${i}`))));
    expect(replies.map((r) => r.text)).toEqual(Array.from({ length: 80 }, (_, i) => `you said: n${i}`));
    expect(replies.some((r) => r.call.attempts > 2)).toBe(true);
    expect(Object.keys(server.stats().faultsInjected).length).toBeGreaterThan(6);
    expect(model.endpoints()[0]?.inFlight).toBe(0);
  });

  it("waits exponentially with jitter, or as long as Retry-After says in either form, within a cap", async () => {
    const waits = async (headers: Record<string, string>, status = 429): Promise<readonly number[]> => {
      const server = await canned(answerWith(status, { error: { message: "later" } }, headers));
      const options = quick();
      await failure(createModel(specFor([server.url], { max_attempts: 4 }), options).complete(say("x")));
      expect(server.requests).toHaveLength(4);
      return options.clock.sleeps.map(Math.round);
    };
    expect(await waits({}, 500)).toEqual([375, 750, 1500]);
    for (const ms of await waits({ "retry-after": "20" })) expect(ms).toBeGreaterThanOrEqual(20_000);
    const date = new Date(1_700_000_000_000 + 30_000).toUTCString();
    const first = (await waits({ "retry-after": date }))[0] ?? 0;
    expect(first).toBeGreaterThanOrEqual(30_000);
    expect(first).toBeLessThan(33_000);
    expect((await waits({ "retry-after-ms": "1500" }))[0]).toBeGreaterThanOrEqual(1500);
    for (const ms of await waits({ "retry-after": "86400" })) expect(ms).toBeLessThan(140_000);
    expect(await waits({ "retry-after": "soon" })).toEqual([375, 750, 1500]);
  });

  it("does not retry where the server says so", async () => {
    const server = await canned(answerWith(500, { error: { message: "broken for good" } }, { "x-should-retry": "false" }));
    expect((await failure(createModel(specFor([server.url]), quick()).complete(say("x")))).message).toContain("broken for good");
    expect(server.requests).toHaveLength(1);
  });

  it("names a refused connection after a few attempts, and keeps trying where something answered before", async () => {
    const server = await simulated();
    const options = quick();
    const model = createModel(specFor([server.url], { max_attempts: 5 }), options);
    await model.complete(say("x"));
    await server.close();
    expect((await failure(model.complete(say("x")))).options.attempts).toBe(5);
    const error = await failure(createModel(specFor([server.url], { max_attempts: 5 }), quick()).complete(say("x")));
    expect(error).toMatchObject({ errorClass: "connection", options: { attempts: 3 } });
    expect(error.message).toMatch(
      /^Nothing listens at 127\.0\.0\.1:\d+ \(connection refused\); start the server of model "m" or correct its base_url\./,
    );
  });

  it("names an unknown host and a server that does not speak TLS", async () => {
    const nowhere = await failure(
      createModel(specFor(["http://no-such-host.invalid/v1"], { max_attempts: 2 }), quick()).complete(say("x")),
    );
    expect(nowhere).toMatchObject({ errorClass: "connection" });
    expect(nowhere.message).toContain("no-such-host.invalid");
    const server = await simulated();
    const plain = await failure(createModel(specFor([server.url.replace("http:", "https:")]), quick()).complete(say("x")));
    expect(plain).toMatchObject({ errorClass: "connection", options: { attempts: 1 } });
    expect(plain.message).toContain("check http or https");
  });

  it("bounds a reply that never ends, and one that unpacks to far more", async () => {
    const endless = await canned((res) => {
      res.writeHead(200, { "content-type": "application/json" });
      const pump = (): void => {
        while (!res.destroyed && res.write(" ".repeat(65_536)));
        if (!res.destroyed) res.once("drain", pump);
      };
      pump();
    });
    const bomb = await canned((res) => res.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(3_000_000))));
    for (const { url } of [endless, bomb]) {
      const error = await failure(
        createModel(specFor([url], { max_attempts: 1 }), { env: {}, maxReplyBytes: 1_000_000 }).complete(say("x")),
      );
      expect(error.errorClass).toBe("bad-reply");
    }
  });

  it("survives a server that speaks no HTTP", async () => {
    const tcp = createTcpServer((socket) => socket.end("hello\r\n\r\n")).listen(0, "127.0.0.1");
    await new Promise((resolve) => tcp.once("listening", resolve));
    const address = tcp.address();
    const port = typeof address === "object" ? address?.port : 0;
    const error = await failure(createModel(specFor([`http://127.0.0.1:${port}/v1`], { max_attempts: 1 }), quick()).complete(say("x")));
    expect(error.errorClass).toBe("connection");
    tcp.close();
  });
});

describe("requests that cannot succeed fail at once, in the server's words", () => {
  it.each(["vllm", "openai", "ollama", "llamacpp", "sglang"] satisfies OverflowWording[])(
    "context overflow as %s words it",
    async (overflowWording) => {
      const server = await simulated({ contextTokens: 50, overflowWording });
      const error = await failure(createModel(specFor([server.url]), quick()).complete(say("x".repeat(1000))));
      expect(error).toMatchObject({ errorClass: "overflow", retryable: false, options: { status: 400, attempts: 1 } });
      expect(server.stats().requests).toBe(1);
    },
  );

  it.each<[string, number, unknown]>([
    [
      "vLLM before 0.9",
      400,
      {
        object: "error",
        message:
          "This model's maximum context length is 4096 tokens. However, you requested 5060 tokens (4036 in the messages, 1024 in the completion).",
        code: 400,
      },
    ],
    [
      "vLLM max_tokens",
      400,
      {
        error: {
          message:
            "'max_tokens' or 'max_completion_tokens' is too large: 800. This model's maximum context length is 4096 tokens and your request has 3778 input tokens (800 > 4096 - 3778).",
        },
      },
    ],
    ["vLLM without room", 400, { error: { message: "max_tokens must be at least 1, got -12.", type: "BadRequestError" } }],
    ["vLLM engine", 400, { error: { message: "The decoder prompt (length 2048) is longer than the maximum model length of 2000." } }],
    [
      "SGLang with max_tokens",
      400,
      {
        message:
          "Requested token count exceeds the model's maximum context length of 202752 tokens. You requested a total of 202941 tokens",
      },
    ],
    ["SGLang scheduler", 400, { message: "Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens)." }],
    ["OpenAI by code alone", 400, { error: { message: "Too long.", code: "context_length_exceeded" } }],
    [
      "OpenAI newer",
      400,
      { error: { message: "Your input exceeds the context window of this model. Please adjust your input and try again." } },
    ],
    [
      "llama.cpp as a 500",
      500,
      {
        error: {
          code: 500,
          message: "the request exceeds the available context size. try increasing the context size",
          type: "exceed_context_size_error",
        },
      },
    ],
    ["llama-cpp-python", 400, { error: { message: "Requested tokens (516) exceed context window of 512" } }],
    ["Ollama plain", 500, { error: "the input length exceeds the context length" }],
    ["Ollama older", 400, { error: "input length exceeds maximum context length" }],
    ["an error inside a 200", 200, { error: { code: 400, message: "This endpoint's maximum context length is 8192 tokens." } }],
  ])("context overflow: %s", async (_, status, body) => {
    const server = await canned(answerWith(status, body));
    const error = await failure(createModel(specFor([server.url]), quick()).complete(say("x")));
    expect(error.errorClass).toBe("overflow");
    expect(server.requests).toHaveLength(1);
  });

  it("tells max_tokens beyond the whole window from a conversation that grew too long", async () => {
    const server = await simulated({ contextTokens: 100 });
    const model = createModel(specFor([server.url]), quick());
    expect((await failure(model.complete(say("x".repeat(300), { sampling: { max_tokens: 60 } })))).errorClass).toBe("overflow");
    const error = await failure(model.complete(say("x", { sampling: { max_tokens: 100 } })));
    expect(error.errorClass).toBe("bad-request");
    expect(error.message).toContain('max_tokens of model "m" is larger than its context window');
  });

  it.each<[string, number, unknown, string, string]>([
    ["a wrong key", 401, { error: { message: "Incorrect API key" } }, "auth", "check api_key"],
    ["no access", 403, { detail: "forbidden" }, "auth", "HTTP 403: forbidden"],
    ["no money", 402, { error: { message: "Insufficient Balance" } }, "auth", "Insufficient Balance"],
    [
      "no quota, told as 429",
      429,
      { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
      "auth",
      "no quota left",
    ],
    [
      "a request beyond the allowance, told as 429",
      429,
      { error: { message: "Request too large for m on tokens per min (TPM): Limit 10000" } },
      "bad-request",
      "never accepts",
    ],
    ["an unknown model", 404, { error: { message: "The model `m` does not exist" } }, "not-found", "served_name"],
    ["a wrong path", 404, "<html><style>b{}</style><body>404 page</body></html>", "not-found", "ends in /v1"],
    ["a bad field", 400, { error: { message: "top_k must be -1 or at least 1" } }, "bad-request", "top_k must be"],
    ["a bad field, FastAPI", 422, { detail: [{ loc: ["body", "top_k"], msg: "not an int" }] }, "bad-request", "body.top_k: not an int"],
    ["a body too large", 413, "too large", "bad-request", "HTTP 413: too large"],
    ["a content filter", 400, { error: { message: "blocked", code: "content_filter" } }, "refused", "refused the content"],
    ["a redirect", 308, "", "bad-request", "redirects elsewhere"],
  ])("%s", async (_, status, body, errorClass, words) => {
    const server = await canned(answerWith(status, body));
    const error = await failure(createModel(specFor([server.url]), quick()).complete(say("x")));
    expect(error).toMatchObject({ errorClass, retryable: false });
    expect(error.message).toContain(words);
    expect(server.requests).toHaveLength(1);
  });

  it("passing trouble under odd codes is retried", async () => {
    for (const status of [408, 409, 425, 500, 502, 503, 504, 529]) {
      const server = await canned((res, n) =>
        n === 0 ? answerWith(status, { error: { message: "later" } })(res) : answerWith(200, completion({ content: "ok" }))(res),
      );
      expect((await createModel(specFor([server.url]), quick()).complete(say("x"))).call.attempts).toBe(2);
    }
  });
});

describe("secrets", () => {
  it("never appear in a message or event, whatever the server repeats", async () => {
    const key = "sk-very/secret+key";
    const server = await canned((res, n) =>
      answerWith(n === 0 ? 500 : 401, {
        error: { message: `bad key ${key} or ${encodeURIComponent(key)}, header Bearer abcdef123456, cookie hunter22` },
      })(res),
    );
    const spec = specFor(
      [server.url.replace("//", "//user:pa55word@").concat("?sig=0123456789abcdef")],
      {},
      { headers: { "x-api-key": variable("K"), cookie: "hunter22" } },
    );
    const events: CallEvent[] = [];
    const error = await failure(createModel(spec, { ...quick(), env: { K: key }, onCall: (e) => events.push(e) }).complete(say("x")));
    const told = JSON.stringify([error.message, error.cause, events]);
    expect(told).toContain("[secret]");
    for (const secret of [key, encodeURIComponent(key), "pa55word", "hunter22", "abcdef123456", "0123456789abcdef"])
      expect(told).not.toContain(secret);
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("user:pa55word").toString("base64")}`);
    expect(server.requests[0]?.path).toBe("/v1/chat/completions?sig=0123456789abcdef");
  });
});

describe("cancelling", () => {
  it("ends a hung call, a wait between attempts and a wait for a place at once, and leaves no listener behind", async () => {
    const server = await simulated({ faults: { seed: 1, rates: { hang: 1 } } });
    const model = createModel(specFor([server.url], {}, { concurrency: 1 }), { env: {} });
    const controller = new AbortController();
    const running = [model.complete(say("hung"), controller.signal), model.complete(say("queued"), controller.signal)].map(failure);
    await expect.poll(() => server.stats().inFlight).toBe(1);
    controller.abort(new Error("episode over"));
    for (const error of await Promise.all(running))
      expect(error).toMatchObject({ errorClass: "aborted", cause: { message: "episode over" } });
    expect(model.endpoints()[0]?.inFlight).toBe(0);
    expect((await failure(model.complete(say("late"), controller.signal))).errorClass).toBe("aborted");
    await expect.poll(() => server.stats().inFlight).toBe(0);

    const failing = await simulated({ faults: { seed: 1, rates: { "500": 1 } } });
    const between = new AbortController();
    const waiting = failure(
      createModel(specFor([failing.url]), {
        env: {},
        backoff: { baseMs: 60_000, capMs: 60_000 },
        onCall: (e) => e.kind === "retry" && setImmediate(() => between.abort()),
      }).complete(say("x"), between.signal),
    );
    expect((await waiting).errorClass).toBe("aborted");

    const fine = await simulated();
    const long = new AbortController();
    const other = createModel(specFor([fine.url]), { env: {} });
    for (let i = 0; i < 20; i += 1) await other.complete(say("x"), long.signal);
    expect(getEventListeners(long.signal, "abort")).toHaveLength(0);
  });
});
