import { describe, expect, it } from "vitest";
import type { CommandResult } from "../core/contract.ts";
import { limitsSpecSchema, reactSpecSchema } from "../core/spec.ts";
import { cutMiddle, describeCommand } from "./observation.ts";
import { resolveReactOptions } from "./react-options.ts";

const options = resolveReactOptions(reactSpecSchema.parse({ kind: "react" }), limitsSpecSchema.parse({}));
const ran = (result: Partial<CommandResult>): CommandResult => ({
  stdout: "",
  stderr: "",
  exitCode: 0,
  timedOut: false,
  dropped: { stdout: 0, stderr: 0 },
  ...result,
});
const shown = (result: Partial<CommandResult>): string => describeCommand(ran(result), options, (name) => `<${name}>`).text;

describe("describeCommand", () => {
  it.each<[Partial<CommandResult>, string]>([
    [{ stdout: "a\n" }, "a"],
    [{ stdout: "a\n", stderr: "b\n" }, "a\n\n[STDERR]\nb"],
    [{ stderr: "b\n" }, "b"],
    [{ stdout: "a", exitCode: 2 }, "a\n[Exit code: 2]"],
    [{ exitCode: 1 }, "[Exit code: 1]"],
    [{}, "<no-output>"],
    [{ stdout: " \n" }, "<no-output>"],
    [{ exitCode: null, signal: "SIGKILL" }, "[Killed by signal SIGKILL]"],
    [{ exitCode: null }, "[Killed by signal unknown]"],
    [{ stdout: "a", exitCode: null, timedOut: true }, "a\n<command-timeout>"],
    [{ stdout: "a", dropped: { stdout: 5, stderr: 0 } }, "a\n<output-dropped>"],
    [{ exitCode: null, signal: "SIGKILL", boxDied: "gone" }, "[The sandbox did not survive: gone]"],
  ])("%j becomes %j", (result, text) => {
    expect(shown(result)).toBe(text);
  });
});

describe("cutMiddle", () => {
  const notice = (elided: number) => `[${elided}]`;

  it("counts characters, not UTF-16 units, and cuts none in two", () => {
    expect(cutMiddle("😀".repeat(10), 10, notice)).toEqual({ text: "😀".repeat(10), elided: 0 });
    expect(cutMiddle(`a${"😀".repeat(10)}`, 5, notice)).toEqual({ text: `a😀😀\n[6]\n😀😀`, elided: 6 });
  });

  it("leaves what fits", () => {
    expect(cutMiddle("abc", 3, notice)).toEqual({ text: "abc", elided: 0 });
    expect(cutMiddle("abcd", 2, notice)).toEqual({ text: "a\n[2]\nd", elided: 2 });
  });
});
