import type { Blobs, Box, Harvested, Kit } from "../../core/contract.ts";
import type { AnalysisResult, Lesson, Rejection } from "../../core/evolution.ts";
import { canonicalJson, type Hash, hashJson, sha256 } from "../../core/json.ts";
import type { AnalysisCase } from "./analysis-case.ts";
import type { AnalystRecord } from "./analysis-record.ts";
import { lastTurn, maxFixKb, type SayAnalysis } from "./analyst-message.ts";
import type { Certificate } from "./certify-fix.ts";
import type { RestartCertificate } from "./certify-restart.ts";
import { findLeaks, leaksIn, type Report, readReport } from "./read-report.ts";

type Outcome = AnalysisResult["outcome"];

export interface ReviewContext {
  readonly box: Box;
  readonly blobs: Blobs;
  readonly given: AnalysisCase;
  readonly kit: Kit;
  readonly analyst: AnalystRecord;
  readonly say: SayAnalysis;
  readonly certifyFix: (script: Uint8Array) => Promise<Certificate>;
  readonly certifyRestart: (restart: NonNullable<Report["restart"]>) => Promise<RestartCertificate>;
}

export interface Reviewer {
  /** What the analyst is told when it signals completion; undefined when its analysis is accepted. */
  review(said: { readonly turnsLeft: number }): Promise<string | undefined>;
  /** Looks at what lies in the box once more, for an analyst that was cut off. */
  look(): Promise<void>;
  /** What came of the analysis, as of the last look. */
  outcome(): Outcome;
}

/** What one look found: the outcome if this were the end, and what is wrong, for the analyst. */
interface Look {
  readonly outcome: Outcome;
  readonly problems: readonly string[];
}

/** A refusal in the making. */
interface Refusal {
  readonly reason: Rejection;
  readonly note: string;
  readonly problems: readonly string[];
}

type Proof = { readonly certified: { readonly fix: Hash; readonly rechecks: number } };

const maxReportBytes = 64 * 1024;
const noteChars = 300;
/** A whole solver works for each. */
const maxRestarts = 5;

/** Judges what an analyst hands in: form, words, proof. Equal fixes and restarts are certified once. Throws infrastructure errors only. */
export function createReviewer(context: ReviewContext): Reviewer {
  const fixes = new Map<Hash, Certificate>();
  const restarts = new Map<Hash, RestartCertificate>();
  let last: Outcome = { state: "rejected", reason: "no-report", note: "the analyst was cut off before it handed in anything", lessons: [] };
  const look = async (): Promise<readonly string[]> => {
    const seen = await lookAt(context, fixes, restarts);
    last = seen.outcome;
    return seen.problems;
  };
  return {
    async review({ turnsLeft }) {
      const problems = await look();
      return problems.length === 0 ? undefined : context.say("sent-back", { turns: String(turnsLeft), problems: problems.join("\n") });
    },
    async look() {
      await look();
    },
    outcome: () => last,
  };
}

async function lookAt(context: ReviewContext, fixes: Map<Hash, Certificate>, restarts: Map<Hash, RestartCertificate>): Promise<Look> {
  const { box, given, analyst, say, kit } = context;
  const rejected = ({ reason, note, problems }: Refusal, lessons: readonly Lesson[]): Look => ({
    outcome: { state: "rejected", reason, note: note.slice(0, noteChars), lessons: [...lessons] },
    problems,
  });
  const handedIn = await box.harvest("/work/report.json", maxReportBytes);
  if (!("bytes" in handedIn)) {
    const problem = whyNot(handedIn);
    return rejected({ reason: "no-report", note: problem, problems: [say("no-report", { problem })] }, []);
  }
  const read = readReport(handedIn.bytes, { form: given.form, maxLessons: analyst.maxLessons, lastTurn: lastTurn(given) });
  if ("problem" in read) return rejected({ reason: "no-report", note: read.problem, problems: [say("bad-report", read)] }, []);
  const { report } = read;
  const lessons = [...report.causes, ...report.lessons];
  const leaks = findLeaks(report, kit, analyst.referenceWords);
  const proof = given.form === "fix" ? await proveFix(context, fixes) : await proveRestart(context, report, leaks, restarts);
  const refusals: Refusal[] = [];
  if (report.lessons.length === 0)
    refusals.push({ reason: "no-lessons", note: "the report holds no lesson", problems: [say("no-lessons", {})] });
  if (!("certified" in proof)) refusals.push(proof);
  if (leaks.length > 0)
    refusals.push({ reason: "names-reference", note: leaks.join(" "), problems: [say("leaks", { places: leaks.join("\n") })] });
  const [first] = refusals;
  if (first !== undefined) return rejected({ ...first, problems: refusals.flatMap(({ problems }) => problems) }, lessons);
  if (!("certified" in proof)) throw new TypeError("an analysis without refusal has a proof");
  return { outcome: { state: "accepted", lessons, certified: proof.certified }, problems: [] };
}

function whyNot(harvested: Exclude<Harvested, { bytes: Uint8Array }>): string {
  return "refused" in harvested ? harvested.refused.replace(/\.$/, "") : "it does not exist";
}

async function proveFix({ box, blobs, say, kit, certifyFix }: ReviewContext, fixes: Map<Hash, Certificate>): Promise<Proof | Refusal> {
  const handedIn = await box.harvest("/work/fix.sh", maxFixKb * 1024);
  const problem = !("bytes" in handedIn) ? whyNot(handedIn) : handedIn.bytes.length === 0 ? "it is empty" : undefined;
  if (!("bytes" in handedIn) || problem !== undefined)
    return { reason: "no-fix", note: problem ?? "", problems: [say("no-fix", { problem: problem ?? "" })] };
  const script = handedIn.bytes;
  const hash = sha256(script);
  const certificate = fixes.get(hash) ?? (await certifyFix(script));
  fixes.set(hash, certificate);
  if (certificate.ok) return { certified: { fix: await blobs.put(script), rechecks: certificate.rechecks } };
  const { reason, what, how, detail } = certificate;
  const problems = [reason === "fix-failed" ? say(reason, { how }) : say(reason, { what, how })];
  const places = reason === "fix-failed" ? [] : leaksIn("it", Buffer.from(script).toString("utf8"), kit);
  if (places.length > 0) problems.push(say("script-leaks", { places: places.join("\n") }));
  return { reason, note: `${what}: ${detail}`, problems };
}

async function proveRestart(
  { blobs, say, certifyRestart }: ReviewContext,
  { restart }: Report,
  leaks: readonly string[],
  restarts: Map<Hash, RestartCertificate>,
): Promise<Proof | Refusal> {
  if (restart === undefined) throw new TypeError("a report without its restart was taken as readable");
  // A correction that gives the answer away proves nothing, whatever the solver then says; it is sent back by its leaks.
  const leaking = leaks.filter((place) => place.startsWith("- restart."));
  if (leaking.length > 0) return { reason: "names-reference", note: leaking.join(" "), problems: [] };
  const hash = hashJson(restart);
  let certificate = restarts.get(hash);
  if (certificate === undefined && restarts.size >= maxRestarts) {
    const problem = say("restart-spent", { times: String(maxRestarts) });
    return { reason: "fix-failed", note: "no correction led to the right answer", problems: [problem] };
  }
  certificate ??= await certifyRestart(restart);
  restarts.set(hash, certificate);
  if (certificate.ok) return { certified: { fix: await blobs.put(Buffer.from(canonicalJson(restart))), rechecks: 0 } };
  const { how } = certificate;
  return { reason: "fix-failed", note: how, problems: [say("restart-failed", { turn: String(restart.turn), how })] };
}
