/** What the harness says in an agent loop besides observations: a report sent back, turns running out. */

export interface Wishes {
  /** The fix was tried and found wanting, or is not there. */
  readonly anotherFix: boolean;
  /** The report's form or wording was refused. */
  readonly anotherReport: boolean;
}

/** Reads what came back after completion was signalled. */
export function wishesIn(review: string): Wishes {
  const sentences = review.split(/(?<=[.!?:])\s+|\n/);
  const aboutFix = /\bfix(?:\.sh)?\b/i;
  const bad = /\bfail|\bnot\b|\bno\b|\bwrong|\bdiffer|\bmissing|\binstead|\bwritten into|\bcarr(?:y|ies)/i;
  const anotherFix = sentences.some((s) => aboutFix.test(s) && bad.test(s) && !/report\.json/.test(s));
  return { anotherFix, anotherReport: !anotherFix && /report|json|lesson|cause|title|description|content|relation|field/i.test(review) };
}

export interface RestartWishes {
  /** The agent was taken back, and did not come to the right answer. */
  readonly anotherRestart: boolean;
  /** It will not be taken back again. */
  readonly spent: boolean;
  /** The report's form or wording was refused. */
  readonly anotherReport: boolean;
}

/** Reads what came back after completion was signalled, where a restart is the proof. */
export function restartWishesIn(review: string): RestartWishes {
  const spent = /\btaken back\b[^\n]*\bnot (?:be )?taken back again\b|\bno (?:more|further) restarts?\b/i.test(review);
  const anotherRestart = spent || /\btaken back to\b|\banother (?:turn|correction|restart)\b/i.test(review);
  return { anotherRestart, spent, anotherReport: /report|json|lesson|cause|title|description|content|relation|field|words/i.test(review) };
}

/** Whether a message asks for a restart in the report. Logs and skills that it shows are not its own words. */
export function wantsRestart(message: string): boolean {
  const own = message.replace(/^<(log|skill_file)\b[^\n]*>\n[\s\S]*?^<\/\1>/gm, "");
  return /"restart"\s*:\s*\{/.test(own);
}

/** Whether an observation ends with the notice that few turns are left. */
export function turnsRunOut(observation: string): boolean {
  return /\b(?:last|remaining|only)\b[^.\n]{0,40}\bturns?\b|\bturns?\b[^.\n]{0,20}\b(?:are |is )?(?:left|remain)/i.test(
    observation.slice(-1500),
  );
}

/** The comparison command that a message gives, for any candidate; undefined when it gives none. */
export function comparisonIn(message: string): ((candidate: string) => string) | undefined {
  const own = message.replace(/^<log\b[^\n]*>\n[\s\S]*?^<\/log>/gm, "");
  const commands = [...own.matchAll(/`([^`\n]+)`|^[ \t]*(?:\$ )?((?:node|python3?|bash|sh|\/work\/kit\/)\S* [^\n]*)$/gm)]
    .map((m) => (m[1] ?? m[2] ?? "").trim())
    .filter((c) => /(?:^|[\s/])kit\/\S/.test(c) && /\s/.test(c));
  const command = commands[0];
  if (command === undefined) return undefined;
  const place =
    /\{\{?candidate\}?\}|<(?:candidate|file|path)[^>]*>|\$\{?CANDIDATE\}?|\bCANDIDATE\b|\/work\/agent\/\S+|\/work\/output\.\w+/i;
  return (candidate) => (place.test(command) ? command.replace(place, candidate) : `${command} ${candidate}`);
}
