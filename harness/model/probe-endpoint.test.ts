import { describe, expect, it } from "vitest";
import { type Finding, type ModelProbe, probeEndpoint } from "./probe-endpoint.ts";
import { canned, echo, simulated } from "./test-calls.ts";
import { answerWith, completion, specFor } from "./test-endpoint.ts";

const texts = (probe: ModelProbe, level: Finding["level"]): readonly string[] =>
  probe.endpoints.flatMap((e) => e.findings.filter((f) => f.level === level).map((f) => f.text));

describe("probeEndpoint", () => {
  it("finds a healthy endpoint healthy", async () => {
    const server = await simulated({ fingerprint: "fp", contextTokens: 8000 });
    const probe = await probeEndpoint(specFor([server.url], { context_tokens: 8000 }), {});
    expect(probe).toMatchObject({
      model: "m",
      ok: true,
      endpoints: [{ ok: true, models: ["m"], call: { thinks: true, fingerprint: "fp" } }],
    });
    expect([texts(probe, "warning"), texts(probe, "problem")]).toEqual([[], []]);
    expect(server.stats().requests).toBe(2);
  });

  it("reports each endpoint by itself, and what a user should do", async () => {
    const dead = await simulated();
    await dead.close();
    const locked = await simulated({ apiKey: "right-key" });
    const small = await simulated({ contextTokens: 4000 });
    const other = await simulated({ brain: { ...echo, models: ["served/one", "served/two"] } });
    const spec = specFor([dead.url, locked.url, small.url, other.url], { context_tokens: 8000 });
    const probe = await probeEndpoint(spec, {});
    expect(probe.endpoints.map((e) => e.ok)).toEqual([false, false, true, false]);
    const problems = texts(probe, "problem");
    expect(problems[0]).toContain("Nothing listens at");
    expect(problems[1]).toContain("check api_key");
    expect(problems[2]).toContain("served_name");
    const warnings = texts(probe, "warning").join("\n");
    expect(warnings).toContain("context window is 4000 tokens, the model file says 8000");
    expect(warnings).toContain('does not list "m" (it lists: served/one, served/two)');
  });

  it("notices Ollama, missing token counts, a missing list and the newer name of the token limit", async () => {
    const ollama = await canned((res, _, path) =>
      (path.endsWith("/models")
        ? answerWith(200, { object: "list", data: [{ id: "m", owned_by: "library" }] })
        : answerWith(200, completion({ content: "ready" }, { usage: undefined })))(res),
    );
    const warnings = texts(await probeEndpoint(specFor([ollama.url]), {}), "warning").join("\n");
    expect(warnings).toContain("OLLAMA_CONTEXT_LENGTH");
    expect(warnings).toContain("no token counts");

    const bare = await canned((res, _, path) =>
      (path.endsWith("/models")
        ? answerWith(404, "nope")
        : answerWith(400, { error: { message: "Use 'max_completion_tokens' instead." } }))(res),
    );
    const probe = await probeEndpoint(specFor([bare.url]), {});
    expect(probe.endpoints[0]?.models).toBeUndefined();
    expect(texts(probe, "problem").at(-1)).toContain("max_tokens_field: max_completion_tokens");
  });

  it("sends the model's own sampling, so that a refused field shows, and gives up on a hung server", async () => {
    const server = await canned((res, _, path) => {
      if (path.endsWith("/models")) answerWith(200, { data: [{ id: "m" }] })(res);
    });
    const spec = specFor([server.url], { sampling: { default: { temperature: 1, extra_body: { top_k: 40 } } } });
    const probe = await probeEndpoint(spec, {}, { timeoutS: 0.2 });
    expect(server.requests.at(-1)?.body).toMatchObject({ temperature: 1, top_k: 40, max_tokens: 64 });
    expect(texts(probe, "problem")[0]).toContain("within 0.2 s");
  });
});
