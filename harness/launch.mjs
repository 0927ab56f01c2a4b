// Starts a TypeScript entry of the project: `node harness/launch.mjs ENTRY.ts …`. Loading seven hundred modules one by one through a loader takes two seconds, so entries
// are compiled into a few files below node_modules/.cache/t2s, used for as long as none of their sources changes. Where that cannot be written, tsx loads the sources.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, "node_modules/.cache/t2s");
const recordFile = join(cache, "current.json");
/** Packages compiled in: ES modules in many small files. The others stay where npm put them. */
const inlined = /^(?:zod|unified|remark-\w+|openai|p-limit|lru-cache)(?:\/|$)/;
const keptBuilds = 4;
/** A build takes seconds. */
const abandonedMs = 3_600_000;

/** Imports an entry, given by its absolute path; `process.argv` is left as it is. */
export async function launch(entry) {
  const name = relative(root, entry).split(sep).join("/");
  const file = findBuilt(name) ?? (await build(name));
  if (file === undefined) (await import("tsx/esm/api")).register();
  else process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file ?? entry).href);
}

function findBuilt(name) {
  let record;
  try {
    record = JSON.parse(readFileSync(recordFile, "utf8"));
  } catch {
    return undefined; // none yet, or damaged: it is built anew
  }
  const { node, at, inputs, folder, entries } = record;
  if (node !== process.version || at !== root || entries[name] === undefined) return undefined;
  const isFresh = Object.entries(inputs).every(([path, stamp]) => stampOf(path) === stamp);
  const file = join(cache, folder, entries[name]);
  return isFresh && existsSync(file) ? file : undefined;
}

function stampOf(path) {
  const { mtimeMs, size, ino } = statSync(join(root, path), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size} ${ino}`;
}

/** Undefined when it cannot be built here: no room, no permission, a mistake in the sources (which tsx then reports). */
async function build(name) {
  const scratch = join(cache, `.${process.pid}-${randomBytes(6).toString("hex")}`);
  try {
    const esbuild = await import("esbuild");
    const names = ["harness/cli.ts", ...workerEntries()];
    if (!names.includes(name)) return undefined;
    const { metafile } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: names,
      outdir: scratch,
      outbase: root,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      outExtension: { ".js": ".mjs" },
      sourcemap: "linked",
      sourcesContent: false,
      minifyWhitespace: true,
      metafile: true,
      logLevel: "silent",
      plugins: [leavePackages, keepPlaces],
    });
    const inputs = Object.fromEntries(
      [...Object.keys(metafile.inputs).filter((path) => !path.startsWith("node_modules/")), "package-lock.json", "harness/launch.mjs"].map(
        (path) => [path, stampOf(path)],
      ),
    );
    const folder = createHash("sha256")
      .update(JSON.stringify([process.version, root, inputs]))
      .digest("hex")
      .slice(0, 20);
    try {
      renameSync(scratch, join(cache, folder));
    } catch (cause) {
      if (!existsSync(join(cache, folder))) throw cause; // else another process built the same
    }
    const entries = Object.fromEntries(names.map((one) => [one, one.replace(/\.ts$/, ".mjs")]));
    const record = `${recordFile}.${process.pid}`;
    writeFileSync(record, JSON.stringify({ node: process.version, at: root, inputs, folder, entries }));
    renameSync(record, recordFile);
    removeOld(folder);
    return join(cache, folder, entries[name]);
  } catch {
    return undefined;
  } finally {
    if (existsSync(scratch)) rmSync(scratch, { recursive: true, force: true });
  }
}

/** Programs that benchmarks run in processes of their own. */
const workerEntries = () =>
  readdirSync(join(root, "benchmarks"), { recursive: true })
    .filter((path) => path.endsWith("-worker.ts") && !path.includes("node_modules"))
    .map((path) => `benchmarks/${path.split(sep).join("/")}`)
    .sort();

/** Earlier builds beyond the newest few, and what builds that broke off left. Neither the current build nor one that another process is making right now. */
function removeOld(current) {
  const found = readdirSync(cache, { withFileTypes: true })
    .filter((one) => one.isDirectory() && one.name !== current)
    .map(({ name }) => ({ name, path: join(cache, name), at: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  const builds = found.filter(({ name }) => !name.startsWith("."));
  const broken = found.filter(({ name, at }) => name.startsWith(".") && at < Date.now() - abandonedMs);
  for (const { path } of [...builds.slice(keptBuilds - 1), ...broken]) rmSync(path, { recursive: true, force: true });
}

const leavePackages = {
  name: "leave-packages",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === "entry-point" || path.startsWith("node:")) return undefined;
      const fromPackage = importer.includes(`${sep}node_modules${sep}`);
      return fromPackage || inlined.test(path) ? undefined : { path, external: true };
    });
  },
};

/** Sources read files beside them: each keeps the place it had. */
const keepPlaces = {
  name: "keep-places",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const contents = text
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: "ts" };
    });
  },
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url) && process.argv[2] !== undefined) {
  const [, , entry] = process.argv.splice(1, 1);
  await launch(resolve(entry ?? process.argv[1]));
}
