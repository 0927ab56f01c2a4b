/** Rich or plain text items (shared strings and inline strings) as openpyxl joins them: plain text, then the runs; phonetic text is dropped. */
import type { XmlHandler } from "./xml-events.ts";
import { readXml } from "./xml-events.ts";

export const MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/** Collects one `si` or `is` element. Depths are relative to it: 1 = its children, 2 = children of a run. */
export class TextItem {
  #plain: string | undefined;
  #runs: string[] = [];
  #run: string | undefined;
  #depth = 0;
  /** The text being collected, while inside a `t` and before any child element of it. */
  #open: "plain" | "run" | undefined;
  #piece = "";

  start(local: string): void {
    this.#depth += 1;
    if (this.#depth === 1 && local === "t") this.#begin("plain");
    else if (this.#depth === 1 && local === "r") this.#run = "";
    else if (this.#depth === 2 && local === "t" && this.#run !== undefined) this.#begin("run");
    else this.#close();
  }
  end(local: string): void {
    this.#close();
    if (this.#depth === 1 && local === "r" && this.#run !== undefined) {
      this.#runs.push(this.#run);
      this.#run = undefined;
    }
    this.#depth -= 1;
  }
  text(piece: string): void {
    if (this.#open !== undefined) this.#piece += piece;
  }
  /** The text of the whole item; "" when there is none. */
  content(): string {
    return (this.#plain ?? "") + this.#runs.join("");
  }
  #begin(where: "plain" | "run"): void {
    this.#open = where;
    this.#piece = "";
  }
  #close(): void {
    if (this.#open === "plain") this.#plain = this.#piece;
    if (this.#open === "run") this.#run = this.#piece; // a repeated t replaces the one before
    this.#open = undefined;
  }
}

/** The shared strings of a part, in order. Every "x005F_" is deleted and no other `_xHHHH_` is decoded, as openpyxl does. */
export function readSharedStrings(bytes: Uint8Array): readonly string[] {
  const strings: string[] = [];
  let item: TextItem | undefined;
  let depth = 0;
  let itemDepth = 0;
  const handler: XmlHandler = {
    start(ns, local) {
      depth += 1;
      if (item !== undefined) item.start(local);
      else if (ns === MAIN_NS && local === "si") {
        item = new TextItem();
        itemDepth = depth;
      }
    },
    end(_ns, local) {
      if (item !== undefined) {
        if (depth === itemDepth) {
          strings.push(item.content().replaceAll("x005F_", ""));
          item = undefined;
        } else item.end(local);
      }
      depth -= 1;
    },
    text(piece) {
      item?.text(piece);
    },
  };
  readXml(bytes, handler);
  return strings;
}
