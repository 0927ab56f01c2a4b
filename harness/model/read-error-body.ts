/** What a server said went wrong, from any of the shapes in use. Missing members are absent. */
export interface ServerWords {
  readonly message: string;
  readonly code?: string;
  readonly type?: string;
}

const longestMessage = 1_000;

/**
 * Reads an error body: `{"error": {message, type, code}}` (OpenAI, vLLM, llama.cpp), `{"error": "…"}` (Ollama), `{"object": "error", "message"}`
 * (SGLang, older vLLM), `{"detail": …}` (FastAPI), `[{"error": …}]` (Gemini); anything else by its text without HTML tags. At most 1,000 characters.
 */
export function readErrorBody(raw: string): ServerWords {
  const words = fromJson(parse(raw));
  if (words !== undefined && words.message !== "") return { ...words, message: clip(words.message) };
  const text = raw
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return { ...words, message: clip(text === "" ? "no message" : text) };
}

function fromJson(value: unknown): ServerWords | undefined {
  if (Array.isArray(value)) return fromJson(value[0]);
  if (!isRecord(value)) return undefined;
  const { error, detail, message } = value;
  if (typeof error === "string") return { message: error };
  if (isRecord(error)) {
    const upstream = isRecord(error.metadata) && typeof error.metadata.raw === "string" ? ` (${error.metadata.raw})` : "";
    return { ...named(error), message: textOf(error.message) + upstream };
  }
  if (typeof message === "string") return { ...named(value), message };
  if (typeof detail === "string") return { message: detail };
  if (Array.isArray(detail))
    return { message: detail.map((d) => (isRecord(d) ? `${pathOf(d.loc)}: ${textOf(d.msg)}` : textOf(d))).join("; ") };
  return { message: JSON.stringify(value) };
}

function named(record: Readonly<Record<string, unknown>>): { code?: string; type?: string } {
  const { code, type } = record;
  return {
    ...(typeof code === "string" || typeof code === "number" ? { code: String(code) } : {}),
    ...(typeof type === "string" ? { type } : {}),
  };
}

function pathOf(loc: unknown): string {
  return Array.isArray(loc) ? loc.join(".") : textOf(loc);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

function clip(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)} … (${text.length - longestMessage} more characters)`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
