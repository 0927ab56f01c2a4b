/**
 * Runs `work` over a stream with at most `width` items under way, in the order of the stream but without waiting for order.
 * The stream is only read as fast as items finish, so 650,000 slots never become 650,000 promises. The first error stops reading;
 * what is under way is awaited before it is thrown.
 */
export async function forEachInWindow<T>(
  source: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for await (const item of source) {
    if (failure !== undefined) break;
    const task: Promise<void> = work(item).then(
      () => {
        underWay.delete(task);
      },
      (error: unknown) => {
        failure ??= { error };
        underWay.delete(task);
      },
    );
    underWay.add(task);
    if (underWay.size >= width) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.error;
}
