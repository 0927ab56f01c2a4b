/** What a failed attempt means: its class, the sentence for the user, whether another attempt may help, what it says about the endpoint. */
import OpenAI from "openai";
import { type ModelErrorClass, messageOf } from "../core/errors.ts";
import { readErrorBody } from "./read-error-body.ts";
import { completionAloneOverflows, isContextOverflow } from "./recognise-overflow.ts";
import { retryAfterMs } from "./retry-after.ts";
import { ReplyTooLarge } from "./send-http.ts";

/** Facts of the call that the sentences name. No secrets in here. */
export interface CallFacts {
  readonly model: string;
  readonly servedName: string;
  /** Host and port. */
  readonly endpoint: string;
  readonly timeoutS: number;
  readonly maxTokens: number | undefined;
  readonly wallNowMs: number;
}

export interface CallFailure {
  readonly errorClass: ModelErrorClass;
  /** One sentence. May still hold a secret the server repeated: redact before showing. */
  readonly message: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** `few`: nothing has ever answered there, so a full series of attempts would only delay the news. */
  readonly retry: "no" | "few" | "yes";
  readonly load: "slow-down" | "broken" | "neutral";
}

/** Classifies what the SDK threw. Aborts by the caller must be told apart before; an abort seen here is our own timeout. */
export function classifyThrown(thrown: unknown, facts: CallFacts): CallFailure {
  const where = `Model "${facts.model}" at ${facts.endpoint}`;
  if (thrown instanceof OpenAI.APIConnectionTimeoutError || thrown instanceof OpenAI.APIUserAbortError) {
    return {
      errorClass: "timeout",
      message: `${where} did not finish an answer within ${facts.timeoutS} s; check the server, or raise timeout_s in the model file.`,
      retry: "yes",
      load: "broken",
    };
  }
  if (thrown instanceof OpenAI.APIConnectionError) return classifyConnection(thrown.cause ?? thrown, facts);
  if (thrown instanceof OpenAI.APIError && typeof thrown.status === "number") {
    const body: unknown = thrown.error;
    const raw = typeof body === "object" && body !== null && "raw" in body && typeof body.raw === "string" ? body.raw : messageOf(thrown);
    const headers: Headers | undefined = thrown.headers;
    return classifyStatus(thrown.status, raw, (name) => headers?.get(name), facts);
  }
  return badReply(`${where} sent a body that is not JSON (${messageOf(thrown)}).`);
}

/** A reply that arrived and cannot be used. Another attempt may well get a proper one. */
export function badReply(message: string): CallFailure {
  return { errorClass: "bad-reply", message, retry: "yes", load: "neutral" };
}

/** A 200 whose body is no completion: an error object some servers send with 200 is classified by its own code. */
export function classifyStrangeBody(body: unknown, facts: CallFacts): CallFailure {
  const where = `Model "${facts.model}" at ${facts.endpoint}`;
  if (typeof body === "object" && body !== null && "error" in body && body.error) {
    const raw = JSON.stringify(body);
    const code = Number(readErrorBody(raw).code);
    return classifyStatus(code >= 400 && code <= 599 ? code : 500, raw, () => undefined, facts);
  }
  if (body === undefined || body === null || body === "") return badReply(`${where} sent an empty body.`);
  const start = (typeof body === "string" ? body : (JSON.stringify(body) ?? "")).slice(0, 200);
  return badReply(`${where} sent a body without a completion in it: ${start}`);
}

