import { describe, expect, it } from "vitest";
import { encodeRequest, type Frame, frameReader } from "./frames.ts";

const wire = Buffer.concat([
  Buffer.from('{"id":1,"bytes":[3,2]}\n'),
  Buffer.from("abc\n{"),
  Buffer.from('{"id":2,"found":true}\n{"id":3,"bytes":[0]}\n'),
]);

describe("frameReader", () => {
  it("cuts the same frames however the stream is split", () => {
    for (let step = 1; step <= wire.length; step++) {
      const frames: Frame[] = [];
      const feed = frameReader(
        () => 5,
        (frame) => frames.push(frame),
      );
      for (let at = 0; at < wire.length; at += step) feed(wire.subarray(at, at + step));
      expect(frames.map(({ head, bodies }) => [head.id, head.found, bodies.map(String)])).toEqual([
        [1, undefined, ["abc", "\n{"]],
        [2, true, []],
        [3, undefined, [""]],
      ]);
    }
  });

  it("refuses a frame that carries more than is allowed before reading it", () => {
    const feed = frameReader(
      () => 4,
      () => {},
    );
    expect(() => feed(wire.subarray(0, 25))).toThrow("it announced 5 bytes where 4 are allowed");
  });

  it.each(["{}x", "null", "[1]", '{"id":"1"}', '{"bytes":[-1]}', '{"code":256}', '{"signal":"rm -rf"}', '{"token":"short"}'])(
    "refuses %s",
    (line) => {
      const feed = frameReader(
        () => 100,
        () => {},
      );
      expect(() => feed(Buffer.from(`${line}\n`))).toThrow(/it sent/);
    },
  );
});

describe("encodeRequest", () => {
  it("puts the body's length into the line before it", () => {
    expect(encodeRequest({ id: 1, op: "exec" }, Buffer.from("\u00e4")).toString()).toBe('{"id":1,"op":"exec","bytes":2}\n\u00e4');
    expect(encodeRequest({ op: "cancel" }).toString()).toBe('{"op":"cancel"}\n');
  });
});
