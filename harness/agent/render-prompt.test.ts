import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { limitsSpecSchema, reactSpecSchema } from "../core/spec.ts";
import { agentPrompts } from "./agent-prompts.ts";
import { reactOptionsSchema, resolveReactOptions } from "./react-options.ts";
import { renderPrompt, slotsOf } from "./render-prompt.ts";

describe("renderPrompt", () => {
  it("fills every slot in one pass and never expands what it put in", () => {
    expect(renderPrompt("\n{{a}} and {{b}} and {{a}}\n", { a: "{{b}} $& $1", b: "{{a}}" })).toBe("{{b}} $& $1 and {{a}} and {{b}} $& $1");
    expect(renderPrompt("{{a}}", { a: "" })).toBe("");
  });

  it("refuses missing and unused slots by name, but lets offered ones lie", () => {
    expect(() => renderPrompt("{{a}} {{b}}", { a: "1" })).toThrow("slot b got no value");
    expect(() => renderPrompt("{{a}}", { a: "1", c: "2" })).toThrow("no slot for c; it has a");
    expect(() => renderPrompt("plain", { c: "2" })).toThrow("it has none");
    expect(() => renderPrompt("{{constructor}}", {})).toThrow("got no value");
    expect(renderPrompt("{{a}} {{d}}", { a: "1" }, { a: "no", d: "4", e: "5" })).toBe("1 4");
  });

  it("refuses braces that are no slot, and leaves the braces of JSON alone", () => {
    expect(() => renderPrompt("{{ a }}", {})).toThrow("{{ a }}, which is no slot");
    expect(renderPrompt('{"a": {"b": {}}} $x {y}', {})).toBe('{"a": {"b": {}}} $x {y}');
  });
});

describe("agentPrompts", () => {
  const resolve = (spec: object) => resolveReactOptions(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
  const protocols = ["text", "tools"] as const;
  const sets = [
    ...(["mended", "as-released"] as const).flatMap((preset) => protocols.map((protocol) => resolve({ preset, protocol }))),
    resolve({ tools: "none" }),
    ...protocols.flatMap((protocol) => [resolve({ view: true, protocol }), resolve({ view: true, tools: "none", protocol })]),
  ];

  it("names existing files only, and every file of the folder is used by some option set", async () => {
    const notes = (["lessons", "trajectories"] as const).flatMap((kind) =>
      sets.map((options) => agentPrompts(options, { skill: false, notes: kind })),
    );
    const used = new Set(
      [...sets.map((options) => agentPrompts(options)), ...notes].flatMap((paths) => Object.values(paths)).map((path) => basename(path)),
    );
    const present = await readdir(fileURLToPath(new URL("./prompts/", import.meta.url)));
    expect([...used].sort()).toEqual(present.sort());
    for (const paths of [...sets.map((options) => agentPrompts(options)), ...notes])
      for (const path of Object.values(paths)) expect(() => slotsOf(readFileSync(path, "utf8")), path).not.toThrow();
  });

  it("leaves out what the options cannot call for", () => {
    const [mended, mendedTools, released] = sets.map((options) => Object.keys(agentPrompts(options)));
    expect(mended).toContain("format-error");
    expect(mended).not.toContain("tool-bash");
    expect(mendedTools).not.toContain("system-text");
    expect(released).toContain("format-error-generic");
    expect(released).not.toContain("empty-reply");
    const [options] = sets;
    if (options === undefined) throw new Error("no option sets");
    expect(agentPrompts(options, { skill: true })).not.toHaveProperty("workflow");
    expect(agentPrompts(options, { skill: false })).not.toHaveProperty("skill");
  });
});

describe("resolveReactOptions", () => {
  const resolve = (spec: object, limits: object = {}) =>
    resolveReactOptions(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse(limits));

  it("is plain JSON that its own schema accepts, equal however the same settings are written", () => {
    for (const spec of [{}, { preset: "as-released" }, { protocol: "tools" }]) {
      const options = resolve(spec);
      expect(reactOptionsSchema.parse(JSON.parse(JSON.stringify(options)))).toEqual(options);
    }
    expect(resolve({ preset: "mended", completion: "explicit", quote_swap: false, observation_chars: 6000 })).toEqual(resolve({}));
    expect(resolve({})).not.toHaveProperty("preset");
  });

  it("lets single keys override the preset, and takes the limits over", () => {
    expect(resolve({ preset: "as-released", quote_swap: false, observation_chars: 900, max_format_errors: 2 })).toMatchObject({
      reply_parser: "as-released",
      quote_swap: false,
      observation_chars: 900,
      max_format_errors: 2,
    });
    expect(resolve({}, { max_turns: 7, command_timeout_s: 1.5, episode_minutes: 2, max_tokens: 99 })).toMatchObject({
      max_turns: 7,
      command_timeout_s: 1.5,
      episode_minutes: 2,
      max_tokens: 99,
    });
    expect(resolve({}).max_tokens).toBeNull();
  });

  it("never leaves an episode without an end", () => {
    expect(resolve({ preset: "as-released" })).toMatchObject({ max_format_errors: null, max_empty_replies: null });
    expect(resolve({ preset: "as-released", format_errors_burn_turns: false }).max_format_errors).toBe(5);
    expect(resolve({ preset: "as-released", completion: "explicit" })).toMatchObject({ max_empty_replies: 3, max_cut_replies: 3 });
  });
});
