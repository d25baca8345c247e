import { strict as assert } from "node:assert";
import { BytePairTokenizer, CharacterTokenizer, loadMobyDick, pad, Vocabulary } from "cellwise";
import fc from "fast-check";

describe("CharacterTokenizer", () => {
  it("numbers characters in the order of their code points, special tokens first", () => {
    const tokenizer = new CharacterTokenizer(["banana", "cab😀"], { specials: ["<pad>", "<end>"] });
    assert.deepEqual([...tokenizer.vocabulary.tokens], ["<pad>", "<end>", "a", "b", "c", "n", "😀"]);
    assert.deepEqual([...tokenizer.encode("cab😀")], [4, 2, 3, 6]);
    assert.equal(tokenizer.decode([3, 2, 5, 1, 0, 0]), "ban");
    assert.equal(tokenizer.special("<end>"), 1);
  });

  it("gives back every text that it was made from", () =>
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const tokenizer = new CharacterTokenizer(text, { specials: ["<pad>"] });
        assert.equal(tokenizer.decode(tokenizer.encode(text)), text);
      }),
    ));

  it("names an unknown character, its place, and what to do", () => {
    const tokenizer = new CharacterTokenizer("abc");
    assert.throws(
      () => tokenizer.encode("aé"),
      /"é" \(U\+00E9\), number 1 of 2 in "aé", is none of the 3 tokens.*Leave it out/,
    );
    assert.throws(() => tokenizer.special("<end>"), /no special token <end>; there are none.*specials:/);
    assert.throws(() => tokenizer.token(3), /3 tokens, numbered from 0 to 2; 3 was given/);
    assert.throws(() => new CharacterTokenizer(""), /at least 1 token; what was given is empty/);
    assert.throws(() => new Vocabulary(["a", "<pad>"], ["<pad>"]), /Of 3 tokens only 2 are different/);
  });
});

describe("BytePairTokenizer", () => {
  it("merges as the definition says: in aaabdaaabac first aa, then aa+a or ab, …", () => {
    // Pairs: aa 4, ab 2 (and others once): aa becomes X: XabdXabac. Then ab 2 and Xa 2: ab, of the lower numbers. Xab 2.
    const { merges } = BytePairTokenizer.train("aaabdaaabac", { vocabularySize: 400 });
    const [a, b] = [97, 98];
    assert.deepEqual(merges, [
      [a, a],
      [a, b],
      [256, 257],
    ]);
  });

  it("cuts a text as its merges say, the earliest first", () => {
    const tokenizer = BytePairTokenizer.train("aaabdaaabac", { vocabularySize: 400, specials: ["<pad>"] });
    assert.equal(tokenizer.size, 1 + 256 + 3);
    assert.deepEqual([...tokenizer.encode("aaabd")], [259, 101]);
    assert.deepEqual(
      [...tokenizer.encode("aab")].map((id) => tokenizer.token(id)),
      ["aa", "b"],
    );
    assert.equal(tokenizer.decode([0, 259, 0]), "aaab");
  });

  it("never merges across words, and words take the space before them along", () => {
    const tokenizer = BytePairTokenizer.train("the cat the cat the cat", { vocabularySize: 300 });
    assert.deepEqual(
      [...tokenizer.encode("the cat the")].map((id) => tokenizer.token(id)),
      ["the", " cat", " the"],
    );
  });

  it("gives back any Unicode text", () => {
    const tokenizer = BytePairTokenizer.train("naïve 日本語 😀😀 the whale, the whale\r\n\n", { vocabularySize: 300 });
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc
        .array(fc.constantFrom("the", " ", "\n", "\uFEFF", "é", "e\u0301", "😀", "\0", "語"), { maxLength: 30 })
        .map((p) => p.join("")),
    );
    fc.assert(
      fc.property(text, (given) => assert.equal(tokenizer.decode(tokenizer.encode(given)), given)),
      { numRuns: 500, seed: 1 },
    );
  });

  it("says that half a character is none", () => {
    const tokenizer = BytePairTokenizer.train("", { vocabularySize: 256 });
    assert.throws(() => tokenizer.encode("a\uD83D"), /Place 1 of the text is half of a surrogate pair \(U\+D83D\)/);
    assert.throws(() => tokenizer.decode([256]), /256 tokens, numbered from 0 to 255; 256 was given/);
    assert.throws(() => BytePairTokenizer.train("a", { vocabularySize: 200 }), /vocabularySize is 200.*from 256/);
    assert.equal(tokenizer.token(0xe2), "\\xE2");
  });

  it("learns the words of Moby-Dick, the same ones each time, and makes it shorter", async () => {
    const { text } = await loadMobyDick();
    const tokenizer = BytePairTokenizer.train(text, { vocabularySize: 1024 });
    const tokens = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.token(id));
    assert.equal(new Set(tokens).size, 1024);
    for (const word of [" the", " whale", " Ahab", "ing"]) assert.ok(tokens.includes(word), word);
    const ids = tokenizer.encode(text);
    assert.equal(tokenizer.decode(ids), text);
    assert.ok(ids.length < text.length / 2);
    const again = new BytePairTokenizer(JSON.parse(JSON.stringify(tokenizer.merges)));
    assert.deepEqual(again.encode("Call me Ishmael."), tokenizer.encode("Call me Ishmael."));
  });
});

describe("pad", () => {
  it("fills at either end, and cuts at either end when asked", () => {
    assert.deepEqual([...pad([[1, 2, 3], [4]])], [1, 2, 3, 4, 0, 0]);
    assert.deepEqual([...pad([[1, 2], [4]], { side: "start", length: 3, value: 9 })], [9, 1, 2, 9, 9, 4]);
    assert.deepEqual([...pad([[1, 2, 3], [4]], { length: 2, cut: "end" })], [1, 2, 4, 0]);
    assert.deepEqual([...pad([[1, 2, 3], [4]], { length: 2, cut: "start" })], [2, 3, 4, 0]);
  });

  it("refuses what is no token, which would become 0", () => {
    assert.throws(
      () =>
        pad([
          [1, 2],
          [3, Number.NaN],
        ]),
      /sequences\[1\]\[1\] is NaN; it is a whole number/,
    );
    assert.throws(() => pad([[1]], { value: 0.5 }), /value is 0.5/);
  });

  it("refuses longer sequences and none", () => {
    assert.throws(() => pad([[1], [1, 2, 3]], { length: 2 }), /Sequence 1 has 3 tokens, more than the length 2/);
    assert.throws(() => pad([]), /0 sequences/);
    assert.throws(() => pad([[1]], { length: 0 }), /length is 0/);
  });
});
