/** Translation between the constant paths agents see and the folders that stand in for them where nothing can be mounted. */
export interface PathMap {
  /** Command text or a path: /work, /tmp and /skill become folders of the host. */
  readonly toHost: (text: string) => string;
  /** Output text: folders of the host become /work, /tmp and /skill again. */
  readonly toBox: (text: string) => string;
}

/** A path begins where no word, dot, dash or slash stands before its slash, and its first part ends where no word character or dash follows. */
const KNOWN = /(?<![\w./-])\/(work|tmp|skill)(?![\w-])/g;

/**
 * Replaces /work, /tmp and /skill by `<root>/work` … in text, and back. It is approximate: a path put together at run time ("/wo" + "rk") or standing in a
 * file that was put into the box is not seen. That is good enough for commands of our own making, and the reason why `none` is not a sandbox.
 */
export function mapPaths(root: string): PathMap {
  const back = new RegExp(`${literal(root)}(?=/(?:work|tmp|skill)(?![\\w-]))`, "g");
  return {
    toHost: (text) => text.replace(KNOWN, (_, name: string) => `${root}/${name}`),
    toBox: (text) => text.replace(back, ""),
  };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
