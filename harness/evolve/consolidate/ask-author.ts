import type { Answer, Asking, Author } from "../author.ts";

/** A call that infrastructure kept from being answered. The consolidation cannot be finished in this run; running again takes up every call that was answered. */
export class UnansweredCall extends Error {
  override readonly name = "UnansweredCall";
}

/** An answer that is the author's own doing. */
export type Settled<V> = Exclude<Answer<V>, { state: "errored" }>;

/** An author whose calls are counted; counting is all that is kept, so that the order of calls does not matter. */
export interface CountingAuthor {
  /** Throws UnansweredCall where `Author.ask` gives `errored`: a skill must not depend on which calls an outage happened to hit. */
  ask<V>(asking: Asking<V>): Promise<Settled<V>>;
  calls(): number;
}

/** Wraps an author for one consolidation. */
export function countingAuthor(author: Author): CountingAuthor {
  let calls = 0;
  return {
    calls: () => calls,
    async ask(asking) {
      calls++;
      const answer = await author.ask(asking);
      if (answer.state === "errored")
        throw new UnansweredCall(`The ${asking.role} (${asking.form.id}) was not answered: ${answer.problem}`, { cause: answer });
      return answer;
    },
  };
}
