import { z } from "zod";
import type { AgentInput } from "../../core/contract.ts";
import type { Json } from "../../core/json.ts";
import type { Say } from "../agent-prompts.ts";
import type { Action } from "../reading.ts";
import { cropPicture } from "./crop-picture.ts";

const percent = (fallback: number) => z.coerce.number().min(0).max(100).default(fallback);

/** Arguments of `view`: which of the task's pictures (1 for the first), and the part of it in percent. */
const viewArguments = z
  .strictObject({
    image: z.coerce.number().int().min(1).default(1),
    left: percent(0),
    top: percent(0),
    right: percent(100),
    bottom: percent(100),
  })
  .refine(({ left, right }) => left < right, "left must be smaller than right")
  .refine(({ top, bottom }) => top < bottom, "top must be smaller than bottom");

/** The same as a tool's parameters in the chat protocol. */
export const viewParameters = {
  type: "object",
  properties: {
    image: { type: "integer", minimum: 1, description: "Number of the picture; 1 is the first." },
    left: edge("Left edge of the part, in percent of the width."),
    top: edge("Upper edge, in percent of the height."),
    right: edge("Right edge, in percent of the width."),
    bottom: edge("Lower edge, in percent of the height."),
  },
  required: ["left", "top", "right", "bottom"],
  additionalProperties: false,
};

function edge(description: string): Json {
  return { type: "number", minimum: 0, maximum: 100, description };
}

const expected = '{"image": 1, "left": 0, "top": 0, "right": 50, "bottom": 50}, the edges in percent of the picture\'s width and height';

/** Runs `view`. Wrong arguments are a result; only a picture that cannot be read throws. */
export async function runView(
  action: Action,
  { task, images, keepImage }: Pick<AgentInput, "task" | "images" | "keepImage">,
  say: Say,
): Promise<{ readonly text: string; readonly images?: readonly string[] }> {
  const parsed = viewArguments.safeParse(action.arguments);
  const count = task.images.length;
  const wrong = (problem: string) => ({ text: say("wrong-arguments", { name: "view", problem, expected }) });
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: "unreadable" };
    return wrong(path.length === 0 ? message : `${JSON.stringify(path.join("."))}: ${message}`);
  }
  const { image, ...region } = parsed.data;
  const blob = task.images[image - 1];
  if (blob === undefined)
    return wrong(
      count === 0 ? "this task has no pictures" : `there ${count === 1 ? "is 1 picture" : `are ${count} pictures`}, so no picture ${image}`,
    );
  const { png, width, height } = await cropPicture(await images(blob), region);
  const place = `${region.left} to ${region.right} % across, ${region.top} to ${region.bottom} % down`;
  return { text: say("viewed", { image: String(image), place, size: `${width} × ${height}` }), images: [await keepImage(png)] };
}
