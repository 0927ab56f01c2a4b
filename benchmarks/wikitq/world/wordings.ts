/** Lessons about questions over tables as analysts word them. None holds a number or a name from a task. */
import type { Wording } from "../../../harness/core/world.ts";

const say = (title: string, description: string, content: string): Wording => ({ title, description, content });

export const wordings: Readonly<Record<string, readonly Wording[]>> = {
  "stored-results": [
    say(
      "Store the result itself",
      "A formula nobody evaluated reads as nothing.",
      "Work the figure out in code and write the computed value into the answer cell.",
    ),
    say(
      "No bare formula as the answer",
      "Whoever reads the file sees stored results only.",
      "Write the plain result instead of a formula, so that the answer cell is never empty.",
    ),
    say(
      "Check the answer cell for a cached value",
      "An expression without its result counts as no answer.",
      "Open the saved file again and verify that the formula has a cached value; else store the number.",
    ),
    say(
      "Recalculate before handing in",
      "Libraries leave the result of a formula open.",
      "If the answer is a formula, recalculate the workbook before it is saved for good.",
    ),
  ],
  "loose-labels": [
    say(
      "Compare labels loosely",
      "The same label is typed in several ways.",
      "Ignore capitals and surrounding blanks when the labels of rows are compared with those of the question.",
    ),
    say(
      "Trim labels first",
      "A stray blank makes two equal labels differ.",
      "Trim text and lower-case it before rows are filtered or grouped by it.",
    ),
    say(
      "Never compare labels verbatim",
      "Rows that fit are missed when spelling has to be equal.",
      "Do not match labels exactly as typed; normalise the text on both sides.",
    ),
    say(
      "Case does not make another category",
      "Variants of one label are one label.",
      "Make comparisons of categories case-insensitive and collapse inner spaces of the text.",
    ),
  ],
  "dates-from-text": [
    say("Parse dates before counting", "Dates in tables are words.", "Parse the textual dates into real dates before days are counted."),
    say(
      "Written-out dates are strings",
      "A string has no distance to another string.",
      "Convert text to dates first, in every spelling of the column.",
    ),
    say(
      "Do not take dates for typed",
      "Cells that look like dates may hold text.",
      "Never assume that dates are real; check their type and parse strings.",
    ),
    say(
      "Expect dates in words",
      "Month names hide a date from arithmetic.",
      "Handle dates given as text by turning the text into dates first.",
    ),
  ],
  "figures-from-text": [
    say(
      "Figures with separators are text",
      "A separator keeps a figure from being a number.",
      "Convert such text to numbers before figures are ranked or added.",
    ),
    say(
      "Coerce figures first",
      "Text sorts by letters and is left out of sums.",
      "Coerce text to numeric values, thousands separators removed, before amounts are compared.",
    ),
    say("Check whether amounts are text", "A column of amounts can mix both.", "Check every amount for text and parse it as a number."),
    say(
      "Do not trust a column to be numeric",
      "Some of its figures may be strings.",
      "Never assume that a column of figures is numeric; turn strings into numbers.",
    ),
  ],
  "whole-table": [
    say("Read past blank rows", "A table may go on below a gap.", "Go on reading past blank rows until the last used row."),
    say(
      "A gap does not end the table",
      "Rows below an empty line count as well.",
      "Do not stop at an empty row; process all rows of the sheet.",
    ),
    say(
      "Cover the table to its last row",
      "The first screenful is not the table.",
      "Find the actual last row and loop over the whole range up to it.",
    ),
    say(
      "Rows below a gap belong to the table",
      "Answers may stand far down.",
      "A blank row is not the end of the table. Continue to the last row below it.",
    ),
  ],
  "totals-are-no-entries": [
    say(
      "A total is no entry",
      "Sums at the foot of a table repeat what stands above.",
      "Skip the total row when entries are ranked, counted or added.",
    ),
    say("Leave totals out", "The largest figure of a column may be its total.", "Exclude total rows from every comparison of entries."),
    say("Look for summary rows", "The last row may be a sum.", "Filter total and summary rows before anything is worked out."),
    say("Do not count totals", "A total counted as data doubles everything.", "Never count a total row as an entry."),
  ],
  "answer-sheet-by-name": [
    say(
      "Answer on the sheet that was named",
      "The sheet of the table is the wrong place.",
      "Write the answer to the sheet named in the task and to no other one.",
    ),
    say(
      "Make the requested sheet",
      "The answer sheet does not exist at the start.",
      "Check which sheet the answer belongs on, and select that sheet by its name.",
    ),
    say(
      "Do not write to the first sheet",
      "Whatever stands beside the table is not looked at.",
      "Do not use the first sheet for the answer; address the target sheet by name.",
    ),
    say(
      "Pick the answer sheet explicitly",
      "A library's default sheet may be another.",
      "Select the right sheet explicitly before the answer is written.",
    ),
  ],
  "below-the-header": [
    say(
      "The first cell is the header's",
      "What stands in the header cell is not read.",
      "Leave the header cell alone and begin writing below the header.",
    ),
    say("Start below the header", "An answer that starts one cell too high is lost.", "Put the first item under the header."),
    say(
      "Keep a header over the answer",
      "The column has a header of its own.",
      "Keep the header in its place and start in the row beneath it.",
    ),
    say(
      "Do not overwrite the header",
      "The first row belongs to the caption.",
      "Never write the answer over the header; start right below the heading.",
    ),
  ],
  "both-days-count": [
    say(
      "Both days count where the question says so",
      "A plain difference leaves one end out.",
      "If the question asks to count both the first and the last day, add one to the difference of the dates.",
    ),
    say(
      "Add a day for inclusive spans",
      "Inclusive wording means one day more.",
      "When the question says that both ends are included, add one day to the span.",
    ),
    say(
      "Mind inclusive wording",
      "Wording decides about the last day.",
      "Where the task wants both days counted, count the first and the last day.",
    ),
    say(
      "Inclusive means plus one",
      "The difference of two dates holds one end only.",
      "If both ends are wanted, take the difference of the dates plus one.",
    ),
  ],
  "elapsed-days": [
    say(
      "Days that passed are a plain difference",
      "An extra day is wrong here.",
      "When the question asks how many days passed, take the plain difference of the dates.",
    ),
    say(
      "Subtract the dates",
      "Elapsed time counts one end.",
      "Unless the question says that both ends count, subtract the earlier date from the later one.",
    ),
    say(
      "No extra day for elapsed time",
      "One too many is the sign of this mistake.",
      "If elapsed days are asked for, use the simple difference of the dates.",
    ),
    say(
      "The rule for days is the bare difference",
      "Counting both ends is the exception.",
      "By default, the number of days is the bare difference of the dates.",
    ),
  ],
  "strip-note-marks": [
    say("Strip footnote marks", "A mark behind a figure makes it text.", "Strip footnote marks from cells before they are used."),
    say(
      "Bracketed notes are not part of a name",
      "Names carry references in tables of an encyclopedia.",
      "Remove bracketed notes and daggers behind names and figures.",
    ),
    say(
      "Cut daggers and asterisks",
      "They point to notes below the table.",
      "Remove daggers and asterisks from cells before names are compared.",
    ),
    say("Take footnotes off", "Superscripts survive as letters in brackets.", "Take the footnote marks off a cell before it is read."),
  ],
  "bare-figures": [
    say("No unit in the answer", "A unit turns a figure into text.", "Give the bare figure without its unit."),
    say("Leave units out", "What is counted is known from the question.", "Leave the unit out of the answer."),
    say("Answer with the figure alone", "Words beside it spoil the match.", "Write the figure alone, without a unit or other words."),
    say("Do not append a unit", "Only the figure is asked for.", "Never append a unit to the answer."),
  ],
  "one-item-a-cell": [
    say("One item a cell", "Items joined by commas count as one.", "Put each item in its own cell or on its own line."),
    say("Do not join several answers", "A list in one place is one answer.", "Never join the items of an answer with commas."),
    say("Spread lists over cells", "Several names are several answers.", "Write every item of the answer in a separate cell."),
    say("Items are separate", "The number of items is part of the answer.", "Give one item per line or cell."),
  ],
  "answer-in-words": [
    say("Say yes or no", "A truth value is another text.", "Answer yes or no in words when the question wants that."),
    say("Turn truth values into words", "Code yields a boolean.", "Turn a boolean into the word that the question offers."),
    say("No booleans in the answer", "The question tells the words to use.", "Never write a boolean as the answer."),
    say("Use the words of the question", "Both words are given in it.", "Write yes or no, as the question has it."),
  ],
  "headers-again": [
    say("Skip repeated headers", "Long tables repeat their header.", "Skip header rows that are repeated inside the table."),
    say("A header further down is no entry", "It would count as a label of its own.", "Drop repeated headers before entries are counted."),
    say(
      "Filter embedded headers",
      "Parts of a table are joined under one another.",
      "Filter out the header where it stands again in the middle.",
    ),
    say("Ignore the header when it comes again", "Its cells are captions.", "Ignore a second header inside the data."),
  ],
  "long-dash-minus": [
    say(
      "Read the long dash as a minus",
      "Encyclopedias print a typographic minus.",
      "Replace a typographic minus by a plain hyphen before a figure is parsed.",
    ),
    say("Long dashes make figures negative", "Parsers know the hyphen only.", "Treat a dash before a figure as a minus sign."),
    say("Convert printed minus signs", "A figure below zero is dropped otherwise.", "Convert the printed minus to an ASCII hyphen."),
    say("A dash may mean minus", "It is a sign, not a separator.", "A long dash in front of a figure means that it is negative."),
  ],
};

/** The same with their conditions lost: rules for every task, also where they are wrong. */
export const sloppyWordings: Readonly<Record<string, readonly Wording[]>> = {
  "both-days-count": [
    say("Count both days", "A plain difference is a day short.", "Always add one day to the difference of the dates."),
    say("Spans have two ends", "Subtraction loses one of them.", "Count both the first and the last day of a span."),
  ],
  "elapsed-days": [
    say("Only subtract", "An extra day spoils the count.", "Take the plain difference of the dates."),
    say("Never an extra day", "The difference is the number of days.", "Use the bare difference of the two dates and never add one day."),
  ],
};
