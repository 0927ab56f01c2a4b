/** Percentages, rates, circles. */
import { inTurn, type Make, type Maker } from "../draft.ts";
import { names, rounds, vehicles, wares } from "../vocabulary.ts";

const tens = [10, 20, 30, 40] as const;

const percentChain: Make = (r, wording) => {
  const base = 100 * r.int(3, 24);
  const [x, y] = [r.pick(tens), r.pick(tens)];
  const ware = r.pick(wares);
  return inTurn(
    [
      {
        text: `The price of a ${ware} was $${base}$ dollars. It was raised by $${x}\\%$ and later lowered by $${y}\\%$. What is the price now, in dollars?`,
        answer: String((base * (100 + x) * (100 - y)) / 10_000),
      },
      {
        text: `A village had $${10 * base}$ inhabitants. Their number grew by $${x}\\%$ in the first year and by $${y}\\%$ in the second year. How many inhabitants did it have after the two years?`,
        answer: String((base * (100 + x) * (100 + y)) / 1000),
      },
      {
        text: `The price of a ${ware} was $${base}$ dollars. It was lowered by $${x}\\%$ and then lowered again by $${y}\\%$. What is the price now, in dollars?`,
        answer: String((base * (100 - x) * (100 - y)) / 10_000),
      },
    ],
    wording,
  );
};

const percentGain: Make = (r) => {
  const base = 100 * r.int(3, 24);
  const [x, y] = [r.pick(tens), r.pick(tens)];
  const text = `The rent of a flat was $${base}$ dollars. It was raised by $${x}\\%$ in spring and raised again by $${y}\\%$ in autumn. By how many dollars is it higher now than at the beginning?`;
  return { text, answer: String((base * (100 + x) * (100 + y)) / 10_000 - base) };
};

const percentBack: Make = (r) => {
  const base = 20 * r.int(4, 30);
  const x = r.pick([10, 20, 25, 40, 50]);
  const text = `After a discount of $${x}\\%$ a ${r.pick(wares)} costs $${(base * (100 - x)) / 100}$ dollars. How many dollars did it cost before the discount?`;
  return { text, answer: String(base) };
};

const rate: Make = (r, wording) => {
  const minutes = r.pick([10, 15, 20, 25, 40, 45, 50, 75]);
  const twelfth = r.int(3, 9);
  const [speed, far] = [12 * twelfth, (twelfth * minutes) / 5];
  const [perMinute, hours] = [r.int(3, 60), r.int(2, 9)];
  const name = r.pick(names);
  const vehicle = r.pick(vehicles);
  return inTurn(
    [
      {
        text: `A ${vehicle} goes at a steady $${speed}$ kilometres per hour. How many kilometres does it cover in $${minutes}$ minutes?`,
        answer: String(far),
      },
      {
        text: `A pump delivers $${perMinute}$ litres per minute. How many litres does it deliver in $${hours}$ hours?`,
        answer: String(perMinute * hours * 60),
      },
      {
        text: `${name} covers $${far}$ kilometres in $${minutes}$ minutes. What is the average speed in kilometres per hour?`,
        answer: String(speed),
      },
      {
        text: `A ${vehicle} goes at a steady $${speed}$ kilometres per hour. How many minutes does it need for $${far}$ kilometres?`,
        answer: String(minutes),
      },
    ],
    wording,
  );
};

const roundTrip: Make = (r) => {
  const [u, v] = r.pick([
    [30, 60],
    [40, 60],
    [20, 30],
    [60, 90],
    [45, 90],
    [60, 20],
    [80, 120],
  ] as const);
  const text = `${r.pick(names)} drives to a lake at $${u}$ kilometres per hour and back along the same road at $${v}$ kilometres per hour. What is the average speed for the whole trip, in kilometres per hour?`;
  return { text, answer: String((2 * u * v) / (u + v)) };
};

const circle: Make = (r, wording) => {
  const radius = r.int(3, 20);
  const height = r.int(2, 9);
  return inTurn(
    [
      {
        text: `A circular ${r.pick(rounds)} has a diameter of $${2 * radius}$ decimetres. Its area is $k\\pi$ square decimetres. Find $k$.`,
        answer: String(radius * radius),
      },
      {
        text: `The diameter of a circle is $${2 * radius}$. What is the area of the circle? Express your answer in terms of $\\pi$.`,
        answer: `${radius * radius}\\pi`,
      },
      {
        text: `A cylindrical can has a diameter of $${2 * radius}$ centimetres and a height of $${height}$ centimetres. Its volume is $k\\pi$ cubic centimetres. Find $k$.`,
        answer: String(radius * radius * height),
      },
    ],
    wording,
  );
};

const areaUnits: Make = (r) => {
  const area = r.int(2, 60);
  const text = `The floor of a workshop has an area of $${area}$ square metres. How many square centimetres is that?`;
  return { text, answer: String(area * 10_000) };
};

export const amountMakers: readonly Maker[] = [
  { family: "percent-chain", modes: [percentChain, percentGain], rare: percentBack },
  { family: "rate", modes: [rate], rare: roundTrip },
  { family: "circle", modes: [circle], rare: areaUnits },
];
