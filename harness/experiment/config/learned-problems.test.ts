import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelNames } from "./cross-check.ts";
import { loadExperiment } from "./load-experiment.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "t2s-learned-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const config = (arm: string, rest = ""): string => `name: exp
benchmarks: [{ id: bench, split: verified/test }]
arms:
  - { name: none }
  - { name: it, guidance: ${arm} }
  - { name: written, guidance: { kind: skill, path: skills/a } }
solvers: [big]
evolution: { author: small, start: { skill: skills/b } }
${rest}`;

async function load(text: string) {
  const file = join(dir, "exp.yaml");
  await writeFile(file, text);
  return await loadExperiment(file);
}
const complaint = async (text: string): Promise<string> =>
  load(text).then(
    () => "accepted",
    (error: Error) => error.message.replace(`${dir}/`, ""),
  );

describe("learned arms in a config", () => {
  it.each([
    [
      "irrelevant text like an arm that is not there",
      config("{ kind: irrelevant, like: writen }"),
      /arms\.1\.guidance\.like: there is no arm "writen"; did you mean "written"\?/,
    ],
    [
      "shuffled text of an arm without a skill",
      config("{ kind: shuffled, of: none }"),
      /arms\.1\.guidance\.of: arm "none" is guided by no skill \(none\)/,
    ],
    ["a control of itself", config("{ kind: shuffled, of: it }"), /arm "it" is guided by no skill \(shuffled\)/],
    ["nothing to edit", config("{ kind: evolved, start: none }"), /arms\.1\.guidance: start "none" leaves nothing to edit/],
    ["no author", config("{ kind: evolved }").replace("author: small, ", ""), /arms\.1\.guidance: author is not set/],
    ["no evolve split", config("{ kind: evolved }").replace("verified/test", "full"), /arms\.1\.guidance: split is not set/],
    ["a batch of one", config("{ kind: evolved, merge: { batch_size: 1 } }"), /merge\.batch_size/],
    ...["0", "1.5", "half", "[all]"].map((bad): [string, string, RegExp] => [
      `require: ${bad}`,
      config(`{ kind: evolved, require: ${bad} }`),
      /arms\.1\.guidance\.require: expected a share of the analyses above 0 and up to 1 \(write \{ share: 0\.9 \}.*\), found /,
    ]),
    ...["0", "1.5", "half"].map((bad): [string, string, RegExp] => [
      `a share of ${bad}`,
      config(`{ kind: evolved, require: { share: ${bad} } }`),
      /arms\.1\.guidance\.require\.share: expected a share of the analyses above 0 and up to 1 \(write \{ share: 0\.9 \}.*\), found /,
    ]),
    ["a misspelt share", config("{ kind: evolved, require: { shar: 1 } }"), /require\.shar: unknown key; did you mean "share"/],
    ["a misspelt setting", config("{ kind: evolved, merge: { batchSize: 4 } }"), /arms\.1\.guidance\.merge\.batchSize/],
    ["an agent that takes no guidance", config("{ kind: evolved }, agent: { kind: nop }"), /takes no guidance/],
    [
      "two arms with equal settings, said in different places",
      `${config("{ kind: evolved, merge: { batch_size: 32 } }")}`.replace(
        "  - { name: none }\n",
        "  - { name: none }\n  - { name: same, guidance: { kind: evolved } }\n",
      ),
      /this arm is the same as "same" but for its name/,
    ],
    [
      "two arms that start from one skill in two spellings",
      config("{ kind: evolved, start: { skill: ./skills/b/ } }").replace(
        "  - { name: none }\n",
        "  - { name: none }\n  - { name: same, guidance: { kind: evolved } }\n",
      ),
      /this arm is the same as "same" but for its name/,
    ],
    ["a written skill in two spellings", config("{ kind: skill, path: ./skills/a/ }"), /this arm is the same as "it" but for its name/],
  ])("are refused: %s", async (_, text, expected) => {
    expect(await complaint(text)).toMatch(expected);
  });

  it("need the models of all their roles, and no others", async () => {
    const text = config("{ kind: evolved, roles: { merger: { model: huge } } }");
    expect(modelNames((await load(text)).spec)).toEqual(["big", "huge", "small"]);
    expect(modelNames((await load(config("{ kind: trajectories }"))).spec)).toEqual(["big", "small"]);
  });
});
