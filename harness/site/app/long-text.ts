import { count } from "../../report/number-text.ts";
import { h } from "./element.ts";

/** Characters shown at first, and by every press of the button after that. */
const atFirst = 4000;
const more = 100_000;
/** Blocks a text is cut into: a browser lays out many short blocks faster than a long one. */
const block = 10_000;

/** A text of any length in its own line breaks: its beginning at once, the rest on request, so that 5 MB in one line do not stop the page. */
export function longText(text: string, label: string): HTMLElement {
  const pre = h("pre", { tabindex: 0, "aria-label": label });
  const frame = h("div", { class: "long-text" }, pre);
  let shown = 0;
  const show = (upTo: number): void => {
    const end = Math.min(text.length, wholeCharacter(text, upTo));
    for (let at = shown; at < end; ) {
      const next = Math.min(end, wholeCharacter(text, at + block));
      pre.append(h("span", {}, text.slice(at, next)));
      at = next;
    }
    shown = end;
  };
  show(atFirst);
  if (text === "") pre.append(h("em", {}, "(empty)"));
  if (shown < text.length) {
    const rest = (): string => `Show more (${count(text.length - shown)} of ${count(text.length)} characters are not shown)`;
    const button = h("button", { type: "button", on: { click: () => press() } }, rest());
    const press = (): void => {
      show(shown + more);
      if (shown < text.length) button.textContent = rest();
      else {
        button.remove();
        pre.focus();
      }
    };
    frame.append(button);
  }
  return frame;
}

/** The first place from `at` on that does not part a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
