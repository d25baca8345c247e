// Examples made of words, parted so that those held out for the test are new combinations of words that the training has, too.

import { at } from "../indexing";
import { Random } from "../random";

/** How examples are parted. */
interface HoldOut<Example extends object> {
  /** The words of an example, each once. */
  readonly wordsOf: (example: Example) => readonly string[];
  /** How many are held out at most. */
  readonly size: number;
  /** In so many others each word of one that is held out stays at least. */
  readonly leastUses: number;
  /** Which may be held out. Default: all. */
  readonly mayBeHeldOut?: (example: Example) => boolean;
  readonly seed: number;
}

/** Takes examples out at random for the test, as long as all their words stay in enough others. */
export function holdOut<Example extends object>(
  examples: readonly Example[],
  { wordsOf, size, leastUses, mayBeHeldOut = () => true, seed }: HoldOut<Example>,
): { train: Example[]; test: Example[] } {
  const uses = new Map<string, number>();
  const count = (words: readonly string[], by: number): void => {
    for (const word of words) uses.set(word, (uses.get(word) ?? 0) + by);
  };
  for (const example of examples) count(wordsOf(example), 1);
  const [train, test]: [Example[], Example[]] = [[], []];
  for (const place of new Random(seed).shuffle(examples.map((_, i) => i))) {
    const example = at(examples, place);
    const words = wordsOf(example);
    const isKnown = words.every((word) => (uses.get(word) ?? 0) > leastUses);
    if (test.length === size || !mayBeHeldOut(example) || !isKnown) train.push(example);
    else {
      test.push(example);
      count(words, -1);
    }
  }
  return { train, test };
}
