import { describe, expect, it } from "vitest";
import { ModelError } from "../core/errors.ts";
import type { Admission, EndpointLimits, Gate } from "../core/gate.ts";
import { sha256 } from "../core/json.ts";
import { type AskingGate, askedGate, askingGate, gateReplySchema, gateRequestSchema } from "./child-gate.ts";

const endpoint: EndpointLimits = { key: sha256("m"), concurrency: 1, rpm: 5 };

/** A child whose every line is written and read as between processes. */
function childOf(gate: Gate): { child: AskingGate; gone(): void } {
  const child = askingGate();
  const parent = askedGate(gate, (reply) => child.hear(gateReplySchema.parse(JSON.parse(JSON.stringify(reply)))));
  child.connect((request) => parent.hear(gateRequestSchema.parse(JSON.parse(JSON.stringify(request)))));
  return { child, gone: parent.gone };
}

/** Lets one at a time through, and remembers how calls ended. */
function oneByOne() {
  const waiting: (() => void)[] = [];
  const ends: unknown[] = [];
  let busy = false;
  const next = (): void => {
    if (busy) return;
    const one = waiting.shift();
    busy = one !== undefined;
    one?.();
  };
  const gate: Gate = {
    admit: (_endpoint, tokens, signal) =>
      new Promise<Admission>((resolve, reject) => {
        const grant = (): void =>
          resolve({
            at: tokens,
            end(how) {
              ends.push(how);
              busy = false;
              next();
            },
          });
        signal?.addEventListener("abort", () => {
          waiting.splice(waiting.indexOf(grant), 1);
          reject(signal.reason);
        });
        waiting.push(grant);
        next();
      }),
  };
  return { gate, ends, waiting };
}

describe("the gate of a worker process", () => {
  it("is its parent's: several children share it, and what a call used comes back", async () => {
    const { gate, ends } = oneByOne();
    const [a, b] = [childOf(gate), childOf(gate)];
    const first = await a.child.admit(endpoint, 10);
    const second = b.child.admit(undefined, 20);
    expect(first.at).toBe(10);
    first.end({ tokens: 12, pauseMs: 5 });
    expect((await second).at).toBe(20);
    expect(ends).toEqual([{ tokens: 12, pauseMs: 5 }]);
  });

  it("takes back what a caller no longer waits for, and all of a process that is gone", async () => {
    const { gate, waiting } = oneByOne();
    const [a, b] = [childOf(gate), childOf(gate)];
    await a.child.admit(endpoint, 1);
    const controller = new AbortController();
    const left = b.child.admit(endpoint, 2, controller.signal);
    const third = b.child.admit(endpoint, 3);
    controller.abort(new Error("no longer wanted"));
    await expect(left).rejects.toThrow("no longer wanted");
    expect(waiting).toHaveLength(1);
    a.gone();
    expect((await third).at).toBe(3);
  });

  it("refuses with the error's own class", async () => {
    const refusing: Gate = { admit: () => Promise.reject(new ModelError("the budget is used up", "budget")) };
    const refused = await childOf(refusing)
      .child.admit(endpoint, 1)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ModelError);
    expect(refused).toMatchObject({ message: "the budget is used up", errorClass: "budget" });
  });
});
