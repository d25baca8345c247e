// The phrases of Unicode's CLDR: what its files say of them (counted with Python), and what happens when a file is damaged.
import { strict as assert } from "node:assert";
import { loadPhrases, type Phrase, type Phrases } from "cellwise";
import { dataFolder, refusesDamage } from "./damaged";

const words = (text: string): string[] => text.split(" ");
const all = ({ pairs }: Phrases): Phrase[] => [...pairs.train, ...pairs.test];

describe("loadPhrases", () => {
  let german: Phrases;
  let french: Phrases;
  before(async () => {
    german = await loadPhrases();
    french = await loadPhrases({ language: "fr" });
  });

  it("has 4,342 phrases in each language, of which 400 are to be tested on", () => {
    for (const phrases of [german, french]) {
      assert.deepEqual([phrases.pairs.train.length, phrases.pairs.test.length], [3942, 400]);
      assert.deepEqual([phrases.train.size, phrases.test.size], [3942, 400]);
    }
    // Words that differ, and the most in a phrase.
    const { sourceWords, targetWords } = german;
    assert.deepEqual([sourceWords.size - 1, targetWords.size - 3, french.targetWords.size - 3], [2025, 2169, 2092]);
    const longest = (texts: string[]) => Math.max(...texts.map((text) => words(text).length));
    assert.equal(longest(all(german).map(({ source }) => source)), 15);
    assert.equal(longest(all(german).map(({ target }) => target)), 13);
    assert.equal(longest(all(french).map(({ target }) => target)), 15);
  });

  it("knows what characters and emoji are called", () => {
    const known: readonly [english: string, german: string, french: string][] = [
      ["whale", "Wal", "baleine"],
      ["new moon", "Neumond", "nouvelle lune"],
      ["manual wheelchair", "manueller Rollstuhl", "fauteuil roulant manuel"],
      ["flag : Nepal", "Flagge : Nepal", "drapeau : Népal"],
      [
        "technologist : light skin tone",
        "IT-Experte / IT-Expertin : helle Hautfarbe",
        "informaticien ( tous genres ) : peau claire",
      ],
    ];
    const translation = (phrases: Phrases, english: string) =>
      all(phrases).find(({ source }) => source === english)?.target;
    for (const [english, ...translations] of known)
      assert.deepEqual([translation(german, english), translation(french, english)], translations);
  });

  it("has each phrase once, in one part, and no word in the test that is not in the training", () => {
    for (const phrases of [german, french]) {
      const { train, test } = phrases.pairs;
      for (const side of ["source", "target"] as const) {
        assert.equal(new Set(all(phrases).map((phrase) => phrase[side])).size, 4342);
        const learned = new Set(train.flatMap((phrase) => words(phrase[side])));
        assert.deepEqual(
          test.flatMap((phrase) => words(phrase[side])).filter((word) => !learned.has(word)),
          [],
        );
      }
    }
  });

  it("is written in words with one space between, and marks alone", () => {
    for (const { source, target } of [...all(german), ...all(french)])
      for (const text of [source, target]) {
        assert.match(text, /^\S+( \S+)*$/);
        assert.doesNotMatch(text, /\S[:,()“”„!/]|[:,()“”„!/]\S/);
      }
  });

  it("gives the same phrases as numbers, in the same order, the source reversed if asked", async () => {
    const reversed = await loadPhrases({ reversed: true });
    assert.deepEqual(reversed.pairs, german.pairs);
    const { sourceWords, targetWords } = german;
    for (const part of ["train", "test"] as const) {
      const labels = german[part].positionLabels();
      const length = labels.length / german[part].size;
      for (const [i, { source, target }] of german.pairs[part].entries()) {
        assert.deepEqual(sourceWords.decode(german[part].example(i).values), words(source));
        assert.deepEqual(sourceWords.decode(reversed[part].example(i).values), words(source).reverse());
        const begun = german[part].example(i, 1).values;
        assert.deepEqual([begun[0], targetWords.decode(begun)], [targetWords.special("<start>"), words(target)]);
        const ended = labels.subarray(i * length, (i + 1) * length);
        assert.deepEqual(targetWords.decode(ended), words(target));
        assert.equal(ended[words(target).length], targetWords.special("<end>"));
      }
    }
  });

  it("is parted by the seed", async () => {
    const [same, other] = [await loadPhrases({ seed: 1 }), await loadPhrases({ seed: 2 })];
    assert.deepEqual(same.pairs, german.pairs);
    assert.notDeepEqual(new Set(other.pairs.test), new Set(german.pairs.test));
  });

  it("refuses damaged files, each of the four", async () => {
    const files = ["en.json", "fr.json"];
    const [plain, derived] = ["cldr-annotations-full", "cldr-annotations-derived-full"];
    for (const file of files) {
      await refusesDamage(
        plain,
        file,
        (folder) => loadPhrases({ language: "fr", folder, derivedFolder: dataFolder(derived) }),
        { beside: files },
      );
      await refusesDamage(
        derived,
        file,
        (derivedFolder) => loadPhrases({ language: "fr", folder: dataFolder(plain), derivedFolder }),
        { beside: files },
      );
    }
    await assert.rejects(loadPhrases({ language: "es" as "fr" }), /language is "es"; it is one of "de", "fr"/);
  });
});
