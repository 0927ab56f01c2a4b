import { hash } from "node:crypto";

/** Any value that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** SHA-256 as 64 lower-case hex digits. Every key, blob name and fingerprint in the store has this form. */
export type Hash = string;

/**
 * Canonical JSON after RFC 8785 (JCS) for the values we use: object keys in UTF-16 order, no blanks, `undefined` members left out.
 * Throws a TypeError for NaN, infinities, functions and cycles, because a key must never depend on how such a value is spelled.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`canonicalJson: ${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const members: string[] = [];
    for (const key of Object.keys(value).sort()) {
      const member = (value as Record<string, unknown>)[key];
      if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
    }
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`canonicalJson: a ${typeof value} has no JSON form`);
}

/** Whether a value is JSON data: no undefined member, no number without a JSON form, no object but plain ones and arrays. */
export function isJson(value: unknown): value is Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.every(isJson);
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}

/** SHA-256 of bytes or of a string's UTF-8 bytes. */
export function sha256(data: Uint8Array | string): Hash {
  return hash("sha256", data, "hex");
}

/** SHA-256 of the canonical JSON of `value`: equal for equal data, whatever the order of its members. */
export function hashJson(value: unknown): Hash {
  return sha256(canonicalJson(value));
}
