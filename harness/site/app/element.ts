import { manyLines, oneLine } from "../../report/plain-text.ts";

export type Child = Node | string | number | null | undefined | false | readonly Child[];

export interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  /** Only within the report: "#…", or a file of it. Anything else is an error. */
  readonly href?: string;
  readonly src?: string;
  readonly srcset?: string;
  readonly on?: { readonly [event: string]: (event: Event) => void };
  readonly [attribute: string]: string | number | boolean | undefined | { readonly [event: string]: (event: Event) => void };
}

const inside = /^(?:#|(?:data|plots|downloads)\/[\w./-]+$)/;

/**
 * Makes an element. Texts become text nodes, with every character that acts on a reader's eyes as a visible escape; there is no way to give markup.
 * `false` and `undefined` leave an attribute or a child out, `true` sets an attribute without value.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "object") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
      continue;
    }
    const text = value === true ? "" : String(value);
    if ((name === "href" || name === "src" || name === "srcset") && !inside.test(text))
      throw new TypeError(`the report links only into itself, not to ${oneLine(text.slice(0, 80))}`);
    element.setAttribute(name, name === "href" ? text : oneLine(text));
  }
  append(element, children);
  return element;
}

/** Adds children as `h` does. */
export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(parent, child);
    else if (child instanceof Node) parent.appendChild(child);
    else parent.appendChild(document.createTextNode(manyLines(String(child))));
  }
}

/** Replaces what is in `parent`. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}
