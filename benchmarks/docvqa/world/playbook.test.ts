import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { readComparison } from "../../../harness/simulation/reading/comparison.ts";
import { drawPage } from "../page/draw-page.ts";
import type { TypedText } from "../page/page.ts";
import type { PlannedPage } from "../sample/plan.ts";
import { finalAnswer } from "../score/final-answer.ts";
import { world } from "../world.ts";
import { judge, messageFor, type Posed, pose, poseSample, replyTo } from "./bench.fixture.ts";

const posed = [...poseSample(7, 80), ...poseSample(11, 80)];

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((__, i) => ((bits >> i) & 1) === 1));
}

const sorted = (traps: readonly string[]): readonly string[] => [...traps].sort();

describe("the solver", () => {
  it("answers every question of a sample from its picture", () => {
    for (const one of posed) {
      expect(one.plan?.family, one.draft.question).toBe(one.draft.family);
      const reply = replyTo(one, []);
      expect(finalAnswer(reply), one.draft.question).toBe(one.draft.answer);
      expect(judge(reply, one.draft.answer)).toEqual({ anls: true, rrc: true });
    }
  });

  it("knows the traps that are laid on a page", () => {
    for (const { plan, draft } of posed) expect(sorted(plan?.traps ?? []), draft.question).toEqual(sorted(draft.hazards));
  });

  it("is really wrong with any of them sprung, and every choice of them shows in its working", () => {
    for (const one of posed) {
      const choices = subsets(one.plan?.traps ?? []);
      const replies = choices.map((sprung) => replyTo(one, sprung));
      expect(new Set(replies).size, one.draft.question).toBe(choices.length);
      choices.forEach((sprung, i) => {
        const wrong = sprung.length > 0;
        expect(judge(replies[i] ?? "", one.draft.answer), `${one.draft.question} ${sprung.join()}`).toEqual({ anls: !wrong, rrc: !wrong });
      });
    }
  });

  it("meets every family and every trap in either half", () => {
    for (const half of ["evolve", "test"] as const) {
      const own = posed.filter(({ page }) => page.half === half).slice(0, 40);
      expect(new Set(own.map(({ draft }) => draft.family))).toEqual(new Set(world.families.map((f) => f.id)));
      for (const trap of world.traps) {
        const hits = own.filter(({ draft }) => draft.hazards.includes(trap.id)).length;
        expect(hits, `${trap.id} in ${half}`).toBeGreaterThanOrEqual(1);
        if (trap.prevalence === "idiosyncratic") expect(hits, `${trap.id} in ${half}`).toBeLessThanOrEqual(2);
        else expect(hits, `${trap.id} in ${half}`).toBeGreaterThanOrEqual(2);
      }
    }
  });

  it("leaves signs that its traps name", () => {
    for (const one of posed)
      for (const trap of one.plan?.traps ?? []) {
        const { signs } = readComparison(`FAIL\nexpected "${one.draft.answer}", got "${finalAnswer(replyTo(one, [trap]))}"`);
        expect(world.traps.find((t) => t.id === trap)?.signs, `${trap}: ${one.draft.question}`).toEqual(
          expect.arrayContaining([...(signs ?? [])]),
        );
      }
  });
});

describe("reading", () => {
  it("is from a log as well: a reply quotes what it was read from", () => {
    for (const one of posed.slice(0, 40))
      for (const sprung of subsets(one.plan?.traps ?? [])) {
        const log = `# Log\n\n## User\n\n${messageFor(one.draft.question)}\n\n## Reply\n\n${replyTo(one, sprung)}\n\nThat was wrong.\n`;
        const plan = world.playbook?.open(log)?.plan(log);
        for (const other of subsets(one.plan?.traps ?? [])) expect(plan?.answer?.(new Set(other))).toBe(replyTo(one, other));
      }
  });

  it("is from a log in which line breaks are written out, too", () => {
    const [one] = posed;
    if (one === undefined) throw new Error("no question");
    const log = `${messageFor(one.draft.question)}\n{"answer": ${JSON.stringify(replyTo(one, []))}}`;
    expect(world.playbook?.open(log)?.plan(log)?.answer?.(new Set())).toBe(replyTo(one, []));
  });

  it("gives no plan without a picture, and none of pictures it cannot read", () => {
    const [one] = posed;
    if (one === undefined) throw new Error("no question");
    const open = (pictures: readonly Uint8Array[]) => world.playbook?.open(messageFor(one.draft.question), pictures);
    const half = halved(one.picture);
    for (const pictures of [[], [new Uint8Array([1, 2, 3])], [one.picture.slice(0, 400)], [half]]) {
      const approach = open(pictures);
      expect(approach?.plan("")).toBeUndefined();
      expect(judge(approach?.guess ?? "", one.draft.answer)).toEqual({ anls: false, rrc: false });
    }
    expect(open([half, one.picture])?.plan("")?.family).toBe(one.draft.family);
  });

  it("leaves alone what is no task of this benchmark", () => {
    expect(world.playbook?.open("Solve x + 2 = 5.")).toBeUndefined();
    expect(world.playbook?.open("### question\nHow many?\n\n### answer_format\nA number.\n")).toBeUndefined();
    expect(world.playbook?.open("### instruction\nx\n### spreadsheet_path\n/work/input.xlsx")).toBeUndefined();
  });

  it("does not claim to understand other questions", () => {
    const [one] = posed;
    if (one === undefined) throw new Error("no question");
    for (const question of ["What colour is the logo?", "Is there a map on the page?", "How many words does the page have?"])
      expect(world.playbook?.open(messageFor(question), [one.picture])?.plan(""), question).toBeUndefined();
  });
});

