/** Lessons on where to read, as analysts word them. None holds a number or a name from a page. */
import type { Wording } from "../../../../harness/core/world.ts";

export const placeWordings: Readonly<Record<string, readonly Wording[]>> = {
  "read-beside-the-label": [
    {
      title: "Stay on the line of the label",
      description: "Forms print an entry beside its label.",
      content: "Read the entry on the same line as the label. What stands on the line below belongs to another field.",
    },
    {
      title: "Entries stand to the right",
      description: "The line under a label is the next field.",
      content: "In a form, look to the right of the label for its entry. Do not slip to the row below.",
    },
    {
      title: "Labels and entries share a row",
      description: "Neighbouring rows of a form look alike.",
      content: "The entry of a field is on the same row as its label. Follow the row across the form before you copy anything.",
    },
    {
      title: "Do not take the entry underneath",
      description: "A form was read one row too low.",
      content: "Never take the entry below a label: that row has a label of its own.",
    },
  ],
  "align-figures-with-headings": [
    {
      title: "Empty cells keep their place",
      description: "Some rows of a table have no figure in a column.",
      content:
        "An empty cell still occupies its column. Go straight down from the heading to the figure instead of counting along the row.",
    },
    {
      title: "Go by the position of a figure",
      description: "Figures are set so that they end below their heading.",
      content: "Line each figure up with the edge of its column heading before you copy it from the table.",
    },
    {
      title: "Do not count printed figures",
      description: "A row with a gap has fewer figures than the table has columns.",
      content: "Never count only the printed figures of a row, because a gap shifts them to the wrong column.",
    },
    {
      title: "Count gaps in a row",
      description: "One missing figure moves all that follow it.",
      content: "Count blank cells as well to work out the column of a figure.",
    },
  ],
  "read-the-asked-year": [
    {
      title: "Mind the year",
      description: "Tables set several years side by side.",
      content: "Find the year of the question among the column headings first, then read the figure under it.",
    },
    {
      title: "Check the year above the column",
      description: "The first column of figures is not always the one that is asked for.",
      content: "Check that the heading of the column is the year in the question.",
    },
    {
      title: "Do not settle for the first column",
      description: "Years run in either direction.",
      content: "Never take the first column of figures unseen; the year in the question decides which column is meant.",
    },
    {
      title: "The question names the year",
      description: "Another year's figure looks just as plausible.",
      content: "Read the figure from the column headed with the asked year, also when you look for the leading row.",
    },
  ],
  "read-the-amount-due": [
    {
      title: "Go to the last line of the invoice",
      description: "Charges are added behind the goods.",
      content: "Take the total from the final line of the invoice, after freight and tax.",
    },
    {
      title: "A subtotal is not the total",
      description: "The first sum on an invoice covers the goods alone.",
      content: "The subtotal is not what is due. Read on to the bottom line.",
    },
    {
      title: "Do not stop at the first sum",
      description: "An invoice has several sums.",
      content: "Never stop at the subtotal when the question is about the total of a bill.",
    },
    {
      title: "The total stands at the bottom",
      description: "Freight and tax follow the goods.",
      content: "On an invoice the total is the last amount, below tax and other charges.",
    },
  ],
  "give-the-typed-name": [
    {
      title: "Use the typed name",
      description: "Signatures show familiar names.",
      content: "To tell who signed, use the typed name below the signature.",
    },
    {
      title: "The signature is repeated in type",
      description: "A scrawl is short and hard to read.",
      content: "Give the full name that is printed beneath the signature, not the scrawl itself.",
    },
    {
      title: "Do not transcribe a scrawl",
      description: "A signature may be a nickname.",
      content: "Never transcribe the handwritten signature where the name is typed under it.",
    },
    {
      title: "Look under the signature",
      description: "Letters end with the name of their signer in type.",
      content: "The name of the signer is typed below the signature; copy the typed line.",
    },
  ],
  "title-is-not-the-running-head": [
    {
      title: "The running head is not the title",
      description: "Reports repeat the publisher's name at the top of the page.",
      content: "A running head is never the title. Look for the title above the author's name.",
    },
    {
      title: "Find the title by the author",
      description: "The first line of a page often names a series.",
      content: "Take the words directly above the author as the title of the report.",
    },
    {
      title: "Do not take the topmost line",
      description: "The top edge names the body that published the paper.",
      content: "Do not mistake the running head for the title of a document.",
    },
    {
      title: "Titles stand above the byline",
      description: "The line along the top edge belongs to the series.",
      content: "The title stands over the byline, well below the top line of the page.",
    },
  ],
};
