import { strict as assert } from "node:assert";
import { editDistance, Random, wordErrorRate } from "cellwise";

/** By the definition: the last items are the same, or one is removed, inserted or exchanged. */
function byDefinition(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  const exchanged = byDefinition(restA, restB) + Number(a.at(-1) !== b.at(-1));
  return Math.min(exchanged, byDefinition(restA, b) + 1, byDefinition(a, restB) + 1);
}

describe("editDistance", () => {
  const known: readonly [a: string, b: string, distance: number][] = [
    ["kitten", "sitting", 3],
    ["Saturday", "Sunday", 3],
    ["", "abc", 3],
    ["abc", "", 3],
    ["same", "same", 0],
    ["flaw", "lawn", 2],
    ["🙂a", "🙃a", 1], // one character, of two UTF-16 units
  ];
  for (const [a, b, distance] of known)
    it(`of "${a}" and "${b}" is ${distance}`, () => assert.equal(editDistance(a, b), distance));

  it("is that of the definition, of lists of numbers", () => {
    const random = new Random(1);
    const sequence = () => Array.from({ length: random.below(6) }, () => random.below(3));
    for (let i = 0; i < 50; i++) {
      const [a, b] = [sequence(), sequence()];
      assert.equal(editDistance(a, b), byDefinition(a, b), `${a} and ${b}`);
    }
  });
});

describe("wordErrorRate", () => {
  it("is the edits for each word of the right texts, over all texts", () => {
    // One word exchanged, one left out, one too many: 3 for 6 words.
    assert.equal(wordErrorRate(["one two three", "four five six"], ["one too", "four five  six\nsix"]), 0.5);
    assert.equal(wordErrorRate(["one"], ["one"]), 0);
    assert.equal(wordErrorRate(["one", ""], ["", "two three"]), 3);
  });

  it("says what is missing", () => {
    assert.throws(() => wordErrorRate(["one"], []), /1 right texts and 0 recognised/);
    assert.throws(() => wordErrorRate([" "], ["one"]), /the 1 right texts are empty/);
  });
});
