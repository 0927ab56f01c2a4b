/** The report's program: reads the address, shows the page it names, and keeps what listeners and keyboards need in order. */

import type { SiteManifest } from "../site-data.ts";
import { append, fill, h } from "./element.ts";
import { loadManifest } from "./load-data.ts";
import type { PageContext } from "./page.ts";
import { pages } from "./pages.ts";
import { parseRoute, routeHash } from "./route.ts";
import { applyTheme, themeSwitch } from "./theme.ts";

applyTheme();
const app = document.getElementById("app") ?? document.body;
const nav = h("nav", { "aria-label": "Pages" });
const main = h("main", { id: "main", tabindex: -1 });
const said = h("p", { class: "said", role: "status", "aria-live": "polite" });
const footer = h("footer");

loadManifest().then(start, (error: unknown) => fill(app, failure(error)));

function start(manifest: SiteManifest): void {
  const names = manifest.experiments.map((one) => one.name).join(", ");
  const skip = h("a", { class: "skip", href: "#main", on: { click: skipTo } }, "Skip to content");
  append(app, [
    skip,
    h(
      "header",
      {},
      h("p", { class: "site" }, h("strong", {}, "t2s report"), " ", h("span", { class: "names" }, names)),
      nav,
      themeSwitch(),
    ),
    said,
    main,
    footer,
  ]);
  fill(footer, `Made by trace2skill-bench ${manifest.version}. Every number comes from ledger rows; the same tables are in tables.json.`);
  let first = true;
  const show = async (): Promise<void> => {
    await render(manifest);
    if (!first) main.querySelector<HTMLElement>("h1")?.focus();
    first = false;
  };
  window.addEventListener("hashchange", () => void show());
  void show();
}

/** The address names the view, so the jump to the content must not change it. */
function skipTo(event: Event): void {
  event.preventDefault();
  main.focus();
}

let showing = 0;

async function render(manifest: SiteManifest): Promise<void> {
  const route = parseRoute(location.hash);
  const mine = ++showing;
  const page = pages.find((one) => one.id === route.page) ?? pages[0];
  const experiment = manifest.experiments.find((one) => one.name === route.params.experiment) ?? manifest.experiments[0];
  if (page === undefined || experiment === undefined) return fill(main, h("p", {}, "This report holds no experiment."));
  const context: PageContext = {
    manifest,
    experiment,
    params: route.params,
    announce: (text) => fill(said, text),
    remember: (params) => history.replaceState(null, "", routeHash(page.id, params)),
  };
  drawNav(manifest, page.id, context);
  document.title = `${page.title(context)} · t2s report`;
  fill(said);
  main.setAttribute("aria-busy", "true");
  try {
    const content = await page.render(context);
    if (mine !== showing) return; // the reader went on while it was loading
    fill(main, h("h1", { tabindex: -1 }, page.title(context)), experimentChoice(context, page.everyExperiment === true, page.id), content);
  } catch (error) {
    if (mine === showing) fill(main, h("h1", { tabindex: -1 }, page.title(context)), failure(error));
  }
  main.removeAttribute("aria-busy");
  scrollTo(0, 0);
}

function drawNav(manifest: SiteManifest, current: string, { experiment }: PageContext): void {
  const offered = pages.filter(
    (page) =>
      page.nav !== undefined && (page.needs === undefined || manifest.experiments.some((one) => one.sections.includes(page.needs ?? ""))),
  );
  const several = manifest.experiments.length > 1;
  fill(
    nav,
    h(
      "ul",
      {},
      offered.map((page) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              href: routeHash(page.id, several && page.everyExperiment !== true ? { experiment: experiment.name } : {}),
              "aria-current": page.id === current ? "page" : undefined,
            },
            page.nav,
          ),
        ),
      ),
    ),
  );
}

/** Links to the same page of the other experiments. */
function experimentChoice({ manifest, experiment }: PageContext, everyExperiment: boolean, page: string): HTMLElement | null {
  if (everyExperiment || manifest.experiments.length < 2) return null;
  return h(
    "nav",
    { class: "choice", "aria-label": "Experiments" },
    h(
      "ul",
      {},
      manifest.experiments.map((one) =>
        h(
          "li",
          {},
          h(
            "a",
            { href: routeHash(page, { experiment: one.name }), "aria-current": one.id === experiment.id ? "true" : undefined },
            one.name,
          ),
        ),
      ),
    ),
  );
}

function failure(error: unknown): HTMLElement {
  return h("p", { class: "failure", role: "alert" }, error instanceof Error ? error.message : String(error));
}
