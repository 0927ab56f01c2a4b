// An agent that leaves a mark wherever it can and looks for marks, tasks and sockets of others, and for what the harness keeps; prints what it found.
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { PLACES, T2S_TASK } = process.env;
const { hidden } = JSON.parse(PLACES);
const own = `mark-${randomUUID()}`;
for (const folder of ["/work", "/tmp", "/dev/shm", "/var/tmp"])
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/${own}`, "");
  } catch {
    // no place for marks
  }
await sleep(4000);

const found = [];
const entries = (folder) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};
const walk = (folder, depth) => {
  for (const entry of entries(folder)) {
    const path = `${folder === "/" ? "" : folder}/${entry.name}`;
    if (/^mark-/.test(entry.name) && entry.name !== own) found.push(path);
    if (/^(?:model\.sock|task\.json|ledger\.jsonl)$/.test(entry.name) && !path.startsWith("/task/")) found.push(path);
    if (entry.isDirectory() && depth > 0 && !/^\/(?:proc|sys|usr|node_modules)/.test(path)) walk(path, depth - 1);
  }
};
walk("/", 6);
for (const { name } of entries("/proc"))
  if (/^\d+$/.test(name))
    try {
      if (!["/", ""].includes(readlinkSync(`/proc/${name}/root`))) found.push(`/proc/${name}/root`);
      if (/agent\.|neighbours/.test(readFileSync(`/proc/${name}/environ`, "utf8").replaceAll(own, "")) && Number(name) > 5000)
        found.push(`/proc/${name}`);
    } catch {
      // somebody else's, or gone
    }
for (const path of hidden) if (entries(path).length > 0) found.push(path);
console.log(JSON.stringify({ found, marks: entries("/tmp").filter(({ name }) => name.startsWith("mark-")).length, task: T2S_TASK }));
process.exit(found.length > 0 ? 1 : 0);
