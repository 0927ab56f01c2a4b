/** Longest path inside an archive we accept, in UTF-16 units. */
const maxPathLength = 1024;

/**
 * The path of an archive member as clean segments, or the reason it is refused.
 * "./" prefixes and trailing slashes are tolerated; nothing that could leave the target folder, or look like it on another system, is.
 */
export function safeSegments(path: string): { readonly segments: readonly string[] } | { readonly refused: string } {
  if (path.length > maxPathLength) return { refused: `its path is longer than ${maxPathLength} characters` };
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return { refused: "its path is absolute" };
  if (path.includes("\\")) return { refused: "its path holds a backslash" };
  // Control characters, NUL above all, would make the file on disk another one than the one named here.
  if (/\p{Cc}/u.test(path)) return { refused: "its path holds a control character" };
  const segments = path.split("/").filter((s) => s !== "" && s !== ".");
  if (segments.includes("..")) return { refused: 'its path goes up with ".."' };
  return { segments };
}

/** Files that packing programs and file managers leave behind; never part of a data set. */
export function isPackingDebris(segments: readonly string[]): boolean {
  const name = segments[segments.length - 1] ?? "";
  return segments[0] === "__MACOSX" || name.startsWith("._") || name === ".DS_Store" || name === "Thumbs.db";
}
