import type { LedgerEpisode, Step } from "../../../core/record.ts";
import { count } from "../../../report/number-text.ts";
import type { EpisodeDetail } from "../../site-data.ts";
import { dataTable } from "../data-table.ts";
import { type Child, h } from "../element.ts";
import { findEpisode } from "../episode-rows.ts";
import { loadDetails } from "../load-data.ts";
import { longText } from "../long-text.ts";
import { answerGrid, mismatchGrid } from "../mismatch.ts";
import { dollars, duration } from "../number.ts";
import type { Page } from "../page.ts";
import { routeHash } from "../route.ts";
import { outcomeMark } from "./episodes.ts";

/** One episode: how it ended and was scored, and its trajectory step by step. */
export const episodePage: Page = {
  id: "episode",
  title: ({ params }) => `Episode ${params.key ?? ""}`,
  async render({ experiment, params }) {
    const wanted = { arm: params.arm ?? "", solver: params.solver ?? "", benchmark: params.benchmark ?? "", split: params.split ?? "" };
    const key = params.key ?? "";
    const found = await findEpisode(experiment.id, key, wanted);
    if (found === undefined)
      return h("p", { class: "failure", role: "alert" }, `${experiment.name} has no episode ${key}; look for it in the list of episodes.`);
    const { episodes } = await loadDetails(experiment.id, found.detail);
    const detail = episodes.find(({ row }) => row.key.startsWith(found.key) && row.arm === found.arm && row.task === found.task);
    if (detail === undefined) throw new Error(`the details of episode ${key} are not where the list says; write the report again`);
    return [
      h(
        "p",
        {},
        h(
          "a",
          { href: routeHash("episodes", { experiment: experiment.name, ...wanted, scorer: params.scorer, search: found.task }) },
          "Episodes of this task in this arm",
        ),
      ),
      facts(detail.row),
      scores(detail),
      pages(detail),
      trajectory(detail),
    ];
  },
};

