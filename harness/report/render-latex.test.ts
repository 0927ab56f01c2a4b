import { describe, expect, it } from "vitest";
import { escapeLatex, renderLatex } from "./render-latex.ts";

describe("LaTeX", () => {
  it("leaves nothing in a text to interpret", () => {
    expect(escapeLatex("50 % of a_b & $x^2$ #1 ~ {c}")).toBe(
      "50 \\% of a\\_b \\& \\$x\\textasciicircum{}2\\$ \\#1 \\textasciitilde{} \\{c\\}",
    );
    expect(escapeLatex("\\input{/etc/passwd}\n%")).toBe("\\textbackslash{}input\\{/etc/passwd\\}\\textbackslash{}n\\%");
    expect(escapeLatex("[2pt] -- ?`<>|\"'")).toBe(
      "{[}2pt{]} {-}- {?}{\\textasciigrave}\\textless{}\\textgreater{}\\textbar{}{\\textquotedbl}{\\textquotesingle}",
    );
    expect(escapeLatex("a\u202eb\u001b[31m")).toBe("a\\textbackslash{}u202eb\\textbackslash{}u001b{[}31m");
    // What is left of the commands we write ourselves: letters, spaces, digits and escapes, balanced.
    const hostile = String.fromCodePoint(...Array.from({ length: 95 }, (_, i) => 32 + i));
    const bare = escapeLatex(hostile).replace(/\\text[a-z]+(\{\})?|\\[{}$&#%_]/g, "");
    expect(bare.replace(/[{}]/g, "")).not.toMatch(/[\\$&#%_^~]/);
    expect(bare.split("{").length).toBe(bare.split("}").length);
  });

  it("sets grids with booktabs, stacks lines, puts numbers to the right and long ones over pages", () => {
    const grid = {
      title: "T",
      head: ["arm", "a\nb"],
      rows: [
        ["x", "1.0 [0, 2]\n3"],
        ["y", "-"],
      ],
    };
    const text = renderLatex([{ title: "S", grids: [grid], notes: ["n & m"] }]);
    expect(text).toContain(
      "\\begin{tabular}{@{}lr@{}}\n  \\toprule\n  arm & \\begin{tabular}[t]{@{}r@{}}a \\\\ b\\end{tabular} \\\\\n  \\midrule\n",
    );
    expect(text).toContain("  x & \\begin{tabular}[t]{@{}r@{}}1.0 {[}0, 2{]} \\\\ 3\\end{tabular} \\\\\n  \\addlinespace\n  y");
    expect(text).toContain("\\item {}n \\& m");
    const long = renderLatex([{ title: "S", grids: [{ ...grid, rows: Array.from({ length: 41 }, () => ["x", "1"]) }], notes: [] }]);
    expect(long).toContain("\\begin{longtable}");
    expect(long).not.toContain("\\begin{table}");
  });
});
