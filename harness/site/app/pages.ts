import type { Page } from "./page.ts";
import { episodePage } from "./pages/episode.ts";
import { episodesPage } from "./pages/episodes.ts";
import { leaderboardPage } from "./pages/leaderboard.ts";
import { matrixPage } from "./pages/matrix.ts";
import { mergePage } from "./pages/merge.ts";
import { overviewPage } from "./pages/overview.ts";
import { skillsPage } from "./pages/skills.ts";
import { sweepsPage } from "./pages/sweeps.ts";

/** All pages, in the order of the navigation. */
export const pages: readonly Page[] = [
  overviewPage,
  sweepsPage,
  leaderboardPage,
  matrixPage,
  episodesPage,
  episodePage,
  skillsPage,
  mergePage,
];