function classifyConnection(cause: unknown, facts: CallFacts): CallFailure {
  const where = `Model "${facts.model}" at ${facts.endpoint}`;
  if (cause instanceof ReplyTooLarge) return badReply(`${where} sent too much: ${cause.message}.`);
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  const broken = (message: string, retry: CallFailure["retry"]): CallFailure => ({
    errorClass: "connection",
    message,
    retry,
    load: "broken",
  });
  switch (code) {
    case "ECONNREFUSED":
      return broken(
        `Nothing listens at ${facts.endpoint} (connection refused); start the server of model "${facts.model}" or correct its base_url.`,
        "few",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return broken(
        `The host name in ${facts.endpoint} cannot be resolved; correct the base_url of model "${facts.model}" or check the network.`,
        "few",
      );
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return broken(
        `There is no way to ${facts.endpoint} (${code}); check the network, or correct the base_url of model "${facts.model}".`,
        "few",
      );
    case "ETIMEDOUT":
      return broken(
        `No connection to ${facts.endpoint} came about in time; check the network and the server of model "${facts.model}".`,
        "yes",
      );
    case "ECONNRESET":
    case "EPIPE":
    case "ECONNABORTED":
      return broken(`${where} closed the connection before its answer was complete.`, "yes");
    default:
      if (code.startsWith("Z_") || code.startsWith("ERR_BUFFER") || code.startsWith("ERR_BROTLI"))
        return badReply(`${where} sent a compressed body that cannot be unpacked (${messageOf(cause)}).`);
      if (/CERT|SSL|TLS|SELF_SIGNED|EPROTO/.test(code))
        return broken(
          `No secure connection to ${facts.endpoint}: ${messageOf(cause)} (${code}); check http or https in base_url, and the certificate.`,
          "no",
        );
      return broken(`${where} could not be reached: ${messageOf(cause)}`, code.startsWith("HPE_") ? "few" : "yes");
  }
}

const quotaCodes: ReadonlySet<string> = new Set(["insufficient_quota", "billing_hard_limit_reached", "account_deactivated"]);
const filterCodes: ReadonlySet<string> = new Set([
  "content_filter",
  "content_policy_violation",
  "invalid_prompt",
  "data_inspection_failed",
]);

function classifyStatus(status: number, raw: string, header: (name: string) => string | null | undefined, facts: CallFacts): CallFailure {
  const said = readErrorBody(raw);
  const told = `HTTP ${status}: ${said.message}`;
  const where = `Model "${facts.model}" at ${facts.endpoint}`;
  const wait = retryAfterMs(header, facts.wallNowMs);
  const again = header("x-should-retry") === "false" ? "no" : "yes";
  const fatal = (errorClass: ModelErrorClass, message: string): CallFailure => ({
    errorClass,
    message,
    status,
    retry: "no",
    load: "neutral",
  });
  const passing = (errorClass: ModelErrorClass, message: string, load: CallFailure["load"]): CallFailure => ({
    errorClass,
    message,
    status,
    retry: again,
    load,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });

  // llama.cpp has sent its overflow as a 500, Ollama as 400, 413 and 500.
  if (status !== 429 && status !== 401 && isContextOverflow(said)) {
    if (completionAloneOverflows(said.message, facts.maxTokens))
      return fatal(
        "bad-request",
        `max_tokens of model "${facts.model}" is larger than its context window (${told}); lower it in the sampling settings.`,
      );
    return fatal("overflow", `The conversation does not fit into the context window of model "${facts.model}" (${told}).`);
  }
  if (said.code !== undefined && quotaCodes.has(said.code))
    return fatal(
      "auth",
      `The account behind model "${facts.model}" at ${facts.endpoint} has no quota left (${told}); top it up or use another key.`,
    );
  if (
    status < 500 &&
    ((said.code !== undefined && filterCodes.has(said.code)) || /content (management|filter)|flagged by moderation/i.test(said.message))
  )
    return fatal("refused", `${where} refused the content of the request (${told}).`);

  switch (status) {
    case 401:
    case 402:
    case 403:
    case 407:
      return fatal(
        "auth",
        `${facts.endpoint} refused the credentials of model "${facts.model}" (${told}); check api_key in its model file.`,
      );
    case 404:
      return fatal(
        "not-found",
        `${facts.endpoint} does not serve "${facts.servedName}" there (${told}); check served_name of model "${facts.model}", and that its base_url ends in /v1.`,
      );
    case 408:
    case 504:
    case 524:
      return passing("timeout", `${where} gave up waiting for an answer (${told}).`, "broken");
    case 409:
    case 425:
      return passing("server", `${where} could not take the request just now (${told}).`, "neutral");
    case 429:
      // Providers answer a request larger than the whole per-minute allowance with 429, too: waiting cannot help.
      if (/request too large/i.test(said.message)) return fatal("bad-request", `${where} never accepts a request of this size (${told}).`);
      return passing("rate-limit", `${where} is rate-limited (${told}).`, "slow-down");
    default:
  }
  if (status >= 300 && status < 400)
    return fatal(
      "bad-request",
      `${facts.endpoint} redirects elsewhere (HTTP ${status}); put the address it leads to in base_url of model "${facts.model}".`,
    );
  // 529 is "overloaded" at some providers; a 503 with Retry-After asks for the same.
  if (status === 529 || (status === 503 && wait !== undefined)) return passing("server", `${where} is overloaded (${told}).`, "slow-down");
  if (status === 501 || status === 505) return fatal("bad-request", `${where} cannot do what was asked (${told}).`);
  if (status >= 500) return passing("server", `${where} failed (${told}).`, "broken");
  return fatal("bad-request", `${where} did not accept the request (${told}).`);
}
