import { describe, expect, it } from "vitest";
import { modelSpecSchema, reactSpecSchema } from "../core/spec.ts";
import { createModel } from "../model/create-model.ts";
import type { Brain, BrainRequest } from "../simulation/contract.ts";
import { startSimulatedServer } from "../simulation/server.ts";
import { act, play, type Setting, skeletonPrompts } from "./episode.fixture.ts";

const spec = modelSpecSchema.parse({ name: "m", provider: "simulated", persona: "p", max_attempts: 2 });

/** A brain that answers by the number of assistant turns it can see, as a real model would have to. */
function brainOf(answer: (turn: number, request: BrainRequest) => ReturnType<Brain["reply"]>): Brain {
  return {
    models: ["m"],
    reply: (request) => answer(request.messages.filter((message) => message.role === "assistant").length, request),
  };
}

const says = (text: string) => ({ text, finishReason: "stop" as const });
const calls = (name: string, given: { readonly [key: string]: unknown }) => ({
  text: "",
  toolCalls: [{ name, arguments: given }],
  finishReason: "tool_calls" as const,
});

async function playOverHttp(brain: Brain, setting: Setting = {}, server: { contextTokens?: number } = {}) {
  await using endpoint = await startSimulatedServer({ brain, ...server });
  const model = createModel(spec, { env: {}, simulatedUrl: endpoint.url });
  await using episode = await play([], { ...setting, input: { model, ...setting.input } });
  return await episode.run;
}

describe("over HTTP, through the real client", () => {
  it("finishes in the text protocol; the stop sequence keeps invented observations out", async () => {
    const invented = `${act("printf 7 > out.txt; cat out.txt")}\nObservation: 8\nACTION: TASK_COMPLETE`;
    const brain = brainOf((turn, { messages }) =>
      turn === 0
        ? { ...says(invented), reasoning: "let me see" }
        : says(`It says ${messages.at(-1)?.text.replace("Observation: ", "")}.\nACTION: TASK_COMPLETE`),
    );
    const { exit, answer, trajectory, calls: metas } = await playOverHttp(brain);
    expect({ exit, answer }).toEqual({ exit: "completed", answer: "It says 7." });
    expect(trajectory.steps[0]).toMatchObject({ reasoning: "let me see", observation: "7" });
    expect(trajectory.steps[0]?.reply).not.toContain("8");
    expect(trajectory.steps.every((step) => step.usage.calls === 1 && step.usage.promptTokens > 0)).toBe(true);
    expect(metas).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
  });

  it("finishes in the tools protocol, past a call that is no use", async () => {
    const brain = brainOf((turn, { tools }) => {
      if (turn === 0) return calls("python", { tools });
      return turn === 1 ? calls("bash", { command: "echo 1 > out.txt" }) : calls("complete", { answer: "1" });
    });
    const { exit, answer, trajectory } = await playOverHttp(brain, { spec: { protocol: "tools" } });
    expect({ exit, answer }).toEqual({ exit: "completed", answer: "1" });
    expect(trajectory.steps[0]).toMatchObject({ action: { arguments: { tools: ["bash", "complete"] } } });
  });

  it("meets a real context overflow, shortens, and goes on", async () => {
    const filler = act("printf '%05000d' 0");
    const brain = brainOf((turn) => (turn < 3 ? says(filler) : turn === 3 ? says(act("echo 1 > out.txt")) : says("ACTION: TASK_COMPLETE")));
    const mended = reactSpecSchema.parse({ kind: "react" });
    const released = reactSpecSchema.parse({ kind: "react", preset: "as-released" });
    const window = { contextTokens: 3000 };
    const { exit, trajectory } = await playOverHttp(brain, { input: { prompts: await skeletonPrompts(mended) } }, window);
    expect(exit).toBe("completed");
    expect(trajectory.steps).toHaveLength(5);
    const full = await playOverHttp(brain, { spec: released, input: { prompts: await skeletonPrompts(released) } }, window);
    expect(full.exit).toBe("context-overflow");
    expect(full.trajectory.steps).toHaveLength(3);
  });

  it("throws what the endpoint cannot do as an infrastructure error", async () => {
    const brain = brainOf(() => ({ error: { status: 401, message: "bad key" } }));
    await expect(playOverHttp(brain)).rejects.toMatchObject({ name: "ModelError", errorClass: "auth" });
  });

  it("gives equal trajectories for equal episodes", async () => {
    const brain = brainOf((turn, { seed }) =>
      turn === 0 ? says(act(`echo ${seed} | tee out.txt`)) : says("Done.\nACTION: TASK_COMPLETE"),
    );
    const first = await playOverHttp(brain);
    expect((await playOverHttp(brain)).trajectory).toEqual(first.trajectory);
    expect(first.trajectory.steps[0]?.observation).toBe("41");
  });
});
