import { strict as assert } from "node:assert";
import { type BleuOptions, bleu } from "cellwise";
import { close } from "../small-models";

/** The first example of the paper's, in small letters, as it counts. */
const GUIDE = {
  better: "it is a guide to action which ensures that the military always obeys the commands of the party",
  worse: "it is to insure the troops forever hearing the activity guidebook that party direct",
  right: [
    "it is a guide to action that ensures that the military will forever heed party commands",
    "it is the guiding principle which guarantees the military forces always being under the command of the party",
    "it is the practical guide for the army always to heed the directions of the party",
  ],
};
const words = (count: number, word = "a") => Array.from({ length: count }, () => word);

describe("bleu", () => {
  it("counts the runs of Papineni et al.'s examples as they do (2002, section 2.1)", () => {
    assert.deepEqual(bleu([GUIDE.right], [GUIDE.better]).precisions.slice(0, 2), [17 / 18, 10 / 17]);
    assert.deepEqual(bleu([GUIDE.right], [GUIDE.worse]).precisions.slice(0, 2), [8 / 14, 1 / 13]);
    const cat = bleu([["the cat is on the mat", "there is a cat on the mat"]], ["the the the the the the the"]);
    assert.deepEqual([cat.precisions.slice(0, 2), cat.score], [[2 / 7, 0], 0]);
  });

  it("asks for the nearest length, of two the shorter, over all texts (section 2.2)", () => {
    // The paper's: right texts of 12, 15 and 17 words, a translation of 12.
    assert.equal(bleu([[words(17), words(12), words(15)]], [words(12)]).brevityPenalty, 1);
    assert.equal(bleu([[words(12), words(8)]], [words(10)]).brevityPenalty, 1);
    assert.equal(bleu([[words(12)]], [words(8)]).brevityPenalty, Math.exp(1 - 12 / 8));
    // 16 words for 16: what is too long makes up for what is too short.
    assert.equal(bleu([[words(12)], [words(4)]], [words(8), words(8)]).brevityPenalty, 1);
  });

  it("is the mean of the precisions of the whole set, not of its texts", () => {
    const { score, precisions } = bleu([["a b c"], ["d e"]], ["a b c", "e d"], { longest: 2 });
    assert.deepEqual(precisions, [1, 2 / 3]);
    close(score, Math.sqrt(2 / 3), 1e-12);
  });

  const book = {
    guess: "he read the book because he was interested in world history",
    right: ["he was interested in world history because he read the book"],
  };
  const long = { truths: [GUIDE.right, book.right], guesses: [GUIDE.better, book.guess] };
  const short = {
    truths: [["rotes Herz"], ["Frau mit rotem Hut"], ["Katze mit Tränen vor Lachen"], ["grünes Buch"], ["Wal"]],
    guesses: ["rotes Herz", "Frau mit Hut", "lachende Katze mit Tränen", "blaues Buch", "Wal"],
  };
  const brief = {
    truths: [
      ["the cat sat on the mat", "the cat was sitting on the mat today"],
      ["a dog ran over there", "a dog ran"],
      ["a bird"],
      ["it is on the mat on the floor", "on the floor"],
    ],
    guesses: ["the cat sat on the mat", "a dog", "", "on the on the on the"],
  };
  // By sacrebleu 2.6.0, corpus_score with tokenize="none"; smooth_method="add-k", smooth_value=1 for "add-one". nltk 3.10.4 gives
  // the same for `long`; of texts with fewer than four words it counts runs that they do not have.
  const expected: readonly [typeof long, BleuOptions["smoothing"], score: number, brevityPenalty: number][] = [
    [long, "none", 0.5920778868801044, 1],
    [long, "add-one", 0.6108780048582718, 1],
    [short, "none", 0, 0.846481724890614],
    [short, "add-one", 0.5084839876059108, 0.846481724890614],
    [brief, "none", 0.43960989387791216, 0.6996725373751302],
    [brief, "add-one", 0.4702684117666521, 0.6996725373751302],
  ];
  for (const [{ truths, guesses }, smoothing = "none", score, brevityPenalty] of expected)
    it(`is sacrebleu's, with smoothing "${smoothing}": ${score.toFixed(3)}`, () => {
      const found = bleu(truths, guesses, { smoothing });
      close(found.score, score, 1e-12);
      close(found.brevityPenalty, brevityPenalty, 1e-12);
    });

  it("takes tokens too, and tells numbers from texts", () => {
    const tokens = bleu([[Int32Array.of(1, 2, 3, 4, 5)]], [[1, 2, 3, 4, 6]]);
    assert.deepEqual(tokens.precisions, [4 / 5, 3 / 4, 2 / 3, 1 / 2]);
    assert.equal(bleu([[["1", "2"]]], [[1, 2]]).precisions[0], 0);
  });

  it("of nothing is 0, of the right texts 1", () => {
    const { score, brevityPenalty } = bleu([["a b"]], [""], { smoothing: "add-one" });
    assert.deepEqual([score, brevityPenalty], [0, 0]);
    assert.equal(bleu(short.truths, short.truths.flat(), { smoothing: "add-one" }).score, 1);
    assert.equal(bleu([["a b"]], ["a b"]).score, 0); // no four words
  });

  it("says what is missing", () => {
    assert.throws(() => bleu([["one"]], []), /right texts for 1 translations, and 0 translations/);
    assert.throws(() => bleu([], []), /there is at least one/);
    assert.throws(() => bleu([["one"], []], ["one", "two"]), /truths\[1\] is an empty list/);
    // What wordErrorRate takes: a text where a list of them is expected.
    assert.throws(() => bleu(["one"] as unknown as string[][], ["one"]), /truths\[0\] is "one"; it is a list: right/);
  });
});
