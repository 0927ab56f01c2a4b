/** The planted truth: every way the simulated solver can go wrong on a spreadsheet, and the lesson that avoids it. */
import type { Trap } from "../../../harness/core/world.ts";
import { idiosyncraticTraps } from "./idiosyncratic-traps.ts";
import { systematicTraps } from "./systematic-traps.ts";

export const traps: readonly Trap[] = [...systematicTraps, ...idiosyncraticTraps];
