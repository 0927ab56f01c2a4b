import type { Section } from "./section.ts";
import { skillsSection } from "./skills/skills-section.ts";

/** One line a section. */
export const sections: readonly Section[] = [skillsSection];
