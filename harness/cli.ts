/** The program `t2s`: hands its arguments and the environment to cli/program.ts. */
import { readContext } from "./cli/context.ts";
import { runProgram } from "./cli/program.ts";

// A closed pipe (t2s list … | head) is the reader's choice, not a crash.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await runProgram(process.argv.slice(2), readContext());
// Idle worker processes and kept-alive sockets must not hold the program open once its work is done.
setImmediate(() => process.exit());
