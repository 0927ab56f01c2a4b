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
  let underWay = 0;
  let failure: { readonly error: unknown } | undefined;
  // Not Promise.race over what is under way: every call would leave a reaction on every promise that is still pending.
  let wake: () => void = () => undefined;
  const downTo = async (most: number): Promise<void> => {
    while (underWay > most)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  const start = async (item: T): Promise<void> => {
    underWay += 1;
    try {
      await work(item);
    } catch (error) {
      failure ??= { error };
    } finally {
      underWay -= 1;
      wake();
    }
  };
  try {
    for await (const item of source) {
      if (failure !== undefined) break;
      void start(item);
      await downTo(width - 1);
    }
  } catch (error) {
    failure ??= { error };
  }
  await downTo(0);
  if (failure !== undefined) throw failure.error;
}
