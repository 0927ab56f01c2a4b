import { h } from "../element.ts";
import type { Page } from "../page.ts";

export const leaderboardPage: Page = {
  id: "leaderboard",
  title: () => "Leaderboard",
  everyExperiment: true,
  render: async () => h("p", {}, ""),
};
