/** Values for {{slots}}. */
export type Slots = Readonly<Record<string, string>>;

const slot = /\{\{([^{}]*)\}\}/g;

/** Names of the {{slots}} of a template, each once, in order of appearance. Throws for braces around something that is no slot name. */
export function slotsOf(template: string): readonly string[] {
  const names = new Set<string>();
  for (const [whole, name = ""] of template.matchAll(slot)) {
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      throw new Error(`a prompt holds ${whole}, which is no slot: write {{name}} with small letters, digits and underscores`);
    names.add(name);
  }
  return [...names];
}

/**
 * The template with every {{slot}} replaced in one pass: text put in is never expanded again. A slot without value and a value without slot are errors,
 * so that a prompt and its caller cannot drift apart; values in `offered` may stay unused. Blank lines around the whole are removed.
 */
export function renderPrompt(template: string, slots: Slots, offered: Slots = {}): string {
  const wanted = slotsOf(template);
  const unused = Object.keys(slots).filter((name) => !wanted.includes(name));
  if (unused.length > 0) throw new Error(`the prompt has no slot for ${unused.join(", ")}; it has ${wanted.join(", ") || "none"}`);
  const valueFor = (name: string): string | undefined =>
    Object.hasOwn(slots, name) ? slots[name] : Object.hasOwn(offered, name) ? offered[name] : undefined;
  const missing = wanted.filter((name) => valueFor(name) === undefined);
  if (missing.length > 0) throw new Error(`the prompt's slot ${missing.join(", ")} got no value`);
  return template.trim().replace(slot, (_, name: string) => valueFor(name) ?? "");
}
