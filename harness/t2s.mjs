#!/usr/bin/env node
// Entry of the `t2s` program: registers the TypeScript loader (there is no build step) and hands over to cli.ts.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`t2s needs Node 20.19 or later; this is ${process.version}. Install a newer Node and try again.`);
  process.exit(2);
}
try {
  const { register } = await import("tsx/esm/api");
  register();
} catch (cause) {
  if (cause?.code !== "ERR_MODULE_NOT_FOUND") throw cause;
  console.error("t2s: packages are missing; run `npm ci` in the project folder first (or ./scripts/quickstart.sh, which does it).");
  process.exit(2);
}
await import("./cli.ts");
