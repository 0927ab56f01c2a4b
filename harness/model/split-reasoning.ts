const open = "<think>";
const close = "</think>";

/**
 * Splits reasoning that a server left inside the text: `<think>…</think>` at the start, also without its opening tag (chat templates that
 * put it in the prompt) or without its end (cut by a token limit: all of it is reasoning). Other text comes back unchanged.
 */
export function splitReasoning(text: string): { readonly text: string; readonly reasoning?: string } {
  const start = text.trimStart();
  const opened = start.startsWith(open);
  const body = opened ? start.slice(open.length) : text;
  const end = body.indexOf(close);
  if (end === -1) return opened ? { text: "", reasoning: body.trim() } : { text };
  // A closing tag behind an opening one in mid-text is a quotation, not the end of a thought the template began.
  if (!opened && body.slice(0, end).includes(open)) return { text };
  return { text: body.slice(end + close.length).trimStart(), reasoning: body.slice(0, end).trim() };
}
