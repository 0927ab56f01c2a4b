import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../core/json.ts";
import type { ChatRequest, MessagePart } from "../../core/record.ts";
import { limitsSpecSchema, type ReactSpec, reactSpecSchema } from "../../core/spec.ts";
import { call, lastTold, play, promptTexts } from "../episode.fixture.ts";
import { resolveReactOptions } from "../react-options.ts";
import type { ScriptedReply } from "../scripted-model.ts";
import { cropPicture } from "./crop-picture.ts";

/** 400 × 200, red on the left and blue on the right. */
async function page(): Promise<Buffer> {
  const half = await sharp({ create: { width: 200, height: 200, channels: 3, background: "#0000ff" } })
    .png()
    .toBuffer();
  return await sharp({ create: { width: 400, height: 200, channels: 3, background: "#ff0000" } })
    .composite([{ input: half, left: 200, top: 0 }])
    .png()
    .toBuffer();
}

/** An episode about one picture, with the pictures it came to hold. */
async function look(replies: readonly ScriptedReply[], spec: Partial<ReactSpec>) {
  const bytes = await page();
  const kept = new Map([[sha256(bytes), bytes]]);
  const episode = await play(replies, {
    spec,
    box: { exists: async () => true },
    input: {
      harvest: [],
      ...(await settings(spec)),
      images: async (hash) => kept.get(hash) ?? Buffer.alloc(0),
      keepImage: async (png) => {
        kept.set(sha256(png), Buffer.from(png));
        return sha256(png);
      },
      task: {
        id: "t",
        cluster: "t",
        form: "page",
        slots: { instruction: "Which colour is on the right?", output_path: "-" },
        images: [sha256(bytes)],
        files: [],
        needs: ["vision"],
        flags: [],
        origin: {},
      },
    },
  });
  return { episode, kept, page: sha256(bytes) };
}

async function settings(spec: Partial<ReactSpec>) {
  return { prompts: await promptTexts(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({})) };
}

function partsOf(request: ChatRequest | undefined, message: number): readonly MessagePart[] {
  const content = request?.messages.at(message)?.content;
  return typeof content === "object" ? content : [];
}

const right = { left: 50, top: 0, right: 100, bottom: 50 };
const viewText = `Thought: closer\nAction:\n${JSON.stringify({ name: "view", arguments: right })}`;

describe("pictures", () => {
  it("go with the first message as they are", async () => {
    const { episode, page: blob } = await look(["Blue."], { tools: "none" });
    await using _ = episode;
    expect(await episode.run).toMatchObject({ exit: "completed", answer: "Blue." });
    expect(partsOf(episode.model.requests[0], 1)).toEqual([
      { type: "text", text: expect.stringContaining("Which colour") },
      { type: "image", blob, mediaType: "image/png" },
    ]);
  });

  it("are made smaller where that is asked for, by a library that is named in the key", async () => {
    const { episode, kept, page: blob } = await look(["Blue."], { tools: "none", image_max_side: 100 });
    await using _ = episode;
    await episode.run;
    const sent = partsOf(episode.model.requests[0], 1)[1];
    if (sent?.type !== "image") throw new Error("no picture was sent");
    expect(sent.blob).not.toBe(blob);
    expect(await sharp(kept.get(sent.blob)).metadata()).toMatchObject({ width: 100, height: 50 });
    const resolve = (spec: Partial<ReactSpec>) =>
      resolveReactOptions(reactSpecSchema.parse({ kind: "react", ...spec }), limitsSpecSchema.parse({}));
    expect(resolve({ image_max_side: 100 }).image_library).toMatch(/^sharp \d/);
    expect(Object.keys(resolve({}))).not.toEqual(expect.arrayContaining(["image_library", "tools", "view"]));
    expect(resolve({ tools: "none", protocol: "tools" })).toEqual(resolve({ tools: "none", protocol: "text" }));
  });

  it.each([
    ["text", { tools: "none", view: true } as const],
    ["text, beside bash", { view: true } as const],
  ])("are looked at more closely (%s)", async (_name, spec) => {
    const { episode, kept } = await look([viewText, "It is blue.\nACTION: TASK_COMPLETE"], spec);
    await using _ = episode;
    const { exit, answer, trajectory } = await episode.run;
    expect({ exit, answer }).toEqual({ exit: "completed", answer: "It is blue." });
    const [told, shown] = partsOf(episode.model.requests[1], -1);
    expect(told).toMatchObject({
      text: "Observation: [Part of picture 1: 50 to 100 % across, 0 to 50 % down; shown with 800 × 400 pixels]",
    });
    if (shown?.type !== "image") throw new Error("no part was shown");
    expect(trajectory.steps[0]?.images).toEqual([shown.blob]);
    const { data, info } = await sharp(kept.get(shown.blob)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([800, 400, 0, 0, 255]);
  });

  it("come in a user message behind the result of a native call", async () => {
    const { episode } = await look([{ toolCalls: [call("view", right)] }, { toolCalls: [call("complete", { answer: "blue" })] }], {
      tools: "none",
      view: true,
      protocol: "tools",
    });
    await using _ = episode;
    expect((await episode.run).answer).toBe("blue");
    const [first, second] = episode.model.requests;
    expect(first?.tools?.map((tool) => tool.name)).toEqual(["view", "complete"]);
    expect(second?.messages.slice(-2)).toMatchObject([
      { role: "tool", toolCallId: "id-view", content: expect.stringContaining("Part of picture 1") },
      { role: "user", content: [{ type: "text" }, { type: "image", mediaType: "image/png" }] },
    ]);
  });

  it("say what is wrong with a part that cannot be shown", async () => {
    const view = (given: object) => `Action:\n${JSON.stringify({ name: "view", arguments: given })}`;
    const { episode } = await look(
      [
        view({ ...right, right: 20 }),
        view({ image: 2 }),
        view({ left: "x" }),
        view({ zoom: 3 }),
        viewText.replace("view", "crop"),
        "ACTION: TASK_COMPLETE",
      ],
      { tools: "none", view: true },
    );
    await using _ = episode;
    await episode.run;
    expect(lastTold(episode.model, 1)).toContain("left must be smaller than right");
    expect(lastTold(episode.model, 2)).toContain("there is 1 picture, so no picture 2");
    expect(lastTold(episode.model, 3)).toContain('"left"');
    expect(lastTold(episode.model, 4)).toContain("zoom");
    expect(lastTold(episode.model, 5)).toContain('no tool called "crop". Available: view');
  });

  it("that cannot be read are the user's to mend", async () => {
    await expect(cropPicture(Buffer.from("nothing"), right)).rejects.toThrow("cannot be read");
  });
});
