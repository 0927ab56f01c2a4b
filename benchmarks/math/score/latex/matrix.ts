/** Matrix environments. */
import type { Expr } from "../expression/expr.ts";
import { type Cursor, Refusal } from "./cursor.ts";
import { determinant } from "./fold.ts";
import { inGroup } from "./groups.ts";
import type { Grammar } from "./parse.ts";
import { matrixEnvironments } from "./vocabulary.ts";

/** After `\begin{name}`: rows up to its `\end`; a vmatrix is its determinant. */
export function matrix(cursor: Cursor, grammar: Grammar, name: string): Expr {
  if (!matrixEnvironments.has(name)) throw new Refusal();
  if (name === "array") skipColumns(cursor);
  const rows: Expr[][] = [[]];
  const ends = (): boolean => cursor.peek()?.kind === "command" && cursor.peek()?.text === `end:${name}`;
  inGroup(cursor, () => {
    for (;;) {
      rows.at(-1)?.push(grammar.sum(cursor));
      if (cursor.take("mark", "&")) continue;
      if (cursor.take("command", "\\") && !ends()) rows.push([]);
      else break;
    }
  });
  cursor.expect("command", `end:${name}`);
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) throw new Refusal();
  if (name !== "vmatrix") return { kind: "matrix", rows };
  const value = determinant(rows, cursor.budget);
  if (value === undefined) throw new Refusal();
  return value;
}

function skipColumns(cursor: Cursor): void {
  cursor.expect("mark", "{");
  for (;;) {
    const token = cursor.next();
    if (token === undefined) throw new Refusal();
    if (token.kind === "mark" && token.text === "}") return;
  }
}
