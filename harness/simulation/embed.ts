/** Embeddings without a model: hashed words and letter groups, so that texts with common words lie close together. */

const dimensions = 192;

/** A vector of length one; equal texts, equal vectors. A text without letters or digits points along the first axis. */
export function embed(text: string): readonly number[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const vector = new Array<number>(dimensions).fill(0);
  const add = (feature: string, weight: number) => {
    const hash = fnv1a(feature);
    const at = hash % dimensions;
    vector[at] = (vector[at] ?? 0) + (hash & 0x40000000 ? weight : -weight);
  };
  for (const [i, word] of words.entries()) {
    add(`w ${word}`, word.length > 3 ? 1 : 0.3);
    if (i > 0) add(`p ${words[i - 1]} ${word}`, 0.5);
    for (let at = 0; at + 4 <= word.length; at++) add(`g ${word.slice(at, at + 4)}`, 0.3);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector.map((_, i) => (i === 0 ? 1 : 0)) : vector.map((v) => v / length);
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
