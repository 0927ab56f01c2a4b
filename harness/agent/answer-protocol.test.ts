import { describe, expect, it } from "vitest";
import { limitsSpecSchema, reactSpecSchema } from "../core/spec.ts";
import { play, promptTexts } from "./episode.fixture.ts";

const spec = { tools: "none" } as const;
const box = {
  exists: () => Promise.reject(new Error("there is no box")),
  exec: () => Promise.reject(new Error("there is no box")),
};

/** An episode without tools, whose task is answered in words. */
const answer = async (replies: Parameters<typeof play>[0]) => {
  const prompts = await promptTexts(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
  return await play(replies, { spec, box, input: { harvest: [], toolchain: undefined, prompts: { ...prompts, task: "{{instruction}}" } } });
};

describe("an agent without tools", () => {
  it("hands in its first reply, and is told of no sandbox", async () => {
    await using episode = await answer(["Half of 84 is \\boxed{42}."]);
    expect(await episode.run).toMatchObject({ exit: "completed", answer: "Half of 84 is \\boxed{42}." });
    const [request] = episode.model.requests;
    expect(Object.keys(request ?? {})).not.toContain("tools");
    expect(request?.messages.map((message) => message.role)).toEqual(["system", "user"]);
    expect(request?.messages[0]?.content).toContain("You have no tools");
    expect(request?.messages[0]?.content).not.toMatch(/sandbox|Action:/);
  });

  it("may write what looks like an action", async () => {
    await using episode = await answer(['Action: {"name": "bash", "arguments": {}}']);
    expect(await episode.run).toMatchObject({ exit: "completed", answer: 'Action: {"name": "bash", "arguments": {}}' });
  });

  it("is asked again when it says nothing, and its cut reply is handed in as far as it goes", async () => {
    await using empty = await answer(["", "7"]);
    expect(await empty.run).toMatchObject({ exit: "completed", answer: "7" });
    await using cut = await answer([{ text: "First we", finishReason: "length" }]);
    expect(await cut.run).toMatchObject({ exit: "reply-too-long", answer: "First we" });
    await using refused = await answer([{ text: "I", finishReason: "content_filter" }]);
    expect(await refused.run).toMatchObject({ exit: "refused" });
  });

  it("is given the body of a skill and told that nothing else of it can be opened", async () => {
    const prompts = await promptTexts(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
    await using episode = await play(["7"], {
      spec,
      box,
      input: {
        harvest: [],
        toolchain: undefined,
        prompts: { ...prompts, task: "{{instruction}}" },
        skill: { name: "s", body: "Count twice." },
      },
    });
    await episode.run;
    const system = String(episode.model.requests[0]?.messages[0]?.content);
    expect(system).toContain("Count twice.");
    expect(system).toContain("cannot be opened here");
    expect(system).not.toContain("`/skill");
  });
});
