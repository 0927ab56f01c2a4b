/** Percentages, rates, circles. */
import { type Fraction, reduced, texOf } from "../../numbers.ts";
import { type FamilySolver, type Job, jobOf, numbersBy } from "../family.ts";

/** An exact amount: whole, or as a fraction. */
const amount = (fraction: Fraction): string => texOf(reduced(fraction));

const startOf = [/price of an? [\w ]+ was (\d+) dollars/i, /rent of an? [\w ]+ was (\d+) dollars/i, /had (\d+) inhabitants/i] as const;
const isUp = (verb: string): boolean => /^(?:raised|grew|rose)$/i.test(verb);

/** Signed percentages in their order. */
function changesIn(text: string): readonly number[] {
  const changes: number[] = [];
  for (const [, verb, percent] of text.matchAll(/(?:\b(raised|grew|rose|lowered|fell|reduced)\b[^.%]*?)?\bby (\d+)%/gi)) {
    // "grew by 10% in the first year and by 20% in the second": the verb before holds on.
    const up = verb === undefined ? (changes.at(-1) ?? 1) > 0 : isUp(verb);
    changes.push(up ? Number(percent) : -Number(percent));
  }
  return changes;
}

export const percentChain: FamilySolver = {
  id: "percent-chain",
  title: "Percentages one after the other",
  traps: ["percent-adds", "last-step", "percent-base"],
  understand(text) {
    const [start] = numbersBy(text, ...startOf) ?? [];
    const [x, y] = changesIn(text);
    if (start !== undefined && x !== undefined && y !== undefined) return chain(start, x, y, /By how many \w+ is it higher/i.test(text));
    const [percent, now] =
      numbersBy(text, /After a discount of (\d+)% an? [\w ]+ costs (\d+) dollars\. How many dollars did it cost before/i) ?? [];
    if (percent === undefined || now === undefined) return undefined;
    return jobOf(["percent-base"], (sprung) => {
      const added = sprung.has("percent-base");
      const answer = amount(added ? { n: now * (100 + percent), d: 100 } : { n: now * 100, d: 100 - percent });
      return {
        lines: [
          `What is paid now is ${now} dollars, after ${percent}% off.`,
          added
            ? `Putting ${percent}% back on ${now} gives ${answer}.`
            : `That is ${100 - percent}% of the old price, so the old price is ${now} * 100/${100 - percent} = ${answer}.`,
          `Before, it was ${answer} dollars.`,
        ],
        answer,
      };
    });
  },
};

function chain(start: number, x: number, y: number, gain: boolean): Job {
  return jobOf(gain ? ["percent-adds", "last-step"] : ["percent-adds"], (sprung) => {
    const added = sprung.has("percent-adds");
    const end: Fraction = added ? { n: start * (100 + x + y), d: 100 } : { n: start * (100 + x) * (100 + y), d: 10_000 };
    const between = amount({ n: start * (100 + x), d: 100 });
    const lines = added
      ? [`The changes of ${x}% and ${y}% make ${x + y}% together.`, `Taken of ${start}, that leads to ${amount(end)}.`]
      : [
          `The change of ${x}% leads from ${start} to ${between}.`,
          `The change of ${y}% is taken of ${between} and leads to ${amount(end)}.`,
        ];
    if (!gain) return { lines: [...lines, `So it is ${amount(end)} now.`], answer: amount(end) };
    if (sprung.has("last-step")) return { lines: [...lines, `It has come to ${amount(end)}.`], answer: amount(end) };
    const more = amount({ n: end.n - start * end.d, d: end.d });
    return { lines: [...lines, `The difference is ${amount(end)} - ${start} = ${more}.`], answer: more };
  });
}

