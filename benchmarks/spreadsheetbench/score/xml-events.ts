/**
 * A strict, namespace-aware XML reader for workbook parts. It refuses what expat (Python's parser) refuses — unclosed or crossed tags,
 * duplicate attributes, unknown entities and prefixes, forbidden characters — because the published evaluators call such a file unreadable,
 * and it hands over text untouched (no `_x000D_` decoding, line ends as XML prescribes). Document types are refused: OPC forbids them.
 */
import { AttributeSet, type Attributes, Namespaces, splitName, XmlError } from "./xml-names.ts";

export interface XmlHandler {
  /** Attributes are valid only during the call. */
  start(ns: string, local: string, attributes: Attributes): void;
  end(ns: string, local: string): void;
  /** A piece of character data; one text may come in several pieces. */
  text(piece: string): void;
}

const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ud800-\udfff\ue000-\ufffd]/;
const NAME = /[^\s/>=<"'&]+/y;
const ATTRIBUTE_NAME = /^[^\s/>=<"'&]+$/;
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"[\w.:-]+"|'[\w.:-]+')(?:\s+encoding\s*=\s*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>$/;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const GT = 0x3e;
const SLASH = 0x2f;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;

/** Bytes of an XML part as text: byte-order mark, then the declared encoding, then UTF-8. Throws XmlError when they don't decode. */
export function decodeXml(bytes: Uint8Array): string {
  let label = "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) label = "utf-16le";
  else if (bytes[0] === 0xfe && bytes[1] === 0xff) label = "utf-16be";
  else {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString("latin1");
    label = /^(?:ï»¿)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? "utf-8";
  }
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new XmlError(`the text is not valid ${label}`, { cause });
  }
}

function decodeReference(name: string): string {
  if (name.startsWith("#")) {
    const code = /^#x[0-9a-fA-F]{1,8}$/.test(name)
      ? Number.parseInt(name.slice(2), 16)
      : /^#\d{1,8}$/.test(name)
        ? Number(name.slice(1))
        : -1;
    const allowed = code === 9 || code === 10 || code === 13 || (code >= 0x20 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff);
    if (!allowed || code === 0xfffe || code === 0xffff) throw new XmlError(`reference to invalid character number &${name};`);
    return String.fromCodePoint(code);
  }
  const value = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  if (value === undefined) throw new XmlError(`undefined entity &${name.slice(0, 20)};`);
  return value;
}

function decodeEntities(raw: string): string {
  if (!raw.includes("&")) return raw;
  let out = "";
  let at = 0;
  for (let amp = raw.indexOf("&"); amp >= 0; amp = raw.indexOf("&", at)) {
    const semicolon = raw.indexOf(";", amp);
    if (semicolon < 0) throw new XmlError("an & without ;");
    out += raw.slice(at, amp) + decodeReference(raw.slice(amp + 1, semicolon));
    at = semicolon + 1;
  }
  return out + raw.slice(at);
}

/** Reads a whole document and calls the handler in document order. Throws XmlError when it is not well-formed. */
export function readXml(bytes: Uint8Array, handler: XmlHandler): void {
  let xml = decodeXml(bytes);
  if (xml.includes("\r")) xml = xml.replace(/\r\n?/g, "\n");
  const bad = FORBIDDEN.exec(xml);
  if (bad !== null) throw new XmlError(`not well-formed: forbidden character at ${bad.index}`);
  const namespaces = new Namespaces();
  const attributes = new AttributeSet();
  const open: string[] = [];
  const prefixed: [string, string][] = [];
  const knownNames = new Set<string>();
  let seenRoot = false;
  const start = xml.charCodeAt(0) === 0xfeff ? 1 : 0;
  let at = start;

  const fail = (what: string): never => {
    throw new XmlError(`not well-formed: ${what} at ${at}`);
  };
  const skipTo = (end: string, from: number, what: string): number => {
    const found = xml.indexOf(end, from);
    return found < 0 ? fail(`unclosed ${what}`) : found + end.length;
  };
  const emitText = (raw: string): void => {
    if (open.length === 0) {
      if (/[^\t\n\r ]/.test(raw)) fail("text outside the document element");
    } else if (raw !== "") {
      if (raw.includes("]]>")) fail("]]> in text");
      handler.text(decodeEntities(raw));
    }
  };
  const addAttribute = (name: string, raw: string, plain: boolean): void => {
    if (!knownNames.has(name)) {
      if (!ATTRIBUTE_NAME.test(name)) fail(`broken attribute ${name.slice(0, 30)}`);
      splitName(name);
      knownNames.add(name);
    }
    const value = plain ? raw : decodeEntities(raw.replace(/[\t\n]/g, " "));
    if (name === "xmlns") namespaces.declare(open.length, "", value);
    else if (!name.includes(":")) attributes.add("", name, value);
    else if (name.startsWith("xmlns:")) namespaces.declare(open.length, splitName(name).local, value);
    else prefixed.push([name, value]);
  };
  /** Reads up to the end of the tag; leaves `at` on its ">" or "/". */
  const readAttributes = (): void => {
    attributes.clear();
    for (;;) {
      const before = at;
      while (isBlank(xml.charCodeAt(at))) at += 1;
      const next = xml.charCodeAt(at);
      if (next === GT || next === SLASH || Number.isNaN(next)) break;
      const equals = xml.indexOf("=", at);
      if (before === at || equals < 0) fail("a broken attribute");
      const name = xml.slice(at, equals).trimEnd();
      at = equals + 1;
      while (isBlank(xml.charCodeAt(at))) at += 1;
      const quote = xml.charCodeAt(at);
      if (quote !== 0x22 && quote !== 0x27) fail("an attribute without quotes");
      const start = at + 1;
      let plain = true;
      for (at = start; xml.charCodeAt(at) !== quote; at += 1) {
        const code = xml.charCodeAt(at);
        if (code === 0x3c || Number.isNaN(code)) fail("an unclosed attribute");
        if (code === 0x26 || code < 0x20) plain = false; // a reference or a line end
      }
      addAttribute(name, xml.slice(start, at), plain);
      at += 1;
    }
    if (prefixed.length === 0) return;
    for (const [name, value] of prefixed) {
      const { prefix, local } = splitName(name);
      attributes.add(namespaces.uri(prefix), local, value);
    }
    prefixed.length = 0;
  };

  while (at < xml.length) {
    const lt = xml.indexOf("<", at);
    if (lt < 0) {
      emitText(xml.slice(at));
      at = xml.length;
      break;
    }
    if (lt > at) emitText(xml.slice(at, lt));
    at = lt;
    const next = xml.charCodeAt(lt + 1);
    if (next === SLASH) {
      const name = open.pop() ?? fail("an end tag too many");
      at = lt + 2 + name.length;
      while (isBlank(xml.charCodeAt(at))) at += 1;
      if (!xml.startsWith(name, lt + 2) || xml.charCodeAt(at) !== GT) fail(`mismatched end tag of <${name.slice(0, 30)}>`);
      const { ns, local } = namespaces.element(name);
      handler.end(ns, local);
      namespaces.leave(open.length + 1);
      at += 1;
    } else if (next === 0x21 /* ! */) {
      if (xml.startsWith("<!--", lt)) at = skipTo("-->", lt + 4, "comment");
      else if (xml.startsWith("<![CDATA[", lt) && open.length > 0) {
        at = skipTo("]]>", lt + 9, "CDATA section");
        handler.text(xml.slice(lt + 9, at - 3));
      } else fail("a document type or stray markup");
    } else if (next === 0x3f /* ? */) {
      at = skipTo("?>", lt + 2, "processing instruction");
      const instruction = xml.slice(lt, at);
      if (/^<\?xml[\s?]/i.test(instruction) && (lt > start || !DECLARATION.test(instruction))) fail("a broken XML declaration");
      if (!/^<\?[A-Za-z_:\u00c0-\ufffd]/.test(instruction)) fail("a broken processing instruction");
    } else {
      if (open.length === 0 && seenRoot) fail("junk after the document element");
      NAME.lastIndex = lt + 1;
      const name = NAME.exec(xml)?.[0] ?? fail("a < that opens no tag");
      at = NAME.lastIndex;
      seenRoot = true;
      open.push(name);
      readAttributes();
      const empty = xml.charCodeAt(at) === SLASH;
      if (xml.charCodeAt(empty ? at + 1 : at) !== GT) fail(`broken tag <${name.slice(0, 30)}>`);
      at += empty ? 2 : 1;
      const { ns, local } = namespaces.element(name);
      handler.start(ns, local, attributes);
      if (empty) {
        open.pop();
        handler.end(ns, local);
        namespaces.leave(open.length + 1);
      }
    }
  }
  if (open.length > 0) fail(`<${open.at(-1)}> is never closed`);
  if (!seenRoot) fail("no element found");
}
