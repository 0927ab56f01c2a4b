import type { Hash, Json } from "../core/json.ts";
import type { ModelSpec } from "../core/spec.ts";

/**
 * What tells two models apart in a key: configured name, declared revision, chat template and, for simulated ones, the hash of persona and world.
 * Never a URL, a served name or a key: moving a model to another machine must not re-run anything. A changed quantisation is a changed `revision`.
 */
export function describeModel(spec: ModelSpec, personaHash?: Hash): { readonly [key: string]: Json | undefined } {
  if (spec.provider === "simulated" && personaHash === undefined)
    throw new Error(`describeModel: the simulated model "${spec.name}" has no persona hash`);
  return {
    provider: spec.provider,
    name: spec.name,
    revision: spec.revision,
    chat_template: spec.chat_template,
    persona: spec.provider === "simulated" ? personaHash : undefined,
  };
}

/** Host and port of an endpoint, for logs and records: no credentials, path or query, any of which may carry a token. An unreadable URL gives "(unreadable URL)". */
export function endpointLabel(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "(unreadable URL)";
}
