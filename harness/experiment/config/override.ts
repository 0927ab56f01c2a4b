import { parseDocument } from "yaml";
import { UsageError } from "../../core/errors.ts";
import type { ConfigPath, ConfigSource, Override } from "./source.ts";

/**
 * Applies `--set` options in their order. `a.b=c` sets key b of mapping a (made when it is missing); a number addresses a list entry, and the number after the
 * last one appends. The right side is YAML: `3`, `true`, `[1, 2]`, `{ kind: none }`, `text`. Returns a new source; throws UsageError naming the option.
 */
export function applyOverrides(source: ConfigSource, options: readonly string[]): ConfigSource {
  let value = source.value;
  const overrides: Override[] = [...source.overrides];
  for (const option of options) {
    const equals = option.indexOf("=");
    const key = (equals < 0 ? option : option.slice(0, equals)).trim();
    if (equals < 0) throw new UsageError(`--set ${key}: expected key=value, for example --set limits.max_turns=20.`);
    const parts = key.split(".");
    if (parts.some((part) => part === ""))
      throw new UsageError(`--set ${key}: expected keys joined by single dots, for example arms.0.name.`);
    const path: (string | number)[] = [];
    value = place(value, parts, readValue(key, option.slice(equals + 1)), key, path);
    overrides.push({ path, key });
  }
  return { ...source, value, overrides };
}

function readValue(key: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const error = document.errors[0] ?? document.warnings[0];
  // The text itself is not repeated: it may hold a secret.
  if (error !== undefined) throw new UsageError(`--set ${key}: the value is not valid YAML (${error.code}); put it in quotes.`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new UsageError(`--set ${key}: the value cannot be resolved as YAML; write it without aliases.`, { cause });
  }
}

/** A copy of `target` with `value` at `parts`; the way taken is added to `path`. */
function place(target: unknown, parts: readonly string[], value: unknown, key: string, path: (string | number)[]): unknown {
  const [head, ...rest] = parts;
  if (head === undefined) return value;
  const where = path.length === 0 ? "The config" : pathOf(path);
  if (Array.isArray(target)) {
    const index = Number(head);
    if (!/^\d+$/.test(head) || index > target.length)
      throw new UsageError(
        `--set ${key}: ${where} is a list of ${target.length}; expected a number from 0 to ${target.length}, not "${head}".`,
      );
    path.push(index);
    const copy = [...target];
    copy[index] = place(target[index], rest, value, key, path);
    return copy;
  }
  if (target !== undefined && target !== null && typeof target !== "object")
    throw new UsageError(
      `--set ${key}: ${where} is a single value; nothing can be set below it${rest.length > 0 ? "" : `, so set ${where} itself`}.`,
    );
  if ((target === undefined || target === null) && /^\d+$/.test(head))
    throw new UsageError(
      `--set ${key}: ${where} is not in the file, so it has no entries; set the whole list, for example --set ${where}=[…].`,
    );
  if (head === "__proto__") throw new UsageError(`--set ${key}: "${head}" cannot be a key; use the name of a setting.`);
  path.push(head);
  const mapping: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(target ?? {}));
  return { ...mapping, [head]: place(mapping[head], rest, value, key, path) };
}

function pathOf(path: ConfigPath): string {
  return path.join(".");
}
