/** The fast path: both sides are one integer, which is most of AIME and DAPO. */

/** The integer a text is, of any size: `204`, `$204$`, `\boxed{204}`; undefined for anything else. */
export function plainInteger(text: string): string | undefined {
  if (text.length > 10_000) return undefined;
  let from = 0;
  let to = text.length;
  if (text.startsWith("\\boxed{") && text.endsWith("}")) {
    from = 7;
    to--;
  } else if (to > 2 && text.startsWith("$") && text.endsWith("$")) {
    from = 1;
    to--;
    if (text.startsWith("\\boxed{", 1) && text[to - 1] === "}") {
      from = 8;
      to--;
    }
  } else return undefined;
  const negative = text[from] === "-";
  if (negative) from++;
  if (to <= from) return undefined;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return undefined;
  }
  while (from < to - 1 && text[from] === "0") from++;
  const digits = text.slice(from, to);
  return negative && digits !== "0" ? `-${digits}` : digits;
}
