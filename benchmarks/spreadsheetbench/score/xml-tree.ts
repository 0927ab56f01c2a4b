/** Small workbook parts (manifest, relationships, workbook, styles, comments) as a tree; sheets and strings are read as events instead. */
import { readXml } from "./xml-events.ts";

export interface XmlNode {
  readonly ns: string;
  readonly local: string;
  /** Attributes without a namespace, as written. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The r:id attribute (relationships namespace), where there is one. */
  readonly relationId?: string;
  /** Text before the first child element, as ElementTree's `.text`; "" when there is none. */
  text: string;
  readonly children: XmlNode[];
}

export const RELATIONS_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** Parses a document into its root node. Throws XmlError when it is not well-formed. */
export function readXmlTree(bytes: Uint8Array): XmlNode {
  const stack: XmlNode[] = [];
  let root: XmlNode | undefined;
  readXml(bytes, {
    start(ns, local, attributes) {
      const node: XmlNode = {
        ns,
        local,
        attributes: new Map(attributes.names.map((name) => [name, attributes.get(name) ?? ""])),
        relationId: attributes.getNs(RELATIONS_NS, "id"),
        text: "",
        children: [],
      };
      stack.at(-1)?.children.push(node);
      root ??= node;
      stack.push(node);
    },
    end() {
      stack.pop();
    },
    text(piece) {
      const node = stack.at(-1);
      if (node !== undefined && node.children.length === 0) node.text += piece;
    },
  });
  if (root === undefined) throw new Error("readXml accepted a document without an element");
  return root;
}

/** The last direct child of that local name, whatever its namespace (repeated parts overwrite each other in openpyxl). */
export function lastChild(node: XmlNode, local: string): XmlNode | undefined {
  return node.children.findLast((child) => child.local === local);
}
