/** Names in XML: prefixes and their namespaces, and the attributes of one element (Namespaces in XML 1.0). */

/** The bytes are not well-formed XML. The message says what and, where known, at which character. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

export interface Attributes {
  /** Value of an attribute without a namespace, or undefined. */
  get(local: string): string | undefined;
  /** Value of an attribute in a namespace, or undefined. */
  getNs(ns: string, local: string): string | undefined;
  /** Names of the attributes without a namespace. */
  readonly names: readonly string[];
}

const XML_NS = "http://www.w3.org/XML/1998/namespace";
const NAME_START = /^[A-Za-z_:\u00c0-\ufffd\ud800-\udfff]/;

/** Prefixes in force, innermost last; names are resolved through a cache that lives until the next declaration. */
export class Namespaces {
  #scopes: { depth: number; prefix: string; uri: string }[] = [{ depth: 0, prefix: "xml", uri: XML_NS }];
  #resolved = new Map<string, { ns: string; local: string }>();

  declare(depth: number, prefix: string, uri: string): void {
    if (prefix !== "" && uri === "") throw new XmlError(`prefix ${prefix} is declared without a namespace`);
    this.#scopes.push({ depth, prefix, uri });
    this.#resolved.clear();
  }
  leave(depth: number): void {
    let last = this.#scopes.at(-1);
    if (last?.depth !== depth) return;
    for (; last?.depth === depth && depth > 0; last = this.#scopes.at(-1)) this.#scopes.pop();
    this.#resolved.clear();
  }
  uri(prefix: string): string {
    for (let i = this.#scopes.length - 1; i >= 0; i -= 1) {
      const scope = this.#scopes[i];
      if (scope?.prefix === prefix) return scope.uri;
    }
    if (prefix === "") return "";
    throw new XmlError(`unbound prefix ${prefix}`);
  }
  element(name: string): { ns: string; local: string } {
    let found = this.#resolved.get(name);
    if (found === undefined) {
      const { prefix, local } = splitName(name);
      found = { ns: this.uri(prefix), local };
      this.#resolved.set(name, found);
    }
    return found;
  }
}

/** Prefix and local part; throws XmlError for what cannot be a name. */
export function splitName(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(":");
  if (!NAME_START.test(name) || colon === 0 || colon === name.length - 1) throw new XmlError(`${name.slice(0, 30)} is not a name`);
  return colon < 0 ? { prefix: "", local: name } : { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

/** Attributes of the element being read; one instance is refilled for every element, without giving its arrays back. */
export class AttributeSet implements Attributes {
  #size = 0;
  #names: string[] = [];
  #namespaces: string[] = [];
  #values: string[] = [];

  clear(): void {
    this.#size = 0;
  }
  add(ns: string, local: string, value: string): void {
    if (this.#find(ns, local) >= 0) throw new XmlError(`duplicate attribute ${local}`);
    this.#names[this.#size] = local;
    this.#namespaces[this.#size] = ns;
    this.#values[this.#size] = value;
    this.#size += 1;
  }
  get names(): readonly string[] {
    return this.#names.slice(0, this.#size).filter((_, at) => this.#namespaces[at] === "");
  }
  get(local: string): string | undefined {
    return this.getNs("", local);
  }
  getNs(ns: string, local: string): string | undefined {
    const at = this.#find(ns, local);
    return at < 0 ? undefined : this.#values[at];
  }
  #find(ns: string, local: string): number {
    for (let at = 0; at < this.#size; at += 1) {
      if (this.#names[at] === local && this.#namespaces[at] === ns) return at;
    }
    return -1;
  }
}
