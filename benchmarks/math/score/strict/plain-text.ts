/** Characters of running text as LaTeX and ASCII: full-width forms, Unicode operators, invisible characters. */

const signs: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "‐": "-",
  "‑": "-",
  "×": "\\times ",
  "·": "\\cdot ",
  "⋅": "\\cdot ",
  "÷": "\\div ",
  "±": "\\pm ",
  "√": "\\sqrt ",
  π: "\\pi ",
  θ: "\\theta ",
  α: "\\alpha ",
  β: "\\beta ",
  λ: "\\lambda ",
  "∞": "\\infty ",
  "≤": "\\le ",
  "≥": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "∪": "\\cup ",
  "∩": "\\cap ",
  "∈": "\\in ",
  "∅": "\\emptyset ",
  "°": "^\\circ ",
  "²": "^2",
  "³": "^3",
  "½": "\\frac{1}{2}",
  "¼": "\\frac{1}{4}",
  "¾": "\\frac{3}{4}",
  "，": ", ",
  "、": ", ",
  "。": ".",
};

/** The text with such characters replaced. Linear; lone surrogates and control characters become blanks. */
export function plainText(text: string): string {
  return text
    .replace(/(?![\n\t])\p{Cc}/gu, " ")
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[−–—‐‑×·⋅÷±√πθαβλ∞≤≥≠≈∪∩∈∅°²³½¼¾，、。]/g, (sign) => signs[sign] ?? sign)
    .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
}
