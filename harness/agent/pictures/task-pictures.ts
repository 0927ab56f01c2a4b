import type { AgentInput } from "../../core/contract.ts";
import type { MessagePart } from "../../core/record.ts";
import type { ReactOptions } from "../react-options.ts";
import { fitPicture } from "./crop-picture.ts";
import { mediaTypeOf } from "./media-type.ts";

/** The task's pictures as they are sent: made smaller where the options say so. Throws UsageError for one that no endpoint takes or that cannot be read. */
export async function taskPictures(
  { task, images, keepImage }: Pick<AgentInput, "task" | "images" | "keepImage">,
  { image_max_side }: Pick<ReactOptions, "image_max_side">,
): Promise<readonly MessagePart[]> {
  const parts: MessagePart[] = [];
  for (const blob of task.images) {
    const bytes = await images(blob);
    const mediaType = mediaTypeOf(bytes, blob);
    const sent = image_max_side === undefined ? bytes : await fitPicture(bytes, image_max_side);
    parts.push(sent === bytes ? { type: "image", blob, mediaType } : shownPicture(await keepImage(sent)));
  }
  return parts;
}

/** A picture the harness made, which is always PNG. */
export function shownPicture(blob: string): MessagePart {
  return { type: "image", blob, mediaType: "image/png" };
}
