/** Which pages a sample consists of: kinds interleaved, hazards spread alike over both halves. */
import type { Order, PageDraft } from "./draft.ts";
import { formPage } from "./pages/form.ts";
import { invoicePage } from "./pages/invoice.ts";
import { letterPage } from "./pages/letter.ts";
import { reportPage } from "./pages/report.ts";
import { tablePage } from "./pages/table.ts";
import { type Random, randomOf } from "./random.ts";

/** Questions on every page. */
export const questionsPerPage = 2;

interface Maker {
  readonly kind: string;
  readonly make: (order: Order) => PageDraft;
  /** Hazards of the pages of this kind, one set after the other. */
  readonly usual: readonly (readonly string[])[];
  /** Hazards of the second page of this kind in each half, and of no other. */
  readonly rare: readonly string[];
}

const makers: readonly Maker[] = [
  {
    kind: "letter",
    make: letterPage,
    usual: [["signature-name", "reformatted-date"], ["signature-name"], ["reformatted-date"]],
    rare: ["signature-name", "reformatted-date", "received-stamp"],
  },
  {
    kind: "form",
    make: formPage,
    usual: [["value-below"], ["value-below", "unit-kept"], ["unit-kept"], []],
    rare: ["value-below", "amended-entry", "unit-kept"],
  },
  {
    kind: "invoice",
    make: invoicePage,
    usual: [["subtotal-for-total", "shifted-column"], ["shifted-column"], ["subtotal-for-total"]],
    rare: ["subtotal-for-total", "shifted-column"],
  },
  {
    kind: "table",
    make: tablePage,
    usual: [["other-year", "shifted-column"], ["other-year"], []],
    rare: ["other-year", "scaled-figure"],
  },
  {
    kind: "report",
    make: reportPage,
    usual: [["running-head", "unit-kept"], ["running-head"], ["unit-kept"], []],
    rare: ["running-head", "wrapped-title"],
  },
];

export interface PlannedPage extends PageDraft {
  readonly half: "evolve" | "test";
  readonly kind: string;
  /** Stand-ins for the archive's id of the document and the number of the page in it. */
  readonly documentId: string;
  readonly pageNumber: number;
  readonly questionIds: readonly number[];
}

/** Plans `count` questions, two a page: the first half of the pages is for evolving. Equal arguments give equal plans. */
export function planSample(seed: number, count: number): readonly PlannedPage[] {
  const pages = Math.ceil(count / questionsPerPage);
  const ids = randomOf("ids", seed);
  const used = { documents: new Set<string>(), questions: new Set<number>() };
  const planned: PlannedPage[] = [];
  for (const half of ["evolve", "test"] as const) {
    const size = half === "evolve" ? Math.ceil(pages / 2) : Math.floor(pages / 2);
    const order = randomOf("order", seed, half);
    for (let turn = 0, n = 0; n < size; turn++)
      for (const maker of order.some(makers, Math.min(makers.length, size - n))) {
        planned.push({ ...makePage(maker, { seed, half, turn }), half, kind: maker.kind, ...drawIds(ids, used) });
        n++;
      }
  }
  // An odd number of questions leaves the last page with one.
  const spare = pages * questionsPerPage - count;
  return planned.map((page, i) => (spare > 0 && i === planned.length - 1 ? { ...page, questions: page.questions.slice(0, -spare) } : page));
}

function makePage(maker: Maker, { seed, half, turn }: { seed: number; half: "evolve" | "test"; turn: number }): PageDraft {
  const usual = maker.usual[(turn > 1 ? turn - 1 : turn) % maker.usual.length] ?? [];
  const random = randomOf("page", seed, half, maker.kind, turn);
  // Both halves word their questions alike, but not on pages of the same place in the order.
  return maker.make({ random, turn: half === "evolve" ? turn : turn + 1, hazards: new Set(turn === 1 ? maker.rare : usual) });
}

function drawIds(random: Random, used: { readonly documents: Set<string>; readonly questions: Set<number> }) {
  const documentId = fresh(used.documents, () => {
    const letters = Array.from({ length: 4 }, () => random.pick([..."bcdfghjklmnpqrstvwxyz"])).join("");
    return `${letters}${String(random.int(1, 299)).padStart(4, "0")}`;
  });
  const questionIds = Array.from({ length: questionsPerPage }, () => fresh(used.questions, () => random.int(100, 69_999)));
  return { documentId, pageNumber: random.int(1, 40), questionIds };
}

function fresh<T>(used: Set<T>, draw: () => T): T {
  for (;;) {
    const drawn = draw();
    if (used.has(drawn)) continue;
    used.add(drawn);
    return drawn;
  }
}
