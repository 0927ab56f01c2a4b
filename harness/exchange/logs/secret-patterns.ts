/**
 * What secrets look like, beside what secretlint's rules know (they want a key at its exact length; a log may have it cut, or without the name it belongs to). Prefixes as the
 * providers document them: GitHub "token formats", AWS IAM "unique identifiers", Slack "token types", Google Cloud API keys, GitLab "token prefixes", Hugging Face, npm, Stripe; as
 * gitleaks' default rules list them. `Bearer` and `Basic` after RFC 6750 and RFC 7617, JWT after RFC 7519.
 */

export interface SecretPattern {
  /** For people, in the singular. */
  readonly kind: string;
  /** With `d` and `g`; the secret is the group of that name, or the group `quoted`. Runs in time linear in the text: a match begins where no other could have. */
  readonly pattern: RegExp;
  /** Whether what fits really is one. Default: always. */
  readonly test?: (secret: string) => boolean;
}

const hasDigit = (text: string): boolean => /\d/.test(text);

/** Bits a character, after Shannon; random keys have above 3, words and paths mostly below, but for long ones. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const n = [...text].length;
  return [...counts.values()].reduce((sum, count) => sum - (count / n) * Math.log2(count / n), 0);
}

/** Types, placeholders, calls and references to a place where the secret is kept are no secrets. */
const noValue =
  /^(?:true|false|null|none|nil|undefined|string|str|number|int|bool|bytes|any|object|optional|required|password|passwd|secret|token|value|example|changeme|change_me|todo|redacted|hidden|self|this|new|await|function|os|process|env|config|settings|args|getenv|input|prompt)(?![A-Za-z0-9])|^[$%<{*.[(]|^x{3,}|^your[-_]|[([{]/i;

const isRandom = (text: string): boolean =>
  text.length >= 12 &&
  entropyOf(text) >= 3 &&
  (hasDigit(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text))) &&
  !/^(?:\/|\.|https?:)/.test(text);

/** In quotes a value may hold blanks; without them it ends at the first sign that no value has. */
const value = `(?:(?<quote>["'])(?<quoted>[^"'\\n\\r\\\\]{4,1024})\\k<quote>|["']?(?<secret>[^\\s"'\`,;<>()[\\]{}\\\\]{4,4096}))`;
const assigned = `\\\\?["']?[ \\t]{0,8}(?:=>|:=|=|:)[ \\t]{0,8}\\\\?`;

export const secretPatterns: readonly SecretPattern[] = [
  { kind: "AWS access key", pattern: /(?<![\w-])(?<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?![A-Z0-9])/dg },
  { kind: "API key (sk-…)", pattern: /(?<![\w-])(?<secret>sk-[\w-]{16,1024})/dg, test: hasDigit },
  { kind: "GitHub token", pattern: /(?<![\w-])(?<secret>(?:gh[pousr]_|github_pat_)\w{20,1024})/dg },
  { kind: "GitLab token", pattern: /(?<![\w-])(?<secret>gl(?:pat|dt|rt|ptt|oas)-[\w-]{16,1024})/dg },
  { kind: "Slack token", pattern: /(?<![\w-])(?<secret>xox[a-z](?:\.xox[a-z])?-[\w-]{10,1024})/dg },
  { kind: "Slack webhook", pattern: /(?<secret>https:\/\/hooks\.slack\.com\/services\/[\w/-]{20,200})/dg },
  { kind: "Google API key", pattern: /(?<![\w-])(?<secret>AIza[\w-]{30,1024})/dg },
  { kind: "Hugging Face token", pattern: /(?<![\w-])(?<secret>hf_[A-Za-z0-9]{20,1024})/dg },
  { kind: "npm token", pattern: /(?<![\w-])(?<secret>npm_[A-Za-z0-9]{30,1024})/dg },
  { kind: "Stripe key", pattern: /(?<![\w-])(?<secret>(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,1024})/dg },
  { kind: "JSON web token", pattern: /(?<![\w-])(?<secret>eyJ[\w-]{8,16384}\.[\w-]{8,16384}(?:\.[\w-]{0,16384})?)/dg },
  {
    kind: "authorization header",
    pattern:
      /\bauthorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?:(?:bearer|basic|token|apikey)[ \t]{1,8})?(?<secret>[\w.~+/=:-]{6,16384})/dgi,
    test: (text) => !/^(?:bearer|basic|token|apikey|digest|negotiate)$/i.test(text),
  },
  { kind: "bearer token", pattern: /(?<!\w)bearer[ \t]{1,8}(?<secret>[\w.~+/=-]{12,16384})/dgi, test: hasDigit },
  {
    kind: "password in a URL",
    pattern: /:\/\/[^\s:/@"']{0,256}:(?<secret>[^\s:/@"']{3,256})@(?=[\w[])/dg,
    test: (text) => !/^[$%<{*[]/.test(text),
  },
  {
    kind: "password",
    pattern: new RegExp(`(?:password|passwd|passphrase|(?<![a-z])pwd)${assigned}${value}`, "dgi"),
    test: (text) => !noValue.test(text),
  },
  {
    kind: "token or key by its name",
    pattern: new RegExp(
      `(?:secret|token|credential|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|secret[_-]?key|signing[_-]?key|encryption[_-]?key|auth[_-]?key)${assigned}${value}`,
      "dgi",
    ),
    test: (text) =>
      !noValue.test(text) &&
      text.length >= 8 &&
      (hasDigit(text) || text.length >= 20) &&
      !/^\d{1,9}$/.test(text) &&
      !/^[\w$]+(?:\.[\w$]+)+$/.test(text),
  },
  {
    kind: "value of a secret's variable",
    pattern: new RegExp(
      `(?<![A-Za-z0-9])(?:[A-Z][A-Z0-9]{0,40}_){1,6}(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|AUTH)${assigned}${value}`,
      "dg",
    ),
    test: (text) => !noValue.test(text) && isRandom(text),
  },
];
