#!/usr/bin/env node
// Entry of the `t2s` program: hands over to cli.ts, as TypeScript (there is no build step; launch.mjs keeps compiled copies by itself).
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`t2s needs Node 20.19 or later; this is ${process.version}. Install a newer Node and try again.`);
  process.exit(2);
}
const { launch } = await import("./launch.mjs");
try {
  await launch(`${import.meta.dirname}/cli.ts`);
} catch (cause) {
  if (cause?.code !== "ERR_MODULE_NOT_FOUND") throw cause;
  console.error("t2s: packages are missing; run `npm ci` in the project folder first (or ./scripts/quickstart.sh, which does it).");
  process.exit(2);
}
