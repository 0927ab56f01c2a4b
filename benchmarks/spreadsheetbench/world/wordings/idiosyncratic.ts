/** Lessons against idiosyncratic traps as analysts word them. None holds a number or a name from a task. */
import type { Wording } from "../../../../harness/core/world.ts";

export const idiosyncraticWordings: Readonly<Record<string, readonly Wording[]>> = {
  "leave-subtotals-out": [
    {
      title: "Skip subtotal rows",
      description: "Exports mix subtotals with the records they add up.",
      content: "Skip subtotal rows inside the data when you aggregate, or their records count twice.",
    },
    {
      title: "Subtotals are no records",
      description: "A row that adds others up must not be added again.",
      content: "Exclude rows that hold subtotals or grand totals from every sum.",
    },
    {
      title: "Records only",
      description: "Totals inside the table double the result.",
      content: "Filter out subtotal lines before anything is added. Never add a total row to a sum.",
    },
  ],
  "skip-repeated-headers": [
    {
      title: "Drop repeated headers",
      description: "Paged exports print the header again on each page.",
      content: "Drop repeated header rows inside the data before the records are used.",
    },
    {
      title: "A header can come back",
      description: "The same captions may stand in the middle of a table.",
      content: "Filter out header lines that occur again in the middle of the records.",
    },
    {
      title: "Captions are no values",
      description: "A caption among the values shows up in lists as an entry of its own.",
      content: "Ignore every repeated header when the list is collected.",
    },
  ],
  "parentheses-mean-minus": [
    {
      title: "Parentheses mean minus",
      description: "Accounting notation writes negative amounts in parentheses.",
      content: "Treat an amount in parentheses as negative.",
    },
    {
      title: "Read accounting notation",
      description: "Brackets around a figure change its sign.",
      content: "Figures in brackets are negative: read them with a minus sign.",
    },
    {
      title: "Mind the sign of bracketed amounts",
      description: "An amount read without its sign ends up in the wrong place.",
      content: "Interpret accounting amounts in parentheses as negative before ranking them.",
    },
  ],
  "skip-error-cells": [
    {
      title: "Skip error cells",
      description: "A cell with an error has no value to calculate with.",
      content: "Skip cells that hold an error value before anything is multiplied or summed.",
    },
    {
      title: "Errors are no numbers",
      description: "Libraries give error cells a code that looks like a number.",
      content: "Error values in the data have to be excluded from calculations.",
    },
    {
      title: "Guard against error values",
      description: "One broken cell falsifies the whole total.",
      content: "Guard every calculation against error cells and leave such lines out.",
    },
  ],
  "replace-hard-blanks": [
    {
      title: "Replace non-breaking spaces",
      description: "Text from web pages holds blanks that an ordinary trim does not know.",
      content: "Replace non-breaking spaces with ordinary ones before trimming.",
    },
    {
      title: "Invisible characters stay behind",
      description: "Two texts can look alike and differ in an invisible character.",
      content: "Remove non-breaking spaces and other invisible characters from the parts of a composed text.",
    },
    {
      title: "Hard blanks need their own step",
      description: "Copied text carries hard blanks.",
      content: "Convert hard spaces to plain ones when text is cleaned.",
    },
  ],
  "take-the-latest-match": [
    {
      title: "The latest entry holds",
      description: "A list can hold several entries for one key.",
      content: "If a key occurs several times, take the most recent entry.",
    },
    {
      title: "Several matches for one key",
      description: "The order of rows says nothing about which entry is valid.",
      content: "Where more than one row matches, use the newest row by its date.",
    },
    {
      title: "Do not settle for the first hit",
      description: "Price lists keep outdated rows.",
      content: "Do not take the first match when a key is listed repeatedly: the latest one wins.",
    },
  ],
};
