/** The function with its last `size` results kept. */
export function remembering<T>(compute: (text: string) => T, size: number): (text: string) => T {
  const kept = keeping<T>(size);
  return (text) => kept(text, () => compute(text));
}

/** Results by key, the last `size` of them, for what depends on more than a text; `undefined` is worked out anew. */
export function keeping<T>(size: number): (key: string, compute: () => T) => T {
  const kept = new Map<string, T>();
  return (key, compute) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const value = compute();
    if (kept.size >= size)
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    kept.set(key, value);
    return value;
  };
}
