import type { Figure } from "../site-data.ts";
import { h } from "./element.ts";

/** A plot with its title and its numbers for downloading. Which of its four pictures is seen, theme and width decide (site.css). */
export function figure(plot: Figure): HTMLElement {
  const { files, size } = plot;
  const picture = (src: string, kind: string, width: number, height: number): HTMLElement =>
    h("img", { src, alt: plot.alt, width, height, class: `plot ${kind}`, loading: "lazy" });
  return h(
    "figure",
    {},
    h("figcaption", {}, plot.title),
    picture(files.light, "light wide", size.width, size.height),
    picture(files.dark, "dark wide", size.width, size.height),
    picture(files.lightNarrow, "light narrow", size.narrowWidth, size.narrowHeight),
    picture(files.darkNarrow, "dark narrow", size.narrowWidth, size.narrowHeight),
    h(
      "p",
      { class: "downloads" },
      "Numbers of this plot: ",
      h("a", { href: files.csv, download: true }, "CSV"),
      " ",
      h("a", { href: files.json, download: true }, "JSON"),
      " ",
      h("a", { href: files.light, download: true }, "SVG"),
    ),
  );
}
