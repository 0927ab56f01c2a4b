import OpenAI from "openai";
import type { ResolvedEndpoint } from "./resolve-endpoints.ts";
import { createFetch } from "./send-http.ts";

/** An SDK client for one endpoint: no retries and no logging of its own, nothing taken from OPENAI_* variables, credentials only in our fetch. */
export function openClient(endpoint: ResolvedEndpoint, options: { timeoutMs: number; maxReplyBytes: number }): OpenAI {
  return new OpenAI({
    baseURL: endpoint.baseUrl,
    defaultQuery: { ...endpoint.query },
    apiKey: "unused",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off",
    maxRetries: 0,
    timeout: Math.min(2 ** 31 - 1, Math.max(1, Math.ceil(options.timeoutMs))),
    fetch: createFetch(endpoint, options.maxReplyBytes),
  });
}
