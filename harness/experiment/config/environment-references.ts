import type { ConfigPath, Problem } from "./source.ts";

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Names of the environment variables a spec refers to as `${NAME}`, sorted, each once. */
export function secretsIn(spec: unknown): string[] {
  const names = new Set<string>();
  for (const { text } of texts(spec, [])) for (const [, name] of text.matchAll(reference)) if (name !== undefined) names.add(name);
  return [...names].sort();
}

/** True for texts that look like a credential somebody pasted: known prefixes of providers, or one long run of mixed letters and digits. */
export function looksSecret(text: string): boolean {
  if (/(?<![A-Za-z0-9])(?:sk|pk|rk|gsk|xai|hf|r8|nvapi|glpat|ghp|github_pat)[-_][A-Za-z0-9_-]{12,}/.test(text)) return true;
  if (/(?<![A-Za-z0-9])(?:AIza[A-Za-z0-9_-]{30,}|AKIA[A-Z0-9]{16}|eyJ[A-Za-z0-9_-]{20,}\.)/.test(text)) return true;
  return false;
}

/** Words people write where a server needs a key but checks none. */
const placeholders = new Set(["empty", "none", "dummy", "ollama", "no-key", "not-needed", "local", "x", "-"]);

/**
 * Problems of an unvalidated config with `${…}` and with credentials written out. `allowed` says at which paths references may stand.
 * No message repeats what it found.
 */
export function referenceProblems(value: unknown, allowed: (path: ConfigPath) => boolean): Problem[] {
  const problems: Problem[] = [];
  for (const { path, text } of texts(value, [])) {
    const left = text.replace(reference, "");
    const used = left !== text;
    if (left.includes("${"))
      problems.push({
        path,
        message:
          "`$` and an opening brace begin a reference to an environment variable; expected letters, digits and underscores and a closing brace",
      });
    else if (used && !allowed(path))
      problems.push({
        path,
        message: "environment variables may be used only in base_url, api_key and headers of a model's endpoints; write the value here",
      });
    if (isCredential(path, left, used))
      problems.push({
        path,
        message: `this looks like a secret; keep it out of the file and name an environment variable instead, like \${OPENAI_API_KEY}`,
      });
  }
  return problems;
}

/** May a reference stand here in a model file? */
export function isEndpointPath(path: ConfigPath): boolean {
  return path[0] === "endpoints" && path.length >= 3 && ["base_url", "api_key", "headers"].includes(String(path[2]));
}

function isCredential(path: ConfigPath, literal: string, usesReference: boolean): boolean {
  if (looksSecret(literal)) return true;
  const key = String(path.at(-1)).toLowerCase();
  if (key === "base_url")
    return /\/\/[^/@\s]+:[^/@\s]+@/.test(literal) || /[?&](?:key|api[-_]?key|token|access_token)=[^&]+/i.test(literal);
  if (usesReference) return false;
  if (key === "api_key") return literal !== "" && !placeholders.has(literal.toLowerCase());
  return path.includes("headers") && /(?:^|-)(?:authorization|token|key|secret|cookie)$/.test(key) && literal !== "";
}

function* texts(value: unknown, path: ConfigPath): Generator<{ path: ConfigPath; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* texts(item, [...path, i]);
  else if (typeof value === "object" && value !== null) for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
}
