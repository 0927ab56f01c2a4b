import { h } from "./element.ts";

type Theme = "light" | "dark";
const key = "t2s-theme";

/** The stored choice, else what the system asks for. Storage may be closed to pages from disk; then the choice lasts as long as the page. */
function wanted(): Theme {
  try {
    const stored = localStorage.getItem(key);
    if (stored === "light" || stored === "dark") return stored;
  } catch {}
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Sets the theme before anything is drawn. */
export function applyTheme(theme: Theme = wanted()): void {
  document.documentElement.dataset.theme = theme;
}

/** The switch: a toggle button, pressed while the theme is dark. */
export function themeSwitch(): HTMLElement {
  const button = h("button", { type: "button", class: "theme", on: { click: () => toggle() } }, "Dark theme");
  const show = (): void => button.setAttribute("aria-pressed", String(document.documentElement.dataset.theme === "dark"));
  const toggle = (): void => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    applyTheme(next);
    try {
      localStorage.setItem(key, next);
    } catch {}
    show();
  };
  show();
  return button;
}
