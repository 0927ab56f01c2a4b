/** What a scorer says of one answer. */
export interface Verdict {
  readonly verdict: boolean;
  /** Why a text was refused; empty otherwise. */
  readonly message: string;
}
