import { describe, expect, it } from "vitest";
import { describeValue } from "./cell-value.ts";
import { dateFromSerial, durationFromSerial, EPOCH_1900, EPOCH_1904, fromIsoText } from "./excel-date.ts";
import { formatKind, formatKindOf } from "./number-format.ts";

const shown = (value: Parameters<typeof describeValue>[0] | undefined) => (value === undefined ? undefined : describeValue(value));

describe("number formats", () => {
  it.each([
    ["yyyy-mm-dd", "date"],
    ["d", "date"],
    ["0.00", "number"],
    ["General", "number"],
    ['0.0" days"', "number"],
    ["[Red]0", "number"],
    ["[$-409]0.00", "number"],
    ["[$-409]d/m/y", "date"],
    ["0;d", "number"],
    ["d;0", "date"],
    ["0_d", "number"],
    ["0\\d", "number"],
    ["\\d0", "number"],
    ["0.00E+00", "number"],
    ["#,##0.00 [$USD]", "number"],
    ["h:mm AM/PM", "date"],
    ["[h]:mm", "duration"],
    ["[hh]:mm:ss", "duration"],
    ["[mm]:ss", "duration"],
    ["[ss]", "duration"],
    // An upper-case group is stripped as if it were a locale; only the rest can make a date of it.
    ["[H]:mm", "duration"],
    ["[H]", "number"],
    ["S", "date"],
    ["", "number"],
  ])("%s is a %s format", (code, kind) => expect(formatKind(code)).toBe(kind));

  it("knows the built-in ids, lets custom formats win and leaves the CJK ids alone", () => {
    const none = new Map<number, string>();
    expect([0, 9, 14, 17, 20, 22, 45, 46, 47, 49].map((id) => formatKindOf(id, none))).toEqual(
      "number number date date date date date duration date number".split(" "),
    );
    expect([27, 31, 36, 50, 58, 163].map((id) => formatKindOf(id, none))).toEqual(Array(6).fill("number"));
    expect(formatKindOf(14, new Map([[14, "0"]]))).toBe("number");
  });
});

describe("serial numbers", () => {
  it.each([
    [45000, "2023-03-15 00:00:00"],
    [45000.5, "2023-03-15 12:00:00"],
    [0, "00:00:00"],
    [0.5, "12:00:00"],
    [0.5000001, "12:00:00.009000"],
    [0.999999999, "1900-01-01 00:00:00"], // rounds up to a full day, is no time of day any more and is shifted
    [1, "1900-01-01 00:00:00"],
    [59, "1900-02-28 00:00:00"],
    [60, "1900-02-28 00:00:00"],
    [61, "1900-03-01 00:00:00"],
    [-1, "1899-12-29 00:00:00"],
    [-0.25, "1899-12-29 18:00:00"],
    [2958465.5, "9999-12-31 12:00:00"],
    [2958465.999999999, undefined],
    [2958466, undefined],
    [-693594, undefined],
    [1e300, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])("%d reads as %s", (serial, text) => expect(shown(dateFromSerial(serial, EPOCH_1900))).toBe(text));

  it("counts from 1904 without the leap-year shift", () => {
    expect([0.5, 1, 59, 60].map((serial) => shown(dateFromSerial(serial, EPOCH_1904)))).toEqual([
      "12:00:00",
      "1904-01-02 00:00:00",
      "1904-02-29 00:00:00",
      "1904-03-01 00:00:00",
    ]);
  });

  it("makes durations of elapsed-time formats", () => {
    expect([1.5, -0.25, 0.0000000001, 1 / 3, 1e12].map((serial) => shown(durationFromSerial(serial)))).toEqual([
      "1 days 12:00:00",
      "-1 days 18:00:00",
      "0 days 00:00:00",
      "0 days 08:00:00",
      undefined,
    ]);
  });
});

describe("ISO texts", () => {
  it.each([
    ["2023-03-15", "2023-03-15"],
    ["2023-03-15T00:00:00", "2023-03-15 00:00:00"],
    ["2023-03-15T12:30", "2023-03-15 12:30:00"],
    ["2023-03-15T12:30:01.5Z", "2023-03-15 12:30:01.500000"],
    ["12:00:00", "12:00:00"],
    ["2023-03-15 and more", "2023-03-15"],
    ["PT1H2M3.5S", "0 days 01:02:03.500000"],
    ["PT30H", "1 days 06:00:00"],
    ["PT", undefined],
    ["2023-02-30", undefined],
    ["24:00:00", undefined],
    ["15/03/2023", undefined],
  ])("%s reads as %s", (text, value) => expect(shown(fromIsoText(text))).toBe(value));
});
