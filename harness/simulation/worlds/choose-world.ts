/** Which world a text is about that is neither a task nor a log: a skill, lessons, patches, a description of tasks. */
import type { World } from "../../core/world.ts";
import { contentWords, sharedWords } from "../reading/word-overlap.ts";

/** What a word of a world's subject counts, beside one that only its lessons or habits use. */
const subjectWeight = 2;

/**
 * Prepares the worlds once; the returned function gives the world whose words the text uses most, the first of equals, and undefined when it uses none that tell worlds apart.
 * A word counts the less the more worlds use it, and nothing when all do; worlds that say more are not preferred for that.
 */
export function worldChooser(worlds: readonly World[]): (text: string) => World | undefined {
  const vocabularies = worlds.map((world) => ({ world, words: vocabularyOf(world), subject: contentWords(world.commonplaces.subject) }));
  const users = new Map<string, number>();
  for (const { words } of vocabularies) for (const word of words) users.set(word, (users.get(word) ?? 0) + 1);
  const weighed = vocabularies.map(({ world, words, subject }) => {
    const weights = new Map<string, number>();
    for (const word of words) {
      const rarity = Math.log(worlds.length / (users.get(word) ?? 1));
      if (rarity > 0) weights.set(word, rarity * (subject.has(word) ? subjectWeight : 1));
    }
    const size = Math.sqrt(Array.from(weights.values()).reduce((sum, weight) => sum + weight, 0));
    return { world, weights, size };
  });
  return (text) => {
    const said = contentWords(text);
    let best: { readonly world: World; readonly score: number } | undefined;
    for (const { world, weights, size } of weighed) {
      let score = 0;
      for (const word of said) score += weights.get(word) ?? 0;
      score = size === 0 ? 0 : score / size;
      if (score > (best?.score ?? 0)) best = { world, score };
    }
    return best?.world;
  };
}

function vocabularyOf({ commonplaces, superstitions, wrongTurns, traps }: World): ReadonlySet<string> {
  const { subject, description, title, sections } = commonplaces;
  const lessons = traps.flatMap(({ lesson }) => [...lesson.wordings, ...lesson.sloppy]);
  return contentWords(
    [
      subject,
      description,
      title,
      ...sections.flatMap(({ heading, lines }) => [heading, ...lines]),
      ...traps.flatMap(({ fault, lesson }) => [fault, lesson.title]),
      ...[...lessons, ...superstitions, ...wrongTurns].flatMap((wording) => [wording.title, wording.description, wording.content]),
    ].join("\n"),
  );
}

/** The world whose subject's words the text uses most, the first of equals; undefined when it uses none of any. */
export function worldBySubject(worlds: readonly World[], text: string): World | undefined {
  const said = contentWords(text);
  let best: { readonly world: World; readonly shared: number } | undefined;
  for (const world of worlds) {
    const shared = sharedWords(contentWords(world.commonplaces.subject), said);
    if (shared > (best?.shared ?? 0)) best = { world, shared };
  }
  return best?.world;
}