function facts(row: LedgerEpisode): Child {
  const { rep, usage } = row;
  const listed: readonly (readonly [string, Child])[] = [
    ["Task", `${row.task} (cluster ${row.cluster}${row.taskType === undefined ? "" : `, ${row.taskType}`})`],
    ["Benchmark", `${row.benchmark} ${row.split}`],
    ["Arm", `${row.arm} (guidance: ${row.guidance})`],
    ["Solver", row.solver],
    ["Repetition", `seed ${rep.seed}, attempt ${rep.attempt}, replica ${rep.replica}`],
    ["Exit", row.exit ?? "none"],
    ["Turns", `${count(row.turns ?? null)}, format errors ${count(row.formatErrors ?? null)}`],
    [
      "Tokens",
      usage === undefined ? "-" : `${count(usage.promptTokens)} in, ${count(usage.completionTokens)} out, ${count(usage.calls)} calls`,
    ],
    ["Time and cost", row.volatile === undefined ? "-" : `${duration(row.volatile.ms)}, ${dollars(row.volatile.costUsd ?? null)}`],
    ["Key", h("code", {}, row.key)],
    ...(row.flags.length > 0 ? [["Flags", row.flags.join(", ")] as const] : []),
    ...(row.simulated.length > 0 ? [["SIMULATED", row.simulated.join(" and ")] as const] : []),
    ...(row.error === undefined ? [] : [["Error", `${row.error.class}: ${row.error.message}`] as const]),
  ];
  return h(
    "dl",
    { class: "facts" },
    listed.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

function scores(detail: EpisodeDetail): Child {
  const { row } = detail;
  if (row.outcomes.length === 0) return h("p", {}, "No scores are stored for this episode.");
  return h(
    "section",
    { "aria-label": "Scores" },
    h("h2", {}, "Scores"),
    dataTable<LedgerEpisode["outcomes"][number]>(
      "Scores",
      [
        { head: "Scorer", heading: true, cell: ({ outcome }) => (outcome.state === "graded" ? outcome.score.scorer : outcome.scorer) },
        {
          head: "Verdict",
          cell: ({ outcome }) => outcomeMark(outcome.state === "ungraded" ? "ungraded" : outcome.score.passed ? "passed" : "failed"),
        },
        { head: "Value", number: true, cell: ({ outcome }) => (outcome.state === "graded" ? outcome.score.value : "-") },
        {
          head: "Metrics",
          cell: ({ outcome }) =>
            outcome.state === "graded"
              ? Object.entries(outcome.score.metrics ?? {})
                  .map(([name, value]) => `${name} ${value}`)
                  .join(", ") || "-"
              : "-",
        },
        { head: "Reason", cell: ({ outcome }) => (outcome.state === "graded" ? (outcome.score.message ?? "-") : outcome.reason) },
      ],
      row.outcomes,
      { hideCaption: true },
    ),
    detail.grids.length > 0 ? detail.grids.map(answerGrid) : mismatchGrid(row.outcomes),
  );
}

function pages(detail: EpisodeDetail): Child {
  if (detail.pages.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Pictures of the task" },
    h("h2", {}, "Pictures of the task"),
    detail.pages.map((src, at) => h("img", { class: "page", src, alt: `Picture ${at + 1} of task ${detail.row.task}`, loading: "lazy" })),
  );
}

const absences = {
  "not-stored": "No trajectory is stored for this episode.",
  "not-wanted": "The trajectory was left out when this report was written (--trajectories).",
  "beyond-limit": "The trajectory did not fit into the size this report was limited to (--trajectories-limit).",
  unreadable: "The trajectory is missing from the store, or damaged.",
} as const;

function trajectory(detail: EpisodeDetail): Child {
  const heading = h("h2", {}, "Trajectory");
  if (detail.trajectory === null)
    return h(
      "section",
      { "aria-label": "Trajectory" },
      heading,
      h("p", {}, absences[detail.absent ?? "not-stored"]),
      detail.absent === "not-wanted" || detail.absent === "beyond-limit"
        ? h("p", {}, "On the machine with the results, this prints it: ", h("code", {}, `t2s show ${detail.row.key.slice(0, 16)}`))
        : null,
    );
  const { system, user, steps } = detail.trajectory;
  return h(
    "section",
    { "aria-label": "Trajectory" },
    heading,
    h("details", {}, h("summary", {}, "System prompt"), longText(system, "System prompt")),
    h("details", {}, h("summary", {}, "Task as it was put"), longText(user, "Task as it was put")),
    steps.length === 0 ? h("p", {}, "The episode ended before its first step.") : null,
    h(
      "ol",
      { class: "steps" },
      steps.map((step, at) => h("li", { id: `turn-${step.turn}` }, stepArticle(step, detail.stepMs[at] ?? null, detail.images))),
    ),
  );
}

function stepArticle(step: Step, ms: number | null, images: EpisodeDetail["images"]): Child {
  const { usage, command } = step;
  const part = (title: string, text: string | undefined): Child =>
    text === undefined || text === "" ? null : [h("h4", {}, title), longText(text, `${title}, turn ${step.turn}`)];
  return [
    h(
      "h3",
      {},
      `Turn ${step.turn}`,
      step.event === undefined ? null : [" ", h("span", { class: "event" }, step.event)],
      h(
        "small",
        {},
        ` ${count(usage.promptTokens)} tokens in, ${count(usage.completionTokens)} out${ms === null ? "" : `, ${duration(ms)}`}`,
      ),
    ),
    part("Reasoning", step.reasoning),
    part("Thought", step.thought),
    step.action === undefined
      ? step.thought === undefined || step.event === "format-error"
        ? part("Reply", step.reply || "(empty)")
        : null
      : part(`Action: ${step.action.tool}`, actionText(step.action.arguments)),
    command === undefined ? null : h("p", { class: "command" }, commandText(command)),
    part("Observation", step.observation),
    (step.images ?? []).map((hash) => picture(hash, images[hash] ?? null, step.turn)),
    step.finishReason === "stop" || step.finishReason === "tool_calls" ? null : h("p", {}, `Finish reason: ${step.finishReason}`),
  ];
}

function picture(hash: string, file: string | null, turn: number): HTMLElement {
  if (file === null) return h("p", {}, `Picture ${hash.slice(0, 16)} was shown; it is not in this report.`);
  return h("img", { class: "page", src: file, alt: `Picture shown to the model in turn ${turn}`, loading: "lazy" });
}

/** A command as it would be typed, everything else as JSON. */
function actionText(args: NonNullable<Step["action"]>["arguments"]): string {
  const { command, ...rest } = args;
  return typeof command === "string" && Object.keys(rest).length === 0 ? command : JSON.stringify(args, null, 2);
}

function commandText(command: NonNullable<Step["command"]>): string {
  return [
    command.timedOut ? "timed out" : command.exitCode === null ? "killed" : `exit code ${command.exitCode}`,
    ...(command.droppedBytes > 0 ? [`${count(command.droppedBytes)} bytes beyond the output limit thrown away`] : []),
    ...(command.elidedChars > 0 ? [`${count(command.elidedChars)} characters not shown to the model`] : []),
  ].join(", ");
}
