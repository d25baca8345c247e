// The spelling of all that a learner reads: British English, and the words of words.txt (names and terms of the field).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import dictionary from "dictionary-en-gb";
import nspell from "nspell";
import { folder, names, root, textsOf, tokensOf } from "./course.mjs";

const texts = [
  ...names.map((name) => join(folder, name)),
  join(folder, "glossary.md"),
  ...["README.md", "environment.md", "CONTRIBUTING.md", "CHANGELOG.md"].map((name) => join(root, name)),
];

describe("the spelling", () => {
  let spell;

  before(() => {
    spell = nspell(dictionary);
    const words = readFileSync(join(root, "tests", "notebooks", "words.txt"), "utf8").split("\n");
    for (const word of words) if (word) spell.add(word);
  });

  for (const path of texts) {
    it(`of ${path.slice(root.length + 1)} is right, or its words are in tests/notebooks/words.txt`, () => {
      const wrong = textsOf(path).flatMap(({ where, text }) =>
        wordsOf(text)
          .filter((word) => !isKnown(word))
          .map((word) => `${where}: ${word}`),
      );
      assert.deepEqual([...new Set(wrong)], []);
    });
  }

  function isKnown(word) {
    // Identifiers, and abbreviations in capitals, also of several.
    if (/\p{Ll}\p{Lu}/u.test(word) || /^\p{Lu}+s?$/u.test(word)) return true;
    const bare = word.replace(/'s?$/, "");
    return spell.correct(word) || spell.correct(bare) || spell.correct(bare.toLowerCase());
  }
});

/** The words of a Markdown text: no code, no formulas, no addresses. */
function wordsOf(text) {
  return tokensOf(text)
    .filter(({ type, tokens }) => (type === "text" && !tokens) || type === "escape" || type === "html")
    .flatMap(
      ({ text }) =>
        text.replace(/<[^>]*>|https?:\S+/g, " ").match(/(?<![\p{L}\d])\p{Script=Latin}[\p{Script=Latin}'’]*/gu) ?? [],
    )
    .map((word) => word.replace("’", "'"));
}
