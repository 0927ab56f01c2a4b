/** Single words as common in lessons about workbooks as in workbooks; alone they give nothing away. */
const ORDINARY = new Set(
  (
    "total totals subtotal subtotals grand sum average count date dates time name names value values amount amounts number numbers text type status " +
    "item items product products category price quantity unit units year years month months week weeks quarter day days hours minutes true false " +
    "none null blank empty error errors invalid valid unknown missing other others active inactive open closed pending complete completed done paid " +
    "unpaid high medium low small large pass passed fail failed male female north south east west left right first last next previous match matched " +
    "found not-found duplicate unique new old start end begin finish sheet sheets row rows column columns cell cells table data header headers key keys " +
    "result results output input formula formulas list report summary details notes note comment comments n/a null january february march april may june " +
    "july august september october november december monday tuesday wednesday thursday friday saturday sunday"
  ).split(" "),
);

/** Whether a lower-case word is one of them. */
export function isOrdinary(word: string): boolean {
  return ORDINARY.has(word);
}