/** The picture at half its size, each pixel the mean of four, as resizing leaves it. */
function halved(picture: Uint8Array): Uint8Array {
  const from = PNG.sync.read(Buffer.from(picture));
  const to = new PNG({ width: Math.floor(from.width / 2) - 7, height: Math.floor(from.height / 2) - 9 });
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++)
      for (let channel = 0; channel < 4; channel++) {
        const [u, v] = [Math.floor((x * from.width) / to.width), Math.floor((y * from.height) / to.height)];
        to.data[4 * (y * to.width + x) + channel] = from.data[4 * (v * from.width + u) + channel] ?? 0;
      }
  return PNG.sync.write(to);
}

describe("understanding", () => {
  /** The page and its questions with some words changed everywhere. */
  function changed(one: Posed, change: (text: string) => string): Posed {
    const texts = one.page.page.texts.map((typed): TypedText => {
      const text = change(typed.text);
      // Figures end where they ended.
      return /^[\d.,]+$/.test(typed.text) ? { ...typed, text, column: typed.column + typed.text.length - text.length } : { ...typed, text };
    });
    const page: PlannedPage = { ...one.page, page: { ...one.page.page, texts } };
    const draft = { ...one.draft, question: change(one.draft.question), answer: change(one.draft.answer) };
    return pose(page, drawPage(page.page), draft);
  }

  it("survives other figures", () => {
    // Every digit but the first of a figure becomes another one; years stay years.
    const other = (text: string) =>
      text.replace(/\d[\d,.]*/g, (figure) =>
        /^(?:19|20)\d\d$/.test(figure) ? figure : figure.replace(/(?!^)\d/g, (digit) => String((Number(digit) * 7 + 3) % 10)),
      );
    for (const one of posed.slice(0, 40).filter(({ draft }) => draft.family !== "table-extreme" && draft.family !== "letter-date")) {
      const turned = changed(one, other);
      expect(turned.plan?.family, turned.draft.question).toBe(one.draft.family);
      expect(finalAnswer(replyTo(turned, [])), turned.draft.question).toBe(turned.draft.answer);
    }
  });

  it("survives other names", () => {
    const names: Readonly<Record<string, string>> = {
      Policy: "Charter",
      Permit: "Rental",
      Branch: "Harbor",
      Type: "Kind",
      Applicant: "Tenant",
      Received: "Carried",
      Shift: "Night",
      Contact: "Signal",
      Inspector: "Examiner",
      Weight: "Burden",
      Capacity: "Volume",
      Unit: "List",
      Price: "Costs",
      Brass: "Steel",
      Hemp: "Jute",
      Oak: "Elm",
      Kessel: "Torvik",
      Saltmarsh: "Fenwick",
      Marlow: "Darrow",
      Herring: "Haddock",
      Lime: "Chalk",
    };
    const other = (text: string) => text.replace(/[A-Z][a-z]+/g, (word) => names[word] ?? word);
    let renamed = 0;
    for (const one of posed.slice(0, 40)) {
      const turned = changed(one, other);
      if (turned.draft.question !== one.draft.question || turned.draft.answer !== one.draft.answer) renamed++;
      expect(turned.plan?.family, turned.draft.question).toBe(one.draft.family);
      expect(finalAnswer(replyTo(turned, [])), turned.draft.question).toBe(turned.draft.answer);
    }
    expect(renamed).toBeGreaterThan(7);
  });
});

it("task texts name no family, trap or hazard", () => {
  const ids = [...world.families.map((f) => f.id), ...world.traps.map((t) => t.id), "hazard", "synthetic", "simulat"];
  for (const { draft } of posed) for (const id of ids) expect(messageFor(draft.question)).not.toContain(id);
});
