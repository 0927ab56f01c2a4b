import { badReply, type CallFacts, type CallFailure, classifyStrangeBody, classifyThrown } from "./classify-failure.ts";
import type { Attempt } from "./retry-call.ts";

/** The value in a reply's body; undefined where there is none. */
export type ReadBody<T> = (body: unknown) => { readonly value: T; readonly tokens?: number } | "empty message" | undefined;

/** Sends a request once and says how that ended. `facts` are for the words of a failure. */
export async function attemptCall<T>(
  send: (signal: AbortSignal) => Promise<unknown>,
  read: ReadBody<T>,
  facts: () => CallFacts,
  signal: AbortSignal | undefined,
): Promise<Attempt<T>> {
  // The SDK never takes its listener off the signal it is given, so a long episode's signal gets a short-lived stand-in.
  const standIn = new AbortController();
  const onAbort = (): void => standIn.abort();
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const body = await send(standIn.signal);
    const found = read(typeof body === "string" ? parseText(body) : body);
    if (found === "empty message") {
      const { model, endpoint } = facts();
      return { ok: false, failure: badReply(`Model "${model}" at ${endpoint} sent an empty message.`) };
    }
    return found === undefined ? { ok: false, failure: classifyStrangeBody(body, facts()) } : { ok: true, ...found };
  } catch (error) {
    return { ok: false, failure: signal?.aborted ? cancelled : classifyThrown(error, facts()) };
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

const cancelled: CallFailure = { errorClass: "aborted", message: "The model call was cancelled.", retry: "no", load: "neutral" };

/** Some servers send JSON under another media type; the SDK hands that over as text. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
