import type { SecretLintCoreConfig } from "@secretlint/types";
import { secretPatterns } from "./secret-patterns.ts";

/** A secret's place in a text, end exclusive. */
export interface FoundSecret {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

export type FindSecrets = (text: string) => Promise<readonly FoundSecret[]>;

/** Texts are looked through in pieces, so that no text, however it was made, can take long; no secret is longer than what two pieces share. */
const piece = 128 * 1024;
const shared = 16 * 1024;

/** A finder that asks secretlint's recommended rules and the patterns of this folder. Places may overlap. */
export async function openSecretFinder(): Promise<FindSecrets> {
  // Loaded by who redacts, not by every start of the program.
  const [{ lintSource }, { creator }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const config: SecretLintCoreConfig = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] };
  return async (text) => {
    const found: FoundSecret[] = [...privateKeys(text)];
    for (let at = 0; at === 0 || at + shared < text.length; at += piece - shared) {
      const content = text.slice(at, at + piece);
      for (const one of ownSecrets(content)) found.push({ ...one, from: at + one.from, to: at + one.to });
      const { messages } = await lintSource({
        source: { filePath: "log.txt", content, contentType: "text", ext: ".txt" },
        options: { config, noPhysicFilePath: true },
      });
      for (const { range, ruleId } of messages) {
        const [from, to] = range;
        if (to > from) found.push({ from: at + from, to: at + to, kind: kindOf(ruleId) });
      }
    }
    return found;
  };
}

/** `@secretlint/secretlint-rule-github` is "github (secretlint)". */
const kindOf = (rule: string): string => `${rule.replace(/^.*secretlint-rule-/, "")} (secretlint)`;

function* ownSecrets(text: string): Iterable<FoundSecret> {
  for (const { kind, pattern, test } of secretPatterns)
    for (const match of text.matchAll(pattern)) {
      const [from, to] = match.indices?.groups?.secret ?? match.indices?.groups?.quoted ?? [0, 0];
      if (to > from && (test === undefined || test(text.slice(from, to)))) yield { from, to, kind };
    }
}

/** Blocks of private keys (RFC 7468), also where the end was cut off; line breaks may be written as \n. */
function* privateKeys(text: string): Iterable<FoundSecret> {
  const begin = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/g;
  const body = /(?:[A-Za-z0-9+/=\s]|\\[nr]|Proc-Type:[^\n\\]{0,80}|DEK-Info:[^\n\\]{0,80})*(?:-----END [A-Z0-9 ]{0,60}-----)?/y;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    body.lastIndex = begin.lastIndex;
    const inside = body.exec(text)?.[0] ?? "";
    if (inside.trim() === "") continue;
    yield { from: match.index, to: begin.lastIndex + inside.length, kind: "private key" };
    begin.lastIndex += inside.length;
  }
}
