import { type Command, InvalidArgumentError } from "commander";
import { attributeCommand } from "./attribute-command.ts";
import { auditCommand } from "./audit-command.ts";
import { collect, count, resultsOption } from "./command-options.ts";
import { type CliContext, resultsDir } from "./context.ts";
import { failuresCommand } from "./failures-command.ts";
import { useCommand } from "./use-command.ts";

const share = (text: string): number => {
  const n = Number(text);
  if (!(n >= 0 && n < 1)) throw new InvalidArgumentError("expected a share from 0 up to, but not including, 1.");
  return n;
};
const amount = (text: string): number => {
  const n = Number(text);
  if (text.trim() === "" || !Number.isFinite(n) || n < 0) throw new InvalidArgumentError("expected a number from 0 on.");
  return n;
};
const points = (text: string): number => {
  const n = Number(text);
  if (text.trim() === "" || !(Math.abs(n) <= 100)) throw new InvalidArgumentError("expected percentage points from -100 to 100.");
  return n;
};
/** `t2s attribute`, `audit`, `failures` and `use`: what is in a skill, what it does and how agents fail. */
export function attributionCommands(t2s: Command, context: CliContext, done: (code: number) => void): void {
  t2s
    .command("attribute <experiment> <arm>")
    .description("measure what every section and edit of an arm's skill does by running the skill without it; proposes a pruned skill")
    .option("--by <what>", "leave out sections, edits or all", "all")
    .option("--max-arms <n>", "at most so many parts; what does not fit is listed", count)
    .option("--max-episodes <n>", "at most so many new episodes", count)
    .option("--max-cost <usd>", "at most so much, by what the episodes of the whole skill cost", amount)
    .option("--hold-out <share>", "share of the clusters kept out, for judging the pruned skill afterwards", share)
    .option("--prune-at-most <pp>", "effect up to which a part is left out of the pruned skill", points, 0)
    .option("--solver <name>", "only this model; repeatable", (value: string, earlier?: string[]) => [...(earlier ?? []), value])
    .option("--set <key=value>", "override a key of the config that is run, for example seeds.rollout=[41,42]; repeatable", collect, [])
    .option("--limit <n>", "only the first n tasks of every benchmark", count)
    .option(...resultsOption)
    .option("--model-dir <dir>", "folder with further model files, looked into before configs/models")
    .option("--dry-run", "write the plan, say what it would take, then stop")
    .option("--retry-errors", "try units again that earlier runs gave up")
    .option("--accept-drift", "go on although an endpoint changed its fingerprint")
    .option("--concurrency <n>", "episodes under way at once", count)
    .option("--child-processes <n>", "run units in n worker processes", count)
    .option("--unsandboxed", "DANGEROUS: run the model's commands on this machine without isolation")
    .option("--json", "print attribution.json instead of tables")
    .action(async (experiment, arm, options) => done(await attributeCommand(experiment, arm, options, context)));

  t2s
    .command("audit <experiment>")
    .description("look for answers, constants and words of single tasks in the lines of every evolved skill")
    .option("--fail-on <severity>", "exit with 1 when something is at least so severe: high, medium or low")
    .option("--json", "print audit.json instead of tables")
    .option(...resultsOption)
    .action(async (name, options) =>
      done(await auditCommand(name, { ...options, results: resultsDir(context, options.results) }, context)),
    );

  t2s
    .command("failures <experiment>")
    .description("how every arm fails, and what it repairs and breaks against the baseline, from stored episodes")
    .option("--baseline <arm>", "compare with this arm (default: the experiment's baseline)")
    .option("--json", "print failures.json instead of tables")
    .option(...resultsOption)
    .action(async (name, options) => failuresCommand(name, { ...options, results: resultsDir(context, options.results) }, context));

  t2s
    .command("use <experiment>")
    .description("which files and sections of their skills agents used, and how that goes with success, from stored trajectories")
    .option("--json", "print section-use.json instead of tables")
    .option(...resultsOption)
    .action(async (name, options) => useCommand(name, { ...options, results: resultsDir(context, options.results) }, context));
}
