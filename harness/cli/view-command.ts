import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { serveSite } from "../site/serve-site.ts";
import type { CliContext } from "./context.ts";
import { buildSite, readChoice, type SiteOptions, tellLeftOut } from "./site-command.ts";

/** `t2s view`: writes the web report (several experiments' into a folder that is removed afterwards) and serves it on loopback until a signal. */
export async function viewCommand(
  results: string,
  names: readonly string[],
  options: SiteOptions & { readonly port: number },
  context: CliContext,
): Promise<void> {
  const choice = readChoice(options);
  const [only = "", ...more] = names;
  const scratch = more.length === 0 ? undefined : await mkdtemp(join(tmpdir(), "t2s-view-"));
  try {
    const dir = scratch === undefined ? join(results, only, "report") : join(scratch, "report");
    tellLeftOut(names, await buildSite(results, names, dir, choice, context), context);
    await using server = await serveSite(dir, options.port).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES")
        throw new UsageError(
          `port ${options.port} cannot be used (${error.code}); choose another one with --port, or leave it out for a free one`,
        );
      throw error;
    });
    context.out(`${server.url} shows ${names.join(", ")}; Ctrl-C ends it\n`);
    await new Promise<void>((done) => {
      process.once("SIGINT", done);
      process.once("SIGTERM", done);
    });
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}
