import { parse, View, Warn } from "vega";
import { type Config, compile, type TopLevelSpec } from "vega-lite";

export type PlotTheme = "light" | "dark";

/** Colours that keep 3:1 against their ground and each other for the common kinds of colour blindness (after Okabe and Ito). Shapes say the same. */
const series: Readonly<Record<PlotTheme, readonly string[]>> = {
  light: ["#0b57a4", "#b5470a", "#00735c", "#8a3a80", "#5d5d00", "#1b1f24"],
  dark: ["#7db8f7", "#f3a36b", "#5fd0b0", "#e29bd8", "#d8d46a", "#e6eaef"],
};

function configOf(theme: PlotTheme): Config {
  const text = theme === "light" ? "#1b1f24" : "#e6eaef";
  const line = theme === "light" ? "#c9d1da" : "#38424d";
  const strong = theme === "light" ? "#7a8490" : "#7f8b98";
  const font = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif";
  const labels = { labelColor: text, titleColor: text, labelFont: font, titleFont: font, labelFontSize: 12, titleFontSize: 12 };
  return {
    background: "transparent",
    axis: { ...labels, gridColor: line, domainColor: strong, tickColor: strong, labelLimit: 220, titleFontWeight: "normal" },
    legend: { ...labels, labelLimit: 220 },
    header: { ...labels, titleFontSize: 0, labelFontWeight: "bold", labelLimit: 400 },
    view: { stroke: line },
    range: { category: [...series[theme]] },
    rule: { color: strong },
    text: { color: text, font, fontSize: 12 },
  };
}

/**
 * A Vega-Lite plot as SVG. Data stands in the spec; nothing is loaded. Texts have to be made harmless by the caller (`oneLine`): SVG cannot hold control characters.
 */
export async function renderPlot(
  spec: TopLevelSpec,
  theme: PlotTheme,
): Promise<{ readonly svg: string; readonly width: number; readonly height: number }> {
  const compiled = compile({ ...spec, config: configOf(theme) }, { logger: silent });
  const view = new View(parse(compiled.spec), { renderer: "none", logLevel: Warn, loader: nothingLoads });
  try {
    const svg = await view.toSVG();
    const [, width = "0", height = "0"] = /<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    return { svg: `${svg}\n`, width: Math.round(Number(width)), height: Math.round(Number(height)) };
  } finally {
    view.finalize();
  }
}

const silent = {
  level: () => silent,
  error: () => silent,
  warn: () => silent,
  info: () => silent,
  debug: () => silent,
};

const refuse = (): never => {
  throw new TypeError("a plot of the report loads nothing");
};
const nothingLoads = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
