// A step of an evolution that misbehaves as its first argument says.
import { readFileSync } from "node:fs";

const step = JSON.parse(readFileSync(0, "utf8"));
const lesson = { title: "T", description: "D", content: "C" };
const good = step.outcome === "failed" ? { causes: [], lessons: [lesson] } : { path: { overview: "O", steps: ["S"] }, lessons: [lesson] };
const print = (value) => process.stdout.write(JSON.stringify(value));
const ways = {
  async network() {
    const why = await fetch("http://1.1.1.1/").then(
      () => "reached the world",
      (error) => error.cause?.code,
    );
    console.error(`without the network (${why}) there is nothing to be done`);
    process.exitCode = why === "reached the world" ? 0 : 7;
  },
  flood: () => print({ ...good, lessons: [{ ...lesson, content: "x".repeat(8_000_000) }] }),
  babble: () => console.log("Here is my answer:", JSON.stringify(good)),
  misplace: () => print({ ...good, edits: [{ op: "delete_section", file: "SKILL.md", target_section: "## Nowhere", lessons: [1] }] }),
  invent: () => print({ reasoning: "", edits: [], dropped: [{ id: "p999e9", reason: "never was" }] }),
};
await ways[process.argv[2]]();