export const rate: FamilySolver = {
  id: "rate",
  title: "Rates and times with units",
  traps: ["unit-mix", "mean-of-speeds"],
  understand(text) {
    const [speed, minutes] = numbersBy(text, /(\d+) kilomet(?:re|er)s per hour\. How many kilomet(?:re|er)s .* in (\d+) minutes/i) ?? [];
    if (speed !== undefined && minutes !== undefined)
      return converted(
        `${minutes} minutes`,
        `${minutes}/60 hours`,
        { n: speed * minutes, d: 60 },
        { n: speed * minutes, d: 1 },
        `Multiplying with ${speed} gives`,
      );
    const [flow, hours] = numbersBy(text, /(\d+) \w+ per minute\. How many .* in (\d+) hours/i) ?? [];
    if (flow !== undefined && hours !== undefined)
      return converted(
        `${hours} hours`,
        `${hours * 60} minutes`,
        { n: flow * hours * 60, d: 1 },
        { n: flow * hours, d: 1 },
        `Multiplying with ${flow} gives`,
      );
    const [far, took] =
      numbersBy(text, /(\d+) kilomet(?:re|er)s in (\d+) minutes\. What is the average speed in kilomet(?:re|er)s per hour/i) ?? [];
    if (far !== undefined && took !== undefined)
      return converted(`${took} minutes`, `${took}/60 hours`, { n: far * 60, d: took }, { n: far, d: took }, `Dividing ${far} by it gives`);
    const [pace, way] = numbersBy(text, /(\d+) kilomet(?:re|er)s per hour\. How many minutes .* for (\d+) kilomet(?:re|er)s/i) ?? [];
    if (pace !== undefined && way !== undefined)
      return converted(
        `${way}/${pace} hours`,
        `${way}/${pace} * 60 minutes`,
        { n: way * 60, d: pace },
        { n: way, d: pace },
        "That comes to",
      );
    const trip = numbersBy(
      text,
      /at (\d+) kilomet(?:re|er)s per hour and back .* at (\d+) kilomet(?:re|er)s per hour\. What is the average speed for the whole/i,
    );
    if (trip === undefined) return undefined;
    const [u = 1, v = 1] = trip;
    return jobOf(["mean-of-speeds"], (sprung) => {
      const mean = sprung.has("mean-of-speeds");
      const answer = amount(mean ? { n: u + v, d: 2 } : { n: 2 * u * v, d: u + v });
      return {
        lines: [
          `One way is driven at ${u}, the other at ${v}.`,
          mean
            ? `Half of ${u} + ${v} is ${answer}.`
            : `Two lengths of the way take 1/${u} + 1/${v} each length, so the speed is 2/(1/${u} + 1/${v}) = ${answer}.`,
          `So the average is ${answer}.`,
        ],
        answer,
      };
    });
  },
};

function converted(given: string, fitting: string, right: Fraction, wrong: Fraction, step: string): Job {
  return jobOf(["unit-mix"], (sprung) => {
    const mixed = sprung.has("unit-mix");
    const answer = amount(mixed ? wrong : right);
    return {
      lines: [
        mixed ? `The time is ${given}.` : `The time is ${given}, in fitting units ${fitting}.`,
        `${step} ${answer}.`,
        `So it is ${answer}.`,
      ],
      answer,
    };
  });
}

const areaPi = [/diameter of (\d+) \w+\. Its area is kpi/i, /diameter of an? \w+ is (\d+)\. What is the area/i] as const;
const volumePi = /diameter of (\d+) \w+ and a height of (\d+) \w+\. Its volume is kpi/i;

export const circle: FamilySolver = {
  id: "circle",
  title: "Circles and areas",
  traps: ["diameter-as-radius", "area-conversion"],
  understand(text) {
    const [d, h] = numbersBy(text, volumePi) ?? numbersBy(text, ...areaPi) ?? [];
    if (d !== undefined) return round(d, h, /in terms of pi/i.test(text));
    const [area] = numbersBy(text, /area of (\d+) square met(?:re|er)s\. How many square centimet(?:re|er)s/i) ?? [];
    if (area === undefined) return undefined;
    return jobOf(["area-conversion"], (sprung) => {
      const length = sprung.has("area-conversion");
      const factor = length ? 100 : 10_000;
      return {
        lines: [
          "One metre has 100 centimetres.",
          length ? "So the factor is 100." : "One square metre has 100 * 100 = 10000 square centimetres.",
          `That gives ${area} * ${factor} = ${area * factor}.`,
        ],
        answer: String(area * factor),
      };
    });
  },
};

function round(d: number, height: number | undefined, withPi: boolean): Job {
  return jobOf(["diameter-as-radius"], (sprung) => {
    const whole = sprung.has("diameter-as-radius");
    const radius: Fraction = whole ? { n: d, d: 1 } : reduced({ n: d, d: 2 });
    const size = amount({ n: radius.n * radius.n * (height ?? 1), d: radius.d * radius.d });
    return {
      lines: [
        whole ? `The circle has r = ${texOf(radius)}.` : `The diameter is ${d}, so the radius is ${texOf(radius)}.`,
        height === undefined ? `The area is pi r^2 = ${size} pi.` : `The volume is pi r^2 * ${height} = ${size} pi.`,
        `The factor of pi is ${size}.`,
      ],
      answer: withPi ? `${size}\\pi` : size,
    };
  });
}
