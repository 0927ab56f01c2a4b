/** Lessons against systematic traps as analysts word them. None holds a number or a name from a task. */
import type { Wording } from "../../../../harness/core/world.ts";

export const systematicWordings: Readonly<Record<string, readonly Wording[]>> = {
  "compute-before-saving": [
    {
      title: "Recalculate formulas before saving",
      description: "A formula written by a library has no result until something evaluates it.",
      content:
        "Libraries store a formula as text and leave its result open. After formulas were written, recalculate the workbook, then check that every formula has a cached value.",
    },
    {
      title: "Write results, not bare formulas",
      description: "Whoever reads the saved file sees cached results only.",
      content:
        "Compute the numbers in code and write the computed values into the target cells. A formula cell that was never evaluated reads as empty.",
    },
    {
      title: "No formula without its result",
      description: "Formulas that nobody evaluated look empty to readers of the file.",
      content:
        "Never leave formulas uncalculated in the saved workbook. Where formulas are not asked for, write literal values instead of formulas.",
    },
    {
      title: "Verify cached results of formulas",
      description: "The saved file has to hold numbers, not only expressions.",
      content:
        "Open the saved file once more and verify that each formula has a computed value. If it has none, run a recalculation or store the calculated result itself.",
    },
  ],
  "normalise-before-matching": [
    {
      title: "Normalise keys before matching",
      description: "Typed keys differ in blanks and capitals and still mean the same.",
      content: "Trim the keys on both sides, squeeze inner spaces and lower-case them before they are compared or used for grouping.",
    },
    {
      title: "Case and stray blanks do not distinguish entries",
      description: "Comparing exactly misses entries that people would call equal.",
      content: "Make every lookup case-insensitive and ignore leading and trailing whitespace when labels are matched.",
    },
    {
      title: "Do not compare text verbatim",
      description: "A stray space is enough to make two equal labels differ.",
      content: "Strip whitespace from the text of labels and fold the case before you filter, join or group by them.",
    },
    {
      title: "Clean text before it is compared",
      description: "Groups fall apart when one label is spelled in two ways.",
      content: "Remove surplus blanks and ignore capitals whenever strings are matched. Never match labels verbatim.",
    },
  ],
  "parse-text-dates": [
    {
      title: "Expect dates typed as text",
      description: "In one column true dates and date-like strings can stand side by side.",
      content: "Check whether each date cell holds a true date or a string. Parse text dates into real dates before any arithmetic.",
    },
    {
      title: "Parse textual dates first",
      description: "A date that is text drops out of sorting and subtraction.",
      content: "Convert dates stored as strings to date serials first, and only then sort, subtract or group by them.",
    },
    {
      title: "Never take the type of a date for granted",
      description: "Cells that look like dates may be strings.",
      content: "Never assume that dates are real date cells. Inspect the type of the dates and turn text into dates where needed.",
    },
    {
      title: "Handle mixed date columns",
      description: "Dates come both as serials and as written-out text.",
      content: "Handle dates given as text as well as true ones: parse the strings into dates so that no row is passed over.",
    },
  ],
  "convert-text-numbers": [
    {
      title: "Convert numbers stored as text",
      description: "A figure that is a string is skipped by sums and rankings.",
      content: "Convert text to numbers before adding or ranking. Take thousands separators and currency signs away first.",
    },
    {
      title: "Check the type of amounts",
      description: "Amount columns can hold strings that only look numeric.",
      content: "Check a column of amounts for text and coerce such strings to numeric values before they are summed.",
    },
    {
      title: "Figures may be typed as text",
      description: "Code that takes real numbers only leaves part of the figures out.",
      content: "Do not assume that every amount is numeric. Parse figures stored as text into numbers, with separators removed.",
    },
    {
      title: "Coerce before adding up",
      description: "Strings among the figures falsify totals.",
      content: "Coerce string figures to float before they are aggregated or sorted by size.",
    },
  ],
  "read-to-the-last-row": [
    {
      title: "Read to the last used row",
      description: "A table can go on below a gap.",
      content: "Determine the last used row of the sheet and process everything up to it. A blank row is not the end of the table.",
    },
    {
      title: "Do not stop at a gap",
      description: "Records below an empty line are easily lost.",
      content: "Do not stop at the first blank row; skip empty rows and continue until the data really ends.",
    },
    {
      title: "Cover the whole used range",
      description: "The first screenful does not show how far the data goes.",
      content: "Iterate over the entire used range. Do not rely on the preview for the extent of the data.",
    },
    {
      title: "Find the real extent of the data",
      description: "Loops that end early leave rows out.",
      content: "Find the actual last row of the sheet before you loop over it. Go on across the empty rows.",
    },
  ],
  "delete-from-the-bottom": [
    {
      title: "Delete from the bottom up",
      description: "Every deletion moves the rows below it.",
      content: "Delete rows from the bottom upwards, or else the row after each deleted one is skipped.",
    },
    {
      title: "Rebuild instead of deleting in a loop",
      description: "Removing entries of a list while walking through it skips some.",
      content: "Collect the rows that stay and rewrite the sheet from them, instead of deleting while you loop.",
    },
    {
      title: "Deleting shifts what follows",
      description: "Two adjacent hits show whether the order of deletion is right.",
      content: "When several rows have to be removed, iterate in reverse order so that indexes stay valid.",
    },
    {
      title: "Never delete while going down",
      description: "The row behind a deleted one takes its place and is passed over.",
      content: "Never delete rows in a loop that runs downwards. Start the deletion at the last row and go backwards.",
    },
  ],
  "address-the-named-sheet": [
    {
      title: "Write to the named sheet",
      description: "The first sheet is often not the one that is asked for.",
      content: "Write to the sheet named in the task, not to the active one. Fetch the worksheet by name.",
    },
    {
      title: "Confirm the target sheet",
      description: "Results on another sheet count as missing.",
      content: "Confirm which sheet the answer belongs to, and select that sheet by its name before writing.",
    },
    {
      title: "Do not rely on the active sheet",
      description: "Whichever sheet happens to be active may be the wrong one.",
      content: "Do not rely on the active sheet or on sheet order; use the worksheet named in the request.",
    },
    {
      title: "Address sheets explicitly",
      description: "A workbook can hold several sheets with like tables.",
      content: "Open the right worksheet by name and make sure that the results go to that sheet.",
    },
  ],
  "start-below-the-header": [
    {
      title: "Leave the header row alone",
      description: "Output that begins one row too high pushes the header out.",
      content: "Keep the header row intact and begin writing in the row beneath it.",
    },
    {
      title: "Output begins below the header",
      description: "The first cell of a result belongs under its caption.",
      content: "Start writing right below the header. Never overwrite the column titles of the target.",
    },
    {
      title: "Protect column titles",
      description: "Headers in the target area must still be there afterwards.",
      content: "Preserve the headings of the output area and put the first result under the heading.",
    },
    {
      title: "Find the header before writing",
      description: "Where the header stands decides where the output begins.",
      content: "Locate the header row of the target first and start one row below it; the header itself stays untouched.",
    },
  ],
  "keep-codes-as-text": [
    {
      title: "Keep leading zeros",
      description: "A code that becomes a number loses the zeros in front.",
      content: "Preserve leading zeros when codes are copied or joined, because they are part of the code.",
    },
    {
      title: "Codes are text",
      description: "Identifiers made of digits are no quantities.",
      content: "Treat codes and identifiers as text and pad them with zeros to their full width where a format shows them.",
    },
    {
      title: "Never turn identifiers into numbers",
      description: "Numeric conversion changes how an identifier is written.",
      content: "Never convert identifiers to integers. Pad the code with zeros where the cell displays them.",
    },
    {
      title: "Show codes as the sheet shows them",
      description: "Number formats can hide zeros that belong to the code.",
      content: "Restore leading zeros that come from the number format and store the code as text.",
    },
  ],
  "round-only-at-the-end": [
    {
      title: "Round once, at the end",
      description: "Rounding in between moves totals by cents.",
      content: "Unless the task asks for rounded lines, keep full precision and round only the final total.",
    },
    {
      title: "Full precision until the last step",
      description: "Small rounding differences add up over many lines.",
      content: "By default, carry unrounded values through the calculation and round the final result once.",
    },
    {
      title: "Rounding belongs to the last step",
      description: "When it happens decides whether the total is right.",
      content: "If the task does not say that lines are rounded, never round intermediate results; round the final figure.",
    },
    {
      title: "Add exact amounts",
      description: "Totals are checked to the cent.",
      content: "Unless the instruction requires rounding per line, sum exact values and round at the very end.",
    },
  ],
  "round-each-line": [
    {
      title: "Round every line where that is asked for",
      description: "Invoices add amounts that were rounded before.",
      content: "When the task says that lines are rounded, round each line before adding them up.",
    },
    {
      title: "Rounded lines first, then the sum",
      description: "A total of rounded amounts differs from a rounded total.",
      content: "If the instruction asks for rounding per line, round every line and add the rounded lines.",
    },
    {
      title: "Watch for rounding per line",
      description: "The text of the request tells where rounding happens.",
      content: "Where the request states that every amount is rounded, round each amount first and then take the sum.",
    },
    {
      title: "Line rounding on request",
      description: "Some totals are made of amounts already rounded to cents.",
      content: "If the task requires rounded lines, round each row's product to cents before it is added to the total.",
    },
  ],
  "count-both-ends": [
    {
      title: "Add a day when both ends count",
      description: "A plain difference leaves one of the two ends out.",
      content: "If the task counts both the first and the last day, add one to the difference of the dates.",
    },
    {
      title: "Inclusive periods are one day longer",
      description: "Wording decides whether the end day is counted.",
      content: "When the request says inclusive, count both end days: the difference of the dates plus one.",
    },
    {
      title: "Look for inclusive wording",
      description: "Requests differ in whether first and last day are counted.",
      content: "Where the task says that both days are counted, include the first and the last day of the period.",
    },
    {
      title: "Both days included",
      description: "A stay that begins and ends on one day lasts a day when both ends count.",
      content: "If the instruction wants both ends included, add a day to the plain span of dates.",
    },
  ],
  "plain-difference": [
    {
      title: "Elapsed days are a plain difference",
      description: "Adding a day by habit makes every count wrong.",
      content: "Unless the task says inclusive, the number of days is the plain difference of the two dates.",
    },
    {
      title: "Subtract and add nothing",
      description: "Days between two dates leave the start day out.",
      content: "If the task asks for the days between two dates, subtract the start date from the end date and leave it at that.",
    },
    {
      title: "Days between two dates",
      description: "Counting ends is the exception, not the rule.",
      content: "By default, take the simple difference of the dates as the number of days.",
    },
    {
      title: "No extra day by habit",
      description: "One day too many in each row is the sign of this mistake.",
      content: "When elapsed days are requested, use the bare difference of the dates without adding a day.",
    },
  ],
};

