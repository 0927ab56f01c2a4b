/** Questions on the title of a report. */
import { type FamilySolver, stepOf } from "../family.ts";

/** The lines directly above the author's name, all of them. */
export const reportTitle: FamilySolver = {
  families: [{ id: "report-title", title: "Title of a report", traps: ["running-head", "wrapped-title"] }],
  understand({ question, rows }) {
    if (!/\btitle\b/i.test(question)) return undefined;
    const author = rows.findIndex((row) => /^\s*by \S/.test(row));
    const last = rows.findLastIndex((row, i) => i < author && row.trim() !== "");
    if (author < 0 || last < 0) return undefined;
    const above = rows.findLastIndex((row, i) => i < last && row.trim() === "");
    const title = rows.slice(above + 1, last + 1).map((row) => row.trim());
    const head = above < 0 ? undefined : rows.find((row) => row.trim() !== "")?.trim();
    return {
      family: "report-title",
      work(sprung) {
        const lines = sprung.has("running-head") && head !== undefined ? [head] : title;
        const answer = sprung.has("wrapped-title") ? (lines[0] ?? "") : lines.join(" ");
        return {
          steps: [
            stepOf(sprung, "running-head", {
              sprung: `The line at the top of the page is "${lines[0]}".`,
              sound: `Above the author's name the title begins with "${lines[0]}".`,
            }),
            stepOf(sprung, "wrapped-title", {
              sprung: "I take that line.",
              sound: `It has ${lines.length === 1 ? "one line" : `${lines.length} lines`}.`,
            }),
          ],
          answer,
        };
      },
    };
  },
};
