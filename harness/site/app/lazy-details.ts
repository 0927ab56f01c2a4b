import { append, type Child, h } from "./element.ts";

/** Something to unfold whose content is made when it is first opened: a page may have hundreds. */
export function lazyDetails(
  summary: Child,
  content: () => Child,
  options: { readonly open?: boolean; readonly id?: string } = {},
): HTMLDetailsElement {
  const details = h("details", { id: options.id }, h("summary", {}, summary));
  let made = false;
  const make = (): void => {
    if (made || !details.open) return;
    made = true;
    append(details, [content()]);
  };
  details.addEventListener("toggle", make);
  if (options.open === true) {
    details.open = true;
    make();
  }
  return details;
}
