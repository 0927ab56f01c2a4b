import { createRequire } from "node:module";

const { version }: { version: string } = createRequire(import.meta.url)("sharp/package.json");

/** Name and version of the library that crops and resizes pictures. Another version may give other pixels, so it is part of the keys of arms that ask for either. */
export const imageLibrary = `sharp ${version}`;
