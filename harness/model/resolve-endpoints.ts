/** From the endpoints of a model file to ones that can be called: `${ENV}` expanded, credentials taken out of the URL. */
import { UsageError } from "../core/errors.ts";
import type { EndpointLimits } from "../core/gate.ts";
import { sha256 } from "../core/json.ts";
import type { EndpointSpec, ModelSpec } from "../core/spec.ts";
import { endpointLabel } from "./describe-model.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `baseUrl` has no user info, query or trailing slash. `secrets` are all values that must not appear in any message. */
export interface ResolvedEndpoint {
  readonly label: string;
  readonly baseUrl: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  /** What everybody who calls it keeps together; undefined for a server of this process's own. */
  readonly limits: EndpointLimits | undefined;
  readonly secrets: readonly string[];
}

/** In-process server: no provider limits it, and more calls at once than this only queue up inside it. */
const simulatedConcurrency = 256;

/**
 * Endpoints of a model in file order. A simulated model without endpoints of its own gets `simulatedUrl`.
 * Throws UsageError naming the variable or URL that cannot be used.
 */
export function resolveEndpoints(spec: ModelSpec, env: Environment, simulatedUrl?: string): readonly ResolvedEndpoint[] {
  if (spec.endpoints.length > 0) return spec.endpoints.map((e, index) => resolve(spec, e, index, env));
  if (spec.provider === "simulated" && simulatedUrl !== undefined)
    return [{ ...resolve(spec, { base_url: simulatedUrl, concurrency: simulatedConcurrency }, 0, env), limits: undefined }];
  const why = spec.provider === "simulated" ? "and no simulated endpoint was started for it" : "to send calls to";
  throw new UsageError(`Model "${spec.name}" has no endpoint ${why}; add endpoints with a base_url to its model file.`);
}

function resolve(spec: ModelSpec, endpoint: EndpointSpec, index: number, env: Environment): ResolvedEndpoint {
  const where = (field: string): string => `endpoints[${index}].${field} of model "${spec.name}"`;
  const used: string[] = [];
  const expand = (text: string, field: string): string =>
    text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const value = env[variable];
      if (value === undefined || value === "")
        throw new UsageError(
          `The environment variable ${variable}, used by ${where(field)}, is not set; set it (export ${variable}=…) or write the value in the model file.`,
        );
      if (field !== "base_url") used.push(value);
      return value;
    });

  const url = parseUrl(expand(endpoint.base_url, "base_url"), where("base_url"));
  const headers: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(endpoint.headers ?? {})) headers[name.toLowerCase()] = expand(value, `headers.${name}`);
  if (endpoint.api_key !== undefined) {
    const key = expand(endpoint.api_key, "api_key");
    headers.authorization = `Bearer ${key}`;
    secrets.push(key);
  } else if (url.username !== "" || url.password !== "") {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const basic = Buffer.from(pair).toString("base64");
    headers.authorization = `Basic ${basic}`;
    secrets.push(basic, decodeURIComponent(url.password));
  }
  for (const [name, value] of Object.entries(headers)) {
    if (/[\r\n\0]/.test(value))
      throw new UsageError(`${where(`headers.${name}`)} contains a line break; check the variable it comes from.`);
  }
  // A header that carries authority under another name (api-key, x-api-key, cookie …) is as secret as the key.
  for (const [name, value] of Object.entries(headers)) if (/key|token|auth|secret|cookie/.test(name)) secrets.push(value);
  const query = Object.fromEntries(url.searchParams);
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  const { concurrency, rpm, tpm } = endpoint;
  return {
    label: endpointLabel(url.href),
    baseUrl,
    query,
    headers,
    concurrency,
    rpm,
    tpm,
    limits: { key: sha256(`${spec.served_name ?? spec.name}\n${baseUrl}`), concurrency, rpm, tpm },
    secrets: [...secrets, ...used, ...Object.values(query).filter((v) => v.length >= 16)],
  };
}

function parseUrl(text: string, where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new UsageError(`The ${where} is not a URL that starts with http:// or https://; write one like http://localhost:8000/v1.`);
  if (/\/(chat\/completions|completions|embeddings|models)\/?$/.test(url.pathname))
    throw new UsageError(`The ${where} ends in ${url.pathname.replace(/^.*\/v\d+/, "")}; write only the part before it, up to /v1.`);
  return url;
}