/** The same with their conditions lost: rules for every task, also where they are wrong. */
export const sloppyWordings: Readonly<Record<string, readonly Wording[]>> = {
  "round-only-at-the-end": [
    {
      title: "Never round in between",
      description: "Rounding early moves totals by cents.",
      content: "Keep full precision throughout and round the final total.",
    },
    {
      title: "Exact amounts until the end",
      description: "Totals drift when amounts are rounded on the way.",
      content: "Never round intermediate results. Round the final figure once.",
    },
  ],
  "round-each-line": [
    {
      title: "Round lines before adding",
      description: "Unrounded lines make the total drift by cents.",
      content: "Always round each line before adding the lines up.",
    },
    {
      title: "Totals of rounded amounts",
      description: "Amounts in money have two decimals.",
      content: "Round every amount to cents and then sum the rounded amounts.",
    },
  ],
  "count-both-ends": [
    {
      title: "Count first and last day",
      description: "A plain difference of dates is a day short.",
      content: "Always add one day to the difference of two dates.",
    },
    {
      title: "Periods have two ends",
      description: "Subtraction leaves a day out.",
      content: "Count both the first and the last day of every period.",
    },
  ],
  "plain-difference": [
    {
      title: "Just subtract dates",
      description: "An extra day makes the count wrong.",
      content: "Take the plain difference of the two dates as the number of days.",
    },
    {
      title: "End minus start",
      description: "Days are counted by subtraction.",
      content: "Subtract the start date from the end date and never add one day.",
    },
  ],
};
