import { describe, expect, it } from "vitest";
import { ModelError } from "../core/errors.ts";
import type { Clock } from "./clock.ts";
import { act, play } from "./episode.fixture.ts";
import { createReactAgent } from "./react-agent.ts";
import type { ScriptedReply } from "./scripted-model.ts";

/** A clock that stands still until it is moved; alarms that fall due ring at once. */
function handClock(): Clock & { move(ms: number): void; readonly alarms: number } {
  let now = 1000;
  const alarms = new Set<{ at: number; ring: () => void }>();
  return {
    now: () => now,
    after: (ms, ring) => {
      const alarm = { at: now + ms, ring };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    move: (ms) => {
      now += ms;
      for (const alarm of alarms) if (alarm.at <= now) alarm.ring();
    },
    get alarms() {
      return alarms.size;
    },
  };
}

/** A reply that takes its time. */
function arriving(clock: { move(ms: number): void }, ms: number, reply: string): () => Promise<string> {
  return async () => {
    clock.move(ms);
    return reply;
  };
}

const result = { stdout: "out", stderr: "", exitCode: 0, timedOut: false, dropped: { stdout: 0, stderr: 0 } };
const limits = { episode_minutes: 1, command_timeout_s: 50 };

describe("the episode's time limit", () => {
  it("ends before the next call and gives a command no more than what is left", async () => {
    const clock = handClock();
    const allowed: number[] = [];
    await using episode = await play(Array(5).fill(act("work")), {
      agent: createReactAgent(clock),
      limits,
      box: {
        exec: async (_command, { timeoutMs }) => {
          allowed.push(timeoutMs);
          clock.move(25_000);
          return result;
        },
      },
    });
    const { exit, trajectory } = await episode.run;
    expect([exit, allowed]).toEqual(["time-limit", [50_000, 35_000, 10_000]]);
    expect(trajectory.steps).toHaveLength(3);
    expect(clock.alarms).toBe(0);
  });

  it("aborts a call under way", async () => {
    const clock = handClock();
    await using episode = await play(
      [
        act("work"),
        (_request, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener("abort", () => reject(new ModelError("aborted", "aborted")));
            clock.move(60_000);
          }),
      ],
      { agent: createReactAgent(clock), limits, box: { exec: async () => result } },
    );
    expect(await episode.run).toMatchObject({ exit: "time-limit", trajectory: { steps: [{ turn: 1 }] } });
  });

  it("leaves the output of a command out that it cut short, because that depends on the clock", async () => {
    const clock = handClock();
    await using episode = await play([arriving(clock, 30_000, act("slow"))], {
      agent: createReactAgent(clock),
      limits,
      box: { exec: async () => ({ ...result, exitCode: null, timedOut: true }) },
    });
    const { exit, trajectory } = await episode.run;
    expect(exit).toBe("time-limit");
    expect(trajectory.steps[0]).toMatchObject({ action: { tool: "bash" } });
    expect(trajectory.steps[0]).not.toHaveProperty("observation");
  });

  it("does not start a command after its end, but honours a completion that came in time to be read", async () => {
    const late = handClock();
    await using command = await play([arriving(late, 60_001, act("work"))], { agent: createReactAgent(late), limits });
    expect([(await command.run).exit, command.commands.length]).toEqual(["time-limit", 0]);
    const clock = handClock();
    await using completion = await play([arriving(clock, 60_001, "ACTION: TASK_COMPLETE")], {
      agent: createReactAgent(clock),
      limits,
      input: { harvest: [{ path: "out.txt", maxBytes: 1 }] },
      box: { exists: async () => true },
    });
    expect((await completion.run).exit).toBe("completed");
  });

  it("stands still while a call waits for its turn at the endpoint, and goes on when it was sent", async () => {
    const clock = handClock();
    const allowed: number[] = [];
    const waits =
      (ms: number, reply: string): ScriptedReply =>
      async ({ onWait }) => {
        onWait?.(true);
        clock.move(ms);
        onWait?.(false);
        clock.move(10_000);
        return reply;
      };
    await using episode = await play([waits(3_600_000, act("work")), waits(3_600_000, act("work")), waits(1, act("work"))], {
      agent: createReactAgent(clock),
      limits,
      box: {
        exec: async (_command, { timeoutMs }) => {
          allowed.push(timeoutMs);
          clock.move(15_000);
          return result;
        },
      },
    });
    expect((await episode.run).exit).toBe("time-limit");
    expect(allowed).toEqual([50_000, 25_000]);
    expect(clock.alarms).toBe(0);
  });
});
