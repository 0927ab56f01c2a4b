import { expect, it } from "vitest";
import { mapPaths } from "./map-paths.ts";

const { toHost, toBox } = mapPaths("/var/t/box.1");

it.each([
  ["cat /work/input.xlsx", "cat /var/t/box.1/work/input.xlsx"],
  ["cd /work && ls", "cd /var/t/box.1/work && ls"],
  [`open('/work/a') + open("/tmp/b")`, `open('/var/t/box.1/work/a') + open("/var/t/box.1/tmp/b")`],
  ["x=/skill/scripts;/work", "x=/var/t/box.1/skill/scripts;/var/t/box.1/work"],
  ["/workbooks/a /home/work/b ./work/c a/tmp/b /tmpfs /work-old", "/workbooks/a /home/work/b ./work/c a/tmp/b /tmpfs /work-old"],
])("%s", (inside, outside) => {
  expect(toHost(inside)).toBe(outside);
  expect(toBox(outside)).toBe(inside);
});

it("leaves other paths in outputs alone", () => {
  expect(toBox("/var/t/box.1/worker /var/t/boxx1/work /var/t/box.1/spool")).toBe(
    "/var/t/box.1/worker /var/t/boxx1/work /var/t/box.1/spool",
  );
});
