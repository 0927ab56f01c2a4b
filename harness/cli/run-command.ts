import { loadExperiment } from "../experiment/config/load-experiment.ts";
import { loadSuite } from "../experiment/config/load-suite.ts";
import { auditAfterRun } from "./audit-experiment.ts";
import type { CliContext } from "./context.ts";
import { printReport } from "./report-command.ts";
import { type RunCommandOptions, runOne } from "./run-one.ts";
import { suiteCommand } from "./suite-command.ts";

/** `t2s run CONFIG`: fills what is missing, then prints the tables; CONFIG may also be a suite of experiments. Returns the exit code; throws what should be told and end the program. */
export async function runCommand(config: string, options: RunCommandOptions, context: CliContext): Promise<number> {
  const suite = await loadSuite(config, { set: options.set });
  if (suite !== undefined) return await suiteCommand(suite, options, context);
  const loaded = await loadExperiment(config, { set: [...options.set] });
  const shown = options.json === true ? { ...context, out: context.err } : context;
  const { code } = await runOne(loaded, options, context, async (run, summary) => {
    if (summary.reused + summary.made + summary.errored > 0) {
      await printReport(run.results, run.spec.name, {}, shown);
      await auditAfterRun(run.results, run.spec.name, context);
    }
  });
  return code;
}
