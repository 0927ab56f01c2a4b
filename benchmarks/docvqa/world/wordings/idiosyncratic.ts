/** Lessons against idiosyncratic traps as analysts word them. None holds a number or a name from a page. */
import type { Wording } from "../../../../harness/core/world.ts";

export const idiosyncraticWordings: Readonly<Record<string, readonly Wording[]>> = {
  "stamps-do-not-date-a-letter": [
    {
      title: "Stamps do not date a letter",
      description: "Offices stamp letters when they come in.",
      content: "Take the date line under the letterhead rather than that of a stamp.",
    },
    {
      title: "A received stamp tells the arrival",
      description: "A letter can bear two dates.",
      content: "A stamp is not the date of the letter: it was added by whoever got it.",
    },
    {
      title: "Look at the head, not at the stamp",
      description: "The sender dates a letter at its head.",
      content: "Never take the stamped date when the question is about the letter itself.",
    },
    {
      title: "Two dates on one letter",
      description: "The boxed one comes from the mail room.",
      content: "Read the date that the sender typed above the address, and disregard the stamp.",
    },
  ],
  "the-amended-entry-holds": [
    {
      title: "The amended entry holds",
      description: "Forms can be corrected after they were filled in.",
      content: "Where an entry is void, use the amended entry further down.",
    },
    {
      title: "Look for amendments",
      description: "A note behind an entry can take it back.",
      content: "Look for a correction before you copy an entry that is marked as void.",
    },
    {
      title: "Void entries do not count",
      description: "A form was amended at its foot.",
      content: "Never give an entry marked void; the corrected one holds.",
    },
    {
      title: "Later corrections win",
      description: "The first entry of a label may be outdated.",
      content: "The amended value replaces the one that was cancelled.",
    },
  ],
  "do-not-scale-figures-up": [
    {
      title: "Do not scale figures up",
      description: "A note under a heading tells the scale of a table.",
      content: "Never multiply a figure because a note gives the scale of the table.",
    },
    {
      title: "Figures stay as they are printed",
      description: "Tables in thousands print short figures.",
      content: "Give the figure as it stands in the table, also where the heading says that it is in thousands.",
    },
    {
      title: "The scale is a note, no order",
      description: "The answer is what stands in the cell.",
      content: "In a table in thousands, copy the cell unchanged.",
    },
    {
      title: "No arithmetic with the scale",
      description: "Somebody turned a short figure into a long one.",
      content: "Leave the number as printed whatever scale the table has; do not expand it.",
    },
  ],
  "join-the-lines-of-a-title": [
    {
      title: "Titles can take two lines",
      description: "Long titles are broken where the line is full.",
      content: "Join both lines of a title with a blank.",
    },
    {
      title: "Do not stop at the line break",
      description: "Half a title is not the title.",
      content: "Never stop at the end of the first line of a title.",
    },
    {
      title: "Read the title to its end",
      description: "A title may go on below its first line.",
      content: "If the title continues on the next line, that line is part of it.",
    },
    {
      title: "Put a broken title together",
      description: "Centred lines that follow each other form one title.",
      content: "Combine all centred lines of the title into one answer.",
    },
  ],
};
